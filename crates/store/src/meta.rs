//! `meta`: single facts about the database by key.

use crate::error::StoreError;
use crate::options::Dialect;
use crate::reader::Reader;
use crate::writer::Writer;

impl Reader {
    /// The value under a key.
    pub fn meta(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        self.link()?.one("SELECT value FROM meta WHERE key = $1", &[key.into()], |row| row.text(0))
    }
}

impl Reader {
    /// How many bytes the database takes.
    pub fn size(&mut self) -> Result<i64, StoreError> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            Dialect::Postgres => "SELECT pg_database_size(current_database())",
        };
        Ok(self.link()?.one(sql, &[], |row| row.int(0))?.unwrap_or(0))
    }
}

impl Writer {
    /// Puts a value under a key. Keys of the store's own (`format`) are refused.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let own = ["accounts:", "owners:", "copies:", "derived:", "search:"];
        if key == "format" || own.iter().any(|start| key.starts_with(start)) {
            let reason = "this key is the store's own".to_string();
            return Err(StoreError::Unfit { table: "meta".into(), column: key.to_string(), reason });
        }
        let sql =
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.plain(sql, &[key.into(), value.into()]).map(|_| ())
    }
}
