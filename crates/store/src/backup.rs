//! Copies a SQLite database while it is in use.
//!
//! The write-ahead log is emptied between two groups, and in the same moment a reader of its own takes its snapshot. As
//! long as that reader lives nobody, in this process or another, moves pages from the log into the database: the file
//! stands still and is copied as it is, while writes go on into the log.

use crate::error::StoreError;
use crate::sqlite;
use crate::store::Store;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::Ordering;

impl Store {
    /// Writes a copy of the database, as it stands at some instant of the call, to `to`. Writes and reads go on. A file
    /// that is there already is replaced once the copy is whole and on the disk.
    ///
    /// # Errors
    /// [`StoreError::File`]; [`StoreError::Schema`] on PostgreSQL, which has tools of its own; [`StoreError::Busy`] when
    /// a reader of another process stood in the way.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Some(from) = self.file().map(Path::to_path_buf) else {
            return Err(StoreError::Schema {
                reason: "a PostgreSQL database is copied with `pg_dump` or `pg_basebackup`".into(),
                chinese: "PostgreSQL 数据库请用 pg_dump 或 pg_basebackup 备份".into(),
            });
        };
        self.lane().backups.fetch_add(1, Ordering::Relaxed);
        let copied = self.still(&from).and_then(|holder| {
            let copied = copy(&from, to);
            drop(holder);
            copied
        });
        self.lane().backups.fetch_sub(1, Ordering::Relaxed);
        copied
    }

    /// Empties the log and holds the file still while the returned connection lives.
    fn still(&self, file: &Path) -> Result<crate::link::Link, StoreError> {
        let file = file.to_path_buf();
        self.alone(move |writer| {
            let mut holder = sqlite::open(&file, sqlite::Role::Reader, &Default::default())?;
            if !writer.link()?.empty_log()? {
                return Err(StoreError::Busy);
            }
            holder.begin_read()?;
            crate::ledger::tip(&mut holder)?;
            Ok(holder)
        })
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| StoreError::File { path, message: error.to_string() }
    };
    std::fs::copy(from, &part).map_err(failed(to))?;
    File::open(&part).and_then(|file| file.sync_all()).map_err(failed(to))?;
    std::fs::rename(&part, to).map_err(failed(to))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}
