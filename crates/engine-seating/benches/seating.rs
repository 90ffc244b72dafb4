//! The speed row of the seating engine: all rules, own check included.

use criterion::{Criterion, criterion_group, criterion_main};
use engine_seating::{check, seat};

mod county;

fn seating(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seating");
    group.sample_size(10);
    for candidates in [10_000, 100_000] {
        let exam = county::exam(candidates);
        let plan = seat(&exam).unwrap();
        group.bench_function(
            format!("seat and post, {candidates} candidates of {} schools", county::SCHOOLS),
            |bench| {
                bench.iter(|| seat(&exam).unwrap());
            },
        );
        group.bench_function(format!("check, {candidates}"), |bench| bench.iter(|| check(&exam, &plan)));
    }
    group.finish();
}

criterion_group!(benches, seating);
criterion_main!(benches);
