//! The text boundary: the shapes of the command line, refusals with their rows, and no input that ends in a panic.

use engine_places::answer;
use proptest::prelude::*;
use serde_json::{Value, json};

fn said(verb: &str, input: &str) -> String {
    match answer(verb, input.as_bytes()) {
        Ok(text) => String::from_utf8(text).unwrap().trim().to_owned(),
        Err(refusal) => serde_json::to_string(&refusal).unwrap(),
    }
}

const ASSIGN: &str = r#"{"pupil":[[0,0],[0,1],[100,0]],"school":[[0,0],[90,0]],"capacity":[1,2]}"#;
const MEDIAN: &str = r#"{"p":2,"weight":[10,20,30],"dist":[[9,0,1],[9,0,5],[9,0,5]],"capacity":[60,50,10]}"#;
const COVER: &str = r#"{"radius":500,"dist":[[100,900],[501,500],[500,700]]}"#;
const ZONES: &str = r#"{"pupils":[30,30,30],"border":[[0,1],[1,2]],"seat":[0,2],"capacity":[30,60],"dist":[[0,200],[100,100],[200,0]]}"#;
const NEED: &str = r#"{"pupils":[[2021,14490]],"private":0.12,"class_size":45,"classes":268,"project":[{"classes":1,"delivered":"2021-08-31"}]}"#;
const FORECAST: &str = r#"{"years":1,"births":{"2015":100},"stage":[{"name":"小学","age":6,"base":2020,"history":[[90,90],[90,90]]}],"scenario":[{"name":"中","rates":[{"survival":0.995,"retention":1,"migrant":0}]}]}"#;

#[test]
fn the_command_line_shapes_are_answered() {
    assert_eq!(said("assign", ASSIGN), r#"{"assign":[0,1,1],"cost":100}"#);
    assert_eq!(said("median", MEDIAN), r#"{"open":[1,2],"assign":[2,1,1],"cost":10,"bound":10}"#);
    assert_eq!(said("cover", COVER), r#"{"bound":2,"open":[0,1]}"#);
    assert!(said("zones", ZONES).contains(r#""zone":[0,1,1]"#));
    let three = r#"{"p":1,"weight":[1,2],"dist":[[1.5,9],[0.25,9]]}"#;
    assert_eq!(said("median", three), r#"{"open":[0],"assign":[0,0],"cost":2.0,"bound":2.0}"#);
}

#[test]
fn answers_pass_their_own_checks_and_altered_ones_do_not() {
    let with = |text: &str, extra: &[(&str, Value)]| {
        let mut input: Value = serde_json::from_str(text).unwrap();
        extra.iter().for_each(|(key, value)| input[*key] = value.clone());
        input.to_string()
    };
    let priced: Value = serde_json::from_str(&said("assign", &with(ASSIGN, &[("price", json!(true))]))).unwrap();
    let check =
        |assign: Value| said("assign-check", &with(ASSIGN, &[("assign", assign), ("price", priced["price"].clone())]));
    assert_eq!(check(priced["assign"].clone()), r#"{"optimal":true}"#);
    assert_eq!(check(json!([1, 0, 1])), r#"{"optimal":false}"#);
    assert_eq!(check(json!([0, 1])), r#"{"optimal":false}"#);
    assert_eq!(check(json!([0, 1, 7])), r#"{"optimal":false}"#);
    let check = |assign: Value| said("median-check", &with(MEDIAN, &[("open", json!([1, 2])), ("assign", assign)]));
    assert_eq!(check(json!([2, 1, 1])), r#"{"cost":10,"holds":true}"#);
    assert_eq!(check(json!([1, 1, 1])), r#"{"holds":false}"#);
    assert_eq!(said("zones-check", &with(ZONES, &[("zone", json!([0, 1, 1]))])), r#"{"holds":true}"#);
    assert_eq!(
        said("zones-check", &with(ZONES, &[("zone", json!([0, 0, 1]))])),
        r#"{"holds":false,"school":0,"why":"over full"}"#
    );
}

#[test]
fn every_refusal_has_its_code_and_names_the_first_offending_row() {
    for (verb, input, code, row) in [
        ("assign", "", "PL-01", None),
        ("assign", r#"{"pupil":[[0,0]],"school":[[0,0]]}"#, "PL-01", None),
        ("assign", r#"{"pupil":[],"pupil":[],"school":[],"capacity":[]}"#, "PL-01", None),
        ("assign", r#"{"pupil":[[0,0],[0,"x"]],"school":[[0,0]],"capacity":[2]}"#, "PL-01", Some(1)),
        ("assign", r#"{"pupil":[[0,0],7],"school":[[0,0]],"capacity":[2]}"#, "PL-01", Some(1)),
        ("assign", r#"{"pupil":[[0,0],[0,[1]]],"school":[[0,0]],"capacity":[2]}"#, "PL-01", Some(1)),
        ("assign", r#"{"pupil":[[0,0],[0]],"school":[[0,0]],"capacity":[2]}"#, "PL-03", Some(1)),
        ("assign", r#"{"pupil":[[0,0]],"school":[[0,0],[0,1e12]],"capacity":[2,1]}"#, "PL-04", Some(1)),
        ("assign", r#"{"pupil":[[0,0]],"school":[[0,0]],"capacity":[1,1]}"#, "PL-03", None),
        ("assign", r#"{"pupil":[[0,0]],"school":[[0,0],[1,1]],"capacity":[1,-1]}"#, "PL-04", Some(1)),
        ("assign", r#"{"pupil":[[0,0]],"school":[[0,0],[1,1]],"capacity":[1,1.5]}"#, "PL-04", Some(1)),
        ("assign", r#"{"pupil":[[0,0],[1,1]],"school":[[0,0]],"capacity":[1]}"#, "PL-20", None),
        ("assign", r#"{"pupil":[[0,0]],"school":[],"capacity":[]}"#, "PL-20", None),
        ("median", r#"{"p":1,"weight":[1,1],"dist":[[1,2],[1]]}"#, "PL-03", Some(1)),
        ("median", r#"{"p":1,"weight":[1,1],"dist":[[1,2]]}"#, "PL-03", None),
        ("median", r#"{"p":1,"weight":[1,0.5],"dist":[[1],[2]]}"#, "PL-04", Some(1)),
        ("median", r#"{"p":1,"weight":[1,1],"dist":[[1],[-2]]}"#, "PL-04", Some(1)),
        ("median", r#"{"p":1,"weight":[],"dist":[]}"#, "PL-04", None),
        ("median", r#"{"p":1,"weight":[4000000000,4000000000],"dist":[[4000],[1000000000]]}"#, "PL-05", Some(1)),
        ("median", r#"{"p":1,"weight":[5,6],"dist":[[1],[2]],"capacity":[10]}"#, "PL-21", None),
        ("median", r#"{"p":2,"weight":[5,6],"dist":[[1,1],[2,2]],"capacity":[5,5]}"#, "PL-21", None),
        ("median", r#"{"p":2,"weight":[1,6],"dist":[[1,1],[2,2]],"capacity":[5,5]}"#, "PL-22", Some(1)),
        ("median", r#"{"p":1,"weight":[5],"dist":[[1]],"capacity":[10,1]}"#, "PL-03", None),
        ("median-check", MEDIAN, "PL-02", None),
        ("cover", r#"{"radius":500,"dist":[[100],[501]]}"#, "PL-25", Some(1)),
        ("cover", r#"{"radius":-1,"dist":[[100]]}"#, "PL-04", Some(0)),
        ("zones", r#"{"pupils":[1],"border":[[0,0.5]],"seat":[0],"capacity":[1],"dist":[[0]]}"#, "PL-04", Some(0)),
        ("zones", r#"{"pupils":[1],"border":[],"seat":[0],"capacity":[1],"dist":[[1e10]]}"#, "PL-04", Some(0)),
        ("need", r#"{"pupils":[[2021,1]],"class_size":0,"classes":1}"#, "PL-04", None),
        ("need", r#"{"pupils":[[2021,1],[2021.5,1]],"class_size":45,"classes":1}"#, "PL-04", Some(1)),
        (
            "need",
            r#"{"pupils":[],"class_size":45,"classes":1,"project":[{"classes":1,"delivered":"soon"}]}"#,
            "PL-04",
            Some(0),
        ),
        (
            "need",
            r#"{"pupils":[],"class_size":45,"classes":1,"project":[{"classes":1,"delivered":"2022-01-01"},{"classes":-1,"delivered":"2022-01-01"}]}"#,
            "PL-01",
            Some(1),
        ),
        (
            "assign-check",
            r#"{"pupil":[[0,0],[1,1]],"school":[[0,0]],"capacity":[2],"assign":[0,-1],"price":[0]}"#,
            "PL-01",
            Some(1),
        ),
        ("site", "{}", "PL-10", None),
    ] {
        let refusal = answer(verb, input.as_bytes()).unwrap_err();
        assert_eq!((refusal.code, refusal.row), (code, row), "{verb} {input}");
        assert!(!refusal.zh.is_empty() && refusal.en.ends_with('.'), "{refusal}");
    }
}

#[test]
fn nobody_and_nothing_is_an_input_too() {
    assert_eq!(said("assign", r#"{"pupil":[],"school":[],"capacity":[]}"#), r#"{"assign":[],"cost":0}"#);
    assert_eq!(said("assign", r#"{"pupil":[],"school":[[1,1]],"capacity":[0]}"#), r#"{"assign":[],"cost":0}"#);
    assert_eq!(said("cover", r#"{"radius":1,"dist":[]}"#), r#"{"bound":0,"open":[]}"#);
    assert!(said("cover", r#"{"radius":1,"dist":[[]]}"#).contains("PL-25"));
    assert!(said("median", r#"{"p":1,"weight":[0,0],"dist":[[3],[4]],"capacity":[0]}"#).contains(r#""cost":0"#));
    assert!(
        said("zones", r#"{"pupils":[0],"border":[],"seat":[0],"capacity":[0],"dist":[[5]]}"#).contains(r#""zone":[0]"#)
    );
    assert_eq!(said("need", r#"{"pupils":[],"class_size":45,"classes":1}"#), r#"{"september":[]}"#);
}

#[test]
fn a_refusal_is_written_as_error_and_rule() {
    let refusal = said("median", r#"{"p":1,"weight":[5,6],"dist":[[1],[2]],"capacity":[10]}"#);
    let value: Value = serde_json::from_str(&refusal).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error", "rule"]);
    assert_eq!(value["rule"], "PL-21");
}

fn whole_texts() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(vec![
        ("assign", ASSIGN),
        ("median", MEDIAN),
        ("cover", COVER),
        ("zones", ZONES),
        ("need", NEED),
        ("forecast", FORECAST),
    ])
}

/// Puts a number into the place of the `at`-th number of a text, counted through.
fn with_number(value: &mut Value, at: &mut usize, number: &Value) {
    match value {
        Value::Number(_) if *at == 0 => {
            *value = number.clone();
            *at = usize::MAX;
        }
        Value::Number(_) => *at -= 1,
        Value::Array(row) => row.iter_mut().for_each(|value| with_number(value, at, number)),
        Value::Object(map) => map.values_mut().for_each(|value| with_number(value, at, number)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn numbers_of_any_size_are_answered_or_refused(
        (verb, whole) in whole_texts(),
        changes in prop::collection::vec((0..20_usize, prop::sample::select(vec![
            "0", "1", "-1", "0.5", "255", "1048576", "16777217", "268435456", "1073741824", "2147483648", "4294967295", "1e9",
            "1e12", "9007199254740993", "18446744073709551615", "-9223372036854775808", "1e300", "-1e300", "1e-300",
        ])), 1..6),
    ) {
        let mut input: Value = serde_json::from_str(whole).unwrap();
        for (at, number) in changes {
            with_number(&mut input, &mut at.clone(), &serde_json::from_str(number).unwrap());
        }
        let _ = answer(verb, input.to_string().as_bytes());
    }

    #[test]
    fn a_mutilated_text_is_answered_or_refused(
        (verb, whole) in whole_texts(),
        cut in any::<prop::sample::Index>(),
        put in prop_oneof!["[\\]\\[{},:0-9a\" .-]{0,4}", "[0-9]{1,19}", "-[0-9]{1,3}", "[0-9]e[0-9]{1,3}", "null"],
    ) {
        let at = cut.index(whole.len());
        if whole.is_char_boundary(at) {
            let mut end = (at + put.len()).min(whole.len());
            while !whole.is_char_boundary(end) {
                end += 1;
            }
            let _ = answer(verb, format!("{}{put}{}", &whole[..at], &whole[end..]).as_bytes());
            let _ = answer(verb, format!("{}{put}{}", &whole[..at], &whole[at..]).as_bytes());
        }
    }

    #[test]
    fn any_bytes_are_answered_or_refused(verb in "assign|median|cover|zones|need|forecast|zones-check|assign-check", bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = answer(&verb, &bytes);
    }
}
