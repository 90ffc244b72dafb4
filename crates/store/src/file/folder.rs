//! Bytes in a folder: under `ab/cdef…`, written to a part, synced and renamed.

use crate::error::StoreError;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Half-written files, inside the folder.
const PARTS: &str = "part";

/// The folder of a store.
pub(crate) struct Folder {
    root: PathBuf,
    parts: AtomicU64,
}

impl Folder {
    pub fn new(root: PathBuf) -> Folder {
        Folder { root, parts: AtomicU64::new(0) }
    }

    pub fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.root.join(key);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path)(error)),
        }
    }

    /// Writes, syncs and renames. Content that is there already is left; what lies there and is another is replaced.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if self.read(key)?.as_deref() == Some(bytes) {
            return Ok(());
        }
        let path = self.root.join(key);
        let parts = self.root.join(PARTS);
        let folder = path.parent().unwrap_or(&self.root);
        for made in [&parts, folder] {
            fs::create_dir_all(made).map_err(failed(made))?;
        }
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        let part = parts.join(format!("{}.{}.{number}", key.replace('/', ""), std::process::id()));
        let written = File::create(&part).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        let renamed = written.and_then(|()| fs::rename(&part, &path));
        if renamed.is_err() {
            // What is left of it is swept later if it cannot be removed now.
            let _ = fs::remove_file(&part);
        }
        renamed.map_err(failed(&path))?;
        sync(folder).and_then(|()| sync(&self.root)).map_err(failed(folder))
    }

    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        gone(&self.root.join(key))
    }

    /// Removes half-written files that nobody has touched within `age`; gives how many.
    pub fn sweep_parts(&self, age: Duration) -> Result<u64, StoreError> {
        let parts = self.root.join(PARTS);
        let Some(before) = SystemTime::now().checked_sub(age).filter(|_| parts.is_dir()) else { return Ok(0) };
        let mut count = 0;
        for part in fs::read_dir(&parts).map_err(failed(&parts))? {
            let part = part.map_err(failed(&parts))?;
            match part.metadata().and_then(|known| known.modified()) {
                Ok(changed) if changed <= before => {
                    gone(&part.path())?;
                    count += 1;
                }
                Ok(_) => {}
                // It was renamed meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(&part.path())(error)),
            }
        }
        Ok(count)
    }
}

fn gone(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> StoreError + use<> {
    let path = path.display().to_string();
    move |error| StoreError::File { path: path.clone(), message: error.to_string() }
}

fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}
