//! Every code of an error has one line in the manual, in both languages, and a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Codes of packs and plans that the crate `pack` gives: beside its wrong packs it has a test of its own.
const PACK: &str = "pack";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The texts of all Rust files below a folder.
fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .flat_map(|path| match path.extension().is_some_and(|ending| ending == "rs") {
            true => vec![read(&path)],
            false => texts(&path),
        })
        .collect()
}

/// A file in what runs and what only tests run.
fn halves(text: &str) -> (&str, &str) {
    text.split_once("#[cfg(test)]\nmod tests").unwrap_or((text, ""))
}

/// Codes that stand in quotes in a text: a capital letter and three digits.
fn quoted(text: &str) -> BTreeSet<String> {
    let code = |word: &&str| {
        let (letter, digits) = word.split_at_checked(1).unwrap_or_default();
        digits.len() == 3
            && letter.bytes().all(|letter| letter.is_ascii_uppercase())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    text.split('"').filter(code).map(str::to_string).collect()
}

fn crates() -> Vec<PathBuf> {
    fs::read_dir(root().join("crates")).unwrap().flatten().map(|entry| entry.path()).collect()
}

/// The codes that the crates give.
fn given() -> BTreeSet<String> {
    let all = crates().into_iter().filter(|folder| !folder.ends_with(PACK));
    let sources = all.flat_map(|folder| texts(&folder.join("src")));
    sources.flat_map(|text| quoted(halves(&text).0)).collect()
}

#[test]
fn the_manual_has_one_line_for_every_code_in_both_languages() {
    let given: Vec<String> = given().into_iter().collect();
    assert!(given.len() > 100, "{given:?}");
    for page in ["docs/manual/errors.md", "docs/manual/zh-CN/errors.md"] {
        let text = read(&root().join(page));
        let mut told: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("` ")).map(|(code, _)| code).collect();
        told.sort_unstable();
        assert_eq!(told, given, "{page}");
    }
}

/// A test names the code, or the variant of the store's error that has it.
#[test]
fn every_code_has_a_test() {
    let mut tests = String::new();
    for folder in crates() {
        tests.extend(texts(&folder.join("tests")));
        tests.extend(texts(&folder.join("src")).iter().map(|text| halves(text).1));
    }
    let errors = read(&root().join("crates/store/src/error.rs"));
    let variant = |code: &str| {
        let line = errors.lines().find(|line| line.contains(&format!("=> \"{code}\"")))?;
        Some(line.trim().split([' ', '=']).next().unwrap_or_default().to_string())
    };
    let tested = |code: &str| {
        let named = quoted(&tests).contains(code) || tests.contains(&format!("[{code}]"));
        named || variant(code).is_some_and(|variant| tests.contains(&variant))
    };
    let untested: Vec<String> = given().into_iter().filter(|code| !tested(code)).collect();
    assert_eq!(untested, Vec::<String>::new());
}
