//! Records that follow a change by a job: nobody sees by it what is not theirs, and watches are settled when they come.

use crate::support::{House, codes, save};
use luoshi_desk::view::{Lang, When};
use luoshi_desk::{ListAsk, job};
use luoshi_kernel::kind::MICROS;
use luoshi_store::{Options, verify};

const DAY: &str = "2021-01-04";

const PACK: [(&str, &str); 5] = [
    ("moved/pack.toml", "title = \"随迁的\"\nneeds = [\"foundation\"]\n"),
    (
        "moved/role.toml",
        "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"shop\", \"entry\", \"tag\"]\nscope = \"all\"\n[[town.may]]\ndo = [\"edit\"]\non = [\"entry\"]\nscope = \"subtree\"\n",
    ),
    (
        "moved/register/shop.toml",
        "title = \"机构\"\nsource = \"default\"\nowner = \"town\"\nlabel = \"title\"\n[field.title]\nkind = \"text\"\ntitle = \"名称\"\nmust = true\n[field.town]\nkind = \"ref\"\nto = \"unit\"\ntitle = \"镇街\"\nmust = true\n",
    ),
    (
        "moved/register/entry.toml",
        "title = \"流水\"\nsource = \"default\"\nowner = \"shop.town\"\nlabel = \"note\"\n[field.shop]\nkind = \"ref\"\nto = \"shop\"\ntitle = \"机构\"\nmust = true\n[field.note]\nkind = \"text\"\ntitle = \"摘要\"\n",
    ),
    (
        "moved/register/tag.toml",
        "title = \"标牌\"\nsource = \"default\"\nowner = \"shop.town\"\nlabel = \"note\"\nunique = [[\"town\", \"note\"]]\n[field.shop]\nkind = \"ref\"\nto = \"shop\"\ntitle = \"机构\"\nmust = true\n[field.town]\nkind = \"ref\"\nto = \"unit\"\ntitle = \"镇街\"\ncopy = \"shop.town\"\n[field.note]\nkind = \"text\"\ntitle = \"摘要\"\n",
    ),
];

fn house(store: luoshi_store::Store) -> House {
    let house = House::small(DAY, &PACK, store);
    house.settle(DAY);
    while job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
    let town = house.id("a").to_string();
    house.file("zhou", "shop", "shop", &[("title", "甲店"), ("town", &town)]);
    let shop = house.id("shop").to_string();
    for note in ["进货一", "进货二", "进货三"] {
        house.file("zhou", note, "entry", &[("shop", &shop), ("note", note)]);
    }
    house
}

fn each(test: impl Fn(House)) {
    House::each_with(|options| Options { followers: 2, ..options }, |store| test(house(store)));
}

/// What a person sees of the entries: in the list, its total, on pages, by search.
fn seen(house: &House, by: &str) -> [usize; 4] {
    let actor = house.actor(by);
    let ask = ListAsk { register: "entry".into(), ..ListAsk::default() };
    let list = house.desk.list(&actor, &ask).expect("a list");
    let page = |id: i64| house.desk.record(&actor, "entry", id, When::default()).is_ok();
    let found = house.desk.search(&actor, "进货", Some("entry"), 20).expect("an answer");
    [list.rows.len(), list.total as usize, (1..=3).filter(|id| page(*id)).count(), found.hits.len()]
}

#[test]
fn while_records_follow_nobody_sees_what_is_not_theirs() {
    each(|house| {
        assert_eq!((seen(&house, "town_a"), seen(&house, "town_b")), ([3; 4], [0; 4]));
        let town = house.id("b").to_string();
        house.edit("zhou", "shop", house.id("shop"), &[("town", &town)]);
        let behind = house.desk.bureau().store.behind();
        assert!(behind["entry"].contains("owner"), "{behind:?}");
        // The search proposes by the old owner for a moment more; what it proposes is judged by the new one.
        assert_eq!(seen(&house, "town_a"), [0; 4]);
        assert_eq!(seen(&house, "town_b")[..3], [3; 3]);
        // Writing is judged by where a record belongs, too.
        let change =
            |by: &str, note: &str| house.desk.save(&house.actor(by), &save("entry", Some(1), None, &[("note", note)]));
        assert_eq!(codes(change("town_a", "改一")), ["D001"]);
        change("town_b", "进货二改").expect("it is theirs");
        let page = house.desk.operations(&house.actor("keeper")).expect("the page");
        assert_eq!(page.waiting[0].what, "随迁：流水随机构“甲店”，还有 2 条");
        let page = house.desk.operations(&house.actor_in("keeper", Lang::En)).expect("the page");
        assert_eq!(page.waiting[0].what, "follow: Entry after Shop “甲店”, 2 left");
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it is read");
        assert_eq!((report.findings, report.following), (vec![], vec!["entry 2".into(), "entry 3".into()]));
        let ran = job::run(house.desk.bureau(), 50).expect("it runs");
        assert_eq!((ran.done, ran.failed), (1, 0));
        assert_eq!((seen(&house, "town_a"), seen(&house, "town_b")), ([0; 4], [3; 4]));
        assert!(house.desk.bureau().store.behind().is_empty());
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it is read");
        assert_eq!((report.findings, report.followers), (vec![], 0));
    });
}

#[test]
fn one_that_cannot_follow_stops_no_other_and_is_named() {
    each(|house| {
        let town = house.id("b").to_string();
        house.file("zhou", "other", "shop", &[("title", "乙店"), ("town", &town)]);
        let (shop, other) = (house.id("shop").to_string(), house.id("other").to_string());
        for (key, shop, note) in [("x", &shop, "子"), ("y", &shop, "丑"), ("z", &shop, "寅"), ("taken", &other, "丑")]
        {
            house.file("zhou", key, "tag", &[("shop", shop), ("note", note)]);
        }
        house.edit("zhou", "shop", house.id("shop"), &[("town", &town)]);
        let (mut done, mut failed) = (0, 0);
        for _ in 0..4 {
            let ran = job::run(house.desk.bureau(), 1).expect("it runs");
            (done, failed) = (done + ran.done, failed + ran.failed);
        }
        // Tags follow by their copied town and by their owner: two jobs, and the entries have their own.
        assert_eq!((done, failed), (1, 2));
        let stored = |name: &str| {
            let bureau = house.desk.bureau();
            let history = bureau.store.read(|reader| reader.history(bureau.table("tag"), house.id(name)));
            history.expect("its past").last().expect("a version").record.owner
        };
        assert_eq!(["x", "y", "z"].map(stored), ["b", "a", "b"].map(|town| Some(house.id(town))));
        let page = house.desk.operations(&house.actor("keeper")).expect("the page");
        let waits = page.waiting.iter().filter(|job| job.message.contains("tag 2：")).count();
        assert_eq!(waits, 2, "{:?}", page.waiting);
        // Where it is read, it is where it belongs; and when nothing stands in its way, it follows.
        assert!(house.desk.record(&house.actor("town_b"), "tag", house.id("y"), When::default()).is_ok());
        assert!(house.desk.record(&house.actor("town_a"), "tag", house.id("y"), When::default()).is_err());
        house.edit("zhou", "tag", house.id("taken"), &[("note", "卯")]);
        let clock = &house.desk.bureau().clock;
        clock.put(clock.now() + 61 * MICROS);
        let ran = job::run(house.desk.bureau(), 50).expect("it runs");
        assert_eq!((ran.done, ran.failed), (2, 0));
        assert!(house.desk.bureau().store.behind().is_empty());
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it is read");
        assert_eq!((report.findings, report.followers), (vec![], 0));
    });
}
