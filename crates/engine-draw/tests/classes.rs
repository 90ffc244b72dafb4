//! Sunshine classes: even by sex and age, recomputable, and every change found.

use engine_draw::answer;
use proptest::prelude::*;
use serde_json::{Value, json};

fn roll(pupils: usize, classes: usize) -> Value {
    let pupil = |nth: usize| {
        let month = nth * 7 % 12 + 1;
        json!({"number": format!("R{nth:04}"), "sex": if nth % 9 < 5 { "male" } else { "female" },
            "born": format!("{}-{month:02}-{:02}", if month >= 9 { 2014 } else { 2015 }, nth % 28 + 1)})
    };
    json!({"batch": "2021-分班", "school": "示例小学", "classes": classes, "frozen_at": "2021-08-20T09:00:00+08:00", "keepers": ["王某"],
        "pupils": (0..pupils).map(pupil).collect::<Vec<_>>()})
}

fn sheet(classes: usize, ball: usize) -> Value {
    let witness = |role: &str, name: &str, ball: usize| json!({"role": role, "name": name, "drawn_at": "2021-08-22T09:00:00+08:00", "ball": format!("{ball:02}")});
    let lot = |nth: usize| json!({"teacher": format!("班主任{nth}"), "drawn_at": "2021-08-22T10:00:00+08:00", "class": (nth + 3) % classes + 1});
    json!({"sources": {"operator": "赵某", "witnesses": [witness("公证员", "钱某", ball), witness("家长代表", "李某", 2), witness("纪检监察", "周某", 3)]},
        "teachers": (0..classes).map(lot).collect::<Vec<_>>()})
}

fn drawn(roll: &Value, sheet: &Value) -> Result<Value, String> {
    let frozen = answer("freeze-classes", roll.to_string().as_bytes()).map_err(|refusal| refusal.rule.to_owned())?;
    let plan = answer("classes", &[&frozen[..], sheet.to_string().as_bytes()].concat());
    plan.map(|plan| serde_json::from_slice(&plan).unwrap()).map_err(|refusal| refusal.rule.to_owned())
}

fn checked(plan: &Value) -> Result<(), String> {
    answer("check-classes", plan.to_string().as_bytes()).map(drop).map_err(|refusal| refusal.rule.to_owned())
}

#[test]
fn classes_can_be_recomputed_and_a_moved_pupil_is_found() {
    let plan = drawn(&roll(90, 4), &sheet(4, 1)).unwrap();
    assert_eq!(checked(&plan), Ok(()));
    let change = |change: &dyn Fn(&mut Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        checked(&plan).unwrap_err()
    };
    let swap = |plan: &mut Value| {
        let first = plan["classes"][0][0].take();
        plan["classes"][0][0] = plan["classes"][1][0].take();
        plan["classes"][1][0] = first;
    };
    assert_eq!(change(&swap), "PW-33");
    assert_eq!(change(&|plan| plan["roll"]["pupils"][3]["sex"] = "female".into()), "PW-09");
    assert_eq!(change(&|plan| plan["witnesses"][0]["ball"] = "77".into()), "PW-33");
    assert_eq!(change(&|plan| plan["seed"] = "00".into()), "PW-33");
    assert_eq!(change(&|plan| plan["teachers"][0]["class"] = 1.into()), "PW-32");
}

#[test]
fn faulty_rolls_and_lots_are_refused() {
    let with = |change: &dyn Fn(&mut Value, &mut Value)| {
        let (mut roll, mut sheet) = (roll(30, 2), sheet(2, 1));
        change(&mut roll, &mut sheet);
        drawn(&roll, &sheet).unwrap_err()
    };
    assert_eq!(with(&|roll, _| roll["classes"] = 0.into()), "PW-30");
    assert_eq!(with(&|roll, _| roll["classes"] = 31.into()), "PW-30");
    assert_eq!(with(&|roll, _| roll["pupils"][4]["born"] = "2015-02-30".into()), "PW-31");
    assert_eq!(with(&|roll, _| roll["pupils"][4]["number"] = "R0003".into()), "PW-05");
    assert_eq!(with(&|roll, _| roll["pupils"][4]["mark"] = 98.into()), "PW-01");
    assert_eq!(with(&|roll, _| roll["pupils"] = json!([])), "PW-04");
    assert_eq!(with(&|_, sheet| sheet["sources"]["operator"] = "王某".into()), "PW-14");
    assert_eq!(with(&|_, sheet| sheet["teachers"][1]["drawn_at"] = "2021-08-22T08:00:00+08:00".into()), "PW-32");
    assert_eq!(with(&|_, sheet| drop(sheet["teachers"].as_array_mut().unwrap().pop())), "PW-32");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn classes_are_even_in_size_sex_and_age(pupils in 20..300usize, classes in 1..12usize, ball in 0..100usize) {
        let roll = roll(pupils, classes);
        let plan = drawn(&roll, &sheet(classes, ball)).unwrap();
        let pupil = |number: &Value| {
            let list = roll["pupils"].as_array().unwrap();
            list[number.as_str().unwrap()[1..].parse::<usize>().unwrap()].clone()
        };
        let counts = |holds: &dyn Fn(&Value) -> bool| -> Vec<usize> {
            let classes = plan["classes"].as_array().unwrap().iter();
            classes.map(|class| class.as_array().unwrap().iter().filter(|number| holds(&pupil(number))).count()).collect()
        };
        let spread = |counts: Vec<usize>| counts.iter().max().unwrap() - counts.iter().min().unwrap();
        prop_assert_eq!(counts(&|_| true).iter().sum::<usize>(), pupils);
        prop_assert!(spread(counts(&|_| true)) <= 1);
        prop_assert!(spread(counts(&|pupil| pupil["sex"] == "male")) <= 1);
        prop_assert!(spread(counts(&|pupil| pupil["sex"] == "female")) <= 2);
        prop_assert!(spread(counts(&|pupil| pupil["sex"] == "male" && pupil["born"].as_str().unwrap() < "2015")) <= 1);
    }
}
