//! The pool of readers, and the watch that ends reads which live too long.
//!
//! A snapshot that stays open keeps SQLite's write-ahead log from being emptied, whether or not a statement runs. So the
//! watch ends both: a running statement is interrupted, an idle transaction is rolled back.

use crate::error::StoreError;
use crate::link::{Link, Stopper};
use crate::reader::lock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long a read may live.
pub(crate) const LIFE: Duration = Duration::from_secs(2);
/// How long a read waits for a free connection.
const WAIT: Duration = Duration::from_secs(3);
/// How often the watch looks.
const BEAT: Duration = Duration::from_millis(100);

/// Connections for reading; each is used by one read at a time.
pub(crate) struct Pool {
    free: Mutex<Vec<Arc<Mutex<Link>>>>,
    returned: Condvar,
    busy: Mutex<Vec<Arc<Watch>>>,
    closed: AtomicBool,
    bell: (Mutex<()>, Condvar),
    /// Microseconds added to every read; tests of slow reads set it.
    pub delay: AtomicU64,
}

/// One read under way.
pub(crate) struct Watch {
    since: Instant,
    over: AtomicBool,
    link: Arc<Mutex<Link>>,
    stopper: Stopper,
}

impl Watch {
    /// Whether the read has been ended.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Ends the read: between statements at once, within one by interrupting it (again at every beat, since an
    /// interrupt that arrives between two statements goes unheard).
    fn end(&self) {
        self.over.store(true, Ordering::Release);
        match self.link.try_lock() {
            Ok(mut link) => link.rollback(),
            Err(_) => self.stopper.stop(),
        }
    }
}

impl Pool {
    pub fn new(links: Vec<Link>) -> Arc<Pool> {
        Arc::new(Pool {
            free: Mutex::new(links.into_iter().map(|link| Arc::new(Mutex::new(link))).collect()),
            returned: Condvar::new(),
            busy: Mutex::new(Vec::new()),
            closed: AtomicBool::new(false),
            bell: (Mutex::new(()), Condvar::new()),
            delay: AtomicU64::new(0),
        })
    }

    /// Waits for a free connection and opens a snapshot on it.
    pub fn begin(&self) -> Result<(Arc<Mutex<Link>>, Arc<Watch>), StoreError> {
        let link = self.take()?;
        let begun = {
            let mut link = lock(&link);
            link.renew().and_then(|()| link.begin_read())
        };
        if let Err(error) = begun {
            self.put_back(link.clone());
            return Err(error);
        }
        let stopper = lock(&link).stopper();
        let watch =
            Arc::new(Watch { since: Instant::now(), over: AtomicBool::new(false), link: link.clone(), stopper });
        held(&self.busy).push(watch.clone());
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            std::thread::sleep(Duration::from_micros(delay));
        }
        Ok((link, watch))
    }

    /// Ends a snapshot and gives its connection back.
    pub fn end(&self, watch: &Arc<Watch>) {
        held(&self.busy).retain(|other| !Arc::ptr_eq(other, watch));
        lock(&watch.link).rollback();
        self.put_back(watch.link.clone());
    }

    fn take(&self) -> Result<Arc<Mutex<Link>>, StoreError> {
        let until = Instant::now() + WAIT;
        let mut free = held(&self.free);
        loop {
            if self.closed.load(Ordering::Acquire) {
                return Err(StoreError::Closed);
            }
            if let Some(link) = free.pop() {
                return Ok(link);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::Busy);
            }
            free = self.returned.wait_timeout(free, left).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }

    fn put_back(&self, link: Arc<Mutex<Link>>) {
        held(&self.free).push(link);
        self.returned.notify_one();
    }

    /// Looks after reads until the pool is closed; runs on a thread of its own.
    pub fn watch(&self) {
        let mut bell = held(&self.bell.0);
        while !self.closed.load(Ordering::Acquire) {
            bell = self.bell.1.wait_timeout(bell, BEAT).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
            // Held while reads are ended, so that no connection changes hands meanwhile.
            let busy = held(&self.busy);
            for watch in busy.iter().filter(|watch| watch.since.elapsed() > LIFE) {
                if !watch.is_over() {
                    tracing::warn!("a read lived longer than {LIFE:?} and is ended");
                }
                watch.end();
            }
        }
    }

    /// Ends the watch and refuses further reads.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let _bell = held(&self.bell.0);
        self.bell.1.notify_all();
        self.returned.notify_all();
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
