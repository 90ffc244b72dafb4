//! What a write still owes to the database: the past of versions whose rows stand in their tables already, and their lines in
//! the ledger. Of a long write many are written together.

use crate::error::StoreError;
use crate::ledger::{self, LedgerLine};
use crate::link::{Link, Param};
use crate::writer::Facts;
use luoshi_kernel::digest::{self, Hash};
use luoshi_kernel::table::OPEN;
use std::sync::LazyLock;

/// So many are written at once; fewer are when the write ends, or reads.
const PORTION: usize = 128;

/// Lines are added by two statements, which databases keep prepared.
static ONE: LazyLock<String> = LazyLock::new(|| ledger::insert(1));
static MANY: LazyLock<String> = LazyLock::new(|| ledger::insert(PORTION));

/// What is owed.
#[derive(Default)]
pub(crate) struct Owed {
    /// Where the chain of the ledger ends.
    chain: Hash,
    /// Lines in order, all but their links of the chain.
    lines: Vec<LedgerLine>,
    runs: Vec<Run>,
}

/// Versions of records that follow one another, written by one statement.
struct Run {
    /// Copies rows from a register's table into its past.
    copy: String,
    register: i64,
    first: i64,
    last: i64,
    /// What a record's line is ahead of its id.
    ahead: i64,
    since: i64,
    by: i64,
    act: String,
    request: Option<String>,
    schema: i64,
}

impl Run {
    fn takes(&self, facts: &Facts<'_>, line: &LedgerLine) -> bool {
        self.register == line.register
            && self.last + 1 == line.id
            && self.ahead == line.seq - line.id
            && (self.since, self.by, self.schema) == (facts.since, facts.by, facts.schema)
            && self.act == facts.act
            && self.request.as_deref() == facts.request
    }

    fn write(&self, link: &mut Link) -> Result<(), StoreError> {
        let (act, request) = (self.act.as_str().into(), self.request.as_deref().into());
        let stamp: [Param<'_>; 6] = [self.since.into(), OPEN.into(), self.by.into(), act, request, self.schema.into()];
        let which = [self.ahead, self.first, self.last].map(Param::Int);
        let written = link.execute(&self.copy, &stamp.into_iter().chain(which).collect::<Vec<_>>())?;
        let missing = self.last - self.first + 1 - written as i64;
        match missing {
            0 => Ok(()),
            _ => Err(StoreError::Damaged { what: format!("{missing} records of register {} are gone", self.register) }),
        }
    }
}

impl Owed {
    /// Nothing yet, after the line where the chain of the ledger ends.
    pub fn after(chain: Hash) -> Owed {
        Owed { chain, ..Owed::default() }
    }

    /// Whether nothing is owed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether as much is owed as is written at once.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= PORTION
    }

    /// Where the chain of the ledger ends, nothing being owed.
    pub fn chain(&self) -> Hash {
        self.chain
    }

    /// Owes the past of a version and its line. `copy` copies rows of its register.
    pub fn add(&mut self, copy: &str, facts: &Facts<'_>, line: LedgerLine) {
        match self.runs.last_mut().filter(|run| run.takes(facts, &line)) {
            Some(run) => run.last = line.id,
            None => self.runs.push(Run {
                copy: copy.to_string(),
                register: line.register,
                first: line.id,
                last: line.id,
                ahead: line.seq - line.id,
                since: facts.since,
                by: facts.by,
                act: facts.act.to_string(),
                request: facts.request.map(str::to_string),
                schema: facts.schema,
            }),
        }
        self.lines.push(line);
    }

    /// Writes what is owed.
    pub fn settle(mut self, link: &mut Link) -> Result<Owed, StoreError> {
        self.runs.iter().try_for_each(|run| run.write(link))?;
        for line in &mut self.lines {
            line.chain = digest::chain(&self.chain, &line.digest);
            self.chain = line.chain;
        }
        match self.lines.len() {
            PORTION => ledger::append(link, &MANY, &self.lines)?,
            _ => self.lines.chunks(1).try_for_each(|line| ledger::append(link, &ONE, line))?,
        }
        Ok(Owed::after(self.chain))
    }
}
