//! The store: a pool of readers, the writing lane, and the road between them and the callers.

use crate::error::StoreError;
use crate::file::Place;
use crate::follow::Known;
use crate::lane::{Closure, Lane, Task};
use crate::ledger::Tip;
use crate::link::Link;
use crate::options::{Database, Dialect, Options, refuse_network_share};
use crate::pool::{LIFE, Pool};
use crate::reader::{Reader, lock};
use crate::record::Act;
use crate::seal::Vault;
use crate::search::Bell;
use crate::shape::Schema;
use crate::sync::{self, Change};
use crate::writer::Writer;
use crate::{catalogue, postgres, sqlite, system};
use luoshi_kernel::context::Behind;
use luoshi_kernel::derive::Derives;
use luoshi_kernel::table::Table;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

/// A bureau's database.
///
/// Shared between threads by reference; reads run side by side, writes one group after the other. A closure of
/// [`Store::write`] must not call the store itself: it would wait for its own end.
pub struct Store {
    pool: Arc<Pool>,
    lane: Arc<Lane>,
    writer: Arc<Mutex<Writer>>,
    bell: Arc<Bell>,
    schema: Arc<RwLock<Arc<Schema>>>,
    known: Arc<Known>,
    dialect: Dialect,
    file: Option<PathBuf>,
    files: Place,
    vault: Option<Arc<Vault>>,
    derives: Arc<Derives>,
    threads: Vec<JoinHandle<()>>,
}

/// What the store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Commits of the writing lane; each syncs the disk once when the store is durable.
    pub commits: u64,
    /// Writes that were answered.
    pub answered: u64,
    /// Writes of people that wait for the lane now.
    pub people: usize,
    /// Writes in the background that wait.
    pub background: usize,
}

impl Store {
    /// Opens a database; makes an empty one when there is none.
    ///
    /// # Errors
    /// [`StoreError::NetworkShare`], [`StoreError::Newer`], [`StoreError::File`], [`StoreError::Files`],
    /// [`StoreError::Database`].
    pub fn open(options: Options) -> Result<Store, StoreError> {
        let (mut writer, readers) = connect(&options)?;
        system::prepare(&mut writer)?;
        writer.learn()?;
        let readers = readers()?;
        let vault = options.keys.map(|keys| Vault::open(&mut writer, keys).map(Arc::new)).transpose()?;
        let schema = Arc::new(catalogue::load(&mut writer)?);
        let derives = Arc::new(options.derives);
        let dialect = writer.dialect();
        let files = Place::new(options.files.as_ref())?;
        let file = match options.database {
            Database::Sqlite(file) => Some(file),
            Database::Postgres(_) => None,
        };
        let (pool, lane) = (Pool::new(readers), Arc::new(Lane::default()));
        let (bell, known) = (Arc::new(Bell::default()), Arc::new(Known::default()));
        let reader = Reader::new(Arc::new(Mutex::new(writer)), None, schema.clone(), vault.clone(), derives.clone());
        let writer = Arc::new(Mutex::new(Writer::new(reader, bell.clone(), options.followers, known.clone())));
        let serving = (lane.clone(), writer.clone());
        let watching = pool.clone();
        let indexing = (bell.clone(), lane.clone());
        let threads = vec![
            spawn("luoshi-writer", move || serving.0.serve(&serving.1))?,
            spawn("luoshi-watch", move || watching.watch())?,
            spawn("luoshi-search", move || indexing.0.serve(&indexing.1))?,
        ];
        bell.ring();
        let schema = Arc::new(RwLock::new(schema));
        Ok(Store { pool, lane, writer, bell, schema, known, dialect, file, files, vault, derives, threads })
    }

    /// Which SQL the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What [`Store::apply`] would do to bring the database to these tables; a dropped field is shown, not refused.
    pub fn difference(&self, tables: &[Table]) -> Result<Vec<Change>, StoreError> {
        self.read(|reader| {
            let mut link = reader.link()?;
            let plan = sync::plan(&mut link, tables, &self.derives, sync::Drops::All)?;
            Ok(plan.steps.into_iter().map(|step| step.change).collect())
        })
    }

    /// Brings the database to these tables and says what it did; empty when nothing was to do. Readers go on meanwhile,
    /// and a restart in the middle leaves the rest to the next call. `drop`: fields that may go, as `register.field`.
    ///
    /// # Errors
    /// [`StoreError::Schema`] names what is refused: a dropped field without its word, a change of kind, a name of the
    /// store's own, a unique set that records already break.
    pub fn apply(&self, tables: &[Table], drop: &[String]) -> Result<Vec<Change>, StoreError> {
        self.apply_as(Act::default(), tables, drop)
    }

    /// As [`Store::apply`], with the clock and the account for the versions that a new owner path makes; without them
    /// they are the system's, of the instant after the last commit.
    pub fn apply_as(&self, act: Act, tables: &[Table], drop: &[String]) -> Result<Vec<Change>, StoreError> {
        let (tables, drop) = (tables.to_vec(), drop.to_vec());
        self.alone(move |writer| crate::apply::apply(writer, &act, &tables, &drop))
    }

    /// Runs a read in one snapshot. It may take two seconds, then it is ended; long work reads in pages.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection was free for three seconds; [`StoreError::TooLong`]; the body's own.
    pub fn read<T>(&self, body: impl FnOnce(&mut Reader) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let (link, watch) = self.pool.begin()?;
        let _ending = Ending(&self.pool, &watch);
        let (size, schema) = self.schema_now(&mut lock(&link))?;
        let mut reader = Reader::new(link, Some(watch.clone()), schema, self.vault.clone(), self.derives.clone());
        reader.look_behind()?;
        self.known.note(size, &reader.behind);
        body(&mut reader)
    }

    /// Runs a write in the lane and waits until it is committed. The closure may run twice, so it must change nothing
    /// outside; it does no slow work. Its error or panic undoes what it wrote and nothing else.
    ///
    /// # Errors
    /// The closure's own, and [`StoreError::Panicked`], [`StoreError::Lost`], [`StoreError::Busy`],
    /// [`StoreError::Closed`].
    pub fn write<T, E>(&self, act: Act, body: impl Fn(&mut Writer) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (to, answer) = sync_channel(1);
        self.lane.write(&self.writer, Box::new(Closure { act, body, result: None, to }))?;
        answer.recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// What the lane has done since the store was opened.
    pub fn work(&self) -> Work {
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (people, background) = self.lane.waiting();
        Work { commits: count(&self.lane.commits), answered: count(&self.lane.answered), people, background }
    }

    /// Finishes the writes that wait, and closes the database.
    pub fn close(self) {
        drop(self);
    }

    /// Runs work of the store's own in the lane, alone.
    pub(crate) fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (to, answer) = sync_channel(1);
        let task = move |writer: &mut Writer| {
            let _ = to.send(work(writer));
        };
        self.lane.submit(Task::Alone(Box::new(task)))?;
        let gone = || StoreError::Panicked { message: "the work of the store broke off".into() };
        answer.recv().unwrap_or_else(|_| Err(gone()))
    }

    /// Columns of which records still follow a change: what a question is asked in needs to know them.
    pub fn behind(&self) -> Arc<Behind> {
        self.known.now()
    }

    /// The size of the ledger in a snapshot, and its schema; read anew when another process, or this one, has changed it.
    fn schema_now(&self, link: &mut Link) -> Result<(i64, Arc<Schema>), StoreError> {
        let Tip { size, schema: number, .. } = crate::ledger::tip(link)?;
        let known = self.schema.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        if known.number == number {
            return Ok((size, known));
        }
        let fresh = Arc::new(catalogue::load(link)?);
        let mut kept = self.schema.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        // An older snapshot must not put an older schema back.
        if kept.number < fresh.number {
            *kept = fresh.clone();
        }
        Ok((size, fresh))
    }

    /// How sealed values are found; `None`: no keys are at hand.
    pub fn lookup(&self) -> Option<luoshi_kernel::lookup::Lookup> {
        self.vault.as_ref().map(|vault| vault.lookup.clone())
    }

    /// What opens sealed values.
    pub(crate) fn vault(&self) -> Option<Arc<Vault>> {
        self.vault.clone()
    }

    /// The exits by which values are derived.
    pub(crate) fn derives(&self) -> &Derives {
        &self.derives
    }

    /// The file of a SQLite database.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Where the bytes of files lie.
    pub(crate) fn files(&self) -> &Place {
        &self.files
    }

    pub(crate) fn lane(&self) -> &Lane {
        &self.lane
    }

    /// Only tests make it slow.
    #[cfg(feature = "testing")]
    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.bell.close();
        self.lane.close();
        self.pool.close();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store broke off");
            }
        }
    }
}

/// Ends a read however it ends, a panic included.
struct Ending<'a>(&'a Pool, &'a Arc<crate::pool::Watch>);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end(self.1);
    }
}

/// How long the writer of PostgreSQL waits for the lane while another process has it.
const LOCK: std::time::Duration = std::time::Duration::from_secs(30);

type Readers = Box<dyn FnOnce() -> Result<Vec<Link>, StoreError>>;

/// Opens the writer at once, and says how to open the readers once the store's own tables exist.
fn connect(options: &Options) -> Result<(Link, Readers), StoreError> {
    let (count, durable) = (options.readers.max(1), options.durable);
    match &options.database {
        Database::Sqlite(file) => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::File { path: folder.display().to_string(), message: error.to_string() })?;
            refuse_network_share(folder)?;
            let learned = Arc::default();
            let writer = sqlite::open(file, sqlite::Role::Writer { durable }, &learned)?;
            let file = file.clone();
            let reader = move |_| sqlite::open(&file, sqlite::Role::Reader, &learned);
            Ok((writer, Box::new(move || (0..count).map(reader).collect())))
        }
        Database::Postgres(url) => {
            let commit = if durable { "on" } else { "off" };
            let writer = postgres::open(
                url,
                &format!("SET synchronous_commit = {commit}; SET lock_timeout = {}", LOCK.as_millis()),
            )?;
            let limit = LIFE.as_millis();
            let session =
                format!("SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = {}", limit * 2);
            let url = url.clone();
            Ok((writer, Box::new(move || (0..count).map(|_| postgres::open(&url, &session)).collect())))
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let spawned = std::thread::Builder::new().name(name.into()).spawn(body);
    spawned.map_err(|error| StoreError::File { path: name.into(), message: error.to_string() })
}
