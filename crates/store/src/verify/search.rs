//! The search index against the records: every record has its row, with its words and no others.
//!
//! A word counts where a question finds it, not where it is only written down, and a row of SQLite where its size is held.
//! SQLite keeps no words by row, so both sides are summed: for each row the sum of a digest of every word. The index's
//! vocabulary is read word by word, the records page by page, in many snapshots; what differs is looked at again, and
//! only what differs twice while nothing was written is told.

use super::{Check, Finding, PAGE};
use crate::error::StoreError;
use crate::options::Dialect;
use crate::reader::{Line, Reader, merged};
use crate::search::{Above, place, record_at, words};
use crate::shape::{Shape, list, quoted};
use crate::store::Store;
use luoshi_kernel::table::HEADER;
use std::collections::{BTreeSet, HashMap};

/// How many rows of the vocabulary are read in one snapshot; a word with more is read alone.
const WORDS: i64 = 20_000;
/// Rows are first summed by so many groups; only groups that differ are summed row by row.
const GROUPS: usize = 1 << 16;
/// A word that no record has, for the size that SQLite holds of each row: without it the row can no longer be taken out.
const SIZE: &str = "\u{1}";
/// Records of one snapshot.
const RECORDS: i64 = 1_000;

/// Sums of word digests by row, or by group of rows.
#[derive(Default)]
struct Sums {
    groups: Vec<u64>,
    /// Groups to be summed row by row, and their rows: the index's sum, the records' sum.
    close: BTreeSet<usize>,
    rows: HashMap<i64, (u64, u64)>,
}

impl Sums {
    fn by_group() -> Sums {
        Sums { groups: vec![0; GROUPS], ..Sums::default() }
    }

    /// Adds a word of a row of the index.
    fn held(&mut self, place: i64, word: &str) {
        self.add(place, digest(place, word), true);
    }

    /// Adds the words that a record should have, each once.
    fn due(&mut self, place: i64, words: &str) {
        let mut digests: Vec<u64> = words.split(' ').map(|word| digest(place, word)).collect();
        digests.sort_unstable();
        digests.dedup();
        digests.into_iter().for_each(|digest| self.add(place, digest, false));
    }

    /// The records' words count against the index's.
    fn add(&mut self, place: i64, digest: u64, indexed: bool) {
        let group = mix(place as u64) as usize % GROUPS;
        if self.close.is_empty() {
            self.groups[group] =
                if indexed { self.groups[group].wrapping_add(digest) } else { self.groups[group].wrapping_sub(digest) };
        } else if self.close.contains(&group) {
            let sums = self.rows.entry(place).or_default();
            let sum = if indexed { &mut sums.0 } else { &mut sums.1 };
            *sum = sum.wrapping_add(digest);
        }
    }

    fn different(&self) -> BTreeSet<usize> {
        self.groups.iter().enumerate().filter(|(_, sum)| **sum != 0).map(|(group, _)| group).collect()
    }
}

/// Spreads the bits of a number (the finalizer of SplitMix64).
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// A word of a row as a number; the index is derived, so it needs no cryptography.
fn digest(place: i64, word: &str) -> u64 {
    let bytes =
        word.bytes().fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    mix(bytes ^ mix(place as u64))
}

/// Checks the whole index.
pub(super) fn check(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    // What is due is taken in first, else it is left out of every page: so it is where nothing can be written.
    if let Err(error) = store.index() {
        tracing::warn!(%error, "what is due for the search index could not be taken in before it was verified");
    }
    let mut sums = Sums::by_group();
    sum(store, check, &mut sums)?;
    let mut close = sums.different();
    let mut found: Option<BTreeSet<i64>> = None;
    for _ in 0..4 {
        if close.is_empty() {
            return Ok(());
        }
        let before = writes(store)?;
        let mut sums = Sums { close: std::mem::take(&mut close), ..Sums::default() };
        sum(store, check, &mut sums)?;
        let wrong = sums.rows.iter().filter(|(_, (index, records))| index != records).map(|(place, _)| *place);
        let wrong: BTreeSet<i64> = wrong.collect();
        close = wrong.iter().map(|place| mix(*place as u64) as usize % GROUPS).collect();
        let still = writes(store)? == before;
        found = Some(match found.take() {
            Some(earlier) if !still => earlier.intersection(&wrong).copied().collect(),
            _ => wrong,
        });
        if still {
            break;
        }
    }
    for at in found.unwrap_or_default() {
        let (register, id) = record_at(at);
        let subject = store.read(|reader| Ok(super::name(reader, register, id, None)))?;
        let told = |finding: &Finding| finding.subject.starts_with(&subject);
        if check.findings.iter().any(told) {
            continue;
        }
        check.find(subject, "is held otherwise by the search index than it is", "检索索引与记录不符");
    }
    Ok(())
}

/// Tells whether anything was written meanwhile, the index included.
fn writes(store: &Store) -> Result<(i64, i64), StoreError> {
    store.read(|reader| {
        let mut link = reader.link()?;
        let due = link.one("SELECT count(*) FROM search_due", &[], |row| row.int(0))?.unwrap_or(0);
        Ok((crate::ledger::tip(&mut link)?.size, due))
    })
}

fn sum(store: &Store, check: &Check, sums: &mut Sums) -> Result<(), StoreError> {
    match store.dialect() {
        Dialect::Sqlite => {
            vocabulary(store, sums)?;
            sizes(store, sums)?;
        }
        Dialect::Postgres => vectors(store, sums)?,
    }
    for shape in check.schema.clone().shapes() {
        records(store, shape, sums)?;
    }
    Ok(())
}

/// Rows that are due: the index may say what it wants of them.
fn due(reader: &mut Reader) -> Result<BTreeSet<i64>, StoreError> {
    let sql = "SELECT register, id, place FROM search_due";
    let rows = reader.link()?.all(sql, &[], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?;
    Ok(rows.into_iter().map(|(_, _, place)| place).collect())
}

/// Every word of the index on SQLite.
fn vocabulary(store: &Store, sums: &mut Sums) -> Result<(), StoreError> {
    let mut from = String::new();
    loop {
        let next = store.read(|reader| some_words(reader, &from, sums))?;
        match next {
            Some(next) => from = next,
            None => return Ok(()),
        }
    }
}

/// The words from one on; gives the word to go on with.
fn some_words(reader: &mut Reader, from: &str, sums: &mut Sums) -> Result<Option<String>, StoreError> {
    let due = due(reader)?;
    let mut link = reader.link()?;
    let (mut words, mut count): (Vec<(String, Vec<i64>)>, i64) = (vec![], 0);
    let sql = "SELECT term, doc FROM search_word WHERE term >= $1 LIMIT $2";
    link.each(sql, &[from.into(), WORDS.into()], &mut |row| {
        let (term, place) = (row.text(0)?, row.int(1)?);
        match words.last_mut() {
            Some((word, rows)) if *word == term => rows.push(place),
            _ => words.push((term, vec![place])),
        }
        count += 1;
        Ok(())
    })?;
    // The last word may go on.
    let mut next = None;
    if count == WORDS
        && let Some((word, _)) = words.pop()
    {
        next = Some(word.clone());
        if word == from {
            let mut rows = vec![];
            let sql = "SELECT doc FROM search_word WHERE term = $1";
            link.each(sql, &[word.as_str().into()], &mut |row| {
                rows.push(row.int(0)?);
                Ok(())
            })?;
            next = Some(format!("{word}\u{1}"));
            words.push((word, rows));
        }
    }
    let sql = "SELECT rowid FROM search WHERE search MATCH $1";
    for (word, rows) in words {
        let question = format!("\"{}\"", word.replace('"', "\"\""));
        let mut found = link.all(sql, &[question.as_str().into()], |row| row.int(0))?;
        found.sort_unstable();
        let held = rows.into_iter().filter(|place| found.binary_search(place).is_ok() && !due.contains(place));
        held.for_each(|place| sums.held(place, &word));
    }
    Ok(next)
}

/// Every row of which the index on SQLite holds the size.
fn sizes(store: &Store, sums: &mut Sums) -> Result<(), StoreError> {
    let sql = "SELECT id FROM search_docsize WHERE id > $1 ORDER BY id LIMIT $2";
    let mut after = i64::MIN;
    loop {
        let (due, rows) = store.read(|reader| {
            let due = due(reader)?;
            Ok((due, reader.link()?.all(sql, &[after.into(), WORDS.into()], |row| row.int(0))?))
        })?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = *last;
        rows.into_iter().filter(|place| !due.contains(place)).for_each(|place| sums.held(place, SIZE));
    }
}

/// Every word of the index on PostgreSQL.
fn vectors(store: &Store, sums: &mut Sums) -> Result<(), StoreError> {
    let mut after = -1;
    let sql = "SELECT place, array_to_string(tsvector_to_array(words), ' ') FROM search WHERE place > $1
               ORDER BY place LIMIT $2";
    loop {
        let page = store.read(|reader| {
            let due = due(reader)?;
            let rows = reader.link()?.all(sql, &[after.into(), PAGE.into()], |row| Ok((row.int(0)?, row.text(1)?)))?;
            let last = rows.last().map(|(place, _)| *place);
            for (place, words) in rows.iter().filter(|(place, _)| !due.contains(place)) {
                words.split_whitespace().for_each(|word| sums.held(*place, word));
            }
            Ok(last)
        })?;
        match page {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// What the index should hold of a register.
fn records(store: &Store, shape: &Shape, sums: &mut Sums) -> Result<(), StoreError> {
    if !shape.is_searched() {
        return Ok(());
    }
    let (table, id) = (quoted(&shape.table.name), quoted("id"));
    let names = HEADER.iter().map(|(name, _)| *name);
    let columns = list(names.chain(shape.table.columns.iter().map(|column| column.name.as_str())));
    let sql = format!(
        "SELECT {columns} FROM {table} WHERE {id} > $1 AND NOT EXISTS
         (SELECT 1 FROM search_due d WHERE d.register = {} AND d.id = {table}.{id}) ORDER BY {id} LIMIT $2",
        shape.number
    );
    let mut after = 0;
    loop {
        let last = store.read(|reader| {
            let lines = reader.link()?.all(&sql, &[after.into(), RECORDS.into()], |row| Line::read(shape, row))?;
            let last = lines.last().map(|line| line.id);
            let mut above = Above::default();
            for line in lines {
                let record = match &shape.table.extends {
                    None => Some(merged(shape, line, None)),
                    Some(_) => reader.closed_record(&shape.table, line.id)?,
                };
                let Some(record) = record else { continue };
                let at = place(record.owner, shape.number, record.id)?;
                sums.due(at, &words(reader, &mut above, shape, &record)?);
                if reader.dialect() == Dialect::Sqlite {
                    sums.due(at, SIZE);
                }
            }
            Ok(last)
        })?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
