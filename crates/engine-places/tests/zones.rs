//! Catchments: hand-worked maps, then connection, capacity and reasons over seeded maps.

use engine_places::zones::{District, Objection, Reason, draw, objection};
use proptest::prelude::*;

/// Areas in a row, a unit of 100 m apart; schools stand in the areas named.
fn street(pupils: &[u32], seat: &[u32], capacity: &[u32]) -> District {
    let borders: Vec<(u32, u32)> = (1..pupils.len() as u32).map(|area| (area - 1, area)).collect();
    let distance = (0..pupils.len() as u32)
        .flat_map(|area| seat.iter().map(move |&seat| area.abs_diff(seat) as i32 * 100))
        .collect();
    District::new(pupils.to_vec(), &borders, seat.to_vec(), capacity.to_vec(), distance).unwrap()
}

#[test]
fn a_street_is_cut_where_the_nearer_school_is_full() {
    let district = street(&[30, 30, 30, 30, 30], &[0, 4], &[60, 90]);
    let zones = draw(&district).unwrap();
    assert_eq!(zones.zone, [0, 0, 1, 1, 1]);
    assert_eq!((zones.cost, zones.bound), (12_000, 12_000));
    assert_eq!(zones.reason, [Reason::Home, Reason::Nearest, Reason::Nearest, Reason::Nearest, Reason::Home]);
    let district = street(&[30, 30, 30, 30, 30], &[0, 4], &[30, 120]);
    let zones = draw(&district).unwrap();
    assert_eq!(zones.zone, [0, 1, 1, 1, 1]);
    assert_eq!(zones.reason[1], Reason::Full { nearer: 0, left: 0 });
}

#[test]
fn an_area_behind_another_zone_is_given_its_reason() {
    // School 0 has room for area 2 only, but area 1 lies between and does not fit.
    let district = street(&[10, 50, 10, 10], &[0, 3], &[20, 70]);
    let zones = draw(&district).unwrap();
    assert_eq!(zones.zone, [0, 1, 1, 1]);
    assert_eq!(zones.reason[1], Reason::Full { nearer: 0, left: 10 });
    assert_eq!(zones.reason[2], Reason::Nearest);
    // Area 1 must stay with school 1, or area 2, which only school 1 can take, would be cut off: school 0 is near
    // both, so the only way to area 2 leads through area 1.
    let borders = [(0, 1), (1, 2), (1, 3)];
    let distance = vec![0, 900, 100, 800, 200, 900, 900, 0];
    let district = District::new(vec![10, 10, 40, 10], &borders, vec![0, 3], vec![30, 60], distance).unwrap();
    let zones = draw(&district).unwrap();
    assert_eq!(zones.zone, [0, 1, 1, 1]);
    assert_eq!(zones.reason[1], Reason::Bridge { nearer: 0 });
    assert_eq!(zones.reason[2], Reason::Full { nearer: 0, left: 20 });
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let code = |district: &District| draw(district).unwrap_err().code;
    assert_eq!(code(&street(&[30, 30], &[0], &[50])), "PL-20");
    assert_eq!(code(&street(&[30, 30, 30], &[0, 2], &[45, 45])), "PL-28");
    let apart = District::new(vec![1, 1], &[], vec![0], vec![2], vec![0, 5]).unwrap();
    assert_eq!(code(&apart), "PL-27");
    let made = |borders: &[(u32, u32)], seat: Vec<u32>| {
        let schools = seat.len();
        District::new(vec![1, 1], borders, seat, vec![2; schools], vec![0; 2 * schools]).unwrap_err().code
    };
    assert_eq!(made(&[(0, 2)], vec![0]), "PL-04");
    assert_eq!(made(&[(1, 1)], vec![0]), "PL-04");
    assert_eq!(made(&[(0, 1)], vec![0, 0]), "PL-26");
    assert_eq!(made(&[(0, 1)], vec![2]), "PL-26");
    assert_eq!(made(&[(0, 1)], vec![]), "PL-03");
}

#[test]
fn the_checker_names_what_is_wrong() {
    let district = street(&[30, 30, 30, 30], &[0, 3], &[60, 90]);
    assert_eq!(objection(&district, &[0, 0, 1, 1]), None);
    assert_eq!(objection(&district, &[0, 0, 1]), Some(Objection::Shape));
    assert_eq!(objection(&district, &[0, 0, 1, 2]), Some(Objection::Shape));
    assert_eq!(objection(&district, &[1, 0, 1, 1]), Some(Objection::Home { school: 0 }));
    assert_eq!(objection(&district, &[0, 0, 0, 1]), Some(Objection::OverFull { school: 0 }));
    assert_eq!(objection(&district, &[0, 1, 0, 1]), Some(Objection::Island { area: 1 }));
}

fn grid(side: u32, seeds: &[u32], slack: u32) -> District {
    let areas = side * side;
    let pupils: Vec<u32> = (0..areas).map(|area| 10 + seeds[area as usize % seeds.len()] % 40).collect();
    let borders: Vec<(u32, u32)> = (0..areas)
        .flat_map(|area| {
            let right = (area % side + 1 < side).then_some((area, area + 1));
            let below = (area + side < areas).then_some((area, area + side));
            right.into_iter().chain(below)
        })
        .collect();
    let mut seat: Vec<u32> = seeds.iter().map(|seed| seed / 40 % areas).collect();
    seat.sort_unstable();
    seat.dedup();
    let total: u32 = pupils.iter().sum();
    let capacity = vec![total * slack / 100 / seat.len() as u32 + 50; seat.len()];
    let metres = |area: u32, seat: u32| {
        let (dx, dy) = ((area % side).abs_diff(seat % side), (area / side).abs_diff(seat / side));
        ((dx * dx + dy * dy) * 40_000).isqrt() as i32
    };
    let distance = (0..areas).flat_map(|area| seat.iter().map(move |&seat| metres(area, seat))).collect();
    District::new(pupils, &borders, seat, capacity, distance).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn zones_are_connected_fit_and_are_bounded(seeds in prop::collection::vec(0..4_000_u32, 3..6), slack in 115..140_u32) {
        let district = grid(7, &seeds, slack);
        let zones = draw(&district).unwrap();
        prop_assert_eq!(objection(&district, &zones.zone), None);
        prop_assert!(zones.bound <= zones.cost);
        // Drawing again gives the same.
        prop_assert_eq!(&draw(&district).unwrap(), &zones);
        // No single area could go to its nearest school: each reason is true.
        for (area, reason) in zones.reason.iter().enumerate() {
            let Reason::Bridge { nearer } = *reason else { continue };
            let mut moved = zones.zone.clone();
            moved[area] = nearer;
            let cut = matches!(objection(&district, &moved), Some(Objection::Island { .. }));
            prop_assert!(cut, "area {}", area);
        }
    }
}

#[test]
fn a_town_of_400_areas_is_drawn_within_a_hundredth_of_the_bound() {
    let district = grid(20, &[17, 2_900, 7_431, 12_950, 15_200, 9_007], 112);
    let zones = draw(&district).unwrap();
    assert_eq!(objection(&district, &zones.zone), None);
    let gap = (zones.cost - zones.bound) as f64 / zones.bound as f64;
    assert!(gap < 0.01, "gap {gap}");
}
