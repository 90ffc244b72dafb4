//! The speed row of the lottery: list to proof, and verification.

use criterion::{Criterion, criterion_group, criterion_main};
use engine_draw::answer;

fn lottery(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw");
    group.sample_size(10);
    for applicants in [10_000, 1_000_000] {
        let list = answer("freeze", &application(applicants)).unwrap();
        let input = [&list[..], SHEET.as_bytes()].concat();
        let proof = answer("draw", &input).unwrap();
        group.bench_function(format!("list digest to proof, {applicants}"), |bench| {
            bench.iter(|| answer("draw", &input).unwrap());
        });
        group.bench_function(format!("verify, {applicants}"), |bench| bench.iter(|| answer("verify", &proof).unwrap()));
    }
    group.finish();
}

fn application(applicants: usize) -> Vec<u8> {
    let numbers: Vec<String> = (0..applicants).map(|nth| format!("\"2021-P01-{nth:07}\"")).collect();
    format!(
        r#"{{"batch":"2021-01","school":"示例民办小学","plan":{},"last_bundle":"skip","waiting":true,
        "frozen_at":"2021-06-18T09:00:00+08:00","keepers":["王某"],"numbers":[{}]}}"#,
        applicants / 2,
        numbers.join(",")
    )
    .into_bytes()
}

const SHEET: &str = r#"{"operator":"赵某","witnesses":[
 {"role":"公证员","name":"钱某","drawn_at":"2021-06-19T09:30:00+08:00","ball":"66"},
 {"role":"人大代表","name":"孙某","drawn_at":"2021-06-19T09:31:00+08:00","ball":"01"},
 {"role":"家长代表","name":"李某","drawn_at":"2021-06-19T09:32:00+08:00","ball":"19"}]}"#;

criterion_group!(benches, lottery);
criterion_main!(benches);
