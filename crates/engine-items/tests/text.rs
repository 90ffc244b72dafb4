//! The text boundary: rows that are refused by number, and no panic from any bytes.

mod lsat_6;

use engine_items::answer;
use proptest::prelude::*;

fn refused(verb: &str, input: &str) -> (&'static str, Option<usize>) {
    let refusal = answer(verb, input.as_bytes()).expect_err(input);
    (refusal.rule, refusal.row)
}

#[test]
fn wrong_answers_files_name_their_first_wrong_row() {
    assert_eq!(refused("fit", ""), ("IT-02", None));
    assert_eq!(refused("fit", "1,0\n0,1\n1\n"), ("IT-03", Some(3)));
    assert_eq!(refused("fit", "1,0\n0,2\n"), ("IT-04", Some(2)));
    assert_eq!(refused("fit", "1,0\n0, 1\n"), ("IT-04", Some(2)));
    assert_eq!(refused("fit", "1,0\n1,1\n"), ("IT-05", None));
    assert_eq!(refused("fit", "1\n0\n"), ("IT-05", None));
    assert_eq!(refused("guess", ""), ("IT-00", None));
    assert_eq!(refused("fit", &vec!["1"; 1001].join(",")), ("IT-02", Some(1)));
}

#[test]
fn wrong_json_names_its_first_wrong_row() {
    assert_eq!(refused("mastery", r#"{"points":{"x":[1]},"responses":[[1],[2]]}"#), ("IT-01", Some(2)));
    assert_eq!(refused("mastery", r#"{"points":{"x":[1]},"responses":[[1],[1,0]]}"#), ("IT-03", Some(2)));
    assert_eq!(refused("mastery", r#"{"points":{"x":[0]},"responses":[[1]]}"#), ("IT-10", None));
    let row = r#"{"item":"A","a":1,"b":0}"#;
    assert_eq!(refused("equate", &format!(r#"{{"old":[{row},{row}],"new":[]}}"#)), ("IT-08", Some(2)));
    assert_eq!(refused("equate", &format!(r#"{{"old":[{row}],"new":[{row}]}}"#)), ("IT-08", None));
    assert_eq!(refused("equate", r#"{"old":[{"item":"A","a":1}],"new":[]}"#), ("IT-01", Some(1)));
    assert_eq!(refused("analyse", "A,B\nA\n"), ("IT-03", Some(1)));
}

#[test]
fn a_fit_writes_items_and_persons() {
    let text = format!("\u{feff},,,,\r\n{}", lsat_6::csv());
    let outputs = answer("fit", text.as_bytes()).unwrap();
    let names: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["items.csv", "persons.csv", "fit.json"]);
    let items = String::from_utf8(outputs[0].bytes.clone()).unwrap();
    assert!(items.starts_with("item,a,b,se_a,se_b\n1,"));
    assert_eq!(items.lines().count(), 6);
    let persons = String::from_utf8(outputs[1].bytes.clone()).unwrap();
    assert_eq!(persons.lines().nth(1), Some("1,,"), "who answered nothing has no ability");
    assert_eq!(persons.lines().count(), 1_002);
}

#[test]
fn an_analysis_writes_items_options_and_the_paper() {
    let outputs = answer("analyse", "A,B\nA,B\nA,C\nC,C\nC,\n".as_bytes()).unwrap();
    let text = |place: usize| String::from_utf8(outputs[place].bytes.clone()).unwrap();
    assert!(text(0).contains("\n1,4,2,0.500000,"));
    assert!(text(1).contains("\n1,C,0,2,0.500000,"));
    assert!(text(2).contains("\"complete\": 3"));
}

fn any_paper() -> impl Strategy<Value = String> {
    (1..7_usize, 1..40_usize).prop_flat_map(|(items, persons)| {
        let cell = prop_oneof![4 => Just("1"), 4 => Just("0"), 1 => Just("")];
        prop::collection::vec(prop::collection::vec(cell, items), persons)
            .prop_map(|rows| rows.into_iter().map(|row| row.join(",") + "\n").collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_paper_is_fitted_to_finite_numbers_or_refused(paper in any_paper()) {
        match answer("fit", paper.as_bytes()) {
            Err(refusal) => prop_assert!(["IT-02", "IT-03", "IT-05", "IT-06"].contains(&refusal.rule)),
            Ok(outputs) => {
                let items = String::from_utf8(outputs[0].bytes.clone()).unwrap();
                for line in items.lines().skip(1) {
                    prop_assert!(line.split(',').all(|cell| cell.parse::<f64>().unwrap().is_finite()), "{}", line);
                }
                let summary: serde_json::Value = serde_json::from_slice(&outputs[2].bytes).unwrap();
                prop_assert!(summary["gradient"].as_f64().unwrap() <= engine_items::GRADIENT_MOST);
            }
        }
    }

    #[test]
    fn any_options_are_analysed_or_refused(rows in prop::collection::vec("[AB,]{0,6}", 0..8)) {
        let _ = answer("analyse", rows.join("\n").as_bytes());
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(
        verb in prop_oneof!["fit", "analyse", "mastery", "equate", ".{0,3}"], bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = answer(&verb, &bytes);
    }

    #[test]
    fn any_damage_to_a_sound_input_is_answered_without_a_panic(
        at in any::<prop::sample::Index>(), which in 0..2_usize,
        with in prop::sample::select(&["-1", "0", "1e308", "1e-308", "null", "\"\"", "[]", "[[]]", "{}", "18446744073709551615"][..]),
    ) {
        let mastery = r#"{"points": {"x": [1, 2, 3], "y": [2]}, "responses": [[1, 0, null], [0, 1, 1], [1, 1, 1]]}"#;
        let equate = r#"{"old": [{"item": "A", "a": 1.0, "b": 0.0}, {"item": "B", "a": 0.5, "b": 1.0}], "new": [{"item": "A", "a": 1.1, "b": 0.2}, {"item": "B", "a": 0.6, "b": 1.3}]}"#;
        let (verb, sound) = [("mastery", mastery), ("equate", equate)][which];
        prop_assert!(answer(verb, sound.as_bytes()).is_ok());
        let starts: Vec<usize> = sound.match_indices([':', ',', '[']).map(|(start, _)| start + 1).collect();
        let start = starts[at.index(starts.len())];
        let end = start + sound[start..].find([',', '}', ']']).unwrap_or(0);
        let damaged = format!("{}{}{}", &sound[..start], with, &sound[end..]);
        let _ = answer(verb, damaged.as_bytes());
    }
}
