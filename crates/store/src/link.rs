//! One connection to either database, with the few things that the store asks of one.
//!
//! Statement texts of the store write parameters as `$1`, `$2` …, first used in this order: PostgreSQL numbers them so,
//! and SQLite numbers named parameters by first use.

use crate::error::StoreError;
use crate::ledger::LedgerLine;
use crate::options::Dialect;
use crate::owed::Owed;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::writer::Facts;
use jiff::civil::Date;
use luoshi_kernel::digest::{Hash, day_text};
use luoshi_kernel::table::ColumnKind;
use luoshi_pack::Value;

/// A connection. What a write owes is written before anything else is asked of it.
pub(crate) struct Link {
    to: To,
    owed: Owed,
}

/// Where a connection leads.
pub(crate) enum To {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

impl From<To> for Link {
    fn from(to: To) -> Link {
        Link { to, owed: Owed::default() }
    }
}

/// A value on its way into a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Param<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'a str),
    Owned(String),
    Double(f64),
    Bytes(&'a [u8]),
}

impl<'a> From<&'a Value> for Param<'a> {
    fn from(value: &'a Value) -> Param<'a> {
        match value {
            Value::Null => Param::Null,
            Value::Bool(yes) => Param::Bool(*yes),
            Value::Int(number) => Param::Int(*number),
            Value::Text(text) => Param::Text(text),
            Value::Date(day) => Param::Owned(day_text(*day)),
        }
    }
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Param::Int(number)
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Param::Null, Param::Int)
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(text: &'a str) -> Self {
        Param::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Param<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Param::Null, Param::Text)
    }
}

/// A row that a statement gives.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// One cell, before its column's kind is known.
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A shape that the store never asks for.
    Other(&'static str),
}

impl<'a> Row<'a> {
    fn cell(&self, column: usize) -> Result<Cell<'_>, StoreError> {
        match self {
            Row::Sqlite(row) => crate::sqlite::cell(row, column),
            Row::Postgres(row) => crate::postgres::cell(row, column),
        }
    }

    /// A whole number that is never null.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.maybe_int(column)?.ok_or_else(|| damaged(column, "a whole number", "nothing"))
    }

    /// A whole number.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(number)),
            other => Err(damaged(column, "a whole number", other.name())),
        }
    }

    /// Text that is never null.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| damaged(column, "text", "nothing"))
    }

    /// Text.
    pub fn maybe_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.to_string())),
            other => Err(damaged(column, "text", other.name())),
        }
    }

    /// Yes or no.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        match self.cell(column)? {
            Cell::Bool(yes) => Ok(yes),
            Cell::Int(number) => Ok(number != 0),
            other => Err(damaged(column, "yes or no", other.name())),
        }
    }

    /// A digest of 32 bytes.
    pub fn hash(&self, column: usize) -> Result<[u8; 32], StoreError> {
        self.maybe_hash(column)?.ok_or_else(|| damaged(column, "a digest", "nothing"))
    }

    /// A digest of 32 bytes, or nothing.
    pub fn maybe_hash(&self, column: usize) -> Result<Option<[u8; 32]>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => {
                bytes.try_into().map(Some).map_err(|_| damaged(column, "a digest", "bytes of another length"))
            }
            other => Err(damaged(column, "a digest", other.name())),
        }
    }

    /// Bytes that are never null.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.cell(column)? {
            Cell::Bytes(bytes) => Ok(bytes.to_vec()),
            other => Err(damaged(column, "bytes", other.name())),
        }
    }

    /// The value of a register's column.
    pub fn value(&self, column: usize, kind: ColumnKind) -> Result<Value, StoreError> {
        Ok(match (kind, self.cell(column)?) {
            (_, Cell::Null) => Value::Null,
            (ColumnKind::Int, Cell::Int(number)) => Value::Int(number),
            (ColumnKind::Int, Cell::Bool(yes)) => Value::Int(i64::from(yes)),
            (ColumnKind::Text | ColumnKind::Sealed | ColumnKind::Find | ColumnKind::Mark, Cell::Text(text)) => {
                Value::Text(text.to_string())
            }
            (ColumnKind::Bool, Cell::Bool(yes)) => Value::Bool(yes),
            // SQLite has no booleans; any other number was not written by this program and must not look like one.
            (ColumnKind::Bool, Cell::Int(number @ (0 | 1))) => Value::Bool(number == 1),
            (ColumnKind::Date, Cell::Text(text)) => {
                Value::Date(day(text).ok_or_else(|| damaged(column, "a day", "other text"))?)
            }
            (kind, other) => return Err(damaged(column, kind_name(kind), other.name())),
        })
    }
}

/// Reads `YYYY-MM-DD`; the general parser costs three times as much.
fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return text.parse().ok();
    }
    let number = |range: std::ops::Range<usize>| -> Option<i16> {
        bytes[range]
            .iter()
            .try_fold(0i16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0')))
    };
    Date::new(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8).ok()
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "a whole number",
        ColumnKind::Text | ColumnKind::Sealed | ColumnKind::Find | ColumnKind::Mark => "text",
        ColumnKind::Bool => "yes or no",
        ColumnKind::Date => "a day",
    }
}

impl Cell<'_> {
    fn name(&self) -> &'static str {
        match self {
            Cell::Null => "nothing",
            Cell::Int(_) => "a whole number",
            Cell::Bool(_) => "yes or no",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
            Cell::Other(name) => name,
        }
    }
}

fn damaged(column: usize, expected: &str, found: &str) -> StoreError {
    StoreError::Damaged { what: format!("column {} of a result holds {found} instead of {expected}", column + 1) }
}

impl Link {
    /// Which SQL it speaks.
    pub fn dialect(&self) -> Dialect {
        match &self.to {
            To::Sqlite(_) => Dialect::Sqlite,
            To::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement; gives the number of rows it touched.
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.settle()?;
        self.run(sql, params)
    }

    fn run(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.execute(sql, params),
            To::Postgres(link) => link.execute(sql, params),
        }
    }

    /// Inserts a row, which is not among what is owed.
    pub fn insert(&mut self, sql: &str, params: &[Param<'_>]) -> Result<(), StoreError> {
        self.run(sql, params).map(|_| ())
    }

    /// Says where the chain of the ledger ends; nothing is owed any more.
    pub fn owe_from(&mut self, chain: Hash) {
        self.owed = Owed::after(chain);
    }

    /// Owes the past of a version whose row stands in its table, and its line in the ledger. `copy` copies that row.
    pub fn owe(&mut self, copy: &str, facts: &Facts<'_>, line: LedgerLine) -> Result<(), StoreError> {
        if self.owed.is_full() {
            self.settle()?;
        }
        self.owed.add(copy, facts, line);
        Ok(())
    }

    /// Writes what is owed, and gives where the chain of the ledger ends.
    pub fn settle(&mut self) -> Result<Hash, StoreError> {
        if !self.owed.is_empty() {
            self.owed = std::mem::take(&mut self.owed).settle(self)?;
        }
        Ok(self.owed.chain())
    }

    /// Runs a statement and hands each row on.
    pub fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.settle()?;
        match &mut self.to {
            To::Sqlite(link) => link.each(sql, params, take),
            To::Postgres(link) => link.each(sql, params, take),
        }
    }

    /// All rows, each as `make` gives it.
    pub fn all<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        make: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, &mut |row| {
            rows.push(make(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub fn one<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        make: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.each(sql, params, &mut |row| {
            if first.is_none() {
                first = Some(make(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// Runs statements without parameters, separated by semicolons.
    pub fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.settle()?;
        match &mut self.to {
            To::Sqlite(link) => link.batch(sql),
            To::Postgres(link) => link.batch(sql),
        }
    }

    /// Begins a snapshot.
    pub fn begin_read(&mut self) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.control("BEGIN DEFERRED"),
            To::Postgres(link) => link.begin_read(),
        }
    }

    /// Takes the writing lane for this process and begins its transaction.
    pub fn begin_write(&mut self) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.control("BEGIN IMMEDIATE"),
            To::Postgres(link) => link.begin_write(),
        }
    }

    /// Lets statements of this transaction wait for readers no longer than that; on SQLite nothing waits for a reader.
    pub fn wait_at_most(&mut self, limit: std::time::Duration) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(_) => Ok(()),
            To::Postgres(_) => self.batch(&format!("SET LOCAL lock_timeout = {}", limit.as_millis())),
        }
    }

    /// Commits, and lets the lane go.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.settle()?;
        match &mut self.to {
            To::Sqlite(link) => link.control("COMMIT"),
            To::Postgres(link) => link.end_write("COMMIT"),
        }
    }

    /// Ends the transaction, if one is open, without a trace, and lets the lane go.
    pub fn rollback(&mut self) {
        self.owed = Owed::default();
        let ended = match &mut self.to {
            To::Sqlite(link) if link.in_transaction() => link.control("ROLLBACK"),
            To::Sqlite(_) => Ok(()),
            To::Postgres(link) => link.end_write("ROLLBACK"),
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
    }

    /// `SAVEPOINT`, `RELEASE` or `ROLLBACK TO` of the one savepoint that the lane uses.
    pub fn savepoint(&mut self, step: Savepoint) -> Result<(), StoreError> {
        match step {
            Savepoint::Undo => self.owed = Owed::default(),
            Savepoint::Set | Savepoint::Release => {
                self.settle()?;
            }
        }
        let sql = match step {
            Savepoint::Set => "SAVEPOINT member",
            Savepoint::Release => "RELEASE SAVEPOINT member",
            Savepoint::Undo => "ROLLBACK TO SAVEPOINT member",
        };
        match &mut self.to {
            To::Sqlite(link) => link.control(sql),
            To::Postgres(link) => link.control(sql),
        }
    }

    /// Whether the transaction still stands.
    pub fn in_transaction(&self) -> bool {
        match &self.to {
            To::Sqlite(link) => link.in_transaction(),
            To::Postgres(link) => link.in_transaction(),
        }
    }

    /// Empties SQLite's write-ahead log; `false` when readers stood in the way for too long.
    pub fn empty_log(&mut self) -> Result<bool, StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.empty_log(),
            To::Postgres(_) => Ok(true),
        }
    }

    /// Learns how values are spread where it does not know yet; PostgreSQL does so by itself.
    pub fn learn(&mut self) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.learn_new(),
            To::Postgres(_) => Ok(()),
        }
    }

    /// Makes a reader know what the writer has learned.
    pub fn renew(&mut self) -> Result<(), StoreError> {
        if let To::Sqlite(link) = &self.to
            && let Some(fresh) = link.renewed()?
        {
            *self = fresh;
        }
        Ok(())
    }

    /// Keeps its files small and its planner informed; between transactions.
    pub fn tidy(&mut self) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(link) => link.tidy(),
            To::Postgres(_) => Ok(()),
        }
    }

    /// What ends its running statement from another thread.
    pub fn stopper(&self) -> Stopper {
        match &self.to {
            To::Sqlite(link) => link.stopper(),
            To::Postgres(link) => link.stopper(),
        }
    }
}

/// A step of the lane's savepoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Savepoint {
    Set,
    Release,
    Undo,
}

/// Ends a connection's running statement from another thread.
pub(crate) enum Stopper {
    Sqlite(rusqlite::InterruptHandle),
    Postgres(postgres::CancelToken),
}

impl Stopper {
    /// Ends the statement that runs now, if one does.
    pub fn stop(&self) {
        match self {
            Stopper::Sqlite(handle) => handle.interrupt(),
            Stopper::Postgres(token) => {
                if let Err(error) = token.cancel_query(postgres::NoTls) {
                    tracing::warn!(%error, "a long read could not be ended");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Link {
        /// SQLite's side.
        pub fn sqlite(self) -> Box<Sqlite> {
            match self.to {
                To::Sqlite(link) => link,
                To::Postgres(_) => panic!("this is SQLite"),
            }
        }
    }

    #[test]
    fn days_are_read_as_the_general_parser_reads_them() {
        for text in
            ["2021-01-17", "0001-01-01", "2024-02-29", "9999-12-31", "2023-02-29", "2021-1-17", "2021-13-01", ""]
        {
            assert_eq!(day(text), text.parse().ok(), "{text}");
        }
    }
}
