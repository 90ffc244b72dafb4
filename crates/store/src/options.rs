//! Where the database is and how it is opened.

use crate::error::StoreError;
use crate::keys::Keys;
use luoshi_kernel::derive::Derives;
use std::path::{Path, PathBuf};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which database.
    pub database: Database,
    /// Every answered write has reached the disk. `false` only for measurements.
    pub durable: bool,
    /// How many reads may run at once.
    pub readers: usize,
    /// The folder of files' bytes; `None`: no file can be kept.
    pub files: Option<PathBuf>,
    /// The keys of sealed fields; `None`: sealed values can be neither read nor written.
    pub keys: Option<Keys>,
    /// The exits by which values are derived.
    pub derives: Derives,
    /// How many records may follow a change in its own transaction; what goes beyond is left to jobs.
    pub followers: usize,
}

impl Options {
    /// A durable SQLite database in this file, with four readers; files lie in `files` beside it.
    pub fn sqlite(file: impl Into<PathBuf>) -> Options {
        let file = file.into();
        let files = file.with_file_name("files");
        Options { files: Some(files), ..Options::of(Database::Sqlite(file)) }
    }

    /// A durable PostgreSQL database at this address, with four readers, and no folder of files.
    pub fn postgres(url: impl Into<String>) -> Options {
        Options::of(Database::Postgres(url.into()))
    }

    fn of(database: Database) -> Options {
        Options {
            database,
            durable: true,
            readers: 4,
            files: None,
            keys: None,
            derives: Derives::new(),
            followers: crate::follow::MOST,
        }
    }

    /// The same with the keys of a folder.
    pub fn with_keys(self, folder: impl Into<PathBuf>) -> Options {
        Options { keys: Some(Keys::in_folder(folder)), ..self }
    }

    /// The same with exits by which values are derived.
    pub fn with_derives(self, derives: Derives) -> Options {
        Options { derives, ..self }
    }

    /// The same with a folder of files.
    pub fn with_files(self, folder: impl Into<PathBuf>) -> Options {
        Options { files: Some(folder.into()), ..self }
    }
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of this program's own SQLite; made when there is none.
    Sqlite(PathBuf),
    /// `postgres://user@host:port/database`; a schema other than `public` by `options=-c%20search_path%3DNAME`.
    Postgres(String),
}

/// Which SQL the database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// File systems on which the locks of SQLite cannot be trusted, by the magic number that `statfs` gives.
/// Source: Linux, `include/uapi/linux/magic.h` and the file systems' own headers.
const NETWORK: [(u64, &str); 10] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB2"),
    (0xFF53_4D42, "CIFS"),
    (0x564C, "NCP"),
    (0x0102_1997, "9P"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
];

/// Refuses a folder on a network share.
pub(crate) fn refuse_network_share(folder: &Path) -> Result<(), StoreError> {
    let status = rustix::fs::statfs(folder)
        .map_err(|error| StoreError::File { path: folder.display().to_string(), message: error.to_string() })?;
    // The type's width and sign differ between machines; magic numbers are 32 bits.
    match network_system(status.f_type as u64 & 0xFFFF_FFFF) {
        Some(system) => {
            Err(StoreError::NetworkShare { folder: folder.display().to_string(), system: system.to_string() })
        }
        None => Ok(()),
    }
}

fn network_system(magic: u64) -> Option<&'static str> {
    NETWORK.iter().find(|(known, _)| *known == magic).map(|(_, system)| *system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_shares_are_told_from_disks() {
        assert_eq!(network_system(0x6969), Some("NFS"));
        assert_eq!(network_system(0xEF53), None); // ext4
        assert!(refuse_network_share(Path::new(".")).is_ok());
    }
}
