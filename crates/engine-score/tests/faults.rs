//! Every refusal, found by its code and its row.

use engine_score::answer;
use serde_json::{Value, json};

fn sound() -> Value {
    json!({
        "standard": {"standard": "S", "versions": [{
            "version": "1", "since": "2021-01-01", "until": "2021-12-31",
            "root": {"item": "root", "how": {"group": {"combine": "sum", "items": [
                {"item": "number", "points": 10, "how": {"number": {"rule": {"bands": {"bands": [{"least": 8, "points": 10}, {"least": 4, "points": 5}]}}}}},
                {"item": "word", "points": 10, "how": {"verdict": {"choices": [{"choice": "good", "points": 10, "verdict": "pass"}]}}},
                {"item": "events", "points": 10, "how": {"events": {"direction": "deduct"}}},
            ]}}},
            "kinds": [{"kind": "K", "item": "events", "points": {"between": {"least": 1, "most": 3}}}],
            "grades": [{"grade": "A", "least": 20}, {"grade": "B"}],
        }]},
        "on": "2021-06-01",
        "numbers": [{"item": "number", "value": 9}],
        "verdicts": [{"item": "word", "choice": "good"}],
        "events": [{"event": "E1", "kind": "K", "day": "2021-05-01", "points": 2}],
        "appeals": [{"appeal": "A1", "event": "E1", "decided_on": "2021-05-20", "granted": true}],
    })
}

/// The rule and row that refuse the sound input after one change at a JSON pointer.
fn refused(pointer: &str, value: Value) -> (&'static str, Option<usize>) {
    let mut input = sound();
    *input.pointer_mut(pointer).expect(pointer) = value;
    let refusal = answer("judge", input.to_string().as_bytes()).expect_err(pointer);
    (refusal.rule, refusal.row)
}

#[test]
fn the_sound_input_is_judged() {
    let output = answer("judge", sound().to_string().as_bytes()).unwrap();
    let card: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!((&card["total"], &card["grade"]), (&json!("30"), &json!("A")));
    assert!(answer("check", sound()["standard"].to_string().as_bytes()).is_ok());
    assert_eq!(answer("guess", b"").unwrap_err().rule, "SC-00");
}

#[test]
fn facts_that_do_not_fit_name_their_row() {
    assert_eq!(refused("/numbers/0", json!({"item": "number", "value": "nine"})), ("SC-01", Some(1)));
    assert_eq!(refused("/events/0/day", json!("2021-5-1")), ("SC-01", Some(1)));
    assert_eq!(refused("/numbers/0/item", json!("nothing")), ("SC-04", Some(1)));
    assert_eq!(refused("/events/0/kind", json!("L")), ("SC-04", Some(1)));
    assert_eq!(refused("/appeals/0/event", json!("E2")), ("SC-04", Some(1)));
    let twice = json!([{"item": "number", "value": 1}, {"item": "number", "value": 1}]);
    assert_eq!(refused("/numbers", twice), ("SC-05", Some(2)));
    let event = |id: &str, points: i64| json!({"event": id, "kind": "K", "day": "2021-05-01", "points": points});
    assert_eq!(refused("/events", json!([event("E1", 1), event("E1", 1)])), ("SC-05", Some(2)));
    assert_eq!(refused("/events", json!([event("E1", 1), event("E2", 4)])), ("SC-06", Some(2)));
    assert_eq!(refused("/numbers/0/item", json!("word")), ("SC-06", Some(1)));
    assert_eq!(refused("/verdicts/0/choice", json!("bad")), ("SC-06", Some(1)));
    assert_eq!(refused("/events/0/day", json!("2021-05-30")), ("SC-07", Some(1)));
    assert_eq!(refused("/on", json!("2022-01-01")), ("SC-03", None));
    assert_eq!(refused("/events/0/day", json!("2020-12-31")), ("SC-03", Some(1)));
}

#[test]
fn an_unsound_standard_names_its_version() {
    let at = |path: &str| format!("/standard/versions/0/{path}");
    let unsound = |path: &str, value: Value| assert_eq!(refused(&at(path), value), ("SC-02", Some(1)), "{path}");
    let items = "root/how/group/items";
    unsound(&format!("{items}/0/item"), json!("events"));
    unsound(&format!("{items}/0/item"), json!(" "));
    unsound(&format!("{items}/0/points"), json!(-1));
    unsound(&format!("{items}/0/points"), json!(9));
    unsound(&format!("{items}/0/how/number/rule/bands/bands/1/least"), json!(8));
    unsound(&format!("{items}/0/how/number/rule"), json!({"linear": {"zero_at": 1, "full_at": 1}}));
    unsound(&format!("{items}/0/how/number/rule"), json!({"at_least": {"limit": 1, "floor": 2}}));
    unsound(&format!("{items}/1/how/verdict/choices"), json!([]));
    unsound(&format!("{items}/1/how/verdict/choices/0/verdict"), json!("missing"));
    unsound(&format!("{items}/2/how/events"), json!({"direction": "deduct", "floor": 11}));
    unsound(items, json!([]));
    unsound("root/how/group/combine", json!("weighted"));
    unsound("root/how/group/combine", json!("all"));
    unsound("root/how/group/combine", json!({"least": 4}));
    unsound("kinds/0/item", json!("number"));
    unsound("kinds/0/points", json!({"between": {"least": 3, "most": 1}}));
    unsound("grades", json!([{"grade": "A"}, {"grade": "B", "least": 1}]));
    unsound("grades", json!([{"grade": "A", "least": 1}, {"grade": "A"}]));
    unsound("until", json!("2020-12-31"));
}

#[test]
fn two_versions_in_force_on_one_day_are_refused() {
    let mut input = sound();
    let mut second = input["standard"]["versions"][0].clone();
    second["version"] = json!("2");
    second["since"] = json!("2021-12-31");
    second["until"] = Value::Null;
    input["standard"]["versions"].as_array_mut().unwrap().push(second);
    let refusal = answer("judge", input.to_string().as_bytes()).unwrap_err();
    assert_eq!((refusal.rule, refusal.row), ("SC-02", Some(2)));
}

#[test]
fn a_tree_too_deep_is_refused() {
    let mut item = json!({"item": "leaf", "how": {"events": {"direction": "deduct"}}});
    for depth in 0..35 {
        item = json!({"item": format!("i{depth}"), "how": {"group": {"items": [item], "combine": "sum"}}});
    }
    let standard = json!({"standard": "S", "versions": [{"version": "1", "since": "2021-01-01", "root": item}]});
    let refusal = answer("check", standard.to_string().as_bytes()).unwrap_err();
    assert!(["SC-01", "SC-02"].contains(&refusal.rule));
}
