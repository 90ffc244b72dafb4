//! Deferred acceptance on complete and on short lists.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use engine_matching::{Lists, Round, place};

/// A small generator of seeded numbers (splitmix64), so that the bench needs no crate.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn shuffle(&mut self, items: &mut [u32]) {
        for end in (1..items.len()).rev() {
            items.swap(end, (self.next() % (end as u64 + 1)) as usize);
        }
    }
}

fn complete(students: u32, schools: u32) -> Round {
    let mut seeded = Seeded(7);
    let mut row = |count: u32| {
        let mut items: Vec<u32> = (0..count).collect();
        seeded.shuffle(&mut items);
        items
    };
    let wishes = Lists::from_rows((0..students).map(|_| row(schools)));
    let order = Lists::from_rows((0..schools).map(|_| row(students)));
    Round::new(wishes, order, vec![students / schools; schools as usize], Vec::new()).expect("a fair round")
}

fn short(students: u32, schools: u32, length: usize) -> Round {
    let mut seeded = Seeded(7);
    let mut wishes = Lists::default();
    let mut order = vec![Vec::new(); schools as usize];
    for student in 0..students {
        let mut row: Vec<u32> = Vec::new();
        while row.len() < length {
            let school = (seeded.next() % u64::from(schools)) as u32;
            if !row.contains(&school) {
                row.push(school);
                order[school as usize].push(student);
            }
        }
        wishes.push(&row);
    }
    order.iter_mut().for_each(|order| seeded.shuffle(order));
    Round::new(wishes, Lists::from_rows(order), vec![students / schools; schools as usize], Vec::new())
        .expect("a fair round")
}

fn bench(criterion: &mut Criterion) {
    for (students, schools) in [(2_000, 50), (20_000, 50)] {
        let round = complete(students, schools);
        criterion.bench_function(&format!("place {students} x {schools}, complete lists"), |b| {
            b.iter(|| place(black_box(&round)))
        });
    }
    let round = short(1_000_000, 500, 12);
    let mut group = criterion.benchmark_group("large");
    group.sample_size(10);
    group.bench_function("place 1000000 x 500, lists of 12", |b| b.iter(|| place(black_box(&round))));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
