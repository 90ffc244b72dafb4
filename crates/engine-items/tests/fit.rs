//! The two-parameter logistic model: published estimates, recovery, missing answers, any number of threads.

mod lsat_6;

use engine_items::{Item, Responses, abilities, ability_by_likelihood, chance, fit};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

fn near(value: f64, expected: f64, by: f64) {
    assert!((value - expected).abs() < by, "{value} is not {expected}");
}

/// Estimates and standard errors as printed by the R package ltm for its example `ltm(LSAT ~ z1)`.
#[test]
fn the_lsat_6_data_give_the_published_estimates() {
    let fitted = fit(&Responses::from_csv(lsat_6::csv().as_bytes()).unwrap()).unwrap();
    near(fitted.log_likelihood, -2466.653, 5e-4);
    let published = [
        (0.8254, -3.3597, 0.2581, 0.8669),
        (0.7229, -1.3696, 0.1867, 0.3073),
        (0.8905, -0.2799, 0.2326, 0.0997),
        (0.6886, -1.8659, 0.1852, 0.4341),
        (0.6575, -3.1236, 0.2100, 0.8700),
    ];
    for (item, (a, b, se_a, se_b)) in fitted.items.iter().zip(published) {
        near(item.a, a, 2e-3);
        near(item.b, b, 5e-3);
        near(item.se_a, se_a, 5e-4);
        near(item.se_b, se_b, 2e-3);
    }
    assert!(fitted.gradient <= engine_items::GRADIENT_MOST);
}

struct Simulated {
    items: Vec<Item>,
    thetas: Vec<f64>,
    responses: Responses,
}

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| uniform(random)).sum::<f64>() - 6.0
}

fn simulate(seed: u64, persons: usize, items: usize, missing: f64) -> Simulated {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let items: Vec<Item> = (0..items)
        .map(|_| Item { a: (0.3 * normal(&mut random)).exp(), b: normal(&mut random), se_a: 0.0, se_b: 0.0 })
        .collect();
    let thetas: Vec<f64> = (0..persons).map(|_| normal(&mut random)).collect();
    let mut cell = |item: &Item, theta: f64| {
        let right = uniform(&mut random) < chance(item, theta);
        (uniform(&mut random) >= missing).then_some(right)
    };
    let rows: Vec<Vec<Option<bool>>> =
        thetas.iter().map(|theta| items.iter().map(|item| cell(item, *theta)).collect()).collect();
    let responses = Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap();
    Simulated { items, thetas, responses }
}

#[test]
fn simulated_items_are_recovered_within_their_standard_errors() {
    for missing in [0.0, 0.25] {
        let simulated = simulate(7, 6_000, 25, missing);
        let fitted = fit(&simulated.responses).unwrap();
        let errors: Vec<f64> = fitted
            .items
            .iter()
            .zip(&simulated.items)
            .flat_map(|(fitted, item)| [(fitted.a - item.a) / fitted.se_a, (fitted.b - item.b) / fitted.se_b])
            .collect();
        let spread = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
        assert!((0.7..1.4).contains(&spread), "errors in units of their standard errors: {spread}");
        assert!(fitted.items.iter().all(|item| item.se_a < 0.12));
    }
}

#[test]
fn abilities_are_as_far_off_as_their_standard_errors_say() {
    let simulated = simulate(11, 3_000, 40, 0.1);
    let found = abilities(&simulated.responses, &simulated.items).unwrap();
    let errors =
        found.iter().zip(&simulated.thetas).map(|(found, theta)| (found.unwrap().theta - theta) / found.unwrap().se);
    let spread = (errors.map(|error| error * error).sum::<f64>() / 3_000.0).sqrt();
    assert!((0.95..1.05).contains(&spread), "{spread}");
}

#[test]
fn who_answered_nothing_has_no_ability_and_changes_no_item() {
    let simulated = simulate(3, 400, 8, 0.0);
    let row =
        |person: usize| -> Vec<Option<bool>> { (0..8).map(|item| simulated.responses.get(person, item)).collect() };
    let mut rows: Vec<Vec<Option<bool>>> = (0..400).map(row).collect();
    rows.push(vec![None; 8]);
    let with = Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap();
    let (before, after) = (fit(&simulated.responses).unwrap(), fit(&with).unwrap());
    near(after.log_likelihood, before.log_likelihood, 1e-6);
    for (before, after) in before.items.iter().zip(&after.items) {
        near(after.a, before.a, 1e-4);
        near(after.se_b, before.se_b, 1e-4);
    }
    assert_eq!(abilities(&with, &after.items).unwrap()[400], None);
}

#[test]
fn every_number_of_threads_gives_the_same_bits() {
    let simulated = simulate(5, 6_000, 20, 0.1);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let fitted = fit(&simulated.responses).unwrap();
            let found = abilities(&simulated.responses, &fitted.items).unwrap();
            (fitted, found)
        })
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
}

#[test]
fn the_likelihood_estimate_is_where_expected_and_observed_scores_meet() {
    let items: Vec<Item> =
        [(0.8, -1.0), (1.0, 0.0), (1.5, 1.0)].map(|(a, b)| Item { a, b, se_a: 0.0, se_b: 0.0 }).to_vec();
    let found = ability_by_likelihood(&items, &[Some(true), Some(true), Some(false)]).unwrap();
    // Scores count each item by its slope.
    let expected: f64 = items.iter().map(|item| item.a * chance(item, found.theta)).sum();
    near(expected, 1.8, 1e-12);
    let weight = |item: &Item| item.a * item.a * chance(item, found.theta) * (1.0 - chance(item, found.theta));
    near(found.se, 1.0 / items.iter().map(weight).sum::<f64>().sqrt(), 1e-12);
    assert_eq!(ability_by_likelihood(&items, &[Some(true), Some(true), None]), None);
    assert_eq!(ability_by_likelihood(&items, &[None, None, None]), None);
}

#[test]
fn a_sample_fitted_first_saves_passes_over_all() {
    let simulated = simulate(13, 24_000, 20, 0.0);
    let fitted = fit(&simulated.responses).unwrap();
    // Fifteen without the sample.
    assert!(fitted.passes <= 13, "{}", fitted.passes);
}
