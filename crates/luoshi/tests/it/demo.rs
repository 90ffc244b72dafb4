//! The demo bureau.

use crate::bureau::{NUMBERS, TODAY, copy, count, database, demo, run};
use std::path::Path;
use tempfile::TempDir;

/// Every line of the ledger: register, id, version, digest, chain.
fn ledger(data: &Path) -> Vec<String> {
    let database = database(data);
    let mut lines = database
        .prepare("SELECT register || ' ' || id || ' ' || version || ' ' || hex(digest) || ' ' || hex(chain) FROM ledger ORDER BY seq")
        .unwrap();
    let lines = lines.query_map([], |row| row.get(0)).unwrap();
    lines.map(Result::unwrap).collect()
}

/// The versions of a bureau in their order, each with its digest but those that tell a password, which is random.
fn versions(data: &Path) -> Vec<String> {
    let database = database(data);
    let sql = "SELECT register || ' ' || id || ' ' || version || ' ' || iif(register = (SELECT register FROM ledger JOIN
                   event_past USING (seq) LIMIT 1) AND id IN (SELECT id FROM event WHERE kind = 'account_written'), '', hex(digest))
               FROM ledger ORDER BY seq";
    let mut versions = database.prepare(sql).unwrap();
    let versions = versions.query_map([], |row| row.get(0)).unwrap();
    versions.map(Result::unwrap).collect()
}

#[test]
fn two_demo_bureaus_are_equal_but_for_their_passwords() {
    let other = TempDir::new().unwrap();
    assert_eq!(run(other.path(), "demo").code, 0);
    let (one, two) = (versions(demo()), versions(other.path()));
    assert_eq!(one.len(), two.len());
    let differing = one.iter().zip(&two).find(|(one, two)| one != two);
    assert_eq!(differing, None);
    for number in NUMBERS {
        let line = format!("number {number} --json");
        assert_eq!(run(demo(), &line), run(other.path(), &line));
    }
}

#[test]
fn the_demo_bureau_is_as_large_as_a_county_and_clean() {
    let data = demo();
    assert_eq!(count(data, "SELECT count(*) FROM school"), 560);
    assert_eq!(count(data, "SELECT count(*) FROM unit WHERE kind = 'town'"), 14);
    assert_eq!(count(data, "SELECT count(*) FROM project"), 130);
    assert_eq!(count(data, "SELECT count(DISTINCT state) FROM project"), 8);
    assert_eq!(count(data, "SELECT count(*) FROM light"), 1100);
    assert_eq!(count(data, "SELECT count(*) FROM aircon"), 5400);
    let years = "SELECT (max(since) - min(since)) / 86400000000 FROM project_past";
    assert!((700..800).contains(&count(data, years)), "about two years of history");
    let said = run(data, "verify --json");
    assert_eq!(said.json()["clean"], true);
}

#[test]
fn nothing_in_the_demo_bureau_has_happened_after_its_day() {
    for day in ["started_on", "topped_on", "completed_on", "filed_on", "delivered_on"] {
        let later = format!("SELECT count(*) FROM project WHERE {day} > '{TODAY}'");
        assert_eq!(count(demo(), &later), 0, "{day}");
    }
}

#[test]
fn a_demo_never_replaces_a_bureau() {
    let data = copy();
    let before = ledger(data.path());
    let said = run(data.path(), "demo");
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("已有数据库"), "{said:?}");
    assert_eq!(ledger(data.path()), before);
}
