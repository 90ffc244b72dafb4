//! Orders of erasure, from the record's page to the empty place, and what is due for one, on both databases. The tests
//! that count most are of what must not come back, and of who must not be able to order it.

use crate::support::{House, as_of, codes, form_of, keys, save};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{FieldView, Input, RecordView, When};
use luoshi_desk::{Desk, FilePlace, ListAsk, NotSaved, Save, Saved};
use luoshi_store::{Act, Options, Store, StoreError, testing, verify};
use std::cell::RefCell;

const DAY: &str = "2021-01-04";
const NUMBER: &str = "330782200001010012";
const COMPLAINT: &str = "食堂的账目从不公开";
const ACCOUNT: &str = "6222-0001-8888";

/// A register of complaints with a term, sealed fields, and a number that counts it.
const PACK: &[(&str, &str)] = &[
    ("clinic/pack.toml", "title = \"样\"\nneeds = [\"foundation\"]\n"),
    (
        "clinic/role.toml",
        r#"
[[section.may]]
do    = ["file", "edit", "reveal"]
on    = ["visit", "letter", "camp"]
scope = "all"
[[school.may]]
do    = ["file", "edit"]
on    = ["visit"]
scope = "subtree"
"#,
    ),
    (
        "clinic/indicator.toml",
        r#"
[visits]
title  = "来访"
in     = "件"
of     = "visit"
where  = { complaint = { empty = false } }
dated  = "came_on"
source = "default"
rule   = "有诉求的来访"
"#,
    ),
    (
        "clinic/register/slip.toml",
        r#"
title  = "条子"
source = "default"
owner  = "unit"
serial = "TZ-{year}-{seq:6}"
label  = "serial"

[field.unit]
kind  = "ref"
to    = "unit"
title = "单位"

[field.account]
kind   = "text"
title  = "账号"
sealed = true

[field.papers]
kind  = "files"
title = "原件"
"#,
    ),
    (
        "clinic/register/camp.toml",
        r#"
title   = "营地"
source  = "default"
extends = "unit"
label   = "name"

[field.contact]
kind   = "text"
title  = "联系电话"
sealed = true

[field.papers]
kind  = "files"
title = "批文"
"#,
    ),
    (
        "clinic/register/letter.toml",
        r#"
title  = "来信"
source = "default"
owner  = "school"
keep   = "1 year after closed"

[field.title]
kind  = "text"
title = "标题"
must  = true

[field.school]
kind  = "ref"
to    = "school"
title = "学校"
must  = true

[field.papers]
kind  = "files"
title = "原件"

[field.closed_on]
kind    = "date"
title   = "办结日期"
by_move = true

[flow.state.open]
title = "在办"
[flow.state.closed]
title = "办结"
day   = "closed_on"

[flow.move.close]
title = "办结"
from  = ["open"]
to    = "closed"
by    = ["section"]
set   = { closed_on = { today = true } }
"#,
    ),
    (
        "clinic/register/visit.toml",
        r#"
title  = "来访"
source = "default"
owner  = "school"
columns = ["title", "account", "complaint", "state"]
keep   = "1 year after closed"

[field.title]
kind  = "text"
title = "标题"
must  = true

[field.school]
kind  = "ref"
to    = "school"
title = "学校"
must  = true

[field.person]
kind  = "ref"
to    = "person"
title = "来访人"

[field.came_on]
kind  = "date"
title = "来访日期"

[field.account]
kind   = "text"
title  = "账号"
unique = true
sealed = true

[field.complaint]
kind   = "long_text"
title  = "诉求"
must   = true
sealed = true

[field.papers]
kind  = "files"
title = "材料"

[field.closed_on]
kind    = "date"
title   = "办结日期"
by_move = true

[flow.state.open]
title = "在办"
[flow.state.closed]
title = "办结"
day   = "closed_on"

[flow.move.close]
title = "办结"
from  = ["open"]
to    = "closed"
by    = ["section", "school"]
set   = { closed_on = { today = true } }

[flow.move.reopen]
title = "重办"
from  = ["closed"]
to    = "open"
by    = ["section"]
clear = ["closed_on"]

[view.known]
title = "公款账户"
where = { account = "6222-0001-8888" }
"#,
    ),
];

fn house(store: Store) -> House {
    let house = House::small(DAY, PACK, store);
    house.settle(DAY);
    for (name, role) in [("archivist", "archivist"), ("second", "archivist"), ("deputy", "leader")] {
        house.person(name, &format!("经办{name}"), "13957900999");
        house.post(name, name, role, "bureau", DAY, "");
        house.account(name);
    }
    house
}

fn visit(house: &House, key: &str, more: &[(&str, &str)]) -> i64 {
    let school = house.id("sa").to_string();
    let typed = [("title", key), ("school", &school), ("came_on", DAY), ("complaint", COMPLAINT)];
    let typed: Vec<(&str, &str)> = typed.into_iter().chain(more.to_vec()).collect();
    house.file("section", key, "visit", &typed)
}

/// Files an order as the form of a record's page gives it.
fn order(house: &House, by: &str, what: &str) -> Result<Saved, NotSaved> {
    let unit = house.id("sa").to_string();
    let typed = [("what", what), ("ground", "withdrawn"), ("explanation", "本人来函"), ("unit", &unit)];
    let typed: Vec<(&str, &str)> = typed.into_iter().chain([("due_on", "2021-02-03")]).collect();
    house.try_file(by, "erasure", &typed)
}

fn ordered(house: &House, by: &str, what: &str) -> i64 {
    order(house, by, what).unwrap_or_else(|not| panic!("{}", crate::support::told(&not))).id
}

/// Two people who did not file it approve an order.
fn approve(house: &House, order: i64) {
    house.make("leader", "erasure", order, "approve", &[]);
    house.make("archivist", "erasure", order, "approve", &[]);
}

fn page(house: &House, by: &str, register: &str, id: i64, when: When) -> RecordView {
    house.desk.record(&house.actor(by), register, id, when).expect("it is shown")
}

fn field(page: RecordView, name: &str) -> FieldView {
    page.groups.into_iter().flat_map(|group| group.fields).find(|field| field.name == name).expect("the field is there")
}

fn state(house: &House, order: i64) -> String {
    let bureau = house.desk.bureau();
    let record = bureau.store.read(|reader| reader.record(bureau.table("erasure"), order, None)).expect("it is read");
    record.and_then(|record| record.state).expect("it has a state")
}

/// What the database gives back of a sealed field.
fn held(house: &House, id: i64, name: &str) -> String {
    let bureau = house.desk.bureau();
    let record = bureau.store.read(|reader| reader.record(bureau.table("visit"), id, None)).unwrap().unwrap();
    record.value(name).text().unwrap_or("-").to_string()
}

fn lines(house: &House, kind: &str) -> i64 {
    use luoshi_kernel::query::{col, how_many};
    use luoshi_kernel::sea_query::{Alias, ExprTrait, Query};
    let mut select = Query::select();
    select.expr(how_many()).from_as(Alias::new("event"), Alias::new("e")).and_where(col("e", "kind").eq(kind));
    let rows = house.desk.bureau().store.read(|reader| reader.rows(&select, &[luoshi_kernel::table::ColumnKind::Int]));
    rows.unwrap()[0][0].int().unwrap()
}

fn clean(house: &House) {
    let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it runs");
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn an_order_leads_from_the_records_page_to_the_empty_place() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "一", &[("account", ACCOUNT)]);
        let now = When::default();
        let head = page(&house, "section", "visit", id, now).erase.expect("it is offered");
        assert_eq!((&*head.fields, &*head.files, &head.order), ("账号、诉求", "", &None));
        let school = house.id("sa").to_string();
        let given: Vec<(&str, &str)> = head.given.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(given, [("what", &*format!("visit {id}")), ("unit", &*school), ("due_on", "2021-02-03")]);
        // Who may not file an order is offered none.
        for by in ["inspector", "leader", "auditor"] {
            assert_eq!(page(&house, by, "visit", id, now).erase, None, "{by}");
        }
        let given = head.given.into_iter().collect();
        let form = house.desk.form(&house.actor("section"), "erasure", None, None, &given).expect("the form");
        let what = form.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "what").unwrap();
        let input = format!("{:?}", what.input);
        assert!(input.contains("来访 一（将销毁：账号、诉求）"), "{input}");
        let order = ordered(&house, "section", &format!("visit {id}"));
        assert!(page(&house, "section", "visit", id, now).erase.unwrap().order.is_some(), "one waits already");
        house.make("leader", "erasure", order, "approve", &[]);
        assert_eq!((state(&house, order).as_str(), held(&house, id, "account").as_str()), ("filed", ACCOUNT));
        house.make("archivist", "erasure", order, "approve", &[]);
        assert_eq!((state(&house, order).as_str(), held(&house, id, "account").as_str()), ("done", ""));
        // The page says so in the place of the value, with the order and the day, and leads to it.
        let told = "已清除（QC-2021-000001 2021年1月4日）";
        for name in ["account", "complaint"] {
            let field = field(page(&house, "section", "visit", id, now), name);
            assert_eq!((&*field.shown, field.masked, field.reveal), (told, false, false));
            assert_eq!(field.link, Some(("erasure".to_string(), order)));
        }
        assert_eq!(page(&house, "section", "visit", id, now).erase, None, "nothing is left");
        let what = field(page(&house, "leader", "erasure", order, now), "what");
        assert_eq!(what.members, [("来访 一".to_string(), Some(("visit".to_string(), id)))]);
        assert_eq!(lines(&house, "erase"), 1);
        clean(&house);
    });
}

#[test]
fn what_was_erased_comes_back_nowhere_and_numbers_stay() {
    House::each(|store| {
        let house = house(store);
        let person = house.file("", "p", "person", &[("name", "来访人"), ("id_number", NUMBER)]);
        let id = visit(&house, "一", &[("account", "6222-0"), ("person", &person.to_string())]);
        house.edit("section", "visit", id, &[("account", ACCOUNT)]);
        house.day("2021-01-06");
        house.edit("section", "visit", id, &[("title", "一改")]);
        let number = house.figure("visits", When::default());
        assert_eq!(number, "1");
        house.day("2021-01-08");
        let order = ordered(&house, "section", &format!("visit {id}\nperson {person}"));
        approve(&house, order);
        assert_eq!(lines(&house, "erase"), 2, "one line for each record");
        let told = "已清除（QC-2021-000001 2021年1月8日）";
        let mut said = String::new();
        for when in [When::default(), as_of("2021-01-05"), as_of("2021-01-07")] {
            let shown = page(&house, "section", "visit", id, when);
            said += &format!("{shown:?}");
            assert_eq!(field(shown, "account").shown, told, "{when:?}");
            let ask = ListAsk { register: "visit".into(), when, ..Default::default() };
            said += &format!("{:?}", house.desk.list(&house.actor("section"), &ask).expect("the list"));
        }
        let past = page(&house, "section", "visit", id, When::default()).past;
        let first = past.last().expect("it was filed");
        assert!(first.changes.iter().any(|change| change.0 == "账号" && change.2 == told), "{first:?}");
        assert_eq!(field(page(&house, "section", "person", person, When::default()), "id_number").shown, told);
        for typed in [NUMBER, ACCOUNT, "6222-0", COMPLAINT] {
            let found = house.desk.search(&house.actor("section"), typed, None, 20).expect("a search");
            assert!(found.hits.is_empty() && found.met.is_empty(), "{typed}: {found:?}");
        }
        let form = house.desk.form(&house.actor("section"), "visit", Some(id), None, &Default::default());
        said += &format!("{:?}", form.expect("a form"));
        let late =
            Save { version: Some(1), ..save("visit", Some(id), None, &[("title", "迟"), ("account", "6222-7")]) };
        let conflict = form_of(house.desk.save(&house.actor("section"), &late));
        assert!(conflict.conflict.is_some());
        said += &format!("{conflict:?}").replace("6222-7", "");
        said += &format!("{:?}", house.desk.workbench(&house.actor("li")).expect("the workbench"));
        let asked = Reveal {
            register: "visit".into(),
            id,
            field: "account".into(),
            reason: "核对".into(),
            request: "r".into(),
        };
        assert_eq!(house.desk.reveal(&house.actor("auditor"), &asked).expect_err("nothing is there").code, "D070");
        for canary in [NUMBER, "0012", "6222", COMPLAINT] {
            assert!(!said.contains(canary), "{canary} in {said}");
        }
        // The number counts what it counted, and the key is nobody's any more.
        assert_eq!(house.figure("visits", When::default()), number);
        assert_eq!(house.figure("visits", as_of("2021-01-05")), number);
        let other = house.file("", "q", "person", &[("name", "别人"), ("id_number", NUMBER)]);
        assert_ne!(other, person);
        clean(&house);
    });
}

#[test]
fn what_was_remembered_of_an_erased_value_is_forgotten() {
    let given = RefCell::new(None);
    let note = |options: Options| {
        given.replace(Some(options.clone()));
        options
    };
    House::each_with(note, |store| {
        let house = house(store);
        let id = visit(&house, "一", &[("account", ACCOUNT)]);
        house.day("2021-01-06");
        let other = house.beside(given.take().expect("options"));
        let found = |desk: &Desk| {
            let count = |when: When| {
                let view = Some("known".to_string());
                let ask = ListAsk { register: "visit".into(), view, when, ..Default::default() };
                desk.list(&house.actor("section"), &ask).expect("the list").total
            };
            // Of a day long past, and of now: the register of the record is written for neither.
            [as_of("2021-01-04"), When::default()].map(count)
        };
        assert_eq!((found(&house.desk), found(&other)), ([1, 1], [1, 1]));
        approve(&house, ordered(&house, "section", &format!("visit {id}")));
        assert_eq!(found(&house.desk), [0, 0]);
        assert_eq!(found(&other), [0, 0], "nor does another process on the same database know it");
    });
}

fn attach(house: &House, register: &str, id: i64, bytes: &[u8]) -> String {
    let place = FilePlace { register: register.into(), id: Some(id), by_move: None, field: "papers".into() };
    let line = house.desk.upload(&house.actor("section"), &place, "病历.pdf", bytes).expect("it is taken");
    house.edit("section", register, id, &[("papers", &line)]);
    line
}

fn work(house: &House) {
    while luoshi_desk::job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
}

#[test]
fn the_files_of_an_erased_record_go_after_the_commit_unless_another_names_them() {
    House::each(|store| {
        let house = house(store);
        let (one, two) = (visit(&house, "一", &[]), visit(&house, "二", &[]));
        let (own, shared) = (attach(&house, "visit", one, b"%PDF-1.4 own"), b"%PDF-1.4 shared");
        let common = attach(&house, "visit", one, shared);
        // The first stands in the past only.
        attach(&house, "visit", two, shared);
        let get = |id: i64, line: &str| house.desk.file(&house.actor("section"), "visit", id, "papers", &line[..64]);
        let bytes = |line: &str| house.desk.bureau().store.file_bytes(&line[..64]).is_ok();
        let head = page(&house, "section", "visit", one, When::default()).erase.expect("it is offered");
        assert_eq!(head.files, "材料");
        approve(&house, ordered(&house, "section", &format!("visit {one}")));
        // Committed, and not yet carried out: nothing is handed out, and nothing is amiss.
        assert!(bytes(&own) && bytes(&common));
        assert_eq!([&own, &common].map(|line| get(one, line).expect_err("it was erased").code), ["D078", "D078"]);
        clean(&house);
        work(&house);
        assert_eq!((bytes(&own), bytes(&common)), (false, true));
        assert_eq!(get(two, &common).expect("another's").bytes, shared);
        clean(&house);
        let told = "已清除（QC-2021-000001 2021年1月4日";
        let now = page(&house, "section", "visit", one, When::default());
        let kept = format!("病历.pdf {told}；另有记录附有同一文件，内容仍保留）");
        assert_eq!(field(now.clone(), "papers").shown, kept);
        assert_eq!((now.erase.clone(), field(now.clone(), "papers").files[0].of.clone()), (None, None));
        let past: Vec<&str> = now.past.iter().flat_map(|version| &version.changes).map(|change| &*change.2).collect();
        assert!(past.contains(&&*format!("病历.pdf {told}）")), "{past:?}");
        // It is not attached to the record again, and its other fields are edited as before.
        house.edit("section", "visit", one, &[("title", "一改")]);
        let again = save("visit", Some(one), None, &[("papers", &own)]);
        assert_eq!(codes(house.desk.save(&house.actor("section"), &again)), ["D079"]);
        approve(&house, ordered(&house, "section", &format!("visit {two}")));
        work(&house);
        assert!(!bytes(&common), "nobody names it any more");
        clean(&house);
        // Sent again and named by nobody, it goes again.
        let place = FilePlace { register: "visit".into(), id: Some(two), by_move: None, field: "papers".into() };
        house.desk.upload(&house.actor("section"), &place, "a.pdf", shared).expect("it is taken");
        assert!(bytes(&common));
        house.day("2021-01-06");
        work(&house);
        assert!(!bytes(&common));
        assert!(house.desk.bureau().store.try_files().is_ok());
        clean(&house);
    });
}

/// A camp is a unit and shares its id: whichever name an order uses, it reaches all of it.
#[test]
fn an_order_of_a_unit_reaches_what_extends_it() {
    House::each(|store| {
        let house = house(store);
        let town = house.id("a").to_string();
        let typed =
            [("name", "营地"), ("kind", "department"), ("parent", &*town), ("since_on", DAY), ("contact", ACCOUNT)];
        let camp = house.file("", "camp", "camp", &typed);
        let papers = attach(&house, "camp", camp, b"%PDF-1.4 camp");
        let head =
            page(&house, "section", "unit", camp, When::default()).erase.expect("it is offered on the unit's page");
        assert_eq!((&*head.fields, &*head.files), ("联系电话", "批文"));
        assert_eq!(codes(order(&house, "section", &format!("unit {town}"))), ["D077"], "a town has nothing");
        let made = ordered(&house, "section", &format!("unit {camp}\ncamp {camp}"));
        approve(&house, made);
        let get = || house.desk.file(&house.actor("section"), "camp", camp, "papers", &papers[..64]);
        assert_eq!(get().expect_err("it was erased").code, "D078");
        work(&house);
        assert!(house.desk.bureau().store.file_bytes(&papers[..64]).is_err(), "the bytes are gone");
        assert_eq!(lines(&house, "erase_file"), 1);
        let now = page(&house, "section", "camp", camp, When::default());
        assert!(field(now.clone(), "papers").shown.contains("已清除（QC-2021-000001"));
        assert!(field(now, "contact").shown.contains("已清除"));
        assert_eq!(page(&house, "section", "unit", camp, When::default()).erase, None);
        clean(&house);
    });
}

/// The program dies after the bytes are gone and before the job has said so: it is taken again and ends.
#[test]
fn a_crash_after_the_bytes_are_gone_leaves_a_job_that_ends() {
    House::each(|store| {
        let house = house(store);
        let one = visit(&house, "一", &[]);
        let papers = attach(&house, "visit", one, b"%PDF-1.4 own");
        approve(&house, ordered(&house, "section", &format!("visit {one}")));
        let bureau = house.desk.bureau();
        let act = || Act { at: bureau.clock.now(), ..Act::default() };
        let mut taken = vec![];
        while let Some(job) = bureau.store.write::<_, StoreError>(act(), |writer| writer.take_job(0)).expect("taken") {
            taken.push(job.kind);
        }
        assert!(taken.iter().any(|kind| kind == "erase_file"), "{taken:?}");
        // All that the job does but its end.
        bureau.store.erase_file(act(), &papers[..64], &bureau.packs.file_columns()).expect("the bytes go");
        clean(&house);
        work(&house);
        assert_eq!(lines(&house, "erase_bytes"), 1, "somebody may still be at it");
        bureau.clock.put(bureau.clock.now() + luoshi_desk::job::STALE + 1_000_000);
        work(&house);
        assert_eq!(lines(&house, "erase_bytes"), 2, "it was done again");
        let shown = field(page(&house, "section", "visit", one, When::default()), "papers").shown;
        assert!(shown.starts_with("病历.pdf 已清除（QC-2021-000001"), "{shown}");
        assert_eq!(bureau.store.read(|reader| reader.jobs("failed", 9)).expect("it is read"), []);
        clean(&house);
    });
}

#[test]
fn an_erased_record_lives_on_and_what_is_given_anew_is_a_new_value() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "一", &[("account", ACCOUNT)]);
        approve(&house, ordered(&house, "section", &format!("visit {id}")));
        // A field that must be given was given: that it was erased stands against nothing.
        house.edit("section", "visit", id, &[("title", "一改"), ("account", ""), ("complaint", "")]);
        house.make("section", "visit", id, "close", &[]);
        house.edit("section", "visit", id, &[("account", ACCOUNT)]);
        assert_eq!(held(&house, id, "account"), ACCOUNT);
        let now = page(&house, "section", "visit", id, When::default());
        assert_eq!(field(now.clone(), "account").shown, "••••••");
        assert!(field(now.clone(), "complaint").shown.starts_with("已清除（QC-2021-000001"));
        let before = now.past.iter().flat_map(|version| &version.changes).filter(|change| change.0 == "账号");
        let before: Vec<&str> = before.map(|change| &*change.2).collect();
        assert_eq!(before, ["••••••", "已清除（QC-2021-000001 2021年1月4日）"], "newest first");
        clean(&house);
        // It can be ordered again, and each place says by which order.
        house.day("2021-03-01");
        approve(&house, ordered(&house, "section", &format!("visit {id}")));
        let now = page(&house, "section", "visit", id, When::default());
        assert_eq!(field(now.clone(), "account").shown, "已清除（QC-2021-000002 2021年3月1日）");
        assert_eq!(field(now, "complaint").shown, "已清除（QC-2021-000001 2021年1月4日）");
        clean(&house);
    });
}

#[test]
fn one_approver_is_none_and_the_filer_is_none_either() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "一", &[]);
        let order = ordered(&house, "archivist", &format!("visit {id}"));
        let make = |by: &str, made: &str| house.try_move(by, "erasure", order, made, &[]);
        assert_eq!(codes(make("archivist", "approve")), ["D031"], "who filed it");
        assert_eq!(codes(make("section", "approve")), ["D003"], "who may not");
        make("leader", "approve").expect("the first");
        assert_eq!(codes(make("leader", "approve")), ["D037"], "nobody approves twice");
        assert_eq!((state(&house, order).as_str(), held(&house, id, "complaint").as_str()), ("filed", COMPLAINT));
        // Another content is another order: the first approval does not count for it.
        house.edit("archivist", "erasure", order, &[("explanation", "改了说明")]);
        make("second", "approve").expect("the first of what it says now");
        assert_eq!(held(&house, id, "complaint"), COMPLAINT);
        assert_eq!(codes(make("archivist", "refuse")), ["D031"]);
        assert_eq!(codes(make("second", "withdraw")), ["D036"], "only who filed it withdraws it");
        make("deputy", "refuse").expect("it is refused with a reason");
        assert_eq!((state(&house, order).as_str(), held(&house, id, "complaint").as_str()), ("refused", COMPLAINT));
        assert_eq!(codes(make("leader", "approve")), ["D030"], "what was refused is not approved");
        assert_eq!(lines(&house, "erase"), 0);
    });
}

#[test]
fn an_order_is_carried_out_once() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "一", &[]);
        let what = format!("visit {id}");
        let (one, two) = (ordered(&house, "section", &what), ordered(&house, "section", &what));
        house.make("leader", "erasure", one, "approve", &[]);
        let last = Save { request: "last".into(), ..save("erasure", Some(one), Some("approve"), &[]) };
        let first = house.desk.save(&house.actor("archivist"), &last).expect("it is approved");
        assert_eq!(house.desk.save(&house.actor("archivist"), &last).expect("the same answer"), first);
        assert_eq!(codes(house.try_move("deputy", "erasure", one, "approve", &[])), ["D030"]);
        assert_eq!(
            codes(house.try_move("leader", "erasure", two, "approve", &[])),
            ["D077"],
            "nothing is left to erase"
        );
        assert_eq!(codes(order(&house, "section", &what)), ["D077"]);
        assert_eq!(lines(&house, "erase"), 1);
        // What was approved is not changed afterwards.
        let change = save("erasure", Some(one), None, &[("explanation", "后改")]);
        assert_eq!(codes(house.desk.save(&house.actor("archivist"), &change)), ["D003"]);
    });
}

#[test]
fn a_crash_leaves_an_order_carried_out_or_not_approved() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "一", &[]);
        let order = ordered(&house, "section", &format!("visit {id}"));
        house.make("leader", "erasure", order, "approve", &[]);
        // The commit is lost twice: the group's, and that of the one run alone.
        testing::lose_commits(&house.desk.bureau().store, 2);
        assert!(house.try_move("archivist", "erasure", order, "approve", &[]).is_err());
        assert_eq!((state(&house, order).as_str(), held(&house, id, "complaint").as_str()), ("filed", COMPLAINT));
        assert_eq!(lines(&house, "erase"), 0);
        house.make("archivist", "erasure", order, "approve", &[]);
        assert_eq!((state(&house, order).as_str(), held(&house, id, "complaint").as_str()), ("done", ""));
        assert_eq!(lines(&house, "erase"), 1);
        clean(&house);
    });
}

#[test]
fn an_order_names_only_what_its_people_see() {
    House::each(|store| {
        let house = house(store);
        let own = visit(&house, "一", &[]);
        let other = house.id("sb").to_string();
        let typed = [("title", "二"), ("school", &*other), ("complaint", "别校的诉求")];
        let other = house.file("section", "二", "visit", &typed);
        ordered(&house, "school_a", &format!("visit {own}"));
        for hidden in [format!("visit {own}\nvisit {other}"), "visit 999".into(), "nothing 1".into(), "visit".into()] {
            assert_eq!(codes(order(&house, "school_a", &hidden)), ["D076"], "{hidden}");
        }
        assert_eq!(codes(order(&house, "section", "")), ["D034"]);
        let many = (0..101).map(|at| format!("visit {at}")).collect::<Vec<_>>().join("\n");
        assert_eq!(codes(order(&house, "section", &many)), ["D075"]);
        assert_eq!(codes(order(&house, "town_a", &format!("visit {own}"))), ["D003"]);
        // An order on two records is shown to a school with what it may see of them.
        let both = ordered(&house, "section", &format!("visit {own}\nvisit {other}"));
        let what = field(page(&house, "school_a", "erasure", both, When::default()), "what");
        assert_eq!(what.members[0], ("来访 一".to_string(), Some(("visit".to_string(), own))));
        assert_eq!(what.members[1], (format!("来访 #{other}"), None));
        // A record that bears no name of its own is called by its number.
        let slip = house.file("", "s", "slip", &[("unit", &house.id("bureau").to_string()), ("account", ACCOUNT)]);
        let slips = ordered(&house, "section", &format!("slip {slip}"));
        let what = field(page(&house, "leader", "erasure", slips, When::default()), "what");
        assert_eq!(what.members, [("条子 TZ-2021-000001".to_string(), Some(("slip".to_string(), slip)))]);
    });
}

/// What the form of an order offers as chosen, and what is typed and names none yet.
fn offered(house: &House, by: &str, what: &str) -> (Vec<String>, String) {
    let given = std::collections::BTreeMap::from([("what".to_string(), what.to_string())]);
    let form = house.desk.form(&house.actor(by), "erasure", None, None, &given).expect("a form");
    let field = form.groups.into_iter().flat_map(|group| group.fields).find(|field| field.name == "what");
    match field.and_then(|field| field.input) {
        Some(Input::Several { options, more }) => {
            (options.into_iter().map(|(line, ..)| line).collect(), more.expect("another may be typed"))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_is_filled_in_by_hand() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "食堂账目", &[]);
        visit(&house, "同名", &[]);
        visit(&house, "同名", &[]);
        let school = house.id("sb").to_string();
        let slip = house.file("", "slip", "slip", &[("unit", &*school), ("account", ACCOUNT)]);
        let number = format!("TZ-2021-{slip:06}");
        // Opened directly it can be filled in: the days are there, and room for a record.
        let form = house.desk.form(&house.actor("archivist"), "erasure", None, None, &Default::default());
        let form = form.expect("a form");
        let due = form.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "due_on");
        assert_eq!(due.map(|field| field.typed.as_str()), Some("2021-02-03"));
        assert_eq!(offered(&house, "archivist", ""), (vec![], String::new()));
        let visit = format!("visit {id}");
        for typed in ["来访 食堂账目", "来访：食堂账目", &visit, "visit 食堂账目"] {
            assert_eq!(offered(&house, "archivist", typed), (vec![visit.clone()], String::new()), "{typed}");
        }
        for typed in [number.clone(), number.to_lowercase(), format!("条子 {number}")] {
            assert_eq!(offered(&house, "archivist", &typed), (vec![format!("slip {slip}")], String::new()), "{typed}");
        }
        let both = format!("来访 食堂账目、{number}\n{visit}");
        assert_eq!(offered(&house, "archivist", &both).0, [visit.clone(), format!("slip {slip}")]);
        // What names nothing stays to be corrected, and is refused in a sentence; what is hidden likewise.
        for typed in ["来访 没有的", "来访 同名", "来访", "食堂账目", "TZ-2021-000099", "清除令 1"] {
            assert_eq!(offered(&house, "archivist", typed), (vec![], typed.to_string()), "{typed}");
            assert_eq!(codes(order(&house, "archivist", typed)), ["D076"], "{typed}");
        }
        assert_eq!(codes(order(&house, "school_a", &number)), ["D076"], "of another school");
        let made = ordered(&house, "archivist", &format!("{number}\n来访 食堂账目"));
        let kept =
            house.desk.bureau().store.read(|reader| reader.record(house.desk.bureau().table("erasure"), made, None));
        let kept = kept.unwrap().unwrap();
        assert_eq!(kept.value("what").text(), Some(format!("slip {slip}\n{visit}").as_str()));
        let suggested = house.desk.suggest(&house.actor("archivist"), "erasure", "what", &number).expect("suggestions");
        assert_eq!(suggested, [(slip, format!("条子 {number}"))]);
        assert!(house.desk.suggest(&house.actor("auditor"), "erasure", "what", &number).is_err(), "files no order");
        house.make("leader", "erasure", made, "approve", &[]);
        house.make("second", "erasure", made, "approve", &[]);
        assert_eq!((state(&house, made).as_str(), lines(&house, "erase")), ("done", 2));
    });
}

#[test]
fn what_is_due_is_listed_within_the_scope_and_ordered_from_there() {
    House::each(|store| {
        let house = house(store);
        let ids: Vec<i64> = (0..3).map(|at| visit(&house, &format!("到期{at}"), &[])).collect();
        let other = house.id("sb").to_string();
        let other = house.file("section", "他", "visit", &[("title", "他"), ("school", &other), ("complaint", "别校")]);
        for id in [ids[0], ids[1], other] {
            house.make("section", "visit", id, "close", &[]);
        }
        house.day("2021-01-05");
        house.make("section", "visit", ids[2], "close", &[]);
        let due = |by: &str| {
            let view = house.desk.retention(&house.actor(by), None, 1).expect("it is shown");
            let list = view.lists.into_iter().find(|list| list.register.name == "visit").expect("it has a term");
            let rows: Vec<i64> = list.rows.iter().map(|row| row.id).collect();
            (list.register.count.unwrap(), rows, list.term)
        };
        assert_eq!(due("section"), (0, vec![], "“办结”后保存1年".into()));
        house.day("2022-01-04");
        assert_eq!(due("section").1, [ids[0], ids[1], other]);
        assert_eq!(due("school_a").1, [ids[0], ids[1]], "within its scope");
        for by in ["leader", "inspector", "town_a"] {
            assert_eq!(house.desk.retention(&house.actor(by), None, 1).expect_err("not theirs").code, "D001");
        }
        let kept = |by: &str| {
            let kept = house.desk.workbench(&house.actor(by)).expect("the workbench").kept;
            kept.into_iter().map(|head| (head.name, head.count.unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(kept("archivist"), [("visit".to_string(), 3)]);
        assert_eq!(kept("leader"), []);
        // What goes back is kept; what was erased is due no more.
        house.make("section", "visit", ids[1], "reopen", &[]);
        assert_eq!(due("section").1, [ids[0], other]);
        let order = ordered(&house, "section", &format!("visit {}\nvisit {other}", ids[0]));
        let view = house.desk.retention(&house.actor("section"), None, 1).expect("it is shown");
        let list = view.lists.iter().find(|list| list.register.name == "visit").expect("it has a term");
        assert!(
            !list.rows.is_empty() && list.rows.iter().all(|row| row.order.as_ref().is_some_and(|(id, _)| *id == order))
        );
        approve(&house, order);
        assert_eq!(due("section").0, 0);
        assert_eq!(kept("archivist"), []);
        house.day("2022-01-05");
        assert_eq!(due("section").1, [ids[2]]);
        clean(&house);
    });
}

#[test]
fn what_has_files_only_is_due_as_long_as_it_has_one() {
    House::each(|store| {
        let house = house(store);
        let school = house.id("sa").to_string();
        let letter = |title: &str, files: bool| {
            let id = house.file("section", title, "letter", &[("title", title), ("school", &school)]);
            if files {
                attach(&house, "letter", id, format!("%PDF-1.4 {title}").as_bytes());
            }
            house.make("section", "letter", id, "close", &[]);
            id
        };
        let (with, without) = (letter("有", true), letter("无", false));
        let (erased, edited) = (letter("清", true), letter("改", true));
        // A file that is not named any more is still kept by the past.
        let past = letter("曾", true);
        house.edit("section", "letter", past, &[("papers", "")]);
        let due = || {
            let view = house.desk.retention(&house.actor("section"), None, 1).expect("it is shown");
            let list = view.lists.into_iter().find(|list| list.register.name == "letter").expect("it has a term");
            let rows: Vec<i64> = list.rows.iter().map(|row| row.id).collect();
            assert_eq!(list.register.count, Some(rows.len() as u64));
            rows
        };
        house.day("2022-01-05");
        assert_eq!(due(), [with, erased, edited, past]);
        approve(&house, ordered(&house, "section", &format!("letter {erased}\nletter {edited}")));
        assert_eq!(due(), [with, past]);
        // It goes on naming what was erased; there is nothing more to erase.
        house.edit("section", "letter", edited, &[("title", "一改")]);
        assert_eq!(due(), [with, past]);
        attach(&house, "letter", edited, b"%PDF-1.4 anew");
        assert_eq!(due(), [with, edited, past]);
        assert!(!due().contains(&without));
        let kept = house.desk.workbench(&house.actor("section")).expect("the workbench").kept;
        assert_eq!(kept.iter().map(|head| (&*head.name, head.count)).collect::<Vec<_>>(), [("letter", Some(3))]);
    });
}

#[test]
fn a_list_of_what_is_due_is_turned_page_by_page() {
    House::each(|store| {
        let house = house(store);
        let school = house.id("sa").to_string();
        let saves: Vec<Save> = (0..120)
            .map(|at| {
                let title = format!("第{at}件");
                save("visit", None, None, &[("title", &title), ("school", &school), ("complaint", "诉求")])
            })
            .collect();
        let ids = house.bulk(&saves);
        let close: Vec<Save> = ids.iter().map(|id| save("visit", Some(*id), Some("close"), &[])).collect();
        house.bulk(&close);
        house.day("2022-02-01");
        let page = |page: u64| {
            let view = house.desk.retention(&house.actor("section"), Some("visit"), page).expect("it is shown");
            let list = view.lists.into_iter().find(|list| list.register.name == "visit").expect("it has a term");
            (list.register.count.unwrap(), list.rows.len(), list.pages)
        };
        assert_eq!([page(1), page(3), page(4), page(0)], [(120, 50, 3), (120, 20, 3), (120, 0, 3), (120, 50, 3)]);
    });
}

#[test]
fn no_byte_of_what_was_erased_opens_what_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("luoshi.db");
    let options = Options { durable: false, keys: keys(folder.path()), ..Options::sqlite(file.clone()) };
    let house = house(Store::open(options).expect("a new database opens"));
    let bureau = house.desk.bureau();
    let id = visit(&house, "一", &[("account", ACCOUNT)]);
    house.edit("section", "visit", id, &[("account", "6222-1")]);
    let find = bureau.store.lookup().expect("keys").of(ACCOUNT);
    let standing = || {
        let log = std::fs::read(folder.path().join("luoshi.db-wal")).unwrap_or_default();
        let bytes = [std::fs::read(&file).expect("the database"), log].concat();
        let stands = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        (stands(ACCOUNT) || stands(COMPLAINT), stands(&find))
    };
    assert_eq!(standing(), (false, true), "sealed, and found by its look-up");
    approve(&house, ordered(&house, "section", &format!("visit {id}")));
    // The next write comes after the log was emptied.
    visit(&house, "二", &[]);
    bureau.store.compact().expect("it is written anew");
    assert_eq!(standing(), (false, false));
    clean(&house);
}
