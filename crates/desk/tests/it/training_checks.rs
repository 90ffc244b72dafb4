//! Inspections at random, joint enforcement, unlicensed sites (operations 3.3, 3.5): what was drawn is recomputed from the
//! records alone; clocks run by department; closed sites are visited again.

use crate::support::{House, codes, date, refusal_of, save};
use crate::training::{alerts, all, house, record, run};
use engine_draw::{Avoid, Object, Roster, Stratum, VisitSheet, Witness, draw_visits, freeze_roster};
use luoshi_desk::view::When;
use luoshi_store::Record;
use std::collections::BTreeMap;

fn text(record: &Record, name: &str) -> String {
    record.value(name).text().unwrap_or_default().to_string()
}

fn number(letter: &str, record: &Record, name: &str) -> String {
    format!("{letter}{:07}", record.value(name).int().unwrap_or_default())
}

/// Lets reviews of a year take effect, each of an institution and a class, which stands for the points it begins with.
fn review(house: &House, year: &str, of: &[(i64, &str)]) {
    let bureau = house.id("bureau").to_string();
    for (class, points, day) in [("a", "95", "01"), ("b", "85", "02"), ("c", "70", "03"), ("d", "50", "04")] {
        if of.iter().any(|(_, other)| *other == class) {
            // No two scales of an issuer begin on one day.
            let since = format!("{year}-01-{day}");
            let typed = [("title", class), ("issuer", &*bureau), ("since_on", &*since), ("base", points)];
            house.file("section", &format!("scale {class}"), "credit_scale", &typed);
        }
    }
    let filed: Vec<luoshi_desk::Save> = of
        .iter()
        .map(|(institution, class)| {
            let (institution, scale) = (institution.to_string(), house.id(&format!("scale {class}")).to_string());
            save("credit_review", None, None, &[("institution", &institution), ("year", year), ("scale", &scale)])
        })
        .collect();
    let ids = house.bulk(&filed);
    for id in &ids {
        house.make("section", "credit_review", *id, "publish", &[]);
    }
    let day = house.desk.bureau().clock.today();
    house.day(&(day + jiff::Span::new().days(20)).to_string());
    for id in ids {
        house.make("leader", "credit_review", id, "take_effect", &[]);
    }
}

/// Institutions by the class that their reviews of 2020 gave them, besides the centre of the house, which has none and is
/// drawn as B; twelve officers.
fn town(store: luoshi_store::Store, classes: [(&'static str, usize); 4], day: &str) -> House {
    let house = house(store, "2021-02-01");
    let (town, bureau) = (house.id("a").to_string(), house.id("bureau").to_string());
    let (mut saves, mut of) = (vec![], vec![]);
    for (class, count) in classes {
        for nth in 0..count {
            let name = format!("{class}{nth}");
            let typed = [
                ("name", &*name),
                ("kind", "institution"),
                ("parent", &*town),
                ("since_on", "2015-01-01"),
                ("subject", "arts"),
                ("nature", "profit"),
            ];
            saves.push(save("institution", None, None, &typed));
            of.push((name, class));
        }
    }
    let ids = house.bulk(&saves);
    for ((name, _), id) in of.iter().zip(&ids) {
        house.keep(name, *id);
    }
    let of: Vec<(i64, &str)> = ids.into_iter().zip(of.iter().map(|(_, class)| *class)).collect();
    review(&house, "2020", &of);
    house.day(day);
    for nth in 0..12 {
        let name = format!("officer{nth:02}");
        house.person(&name, &name, &format!("1395790{:04}", 2000 + nth));
        let (person, certificate) = (house.id(&format!("person:{name}")).to_string(), format!("浙G-{nth}"));
        let typed = [
            ("person", &*person),
            ("unit", &*bureau),
            ("certificate_number", &*certificate),
            ("certificate_until_on", "2025-12-31"),
        ];
        house.file("", &name, "officer", &typed);
    }
    let typed = [("title", "证照与场所"), ("unit", &*bureau), ("basis", "民办教育促进法"), ("since_on", "2021-01-01")];
    house.file("clerk", "item", "check_item", &typed);
    let plan = house.file(
        "clerk",
        "plan",
        "check_plan",
        &[("title", "2021年度抽查计划"), ("unit", &bureau), ("year", "2021")],
    );
    house.make("leader", "check_plan", plan, "approve", &[]);
    house.make("clerk", "check_plan", plan, "publish", &[]);
    house
}

fn task(house: &House, key: &str) -> i64 {
    let (plan, item) = (house.id("plan").to_string(), house.id("item").to_string());
    let typed = [("title", key), ("plan", &*plan), ("items", &*item), ("due_on", "2021-06-30")];
    house.file("clerk", key, "check_task", &typed)
}

const BALLS: [(&str, &str); 6] = [
    ("witness_1", "派驻纪检监察组 钱某"),
    ("ball_1", "66"),
    ("witness_2", "行风监督员 孙某"),
    ("ball_2", "1"),
    ("witness_3", "家长代表 李某"),
    ("ball_3", "19"),
];

fn of_task(house: &House, register: &str, task: i64) -> Vec<Record> {
    let all = (1..2_000).map_while(|id| record(house, register, id));
    all.filter(|record| record.value("task").int() == Some(task)).collect()
}

/// Everything an outsider reads, and what comes out of it: object, lead, second.
fn recomputed(house: &House, id: i64) -> (String, Vec<[String; 3]>) {
    let task = record(house, "check_task", id).expect("it is there");
    let share = |class: &str| u64::try_from(task.value(&format!("share_{class}")).int().unwrap()).unwrap();
    let (mut objects, mut officers, mut avoid) = (vec![], vec![], vec![]);
    for entry in of_task(house, "check_candidate", id).iter().filter(|entry| text(entry, "outcome") != "excluded") {
        match text(entry, "kind").as_str() {
            "object" => objects.push(Object {
                number: text(entry, "number").into(),
                class: text(entry, "class").to_uppercase().into(),
            }),
            "officer" => officers.push(text(entry, "number").into()),
            _ => avoid.push(Avoid {
                object: number("J", entry, "institution").into(),
                officer: number("R", entry, "officer").into(),
                ground: text(entry, "ground").into(),
            }),
        }
    }
    let strata = ["a", "b", "c", "d"].map(|class| Stratum { class: class.to_uppercase().into(), share: share(class) });
    let roster = Roster {
        batch: task.serial.clone().expect("it has a number").into(),
        frozen_at: "2021-03-01T09:00:00+08:00".into(),
        keepers: vec!["keeper".into()],
        strata: strata.into(),
        objects,
        officers,
        avoid,
        digest: None,
    };
    let frozen = freeze_roster(roster).expect("the roster is sound");
    assert_eq!(frozen.digest.as_deref(), task.value("digest").text(), "the digest published before the draw");
    let witness = |nth: u8| Witness {
        role: "见证人".into(),
        name: text(&task, &format!("witness_{nth}")).into(),
        drawn_at: "2021-03-01T09:00:00+08:00".into(),
        ball: format!("{:02}", task.value(&format!("ball_{nth}")).int().unwrap()).into(),
    };
    let sheet = VisitSheet { operator: "operator".into(), witnesses: [1, 2, 3].map(witness).into() };
    let plan = draw_visits(frozen, sheet).expect("it is drawn");
    let visits =
        plan.visits.iter().map(|visit| [&visit.object, &visit.lead, &visit.second].map(|text| text.to_string()));
    (plan.seed.to_string(), visits.collect())
}

#[test]
fn of_200_institutions_26_are_drawn_and_anybody_can_recompute_it() {
    House::each(|store| {
        let house = town(store, [("a", 80), ("b", 89), ("c", 25), ("d", 5)], "2021-03-01");
        let id = task(&house, "第一批");
        house.make("clerk", "check_task", id, "freeze", &[]);
        assert_eq!(
            codes(house.try_move("section", "check_task", id, "draw", &BALLS)),
            ["D030"],
            "the roster is not there yet"
        );
        run(&house);
        let candidates = of_task(&house, "check_candidate", id);
        let count = |kind: &str| candidates.iter().filter(|entry| text(entry, "kind") == kind).count();
        assert_eq!((count("object"), count("officer")), (200, 12));
        assert_eq!(
            codes(house.try_move("clerk", "check_task", id, "draw", &BALLS)),
            ["D035"],
            "who froze it does not draw"
        );
        let twice = [&BALLS[..4], &[("witness_3", "行风监督员 孙某"), ("ball_3", "19")]].concat();
        assert_eq!(codes(house.try_move("section", "check_task", id, "draw", &twice)), ["SJ-02"]);
        house.make("section", "check_task", id, "draw", &BALLS);
        run(&house);
        let drawn = record(&house, "check_task", id).expect("it is there");
        assert_eq!(drawn.state.as_deref(), Some("drawn"));
        let visits = of_task(&house, "check_visit", id);
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for visit in &visits {
            *classes.entry(text(visit, "class")).or_default() += 1;
        }
        let wanted = [("a", 4), ("b", 9), ("c", 8), ("d", 5)].map(|(class, count)| (class.to_string(), count));
        assert_eq!(classes, wanted.into(), "ceil(80×5%), ceil(90×10%), ceil(25×30%), 5×100%");
        let (seed, recomputed) = recomputed(&house, id);
        assert_eq!(Some(seed.as_str()), drawn.value("seed").text());
        let kept = |visit: &Record| {
            [number("J", visit, "institution"), number("R", visit, "lead"), number("R", visit, "second")]
        };
        assert_eq!(visits.iter().map(kept).collect::<Vec<_>>(), recomputed);
        let drawn =
            of_task(&house, "check_candidate", id).iter().filter(|entry| text(entry, "outcome") == "drawn").count();
        assert_eq!(drawn, 26);
        // The same object is not drawn again this year for the same item.
        let second = task(&house, "第二批");
        house.make("clerk", "check_task", second, "freeze", &[]);
        run(&house);
        let excluded = of_task(&house, "check_candidate", second);
        let excluded: Vec<&Record> = excluded.iter().filter(|entry| text(entry, "outcome") == "excluded").collect();
        assert_eq!(excluded.len(), 26);
        assert!(excluded.iter().all(|entry| text(entry, "ground").contains("同一事项")));
    });
}

#[test]
fn who_is_kin_of_the_owner_keeps_away_and_where_nobody_is_left_it_cannot_be_drawn() {
    House::each(|store| {
        let house = town(store, [("a", 0), ("b", 0), ("c", 0), ("d", 1)], "2021-03-01");
        let d = house.id("d0").to_string();
        let avoid = |nth: usize| {
            let officer = house.id(&format!("officer{nth:02}")).to_string();
            house.file("clerk", "avoid", "avoidance", &[("officer", &officer), ("institution", &d), ("ground", "kin")])
        };
        for nth in 0..10 {
            avoid(nth);
        }
        let typed = [("officer", &*house.id("officer10").to_string()), ("institution", &*d), ("ground", "employer")];
        assert_eq!(codes(house.try_file("clerk", "avoidance", &typed)), ["employer"]);
        let typed = [&typed[..], &[("until_on", "2021-02-28")]].concat();
        house.try_file("clerk", "avoidance", &typed).expect("three years are over");
        let draw = |key: &str| {
            let id = task(&house, key);
            house.make("clerk", "check_task", id, "freeze", &[]);
            run(&house);
            house.make("section", "check_task", id, "draw", &BALLS);
            run(&house);
            (id, record(&house, "check_task", id).and_then(|task| task.state).unwrap_or_default())
        };
        let (id, state) = draw("两人");
        assert_eq!(state, "drawn");
        let visits = of_task(&house, "check_visit", id);
        let visit = visits.iter().find(|visit| text(visit, "class") == "d").expect("all of D are drawn");
        let pair = [visit.value("lead").int(), visit.value("second").int()];
        assert!(pair.iter().all(|one| [Some(house.id("officer10")), Some(house.id("officer11"))].contains(one)));
        assert_eq!(recomputed(&house, id).1.len(), visits.len());
        avoid(10);
        // Another item, so that the object is not left out.
        let bureau = house.id("bureau").to_string();
        let typed =
            [("title", "收费"), ("unit", &*bureau), ("basis", "国办发〔2018〕80号"), ("since_on", "2021-01-01")];
        house.file("clerk", "item", "check_item", &typed);
        let (id, state) = draw("一人");
        assert_eq!(state, "failed", "PW-42");
        assert!(of_task(&house, "check_visit", id).is_empty());
    });
}

/// The class of an institution in the roster of a task.
fn class_in(house: &House, task: i64, institution: i64) -> String {
    let entries = of_task(house, "check_candidate", task);
    let entry = entries.iter().find(|entry| entry.value("institution").int() == Some(institution));
    entry.map(|entry| text(entry, "class")).expect("it stands in the roster")
}

/// What the view 「D级机构」 lists.
fn of_class_d(house: &House) -> Vec<i64> {
    let ask = luoshi_desk::ListAsk {
        register: "institution".into(),
        view: Some("class_d".into()),
        page: 1,
        per: 25,
        ..luoshi_desk::ListAsk::default()
    };
    house.desk.list(&house.actor("section"), &ask).expect("a list").rows.iter().map(|row| row.id).collect()
}

#[test]
fn a_review_that_takes_effect_moves_the_next_roster_and_none_that_is_frozen() {
    House::each(|store| {
        let house = town(store, [("a", 0), ("b", 1), ("c", 0), ("d", 1)], "2021-03-01");
        let (b, d) = (house.id("b0"), house.id("d0"));
        run(&house);
        assert_eq!(of_class_d(&house), [d]);
        let before = task(&house, "第一批");
        house.make("clerk", "check_task", before, "freeze", &[]);
        run(&house);
        let classes = |task| [class_in(&house, task, b), class_in(&house, task, d)].join(" ");
        review(&house, "2021", &[(b, "d"), (d, "a")]);
        assert_eq!(classes(before), "b d");
        // Frozen before the job that replaces the earlier reviews has run, and after.
        let after = task(&house, "第二批");
        house.make("clerk", "check_task", after, "freeze", &[]);
        run(&house);
        assert_eq!((classes(before), classes(after)), ("b d".into(), "d a".into()));
        assert_eq!(of_class_d(&house), [b]);
        let states: Vec<_> = all(&house, "credit_review").into_iter().filter_map(|review| review.state).collect();
        assert_eq!(states, ["replaced", "replaced", "effective", "effective"]);
        house.make("section", "check_task", before, "draw", &BALLS);
        run(&house);
        let drawn = of_task(&house, "check_visit", before);
        let class = |id| drawn.iter().find(|it| it.value("institution").int() == Some(id)).map(|it| text(it, "class"));
        assert_eq!(class(d).as_deref(), Some("d"), "drawn as it was frozen");
        assert_eq!(recomputed(&house, before).1.len(), drawn.len());
    });
}

#[test]
fn a_review_of_an_earlier_year_that_takes_effect_late_is_replaced_at_once() {
    House::each(|store| {
        let house = town(store, [("a", 0), ("b", 0), ("c", 0), ("d", 1)], "2021-03-01");
        review(&house, "2019", &[(house.id("d0"), "a")]);
        run(&house);
        assert_eq!(of_class_d(&house), [house.id("d0")]);
        let states: Vec<_> = all(&house, "credit_review").into_iter().filter_map(|review| review.state).collect();
        assert_eq!(states, ["effective", "replaced"]);
        let id = task(&house, "第一批");
        house.make("clerk", "check_task", id, "freeze", &[]);
        run(&house);
        assert_eq!(class_in(&house, id, house.id("d0")), "d");
    });
}

#[test]
fn both_officers_sign_and_the_result_is_public_within_twenty_working_days() {
    House::each(|store| {
        let house = town(store, [("a", 0), ("b", 0), ("c", 0), ("d", 1)], "2021-03-01");
        let id = task(&house, "第一批");
        house.make("clerk", "check_task", id, "freeze", &[]);
        run(&house);
        house.make("section", "check_task", id, "draw", &BALLS);
        run(&house);
        let visit = of_task(&house, "check_visit", id).remove(0);
        let mut names = vec![];
        for nth in 0..12 {
            let name = format!("officer{nth:02}");
            let on_it = [visit.value("lead").int(), visit.value("second").int()].contains(&Some(house.id(&name)));
            if on_it || names.len() < 3 {
                house.post(&name, &name, "check_officer", "bureau", "2021-03-01", "");
                house.account(&name);
            }
            names.push((!on_it, name));
        }
        names.sort();
        let result = [("visited_on", "2021-03-09"), ("result", "ordered"), ("found", "收费公示不全")];
        house.day("2021-03-10");
        let stranger = names
            .iter()
            .find(|(other, name)| *other && ["officer00", "officer01", "officer02"].contains(&name.as_str()));
        if let Some((_, stranger)) = stranger {
            assert_eq!(refusal_of(house.try_move(stranger, "check_visit", visit.id, "record", &result)).code, "D003");
        }
        house.make(&names[0].1, "check_visit", visit.id, "record", &result);
        let state = |id| record(&house, "check_visit", id).and_then(|it| it.state).unwrap_or_default();
        assert_eq!(state(visit.id), "assigned", "one has signed");
        house.make(&names[1].1, "check_visit", visit.id, "record", &result);
        assert_eq!(state(visit.id), "visited");
        let due = record(&house, "check_visit", visit.id).and_then(|it| it.value("publish_due_on").date());
        // Twenty working days after 10 March, with 3 to 5 April off: 8 April.
        assert_eq!(due, Some(date("2021-04-08")));
        let issues = all(&house, "training_issue");
        assert_eq!(
            (issues.len(), text(&issues[0], "text").as_str()),
            (1, "收费公示不全"),
            "what was ordered is followed up"
        );
        assert_eq!(codes(house.try_move("section", "check_task", id, "finish", &[])), ["D033"], "not all are done");
        house.day("2021-04-08");
        run(&house);
        assert_eq!(alerts(&house), []);
        house.day("2021-04-09");
        run(&house);
        assert_eq!(alerts(&house), [("publish".to_string(), "open".to_string())]);
        house.make("section", "check_visit", visit.id, "publish", &[]);
        assert_eq!(alerts(&house), [("publish".to_string(), "resolved".to_string())]);
        assert_eq!(house.figure("check_published_share", When::default()), "0 = 0/1");
        house.make("section", "check_visit", visit.id, "settle", &[("settle_outcome", "已补齐公示")]);
    });
}

#[test]
fn shares_below_the_least_are_refused() {
    House::each(|store| {
        let house = town(store, [("a", 0), ("b", 0), ("c", 0), ("d", 0)], "2021-03-01");
        let (plan, item) = (house.id("plan").to_string(), house.id("item").to_string());
        let typed = [("title", "抽查"), ("plan", &*plan), ("items", &*item), ("due_on", "2021-06-30")];
        let with = |change: (&'static str, &'static str)| {
            house.try_file("clerk", "check_task", &[&typed[..], &[change]].concat())
        };
        for change in [("share_a", "0.99"), ("share_b", "9.99"), ("share_c", "29.99"), ("share_d", "99.99")] {
            assert_eq!(codes(with(change)), ["SJ-01"], "{change:?}");
        }
        assert_eq!(codes(with(("share_a", "100.01"))), ["SJ-01b"]);
        for change in [("share_a", "1"), ("share_b", "10"), ("share_c", "30"), ("share_d", "100")] {
            assert!(with(change).is_ok(), "{change:?}");
        }
    });
}

#[test]
fn each_department_runs_on_its_own_clock() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let (centre, bureau) = (house.id("centre").to_string(), house.id("bureau").to_string());
        let typed =
            [("title", "春季联合执法"), ("unit", &*bureau), ("members", "market,fire"), ("planned_on", "2021-03-01")];
        let action = house.file("clerk", "action", "joint_action", &typed);
        house.make("clerk", "joint_action", action, "carry_out", &[("done_on", "2021-03-01")]);
        let typed = [
            ("institution", &*centre),
            ("found_on", "2021-03-01"),
            ("origin", "joint"),
            ("rule", "safety"),
            ("text", "疏散通道堆物"),
            ("action", &*action.to_string()),
        ];
        let issue = house.file("clerk", "issue", "training_issue", &typed);
        house.make("clerk", "training_issue", issue, "hand_over", &[("department", "market")]);
        let due = |id: i64| record(&house, "training_issue", id).and_then(|it| it.value("fix_due_on").date());
        assert_eq!(due(issue), Some(date("2021-03-16")));
        house.day("2021-03-15");
        house.make("clerk", "training_issue", issue, "transfer", &[("transfer_to", "fire")]);
        let moved = issue + 1;
        assert_eq!(
            record(&house, "training_issue", moved).map(|it| (text(&it, "department"), it.state)),
            Some(("fire".into(), Some("handed".into())))
        );
        assert_eq!((due(issue), due(moved)), (Some(date("2021-03-16")), Some(date("2021-03-30"))), "its own clock");
        assert_eq!(codes(house.try_move("clerk", "joint_action", action, "close", &[])), ["D033"]);
        house.day("2021-03-31");
        run(&house);
        assert_eq!(alerts(&house), [("issue".to_string(), "open".to_string())], "the transferred one is not late");
        house.make("clerk", "training_issue", moved, "reply", &[("reply", "已清理")]);
        assert_eq!(alerts(&house), [("issue".to_string(), "resolved".to_string())]);
        assert_eq!(house.figure("joint_reply_share", When::default()), "0 = 0/1");
        house.make("clerk", "training_issue", moved, "close", &[]);
        house.make("clerk", "joint_action", action, "close", &[]);
    });
}

#[test]
fn an_unlicensed_site_is_visited_the_next_day_and_again_after_it_is_closed() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let (town, worker, school) =
            (house.id("a").to_string(), house.id("person:inspector").to_string(), house.id("sa").to_string());
        let typed = [
            ("title", "双林路二楼补习"),
            ("town", &*town),
            ("address", "双林路9号"),
            ("worker", &*worker),
            ("origin", "hotline"),
            ("reported_on", "2021-03-01"),
        ];
        assert_eq!(
            codes(house.try_file(
                "grid",
                "unlicensed_site",
                &[&typed[..1], &[("town", &*school)], &typed[2..]].concat()
            )),
            ["town"]
        );
        let site = house.file("grid", "site", "unlicensed_site", &typed);
        house.day("2021-03-02");
        run(&house);
        assert_eq!(alerts(&house), [], "a day is not over");
        house.day("2021-03-03");
        run(&house);
        assert_eq!(alerts(&house), [("unvisited".to_string(), "open".to_string())]);
        let visit = |day: &str| {
            house.try_move(
                "grid",
                "unlicensed_site",
                site,
                "visit",
                &[("visited_on", day), ("visit_found", "有人上课")],
            )
        };
        assert_eq!(codes(visit("2021-02-28")), ["days"]);
        assert_eq!(codes(visit("2021-03-04")), ["days"]);
        visit("2021-03-03").expect("it is visited");
        assert_eq!(alerts(&house), [("unvisited".to_string(), "resolved".to_string())]);
        let stop =
            [("order_number", "义教责停〔2021〕1号"), ("announced_on", "2021-03-03"), ("department", "enforcement")];
        assert_eq!(refusal_of(house.try_move("grid", "unlicensed_site", site, "stop", &stop)).code, "D003");
        house.make("clerk", "unlicensed_site", site, "stop", &stop);
        house.make("clerk", "unlicensed_site", site, "close", &[("closed_on", "2021-03-03")]);
        let due: Vec<_> = all(&house, "site_revisit").iter().map(|owed| owed.value("due_on").date()).collect();
        assert_eq!(
            due,
            [Some(date("2021-03-10")), Some(date("2021-04-02")), Some(date("2021-06-01"))],
            "after 7, 30, 90 days"
        );
        house.day("2021-03-10");
        run(&house);
        assert_eq!(alerts(&house).len(), 1);
        house.day("2021-03-11");
        run(&house);
        assert_eq!(alerts(&house)[1..], [("revisit".to_string(), "open".to_string())]);
        let again = |nth: i64, reopened: &str, day: &str| {
            let typed = [("done_on", day), ("reopened", reopened), ("visit_found", "查看")];
            house.make("grid", "site_revisit", nth, "visit", &typed)
        };
        again(1, "no", "2021-03-11");
        assert_eq!(alerts(&house)[1..], [("revisit".to_string(), "resolved".to_string())]);
        assert_eq!(codes(house.try_move("clerk", "unlicensed_site", site, "settle", &[])), ["D033"], "two are owed");
        again(2, "no", "2021-03-11");
        again(3, "yes", "2021-03-11");
        assert_eq!(alerts(&house)[2..], [("reopened".to_string(), "open".to_string())]);
        assert_eq!(
            codes(house.try_move("clerk", "unlicensed_site", site, "settle", &[])),
            ["D033"],
            "it has opened again"
        );
        house.make("clerk", "unlicensed_site", site, "reopen", &[]);
        assert_eq!(alerts(&house)[2..], [("reopened".to_string(), "resolved".to_string())]);
    });
}
