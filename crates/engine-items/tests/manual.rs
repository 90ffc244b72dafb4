//! The worked example of the manual page, in both languages, is what the engine answers.

use engine_items::answer;

fn block<'a>(page: &'a str, kind: &str) -> &'a str {
    let start = format!("```{kind}\n");
    page.split(start.as_str()).nth(1).unwrap().split("```").next().unwrap()
}

fn check(page: &str) {
    let words: Vec<&str> = block(page, "text").split_whitespace().collect();
    let line = |pattern: &str| pattern.split("").filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(",") + "\n";
    let answers: String = words.chunks(2).map(|pair| line(pair[0]).repeat(pair[1].parse().unwrap())).collect();
    let outputs = answer("fit", answers.as_bytes()).unwrap();
    assert_eq!(String::from_utf8_lossy(&outputs[0].bytes), block(page, "csv"));
    assert!(page.contains(&format!("−{:.4}", -log_likelihood(&outputs[2].bytes))));
}

fn log_likelihood(summary: &[u8]) -> f64 {
    let summary: serde_json::Value = serde_json::from_slice(summary).unwrap();
    summary["log_likelihood"].as_f64().unwrap()
}

#[test]
fn the_manual_shows_what_the_engine_answers() {
    check(include_str!("../../../docs/manual/engine-items.md"));
    check(include_str!("../../../docs/manual/zh-CN/engine-items.md"));
}
