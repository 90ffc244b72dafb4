//! Which records a watch holds on: a row while the condition holds, so that nothing is opened twice.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::record::Record;
use crate::writer::Writer;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A row that was written in this closure, by whatever road: its own change, a dependant that followed, an opened record.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The table; that of the extended register has a row of its own.
    pub table: String,
    /// The row before, with the columns of this table; `None`: it is new.
    pub before: Option<Record>,
    /// The row after.
    pub after: Record,
}

impl Reader {
    /// The records a watch holds on, each with the record it opened, by id.
    pub fn watching(&mut self, watch: &str) -> Result<Vec<(i64, i64)>, StoreError> {
        let sql = "SELECT id, opened FROM watching WHERE watch = $1 ORDER BY id";
        self.link()?.all(sql, &[watch.into()], |row| Ok((row.int(0)?, row.int(1)?)))
    }

    /// The record that a watch opened for this one, while it holds.
    pub fn watched(&mut self, watch: &str, id: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT opened FROM watching WHERE watch = $1 AND id = $2";
        self.link()?.one(sql, &[watch.into(), id.into()], |row| row.int(0))
    }
}

impl Writer {
    /// Notes from here on which rows of these tables this closure writes.
    pub fn note_written(&mut self, tables: &Arc<BTreeSet<String>>) {
        self.noted().get_or_insert_with(|| (tables.clone(), vec![]));
    }

    /// The rows written since they were last taken, in order.
    pub fn take_written(&mut self) -> Vec<Written> {
        self.noted().as_mut().map(|(_, written)| std::mem::take(written)).unwrap_or_default()
    }

    /// Notes that a watch holds on a record, and what it opened.
    pub fn watch(&mut self, watch: &str, id: i64, opened: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO watching (watch, id, opened) VALUES ($1, $2, $3)";
        self.plain(sql, &[watch.into(), id.into(), opened.into()]).map(|_| ())
    }

    /// Notes that a watch holds on a record no longer.
    pub fn unwatch(&mut self, watch: &str, id: i64) -> Result<(), StoreError> {
        self.plain("DELETE FROM watching WHERE watch = $1 AND id = $2", &[watch.into(), id.into()]).map(|_| ())
    }
}
