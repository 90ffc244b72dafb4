//! Pupils to schools: hand-worked cases, then every answer against all assignments and against its prices.

use engine_places::assign::{assign, proves_optimal};
use engine_places::distance::{Points, floor_distances};
use proptest::prelude::*;

/// `"0 5 / 4 1"`: costs of pupil 0 at two schools, then of pupil 1.
fn check(cost: &str, capacity: &str, expect: &str) {
    let numbers = |text: &str| text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<i32>>();
    let capacity: Vec<u32> = numbers(capacity).into_iter().map(|places| places as u32).collect();
    let answer = match assign(&numbers(cost), &capacity) {
        Ok(assigned) => {
            assert!(proves_optimal(&numbers(cost), &capacity, &assigned.school, &assigned.price));
            let schools: Vec<String> = assigned.school.iter().map(u32::to_string).collect();
            format!("{} = {}", schools.join(" "), assigned.cost)
        }
        Err(refusal) => refusal.code.to_owned(),
    };
    assert_eq!(answer, expect);
}

#[test]
fn everybody_goes_to_the_nearest_school_with_room() {
    check("0 5 / 4 1", "1 1", "0 1 = 1");
}

#[test]
fn who_loses_least_gives_way() {
    check("1 2 / 1 9", "1 2", "1 0 = 3");
    check("1 2 9 / 1 9 9 / 9 1 3", "1 1 1", "1 0 2 = 6");
}

#[test]
fn a_school_without_places_takes_nobody() {
    check("0 5 / 0 5", "0 2", "1 1 = 10");
}

#[test]
fn too_few_places_are_refused() {
    check("0 5 / 4 1", "1 0", "PL-20");
    check("", "1 1", " = 0");
}

/// The least cost over all assignments, pupil by pupil.
fn least(cost: &[i32], capacity: &mut [u32]) -> Option<i64> {
    let Some((row, rest)) = cost.split_at_checked(capacity.len()).filter(|(row, _)| !row.is_empty()) else {
        return Some(0);
    };
    let mut best = None;
    for school in 0..capacity.len() {
        if capacity[school] > 0 {
            capacity[school] -= 1;
            let total = least(rest, capacity).map(|rest| rest + i64::from(row[school]));
            capacity[school] += 1;
            best = [best, total].into_iter().flatten().min();
        }
    }
    best
}

fn small() -> impl Strategy<Value = (Vec<i32>, Vec<u32>)> {
    (1..=6_usize, 1..=4_usize).prop_flat_map(|(pupils, schools)| {
        (prop::collection::vec(0..12_i32, pupils * schools), prop::collection::vec(0..4_u32, schools))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_assignment_costs_less((cost, mut capacity) in small()) {
        match assign(&cost, &capacity) {
            Ok(assigned) => {
                prop_assert_eq!(Some(assigned.cost), least(&cost, &mut capacity));
                prop_assert!(proves_optimal(&cost, &capacity, &assigned.school, &assigned.price));
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.code, "PL-20");
                prop_assert_eq!(least(&cost, &mut capacity), None);
            }
        }
    }

    #[test]
    fn prices_never_prove_a_worse_assignment((cost, mut capacity) in small(), change in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        if let Ok(assigned) = assign(&cost, &capacity) {
            let mut school = assigned.school.clone();
            let pupil = change.index(school.len());
            school[pupil] = to.index(capacity.len()) as u32;
            let schools = capacity.len();
            let total: i64 = school.iter().enumerate().map(|(pupil, &at)| i64::from(cost[pupil * schools + at as usize])).sum();
            if proves_optimal(&cost, &capacity, &school, &assigned.price) {
                prop_assert_eq!(Some(total), least(&cost, &mut capacity));
            }
        }
    }
}

/// Seeded pupils around a few towns, so that paths are long.
fn towns(pupils: usize, schools: usize, seed: u64) -> (Vec<i32>, Vec<u32>) {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below) as f64
    };
    let pupil: Vec<f64> = (0..pupils * 2).map(|_| next(2_000) + next(2) * 6_000.0).collect();
    let school: Vec<f64> = (0..schools * 2).map(|_| next(8_000)).collect();
    let cost = floor_distances(&Points { xy: pupil }, &Points { xy: school });
    let even = pupils.div_ceil(schools) as u32;
    (cost, (0..schools as u32).map(|school| even + school % 2 * 2 - 1 + u32::from(school == 0) * 9).collect())
}

#[test]
fn prices_prove_the_answer_where_samples_are_used_and_for_any_number_of_threads() {
    for seed in 0..6 {
        let (cost, mut capacity) = towns(3_000, 24, seed);
        capacity[0] += 9;
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| assign(&cost, &capacity).unwrap())
        };
        let assigned = with(1);
        assert!(proves_optimal(&cost, &capacity, &assigned.school, &assigned.price));
        assert_eq!(assigned, with(3));
    }
}

#[test]
fn distances_are_rounded_down_exactly() {
    let one =
        |from: [f64; 2], to: [f64; 2]| floor_distances(&Points { xy: from.to_vec() }, &Points { xy: to.to_vec() })[0];
    assert_eq!(one([0.0, 0.0], [3.0, 4.0]), 5);
    assert_eq!(one([0.0, 0.0], [1.0, 1.0]), 1);
    // One below a square, at the largest size: 9_999_999^2 + 4_472^2 lies just below 10_000_000^2 - 1.
    for (x, y) in [(9_999_999_u64, 4_472_u64), (12_345_678, 87), (16_000_000, 1), (6_765_201, 6_765_201)] {
        let exact = (x * x + y * y).isqrt() as i32;
        assert_eq!(one([x as f64, y as f64], [0.0, 0.0]), exact);
        // The grid zone number in front of an easting leaves the distance as it is.
        assert_eq!(one([x as f64 + 4.0e7, y as f64], [4.0e7, 0.0]), exact);
        // Coordinates that are no whole numbers take the other way; a quarter metre changes nothing here.
        assert_eq!(one([x as f64 + 0.25, y as f64], [0.25, 0.0]), exact);
    }
    assert_eq!(one([0.5, 0.0], [0.0, 0.0]), 0);
    assert_eq!(one([-200_000_000.0, 0.0], [200_000_000.0, 0.0]), 400_000_000);
}
