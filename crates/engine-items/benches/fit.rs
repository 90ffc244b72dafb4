//! Speed of the items engine on seeded papers: `cargo bench -p engine-items`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use engine_items::{Item, Responses, abilities, chance, fit};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| uniform(random)).sum::<f64>() - 6.0
}

fn paper(persons: usize, items: usize, missing: f64) -> Responses {
    let mut random = ChaCha8Rng::seed_from_u64(20_211_124);
    let items: Vec<Item> = (0..items)
        .map(|_| Item { a: (0.3 * normal(&mut random)).exp(), b: normal(&mut random), se_a: 0.0, se_b: 0.0 })
        .collect();
    let mut person = || -> Vec<Option<bool>> {
        let theta = normal(&mut random);
        let mut cell = |item: &Item| {
            let right = uniform(&mut random) < chance(item, theta);
            (uniform(&mut random) >= missing).then_some(right)
        };
        items.iter().map(&mut cell).collect()
    };
    let rows: Vec<Vec<Option<bool>>> = (0..persons).map(|_| person()).collect();
    Responses::from_rows(rows.iter().map(Vec::as_slice)).expect("a seeded paper is sound")
}

fn fits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("items");
    group.sample_size(10);
    for (name, persons, items, missing) in [
        ("20000x60", 20_000, 60, 0.0),
        ("20000x60 a tenth missing", 20_000, 60, 0.1),
        ("200000x100", 200_000, 100, 0.0),
    ] {
        let responses = paper(persons, items, missing);
        group.bench_function(format!("fit {name}"), |bencher| bencher.iter(|| fit(black_box(&responses))));
    }
    let responses = paper(20_000, 60, 0.0);
    let items = fit(&responses).expect("a seeded paper is fitted").items;
    group.bench_function("abilities 20000x60", |bencher| bencher.iter(|| abilities(black_box(&responses), &items)));
    group.finish();
}

criterion_group!(benches, fits);
criterion_main!(benches);
