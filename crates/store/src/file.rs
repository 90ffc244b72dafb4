//! Bytes of files: each under the SM3 digest of its content, `ab/cdef…`, in a folder or in a bucket, so that the same
//! content lies there once and no name that a person gave ever meets either.
//!
//! Bytes are announced in the database, kept, and noted as sent; only what is noted can a record name. So whatever was
//! kept is known to the database, whatever broke off in between: what no record names goes after a while
//! ([`Store::sweep_files`]), and to find it nothing is listed. All of it holds for several processes on one database.
//! Nothing here keeps the lane waiting: bytes come and go outside of it.

mod bucket;
mod folder;

use crate::error::StoreError;
use crate::link::Row;
use crate::options::Files;
use crate::reader::Reader;
use crate::record::{Act, Draft};
use crate::store::Store;
use crate::writer::Writer;
use bucket::Bucket;
use folder::Folder;
use luoshi_kernel::digest::{self, hex};
use luoshi_pack::{FileType, Value};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

/// `upload`: who sent what, when, by the bureau's clock. `sending`: whose bytes may lie there before that is noted.
/// `leaving`: whose bytes somebody is about to remove. The last two go by the machine's clock.
pub(crate) const MAKE: &str = "
CREATE TABLE IF NOT EXISTS upload (digest TEXT NOT NULL, account INT NOT NULL, type TEXT NOT NULL, size INT NOT NULL,
    at INT NOT NULL, PRIMARY KEY (digest, account)) CLUSTERED;
CREATE TABLE IF NOT EXISTS sending (digest TEXT NOT NULL, account INT NOT NULL, at INT NOT NULL,
    PRIMARY KEY (digest, account)) CLUSTERED;
CREATE TABLE IF NOT EXISTS leaving (digest TEXT PRIMARY KEY, at INT NOT NULL) CLUSTERED;
";

/// Hex digits that name a subfolder.
const FAN: usize = 2;
/// Contents that one write claims for removal.
const CLAIM: usize = 100;
/// For how long what was claimed is removed without asking again.
const REMOVING: Duration = Duration::from_secs(120);
/// After which a claim has surely ended: a removal takes less time than lies between the two.
const ENDED: Duration = Duration::from_secs(600);
/// How often somebody who sends a content looks whether its removal has ended, and the wait in between.
const LOOKS: (u32, Duration) = (100, Duration::from_millis(50));

/// Where the bytes of a store lie.
pub(crate) enum Place {
    Nowhere,
    Folder(Folder),
    Bucket(Box<Bucket>),
}

impl Place {
    pub fn new(files: Option<&Files>) -> Result<Place, StoreError> {
        Ok(match files {
            None => Place::Nowhere,
            Some(Files::Folder(root)) => Place::Folder(Folder::new(root.clone())),
            Some(Files::Bucket(bucket)) => Place::Bucket(Box::new(Bucket::new(bucket)?)),
        })
    }

    /// The bytes under a digest as they lie there, whatever they are.
    pub fn read(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = key(digest) else { return Ok(None) };
        match self {
            Place::Nowhere => Err(nowhere()),
            Place::Folder(folder) => folder.read(&key),
            Place::Bucket(bucket) => bucket.read(digest, &key),
        }
    }

    /// Keeps bytes so that they outlive this machine's next moment; heals what lies there and is another.
    fn keep(&self, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let damaged = || StoreError::Damaged { what: format!("`{digest}` is no digest") };
        let key = key(digest).ok_or_else(damaged)?;
        match self {
            Place::Nowhere => Err(nowhere()),
            Place::Folder(folder) => folder.keep(&key, bytes),
            Place::Bucket(bucket) => bucket.keep(&key, bytes),
        }
    }

    /// Removes bytes; those that are not there are removed already.
    fn remove(&self, digest: &str) -> Result<(), StoreError> {
        let Some(key) = key(digest) else { return Ok(()) };
        match self {
            Place::Nowhere => Err(nowhere()),
            Place::Folder(folder) => folder.remove(&key),
            Place::Bucket(bucket) => bucket.remove(&key),
        }
    }

    /// Removes what was half written and left; gives how many. A bucket holds nothing half written.
    fn sweep_parts(&self, age: Duration) -> Result<u64, StoreError> {
        match self {
            Place::Folder(folder) => folder.sweep_parts(age),
            Place::Nowhere | Place::Bucket(_) => Ok(0),
        }
    }
}

/// Where the bytes of a digest lie; nothing but a digest leads anywhere.
fn key(digest: &str) -> Option<String> {
    let plain = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| format!("{}/{}", &digest[..FAN], &digest[FAN..]))
}

fn nowhere() -> StoreError {
    StoreError::Files {
        reason: "no place for files is given; name a folder or a bucket beside the address of the database".into(),
        chinese: "没有指明文件放在哪里：请在数据库地址之外再指明文件夹或存储桶".into(),
    }
}

/// Microseconds by the machine's clock.
fn machine() -> i64 {
    micros(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Store {
    /// Keeps the bytes of a file and notes who sent them; gives what is known of them. No record names it yet:
    /// [`Writer::name_file`] does, in the transaction that writes the record.
    ///
    /// # Errors
    /// [`StoreError::File`] when the folder cannot be written, [`StoreError::Files`] when the bucket cannot be reached;
    /// [`StoreError::Busy`] when the same content is being removed; those of [`Store::write`].
    pub fn put_file(&self, act: Act, bytes: &[u8], known: FileType) -> Result<Content, StoreError> {
        let content = Content { digest: hex(&digest::of(bytes)), known, size: bytes.len() as i64 };
        for _ in 0..LOOKS.0 {
            let (digest, now) = (content.digest.clone(), machine());
            if !self.write(act.clone(), move |writer: &mut Writer| writer.announce(&digest, now))? {
                std::thread::sleep(LOOKS.1);
                continue;
            }
            self.files().keep(&content.digest, bytes)?;
            let noted = content.clone();
            if self.write(act.clone(), move |writer: &mut Writer| writer.note_upload(&noted))? {
                return Ok(content);
            }
        }
        Err(StoreError::Busy)
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

    /// Tries whether files can be had: reads the content that a record named last, or asks for one that is not there.
    ///
    /// # Errors
    /// As [`Store::file_bytes`].
    pub fn try_files(&self) -> Result<(), StoreError> {
        let newest = self.read(|reader| {
            reader.schema.shape(FILE)?;
            reader.link()?.one("SELECT digest FROM file ORDER BY id DESC LIMIT 1", &[], |row| row.text(0))
        })?;
        match newest {
            Some(digest) => self.file_bytes(&digest).map(|_| ()),
            None => self.files().read(&"0".repeat(64)).map(|_| ()),
        }
    }

    /// Removes the bytes that no record names and nobody sent within `age`; gives how many files went. What was sent is
    /// judged by the clock of the act, what broke off while it was sent by that of the machine.
    ///
    /// # Errors
    /// Those of the place where they lie; what is left is removed by the next call.
    pub fn sweep_files(&self, act: Act, age: Duration) -> Result<u64, StoreError> {
        let mut count = self.files().sweep_parts(age)?;
        loop {
            let (before, since, now) = (act.at.saturating_sub(micros(age)), Instant::now(), machine());
            let broken = now.saturating_sub(micros(age));
            let claim = move |writer: &mut Writer| writer.claim_unnamed(before, broken, now);
            let (claimed, more) = self.write(act.clone(), claim)?;
            let mut gone = Vec::with_capacity(claimed.len());
            let mut removed = Ok(());
            for digest in claimed.iter().take_while(|_| since.elapsed() < REMOVING) {
                removed = self.files().remove(digest);
                if removed.is_err() {
                    break;
                }
                gone.push(digest.clone());
            }
            count += gone.len() as u64;
            let whole = gone.len() == claimed.len();
            self.write(act.clone(), move |writer: &mut Writer| writer.unclaim(&gone, now))?;
            removed?;
            if !more || !whole {
                return Ok(count);
            }
        }
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
}

/// The built-in table of contents.
pub(crate) const FILE: &str = "file";

impl Writer {
    /// Says that bytes may lie there from now on; `false` while somebody is about to remove those of that content.
    fn announce(&mut self, digest: &str, now: i64) -> Result<bool, StoreError> {
        let ended = now.saturating_sub(micros(ENDED));
        self.plain("DELETE FROM leaving WHERE digest = $1 AND at < $2", &[digest.into(), ended.into()])?;
        let leaving = "SELECT 1 FROM leaving WHERE digest = $1";
        if self.link()?.one(leaving, &[digest.into()], |_| Ok(()))?.is_some() {
            return Ok(false);
        }
        let sql = "INSERT INTO sending (digest, account, at) VALUES ($1, $2, $3)
                   ON CONFLICT (digest, account) DO UPDATE SET at = excluded.at";
        let by = self.by();
        self.plain(sql, &[digest.into(), by.into(), now.into()])?;
        Ok(true)
    }

    /// Notes that an account has sent a content; `false` when its announcement was swept meanwhile, and with it perhaps
    /// the bytes.
    fn note_upload(&mut self, content: &Content) -> Result<bool, StoreError> {
        let (by, now, digest) = (self.by(), self.now(), content.digest.as_str());
        let announced = "DELETE FROM sending WHERE digest = $1 AND account = $2";
        // Two of one's own at once share an announcement; the first has noted the upload then.
        if self.plain(announced, &[digest.into(), by.into()])? == 0 && self.upload(digest, by)?.is_none() {
            return Ok(false);
        }
        let sql = "INSERT INTO upload (digest, account, type, size, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (digest, account) DO UPDATE SET at = excluded.at";
        let params = [digest.into(), by.into(), content.known.word().into(), content.size.into(), now.into()];
        self.plain(sql, &params)?;
        Ok(true)
    }

    /// Forgets what was sent, or broke off, up to two instants, and claims those contents for removal that nothing speaks
    /// of any more, with what an ended claim has left; whether there are more.
    fn claim_unnamed(&mut self, sent: i64, broken: i64, now: i64) -> Result<(Vec<String>, bool), StoreError> {
        self.schema.shape(FILE)?;
        let ended = now.saturating_sub(micros(ENDED));
        let sql = "SELECT digest FROM upload WHERE at <= $1 UNION SELECT digest FROM sending WHERE at <= $2
                   UNION SELECT digest FROM leaving WHERE at < $3 ORDER BY 1 LIMIT $4";
        let params = [sent.into(), broken.into(), ended.into(), (CLAIM as i64).into()];
        let found = self.link()?.all(sql, &params, |row| row.text(0))?;
        let mut claimed = vec![];
        for digest in &found {
            let digest = digest.as_str();
            self.plain("DELETE FROM upload WHERE digest = $1 AND at <= $2", &[digest.into(), sent.into()])?;
            self.plain("DELETE FROM sending WHERE digest = $1 AND at <= $2", &[digest.into(), broken.into()])?;
            self.plain("DELETE FROM leaving WHERE digest = $1 AND at < $2", &[digest.into(), ended.into()])?;
            let claim = "INSERT INTO leaving (digest, at) SELECT $1, $2
                         WHERE NOT EXISTS (SELECT 1 FROM upload WHERE digest = $1)
                         AND NOT EXISTS (SELECT 1 FROM sending WHERE digest = $1)
                         AND NOT EXISTS (SELECT 1 FROM file WHERE digest = $1) ON CONFLICT (digest) DO NOTHING";
            if self.plain(claim, &[digest.into(), now.into()])? > 0 {
                claimed.push(digest.to_string());
            }
        }
        Ok((claimed, found.len() == CLAIM))
    }

    /// Ends claims of an instant: their bytes are gone.
    fn unclaim(&mut self, digests: &[String], at: i64) -> Result<(), StoreError> {
        for digest in digests {
            let sql = "DELETE FROM leaving WHERE digest = $1 AND at = $2";
            self.plain(sql, &[digest.as_str().into(), at.into()])?;
        }
        Ok(())
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
