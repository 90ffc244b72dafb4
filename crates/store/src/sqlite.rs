//! A connection to SQLite.

use crate::error::StoreError;
use crate::link::{Cell, Link, Param, Row, Stopper, To};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a statement waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);

/// Bytes of a page of a new database.
const PAGE: u32 = 8192;

/// The write-ahead log is emptied when it has grown beyond this many bytes.
const LOG: u64 = 64 << 20;

/// Rows of each index that are looked at to learn how many records share a value.
const SAMPLE: u32 = 1_000;
/// The tables are looked at anew after so many changed rows, and a quarter of what they were when last looked at.
const CHANGES: u64 = 20_000;

/// A connection with its cache of prepared statements.
pub(crate) struct Sqlite {
    connection: Connection,
    file: PathBuf,
    /// The file of the write-ahead log.
    log: PathBuf,
    /// How often the writer has learned how the values of the indexed columns are spread. What it learned is read when a
    /// connection is opened, so an older reader is opened anew.
    learned: Arc<AtomicU64>,
    /// The count when this connection was opened.
    known: u64,
    /// Rows changed when the writer learned last.
    changes: u64,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one writer; `durable`: every commit reaches the disk.
    Writer { durable: bool },
    /// One of the readers.
    Reader,
}

/// Opens a connection; the writer makes the file when there is none.
pub(crate) fn open(file: &Path, role: Role, learned: &Arc<AtomicU64>) -> Result<Link, StoreError> {
    let known = learned.load(Ordering::Acquire);
    let access = match role {
        Role::Writer { .. } => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        // Read-only connections of SQLite cannot make the files of the WAL when they come first, hence `query_only`.
        Role::Reader => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(error)?;
    connection.busy_timeout(BUSY).map_err(error)?;
    connection.set_prepared_statement_cache_capacity(1_024);
    let synchronous = match role {
        Role::Writer { durable: true } | Role::Reader => "FULL",
        Role::Writer { durable: false } => "NORMAL",
    };
    connection
        .execute_batch(&format!(
            "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};
             PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = {LOG}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
        ))
        .map_err(error)?;
    let more = match role {
        // Fewer, larger checkpoints: each syncs the database file.
        // What a row leaves behind when it moves within the file is overwritten, as far as that costs no more writing.
        Role::Writer { .. } => {
            "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 2000; PRAGMA secure_delete = FAST"
        }
        Role::Reader => "PRAGMA cache_size = -16384; PRAGMA query_only = ON",
    };
    connection.execute_batch(more).map_err(error)?;
    crate::functions::for_sqlite(&connection).map_err(error)?;
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let (file, learned) = (file.to_path_buf(), learned.clone());
    Ok(To::Sqlite(Box::new(Sqlite { connection, file, log: log.into(), learned, known, changes: 0 })).into())
}

impl Sqlite {
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        debug_assert!(in_order(sql), "parameters are not first used in their order: {sql}");
        let mut statement = self.connection.prepare_cached(sql).map_err(error)?;
        for (at, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, param).map_err(error)?;
        }
        statement.raw_execute().map(|rows| rows as u64).map_err(error)
    }

    pub fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        debug_assert!(in_order(sql), "parameters are not first used in their order: {sql}");
        let mut statement = self.connection.prepare_cached(sql).map_err(error)?;
        for (at, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, param).map_err(error)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(error)? {
            take(&Row::Sqlite(row))?;
        }
        Ok(())
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(error)
    }

    /// Runs a statement that gives no rows and takes no parameters.
    pub fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        self.execute(sql, &[]).map(|_| ())
    }

    pub fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub fn stopper(&self) -> Stopper {
        Stopper::Sqlite(self.connection.get_interrupt_handle())
    }

    /// Copies the write-ahead log into the database and empties it once it has grown. Waits for readers that are still
    /// inside it; they live two seconds at most, and later ones are not in the way.
    pub fn tidy(&mut self) -> Result<(), StoreError> {
        if std::fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG) && !self.empty_log()? {
            tracing::warn!("readers kept the write-ahead log from being emptied");
        }
        let changes = self.connection.total_changes();
        if changes - self.changes > CHANGES + self.changes / 4 {
            self.learn()?;
        }
        Ok(())
    }

    /// Learns what it does not know yet: of tables with an index that was never looked at, and of those that have grown or
    /// shrunk tenfold since.
    pub fn learn_new(&mut self) -> Result<(), StoreError> {
        let mut indexed = BTreeSet::new();
        self.each("SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'index'", &[], &mut |row| {
            indexed.insert(format!("\"{}\"", row.text(0)?));
            Ok(())
        })?;
        let mut due = false;
        // All tables (0x10000) that want an ANALYZE (2), which is only told (1): also those without an index.
        self.each("PRAGMA optimize = 0x10003", &[], &mut |row| {
            due |= row.text(0)?.rsplit('.').next().is_some_and(|table| indexed.contains(table));
            Ok(())
        })?;
        if due { self.learn() } else { Ok(()) }
    }

    /// Learns how the values of the indexed columns are spread, so that the planner picks the narrower index. Takes
    /// milliseconds at any size.
    pub fn learn(&mut self) -> Result<(), StoreError> {
        self.connection
            .execute_batch(&format!("PRAGMA analysis_limit = {SAMPLE}; ANALYZE; ANALYZE sqlite_schema"))
            .map_err(error)?;
        self.changes = self.connection.total_changes();
        self.learned.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// A reader opened anew, if the writer has learned since this one was opened.
    pub fn renewed(&self) -> Result<Option<Link>, StoreError> {
        if self.known == self.learned.load(Ordering::Acquire) {
            return Ok(None);
        }
        open(&self.file, Role::Reader, &self.learned).map(Some)
    }

    /// Empties the write-ahead log; `false` when readers stood in the way for too long.
    pub fn empty_log(&mut self) -> Result<bool, StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(error)?;
        Ok(busy == 0)
    }
}

/// Whether `$1`, `$2` … are first used in this order, as SQLite numbers them.
fn in_order(sql: &str) -> bool {
    let mut numbers = sql.split('$').skip(1).filter_map(|rest| {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()
    });
    numbers.try_fold(0, |last, number| (number <= last + 1).then_some(last.max(number))).is_some()
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Int(number) => ValueRef::Integer(*number),
            Param::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Owned(text) => ValueRef::Text(text.as_bytes()),
            Param::Double(number) => ValueRef::Real(*number),
            Param::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// One cell of a row.
pub(crate) fn cell<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Result<Cell<'a>, StoreError> {
    Ok(match row.get_ref(column).map_err(error)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(_) => Cell::Other("a floating-point number"),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_or(Cell::Other("text that is no UTF-8"), Cell::Text),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    })
}

/// What SQLite says, in our words.
pub(crate) fn error(error: rusqlite::Error) -> StoreError {
    let message = error.to_string();
    let rusqlite::Error::SqliteFailure(failure, text) = &error else { return StoreError::Database { message } };
    let text = text.as_deref().unwrap_or_default();
    match failure.extended_code {
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => taken(text),
        rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::Dangling { table: String::new(), column: String::new(), id: 0 }
        }
        _ => match failure.code {
            ErrorCode::OperationInterrupted => StoreError::TooLong { seconds: crate::pool::LIFE.as_secs() },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            _ => StoreError::Database { message },
        },
    }
}

/// Reads `UNIQUE constraint failed: pupil.code, pupil.year`.
fn taken(text: &str) -> StoreError {
    let names = text.split_once("failed: ").map_or("", |(_, names)| names);
    let pairs: Vec<(&str, &str)> = names.split(", ").filter_map(|name| name.split_once('.')).collect();
    StoreError::Taken {
        table: pairs.first().map(|(table, _)| table.to_string()).unwrap_or_default(),
        columns: pairs.iter().map(|(_, column)| column.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_durable_writer_syncs_every_commit_and_keeps_references() {
        let folder = tempfile::tempdir().unwrap();
        let setting = |role: Role, name: &str| {
            let link = open(&folder.path().join("a.db"), role, &Arc::default()).unwrap().sqlite();
            link.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap()
        };
        assert_eq!(setting(Role::Writer { durable: true }, "synchronous"), 2);
        assert_eq!(setting(Role::Writer { durable: false }, "synchronous"), 1);
        assert_eq!(setting(Role::Writer { durable: true }, "foreign_keys"), 1);
        assert_eq!(setting(Role::Reader, "query_only"), 1);
    }

    #[test]
    fn only_what_is_new_or_has_grown_tenfold_is_learned_again() {
        let folder = tempfile::tempdir().unwrap();
        let learned = Arc::default();
        let opened = || open(&folder.path().join("a.db"), Role::Writer { durable: false }, &learned).unwrap().sqlite();
        let mut link = opened();
        link.batch("CREATE TABLE bare (one INT); CREATE TABLE room (id INTEGER PRIMARY KEY, school INT);").unwrap();
        link.batch("CREATE INDEX school ON room (school); INSERT INTO bare VALUES (1)").unwrap();
        let grow = |link: &mut Sqlite, rows: i64| {
            let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
                       INSERT INTO room (school) SELECT i % 7 FROM n";
            link.execute(sql, &[rows.into()]).unwrap();
        };
        let learns = |link: &mut Sqlite| {
            let before = learned.load(Ordering::Acquire);
            link.learn_new().unwrap();
            learned.load(Ordering::Acquire) - before
        };
        assert_eq!(learns(&mut link), 0, "there is nothing to learn from an empty index");
        grow(&mut link, 100);
        assert_eq!((learns(&mut link), learns(&mut link)), (1, 0));
        let mut link = opened();
        assert_eq!(learns(&mut link), 0, "it is kept in the database");
        grow(&mut link, 300);
        assert_eq!(learns(&mut link), 0);
        grow(&mut link, 1_000);
        assert_eq!(learns(&mut link), 1);
        link.batch("CREATE INDEX both ON room (school, id)").unwrap();
        assert_eq!((learns(&mut link), learns(&mut link)), (1, 0));
    }

    #[test]
    fn parameters_out_of_order_are_told() {
        assert!(in_order("SELECT $1, $2, $1 FROM a WHERE b > $3"));
        assert!(!in_order("UPDATE a SET b = $2 WHERE c = $1"));
    }

    #[test]
    fn a_broken_unique_set_is_named() {
        let StoreError::Taken { table, columns } = taken("UNIQUE constraint failed: pupil.code, pupil.year") else {
            panic!("another error")
        };
        assert_eq!((table.as_str(), columns), ("pupil", vec!["code".to_string(), "year".to_string()]));
    }
}
