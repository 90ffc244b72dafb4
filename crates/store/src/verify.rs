//! Proves that nothing was changed behind the store's back, and names what was.
//!
//! Reads in pages of 5,000 rows, each in a snapshot of its own, so it blocks nobody and writes go on meanwhile. It proves
//! the ledger as it stood when it began: lines without gaps, chained, under the heads that were made; every past row the
//! content of its line; versions contiguous; the current row the last version; references, owners and
//! counts true; accounts as they were last written; the bytes of files those that their records name.

mod accounts;
mod files;
mod lines;
mod recount;
mod rows;
mod sealed;
mod search;

use crate::error::StoreError;
use crate::ledger::{ExportedHead, Head};
use crate::reader::Reader;
use crate::shape::{Schema, past, quoted};
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many rows are read in one snapshot.
pub(crate) const PAGE: i64 = 5_000;
/// How many findings are told one by one; more are only counted.
const TOLD: usize = 10_000;

/// Is told how far the verifier is: rows read, rows in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about: `project XM-2021-000012 version 3`, `ledger line 812`.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
    /// The same in Chinese.
    pub chinese: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.subject, self.what)
    }
}

/// What the verifier saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The ledger as it was checked.
    pub head: Head,
    /// How many versions were read.
    pub versions: u64,
    /// How many current records were read.
    pub records: u64,
    /// How many sealed values were opened and compared with their marks and look-ups.
    pub sealed: u64,
    /// How many sealed values stayed closed, because no keys were given: of them only the marks are proven.
    pub closed: u64,
    /// What should not be, at most 10,000; empty when all is well.
    pub findings: Vec<Finding>,
    /// How many findings there were beyond those.
    pub more: u64,
    /// Records that a queued job has still to bring where they belong, at most 10,000: no findings.
    pub following: Vec<String>,
    /// How many there were in all.
    pub followers: u64,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks the whole database; `head`: an exported head that the ledger must still begin with.
///
/// # Errors
/// Only when the database cannot be read; what is wrong inside it is a finding.
pub fn verify(store: &Store, head: Option<&ExportedHead>, progress: Progress<'_>) -> Result<Report, StoreError> {
    let mut check = store.read(Check::begin)?;
    let total = 2 * check.size.max(0) as u64;
    let root = lines::check(store, &mut check, head, &mut |done| progress(done, total))?;
    for shape in check.schema.clone().shapes() {
        let read = rows::check(store, &mut check, shape, &mut |done| progress(total / 2 + done, total));
        check.readable(&format!("the register `{}`", shape.table.name), read)?;
    }
    lines::without_rows(store, &mut check)?;
    let read = recount::check(store, &mut check);
    check.readable("what is counted of registers", read)?;
    let read = accounts::check(store, &mut check);
    check.readable("the accounts", read)?;
    let read = search::check(store, &mut check);
    check.readable("the search index", read)?;
    files::check(store, &mut check)?;
    progress(total, total);
    let head = Head { size: check.size, root, chain: check.chain, at: check.at };
    Ok(Report {
        head,
        versions: check.versions,
        records: check.records,
        sealed: check.sealed.read,
        closed: check.sealed.closed,
        findings: check.findings,
        more: check.more,
        following: check.following,
        followers: check.followers,
    })
}

/// Whether the ledger still begins with an exported head; reads every line up to it, page by page.
///
/// # Errors
/// Only when the database cannot be read.
pub fn continues(store: &Store, head: &ExportedHead) -> Result<bool, StoreError> {
    lines::continue_head(store, head)
}

/// What the verifier knows so far.
pub(crate) struct Check {
    schema: Arc<Schema>,
    /// The ledger at the beginning; later lines are left to the next run.
    size: i64,
    chain: [u8; 32],
    at: i64,
    /// Who says of a line when it was written.
    instants: BTreeMap<i64, Vec<(String, i64)>>,
    /// Lines whose past row was found.
    met: Marks,
    /// Lines that are there.
    present: Marks,
    /// Lines by register.
    lines: BTreeMap<i64, i64>,
    /// Counters of the store, as they stood at the beginning.
    writes: BTreeMap<i64, i64>,
    serials: BTreeMap<(i64, i64), i64>,
    /// The highest serial number met by register and year.
    given: BTreeMap<(i64, i64), i64>,
    versions: u64,
    records: u64,
    sealed: sealed::Count,
    findings: Vec<Finding>,
    more: u64,
    following: Vec<String>,
    followers: u64,
}

impl Check {
    fn begin(reader: &mut Reader) -> Result<Check, StoreError> {
        let schema = reader.schema.clone();
        let mut link = reader.link()?;
        let tip = crate::ledger::tip(&mut link)?;
        let writes =
            link.all("SELECT register, writes FROM write_counter", &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
        let serials = link.all("SELECT register, year, given FROM serial_counter", &[], |row| {
            Ok(((row.int(0)?, row.int(1)?), row.int(2)?))
        })?;
        let last = link.one("SELECT coalesce(max(seq), 0) FROM ledger", &[], |row| row.int(0))?.unwrap_or(0);
        let mut check = Check {
            schema,
            size: tip.size,
            chain: tip.chain,
            at: tip.at,
            instants: BTreeMap::from([(tip.size, vec![("the end of the ledger".to_string(), tip.at)])]),
            met: Marks::new(tip.size),
            present: Marks::new(tip.size),
            lines: BTreeMap::new(),
            writes: writes.into_iter().collect(),
            serials: serials.into_iter().collect(),
            given: BTreeMap::new(),
            versions: 0,
            records: 0,
            sealed: sealed::Count::default(),
            findings: Vec::new(),
            more: 0,
            following: Vec::new(),
            followers: 0,
        };
        if last > tip.size {
            let subject = format!("ledger lines {} to {last}", tip.size + 1);
            check.find(subject, "stand beyond the end of the ledger", "超出账本末尾");
        }
        Ok(check)
    }

    /// Compares the instant of a line with what heads say of it.
    fn instant(&mut self, seq: i64, since: i64) {
        for (subject, at) in self.instants.remove(&seq).unwrap_or_default() {
            if at != since {
                let what = "does not carry the instant of the line that it was made at: it was changed by hand";
                self.find(subject, what, "时间与签发时所在账本行的时间不符：被手工改动");
            }
        }
    }

    /// What the database cannot read is a finding: its tables or the catalogue of them were altered.
    fn readable(&mut self, subject: &str, read: Result<(), StoreError>) -> Result<(), StoreError> {
        match read {
            Err(error @ (StoreError::Database { .. } | StoreError::Damaged { .. })) => {
                let chinese = format!("无法读取，表或目录被手工改动：{}", error.chinese());
                self.find(subject, format!("cannot be read, it was altered by hand: {error}"), chinese);
                Ok(())
            }
            read => read,
        }
    }

    /// Notes a record that still follows a change.
    fn follows(&mut self, store: &Store, register: i64, id: i64) -> Result<(), StoreError> {
        self.followers += 1;
        if self.following.len() < TOLD {
            self.following.push(store.read(|reader| Ok(name(reader, register, id, None)))?);
        }
        Ok(())
    }

    fn find(&mut self, subject: impl Into<String>, what: impl Into<String>, chinese: impl Into<String>) {
        if self.findings.len() < TOLD {
            let (subject, what, chinese) = (subject.into(), what.into(), chinese.into());
            self.findings.push(Finding { subject, what, chinese });
        } else {
            self.more += 1;
        }
    }
}

/// The name of a version for people: by its serial number if any version of it has one.
fn name(reader: &mut Reader, register: i64, id: i64, version: Option<i64>) -> String {
    let version = version.map_or_else(String::new, |version| format!(" version {version}"));
    let Some(shape) = reader.schema.numbered(register).cloned() else {
        return format!("register {register} record {id}{version}");
    };
    let table = &shape.table.name;
    let (id_column, serial) = (quoted("id"), quoted("serial"));
    let sql = format!(
        "SELECT {serial} FROM {} WHERE {id_column} = $1 AND {serial} IS NOT NULL LIMIT 1",
        quoted(&past(table))
    );
    let found = reader.link().and_then(|mut link| link.one(&sql, &[id.into()], |row| row.text(0)));
    let record = found.ok().flatten().unwrap_or_else(|| id.to_string());
    format!("{table} {record}{version}")
}

/// One bit for each line of the ledger.
struct Marks(Vec<u64>);

impl Marks {
    fn new(size: i64) -> Marks {
        Marks(vec![0; size.max(0) as usize / 64 + 1])
    }

    /// Marks a line; `false` when it was marked before.
    fn mark(&mut self, seq: i64) -> bool {
        let Some(word) = self.0.get_mut(seq as usize / 64) else { return true };
        let bit = 1 << (seq as u64 % 64);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    fn has(&self, seq: i64) -> bool {
        self.0.get(seq as usize / 64).is_some_and(|word| word >> (seq as u64 % 64) & 1 == 1)
    }
}
