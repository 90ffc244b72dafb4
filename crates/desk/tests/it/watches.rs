//! Watches: opened once, closed when it ends, whatever road the change came by.

use crate::support::{House, save};
use luoshi_desk::{Save, job};
use luoshi_kernel::list::{Page, rows};
use luoshi_store::{Store, verify};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

const DAY: &str = "2021-01-04";

const PACK: [(&str, &str); 10] = [
    ("watched/pack.toml", "title = \"被看的\"\nneeds = [\"foundation\"]\n"),
    (
        "watched/role.toml",
        "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"shop\", \"entry\", \"remark\", \"alert\", \"notice\"]\nscope = \"all\"\n",
    ),
    ("watched/setting.toml", "[entry_most]\ntitle = \"上限\"\nkind = \"integer\"\nvalue = 8\nsource = \"default\"\n"),
    (
        "watched/register/shop.toml",
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
[field.size]
kind  = "integer"
title = "规模"
[field.due_on]
kind  = "date"
title = "到期"
[flow.state.open]
title = "开"
[flow.state.shut]
title = "停"
[flow.move.shut]
title = "停办"
from  = ["open"]
to    = "shut"
by    = ["finance"]
[flow.move.reopen]
title = "重开"
from  = ["shut"]
to    = "open"
by    = ["finance"]
"#,
    ),
    (
        "watched/register/entry.toml",
        r#"
title  = "流水"
source = "default"
owner  = "shop.town"
label  = "kind"
[field.shop]
kind  = "ref"
to    = "shop"
title = "机构"
must  = true
[field.kind]
kind    = "choice"
title   = "类别"
choices = { good = "好", bad = "坏" }
must    = true
[field.amount]
kind  = "integer"
title = "数"
"#,
    ),
    (
        "watched/register/remark.toml",
        r#"
title  = "批注"
source = "default"
owner  = "entry.shop.town"
[field.entry]
kind  = "ref"
to    = "entry"
title = "流水"
must  = true
[field.text]
kind  = "text"
title = "内容"
must  = true
"#,
    ),
    (
        "watched/register/alert.toml",
        r#"
title  = "预警"
source = "default"
owner  = "shop.town"
label  = "kind"
[field.shop]
kind  = "ref"
to    = "shop"
title = "机构"
must  = true
[field.kind]
kind  = "text"
title = "类别"
must  = true
[field.about]
kind  = "text"
title = "说明"
[flow.state.open]
title = "待处置"
[flow.state.ended]
title = "已消除"
[flow.move.resolve]
title = "消除"
from  = ["open"]
to    = "ended"
by    = ["finance"]
"#,
    ),
    (
        "watched/register/notice.toml",
        r#"
title  = "通报"
source = "default"
owner  = "shop.town"
label  = "kind"
[field.shop]
kind  = "ref"
to    = "shop"
title = "机构"
must  = true
[field.kind]
kind  = "text"
title = "类别"
must  = true
"#,
    ),
    (
        "watched/watch.toml",
        r#"
[bad_twice]
title  = "两笔坏账"
source = "default"
of     = "shop"
when   = { has = { register = "entry", by = "shop", where = { kind = "bad" }, least = 2 } }
open   = "alert"
set    = { shop = { field = "id" }, kind = "bad_twice", about = { field = "title" } }
close  = "resolve"

[shut_town]
title  = "停办机构的流水"
source = "default"
of     = "entry"
when   = { "shop.state" = "shut", "shop.town.name" = { contains = "堂" }, amount = { ">" = { field = "shop.size" } } }
open   = "alert"
set    = { shop = { field = "shop" }, kind = "shut_town" }
close  = "resolve"

[overdue]
title  = "到期未办"
source = "default"
of     = "shop"
when   = { state = "open", due_on = { "<" = { today = true } } }
open   = "alert"
set    = { shop = { field = "id" }, kind = "overdue" }
close  = "resolve"

[remarked]
title  = "被批注"
source = "default"
of     = "shop"
when   = { has = { register = "entry", by = "shop", where = { has = { register = "remark", by = "entry", where = { text = { contains = "急" }, "entry.kind" = "bad" } } } } }
open   = "notice"
set    = { shop = { field = "id" }, kind = "remarked" }

[many_alerts]
title  = "多项预警"
source = "default"
of     = "shop"
when   = { has = { register = "alert", by = "shop", where = { state = "open" }, least = 2 } }
open   = "notice"
set    = { shop = { field = "id" }, kind = "many_alerts" }

[bad_over_size]
title  = "坏账超过规模"
source = "default"
of     = "shop"
when   = { bad_sum = { ">" = { field = "size" } } }
open   = "alert"
set    = { shop = { field = "id" }, kind = "bad_over_size" }
close  = "resolve"

[entry_of_remarked]
title  = "多批注机构的流水"
source = "default"
of     = "entry"
when   = { "shop.remark_count" = { ">=" = 2 }, kind = "bad" }
open   = "alert"
set    = { shop = { field = "shop" }, kind = "entry_of_remarked" }
close  = "resolve"

[over_setting]
title  = "超上限"
source = "default"
of     = "entry"
when   = { amount = { ">" = { setting = "entry_most" } } }
open   = "alert"
set    = { shop = { field = "shop" }, kind = "over_setting" }
close  = "resolve"
"#,
    ),
    (
        "watched/indicator.toml",
        r#"
[bad_sum]
title  = "坏账合计"
in     = "笔"
of     = "entry"
per    = "shop"
where  = { kind = "bad" }
sum    = "amount"
source = "default"

[remark_count]
title  = "批注数"
in     = "条"
of     = "remark"
per    = "entry.shop"
where  = { "entry.kind" = "good" }
source = "default"
"#,
    ),
];

fn house(store: Store) -> House {
    let house = House::small(DAY, &PACK, store);
    house.settle(DAY);
    house
}

/// Runs what is due until nothing is.
fn run(house: &House) {
    while job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
}

fn shop(house: &House, key: &str, town: &str) -> i64 {
    let town = house.id(town).to_string();
    house.file("zhou", key, "shop", &[("title", key), ("town", &town), ("size", "5")])
}

/// Alerts of a kind with their states, in the order of their ids.
fn alerts(house: &House, kind: &str) -> Vec<String> {
    let bureau = house.desk.bureau();
    let read = |reader: &mut luoshi_store::Reader| {
        let mut all = vec![];
        let mut id = 1;
        while let Some(record) = reader.record(bureau.table("alert"), id, None)? {
            if record.value("kind").text() == Some(kind) {
                all.push(record.state.unwrap_or_default());
            }
            id += 1;
        }
        Ok(all)
    };
    bureau.store.read(read).expect("it is read")
}

/// What each watch holds on by the bare condition, and by the table.
fn truth_and_table(house: &House) -> Vec<(String, BTreeSet<i64>, BTreeSet<i64>)> {
    let bureau = house.desk.bureau();
    let context = bureau.context(bureau.clock.today());
    let one = |watch: &luoshi_kernel::pack::Watch| {
        let page = Page::first(&watch.when, &[], 100_000);
        let read = rows(&bureau.packs, &context, None, &watch.of, &[], &page);
        let asked =
            bureau.store.read(|reader| Ok((reader.rows(&read.select, &read.kinds)?, reader.watching(&watch.name)?)));
        let (truth, table) = asked.expect("it is read");
        let truth = truth.iter().filter_map(|row| row[0].int()).collect();
        (watch.name.clone(), truth, table.into_iter().map(|(id, _)| id).collect())
    };
    bureau.packs.watches.values().map(one).collect()
}

#[test]
fn a_watch_opens_once_and_closes_when_it_ends() {
    House::each(|store| {
        let house = house(store);
        let shop = shop(&house, "甲", "a").to_string();
        let bad = [("shop", &*shop), ("kind", "bad")];
        house.file("zhou", "one", "entry", &bad);
        assert!(alerts(&house, "bad_twice").is_empty());
        let two = house.file("zhou", "two", "entry", &bad);
        house.file("zhou", "three", "entry", &bad);
        assert_eq!(alerts(&house, "bad_twice"), ["open"], "once, however often it is touched");
        house.edit("zhou", "entry", two, &[("kind", "good")]);
        assert_eq!(alerts(&house, "bad_twice"), ["open"], "it still holds");
        house.edit("zhou", "entry", house.id("three"), &[("kind", "good")]);
        assert_eq!(alerts(&house, "bad_twice"), ["ended"]);
        house.edit("zhou", "entry", two, &[("kind", "bad")]);
        assert_eq!(alerts(&house, "bad_twice"), ["ended", "open"], "a new time, a new record");
        house.make("zhou", "alert", 2, "resolve", &[]);
        house.file("zhou", "four", "entry", &bad);
        run(&house);
        assert_eq!(alerts(&house, "bad_twice"), ["ended", "ended"], "ended by hand while it holds: not opened again");
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it runs");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    });
}

#[test]
fn a_day_brings_what_no_write_brings() {
    House::each(|store| {
        let house = house(store);
        let shop = shop(&house, "甲", "a");
        house.edit("zhou", "shop", shop, &[("due_on", "2021-01-05")]);
        run(&house);
        house.day("2021-01-05");
        run(&house);
        assert!(alerts(&house, "overdue").is_empty(), "on its day it is not late");
        house.day("2021-01-06");
        assert!(alerts(&house, "overdue").is_empty());
        run(&house);
        run(&house);
        assert_eq!(alerts(&house, "overdue"), ["open"]);
        house.make("zhou", "shop", shop, "shut", &[]);
        assert_eq!(alerts(&house, "overdue"), ["ended"]);
    });
}

#[test]
fn a_refused_write_opens_nothing() {
    House::each(|store| {
        let house = house(store);
        let shop = shop(&house, "甲", "a").to_string();
        house.file("zhou", "one", "entry", &[("shop", &shop), ("kind", "bad")]);
        let good = save("entry", None, None, &[("shop", &shop), ("kind", "bad")]);
        let wrong = save("entry", None, None, &[("shop", &shop), ("kind", "odd")]);
        let before = house.written();
        assert!(house.desk.save_all(&house.actor("zhou"), &[good, wrong]).is_err());
        assert_eq!(house.written(), before);
        assert!(alerts(&house, "bad_twice").is_empty());
    });
}

/// Random writes and days; after each, and after what they left to jobs, the table is the truth.
fn random(store: Store, seed: u64, steps: usize) {
    let house = house(store);
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut pick = move |most: usize| (dice.next_u64() % most as u64) as usize;
    let towns = ["a", "b", "c"];
    let mut ids: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    ids.insert("shop", (0..4).map(|number| shop(&house, &format!("店{number}"), towns[number % 3])).collect());
    let mut day = crate::support::date(DAY);
    let mut held = BTreeSet::new();
    for step in 0..steps {
        let some = |ids: &BTreeMap<&str, Vec<i64>>, register: &str, at: usize| {
            ids.get(register).filter(|all| !all.is_empty()).map(|all| all[at % all.len()])
        };
        let (at, other) = (pick(1000), pick(1000));
        let shop = some(&ids, "shop", other).expect("there are shops").to_string();
        let kind = ["good", "bad"][pick(2)];
        let amount = pick(14).to_string();
        let change: Option<Save> = match pick(12) {
            0..=2 => Some(save("entry", None, None, &[("shop", &shop), ("kind", kind), ("amount", &amount)])),
            3 => some(&ids, "entry", at).map(|id| save("entry", Some(id), None, &[("shop", &shop)])),
            4 => {
                some(&ids, "entry", at).map(|id| save("entry", Some(id), None, &[("kind", kind), ("amount", &amount)]))
            }
            5 => some(&ids, "entry", at).map(|id| {
                save("remark", None, None, &[("entry", &id.to_string()), ("text", ["急件", "平"][other % 2])])
            }),
            6 => some(&ids, "remark", at).zip(some(&ids, "entry", other)).map(|(id, entry)| {
                save("remark", Some(id), None, &[("entry", &entry.to_string()), ("text", ["急件", "平"][at % 2])])
            }),
            7 => {
                let id: i64 = shop.parse().expect("it is a number");
                let town = house.id(towns[at % 3]).to_string();
                let due = day.saturating_add(jiff::Span::new().days(pick(6) as i64 - 3)).to_string();
                Some(save("shop", Some(id), None, &[("town", &town), ("size", &amount), ("due_on", &due)]))
            }
            8 => {
                let made = ["shut", "reopen"][at % 2];
                Some(save("shop", Some(shop.parse().expect("it is a number")), Some(made), &[]))
            }
            9 => Some(save("alert", Some(1 + (at % 12) as i64), Some("resolve"), &[])),
            10 => {
                let town = house.id(towns[at % 3]);
                let name = ["佛堂镇", "苏溪镇", "上堂镇", "赤岸镇"][other % 4];
                Some(save("unit", Some(town), None, &[("name", name)]))
            }
            _ => {
                match pick(3) {
                    0 => {
                        day = day.tomorrow().expect("a day");
                        house.day(&day.to_string());
                    }
                    1 => {
                        let (value, from) = ((2 + pick(10)).to_string(), day.to_string());
                        let unit = house.id("bureau").to_string();
                        let typed = [
                            ("name", "entry_most"),
                            ("value", &*value),
                            ("from_on", &*from),
                            ("unit", &*unit),
                            ("basis", "试"),
                        ];
                        // The same day's value a second time is refused; that is fine.
                        if let Ok(saved) = house.try_file("zhou", "setting", &typed) {
                            let _ = house.try_move("li", "setting", saved.id, "confirm", &[]);
                        }
                    }
                    _ => {}
                }
                None
            }
        };
        let by = if change.as_ref().is_some_and(|change| change.register == "unit") { "" } else { "zhou" };
        if let Some(change) = change
            && let Ok(saved) = house.desk.save(&house.actor(by), &change)
            && change.id.is_none()
        {
            ids.entry(
                ["shop", "entry", "remark"].into_iter().find(|name| *name == change.register).expect("one of them"),
            )
            .or_default()
            .push(saved.id);
        }
        run(&house);
        for (watch, truth, table) in truth_and_table(&house) {
            assert_eq!(truth, table, "{watch}, seed {seed}, step {step}");
            if !truth.is_empty() {
                held.insert(watch);
            }
        }
    }
    assert_eq!(held.len(), house.desk.bureau().packs.watches.len(), "every watch held at some time: {held:?}");
}

#[test]
fn after_any_writes_and_days_the_table_is_the_truth() {
    for seed in 0..4 {
        let folder = tempfile::tempdir().expect("a folder");
        let options = luoshi_store::Options {
            durable: false,
            keys: crate::support::keys(folder.path()),
            ..luoshi_store::Options::sqlite(folder.path().join("l.db"))
        };
        random(Store::open(options).expect("it opens"), seed, 250);
    }
}

#[test]
fn after_any_writes_and_days_the_table_is_the_truth_on_postgres() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = luoshi_store::Options {
        durable: false,
        keys: crate::support::keys(folder.path()),
        ..luoshi_store::Options::postgres(luoshi_store::testing::postgres_database())
    };
    random(Store::open(options).expect("it opens"), 9, 150);
}
