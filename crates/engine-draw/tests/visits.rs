//! Inspections at random: shares by class, two officers each, nobody who must keep away, every change found.

use engine_draw::answer;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CLASSES: [(&str, usize, u64); 4] = [("A", 80, 500), ("B", 90, 1_000), ("C", 25, 3_000), ("D", 5, 10_000)];

fn roster(sizes: [usize; 4], officers: usize, avoid: &[(usize, usize)]) -> Value {
    let class = |(nth, size): (usize, usize)| {
        (0..size).map(move |place| json!({"number": format!("{nth}{place:03}"), "class": CLASSES[nth].0}))
    };
    let keep_away = |(object, officer): &(usize, usize)| json!({"object": format!("{object:04}"), "officer": format!("E{officer:02}"), "ground": "近亲属"});
    json!({"batch": "CC-2021-0001", "frozen_at": "2021-09-01T09:00:00+08:00", "keepers": ["骆某"],
        "strata": CLASSES.map(|(class, _, share)| json!({"class": class, "share": share})),
        "objects": sizes.into_iter().enumerate().flat_map(class).collect::<Vec<_>>(),
        "officers": (0..officers).map(|officer| format!("E{officer:02}")).collect::<Vec<_>>(),
        "avoid": avoid.iter().map(keep_away).collect::<Vec<_>>()})
}

fn sheet(ball: usize) -> Value {
    let witness = |role: &str, name: &str, ball: usize| json!({"role": role, "name": name, "drawn_at": "2021-09-02T09:00:00+08:00", "ball": format!("{ball:02}")});
    json!({"operator": "楼某", "witnesses": [witness("派驻纪检监察组", "钱某", ball), witness("行风监督员", "李某", 2), witness("家长代表", "周某", 3)]})
}

fn drawn(roster: &Value, sheet: &Value) -> Result<Value, String> {
    let frozen = answer("freeze-visits", roster.to_string().as_bytes()).map_err(|refusal| refusal.rule.to_owned())?;
    let plan = answer("visits", &[&frozen[..], sheet.to_string().as_bytes()].concat());
    plan.map(|plan| serde_json::from_slice(&plan).unwrap()).map_err(|refusal| refusal.rule.to_owned())
}

fn checked(plan: &Value) -> Result<(), String> {
    answer("check-visits", plan.to_string().as_bytes()).map(drop).map_err(|refusal| refusal.rule.to_owned())
}

fn of_class(plan: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for visit in plan["visits"].as_array().unwrap() {
        *counts.entry(visit["class"].as_str().unwrap().to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn of_200_institutions_26_are_drawn_for_12_officers() {
    let plan = drawn(&roster(CLASSES.map(|class| class.1), 12, &[]), &sheet(66)).unwrap();
    let wanted = [("A", 4), ("B", 9), ("C", 8), ("D", 5)].map(|(class, count)| (class.to_string(), count));
    assert_eq!(of_class(&plan), wanted.into());
    assert_eq!(plan["visits"].as_array().unwrap().len(), 26);
    assert_eq!(checked(&plan), Ok(()));
}

#[test]
fn kin_of_the_owner_is_passed_over_and_named() {
    let first = drawn(&roster([0, 0, 0, 5], 4, &[]), &sheet(66)).unwrap();
    let visit = &first["visits"][0];
    let (object, lead) = (visit["object"].as_str().unwrap(), visit["lead"].as_str().unwrap());
    let kin = [(object.parse().unwrap(), lead[1..].parse().unwrap())];
    // The roster's digest changes with it and so does the seed: whoever is drawn now, the kin is not.
    for ball in 0..100 {
        let plan = drawn(&roster([0, 0, 0, 5], 4, &kin), &sheet(ball)).unwrap();
        let visit = plan["visits"].as_array().unwrap().iter().find(|visit| visit["object"] == object).unwrap();
        assert!(visit["lead"] != lead && visit["second"] != lead);
        for passed in visit["passed"].as_array().unwrap() {
            assert_eq!((&passed["officer"], &passed["ground"]), (&lead.into(), &"近亲属".into()));
        }
    }
    let passed =
        |ball| drawn(&roster([0, 0, 0, 5], 4, &kin), &sheet(ball)).unwrap().to_string().contains("\"passed\":[{");
    assert!((0..100).any(passed), "somewhere it was the kin's turn");
}

#[test]
fn every_change_is_found() {
    let plan = drawn(&roster([20, 20, 10, 2], 6, &[(3000, 1)]), &sheet(66)).unwrap();
    let change = |change: &dyn Fn(&mut Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        checked(&plan).unwrap_err()
    };
    assert_eq!(change(&|plan| plan["visits"][0]["object"] = "0019".into()), "PW-44");
    assert_eq!(change(&|plan| plan["visits"][2]["lead"] = plan["visits"][3]["second"].clone()), "PW-44");
    assert_eq!(change(&|plan| drop(plan["visits"].as_array_mut().unwrap().pop())), "PW-44");
    assert_eq!(change(&|plan| plan["seed"] = "00".into()), "PW-44");
    assert_eq!(change(&|plan| plan["witnesses"][0]["ball"] = "67".into()), "PW-44");
    assert_eq!(change(&|plan| plan["roster"]["avoid"] = json!([])), "PW-09");
    assert_eq!(change(&|plan| plan["roster"]["strata"][0]["share"] = 600.into()), "PW-09");
    assert_eq!(change(&|plan| plan["roster"]["objects"][0]["class"] = "B".into()), "PW-09");
}

#[test]
fn faulty_rosters_and_sources_are_refused() {
    let with = |change: &dyn Fn(&mut Value, &mut Value)| {
        let (mut roster, mut sheet) = (roster([10, 10, 10, 2], 4, &[]), sheet(1));
        change(&mut roster, &mut sheet);
        drawn(&roster, &sheet).unwrap_err()
    };
    assert_eq!(with(&|roster, _| roster["objects"] = json!([])), "PW-04");
    assert_eq!(with(&|roster, _| roster["objects"][1]["number"] = "0000".into()), "PW-05");
    assert_eq!(with(&|roster, _| roster["objects"][1]["class"] = "E".into()), "PW-40");
    assert_eq!(with(&|roster, _| roster["strata"][1]["class"] = "A".into()), "PW-40");
    assert_eq!(with(&|roster, _| roster["strata"][1]["share"] = 10_001.into()), "PW-40");
    assert_eq!(with(&|roster, _| roster["officers"] = json!(["E00"])), "PW-41");
    assert_eq!(with(&|roster, _| roster["officers"][1] = "E00".into()), "PW-05");
    assert_eq!(with(&|roster, _| roster["frozen_at"] = "2021-09-01".into()), "PW-10");
    assert_eq!(with(&|_, sheet| drop(sheet["witnesses"].as_array_mut().unwrap().pop())), "PW-43");
    assert_eq!(with(&|_, sheet| sheet["witnesses"][0]["name"] = "李某".into()), "PW-43");
    assert_eq!(with(&|_, sheet| sheet["witnesses"][0]["drawn_at"] = "2021-08-31T09:00:00+08:00".into()), "PW-43");
    assert_eq!(with(&|_, sheet| sheet["witnesses"][0]["ball"] = "7".into()), "PW-13");
    assert_eq!(with(&|_, sheet| sheet["operator"] = "骆某".into()), "PW-14");
    let all_kin: Vec<(usize, usize)> = (0..3).map(|officer| (3000, officer)).collect();
    assert_eq!(drawn(&roster([0, 0, 0, 2], 4, &all_kin), &sheet(1)).unwrap_err(), "PW-42");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn shares_are_met_and_work_is_even(sizes in [0..60usize, 0..60usize, 1..30usize, 0..5usize], officers in 2..15usize, ball in 0..100usize) {
        let plan = drawn(&roster(sizes, officers, &[]), &sheet(ball)).unwrap();
        let counts = of_class(&plan);
        for (nth, (class, _, share)) in CLASSES.into_iter().enumerate() {
            prop_assert_eq!(counts.get(class).copied().unwrap_or(0), (sizes[nth] * share as usize).div_ceil(10_000));
        }
        let mut work: BTreeMap<&str, usize> = BTreeMap::new();
        for visit in plan["visits"].as_array().unwrap() {
            prop_assert!(visit["lead"] != visit["second"]);
            for officer in ["lead", "second"] {
                *work.entry(visit[officer].as_str().unwrap()).or_default() += 1;
            }
        }
        let least = if work.len() < officers { 0 } else { work.values().copied().min().unwrap_or(0) };
        prop_assert!(work.values().max().copied().unwrap_or(0) - least <= 1);
    }
}
