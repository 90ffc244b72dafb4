//! One million applicants, bytes in and bytes out: time of each verb and peak memory.
//!
//! `cargo run --release -p engine-draw --example million [APPLICANTS]`

use std::time::Instant;

use engine_draw::{answer, freeze};

fn main() {
    let applicants: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let list = timed("freeze (list to digest)", || answer("freeze", &application(applicants)).unwrap());
    let input = [&list[..], SHEET.as_bytes()].concat();
    let proof = timed("draw (digest to proof)", || answer("draw", &input).unwrap());
    let report = timed("verify", || answer("verify", &proof).unwrap());
    println!("applicants {applicants}, proof {} MB, peak memory {}", proof.len() / 1_000_000, peak_memory());
    print!("{}", String::from_utf8_lossy(&report));
    let json = application(applicants);
    let parsed: engine_draw::Application = serde_json::from_slice(&json).unwrap();
    timed("freeze alone, already parsed", || freeze(&parsed).unwrap());
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = work();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    value
}

fn application(applicants: usize) -> Vec<u8> {
    let numbers: Vec<String> =
        (0..applicants).map(|nth| format!("\"2021-P01-{:07}\"", nth * 7919 % applicants)).collect();
    let bundles: Vec<String> = (0..applicants / 100)
        .map(|nth| format!("[\"2021-P01-{:07}\",\"2021-P01-{:07}\"]", nth * 100, nth * 100 + 37))
        .collect();
    format!(
        r#"{{"batch":"2021-01","school":"示例民办小学","plan":{},"last_bundle":"skip","waiting":true,
        "frozen_at":"2021-06-18T09:00:00+08:00","keepers":["王某"],"numbers":[{}],"bundles":[{}]}}"#,
        applicants / 2,
        numbers.join(","),
        bundles.join(",")
    )
    .into_bytes()
}

const SHEET: &str = r#"{"operator":"赵某","beacon":null,"witnesses":[
 {"role":"公证员","name":"钱某","drawn_at":"2021-06-19T09:30:00+08:00","ball":"66"},
 {"role":"人大代表","name":"孙某","drawn_at":"2021-06-19T09:31:00+08:00","ball":"01"},
 {"role":"家长代表","name":"李某","drawn_at":"2021-06-19T09:32:00+08:00","ball":"19"}]}"#;

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown here").trim().to_owned()
}
