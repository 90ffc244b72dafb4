//! The folder in which heads are kept beside the database. What lies there is evidence: nothing in it is ever replaced.

use luoshi_store::{ExportedHead, Store, continues};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What went wrong, in Chinese and English.
pub type Trouble = (String, String);

/// Writes a head into the folder; one that is there already stays as it is.
///
/// # Errors
/// The folder cannot be written, or another head of this size is there.
pub fn keep(folder: &Path, head: &ExportedHead) -> Result<(), Trouble> {
    let file = folder.join(format!("head-{:012}.json", head.size));
    if file.exists() {
        return same(&file, head);
    }
    let failed = |error: std::io::Error| trouble(&file, &error.to_string());
    fs::create_dir_all(folder).map_err(failed)?;
    let part = file.with_extension("part");
    written(OpenOptions::new().write(true).create(true).truncate(true).open(&part), head).map_err(failed)?;
    let placed = match fs::hard_link(&part, &file) {
        // Not every share knows links.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => written(File::create_new(&file), head),
        placed => placed,
    };
    fs::remove_file(&part).ok();
    match placed {
        Ok(()) => File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => same(&file, head),
        Err(error) => Err(failed(error)),
    }
}

fn written(file: std::io::Result<File>, head: &ExportedHead) -> std::io::Result<()> {
    let mut file = file?;
    file.write_all(head.to_json().as_bytes())?;
    file.sync_all()
}

fn same(file: &Path, head: &ExportedHead) -> Result<(), Trouble> {
    if read(file)? == *head {
        return Ok(());
    }
    let file = file.display();
    Err((
        format!("{file} 是这一行的另一个链头：账本或这个文件被改动过。没有覆盖，停止签发。"),
        format!(
            "{file} holds another head of this line: the ledger or the file was altered; it is kept, and no head is sealed"
        ),
    ))
}

fn read(file: &Path) -> Result<ExportedHead, Trouble> {
    let text = fs::read_to_string(file).map_err(|error| trouble(file, &error.to_string()))?;
    ExportedHead::from_json(text.trim()).ok_or_else(|| {
        let file = file.display();
        (format!("{file} 不是导出的链头，停止签发。"), format!("{file} is no exported head; no head is sealed"))
    })
}

fn trouble(file: &Path, message: &str) -> Trouble {
    let file = file.display();
    (
        format!("链头写不进或读不出 {file}：{message}"),
        format!("heads cannot be written to or read from {file}: {message}"),
    )
}

/// The newest head of the folder.
fn newest(folder: &Path) -> Result<Option<PathBuf>, Trouble> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        entries => entries.map_err(|error| trouble(folder, &error.to_string()))?,
    };
    let name = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).map(str::to_string);
    let is_head = |path: &PathBuf| name(path).is_some_and(|name| name.starts_with("head-") && name.ends_with(".json"));
    Ok(entries.flatten().map(|entry| entry.path()).filter(is_head).max())
}

/// Proves that the ledger still begins with the newest head of the folder, as `verify --head` does.
///
/// # Errors
/// It does not, or the head cannot be read.
pub fn check(store: &Store, folder: &Path) -> Result<(), Trouble> {
    let Some(file) = newest(folder)? else { return Ok(()) };
    let head = read(&file)?;
    if continues(store, &head).map_err(|error| (error.chinese(), error.to_string()))? {
        return Ok(());
    }
    let file = file.display();
    Err((
        format!(
            "账本与 {file} 不符：账本被改动过，或数据库被换回了旧的副本。停止签发，请运行 luoshi verify --head {file}"
        ),
        format!(
            "the ledger does not agree with {file}: it was altered, or an earlier copy was put in its place; no head is \
             sealed, run `luoshi verify --head {file}`"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: i64, chain: &str) -> ExportedHead {
        ExportedHead { size, root: "ab".into(), chain: chain.into(), at: 1 }
    }

    #[test]
    fn what_lies_in_the_folder_is_never_replaced() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new");
        keep(&folder, &head(7, "aa")).unwrap();
        keep(&folder, &head(7, "aa")).unwrap();
        let (chinese, english) = keep(&folder, &head(7, "bb")).unwrap_err();
        assert!(chinese.contains("另一个链头") && english.contains("holds another head"), "{english}");
        let file = folder.join("head-000000000007.json");
        assert_eq!(fs::read_to_string(&file).unwrap(), head(7, "aa").to_json());
        keep(&folder, &head(12, "cc")).unwrap();
        assert_eq!(newest(&folder).unwrap(), Some(folder.join("head-000000000012.json")));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left there");
        fs::write(&file, "torn").unwrap();
        assert!(keep(&folder, &head(7, "aa")).unwrap_err().1.contains("is no exported head"));
        assert!(keep(&file, &head(8, "aa")).unwrap_err().1.contains("cannot be written"), "a file is no folder");
    }
}
