//! Where the database is and how it is opened.

use crate::error::StoreError;
use crate::keys::Keys;
use luoshi_kernel::derive::Derives;
use std::fmt;
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
    /// Where the bytes of files lie; `None`: no file can be kept.
    pub files: Option<Files>,
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
        let files = Files::Folder(file.with_file_name("files"));
        Options { files: Some(files), ..Options::of(Database::Sqlite(file)) }
    }

    /// A durable PostgreSQL database at this address, with four readers, and no place for files.
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

    /// The same with a place for files.
    pub fn with_files(self, files: Files) -> Options {
        Options { files: Some(files), ..self }
    }
}

/// Where the bytes of files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    /// A folder; made when there is none.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket of a store that speaks the protocol of S3. Shows itself as `s3://NAME/PREFIX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub(crate) name: String,
    /// Empty, or ends in a slash.
    pub(crate) prefix: String,
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) access: Access,
}

impl Bucket {
    /// A bucket from `s3://NAME/PREFIX`. `endpoint`: where the store answers, `https://HOST`, or `https://{bucket}.HOST`
    /// for one that wants the bucket's name in the host's.
    ///
    /// # Errors
    /// [`StoreError::Files`] when the address is none.
    pub fn new(address: &str, endpoint: &str, region: &str, access: Access) -> Result<Bucket, StoreError> {
        let wrong = || StoreError::Files {
            reason: format!("`{address}` is no address of a bucket; write it as s3://BUCKET or s3://BUCKET/PREFIX"),
            chinese: format!("“{address}”不是存储桶的地址，请写成 s3://桶名 或 s3://桶名/前缀"),
        };
        let plain = |text: &str, marks: &str| {
            let letters = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
            text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(letters)
        };
        let rest = address.strip_prefix("s3://").ok_or_else(wrong)?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let is_name = plain(name, "-.") && (3..=63).contains(&name.len()) && !name.contains("..");
        let is_prefix = prefix.is_empty() || prefix.split('/').all(|part| plain(part, "-._"));
        if !is_name || !is_prefix {
            return Err(wrong());
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let (name, endpoint, region) = (name.into(), endpoint.into(), region.into());
        Ok(Bucket { name, prefix, endpoint, region, access })
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "s3://{}/{}", self.name, self.prefix)
    }
}

/// What opens a bucket. Its secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    pub(crate) key: String,
    secret: String,
    pub(crate) token: Option<String>,
}

impl Access {
    /// A key, its secret, and the token of one that ends.
    pub fn new(key: impl Into<String>, secret: impl Into<String>, token: Option<String>) -> Access {
        Access { key: key.into(), secret: secret.into(), token }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Access")
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
    refuse_system(folder, status.f_type as u64 & 0xFFFF_FFFF)
}

fn refuse_system(folder: &Path, magic: u64) -> Result<(), StoreError> {
    match network_system(magic) {
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
    fn an_address_of_a_bucket_is_read_and_another_is_refused() {
        let read = |address: &str| Bucket::new(address, "", "", Access::new("", "", None)).map(|it| it.to_string());
        assert_eq!(read("s3://files").unwrap(), "s3://files/");
        assert_eq!(read("s3://yiwu.files/edu/2021/").unwrap(), "s3://yiwu.files/edu/2021/");
        for wrong in
            ["files", "s3://", "s3:///a", "s3://a", "s3://a..b", "s3://files/..", "s3://files/a//b", "s3://files/é"]
        {
            assert_eq!(read(wrong).unwrap_err().code(), "S023", "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let access = Access::new("key", "secret", Some("token".into()));
        let bucket = Bucket::new("s3://files", "https://host", "", access).unwrap();
        let shown = format!("{bucket} {bucket:?} {:?}", Options::sqlite("x").with_files(Files::Bucket(bucket.clone())));
        assert!(!shown.contains("secret") && !shown.contains("token"), "{shown}");
    }

    #[test]
    fn network_shares_are_told_from_disks() {
        assert_eq!(network_system(0x6969), Some("NFS"));
        let refused = refuse_system(Path::new("share"), 0x6969);
        assert!(matches!(refused, Err(StoreError::NetworkShare { .. })), "{refused:?}");
        assert!(refuse_system(Path::new("disk"), 0xEF53).is_ok());
        assert_eq!(network_system(0xEF53), None); // ext4
        assert!(refuse_network_share(Path::new(".")).is_ok());
    }
}
