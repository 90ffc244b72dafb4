//! What is altered behind the program's back is found and named.

use crate::bureau::{Said, copy, count, database, demo, project, run};
use std::fs;

/// Alters a copy of the demo bureau by SQL and answers what `verify` says of it.
fn verify_after(sql: &str) -> Said {
    let data = copy();
    let changed = database(data.path()).execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"));
    changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
    run(data.path(), "verify")
}

/// What is altered is found, and the name of the record is said.
fn names(sql: &str, name: &str) {
    let said = verify_after(sql);
    assert_eq!(said.code, 1, "{sql}: {said:?}");
    assert!(said.out.contains(name), "{sql}: {said:?}");
}

/// A delivered project: its id and serial.
fn delivered() -> (i64, String) {
    let sql = "SELECT id, serial FROM project WHERE state = 'delivered' ORDER BY id LIMIT 1";
    database(demo()).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn an_untouched_bureau_is_clean() {
    let said = run(demo(), "verify");
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_changed_field_is_named() {
    let (id, serial) = delivered();
    names(&format!("UPDATE project SET places = places + 90 WHERE id = {id}"), &serial);
    names(&format!("UPDATE project_past SET places = places + 90 WHERE id = {id} AND version = 2"), &serial);
}

#[test]
fn a_field_changed_everywhere_is_named() {
    let (id, serial) = delivered();
    names(
        &format!(
            "UPDATE project SET places = 9000 WHERE id = {id}; UPDATE project_past SET places = 9000 WHERE id = {id}"
        ),
        &serial,
    );
}

#[test]
fn a_deleted_record_is_named() {
    let (id, serial) = delivered();
    names(&format!("DELETE FROM project WHERE id = {id}"), &serial);
    names(
        &format!("DELETE FROM project WHERE id = {id}; DELETE FROM project_past WHERE id = {id}"),
        &format!("project {id}"),
    );
}

#[test]
fn an_inserted_record_is_named() {
    let (id, _) = delivered();
    let sql = format!(
        "CREATE TEMP TABLE forged AS SELECT * FROM project WHERE id = {id};
         UPDATE forged SET id = 900000, serial = 'XM-2021-999999';
         INSERT INTO project SELECT * FROM forged;"
    );
    names(&sql, "project 900000");
}

#[test]
fn two_swapped_records_are_named() {
    let (id, serial) = delivered();
    let other = id + 1;
    let sql = format!(
        "UPDATE project_past SET id = -1 WHERE id = {id}; UPDATE project_past SET id = {id} WHERE id = {other};
         UPDATE project_past SET id = {other} WHERE id = -1;"
    );
    names(&sql, &serial);
}

#[test]
fn a_missing_last_line_of_the_ledger_is_found() {
    let last = count(demo(), "SELECT max(seq) FROM ledger");
    let said = verify_after(&format!("DELETE FROM ledger WHERE seq = {last}"));
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains(&last.to_string()) || said.out.contains("账本"), "{said:?}");
}

#[test]
fn a_unit_under_another_parent_is_named() {
    let sql = "SELECT name FROM unit WHERE kind = 'school' ORDER BY id LIMIT 1";
    let id = count(demo(), "SELECT id FROM unit WHERE kind = 'school' ORDER BY id LIMIT 1");
    let name: String = database(demo()).query_row(sql, [], |row| row.get(0)).unwrap();
    let said = verify_after(&format!(
        "UPDATE unit SET parent = (SELECT id FROM unit WHERE kind = 'town' AND id <> unit.parent LIMIT 1) WHERE id = {id}"
    ));
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains(&name) || said.out.contains(&format!("unit {id}")), "{said:?}");
}

#[test]
fn an_older_copy_does_not_fit_the_head_that_was_exported_later() {
    let (old, new) = (copy(), copy());
    let early = old.path().join("early.json");
    fs::write(&early, run(old.path(), "head").out).unwrap();
    {
        let server = crate::bureau::Server::start(new.path(), "");
        let visitor = crate::visitor::Visitor::enter(&server.address, "zhoumin");
        let id = project(new.path(), "苏溪镇第二幼儿园");
        let sent = visitor.fill(
            &format!("/register/project/{id}/edit"),
            &format!("/register/project/{id}"),
            &[("description", "补记")],
        );
        assert_eq!(sent.status, 303, "{sent:?}");
    }
    let late = new.path().join("late.json");
    fs::write(&late, run(new.path(), "head").out).unwrap();
    let verify =
        |data: &std::path::Path, head: &std::path::Path| run(data, &format!("verify --head {}", head.display()));
    assert_eq!(verify(new.path(), &late).code, 0);
    assert_eq!(verify(new.path(), &early).code, 0, "what was added since changes nothing before");
    let said = verify(old.path(), &late);
    assert_eq!(said.code, 1, "{said:?}");
}
