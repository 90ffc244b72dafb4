//! The folder of wrapping keys (`--keys`): one file for each, `000001.key`, 32 hex digits, readable by nobody else.
//!
//! It lies outside the data folder and is in no backup. Another key provider (a hardware module) would take the place of
//! [`Keys::key`] and [`Keys::newest`].

use crate::error::StoreError;
use luoshi_kernel::digest::hex;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A key of SM4.
pub(crate) type Key = [u8; 16];

/// A folder of wrapping keys.
#[derive(Debug, Clone)]
pub struct Keys {
    folder: PathBuf,
    dice: Dice,
}

impl PartialEq for Keys {
    fn eq(&self, other: &Keys) -> bool {
        self.folder == other.folder
    }
}

impl Eq for Keys {}

/// Where keys, nonces and salts come from: the operating system, or a count for demo bureaus that are equal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dice(Option<Arc<AtomicU64>>);

impl Dice {
    /// Fills bytes.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        let Some(count) = &self.0 else {
            let failed =
                |error: getrandom::Error| StoreError::File { path: "random".into(), message: error.to_string() };
            return getrandom::fill(bytes).map_err(failed);
        };
        for part in bytes.chunks_mut(32) {
            let number = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            part.copy_from_slice(&luoshi_kernel::digest::of(&number)[..part.len()]);
        }
        Ok(())
    }
}

impl Keys {
    /// The keys in a folder, which need not be there yet.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Keys {
        Keys { folder: folder.into(), dice: Dice::default() }
    }

    /// The keys of a demo bureau while it is made: nothing about them is secret or random, so that two demo bureaus are equal.
    pub fn of_demo(folder: impl Into<PathBuf>) -> Keys {
        Keys { folder: folder.into(), dice: Dice(Some(Arc::default())) }
    }

    /// Where keys, nonces and salts come from.
    pub(crate) fn dice(&self) -> &Dice {
        &self.dice
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The number of the newest key; `None`: the folder holds none.
    ///
    /// # Errors
    /// [`StoreError::File`] when the folder cannot be read.
    pub fn newest(&self) -> Result<Option<i64>, StoreError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&self.folder, &error)),
        };
        let number = |entry: std::io::Result<fs::DirEntry>| {
            let name = entry.ok()?.file_name();
            name.to_str()?.strip_suffix(".key")?.parse::<i64>().ok().filter(|number| *number > 0)
        };
        Ok(entries.filter_map(number).max())
    }

    /// Makes a key under the next number and gives the number. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn make(&self) -> Result<i64, StoreError> {
        fs::create_dir_all(&self.folder).map_err(|error| self.failed(&self.folder, &error))?;
        only_mine(&self.folder, 0o700).map_err(|error| self.failed(&self.folder, &error))?;
        let number = self.newest()?.unwrap_or(0) + 1;
        let path = self.file(number);
        let mut key = Key::default();
        self.dice.fill(&mut key)?;
        let written = create_new(&path).and_then(|mut file| {
            writeln!(file, "{}", hex(&key))?;
            file.sync_all()?;
            File::open(&self.folder)?.sync_all()
        });
        written.map_err(|error| self.failed(&path, &error))?;
        Ok(number)
    }

    /// The key of a number.
    pub(crate) fn key(&self, number: i64) -> Result<Key, StoreError> {
        let path = self.file(number);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let place = path.display();
                return Err(refused(
                    format!(
                        "the database is sealed under key {number}, and {place} is not there; give the folder of its keys with `--keys`"
                    ),
                    format!("本库以第 {number} 号密钥加密，而 {place} 不在：请用 --keys 指明密钥文件夹"),
                ));
            }
            Err(error) => return Err(self.failed(&path, &error)),
        };
        from_hex(text.trim()).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            let place = path.display();
            refused(
                format!("{place} holds no key: 32 hex digits are expected"),
                format!("{place} 不是密钥文件：应为 32 位十六进制"),
            )
        })
    }

    fn file(&self, number: i64) -> PathBuf {
        self.folder.join(format!("{number:06}.key"))
    }

    fn failed(&self, path: &Path, error: &std::io::Error) -> StoreError {
        StoreError::File { path: path.display().to_string(), message: error.to_string() }
    }
}

/// Why keys do not serve.
pub(crate) fn refused(reason: String, chinese: String) -> StoreError {
    StoreError::Keys { reason, chinese }
}

/// Bytes of lower-case or upper-case hex.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

fn create_new(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn only_mine(path: &Path, mode: u32) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
