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
use crate::shape::{past, quoted};
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
            let gone = gone();
            let sql = format!(
                "SELECT digest FROM file WHERE NOT EXISTS ({gone} AND subject = digest) ORDER BY id DESC LIMIT 1"
            );
            reader.link()?.one(&sql, &[], |row| row.text(0))
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

/// Contents whose bytes an order has destroyed.
fn gone() -> String {
    format!("SELECT 1 FROM event WHERE kind = '{ERASE_BYTES}' AND detail = '{BYTES_GONE}'")
}

/// Records whose versions are looked through at once for a content.
const NAMING: i64 = 2_000;

/// A record that names a content in any of its versions.
pub(crate) struct Naming {
    /// The record.
    pub id: i64,
    /// The newest text that names it, by the order of texts.
    pub text: String,
    /// Whether an order has erased the content from this record.
    pub erased: bool,
}

/// Who names a content in one column. No index leads there: the column is read from end to end, so many records at a time
/// that no read lives long. What is once named stays named in the past, so nothing slips from one page to another.
pub(crate) fn naming(store: &Store, table: &str, column: &str, digest: &str) -> Result<Vec<Naming>, StoreError> {
    let (id, value, past) = (quoted("id"), quoted(column), quoted(&past(table)));
    let sql = format!(
        "SELECT {id}, max({value}) FROM {past} WHERE {id} > $1 AND {id} <= $2 AND {value} LIKE $3 GROUP BY {id} ORDER BY {id}"
    );
    let next = format!("SELECT {id} FROM {past} WHERE {id} > $1 ORDER BY {id} LIMIT 1");
    let like = format!("%{digest} %");
    let (mut all, mut last) = (vec![], 0);
    loop {
        let page = store.read(|reader: &mut Reader| {
            let first = reader.link()?.one(&next, &[last.into()], |row| row.int(0))?;
            let Some(first) = first else { return Ok(None) };
            let (from, to) = (first - 1, first.saturating_add(NAMING - 1));
            let params = [from.into(), to.into(), like.as_str().into()];
            let found = reader.link()?.all(&sql, &params, |row| Ok((row.int(0)?, row.text(1)?)))?;
            let named = found.into_iter().map(|(id, text)| {
                let erased = reader.is_file_erased(table, id, digest)?;
                Ok(Naming { id, text, erased })
            });
            Ok(Some((to, named.collect::<Result<Vec<_>, StoreError>>()?)))
        })?;
        let Some((to, named)) = page else { return Ok(all) };
        last = to;
        all.extend(named);
    }
}

impl Store {
    /// Destroys the bytes of a content that orders have erased, unless a record from which it was not erased still names
    /// it in one of `fields` (table and column); gives whether they are gone. To be called after the commit of the order;
    /// when it breaks off, again.
    ///
    /// Nobody can name the content anew while it is asked who does: what was sent of it is forgotten first.
    ///
    /// # Errors
    /// Those of the place where the bytes lie, and of [`Store::write`].
    pub fn erase_file(&self, act: Act, digest: &str, fields: &[(String, String)]) -> Result<bool, StoreError> {
        let (subject, now) = (digest.to_string(), machine());
        self.write(act.clone(), {
            let subject = subject.clone();
            move |writer: &mut Writer| writer.claim_erased(&subject, now)
        })?;
        let mut named = false;
        for (table, column) in fields {
            named = named || naming(self, table, column, digest)?.iter().any(|naming| !naming.erased);
        }
        if !named {
            self.files().remove(digest)?;
        }
        self.write(act, move |writer: &mut Writer| {
            writer.unclaim(std::slice::from_ref(&subject), now)?;
            writer.event(ERASE_BYTES, &subject, if named { BYTES_KEPT } else { BYTES_GONE }).map(|_| ())
        })?;
        Ok(!named)
    }
}

fn content(digest: &str, row: &Row<'_>) -> Result<Content, StoreError> {
    let word = row.text(0)?;
    let damaged = || StoreError::Damaged { what: format!("file {digest} is of no known type `{word}`") };
    let known = FileType::of_word(&word).ok_or_else(damaged)?;
    Ok(Content { digest: digest.to_string(), known, size: row.int(1)? })
}

impl Reader {
    /// Whether an order has erased a content from a record.
    pub fn is_file_erased(&mut self, table: &str, id: i64, digest: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM event WHERE kind = $1 AND subject = $2";
        let subject = format!("{table}:{id}:{digest}");
        Ok(self.link()?.one(sql, &[ERASE_FILE.into(), subject.as_str().into()], |_| Ok(()))?.is_some())
    }

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

/// The kind of the event by which an order erases a content from a record, and of the job that destroys its bytes.
pub const ERASE_FILE: &str = "erase_file";
/// The kind of the event that says what became of the bytes of an erased content.
pub const ERASE_BYTES: &str = "erase_bytes";
/// Its detail where they were destroyed.
const BYTES_GONE: &str = "gone";
/// Its detail where another record names the content.
pub const BYTES_KEPT: &str = "kept";
/// For how long bytes are kept that were destroyed and then sent again, until it is asked who names them.
const AGAIN: Duration = Duration::from_secs(25 * 3600);

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
        // The row of a content that was destroyed stays, so the clearing up of unnamed files would pass by its bytes.
        let gone = format!("{} AND subject = $1 LIMIT 1", gone());
        if self.link()?.one(&gone, &[digest.into()], |_| Ok(()))?.is_some() {
            self.add_job(ERASE_FILE, digest, "", now.saturating_add(micros(AGAIN)))?;
        }
        Ok(true)
    }

    /// Erases a content from a record by an order: a line of the ledger, and the job that destroys the bytes after the
    /// commit. `detail` says by which order.
    pub fn erase_file(&mut self, table: &str, id: i64, digest: &str, detail: &str) -> Result<(), StoreError> {
        self.event(ERASE_FILE, &format!("{table}:{id}:{digest}"), detail)?;
        let now = self.now();
        self.add_job(ERASE_FILE, digest, "", now).map(|_| ())
    }

    /// Claims a content for removal whoever has sent it; a claim of an earlier try is taken over.
    fn claim_erased(&mut self, digest: &str, now: i64) -> Result<(), StoreError> {
        self.plain("DELETE FROM upload WHERE digest = $1", &[digest.into()])?;
        self.plain("DELETE FROM sending WHERE digest = $1", &[digest.into()])?;
        let sql =
            "INSERT INTO leaving (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET at = excluded.at";
        self.plain(sql, &[digest.into(), now.into()]).map(|_| ())
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
