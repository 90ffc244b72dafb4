//! The worked example of the manual page, in both languages, is what the engine answers.

use engine_score::answer;
use serde_json::Value;

fn json_blocks(page: &str) -> Vec<Value> {
    page.split("```json\n")
        .skip(1)
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect()
}

fn check(page: &str) {
    let [input, expected] = &json_blocks(page)[..] else { panic!("the page has an input and an output") };
    let output = answer("judge", input.to_string().as_bytes()).unwrap();
    assert_eq!(&serde_json::from_slice::<Value>(&output).unwrap(), expected);
}

#[test]
fn the_manual_shows_what_the_engine_answers() {
    check(include_str!("../../../docs/manual/engine-score.md"));
    check(include_str!("../../../docs/manual/zh-CN/engine-score.md"));
}
