//! The tables of the store itself.

use crate::error::StoreError;
use crate::link::Link;
use crate::options::Dialect;

/// The format of the database that this program writes. A higher one is refused.
pub(crate) const FORMAT: i64 = 7;

/// Names that no register may have.
pub(crate) const TABLES: [&str; 28] = [
    "meta",
    "catalogue_register",
    "catalogue_field",
    "data_key",
    "ledger",
    "ledger_end",
    "ledger_node",
    "ledger_head",
    "unit_within",
    "seen",
    "serial_counter",
    "write_counter",
    "request_made",
    "account",
    "session",
    "job",
    "leaving",
    "search",
    "search_config",
    "search_data",
    "search_docsize",
    "search_due",
    "search_idx",
    "search_word",
    "sending",
    "tally",
    "upload",
    "watching",
];

/// `INT`, `BYTES`, `BOOL` and `CLUSTERED` become what the database calls them; every `TEXT` is ordered by its bytes.
const MAKE: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) CLUSTERED;
CREATE TABLE IF NOT EXISTS catalogue_register (number INT PRIMARY KEY, name TEXT NOT NULL UNIQUE, shape TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS catalogue_field (register INT NOT NULL, number INT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, target TEXT, place INT NOT NULL, dropped TEXT, PRIMARY KEY (register, number)) CLUSTERED;
CREATE TABLE IF NOT EXISTS ledger (seq INT PRIMARY KEY, register INT NOT NULL, id INT NOT NULL, version INT NOT NULL,
    digest BYTES NOT NULL, chain BYTES NOT NULL);
CREATE TABLE IF NOT EXISTS ledger_end (one INT PRIMARY KEY CHECK (one = 1), size INT NOT NULL, chain BYTES NOT NULL,
    at INT NOT NULL, schema INT NOT NULL);
CREATE TABLE IF NOT EXISTS ledger_node (level INT NOT NULL, place INT NOT NULL, hash BYTES NOT NULL,
    PRIMARY KEY (level, place)) CLUSTERED;
CREATE TABLE IF NOT EXISTS ledger_head (size INT PRIMARY KEY, root BYTES NOT NULL, chain BYTES NOT NULL, at INT NOT NULL);
CREATE TABLE IF NOT EXISTS unit_within (ancestor INT NOT NULL, unit INT NOT NULL, PRIMARY KEY (ancestor, unit)) CLUSTERED;
CREATE INDEX IF NOT EXISTS unit_within_unit ON unit_within (unit, ancestor);
CREATE TABLE IF NOT EXISTS seen (register INT NOT NULL, id INT NOT NULL, unit INT NOT NULL, times INT NOT NULL,
    PRIMARY KEY (register, id, unit)) CLUSTERED;
CREATE INDEX IF NOT EXISTS seen_unit ON seen (register, unit, id);
CREATE TABLE IF NOT EXISTS serial_counter (register INT NOT NULL, year INT NOT NULL, given INT NOT NULL,
    PRIMARY KEY (register, year)) CLUSTERED;
CREATE TABLE IF NOT EXISTS watching (watch TEXT NOT NULL, id INT NOT NULL, opened INT NOT NULL,
    PRIMARY KEY (watch, id)) CLUSTERED;
CREATE TABLE IF NOT EXISTS write_counter (register INT PRIMARY KEY, writes INT NOT NULL);
CREATE TABLE IF NOT EXISTS request_made (request TEXT PRIMARY KEY, register INT NOT NULL, id INT NOT NULL,
    version INT NOT NULL) CLUSTERED;
CREATE TABLE IF NOT EXISTS account (id INT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, person INT,
    password TEXT NOT NULL, disabled BOOL NOT NULL);
CREATE TABLE IF NOT EXISTS session (token BYTES PRIMARY KEY, account INT NOT NULL REFERENCES account (id),
    since INT NOT NULL, seen INT NOT NULL, expires INT NOT NULL) CLUSTERED;
CREATE INDEX IF NOT EXISTS session_account ON session (account);
CREATE TABLE IF NOT EXISTS job (id INT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    due INT NOT NULL, state TEXT NOT NULL, attempts INT NOT NULL, taken INT, message TEXT);
CREATE INDEX IF NOT EXISTS job_due ON job (state, due);
";

/// Makes the store's own tables where they are missing, and refuses a database that a later program wrote.
pub(crate) fn prepare(link: &mut Link) -> Result<(), StoreError> {
    link.begin_write()?;
    let prepared = fill(link).and_then(|()| link.commit());
    if prepared.is_err() {
        link.rollback();
    }
    prepared
}

fn fill(link: &mut Link) -> Result<(), StoreError> {
    let dialect = link.dialect();
    if dialect == Dialect::Postgres {
        crate::functions::for_postgres(link)?;
    }
    if let Some(found) = format_of(link)? {
        return raise(link, found);
    }
    link.batch(&in_dialect(MAKE, dialect))?;
    link.batch(make_search(dialect))?;
    link.batch(&in_dialect(crate::file::MAKE, dialect))?;
    link.batch(&in_dialect(crate::tally::MAKE, dialect))?;
    link.batch(&in_dialect(crate::seal::MAKE, dialect))?;
    link.execute("INSERT INTO meta (key, value) VALUES ('format', $1)", &[FORMAT.to_string().as_str().into()])?;
    let none = [0u8; 32];
    let sql = "INSERT INTO ledger_end (one, size, chain, at, schema) VALUES (1, 0, $1, 0, 0)";
    link.execute(sql, &[crate::link::Param::Bytes(&none)]).map(|_| ())
}

fn make_search(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => crate::search::MAKE_SQLITE,
        Dialect::Postgres => crate::search::MAKE_POSTGRES,
    }
}

/// Brings a database of an older format to this one; refuses a newer one.
fn raise(link: &mut Link, found: i64) -> Result<(), StoreError> {
    if found > FORMAT {
        return Err(StoreError::Newer { found, known: FORMAT });
    }
    if found < 2 {
        // Nothing was searched before: the next `apply` sees the difference and fills the index.
        link.batch(make_search(link.dialect()))?;
    }
    if found < 6 {
        link.batch(&in_dialect(crate::file::MAKE, link.dialect()))?;
    }
    if found < 4 {
        link.batch(&in_dialect(crate::tally::MAKE, link.dialect()))?;
        for entry in crate::catalogue::entries(link)? {
            crate::tally::fill(link, &entry.table.name)?;
        }
    }
    if found < 5 {
        link.batch(&in_dialect(crate::seal::MAKE, link.dialect()))?;
    }
    if found < 7 {
        // The next `apply` sees the difference and tells every account.
        let sql = "INSERT INTO meta (key, value) SELECT $1, '' WHERE EXISTS (SELECT 1 FROM account)";
        link.execute(sql, &[crate::account::DUE.into()])?;
    }
    if found < FORMAT {
        link.execute("UPDATE meta SET value = $1 WHERE key = 'format'", &[FORMAT.to_string().as_str().into()])?;
    }
    Ok(())
}

fn format_of(link: &mut Link) -> Result<Option<i64>, StoreError> {
    let tables = match link.dialect() {
        Dialect::Sqlite => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'",
        Dialect::Postgres => {
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'"
        }
    };
    if link.one(tables, &[], |row| row.int(0))? == Some(0) {
        return Ok(None);
    }
    let text = link.one("SELECT value FROM meta WHERE key = 'format'", &[], |row| row.text(0))?;
    match text.as_deref().map(str::parse) {
        Some(Ok(format)) => Ok(Some(format)),
        Some(Err(_)) => Err(StoreError::Damaged { what: "the number of its format is unreadable".into() }),
        None => Ok(None),
    }
}

/// Writes a statement with the type names of the database.
pub(crate) fn in_dialect(sql: &str, dialect: Dialect) -> String {
    let names = match dialect {
        Dialect::Sqlite => [
            ("INT PRIMARY KEY", "INTEGER PRIMARY KEY"),
            ("INT ", "INTEGER "),
            ("BYTES", "BLOB"),
            ("BOOL", "INTEGER"),
            ("CLUSTERED", "WITHOUT ROWID"),
            ("TEXT", "TEXT"),
        ],
        Dialect::Postgres => [
            ("INT PRIMARY KEY", "bigint PRIMARY KEY"),
            ("INT", "bigint"),
            ("BYTES", "bytea"),
            ("BOOL", "boolean"),
            ("CLUSTERED", ""),
            ("TEXT", "text COLLATE \"C\""),
        ],
    };
    names.iter().fold(sql.to_string(), |sql, (ours, theirs)| sql.replace(ours, theirs))
}
