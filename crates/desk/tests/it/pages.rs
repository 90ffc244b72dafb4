//! Pages of lists over more records than one page holds: whichever plan the desk takes, each record in scope stands on
//! exactly one page, in order, and the total is their number.

use crate::lamps;
use crate::support::{House, as_of, date, save};
use luoshi_desk::view::When;
use luoshi_desk::{ListAsk, Save};

/// Sixty air-conditioners in one town and six in another, due on days that repeat, some without.
fn house() -> House {
    house_of(66)
}

/// As many air-conditioners, one of eleven in the other town.
fn house_of(records: usize) -> House {
    let house = House::settled("2021-01-04");
    let saves: Vec<Save> = (0..records)
        .map(|number| {
            let school = house.id(if number % 11 == 10 { "sb" } else { "sa" }).to_string();
            let due = if number % 7 == 3 { String::new() } else { format!("2021-03-{:02}", number % 9 + 1) };
            let room = format!("{number}室");
            save("aircon", None, None, &[("school", &*school), ("room", &room), ("due_on", &due)])
        })
        .collect();
    house.desk.save_all(&house.actor("zhou"), &saves).unwrap_or_else(|(at, not)| panic!("{at}: {not:?}"));
    house
}

/// Every page of a list, as id and day shown.
fn pages(house: &House, by: &str, sort: Option<(&str, bool)>) -> (u64, Vec<(i64, String)>) {
    pages_at(house, by, sort, When::default(), 25)
}

fn pages_at(house: &House, by: &str, sort: Option<(&str, bool)>, when: When, per: u64) -> (u64, Vec<(i64, String)>) {
    let (mut rows, mut page) = (vec![], 1);
    loop {
        let ask = ListAsk {
            register: "aircon".into(),
            sort: sort.map(|(name, down)| (name.to_string(), down)),
            page,
            per,
            when,
            ..ListAsk::default()
        };
        let view = house.desk.list(&house.actor(by), &ask).unwrap_or_else(|no| panic!("{no}"));
        let due = view.columns.iter().position(|column| column.name == "due_on").expect("a column");
        rows.extend(view.rows.iter().map(|row| (row.id, row.cells[due].text.clone())));
        if page == view.pages {
            return (view.total, rows);
        }
        page += 1;
    }
}

#[test]
fn each_record_in_scope_stands_on_one_page_in_order() {
    let house = house();
    assert_eq!(house.desk.bureau().clock.today(), date("2021-01-04"));
    for (by, expected) in [("zhou", 66), ("town_a", 60), ("school_a", 60), ("town_b", 6)] {
        for down in [false, true] {
            let (total, rows) = pages(&house, by, Some(("due_on", down)));
            assert_eq!((total, rows.len()), (expected, expected as usize), "{by}");
            let mut ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
            let (filled, empty): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, day)| !day.is_empty());
            assert!(
                rows.iter().skip(filled.len()).all(|(_, day)| day.is_empty()),
                "{by}: days that are not known come last"
            );
            assert!(!empty.is_empty());
            let days: Vec<&String> = filled.iter().map(|(_, day)| day).collect();
            assert!(
                days.windows(2).all(|two| if down { two[0] >= two[1] } else { two[0] <= two[1] }),
                "{by}: {days:?}"
            );
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), rows.len(), "{by}: no record stands twice");
        }
        let (_, rows) = pages(&house, by, None);
        assert!(rows.windows(2).all(|two| two[0].0 > two[1].0), "{by}: the newest comes first");
    }
}

#[test]
fn a_total_from_the_counts_is_the_number_of_rows() {
    let house = house();
    house.make("zhou", "aircon", 1, "cancel", &[]);
    house.make("zhou", "aircon", 2, "cancel", &[]);
    let ask = |state: &str| ListAsk {
        register: "aircon".into(),
        filters: vec![("state".into(), state.into())],
        per: 200,
        ..ListAsk::default()
    };
    for by in ["zhou", "town_a", "town_b", "school_a", "leader"] {
        for state in ["void", "requested", "accepted"] {
            let view = house.desk.list(&house.actor(by), &ask(state)).expect("a list");
            assert_eq!(view.total, view.rows.len() as u64, "{by}, {state}");
        }
    }
}

#[test]
fn pages_as_of_a_day_long_past_are_those_of_the_day() {
    let house = house_of(1_030);
    let sort = Some(("due_on", true));
    let people = ["zhou", "town_a", "town_b"];
    let then: Vec<_> = people.iter().map(|by| pages(&house, by, sort)).collect();
    house.day("2021-01-06");
    house.edit("zhou", "aircon", 1, &[("due_on", "2021-04-01")]);
    house.make("zhou", "aircon", 2, "cancel", &[]);
    let school = house.id("sa").to_string();
    house.file("zhou", "new", "aircon", &[("school", &*school), ("room", "新"), ("due_on", "2021-03-05")]);
    // The second time everything is remembered; pages of sixty lie across what is remembered at once.
    for per in [60, 60, 25] {
        for (by, then) in people.iter().zip(&then) {
            assert_eq!(pages_at(&house, by, sort, as_of("2021-01-04"), per), *then, "{by}, {per} on a page");
        }
    }
    assert_ne!(pages(&house, "zhou", sort), then[0]);
    // Scope is today's, also for what is remembered.
    let other = house.id("sb").to_string();
    let (total, first) = then[1].clone();
    house.edit("zhou", "aircon", first[0].0, &[("school", &*other)]);
    let moved = pages_at(&house, "town_a", sort, as_of("2021-01-04"), 60);
    assert_eq!((moved.0, moved.1), (total - 1, first[1..].to_vec()));
}

/// A page that is merged from owners, or found before its rows are read, asks for all of the scope.
#[test]
fn a_scope_that_asks_for_a_state_holds_on_every_page() {
    House::each(|store| {
        let house = House::small("2021-03-01", &lamps::PACK, store);
        house.settle("2021-03-01");
        let school = house.id("sa").to_string();
        house.person("lu", "陆掌灯", "13957909999");
        house.post("lu", "lu", "lighter", "a", "2021-03-01", "");
        house.account("lu");
        for number in 0..60 {
            let due = format!("2021-02-{:02}", number % 9 + 1);
            house.file("leader", "lamp", "lamp", &[("school", &*school), ("room", "灯"), ("due_on", &*due)]);
        }
        for id in 1..=20 {
            house.make("leader", "lamp", id, "put_out", &[]);
        }
        for (by, seen) in [("leader", 60), ("lu", 40)] {
            for page in 1..=2 {
                let sort = Some(("due_on".to_string(), true));
                let ask = ListAsk { register: "lamp".into(), sort, page, per: 25, ..ListAsk::default() };
                let view = house.desk.list(&house.actor(by), &ask).unwrap();
                assert_eq!(view.total, seen);
                assert!(by == "leader" || view.rows.iter().all(|row| row.id > 20), "{by}: what is out is not seen");
                assert_eq!(view.rows.len() as u64, if page == 1 { 25 } else { (seen - 25).min(25) });
            }
        }
    });
}
