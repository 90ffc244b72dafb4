//! The worked examples of the domain rules.

use engine_score::answer;
use serde_json::{Value, json};

fn judge(input: &Value) -> Result<Value, Value> {
    match answer("judge", input.to_string().as_bytes()) {
        Ok(outputs) => Ok(serde_json::from_slice(&outputs).unwrap()),
        Err(refusal) => Err(serde_json::to_value(&refusal).unwrap()),
    }
}

fn deducting(item: &str, points: i64) -> Value {
    json!({"item": item, "points": points, "how": {"events": {"direction": "deduct"}}})
}

fn kind(kind: &str, item: &str, points: i64) -> Value {
    json!({"kind": kind, "item": item, "points": {"each": points}})
}

/// The 100-point credit table of the domain rules (its default), in one version.
fn credit() -> Value {
    let award = json!({"item": "加分", "points": 5, "how": {"events": {"direction": "add"}}});
    let items = [
        deducting("证照与场所", 15),
        deducting("收费与资金", 25),
        deducting("教师", 15),
        deducting("教学", 15),
        deducting("安全卫生", 15),
        deducting("投诉与整改", 10),
        deducting("党建与社会责任", 5),
        award,
    ];
    let kinds = [
        kind("证照缺陷", "证照与场所", 5),
        json!({"kind": "收费违规", "item": "收费与资金", "points": {"between": {"least": 5, "most": 10}}}),
        json!({"kind": "托管不足", "item": "收费与资金", "points": "whole"}),
        kind("教师无证", "教师", 3),
        kind("课程超时", "教学", 5),
        kind("安全缺陷", "安全卫生", 3),
        json!({"kind": "重大隐患", "item": "安全卫生", "points": "whole"}),
        json!({"kind": "投诉属实", "item": "投诉与整改", "points": {"each": 2}, "repair": {"months": 3}}),
        kind("整改逾期", "投诉与整改", 3),
        kind("党建缺项", "党建与社会责任", 2),
        kind("县级表彰", "加分", 2),
        json!({"kind": "挪用专户资金", "veto": 1}),
        json!({"kind": "违规学科培训处罚", "veto": 2}),
    ];
    json!({"standard": "信用分级", "versions": [{
        "version": "2021", "since": "2021-01-01",
        "root": {"item": "总分", "how": {"group": {"items": items, "combine": "sum"}}},
        "kinds": kinds,
        "grades": [{"grade": "A", "least": 90}, {"grade": "B", "least": 80}, {"grade": "C", "least": 60}, {"grade": "D"}],
    }]})
}

fn event(id: &str, kind: &str, more: Value) -> Value {
    let mut event = json!({"event": id, "kind": kind, "day": "2021-05-10"});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// 收费公示 missing, one uncertified teacher, two confirmed complaints, an award.
fn first_institution() -> Vec<Value> {
    vec![
        event("E1", "收费违规", json!({"points": 5})),
        event("E2", "教师无证", json!({})),
        event("E3", "投诉属实", json!({"cases": 2})),
        event("E4", "县级表彰", json!({})),
    ]
}

fn credit_of(events: &[Value], more: Value) -> Value {
    let mut input = json!({"standard": credit(), "on": "2021-12-31", "events": events});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    judge(&input).unwrap()
}

fn total_and_grade(card: &Value) -> (&str, &str) {
    (card["shown"].as_str().unwrap(), card["grade"].as_str().unwrap())
}

#[test]
fn the_three_institutions_of_the_credit_rules_are_a_b_and_d() {
    let mut events = first_institution();
    assert_eq!(total_and_grade(&credit_of(&events, json!({}))), ("90.00", "A"));
    events.push(event("E5", "课程超时", json!({"cases": 2})));
    assert_eq!(total_and_grade(&credit_of(&events, json!({}))), ("80.00", "B"));
    events.push(event("E6", "挪用专户资金", json!({})));
    let vetoed = credit_of(&events, json!({}));
    assert_eq!(total_and_grade(&vetoed), ("80.00", "D"));
    assert_eq!(vetoed["vetoes"], json!([{"kind": "挪用专户资金", "version": "2021", "events": ["E6"]}]));
}

#[test]
fn two_penalties_are_a_veto_and_one_is_not() {
    let penalty = |id: &str| event(id, "违规学科培训处罚", json!({}));
    assert_eq!(credit_of(&[penalty("E1")], json!({}))["grade"], "A");
    assert_eq!(credit_of(&[penalty("E1"), penalty("E2")], json!({}))["grade"], "D");
}

#[test]
fn a_granted_appeal_voids_its_event_from_the_day_of_the_decision() {
    let appeal = |granted: bool, day: &str| json!({"appeals": [{"appeal": "S1", "event": "E2", "decided_on": day, "granted": granted}]});
    let total = |more: Value| credit_of(&first_institution(), more)["total"].as_str().unwrap().to_owned();
    assert_eq!(total(appeal(true, "2021-06-01")), "93");
    assert_eq!(total(appeal(false, "2021-06-01")), "90");
    assert_eq!(total(appeal(true, "2022-01-01")), "90", "decided after the day of judgement");
    let line = credit_of(&first_institution(), appeal(true, "2021-06-01"))["lines"][1].clone();
    assert_eq!((&line["event"], &line["full"], &line["points"]), (&json!("E2"), &json!("3"), &json!("0")));
    assert_eq!(line["notes"], json!([{"voided": {"appeal": "S1"}}]));
}

#[test]
fn a_repair_counts_three_months_after_the_fix_and_not_a_day_before() {
    let repaired = |day: &str| {
        let fixed = json!({"cases": 2, "fixed_on": "2021-05-31", "repaired_on": day});
        credit_of(&[event("E1", "投诉属实", fixed)], json!({}))
    };
    assert_eq!(repaired("2021-08-31")["total"], "100");
    let early = repaired("2021-08-30");
    assert_eq!(early["total"], "96");
    assert_eq!(early["lines"][0]["notes"], json!([{"repair_too_early": {"possible_from": "2021-08-31"}}]));
}

#[test]
fn the_award_is_capped_and_so_is_what_an_item_can_lose() {
    let events = [event("E1", "县级表彰", json!({"cases": 4})), event("E2", "教师无证", json!({"cases": 6}))];
    let card = credit_of(&events, json!({}));
    assert_eq!(card["total"], "90", "100 + 5 - 15");
    assert_eq!(card["lines"][1]["full"], "18");
    assert_eq!(card["lines"][1]["points"], "-15");
    assert_eq!(card["lines"][1]["notes"], json!(["item_limit"]));
}

/// The seven resource indicators: at least six at the limit, none below the floor.
fn school(values: [Value; 7]) -> Value {
    let limits = [
        ("4.2", "3.57"),
        ("1", "0.85"),
        ("0.9", "0.765"),
        ("4.5", "3.825"),
        ("7.5", "6.375"),
        ("2000", "1700"),
        ("2.3", "1.955"),
    ];
    let number = |index: usize| json!({"at_least": {"limit": limits[index].0, "floor": limits[index].1}});
    let items: Vec<Value> = (0..7)
        .map(|index| json!({"item": format!("R{}", index + 1), "how": {"number": {"rule": number(index)}}}))
        .collect();
    let numbers: Vec<Value> = values
        .into_iter()
        .enumerate()
        .map(|(index, value)| json!({"item": format!("R{}", index + 1), "value": value}))
        .collect();
    json!({
        "standard": {"standard": "优质均衡 小学", "versions": [{
            "version": "2017", "since": "2017-04-19",
            "root": {"item": "校级综合达标", "how": {"group": {"items": items, "combine": {"least": 6}}}},
        }]},
        "on": "2021-09-01", "numbers": numbers,
    })
}

fn school_verdict(values: [&str; 7]) -> String {
    let values = values.map(|value| if value == "-" { Value::Null } else { json!(value) });
    judge(&school(values)).unwrap()["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn the_school_verdict_passes_the_five_tests_of_the_rules() {
    assert_eq!(school_verdict(["4.2", "1", "0.9", "4.5", "7.5", "2000", "2.3"]), "pass");
    assert_eq!(school_verdict(["4.2", "1", "0.9", "4.5", "6.375", "2000", "2.3"]), "pass");
    assert_eq!(school_verdict(["4.2", "1", "0.9", "4.5", "6.3675", "2000", "2.3"]), "fail");
    assert_eq!(school_verdict(["4.2", "1", "0.9", "4.275", "7.125", "2000", "2.3"]), "fail");
    assert_eq!(school_verdict(["4.2", "1", "0.9", "4.5", "7.5", "2000", "-"]), "missing");
}

#[test]
fn the_five_primary_units_of_the_check_vector_get_their_published_verdicts() {
    let units = [
        (1620, ["95", "21", "15", "7640", "12520", "4025000", "39"], "pass", 7),
        (980, ["52", "12", "9", "4520", "7010", "2110000", "24"], "pass", 6),
        (720, ["38", "8", "7", "3456.674", "6295.082", "1601873.54", "17.4239"], "pass", 7),
        (86, ["9", "1", "1", "690", "1820", "301000", "6"], "pass", 7),
        (1430, ["59", "9", "13", "6490", "9120", "2930000", "33"], "fail", 4),
    ];
    for (pupils, raw, verdict, passes) in units {
        let mut input = school(raw.map(|value| json!(value)));
        for index in 0..7 {
            let per_hundred = [0, 1, 2, 6].contains(&index);
            input["standard"]["versions"][0]["root"]["how"]["group"]["items"][index]["how"]["number"]["times"] =
                json!(if per_hundred { 100 } else { 1 });
            input["numbers"][index]["over"] = json!(pupils);
        }
        let card = judge(&input).unwrap();
        assert_eq!(card["verdict"], verdict);
        let passing = card["items"].as_array().unwrap()[1..].iter().filter(|item| item["verdict"] == "pass").count();
        assert_eq!(passing, passes);
    }
}

#[test]
fn shared_rooms_of_a_nine_year_school_stay_exact_fractions() {
    let mut input = school(["4.2", "1", "0.9", "4.5", "7.5", "2000", "22320/1281"].map(|value| json!(value)));
    input["standard"]["versions"][0]["root"]["how"]["group"]["items"][6]["how"]["number"]["times"] = json!(100);
    input["numbers"][6]["over"] = json!(720);
    let card = judge(&input).unwrap();
    assert_eq!(card["items"][7]["shown"], "2.42");
    assert_eq!(card["items"][7]["value"], "3100/1281");
}

#[test]
fn a_zero_denominator_is_missing_with_its_reason() {
    let mut input = school(["4.2", "1", "0.9", "4.5", "7.5", "2000", "2.3"].map(|value| json!(value)));
    input["numbers"][3]["over"] = json!(0);
    let card = judge(&input).unwrap();
    assert_eq!((&card["verdict"], &card["missing"]), (&json!("missing"), &json!(["R4"])));
    assert_eq!(card["items"][4]["reason"], "分母为零");
    assert!(card.get("total").is_none() && card.get("grade").is_none());
}

/// Scores out of 100 with weights and grades: `(item, weight, score)`.
fn weighted(items: &[(&str, &str, &str)], grades: &Value) -> Value {
    let full = json!({"linear": {"zero_at": 0, "full_at": 100}});
    let tree: Vec<Value> = items.iter().map(|(item, weight, _)| json!({"item": item, "points": 100, "weight": weight, "how": {"number": {"rule": full}}})).collect();
    let numbers: Vec<Value> = items.iter().map(|(item, _, value)| json!({"item": item, "value": value})).collect();
    judge(&json!({
        "standard": {"standard": "加权", "versions": [{
            "version": "1", "since": "2014-01-01", "grades": grades,
            "root": {"item": "总分", "how": {"group": {"items": tree, "combine": "weighted"}}},
        }]},
        "on": "2021-12-31", "numbers": numbers,
    }))
    .unwrap()
}

#[test]
fn the_development_evaluation_of_three_years_comes_to_91_08() {
    let items =
        [("第一年", "0.1", "88"), ("第二年", "0.1", "91"), ("下轮规划", "0.1", "85"), ("终结性", "0.7", "92.4")];
    assert_eq!(weighted(&items, &json!([]))["total"], "91.08");
}

#[test]
fn the_fitness_test_of_a_junior_pupil_comes_to_83_15_and_is_good() {
    let items = [
        ("BMI", "0.15", "100"),
        ("肺活量", "0.15", "85"),
        ("50m", "0.2", "80"),
        ("坐位体前屈", "0.1", "76"),
        ("立定跳远", "0.1", "90"),
        ("引体向上", "0.1", "72"),
        ("1000m", "0.2", "78"),
    ];
    let grades = json!([{"grade": "优秀", "least": 90}, {"grade": "良好", "least": 80}, {"grade": "及格", "least": 60}, {"grade": "不及格"}]);
    assert_eq!(total_and_grade(&weighted(&items, &grades)), ("83.15", "良好"));
}

#[test]
fn a_total_just_below_a_grade_is_not_rounded_into_it() {
    let grades = json!([{"grade": "A", "least": 90}, {"grade": "B"}]);
    let card = weighted(&[("一", "1", "89.9999")], &grades);
    assert_eq!(total_and_grade(&card), ("90.00", "B"));
}

#[test]
fn kindergarten_coverage_counts_children_and_may_exceed_100_per_cent() {
    let items = [("PK-A1", "85", "61900", 60_250), ("PK-A2", "80", "56170", 61_900), ("PK-A3", "50", "31860", 61_900)];
    let tree = items.map(|(item, limit, ..)| json!({"item": item, "how": {"number": {"rule": {"at_least": {"limit": limit}}, "times": 100}}}));
    let numbers = items.map(|(item, _, value, over)| json!({"item": item, "value": value, "over": over}));
    let card = judge(&json!({
        "standard": {"standard": "普及普惠", "versions": [{
            "version": "2020", "since": "2020-02-01",
            "root": {"item": "普及普惠水平", "how": {"group": {"items": tree, "combine": "all"}}},
        }]},
        "on": "2021-09-01", "numbers": numbers,
    }))
    .unwrap();
    assert_eq!(card["verdict"], "pass");
    let shown: Vec<&str> =
        card["items"].as_array().unwrap()[1..].iter().map(|item| item["shown"].as_str().unwrap()).collect();
    assert_eq!(shown, ["102.74", "90.74", "51.47"]);
}

/// Two versions: 2021 takes 2 points a case, 2022 takes 5.
fn two_versions() -> Value {
    let version = |name: &str, since: &str, until: Value, points: i64| {
        json!({
            "version": name, "since": since, "until": until,
            "root": {"item": "总分", "points": 12, "how": {"events": {"direction": "deduct"}}},
            "kinds": [{"kind": "K", "item": "总分", "points": {"each": points}, "cap": 6, "decay": [{"months": 12, "share": "1/2"}, {"months": 24, "share": 0}]}],
        })
    };
    json!({"standard": "12分制", "versions": [version("2021", "2021-01-01", json!("2021-12-31"), 2), version("2022", "2022-01-01", Value::Null, 5)]})
}

fn twelve_points(on: &str, days: &[&str], period_start: Value) -> Value {
    let events: Vec<Value> = days
        .iter()
        .enumerate()
        .map(|(index, day)| json!({"event": format!("E{index}"), "kind": "K", "day": day}))
        .collect();
    judge(&json!({"standard": two_versions(), "on": on, "period_start": period_start, "events": events})).unwrap()
}

#[test]
fn an_event_is_judged_by_the_version_of_its_own_day() {
    let card = twelve_points("2022-03-01", &["2022-02-01", "2021-12-31"], Value::Null);
    assert_eq!(card["version"], "2022");
    let lines: Vec<_> = card["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["version"].as_str().unwrap(), line["full"].as_str().unwrap()))
        .collect();
    assert_eq!(lines, [("2021", "2"), ("2022", "5")]);
    assert_eq!(card["total"], "6", "12 - 2 - 4: the cap of 6 for the kind cuts the second event");
}

#[test]
fn events_decay_and_events_outside_the_period_do_not_count() {
    assert_eq!(twelve_points("2022-12-30", &["2021-12-31"], Value::Null)["total"], "10");
    assert_eq!(twelve_points("2022-12-31", &["2021-12-31"], Value::Null)["total"], "11");
    assert_eq!(twelve_points("2023-12-31", &["2021-12-31"], Value::Null)["total"], "12");
    assert_eq!(twelve_points("2022-12-30", &["2021-12-31", "2022-12-31"], json!("2022-01-01"))["total"], "12");
}

#[test]
fn a_document_alone_is_no_pass_and_a_verdict_without_its_document_neither() {
    let item = json!({"item": "布局", "how": {"verdict": {"document": true, "choices": [{"choice": "符合", "verdict": "pass"}, {"choice": "不符合", "verdict": "fail"}]}}});
    let standard = json!({"standard": "S", "versions": [{"version": "1", "since": "2017-01-01", "root": {"item": "全部", "how": {"group": {"items": [item], "combine": "all"}}}}]});
    let verdict = |fact: Value| {
        judge(&json!({"standard": standard, "on": "2021-01-01", "verdicts": [fact]})).unwrap()["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(verdict(json!({"item": "布局", "documents": 3})), "missing");
    assert_eq!(verdict(json!({"item": "布局", "choice": "符合"})), "missing");
    assert_eq!(verdict(json!({"item": "布局", "choice": "符合", "documents": 1})), "pass");
    assert_eq!(verdict(json!({"item": "布局", "choice": "不符合", "documents": 1})), "fail");
}
