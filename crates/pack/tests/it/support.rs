//! Reads folders into files for the tests; the crate itself never touches a disk.

use luoshi_pack::{Fault, File};
use std::path::{Path, PathBuf};

/// The folder of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder, paths relative to it, in order.
pub fn files_below(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    gather(folder, folder, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn gather(top: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(top, &path, files);
        } else {
            let relative = path.strip_prefix(top).unwrap().to_str().unwrap().replace('\\', "/");
            files.push(File { path: relative, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
}

/// Faults as the command line prints them, one a line.
pub fn printed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}
