//! Bytes of files: in a folder, each under the SM3 digest of its content, `ab/cdef…`, so that the same content lies there
//! once and no name that a person gave ever meets the file system.
//!
//! Bytes are written, synced and renamed before anything in the database speaks of them. What was sent and is named by no
//! record goes after a while ([`Store::sweep_files`]); what a record has named stays.

use crate::error::StoreError;
use crate::link::Row;
use crate::reader::Reader;
use crate::record::{Act, Draft};
use crate::store::Store;
use crate::writer::Writer;
use luoshi_kernel::digest::{self, hex};
use luoshi_pack::{FileType, Value};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// What is known of the content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SM3 of its bytes, lower-case hex.
    pub digest: String,
    /// What its bytes are.
    pub known: FileType,
    /// How many bytes.
    pub size: i64,
}

/// Sent files that nobody has named in a record yet: who sent what, when.
pub(crate) const MAKE: &str = "
CREATE TABLE IF NOT EXISTS upload (digest TEXT NOT NULL, account INT NOT NULL, type TEXT NOT NULL, size INT NOT NULL,
    at INT NOT NULL, PRIMARY KEY (digest, account)) CLUSTERED;
";

/// Half-written files, inside the folder.
const PARTS: &str = "part";
/// Hex digits that name a subfolder.
const FAN: usize = 2;

/// The folder of a store.
pub(crate) struct Folder {
    root: Option<PathBuf>,
    /// Held shared while a file is put and noted, alone while files are removed.
    sweeping: RwLock<()>,
    parts: AtomicU64,
}

impl Folder {
    pub fn new(root: Option<PathBuf>) -> Folder {
        Folder { root, sweeping: RwLock::new(()), parts: AtomicU64::new(0) }
    }

    fn root(&self) -> Result<&Path, StoreError> {
        self.root.as_deref().ok_or_else(|| StoreError::File {
            path: "files".into(),
            message: "no folder for files is given; name one beside the address of the database".into(),
        })
    }

    /// Where the bytes of a digest lie; nothing but a digest leads anywhere.
    fn path(&self, digest: &str) -> Result<Option<PathBuf>, StoreError> {
        let plain = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let root = self.root()?;
        Ok(plain.then(|| root.join(&digest[..FAN]).join(&digest[FAN..])))
    }

    /// The bytes under a digest as they lie there, whatever they are.
    pub fn read(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(path) = self.path(digest)? else { return Ok(None) };
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path)(error)),
        }
    }

    /// Writes, syncs and renames. Content that is there already is left; what lies there and is another is replaced.
    fn keep(&self, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if self.read(digest)?.as_deref() == Some(bytes) {
            return Ok(());
        }
        let damaged = || StoreError::Damaged { what: format!("`{digest}` is no digest") };
        let path = self.path(digest)?.ok_or_else(damaged)?;
        let root = self.root()?;
        let (parts, folder) = (root.join(PARTS), root.join(&digest[..FAN]));
        for made in [&parts, &folder] {
            fs::create_dir_all(made).map_err(failed(made))?;
        }
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        let part = parts.join(format!("{digest}.{}.{number}", std::process::id()));
        let written = File::create(&part).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        let renamed = written.and_then(|()| fs::rename(&part, &path));
        if renamed.is_err() {
            // What is left of it is swept later if it cannot be removed now.
            let _ = fs::remove_file(&part);
        }
        renamed.map_err(failed(&path))?;
        sync_folder(&folder).and_then(|()| sync_folder(root)).map_err(failed(&folder))
    }

    /// Files that were last written before an instant: their digests, and half-written ones.
    fn older(&self, instant: SystemTime) -> Result<(Vec<String>, Vec<PathBuf>), StoreError> {
        let (mut digests, mut parts) = (vec![], vec![]);
        let root = self.root()?;
        if !root.exists() {
            return Ok((digests, parts));
        }
        for folder in fs::read_dir(root).map_err(failed(root))? {
            let folder = folder.map_err(failed(root))?;
            let name = folder.file_name().to_string_lossy().into_owned();
            for entry in fs::read_dir(folder.path()).map_err(failed(&folder.path()))? {
                let entry = entry.map_err(failed(&folder.path()))?;
                let changed = entry.metadata().and_then(|known| known.modified()).map_err(failed(&entry.path()))?;
                if changed > instant {
                } else if name == PARTS {
                    parts.push(entry.path());
                } else {
                    digests.push(format!("{name}{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        Ok((digests, parts))
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> StoreError + use<> {
    let path = path.display().to_string();
    move |error| StoreError::File { path: path.clone(), message: error.to_string() }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

impl Store {
    /// Keeps the bytes of a file on the disk and notes who sent them; gives what is known of them. No record names it
    /// yet: [`Writer::name_file`] does, in the transaction that writes the record.
    ///
    /// # Errors
    /// [`StoreError::File`] when the folder cannot be written; those of [`Store::write`].
    pub fn put_file(&self, act: Act, bytes: &[u8], known: FileType) -> Result<Content, StoreError> {
        let content = Content { digest: hex(&digest::of(bytes)), known, size: bytes.len() as i64 };
        let _putting = self.files().sweeping.read().unwrap_or_else(PoisonError::into_inner);
        self.files().keep(&content.digest, bytes)?;
        let noted = content.clone();
        self.write(act, move |writer: &mut Writer| writer.note_upload(&noted))?;
        Ok(content)
    }

    /// The bytes under a digest.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when they are missing or no longer have that digest.
    pub fn file_bytes(&self, digest: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = self.files().read(digest)?;
        let damaged = |what: &str| StoreError::Damaged { what: format!("the bytes of file {digest} {what}") };
        match bytes {
            None => Err(damaged("are missing")),
            Some(bytes) if hex(&digest::of(&bytes)) != digest => Err(damaged("were altered")),
            Some(bytes) => Ok(bytes),
        }
    }

    /// Removes the bytes that no record names and nobody sent within `age`, by the clock of the act and by that of the
    /// machine; gives how many files went.
    pub fn sweep_files(&self, act: Act, age: Duration) -> Result<u64, StoreError> {
        let _alone = self.files().sweeping.write().unwrap_or_else(PoisonError::into_inner);
        let before = act.at.saturating_sub(i64::try_from(age.as_micros()).unwrap_or(i64::MAX));
        let Some(instant) = SystemTime::now().checked_sub(age) else { return Ok(0) };
        let (digests, mut gone) = self.files().older(instant)?;
        self.write(act, move |writer: &mut Writer| {
            writer.plain("DELETE FROM upload WHERE at <= $1", &[before.into()]).map(|_| ())
        })?;
        for page in digests.chunks(1_000) {
            let free = self.read(|reader| {
                let mut free = vec![];
                for digest in page {
                    if !reader.is_spoken_of(digest)? {
                        free.push(digest.clone());
                    }
                }
                Ok(free)
            })?;
            for digest in free {
                gone.extend(self.files().path(&digest)?);
            }
        }
        for path in &gone {
            fs::remove_file(path).map_err(failed(path))?;
        }
        Ok(gone.len() as u64)
    }
}

fn content(digest: &str, row: &Row<'_>) -> Result<Content, StoreError> {
    let word = row.text(0)?;
    let damaged = || StoreError::Damaged { what: format!("file {digest} is of no known type `{word}`") };
    let known = FileType::of_word(&word).ok_or_else(damaged)?;
    Ok(Content { digest: digest.to_string(), known, size: row.int(1)? })
}

impl Reader {
    /// What is known of a content that a record has named.
    pub fn file_content(&mut self, digest: &str) -> Result<Option<Content>, StoreError> {
        self.schema.shape(FILE)?;
        let sql = "SELECT \"type\", \"size\" FROM \"file\" WHERE \"digest\" = $1";
        self.link()?.one(sql, &[digest.into()], |row| content(digest, row))
    }

    /// What is known of a content that an account has sent lately.
    pub fn upload(&mut self, digest: &str, account: i64) -> Result<Option<Content>, StoreError> {
        let sql = "SELECT type, size FROM upload WHERE digest = $1 AND account = $2";
        self.link()?.one(sql, &[digest.into(), account.into()], |row| content(digest, row))
    }

    fn is_spoken_of(&mut self, digest: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM upload WHERE digest = $1 LIMIT 1";
        if self.link()?.one(sql, &[digest.into()], |_| Ok(()))?.is_some() {
            return Ok(true);
        }
        Ok(self.file_content(digest)?.is_some())
    }
}

/// The built-in table of contents.
pub(crate) const FILE: &str = "file";

impl Writer {
    fn note_upload(&mut self, content: &Content) -> Result<(), StoreError> {
        let sql = "INSERT INTO upload (digest, account, type, size, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (digest, account) DO UPDATE SET at = excluded.at";
        let (by, now) = (self.by(), self.now());
        let params =
            [content.digest.as_str().into(), by.into(), content.known.word().into(), content.size.into(), now.into()];
        self.plain(sql, &params).map(|_| ())
    }

    /// Notes that a record names a content, with a line of the ledger the first time; after the write of the record, whose
    /// version answers the request.
    pub fn name_file(&mut self, content: &Content) -> Result<(), StoreError> {
        if self.file_content(&content.digest)?.is_some() {
            return Ok(());
        }
        let values = [
            ("digest", Value::Text(content.digest.clone())),
            ("type", Value::Text(content.known.word().into())),
            ("size", Value::Int(content.size)),
        ];
        let values = values.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        self.file(&luoshi_kernel::table::file(), Draft { values, ..Draft::default() }).map(|_| ())
    }
}
