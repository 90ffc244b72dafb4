//! Assignment, choice of sites and catchments on seeded maps.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use engine_places::assign::assign;
use engine_places::cover::cover;
use engine_places::distance::{Points, floor_distances};
use engine_places::median::{Problem, median, usual_work};
use engine_places::zones::{District, draw};

/// A small generator of seeded numbers (splitmix64), so that the bench needs no crate.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    fn points(&mut self, count: usize, side: u64) -> Points {
        Points { xy: (0..count * 2).map(|_| self.below(side) as f64).collect() }
    }
}

fn bench_assign(criterion: &mut Criterion) {
    let mut seeded = Seeded(1);
    let (pupils, schools) = (seeded.points(20_000, 30_000), seeded.points(120, 30_000));
    let capacity: Vec<u32> = (0..120).map(|_| 92 + seeded.below(185) as u32).collect();
    let mut group = criterion.benchmark_group("assign");
    group.sample_size(10);
    group.bench_function("20000 pupils x 120 schools with distances", |b| {
        b.iter(|| assign(&floor_distances(black_box(&pupils), black_box(&schools)), &capacity).expect("places enough"))
    });
    group.finish();
}

fn median_problem(seed: u64, capacitated: bool) -> (Vec<u64>, Vec<u64>, Problem) {
    let mut seeded = Seeded(seed);
    let (points, sites) = (seeded.points(300, 10_000), seeded.points(60, 10_000));
    let distance: Vec<u64> = floor_distances(&points, &sites).into_iter().map(|metres| metres as u64).collect();
    let weight: Vec<u64> = (0..300).map(|_| 1 + seeded.below(99)).collect();
    let mean = weight.iter().sum::<u64>() * 13 / 10 / 25;
    let capacity = capacitated.then(|| (0..60).map(|_| mean * (70 + seeded.below(61)) / 100).collect());
    let problem = Problem::new(25, weight.clone(), &distance, capacity).expect("a fair problem");
    (weight, distance, problem)
}

fn bench_median(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("median");
    group.sample_size(10);
    for (name, capacitated) in [("plain", false), ("capacitated", true)] {
        let (_, distance, problem) = median_problem(3, capacitated);
        let proven = median(&problem, usual_work(&problem)).expect("a solution");
        assert_eq!(proven.cost, proven.bound, "the benched instance is solved to proof");
        group.bench_function(format!("300 x 60, p = 25, {name}"), |b| {
            b.iter(|| median(black_box(&problem), usual_work(&problem)).expect("a solution"))
        });
        if !capacitated {
            let inside: Vec<bool> = distance.iter().map(|&metres| metres <= 2_500).collect();
            group.bench_function("cover of 300 points by 60 sites", |b| {
                b.iter(|| cover(black_box(&inside), 300, 100_000))
            });
        }
    }
    group.finish();
}

fn bench_zones(criterion: &mut Criterion) {
    let mut seeded = Seeded(5);
    let (side, schools) = (20_u32, 8_usize);
    let areas = side * side;
    let borders: Vec<(u32, u32)> = (0..areas)
        .flat_map(|area| {
            let right = (area % side + 1 < side).then_some((area, area + 1));
            let below = (area + side < areas).then_some((area, area + side));
            right.into_iter().chain(below)
        })
        .collect();
    let pupils: Vec<u32> = (0..areas).map(|_| 10 + seeded.below(40) as u32).collect();
    let mut seat: Vec<u32> = Vec::new();
    while seat.len() < schools {
        let area = seeded.below(u64::from(areas)) as u32;
        if !seat.contains(&area) {
            seat.push(area);
        }
    }
    let at = |area: u32| [f64::from(area % side) * 200.0, f64::from(area / side) * 200.0];
    let from = Points { xy: (0..areas).flat_map(at).collect() };
    let to = Points { xy: seat.iter().copied().flat_map(at).collect() };
    let each = pupils.iter().sum::<u32>() * 110 / 100 / schools as u32;
    let district =
        District::new(pupils, &borders, seat, vec![each; schools], floor_distances(&from, &to)).expect("a fair map");
    let mut group = criterion.benchmark_group("zones");
    group.sample_size(10);
    group.bench_function("400 areas, 8 schools", |b| b.iter(|| draw(black_box(&district)).expect("zones that fit")));
    group.finish();
}

criterion_group!(benches, bench_assign, bench_median, bench_zones);
criterion_main!(benches);
