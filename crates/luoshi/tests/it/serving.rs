//! The served bureau loses nothing that it has answered.

use crate::bureau::{Server, copy, count, database, run};
use crate::visitor::Visitor;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// People who edit at the same time, and what each of them edits.
const PEOPLE: usize = 4;
const EDITS: usize = 250;
/// So many answers, and the program is killed.
const KILLED_AFTER: usize = 500;

/// An edit that was answered: record, version, what was typed.
type Answered = (i64, i64, String);

/// Edits one record until the program has gone; answers what was answered.
fn edit(address: &str, record: i64, answers: &AtomicUsize) -> Vec<Answered> {
    let visitor = Visitor::enter(address, "zhoumin");
    let typed = visitor.form(&format!("/register/project/{record}/edit"));
    let mut version = typed.get("_version").cloned().unwrap_or_default();
    let mut answered = vec![];
    for number in 0..EDITS {
        let (request, text) = (format!("edit-{record}-{number}"), format!("第 {number} 次"));
        let mut typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        typed.retain(|(name, _)| !["request", "_version", "description"].contains(name));
        typed.extend([("request", request.as_str()), ("_version", version.as_str()), ("description", text.as_str())]);
        let Ok(answer) = visitor.try_post(&format!("/api/register/project/{record}"), &typed) else { break };
        assert_eq!(answer.status, 200, "{answer:?}");
        let made = answer.json()["version"].as_i64().unwrap();
        version = made.to_string();
        answered.push((record, made, text));
        answers.fetch_add(1, Ordering::SeqCst);
    }
    answered
}

fn is_there(data: &Path, (record, version, text): &Answered) -> bool {
    let sql = "SELECT count(*) FROM project_past WHERE id = ?1 AND version = ?2 AND description = ?3";
    database(data).query_row(sql, (record, version, text), |row| row.get::<_, i64>(0)).unwrap() == 1
}

#[test]
fn a_killed_program_loses_no_edit_that_it_answered() {
    let data = copy();
    let mut server = Server::start(data.path(), "");
    let answers = AtomicUsize::new(0);
    let records: Vec<i64> = (0..PEOPLE)
        .map(|at| {
            count(
                data.path(),
                &format!("SELECT id FROM project WHERE state = 'started' ORDER BY id LIMIT 1 OFFSET {at}"),
            )
        })
        .collect();
    let address = server.address.clone();
    let answered: Vec<Answered> = thread::scope(|scope| {
        let people: Vec<_> = records.iter().map(|record| scope.spawn(|| edit(&address, *record, &answers))).collect();
        while answers.load(Ordering::SeqCst) < KILLED_AFTER && people.iter().any(|person| !person.is_finished()) {
            thread::yield_now();
        }
        server.kill();
        people.into_iter().flat_map(|person| person.join().unwrap()).collect()
    });
    assert!((KILLED_AFTER..PEOPLE * EDITS).contains(&answered.len()), "killed in the middle: {}", answered.len());
    let lost: Vec<&Answered> = answered.iter().filter(|edit| !is_there(data.path(), edit)).collect();
    assert_eq!(lost, Vec::<&Answered>::new());
    let said = run(data.path(), "verify");
    assert_eq!(said.code, 0, "{said:?}");
    let again = Server::start(data.path(), "");
    let visitor = Visitor::enter(&again.address, "zhoumin");
    let last = answered.iter().rfind(|(record, ..)| *record == records[0]).unwrap();
    let page = visitor.get(&format!("/api/register/project/{}", records[0])).json();
    assert!(page["version"].as_i64().unwrap() >= last.1, "the program goes on where it was: {page}");
}

/// A workbook waits in a temporary file while it is made; where none can be had, it is said before anything is sent.
#[test]
fn a_file_that_cannot_be_made_is_said() {
    let data = copy();
    let server = Server::start_without_temporary_folder(data.path());
    let visitor = Visitor::enter(&server.address, "zhoumin");
    let csrf = visitor.token();
    let export = |format| visitor.post("/register/project/export", &[("csrf", &*csrf), ("format", format)]);
    let answer = export("xlsx");
    assert!(answer.status == 500 && answer.body.contains("D074"), "{answer:?}");
    assert_eq!(export("csv").status, 200, "what needs no such file is made");
}

#[test]
fn one_click_is_only_for_a_loopback_address() {
    let data = copy();
    let server = Server::start(data.path(), "--lang zh");
    let page = Visitor::stranger(&server.address).get("/sign-in");
    assert!(page.body.contains("action=\"/sign-in/demo\""));
    // Who orders an erasure, and who approves it.
    for account in ["dangan", "baohu"] {
        assert_eq!(Visitor::enter(&server.address, account).get("/retention").status, 200, "{account}");
    }
    drop(server);
    let data = copy();
    let open = Server::start_at(data.path(), "0.0.0.0");
    let page = Visitor::stranger(&open.address).get("/sign-in");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("action=\"/sign-in/demo\""), "an open address offers no account");
    let forced = Visitor::stranger(&open.address).post("/sign-in/demo", &[("name", "zhoumin")]);
    assert!((400..500).contains(&forced.status), "{forced:?}");
}

#[test]
fn the_passwords_that_are_printed_open_the_door() {
    let data = copy();
    let server = Server::start(data.path(), "");
    let accounts = std::fs::read_to_string(data.path().join("demo-accounts.txt")).unwrap();
    let (name, password) = accounts.lines().next().unwrap().split_once('\t').unwrap();
    let password = password.split('\t').next().unwrap();
    let stranger = Visitor::stranger(&server.address);
    assert_eq!(stranger.post("/sign-in", &[("name", name), ("password", password)]).status, 303);
    let wrong = stranger.post("/sign-in", &[("name", name), ("password", "一二三四五六")]);
    assert!((400..500).contains(&wrong.status) && !wrong.alerts().is_empty(), "{wrong:?}");
}

/// What the operations page says once a head was tried.
fn operations(data: &Path, heads: &Path, until: &str) -> String {
    let server = Server::start_with(data, &format!("serve --port 0 --heads {}", heads.display()));
    let visitor = Visitor::enter(&server.address, "fangzhiyuan");
    for _ in 0..100 {
        let page = visitor.get("/operations").body;
        if page.contains(until) {
            return page;
        }
        thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the page never says {until}");
}

#[test]
fn heads_that_are_kept_elsewhere_are_never_replaced_and_the_page_is_red_when_none_can_be_kept() {
    let data = copy();
    let place = tempfile::tempdir().unwrap();
    let heads = place.path().join("heads");
    let kept = || {
        let file = std::fs::read_dir(&heads).into_iter().flatten().flatten().map(|entry| entry.path()).max();
        file.map(|file| (file.clone(), std::fs::read_to_string(file).unwrap()))
    };
    {
        let _server = Server::start_with(data.path(), &format!("serve --port 0 --heads {}", heads.display()));
        for _ in 0..100 {
            if kept().is_some() {
                break;
            }
            thread::sleep(std::time::Duration::from_millis(100));
        }
    }
    let (file, text) = kept().expect("a head is written at the start");
    let forged = text.replace("\"at\":", "\"at\":1");
    let forged = forged.replacen("\"root\":\"", "\"root\":\"00", 1);
    std::fs::write(&file, &forged).unwrap();
    let page = operations(data.path(), &heads, "停止签发");
    assert!(page.contains("账本与") && page.contains("不符"), "{page}");
    assert_eq!(kept(), Some((file.clone(), forged)), "the evidence stays, and nothing is sealed beside it");
    let page = operations(data.path(), &file, "链头写不进");
    assert!(page.contains("链头另存处"), "{page}");
}
