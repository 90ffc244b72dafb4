//! Bad input over HTTP: a clear Chinese message, nothing lost, nothing half-written.

use crate::bureau::{Server, copy, count, project};
use crate::visitor::{Answer, Visitor, fields};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

const NEW: &str = "/register/project/new";
const PROJECTS: &str = "/register/project";

/// A bureau at work, with somebody of 计划财务科.
struct Office {
    data: TempDir,
    server: Server,
    zhoumin: Visitor,
}

impl Office {
    fn open() -> Office {
        let data = copy();
        let server = Server::start(data.path(), "");
        let zhoumin = Visitor::enter(&server.address, "zhoumin");
        Office { zhoumin, server, data }
    }

    fn data(&self) -> &Path {
        self.data.path()
    }

    /// Everything that is written adds a line; those by which the server seals the ledger are not counted.
    fn lines(&self) -> i64 {
        count(self.data(), "SELECT (SELECT count(*) FROM ledger) - (SELECT count(*) FROM event WHERE kind = 'head')")
    }

    /// A new project that would be filed, but for `changes`.
    fn file(&self, changes: &[(&str, &str)]) -> Answer {
        let school = count(self.data(), "SELECT id FROM school ORDER BY id LIMIT 1").to_string();
        let good = [("title", "新校舍"), ("kind", "new"), ("stage", "primary"), ("school", &school), ("places", "90")];
        self.zhoumin.fill(NEW, PROJECTS, &[&good[..], changes].concat())
    }
}

/// The value is refused with a message, what was typed stands in the form, and nothing is written.
fn refused(field: &str, typed: &str, word: &str) {
    let office = Office::open();
    let before = office.lines();
    let answer = office.file(&[(field, typed)]);
    assert_eq!(answer.status, 422, "{field}: {answer:?}");
    assert!(answer.alerts().contains(word), "{field}: no `{word}` in {:?}", answer.alerts());
    let kept = fields(&answer.body);
    assert_eq!(kept[field], typed, "{field}: what was typed stays");
    assert!(kept["title"] == "新校舍" || field == "title", "the rest stays too");
    assert_eq!(office.lines(), before, "{field}: nothing is written");
}

#[test]
fn a_good_form_is_filed_and_shown() {
    let office = Office::open();
    let answer = office.file(&[]);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(office.zhoumin.get(&answer.location).body.contains("新校舍"));
}

#[test]
fn a_day_that_does_not_exist_is_refused() {
    refused("deliver_due_on", "2021-02-30", "2021-02-30");
}

#[test]
fn negative_places_are_refused() {
    refused("places", "-1", "0");
}

#[test]
fn an_unknown_school_is_refused() {
    refused("school", "999999", "999999");
}

#[test]
fn a_choice_that_is_none_is_refused() {
    refused("kind", "palace", "palace");
}

#[test]
fn a_title_of_ten_thousand_characters_is_refused() {
    refused("title", &"学".repeat(10_000), "200");
}

#[test]
fn a_title_with_html_is_text() {
    let office = Office::open();
    let title = "<script>alert(1)</script><b>甲</b> & \"乙\"";
    let answer = office.file(&[("title", title)]);
    assert_eq!(answer.status, 303, "{answer:?}");
    for path in [answer.location.as_str(), PROJECTS, &format!("{}/edit", answer.location)] {
        let page = office.zhoumin.get(path);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>甲"), "{path}");
    }
    assert!(office.zhoumin.get(&answer.location).body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;甲"));
    let edit = office.zhoumin.form(&format!("{}/edit", answer.location));
    assert_eq!(edit["title"], title);
}

#[test]
fn a_form_posted_twice_is_filed_once() {
    let office = Office::open();
    let school = count(office.data(), "SELECT id FROM school ORDER BY id LIMIT 1").to_string();
    let mut typed = office.zhoumin.form(NEW);
    for (name, value) in
        [("title", "一次"), ("kind", "new"), ("stage", "primary"), ("school", &school), ("places", "90")]
    {
        typed.insert(name.into(), value.into());
    }
    let (first, second) = (office.zhoumin.send(PROJECTS, &typed), office.zhoumin.send(PROJECTS, &typed));
    assert_eq!((first.status, second.status), (303, 303), "{first:?} {second:?}");
    assert_eq!(first.location, second.location, "the second post finds the first answer");
    assert_eq!(count(office.data(), "SELECT count(*) FROM project WHERE title = '一次'"), 1);
}

#[test]
fn a_form_without_its_token_is_refused_and_kept() {
    let office = Office::open();
    let before = office.lines();
    let answer = office.file(&[("csrf", "")]);
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.alerts().contains("没有保存"), "{:?}", answer.alerts());
    assert_eq!(fields(&answer.body)["title"], "新校舍");
    assert_eq!(office.lines(), before);
    let again = office.zhoumin.send(PROJECTS, &fields(&answer.body));
    assert_eq!(again.status, 303, "one more click saves it: {again:?}");
}

#[test]
fn a_form_of_another_session_is_refused() {
    let office = Office::open();
    let other = Visitor::enter(&office.server.address, "zhoumin");
    let answer = other.send(PROJECTS, &office.zhoumin.form(NEW));
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[test]
fn two_people_who_change_one_record_both_see_what_the_other_wrote() {
    let office = Office::open();
    let id = project(office.data(), "廿三里街道第三小学");
    let (edit, save) = (format!("/register/project/{id}/edit"), format!("/register/project/{id}"));
    let school = Visitor::enter(&office.server.address, "school");
    let mut theirs = school.form(&edit);
    let mut mine = office.zhoumin.form(&edit);
    theirs.insert("agent".into(), "甲方代建".into());
    mine.insert("agent".into(), "乙方代建".into());
    assert_eq!(school.send(&save, &theirs).status, 303);
    let lines = office.lines();
    let answer = office.zhoumin.send(&save, &mine);
    assert_eq!(answer.status, 409, "{answer:?}");
    assert!(answer.body.contains("甲方代建") && answer.body.contains("乙方代建"), "both values are shown");
    assert_eq!(office.lines(), lines, "nothing is written");
    let now = "SELECT count(*) FROM project WHERE agent = '甲方代建'";
    assert_eq!(count(office.data(), now), 1);
}

#[test]
fn who_may_not_change_is_refused() {
    let office = Office::open();
    let lines = office.lines();
    let record = format!("/register/project/{}", project(office.data(), "苏溪镇第二幼儿园"));
    for (account, status) in [("shenji", 403), ("school", 404)] {
        let other = Visitor::enter(&office.server.address, account);
        let typed = [("csrf", other.token()), ("agent", "改不得".to_string())];
        let mut typed: BTreeMap<String, String> = typed.into_iter().map(|(name, value)| (name.into(), value)).collect();
        assert_eq!(other.get(&format!("{record}/edit")).status, status, "{account}");
        assert_eq!(other.send(&record, &typed).status, status, "{account}");
        // A fault in the form must not turn a refusal into the form of a record that is none of one's business.
        typed.insert("school".into(), "2".into());
        let answer = other.send(&record, &typed);
        assert_eq!(answer.status, status, "{account}");
        assert!(
            account != "school" || !answer.body.contains("苏溪镇第二幼儿园"),
            "a record of another school is shown"
        );
    }
    assert_eq!(office.lines(), lines + 2, "the two sign-ins are lines, nothing else is");
}

#[test]
fn whoever_is_not_signed_in_is_led_to_the_sign_in_page() {
    let office = Office::open();
    let stranger = Visitor::stranger(&office.server.address);
    for path in ["/", "/plan/yiwu-2021", "/register/project", "/register/project/1"] {
        let answer = stranger.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.location.starts_with("/sign-in"), "{path}: {answer:?}");
    }
    assert_eq!(stranger.get("/api/plan/yiwu-2021").status, 401);
}
