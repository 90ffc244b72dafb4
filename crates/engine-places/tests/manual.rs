//! The worked examples of the manual pages, in both languages, run as they stand there.

use engine_places::answer;
use serde_json::Value;

/// Verb, input and answer of each example of a page: a comment with the verb, then two fenced texts.
fn examples(page: &str) -> Vec<(&str, &str, &str)> {
    page.split("<!-- example: ")
        .skip(1)
        .map(|part| {
            let (verb, rest) = part.split_once(" -->").expect("a verb");
            let mut fenced = rest.split("```json").skip(1).map(|text| text.split("```").next().expect("an end"));
            (verb, fenced.next().expect("an input"), fenced.next().expect("an answer"))
        })
        .collect()
}

fn check(page: &str, least: usize) {
    let examples = examples(page);
    assert!(examples.len() >= least, "{} examples", examples.len());
    for (verb, input, expected) in examples {
        let said = match answer(verb, input.as_bytes()) {
            Ok(text) => serde_json::from_slice(&text).expect("JSON"),
            Err(refusal) => serde_json::to_value(&refusal).expect("JSON"),
        };
        let expected: Value = serde_json::from_str(expected).expect("JSON in the page");
        assert_eq!(said, expected, "{verb} {input}");
    }
}

#[test]
fn the_english_page_tells_the_truth() {
    check(include_str!("../../../docs/manual/engine-places.md"), 9);
}

#[test]
fn the_chinese_page_tells_the_truth() {
    check(include_str!("../../../docs/manual/zh-CN/engine-places.md"), 5);
}
