//! One folder per fault code, `invalid/CODE/`, with the smallest wrong pack or plan and what is said about it.
//!
//! A plan stands in `plan/` with its packs in `packs/`; anything else is packs. `UPDATE_EXPECTED=1 cargo test` writes
//! `expected.txt` anew, for its author to read before it is kept.

use crate::support::{files_below, printed, repository};
use luoshi_pack::{CODES, Fault, check, check_plan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folders() -> Vec<PathBuf> {
    let invalid = repository().join("crates/pack/tests/invalid");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(invalid).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_str().unwrap().to_owned()
}

fn faults_of(folder: &Path) -> Vec<Fault> {
    let plan = folder.join("plan");
    if !plan.is_dir() {
        return check(&files_below(folder)).expect_err("the pack is taken for right");
    }
    let packs = folder.join("packs");
    let packs = if packs.is_dir() { check(&files_below(&packs)).unwrap() } else { Default::default() };
    check_plan("small", &files_below(&plan), &packs).expect_err("the plan is taken for right")
}

#[test]
fn every_wrong_pack_is_told_what_is_wrong_and_what_to_do() {
    for folder in folders() {
        let said = printed(&faults_of(&folder));
        let expected = folder.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        assert_eq!(said, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", name(&folder));
    }
}

#[test]
fn a_wrong_pack_shows_its_own_code_only() {
    for folder in folders() {
        let codes: BTreeSet<&str> = faults_of(&folder).iter().map(|fault| fault.code).collect();
        assert_eq!(codes, BTreeSet::from([name(&folder).as_str()]));
    }
}

#[test]
fn every_code_has_a_wrong_pack() {
    let codes: Vec<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
    let mut folders: Vec<String> = folders().iter().map(|folder| name(folder)).collect();
    folders.sort_by_key(|code| codes.iter().position(|known| known == code));
    assert_eq!(folders, codes);
}

/// `docs/manual/faults.md` holds the list between its marks; `UPDATE_EXPECTED=1 cargo test` writes it.
#[test]
fn the_manual_explains_every_code() {
    let page = repository().join("docs/manual/faults.md");
    let list: String = CODES.iter().map(|(code, meaning)| format!("- `{code}` {meaning}\n")).collect();
    let (begin, end) = ("<!-- list begins -->\n", "<!-- list ends -->");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(begin).expect("the mark where the list begins");
    let (kept, after) = rest.split_once(end).expect("the mark where the list ends");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&page, format!("{before}{begin}{list}{end}{after}")).unwrap();
    } else {
        assert_eq!(kept, list);
    }
}

#[test]
fn every_fault_names_a_file_and_a_hint() {
    for fault in folders().iter().flat_map(|folder| faults_of(folder)) {
        assert!(!fault.file.is_empty() && !fault.hint.is_empty() && !fault.what.is_empty(), "{fault}");
    }
}
