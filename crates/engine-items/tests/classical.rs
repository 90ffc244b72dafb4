//! Classical analysis, mastery and equating, by hand and by simulation.

use engine_items::{Item, Link, Responses, classical, mastery, mean_sigma, options, scored, stocking_lord};

fn near(value: f64, expected: f64, by: f64) {
    assert!((value - expected).abs() < by, "{value} is not {expected}");
}

fn paper(rows: &[&str]) -> Responses {
    let rows: Vec<Vec<Option<bool>>> = rows
        .iter()
        .map(|row| {
            row.bytes()
                .map(|byte| match byte {
                    b'1' => Some(true),
                    b'0' => Some(false),
                    _ => None,
                })
                .collect()
        })
        .collect();
    Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap()
}

/// Scores 3, 2, 1, 0: variance 5/3; item variances 1/4, 1/3, 1/4 (divided by n - 1).
#[test]
fn a_guttman_scale_of_three_items_has_alpha_three_quarters() {
    let figures = classical(&paper(&["111", "110", "100", "000"]));
    near(figures.alpha.unwrap(), 1.5 * (1.0 - (0.25 + 1.0 / 3.0 + 0.25) / (5.0 / 3.0)), 1e-12);
    near(figures.alpha.unwrap(), 0.75, 1e-12);
    near(figures.mean.unwrap(), 1.5, 1e-12);
    near(figures.measurement_error.unwrap(), (5.0_f64 / 3.0).sqrt() * 0.5, 1e-12);
    assert_eq!(figures.items[0].difficulty, Some(0.75));
    // Item 1 against the share of the other two (1, 1/2, 0, 0): r = 0.522.
    near(figures.items[0].discrimination.unwrap(), 0.375 / (0.75 * 0.6875_f64).sqrt(), 1e-12);
    // Without the middle item two items with variances 1/4 and total variance 2/3 are left.
    near(figures.items[1].alpha_without.unwrap(), 2.0 * (1.0 - 0.5 / (2.0 / 3.0)), 1e-12);
}

#[test]
fn the_upper_group_less_the_lower_group_counts_ties_by_share() {
    // Ten persons: 2.7 persons in each group; the best three score 2, of whom all are right; the lowest three score 0.
    let figures = classical(&paper(&["11", "11", "11", "10", "10", "01", "01", "00", "00", "00"]));
    near(figures.items[0].upper_lower.unwrap(), 1.0, 1e-12);
    // All alike: no groups.
    assert_eq!(classical(&paper(&["10", "10"])).items[0].upper_lower, None);
}

#[test]
fn a_missing_answer_is_neither_right_nor_wrong() {
    let figures = classical(&paper(&["11", "10", "0-", "-1"]));
    assert_eq!((figures.items[0].given, figures.items[0].right), (3, 2));
    assert_eq!(figures.complete, 2);
    assert_eq!(classical(&paper(&["--", "--"])).items[0].difficulty, None);
    // The shares of right answers to the others are 1 of 1, 1 of 2, 0 of 2, 1 of 2.
    let gaps = classical(&paper(&["11-", "101", "000", "010"]));
    near(gaps.items[0].discrimination.unwrap(), 0.5_f64.sqrt(), 1e-12);
}

#[test]
fn a_working_distractor_is_chosen_by_the_weak() {
    let key = ["A", "B", "C"];
    let choices =
        [vec!["A", "B", "C"], vec!["A", "B", "C"], vec!["A", "B", "D"], vec!["D", "B", "D"], vec!["D", "", "D"]];
    let figures = options(&key, &choices).unwrap();
    let of = |item: usize, option: &str| {
        figures.iter().find(|figures| figures.item == item && figures.option == option).unwrap()
    };
    assert_eq!((of(0, "A").count, of(0, "D").count, of(1, "B").count), (3, 2, 4));
    assert!(of(0, "A").key && !of(0, "D").key);
    near(of(0, "A").share, 0.6, 1e-12);
    assert!(of(0, "A").discrimination.unwrap() > 0.5 && of(0, "D").discrimination.unwrap() < -0.5);
    assert_eq!(of(1, "B").discrimination, None, "everybody chose it");
    assert_eq!(scored(&key, &[vec!["A"]]).unwrap_err().row, Some(1));
    assert_eq!(scored(&["A", ""], &[]).unwrap_err().rule, "IT-09");
}

#[test]
fn masters_and_others_are_told_apart() {
    // 600 masters with one slip in ten, 400 others with one guess in five, spread evenly over five items.
    let wrong_of = |person: usize, item: usize, one_in: usize| (person + item * 7).is_multiple_of(one_in);
    let cell =
        |person: usize, item: usize| if person < 600 { !wrong_of(person, item, 10) } else { wrong_of(person, item, 5) };
    let rows: Vec<Vec<Option<bool>>> =
        (0..1000).map(|person| (0..5).map(|item| Some(cell(person, item))).collect()).collect();
    let responses = Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap();
    let point = mastery(&responses, &[0, 1, 2, 3, 4]).unwrap();
    near(point.masters, 0.6, 0.02);
    assert!(
        point.slip.iter().all(|slip| (slip - 0.1).abs() < 0.03)
            && point.guess.iter().all(|guess| (guess - 0.2).abs() < 0.05)
    );
    let right = (0..1000).filter(|person| (point.mastered[*person].unwrap() > 0.5) == (*person < 600)).count();
    assert!(right > 970, "{right}");
}

#[test]
fn who_answered_no_item_of_a_point_is_not_judged_and_two_items_keep_the_prior() {
    let responses = paper(&["11-", "00-", "--1"]);
    let point = mastery(&responses, &[0, 1]).unwrap();
    assert_eq!((point.mastered[2], &point.slip[..]), (None, &[0.2, 0.2][..]));
    // Two right of two: odds of 16 to the prior's even chance.
    near(point.masters, 0.5, 1e-9);
    near(point.mastered[0].unwrap(), 16.0 / 17.0, 1e-9);
    assert_eq!(mastery(&responses, &[0, 0]).unwrap_err().rule, "IT-10");
    assert_eq!(mastery(&responses, &[3]).unwrap_err().rule, "IT-10");
}

fn old_items() -> Vec<Item> {
    (0..8)
        .map(|item| Item {
            a: 0.6 + 0.15 * f64::from(item),
            b: f64::from((item * 5) % 8) / 2.0 - 1.8,
            se_a: 0.1,
            se_b: 0.1,
        })
        .collect()
}

#[test]
fn a_paper_moved_along_the_scale_is_moved_back_exactly() {
    let truth = Link { slope: 1.25, intercept: -0.4 };
    let common: Vec<(Item, Item)> = old_items().into_iter().map(|item| (item, truth.item(&item))).collect();
    for link in [mean_sigma(&common).unwrap(), stocking_lord(&common).unwrap()] {
        near(link.slope, 1.25, 1e-9);
        near(link.intercept, -0.4, 1e-9);
    }
    near(truth.theta(2.0), 2.1, 1e-12);
}

#[test]
fn characteristic_curves_bear_one_stray_item_better_than_means_do() {
    let truth = Link { slope: 0.9, intercept: 0.3 };
    let mut common: Vec<(Item, Item)> = old_items().into_iter().map(|item| (item, truth.item(&item))).collect();
    // The easiest and flattest item drifts far out, where few persons are.
    common[0].1.b -= 2.0;
    let off = |link: Link| (link.slope - 0.9).abs() + (link.intercept - 0.3).abs();
    assert!(off(stocking_lord(&common).unwrap()) < 0.5 * off(mean_sigma(&common).unwrap()));
}

#[test]
fn common_items_that_link_nothing_are_refused() {
    let item = Item { a: 1.0, b: 0.5, se_a: 0.0, se_b: 0.0 };
    assert_eq!(mean_sigma(&[(item, item)]).unwrap_err().rule, "IT-08");
    assert_eq!(mean_sigma(&[(item, item), (item, item)]).unwrap_err().rule, "IT-08");
    let bad = Item { a: -1.0, ..item };
    let refusal = stocking_lord(&[(item, item), (bad, item)]).unwrap_err();
    assert_eq!((refusal.rule, refusal.row), ("IT-08", Some(2)));
}
