//! 平行志愿, 分配生 and 积分入学: the worked examples of the domain rules, then properties.

use engine_matching::parallel::{Batch, Directed, EqualLast, Objection, Way, admit, objection};
use engine_matching::quota::allot;
use engine_matching::standing::{Standing, Step, standing};
use engine_matching::{Lists, answer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn said(verb: &str, input: &Value) -> Value {
    match answer(verb, input.to_string().as_bytes()) {
        Ok(text) => serde_json::from_slice(&text).unwrap(),
        Err(refusal) => serde_json::to_value(&refusal).unwrap(),
    }
}

#[test]
fn three_hundred_places_are_shared_by_largest_remainder() {
    assert_eq!(allot(300, &[820, 455, 310, 95, 20]).unwrap(), [145, 80, 55, 17, 3]);
    assert_eq!(
        said("allot", &json!({ "places": 300, "size": [820, 455, 310, 95, 20] })),
        json!({ "quota": [145, 80, 55, 17, 3] })
    );
}

#[test]
fn equal_remainders_go_to_the_bigger_school_then_to_the_earlier_row() {
    assert_eq!(allot(2, &[1, 3]).unwrap(), [0, 2]);
    assert_eq!(allot(1, &[5, 5]).unwrap(), [1, 0]);
    assert_eq!(allot(0, &[]).unwrap(), Vec::<u32>::new());
    assert_eq!(allot(1, &[0, 0]).unwrap_err().code, "MA-08");
}

#[test]
fn parallel_choices_pass_nobody_over_because_of_the_position_of_a_choice() {
    // Domain rule 4.4: plan X 1, Y 2; a 600 (X,Y), b 598 (X,Y), c 597 (Y,X), d 596 (X,Y).
    let input = json!({
        "columns": ["总分"], "marks": [[600], [598], [597], [596]], "chain": [{ "sum": ["总分"] }],
        "plan": [1, 2], "wishes": [[0, 1], [0, 1], [1, 0], [0, 1]]
    });
    let answer = said("parallel", &input);
    assert_eq!(answer["assignment"], json!([0, 1, 1, null]));
    assert_eq!(answer["lowest"], json!([600, 597]));
    assert_eq!(answer["fair"], json!(true));
}

#[test]
fn what_the_batch_leaves_is_filled_by_further_choices() {
    let input = json!({
        "columns": ["总分"], "marks": [[600], [598], [597], [596]], "chain": [{ "sum": ["总分"] }],
        "plan": [1, 2, 1], "wishes": [[0], [0], [1], [0]], "further": [[[], [0, 1], [2], [2, 1]], [[], [], [], [2]]]
    });
    let answer = said("parallel", &input);
    assert_eq!(answer["assignment"], json!([0, 1, 1, 2]));
    assert_eq!(answer["way"], json!(["统招", "征求1", "统招", "征求1"]));
    assert_eq!(answer["left"], json!([0, 0, 0]));
}

#[test]
fn points_admission_of_the_domain_rules_is_the_same_rule_with_another_chain() {
    // Domain rule 4.2: plan 3; A 88 (64 months), B 92, C 88 (70 months), D 85 -> B, C, A; D 统筹.
    let input = json!({
        "columns": ["积分", "居住证月数"], "marks": [[88, 64], [92, 1], [88, 70], [85, 90]],
        "chain": [{ "sum": ["积分"] }, { "sum": ["居住证月数"] }], "plan": [3], "wishes": [[0], [0], [0], [0]]
    });
    let answer = said("parallel", &input);
    assert_eq!(answer["order"], json!([1, 2, 0, 3]));
    assert_eq!(answer["assignment"], json!([0, 0, 0, null]));
}

#[test]
fn a_public_school_admits_by_class_then_by_the_earlier_date() {
    let input = json!({
        "columns": ["序次", "迁入日期"], "marks": [[2, 20150101], [1, 20190301], [1, 20180301]],
        "chain": [{ "sum": ["序次"], "first": "low" }, { "sum": ["迁入日期"], "first": "low" }], "plan": [2], "wishes": [[0], [0], [0]]
    });
    let answer = said("parallel", &input);
    assert_eq!(answer["order"], json!([2, 1, 0]));
    assert_eq!(answer["assignment"], json!([null, 0, 0]));
    assert_eq!(answer["lowest"], json!([1]));
}

#[test]
fn the_chain_compares_step_by_step_and_then_draws() {
    let marks = vec![vec![600, 110, 100], vec![600, 100, 110], vec![600, 110, 100], vec![601, 0, 0]];
    let step = |columns: &[usize]| Step { columns: columns.to_vec(), low_first: false };
    let chain = [step(&[0]), step(&[1, 2]), step(&[1])];
    let draw: Vec<String> = ["b", "z", "a", "c"].map(str::to_owned).to_vec();
    assert_eq!(standing(&marks, &chain, Some(&draw)).unwrap().order, [3, 2, 0, 1]);
    let undrawn = standing(&marks, &chain, None).unwrap();
    assert_eq!(undrawn.group, [1, 2, 1, 0]);
}

#[test]
fn directed_places_come_first_within_the_line_and_unfilled_ones_return() {
    let input = json!({
        "columns": ["总分"], "marks": [[600], [580], [570], [560], [550]], "chain": [{ "sum": ["总分"] }],
        "plan": [3], "wishes": [[0], [0], [0], [0], [0]],
        "directed": { "places": [2], "graduates": [100, 100], "junior": [0, 0, 0, 1, 1], "line": [565] }
    });
    let answer = said("parallel", &input);
    assert_eq!(answer["quota"], json!([[1, 1]]));
    // Junior 1 has nobody at the line, so its place goes back to the general ones.
    assert_eq!(answer["way"], json!(["分配生", "统招", "统招", null, null]));
    assert_eq!(answer["returned"], json!([1]));
    let mut lower = input.clone();
    lower["directed"]["line"] = json!([555]);
    let answer = said("parallel", &lower);
    assert_eq!(answer["way"], json!(["分配生", "统招", null, "分配生", null]));
    lower["directed"]["eligible"] = json!([true, true, true, false, true]);
    assert_eq!(said("parallel", &lower)["way"], json!(["分配生", "统招", "统招", null, null]));
}

#[test]
fn equals_at_the_last_place_are_drawn_or_all_admitted() {
    let input = json!({
        "columns": ["总分"], "marks": [[600], [590], [590], [580]], "chain": [{ "sum": ["总分"] }],
        "plan": [2], "wishes": [[0], [0], [0], [0]]
    });
    let with = |key: &str, value: Value| {
        let mut input = input.clone();
        input[key] = value;
        said("parallel", &input)
    };
    assert_eq!(said("parallel", &input)["rule"], "MA-06");
    let admitted = with("equal_last", json!("admit"));
    assert_eq!(admitted["assignment"], json!([0, 0, 0, null]));
    assert_eq!(admitted["overflow"], json!([1]));
    assert_eq!(with("draw", json!(["d", "c", "b", "a"]))["assignment"], json!([0, null, 0, null]));
}

#[test]
fn every_refusal_of_a_batch_has_its_code() {
    let input = json!({
        "columns": ["总分"], "marks": [[600], [590]], "chain": [{ "sum": ["总分"] }], "plan": [2], "wishes": [[0], [0]]
    });
    for (key, value, code) in [
        ("marks", json!([[600], []]), "MA-03"),
        ("marks", json!([[600.5], [590]]), "MA-01"),
        ("chain", json!([]), "MA-09"),
        ("chain", json!([{ "sum": ["语文"] }]), "MA-09"),
        ("chain", json!([{ "sum": ["总分", "总分"] }]), "MA-09"),
        ("wishes", json!([[0]]), "MA-03"),
        ("wishes", json!([[0], [0, 0]]), "MA-05"),
        ("wishes", json!([[0], [1]]), "MA-04"),
        ("further", json!([[[0]]]), "MA-03"),
        ("line", json!([]), "MA-03"),
        ("draw", json!(["a"]), "MA-03"),
        ("directed", json!({ "places": [3], "graduates": [1], "junior": [0, 0] }), "MA-07"),
        ("directed", json!({ "places": [1], "graduates": [1], "junior": [0, 1] }), "MA-04"),
        ("directed", json!({ "places": [1], "graduates": [0], "junior": [0, 0] }), "MA-08"),
    ] {
        let mut broken = input.clone();
        broken[key] = value.clone();
        assert_eq!(said("parallel", &broken)["rule"], code, "{key} {value}");
    }
}

#[test]
fn what_cannot_be_read_names_its_row() {
    let refusal = answer("parallel", br#"{"columns":["a"],"marks":[[1],["x"]]}"#).unwrap_err();
    assert_eq!((refusal.code, refusal.row), ("MA-01", Some(1)));
    assert!(refusal.en.contains("in marks, row 1"), "{refusal}");
}

fn case() -> impl Strategy<Value = (Standing, Batch)> {
    (1..=7_usize, 1..=3_usize).prop_flat_map(|(candidates, schools)| {
        let wishes = || prop::collection::vec(prop::collection::vec(0..schools as u32, 0..=3), candidates);
        let marks = prop::collection::vec(0..6_i64, candidates);
        let plan = prop::collection::vec(0..=3_u32, schools);
        let line = prop::collection::vec(prop::option::of(0..4_i64), schools);
        let sharing = (
            any::<bool>(),
            prop::collection::vec(0..2_u32, candidates),
            prop::collection::vec(any::<bool>(), candidates),
        );
        (marks, plan, line, wishes(), wishes(), sharing, any::<bool>()).prop_map(
            move |(marks, plan, line, first, second, sharing, drawn)| {
                let once = |rows: Vec<Vec<u32>>| {
                    let mut lists = Lists::default();
                    for mut row in rows {
                        let mut seen = Vec::new();
                        row.retain(|name| {
                            !seen.contains(name) && {
                                seen.push(*name);
                                true
                            }
                        });
                        lists.push(&row);
                    }
                    lists
                };
                let draw: Vec<String> = (0..candidates).map(|row| format!("{}", (row * 5 + 3) % 7)).collect();
                let marks: Vec<Vec<i64>> = marks.into_iter().map(|mark| vec![mark]).collect();
                let chain = [Step { columns: vec![0], low_first: false }];
                let standing = standing(&marks, &chain, drawn.then_some(&draw[..])).unwrap();
                let wishes = once(first);
                let directed = sharing.0.then(|| Directed {
                    places: plan.iter().map(|plan| vec![plan / 2, plan / 3]).collect(),
                    junior: sharing.1,
                    eligible: sharing.2,
                    line: line.iter().map(|line| line.map(|line| line - 1)).collect(),
                    wishes: wishes.clone(),
                });
                let equal_last = if drawn { EqualLast::Draw } else { EqualLast::AdmitAll };
                (
                    standing,
                    Batch { plan, line, low_first: false, rounds: vec![wishes, once(second)], directed, equal_last },
                )
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn an_admitted_batch_stands_up_to_the_checker_and_every_change_is_found((standing, batch) in case()) {
        let outcome = admit(&standing, &batch).unwrap();
        prop_assert_eq!(objection(&standing, &batch, &outcome.placed), None);
        for row in 0..outcome.placed.len() {
            let schools = 0..batch.plan.len() as u32;
            let ways = [Way::Directed, Way::General(0), Way::General(1)];
            let others = schools.flat_map(|school| ways.map(|way| Some((school, way)))).chain([None]);
            for other in others.filter(|other| *other != outcome.placed[row]) {
                let mut changed = outcome.placed.clone();
                changed[row] = other;
                prop_assert!(objection(&standing, &batch, &changed).is_some(), "row {} to {:?}", row, other);
            }
        }
    }

    #[test]
    fn shares_sum_to_the_places_and_stay_within_one_of_the_quota(places in 0..2_000_u32, size in prop::collection::vec(0..900_u32, 1..12)) {
        prop_assume!(size.iter().sum::<u32>() > 0);
        let total: u64 = size.iter().map(|&size| u64::from(size)).sum();
        let quota = allot(places, &size).unwrap();
        prop_assert_eq!(quota.iter().sum::<u32>(), places);
        for (&quota, &size) in quota.iter().zip(&size) {
            let exact = u64::from(places) * u64::from(size);
            prop_assert!(u64::from(quota) * total < exact + total && exact < (u64::from(quota) + 1) * total);
        }
    }
}

#[test]
fn the_checker_names_what_is_wrong() {
    let chain = [Step { columns: vec![0], low_first: false }];
    let standing = standing(&[vec![3], vec![2]], &chain, Some(&["a".to_owned(), "b".to_owned()])).unwrap();
    let batch = Batch {
        plan: vec![1],
        line: vec![None],
        low_first: false,
        rounds: vec![Lists::from_rows([[0], [0]])],
        directed: None,
        equal_last: EqualLast::Draw,
    };
    let at = |school| Some((school, Way::General(0)));
    assert_eq!(objection(&standing, &batch, &[None, at(0)]), Some(Objection::PassedOver { candidate: 0, school: 0 }));
    assert_eq!(objection(&standing, &batch, &[at(0), at(0)]), Some(Objection::BeyondPlan { school: 0 }));
    assert_eq!(objection(&standing, &batch, &[at(1), None]), Some(Objection::NotEntitled { candidate: 0 }));
    assert_eq!(objection(&standing, &batch, &[at(0)]), Some(Objection::NotEntitled { candidate: 1 }));
}
