//! Statistics of the order over many seeds. The seeds are counted, so the tests give the same figures every time.

use std::collections::BTreeMap;

use engine_draw::{Application, LastBundle, Sheet, Witness, draw, freeze};

/// The order of all applicants, for the `nth` choice of five balls.
fn order(applicants: usize, bundles: &[Vec<usize>], nth: usize) -> Vec<usize> {
    let numbers: Vec<String> = (0..applicants).map(|place| format!("A{place:03}")).collect();
    let text = |place: &usize| numbers[*place].as_str().into();
    let list = freeze(&Application {
        batch: "一".into(),
        school: "校".into(),
        plan: 1,
        last_bundle: LastBundle::Expand,
        waiting: true,
        frozen_at: "2021-06-18T09:00:00+08:00".into(),
        keepers: vec!["王".into()],
        numbers: (0..applicants).map(|place| text(&place)).collect(),
        bundles: bundles.iter().map(|members| members.iter().map(text).collect()).collect(),
    })
    .unwrap();
    let balls: Vec<String> = (0..4).map(|digit| format!("{:02}", nth / 100usize.pow(digit) % 100)).collect();
    let witnesses = balls.iter().enumerate().map(|(place, ball)| Witness {
        role: "公证员".into(),
        name: ["甲", "乙", "丙", "丁"][place].into(),
        drawn_at: "2021-06-20T09:00:00+08:00".into(),
        ball: ball.as_str().into(),
    });
    let sheet = Sheet { operator: "赵".into(), witnesses: witnesses.collect(), beacon: None };
    let proof = draw(list, sheet).unwrap();
    proof.admitted.iter().chain(&proof.waiting_list).map(|number| number[1..].parse().unwrap()).collect()
}

/// Chi-square of counts against equal expectation, and its degrees of freedom.
fn chi_square(counts: impl Iterator<Item = u64> + Clone) -> (f64, f64) {
    let cells = counts.clone().count() as f64;
    let expected = counts.clone().sum::<u64>() as f64 / cells;
    (counts.map(|count| (count as f64 - expected).powi(2) / expected).sum(), cells - 1.0)
}

/// Within four and a half standard deviations of what a fair draw gives, on either side.
fn assert_fair(what: &str, (square, freedom): (f64, f64)) {
    let deviation = (square - freedom) / (2.0 * freedom).sqrt();
    println!("{what}: chi-square {square:.1} on {freedom} degrees, {deviation:+.2} deviations");
    assert!(deviation.abs() < 4.5, "{what}: {deviation}");
}

#[test]
fn every_permutation_of_five_is_equally_likely() {
    let mut counts: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for nth in 0..60_000 {
        *counts.entry(order(5, &[], nth)).or_default() += 1;
    }
    assert_eq!(counts.len(), 120);
    assert_fair("permutations of five", chi_square(counts.values().copied()));
}

#[test]
fn every_child_takes_every_place_equally_often() {
    const CHILDREN: usize = 30;
    let mut counts = vec![[0u64; CHILDREN]; CHILDREN];
    for nth in 0..30_000 {
        for (place, child) in order(CHILDREN, &[], nth).into_iter().enumerate() {
            counts[child][place] += 1;
        }
    }
    // Rows and columns both have fixed sums, so the table has (n-1)^2 degrees and the square shrinks by (n-1)/n.
    let (square, _) = chi_square(counts.iter().flatten().copied());
    let free = (CHILDREN - 1) as f64;
    assert_fair("child by place", (square * free / CHILDREN as f64, free * free));
}

#[test]
fn twins_come_first_as_often_as_a_single_child() {
    let bundles = [vec![1, 4], vec![2, 7, 8]];
    let mut first: BTreeMap<usize, u64> = BTreeMap::new();
    for nth in 0..35_000 {
        *first.entry(order(10, &bundles, nth)[0]).or_default() += 1;
    }
    assert_eq!(
        first.keys().copied().collect::<Vec<_>>(),
        [0, 1, 2, 3, 5, 6, 9],
        "seven bundles, led by their smallest number"
    );
    assert_fair("first bundle", chi_square(first.values().copied()));
}

#[test]
fn a_later_number_is_no_disadvantage() {
    let (mut sum, draws, children) = (0i64, 20_000, 20i64);
    for nth in 0..draws {
        for (place, child) in order(children as usize, &[], nth).into_iter().enumerate() {
            sum += (2 * place as i64 - children + 1) * (2 * child as i64 - children + 1);
        }
    }
    // Each draw's sum has mean zero and variance (n(n^2-1)/3)^2/(n-1) for independent uniform orders.
    let spread = (children * (children * children - 1)) as f64 / 3.0 / ((children - 1) as f64).sqrt();
    let deviation = sum as f64 / (spread * f64::from(draws as u32).sqrt());
    println!("rank correlation: {deviation:+.2} deviations");
    assert!(deviation.abs() < 4.5);
}
