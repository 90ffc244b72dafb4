//! `cargo xtask census`: how large each crate is.

use crate::{packages, root};
use std::path::Path;

/// What is counted of a crate.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    /// Lines of `src` outside its test modules.
    code: usize,
    /// Lines of tests, examples, benches and test modules.
    tests: usize,
    /// Test functions.
    cases: usize,
    /// Public functions, types, traits, constants and modules of `src`.
    public: usize,
}

/// Prints one line per crate.
pub fn run() -> Result<(), String> {
    println!("{:<26} {:>8} {:>8} {:>7} {:>7}", "crate", "code", "tests", "cases", "public");
    let mut sum = Count::default();
    for package in packages()? {
        let mut count = Count::default();
        walk(&root().join(&package), &mut |file, text| {
            let in_src = file.strip_prefix(root().join(&package)).is_ok_and(|inside| inside.starts_with("src"));
            add(&mut count, &measure(text, in_src));
        })?;
        print(&package, &count);
        add(&mut sum, &count);
    }
    print("all", &sum);
    Ok(())
}

fn print(name: &str, count: &Count) {
    println!("{name:<26} {:>8} {:>8} {:>7} {:>7}", count.code, count.tests, count.cases, count.public);
}

fn add(sum: &mut Count, more: &Count) {
    sum.code += more.code;
    sum.tests += more.tests;
    sum.cases += more.cases;
    sum.public += more.public;
}

/// Counts one file. A test module ends its file, as rustfmt and our style have it.
fn measure(text: &str, in_src: bool) -> Count {
    let lines = text.lines().count();
    let before_tests = text.lines().position(|line| line.trim() == "#[cfg(test)]").unwrap_or(lines);
    let code = if in_src { before_tests } else { 0 };
    let kinds = ["fn", "struct", "enum", "trait", "const", "static", "type", "mod"];
    let is_public = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next() == Some("pub") && words.next().is_some_and(|kind| kinds.contains(&kind))
    };
    Count {
        code,
        tests: lines - code,
        cases: text.lines().filter(|line| line.trim() == "#[test]" || line.trim() == "#[tokio::test]").count(),
        public: text.lines().take(code).filter(is_public).count(),
    }
}

/// Hands every Rust file below a folder to `seen`.
fn walk(folder: &Path, seen: &mut dyn FnMut(&Path, &str)) -> Result<(), String> {
    let said = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in std::fs::read_dir(folder).map_err(|error| said(folder, error))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, seen)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            seen(&path, &std::fs::read_to_string(&path).map_err(|error| said(&path, error))?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
//! A module.
pub struct Round;
pub(crate) fn inner() {}
pub fn place() {}
#[cfg(test)]
mod tests {
    #[test]
    fn nobody_envies() {}
}
";

    #[test]
    fn a_test_module_is_no_code() {
        assert_eq!(measure(FILE, true), Count { code: 4, tests: 5, cases: 1, public: 2 });
    }

    #[test]
    fn a_file_outside_src_is_all_test() {
        assert_eq!(measure(FILE, false), Count { code: 0, tests: 9, cases: 1, public: 0 });
    }
}
