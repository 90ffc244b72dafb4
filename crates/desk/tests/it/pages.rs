//! Pages of lists over more records than one page holds: whichever plan the desk takes, each record in scope stands on
//! exactly one page, in order, and the total is their number.

use crate::support::{House, date};
use luoshi_desk::{ListAsk, Save};

/// Sixty air-conditioners in one town and six in another, due on days that repeat, some without.
fn house() -> House {
    let house = House::settled("2021-01-04");
    let saves: Vec<Save> = (0..66)
        .map(|number| {
            let school = house.id(if number % 11 == 10 { "sb" } else { "sa" }).to_string();
            let due = if number % 7 == 3 { String::new() } else { format!("2021-03-{:02}", number % 9 + 1) };
            let room = format!("{number}室");
            crate::support::save("aircon", None, None, &[("school", &*school), ("room", &room), ("due_on", &due)])
        })
        .collect();
    house.desk.save_all(&house.actor("zhou"), &saves).unwrap_or_else(|(at, not)| panic!("{at}: {not:?}"));
    house
}

/// Every page of a list, as id and day shown.
fn pages(house: &House, by: &str, sort: Option<(&str, bool)>) -> (u64, Vec<(i64, String)>) {
    let (mut rows, mut page) = (vec![], 1);
    loop {
        let ask = ListAsk {
            register: "aircon".into(),
            sort: sort.map(|(name, down)| (name.to_string(), down)),
            page,
            per: 25,
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
