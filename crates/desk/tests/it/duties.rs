//! Duties: opened ahead and once, linked to what fulfils them, owed by somebody.

use crate::support::{House, faults, form_of, save};
use luoshi_desk::{Save, job};
use luoshi_kernel::list::{EVERYTHING, Page, rows};
use luoshi_pack::Value;
use luoshi_store::{Record, Store};

const DAY: &str = "2021-01-04";

const PACK: [(&str, &str); 6] = [
    ("grid/pack.toml", "title = \"网格\"\nneeds = [\"foundation\"]\n"),
    (
        "grid/role.toml",
        "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"shop\", \"visit\", \"visit_due\"]\nscope = \"all\"\n[[town.may]]\ndo = [\"file\", \"edit\"]\non = [\"visit\"]\nscope = \"subtree\"\n",
    ),
    (
        "grid/register/shop.toml",
        r#"
title  = "机构"
source = "default"
owner  = "town"
[field.title]
kind  = "text"
title = "名称"
must  = true
[field.town]
kind  = "ref"
to    = "unit"
title = "镇街"
must  = true
[field.worker]
kind  = "ref"
to    = "person"
title = "网格员"
must  = true
[flow.state.open]
title = "开"
[flow.state.shut]
title = "停"
[flow.move.shut]
title = "停办"
from  = ["open"]
to    = "shut"
by    = ["finance"]
"#,
    ),
    (
        "grid/register/visit.toml",
        r#"
title  = "走访"
source = "default"
owner  = "shop.town"
label  = "note"
[field.shop]
kind  = "ref"
to    = "shop"
title = "机构"
must  = true
[field.visited_on]
kind  = "date"
title = "走访日期"
must  = true
[field.note]
kind  = "text"
title = "情况"
must  = true
[field.due]
kind  = "ref"
to    = "visit_due"
title = "对应任务"
"#,
    ),
    (
        "grid/register/visit_due.toml",
        r#"
title  = "走访任务"
source = "default"
owner  = "shop.town"
label  = "shop"
unique = [["shop", "month"]]
[field.shop]
kind  = "ref"
to    = "shop"
title = "机构"
must  = true
[field.worker]
kind  = "ref"
to    = "person"
title = "网格员"
must  = true
[field.month]
kind  = "date"
title = "月份"
must  = true
[field.due_on]
kind  = "date"
title = "截止"
must  = true
[flow.state.owed]
title = "应走访"
[flow.state.exempt]
title = "免"
aside = true
[flow.move.exempt]
title  = "免除"
from   = ["owed"]
to     = "exempt"
by     = ["finance"]
reason = true
"#,
    ),
    (
        "grid/duty.toml",
        r#"
[monthly_visit]
title  = "每月走访"
of     = "shop"
where  = { state = "open" }
every  = "month"
ahead  = "5 days"
open   = "visit_due"
set    = { shop = { field = "id" }, worker = { field = "worker" }, month = { period = "start" }, due_on = { period = "end" } }
key    = ["shop", "month"]
owes   = "worker"
due    = "due_on"
source = "default"
[monthly_visit.fulfil]
register = "visit"
by       = "shop"
to       = "shop"
dated    = "visited_on"
link     = "due"
where    = { note = { "!=" = "未见到人" } }
"#,
    ),
];

fn house(store: Store) -> House {
    let house = House::small(DAY, &PACK, store);
    house.settle(DAY);
    house
}

fn run(house: &House) {
    while job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
}

fn shop(house: &House, key: &str, town: &str, worker: &str) -> i64 {
    let (town, worker) = (house.id(town).to_string(), house.id(&format!("person:{worker}")).to_string());
    house.file("zhou", key, "shop", &[("title", key), ("town", &town), ("worker", &worker)])
}

fn all(house: &House, register: &str) -> Vec<Record> {
    let bureau = house.desk.bureau();
    let context = bureau.context(bureau.clock.today());
    let sort = [(vec!["id".to_string()], false)];
    let page = Page::first(&EVERYTHING, &sort, 1000);
    let read = rows(&bureau.packs, &context, None, register, &[], &page);
    let read = bureau.store.read(|reader| {
        let ids: Vec<i64> = reader.rows(&read.select, &read.kinds)?.iter().filter_map(|row| row[0].int()).collect();
        ids.into_iter().map(|id| reader.record(bureau.table(register), id, None)).collect::<Result<Vec<_>, _>>()
    });
    read.expect("it is read").into_iter().flatten().collect()
}

/// What is owed: shop, month.
fn owed(house: &House) -> Vec<(i64, String)> {
    let one = |record: &Record| {
        let month = record.value("month").date().map(|day| day.to_string()).unwrap_or_default();
        (record.value("shop").int().unwrap_or_default(), month)
    };
    all(house, "visit_due").iter().map(one).collect()
}

fn visit(house: &House, shop: i64, day: &str, note: &str) -> i64 {
    let shop = shop.to_string();
    house.file("town_a", day, "visit", &[("shop", &shop), ("visited_on", day), ("note", note)])
}

fn link(house: &House, visit: i64) -> Value {
    all(house, "visit").into_iter().find(|record| record.id == visit).expect("it is there").value("due").clone()
}

#[test]
fn what_is_owed_is_opened_ahead_and_once() {
    House::each(|store| {
        let house = house(store);
        let (one, two) = (shop(&house, "甲", "a", "town_a"), shop(&house, "乙", "b", "town_b"));
        run(&house);
        let january = "2021-01-01".to_string();
        assert_eq!(owed(&house), [(one, january.clone()), (two, january)]);
        house.make("zhou", "shop", two, "shut", &[]);
        house.day("2021-01-26");
        run(&house);
        assert_eq!(owed(&house).len(), 2, "six days ahead are too many");
        house.day("2021-01-27");
        run(&house);
        house.day("2021-01-28");
        run(&house);
        assert_eq!(owed(&house)[2..], [(one, "2021-02-01".to_string())], "the closed one owes nothing more");
        // One that opens in the middle of the month owes that month from the next day on.
        let three = shop(&house, "丙", "a", "town_a");
        house.day("2021-01-29");
        run(&house);
        assert_eq!(owed(&house)[3..], [(three, "2021-01-01".to_string()), (three, "2021-02-01".to_string())]);
    });
}

#[test]
fn a_doubled_post_of_a_linked_visit_finds_its_first_answer() {
    House::each(|store| {
        let house = house(store);
        let shop = shop(&house, "甲", "a", "town_a").to_string();
        run(&house);
        let typed = [("shop", &*shop), ("visited_on", "2021-01-04"), ("note", "正常")];
        let post = Save { request: "r-1".into(), ..save("visit", None, None, &typed) };
        let first = house.desk.save(&house.actor("town_a"), &post).expect("it is filed");
        assert_eq!(first.version, 2, "its link is a version of its own");
        let again = house.desk.save(&house.actor("town_a"), &post).expect("the first answer");
        assert_eq!(again, first);
        let typed = [("visited_on", "2020-12-31")];
        let post = Save { request: "r-2".into(), ..save("visit", Some(first.id), None, &typed) };
        let moved = house.desk.save(&house.actor("town_a"), &post).expect("it is changed");
        house.edit("town_a", "visit", first.id, &[("note", "改")]);
        assert_eq!(house.desk.save(&house.actor("town_a"), &post).expect("the first answer"), moved);
    });
}

#[test]
fn a_visit_is_linked_to_what_it_fulfils_and_follows_its_day() {
    House::each(|store| {
        let house = house(store);
        let shop = shop(&house, "甲", "a", "town_a");
        // Visited before the task was opened: it counts for it all the same.
        let early = visit(&house, shop, "2021-01-04", "正常");
        assert_eq!(link(&house, early), Value::Null);
        run(&house);
        assert_eq!(link(&house, early), Value::Int(1));
        let missed = visit(&house, shop, "2021-01-05", "未见到人");
        assert_eq!(link(&house, missed), Value::Null, "this one does not count");
        house.edit("town_a", "visit", missed, &[("note", "见到负责人")]);
        assert_eq!(link(&house, missed), Value::Int(1));
        house.edit("town_a", "visit", missed, &[("visited_on", "2020-12-31")]);
        assert_eq!(link(&house, missed), Value::Null, "another month");
        // What the system links is typed by nobody.
        house.edit("town_a", "visit", missed, &[("due", "1"), ("note", "改")]);
        assert_eq!(link(&house, missed), Value::Null);
        let actor = house.actor("town_a");
        let form = house.desk.form(&actor, "visit", Some(missed), None, &Default::default()).expect("a form");
        assert!(!form.groups.iter().flat_map(|group| &group.fields).any(|field| field.name == "due"));
    });
}

#[test]
fn an_exemption_needs_a_reason_and_its_role() {
    House::each(|store| {
        let house = house(store);
        shop(&house, "甲", "a", "town_a");
        run(&house);
        let change = crate::support::save("visit_due", Some(1), Some("exempt"), &[]);
        assert_eq!(faults(&form_of(house.desk.save(&house.actor("zhou"), &change)))[0].1, "D032");
        assert_eq!(crate::support::refusal_of(house.try_move("town_a", "visit_due", 1, "exempt", &[])).code, "D003");
        house.make("zhou", "visit_due", 1, "exempt", &[]);
        house.day("2021-01-05");
        run(&house);
        assert_eq!(owed(&house).len(), 1, "exempt, not owed again");
    });
}

#[test]
fn the_workbench_lists_what_i_owe_and_not_what_is_done() {
    House::each(|store| {
        let house = house(store);
        let (one, two) = (shop(&house, "甲", "a", "town_a"), shop(&house, "乙", "a", "town_a"));
        shop(&house, "丙", "b", "town_b");
        run(&house);
        let owes = |house: &House, who: &str| house.desk.workbench(&house.actor(who)).expect("it is shown").owed;
        let mine = owes(&house, "town_a");
        assert_eq!(mine.iter().map(|owed| owed.title.as_str()).collect::<Vec<_>>(), ["甲", "乙"]);
        assert_eq!((mine[0].duty.as_str(), mine[0].left), ("每月走访", 27));
        assert_eq!(mine[0].fulfil.as_ref().map(|(register, _)| register.as_str()), Some("visit"));
        visit(&house, one, "2021-01-04", "正常");
        assert_eq!(owes(&house, "town_a").len(), 1);
        assert_eq!(owes(&house, "zhou"), []);
        // The link leads to a form that is filled in as far as it can be.
        let mine = owes(&house, "town_a");
        let (register, given) = mine[0].fulfil.clone().expect("a way to fulfil it");
        assert_eq!((register.as_str(), given), ("visit", vec![("shop".to_string(), two.to_string())]));
    });
}
