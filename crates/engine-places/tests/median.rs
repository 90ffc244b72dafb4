//! Choice of sites: hand-worked cases, then every answer against all choices.

use engine_places::cover::cover;
use engine_places::median::{Problem, median, usual_work};
use proptest::prelude::*;

/// `p`, weights, distances by point (`/` between points), capacities or nothing -> open sites, assignment, cost.
fn check(open: usize, weight: &str, distance: &str, capacity: &str, expect: &str) {
    let numbers = |text: &str| text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<u64>>();
    let capacity = (!capacity.is_empty()).then(|| numbers(capacity));
    let located = Problem::new(open, numbers(weight), &numbers(distance), capacity).and_then(|problem| {
        let located = median(&problem, usual_work(&problem))?;
        assert_eq!(problem.cost_of(&located.open, &located.assign), Some(located.cost));
        assert_eq!(located.bound, located.cost);
        Ok(located)
    });
    let words = |row: &[u32]| row.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let answer = match located {
        Ok(located) => format!("{} | {} = {}", words(&located.open), words(&located.assign), located.cost),
        Err(refusal) => refusal.code.to_owned(),
    };
    assert_eq!(answer, expect);
}

#[test]
fn two_sites_serve_two_towns() {
    check(2, "10 20 30", "0 9 5 / 9 0 5 / 8 1 5", "", "0 1 | 0 1 1 = 30");
    check(1, "10 20 30", "0 9 5 / 9 0 5 / 8 1 5", "", "1 | 1 1 1 = 120");
}

#[test]
fn a_full_site_sends_a_whole_point_elsewhere() {
    // Without capacities everybody goes to site 1; with 40 there, the point of 10 loses least by going to site 2.
    check(2, "10 20 30", "9 0 1 / 9 0 5 / 9 0 5", "", "0 1 | 1 1 1 = 0");
    check(2, "10 20 30", "9 0 1 / 9 0 5 / 9 0 5", "60 50 10", "1 2 | 2 1 1 = 10");
}

#[test]
fn what_cannot_be_met_is_refused() {
    check(1, "10 20", "0 9 / 9 0", "25 25", "PL-21");
    check(2, "10 30", "0 9 / 9 0", "25 25", "PL-22");
    // Three points of 10 do not go into two sites of 15, though the sum does.
    check(2, "10 10 10", "0 9 / 9 0 / 1 1", "15 15", "PL-24");
    check(3, "10 20", "0 9 / 9 0", "", "PL-04");
    check(0, "10 20", "0 9 / 9 0", "", "PL-04");
    check(1, "4294967295", "4294967295", "", "PL-05");
}

/// Least cost over all choices of sites and, with capacities, over all assignments.
fn least(open: usize, weight: &[u64], distance: &[u64], capacity: Option<&[u64]>, sites: usize) -> Option<u64> {
    let choices = (0_u32..1 << sites).filter(|choice| choice.count_ones() as usize == open);
    choices
        .filter_map(|choice| {
            let mut room: Vec<u64> = (0..sites)
                .map(
                    |site| {
                        if choice >> site & 1 == 0 { 0 } else { capacity.map_or(u64::MAX, |capacity| capacity[site]) }
                    },
                )
                .collect();
            let allowed: Vec<bool> = (0..sites).map(|site| choice >> site & 1 == 1).collect();
            cheapest(weight, distance, &allowed, &mut room)
        })
        .min()
}

fn cheapest(weight: &[u64], distance: &[u64], allowed: &[bool], room: &mut [u64]) -> Option<u64> {
    let Some((&first, rest)) = weight.split_first() else { return Some(0) };
    let (row, below) = distance.split_at(room.len());
    let mut best = None;
    for site in 0..room.len() {
        if allowed[site] && room[site] >= first {
            room[site] -= first;
            let total = cheapest(rest, below, allowed, room).map(|rest| rest + first * row[site]);
            room[site] += first;
            best = [best, total].into_iter().flatten().min();
        }
    }
    best
}

type Case = (usize, Vec<u64>, Vec<u64>, Vec<u64>, usize);

fn small() -> impl Strategy<Value = Case> {
    (1..=6_usize, 1..=5_usize).prop_flat_map(|(points, sites)| {
        let weight = prop::collection::vec(0..9_u64, points);
        let distance = prop::collection::vec(0..20_u64, points * sites);
        let capacity = prop::collection::vec(0..22_u64, sites);
        (1..=sites, weight, distance, capacity, Just(sites))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_choice_of_sites_costs_less((open, weight, distance, _, sites) in small()) {
        let problem = Problem::new(open, weight.clone(), &distance, None).unwrap();
        let located = median(&problem, 10_000).unwrap();
        prop_assert_eq!(Some(located.cost as u64), least(open, &weight, &distance, None, sites));
        prop_assert_eq!(located.bound, located.cost);
        prop_assert_eq!(problem.cost_of(&located.open, &located.assign), Some(located.cost));
    }

    #[test]
    fn no_choice_within_capacities_costs_less((open, weight, distance, capacity, sites) in small()) {
        let best = least(open, &weight, &distance, Some(&capacity), sites);
        let problem = Problem::new(open, weight, &distance, Some(capacity));
        match problem.and_then(|problem| median(&problem, 10_000).map(|located| (problem, located))) {
            Ok((problem, located)) => {
                prop_assert_eq!(Some(located.cost as u64), best);
                prop_assert_eq!(located.bound, located.cost);
                prop_assert_eq!(problem.cost_of(&located.open, &located.assign), Some(located.cost));
            }
            Err(refusal) => {
                prop_assert!(["PL-21", "PL-22", "PL-24"].contains(&refusal.code), "{}", refusal);
                prop_assert_eq!(best, None);
            }
        }
    }

    #[test]
    fn no_cover_has_fewer_sites(points in 1..=7_usize, sites in 1..=6_usize, bits in prop::collection::vec(any::<bool>(), 42)) {
        let inside = &bits[..points * sites];
        let covers = |choice: u32| inside.chunks_exact(sites).all(|row| row.iter().enumerate().any(|(site, inside)| *inside && choice >> site & 1 == 1));
        let least = (0..1_u32 << sites).filter(|&choice| covers(choice)).map(u32::count_ones).min();
        match cover(inside, points, 10_000) {
            Ok(found) => {
                prop_assert_eq!(Some(found.open.len() as u32), least);
                prop_assert_eq!(Some(found.bound), least);
                prop_assert!(covers(found.open.iter().fold(0, |choice, site| choice | 1 << site)));
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.code, "PL-25");
                prop_assert_eq!(least, None);
            }
        }
    }
}

/// A seeded map: weights, distances, capacities of 1.3 times the mean load.
fn seeded(points: u64, sites: u64, open: u64, seed: u64) -> (Vec<u64>, Vec<u64>, Vec<u64>) {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let place: Vec<[u64; 2]> = (0..points + sites).map(|_| [next(9_000), next(9_000)]).collect();
    let weight: Vec<u64> = (0..points).map(|_| 1 + next(99)).collect();
    let (from, to) = place.split_at(points as usize);
    let metres = |a: &[u64; 2], b: &[u64; 2]| (a[0].abs_diff(b[0]).pow(2) + a[1].abs_diff(b[1]).pow(2)).isqrt();
    let distance = from.iter().flat_map(|a| to.iter().map(move |b| metres(a, b))).collect();
    let mean = weight.iter().sum::<u64>() * 13 / 10 / open;
    let capacity = (0..sites).map(|_| mean * (70 + next(61)) / 100).collect();
    (weight, distance, capacity)
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let (weight, distance, capacity) = seeded(60, 20, 7, 3);
    let problem = Problem::new(7, weight, &distance, Some(capacity)).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| median(&problem, usual_work(&problem)).unwrap())
    };
    let located = with(1);
    assert_eq!(located.bound, located.cost);
    assert_eq!(located, with(2));
    assert_eq!(located, with(5));
}

#[test]
fn little_work_still_gives_a_true_bound_and_a_true_cost() {
    let (weight, distance, capacity) = seeded(60, 20, 7, 11);
    let problem = Problem::new(7, weight, &distance, Some(capacity)).unwrap();
    let exact = median(&problem, usual_work(&problem)).unwrap();
    assert_eq!(exact.bound, exact.cost);
    let quick = median(&problem, 1).unwrap();
    assert!(quick.bound <= exact.cost && exact.cost <= quick.cost);
    assert_eq!(problem.cost_of(&quick.open, &quick.assign), Some(quick.cost));
}

#[test]
fn a_checked_solution_breaks_no_rule() {
    let problem = Problem::new(2, vec![10, 20], &[0, 9, 5, 9, 0, 5], Some(vec![10, 30, 5])).unwrap();
    assert_eq!(problem.cost_of(&[0, 1], &[0, 1]), Some(0));
    assert_eq!(problem.cost_of(&[0, 1], &[1, 1]), Some(90));
    assert_eq!(problem.cost_of(&[0, 1], &[0, 0]), None, "over full");
    assert_eq!(problem.cost_of(&[0, 1], &[0, 2]), None, "not open");
    assert_eq!(problem.cost_of(&[0, 0], &[0, 0]), None, "opened twice");
    assert_eq!(problem.cost_of(&[0], &[0, 0]), None, "too few");
    assert_eq!(problem.cost_of(&[0, 3], &[0, 0]), None, "no such site");
    assert_eq!(problem.cost_of(&[0, 1], &[0]), None, "a point forgotten");
}
