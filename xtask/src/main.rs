//! Every chore of the project: `cargo xtask test`, `bench`, `census`.
//!
//! Knows the workspace's folders and cargo; must not know any crate of the workspace. It has next to no dependencies, so
//! that a chore starts at once on a fresh machine.

mod bench;
mod census;
mod need;
mod test;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask test [--quick]   runs every test, package by package; --quick leaves out browser and database server
cargo xtask bench [NAME]     measures a part of the program; without a name it lists the parts
cargo xtask census           counts lines, tests and public items of each crate";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["test"] => test::run(false),
        ["test", "--quick"] => test::run(true),
        ["bench"] => {
            bench::list();
            Ok(())
        }
        ["bench", name] => bench::run(name),
        ["census"] => census::run(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("there is no chore `{}`\n\n{USAGE}", words.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The cargo that started this program.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The folders of the workspace's packages, as `crates/desk`, in the order of their names; the whole program and the chores
/// come last.
fn packages() -> Result<Vec<String>, String> {
    let crates = std::fs::read_dir(root().join("crates")).map_err(|error| format!("crates: {error}"))?;
    let names = crates.flatten().filter(|entry| entry.path().join("Cargo.toml").is_file());
    let mut folders: Vec<String> =
        names.map(|entry| format!("crates/{}", entry.file_name().to_string_lossy())).collect();
    folders.sort_by_key(|folder| (folder == "crates/luoshi", folder.clone()));
    folders.push("xtask".into());
    Ok(folders)
}
