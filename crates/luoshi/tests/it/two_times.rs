//! As known then, as known now: a wrong figure is corrected on one day, and its school moves to another town on the next.

use crate::bureau::{Server, copy, count, database, run};
use crate::visitor::Visitor;
use serde_json::Value;
use std::path::Path;

/// The places of a town in 新增学位, by a line's end such as `--as-of 2021-06-30`.
fn places(data: &Path, when: &str, town: i64) -> i64 {
    let figure = run(data, &format!("--today 2021-10-03 number places_added --by town --json {when}")).json();
    let parts = figure["by"].as_array().unwrap();
    let key = town.to_string();
    let part = parts.iter().find(|part| part["key"].as_str() == Some(key.as_str()));
    part.map_or(0, |part| part["value"].as_str().unwrap().parse().unwrap())
}

fn total(data: &Path, when: &str) -> Value {
    run(data, &format!("--today 2021-10-03 number places_added --json {when}")).json()["value"].clone()
}

#[test]
fn a_correction_and_a_move_change_today_and_leave_the_past() {
    let data = copy();
    let data = data.path();
    let sql = "SELECT project.id, project.school, project.places, unit.parent, unit.version FROM project JOIN unit ON unit.id = project.school
               WHERE project.title = '赤岸镇第二幼儿园'";
    let (id, school, before, old_town): (i64, i64, i64, i64) =
        database(data).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let new_town =
        count(data, &format!("SELECT id FROM unit WHERE kind = 'town' AND id <> {old_town} ORDER BY id DESC LIMIT 1"));
    let (then, then_total) = (places(data, "--as-of 2021-06-30", old_town), total(data, "--as-of 2021-06-30"));
    let (now_old, now_new) = (places(data, "", old_town), places(data, "", new_town));
    assert!(then >= before, "the project is delivered before 06-30");

    let delivered: String =
        database(data).query_row("SELECT delivered_on FROM project WHERE id = $1", [id], |row| row.get(0)).unwrap();
    offer(data, "liwenjing");
    let (project, places_now) = (format!("/register/project/{id}"), (before - 60).to_string());
    let day = "2021-10-01";
    correct(data, day, "liwenjing", &project, "/move/reopen", &[("_reason", "竣工核定")]);
    correct(data, day, "liwenjing", &project, "/edit", &[("places", &places_now)]);
    correct(data, day, "zhoumin", &project, "/move/deliver", &[("delivered_on", &delivered)]);
    let school = format!("/register/school/{school}");
    correct(data, "2021-10-02", "zhoumin", &school, "/edit", &[("parent", &new_town.to_string())]);

    assert_eq!(places(data, "--as-of 2021-06-30", old_town), then, "as known then: the old figure in the old town");
    assert_eq!(total(data, "--as-of 2021-06-30"), then_total);
    assert_eq!(places(data, "", old_town), now_old - before, "today: gone from the old town");
    assert_eq!(places(data, "", new_town), now_new + before - 60, "today: the new figure in the new town");
    assert_eq!(places(data, "--as-of 2021-10-01", old_town), now_old - 60, "between: the new figure in the old town");
    let on = places(data, "--on 2021-06-30", new_town);
    assert!(on >= before - 60, "on 06-30 as known now: the new figure in the new town, {on}");
    assert_eq!(run(data, "verify").code, 0);
}

/// Lets somebody else of the demo sign in by one click.
fn offer(data: &Path, account: &str) {
    let sql = "UPDATE meta SET value = value || char(10) || $1 || char(9) || $1 || char(9) || $1 || char(9) || $1
               WHERE key = 'demo_accounts'";
    assert_eq!(database(data).execute(sql, [account]).unwrap(), 1);
}

/// Fills in a form of a record on a day.
fn correct(data: &Path, day: &str, by: &str, path: &str, form: &str, changes: &[(&str, &str)]) {
    let server = Server::start(data, &format!("--today {day}"));
    let visitor = Visitor::enter(&server.address, by);
    let to = if form == "/edit" { path.to_string() } else { format!("{path}{form}") };
    let sent = visitor.fill(&format!("{path}{form}"), &to, changes);
    assert_eq!(sent.status, 303, "{path}{form}: {}", sent.alerts());
}
