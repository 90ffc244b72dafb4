//! The search of the desk: names, parts of numbers and initials are found; what is outside a person's scope, masked, or
//! of a register they may not see is neither found nor counted.

use crate::support::{House, save};
use luoshi_desk::view::{Lang, SearchView};
use luoshi_desk::{Actor, ListAsk, Save};
use luoshi_pack::Value;
use luoshi_store::search::{initials, plain};
use std::collections::BTreeSet;

const ACTORS: [&str; 6] = ["leader", "auditor", "keeper", "town_a", "town_b", "school_a"];

/// The bureau of the tests with projects, some of them not yet taken into the index.
fn house() -> House {
    let house = House::settled("2021-01-04");
    house.day("2021-02-01");
    for (key, title, school) in
        [("p1", "佛堂小学食堂新建", "sa"), ("p2", "苏溪中学操场改造", "sb"), ("p3", "佛堂幼儿园改扩建", "ka")]
    {
        let school = house.id(school).to_string();
        let typed = [("title", title), ("kind", "new"), ("stage", "primary"), ("school", &*school), ("places", "90")];
        house.file("", key, "project", &typed);
    }
    house.desk.bureau().store.index().expect("the index takes everything in");
    let school = house.id("vc").to_string();
    let typed =
        [("title", "赤岸实训楼"), ("kind", "new"), ("stage", "vocational"), ("school", &*school), ("places", "90")];
    house.file("", "p4", "project", &typed);
    house
}

fn search(house: &House, who: &str, typed: &str) -> SearchView {
    house.desk.search(&house.actor(who), typed, None, 100).expect("everyone may search")
}

/// `register title`, in the order of the answer.
fn found(house: &House, who: &str, typed: &str) -> String {
    let view = search(house, who, typed);
    assert!(!view.more);
    let hits = view.hits.iter().map(|hit| format!("{} {}", hit.register.name, hit.title));
    hits.collect::<Vec<_>>().join(", ")
}

#[test]
fn names_numbers_and_initials_are_found() {
    let house = house();
    assert_eq!(found(&house, "leader", "操场"), "project 苏溪中学操场改造");
    assert_eq!(found(&house, "leader", "XM-2021-000001"), "project 佛堂小学食堂新建");
    assert_eq!(found(&house, "leader", "000002"), "project 苏溪中学操场改造");
    assert_eq!(found(&house, "leader", "sxcc"), "");
    assert_eq!(found(&house, "leader", "sxzxcc"), "project 苏溪中学操场改造");
    assert_eq!(found(&house, "leader", "佛堂小学"), "project 佛堂小学食堂新建, school 佛堂小学");
    assert_eq!(found(&house, "leader", "苏溪镇"), "unit 苏溪镇");
    assert_eq!(found(&house, "leader", "小学 食堂"), "project 佛堂小学食堂新建");
    assert_eq!(found(&house, "leader", "实训"), "project 赤岸实训楼", "it is found before the index knows it");
}

#[test]
fn too_little_is_said_to_be_too_little() {
    let house = house();
    assert!(search(&house, "leader", " 学 ").short);
    assert!(!search(&house, "leader", "").short);
    assert!(!search(&house, "leader", "小学").short);
}

#[test]
fn what_is_outside_the_scope_is_not_there() {
    let house = house();
    assert_eq!(found(&house, "town_a", "操场"), "");
    assert_eq!(found(&house, "town_b", "操场"), "project 苏溪中学操场改造");
    assert_eq!(found(&house, "school_a", "佛堂"), "project 佛堂小学食堂新建, school 佛堂小学");
    assert_eq!(found(&house, "keeper", "操场"), "", "the keeper sees no projects");
    assert_eq!(found(&house, "school_a", "XM-2021-000002"), "");
    assert_eq!(found(&house, "town_b", "经办"), "person 经办9");
    let refusal = house.desk.search(&house.actor("keeper"), "操场", Some("project"), 10).expect_err("it is hidden");
    assert_eq!(refusal.code, "D001");
}

#[test]
fn masked_numbers_are_not_searched() {
    let house = house();
    for who in ACTORS {
        for typed in ["13957900000", "139579", "0000"] {
            let hits = search(&house, who, typed).hits;
            assert!(hits.iter().all(|hit| hit.register.name != "person"), "{who} {typed}: {hits:?}");
        }
    }
}

#[test]
fn one_register_is_searched_alone_and_the_limit_holds() {
    let house = house();
    let ask = |register, limit| house.desk.search(&house.actor("leader"), "佛堂", register, limit).unwrap();
    assert!(ask(Some("school"), 10).hits.iter().all(|hit| hit.register.name == "school"));
    assert_eq!(ask(Some("school"), 10).hits.len(), 2);
    // Asked for units, a school is one.
    assert_eq!(ask(Some("unit"), 10).hits.len(), 3);
    assert!(ask(None, 2).more);
    assert_eq!(ask(None, 2).hits.len(), 2);
}

/// What is found is what holds the text, among all that the person's lists show.
#[test]
fn what_is_found_is_what_ones_own_lists_hold() {
    let house = house();
    let (mut asked, mut hits) = (0, 0);
    for who in ACTORS {
        let actor = house.actor(who);
        for typed in [
            "佛堂",
            "小学",
            "2021",
            "00",
            "ft",
            "xx",
            "教育局",
            "经办",
            "jb",
            "新建 佛堂",
            "canary",
            "in",
            "幼儿园",
            "改",
        ] {
            for round in 0..2 {
                let got: BTreeSet<(String, i64)> =
                    search(&house, who, typed).hits.into_iter().map(|hit| (hit.register.name, hit.id)).collect();
                assert_eq!(got, by_hand(&house, &actor, typed), "{who} {typed} {round}");
                (asked, hits) = (asked + 1, hits + got.len());
                if round == 0 {
                    rename(&house, &format!("赤岸实训楼{asked}"));
                }
            }
        }
    }
    assert!(hits > asked, "{hits} hits in {asked} questions");
}

/// Renames a project, which leaves it to the index again.
fn rename(house: &House, title: &str) {
    let (bureau, id) = (house.desk.bureau(), house.id("p4"));
    let held = bureau.store.read(|reader| reader.record(bureau.table("project"), id, None)).unwrap().expect("a record");
    let change = Save { version: Some(held.version), ..save("project", Some(id), None, &[("title", title)]) };
    house.desk.save(&house.actor(""), &change).expect("the system may rename");
}

fn by_hand(house: &House, actor: &Actor, typed: &str) -> BTreeSet<(String, i64)> {
    let bureau = house.desk.bureau();
    let mut found = BTreeSet::new();
    if typed.chars().count() < 2 {
        return found;
    }
    for register in house.desk.edge(Some(actor)).who.expect("somebody").registers {
        let ask = ListAsk { register: register.name.clone(), per: 200, page: 1, ..Default::default() };
        let list = house.desk.list(actor, &ask).expect("a list of one's own");
        assert_eq!(list.pages, 1);
        let table = bureau.table(&register.name);
        for row in list.rows {
            let record = bureau.store.read(|reader| reader.record(table, row.id, None)).unwrap().expect("a record");
            let text = |name: &str| match record.value(name) {
                Value::Text(text) => plain(text),
                _ => String::new(),
            };
            let mut held: Vec<String> = table.search.columns().map(|name| text(name)).collect();
            held.push(plain(record.serial.as_deref().unwrap_or_default()));
            held.extend(table.search.label.iter().filter_map(|name| record.value(name).text()).flat_map(initials));
            let holds = |term: &str| held.iter().any(|text| text.contains(&plain(term)));
            if typed.split_whitespace().all(holds) {
                found.insert((register.name.clone(), row.id));
            }
        }
    }
    // A school is told as a school.
    let schools: Vec<i64> = found.iter().filter(|(name, _)| name == "school").map(|(_, id)| *id).collect();
    found.retain(|(name, id)| name != "unit" || !schools.contains(id));
    found
}

#[test]
fn whoever_holds_no_post_finds_nothing() {
    let house = house();
    let nobody = Actor { account: 99, posts: vec![], ..Actor::system(Lang::Zh) };
    let view = house.desk.search(&nobody, "佛堂", None, 10).unwrap();
    assert!(view.hits.is_empty() && view.registers.is_empty() && !view.more);
}
