//! What holds for any facts, and no panic from any bytes.

use engine_score::{Appeal, Direction, EventFact, Exact, Facts, How, NumberFact, Scorecard, Standard, answer, judge};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;

const ON: Date = date(2022, 6, 30);

fn standard() -> Standard {
    let version = |name: &str, since: &str, until: Option<&str>, points: i64| {
        json!({
            "version": name, "since": since, "until": until,
            "root": {"item": "root", "how": {"group": {"combine": "sum", "items": [
                {"item": "deduct", "points": 20, "how": {"events": {"direction": "deduct"}}},
                {"item": "year", "points": 12, "how": {"events": {"direction": "deduct", "floor": -6}}},
                {"item": "add", "points": 5, "how": {"events": {"direction": "add"}}},
                {"item": "number", "points": 10, "how": {"number": {"rule": {"linear": {"zero_at": 3, "full_at": 10}}}}},
            ]}}},
            "kinds": [
                {"kind": "a", "item": "deduct", "points": {"each": points}, "cap": 9, "repair": {"months": 3, "share": "1/3"}},
                {"kind": "b", "item": "deduct", "points": {"each": "1.5"}, "decay": [{"months": 6, "share": "1/2"}]},
                {"kind": "c", "item": "year", "points": {"each": points}},
                {"kind": "d", "item": "add", "points": {"each": 2}},
                {"kind": "e", "item": "deduct", "points": "whole"},
                {"kind": "v", "veto": 2},
            ],
            "grades": [{"grade": "A", "least": 40}, {"grade": "B", "least": 20}, {"grade": "C"}],
        })
    };
    serde_json::from_value(json!({"standard": "S", "versions": [version("1", "2021-01-01", Some("2021-12-31"), 2), version("2", "2022-01-01", None, 3)]})).unwrap()
}

fn any_event(kinds: &'static [&'static str]) -> impl Strategy<Value = EventFact> {
    (prop::sample::select(kinds), 0..700_i64, 1..4_u32, prop::option::of((0..100_i64, 0..200_i64))).prop_map(
        |(kind, offset, cases, repair)| {
            let later = |days: i64| date(2021, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            EventFact {
                event: String::new(),
                kind: kind.into(),
                day: later(offset),
                cases,
                points: None,
                fixed_on: repair.map(|(fixed, _)| later(offset + fixed)),
                repaired_on: repair.map(|(fixed, repaired)| later(offset + fixed + repaired)),
            }
        },
    )
}

fn any_events(kinds: &'static [&'static str]) -> impl Strategy<Value = Vec<EventFact>> {
    prop::collection::vec(any_event(kinds), 0..15).prop_map(|mut events| {
        events.iter_mut().enumerate().for_each(|(index, event)| event.event = format!("E{index:02}"));
        events
    })
}

const ALL: &[&str] = &["a", "b", "c", "d", "e", "v"];
const BAD: &[&str] = &["a", "b", "c", "e", "v"];

fn facts(events: &[EventFact]) -> Facts {
    let number = NumberFact { item: "number".into(), value: Some("22/3".parse().unwrap()), over: None };
    Facts { numbers: vec![number], events: events.to_vec(), ..Facts::default() }
}

fn judged(facts: &Facts) -> Scorecard {
    judge(&standard(), facts, ON, None).unwrap()
}

fn appeal(event: &str) -> Appeal {
    Appeal { appeal: "S".into(), event: event.into(), decided_on: ON, granted: true }
}

/// The card without its lines, to compare what two sets of facts come to.
fn outcome(facts: &Facts) -> Scorecard {
    Scorecard { lines: Vec::new(), ..judged(facts) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_point_of_an_item_is_traced_to_its_lines(events in any_events(ALL)) {
        let card = judged(&facts(&events));
        prop_assert_eq!(card.lines.len(), events.len());
        let How::Group { items, .. } = &standard().versions[1].root.how else { panic!() };
        for item in items {
            let How::Events { direction, floor } = &item.how else { continue };
            let start = if *direction == Direction::Deduct { item.points.clone() } else { Exact::zero() };
            let traced = card.lines.iter().filter(|line| line.item.as_ref() == Some(&item.item)).map(|line| line.points.clone()).sum::<Exact>();
            let points = card.items.iter().find(|row| row.item == item.item).unwrap().points.clone().unwrap();
            prop_assert_eq!(start + &traced, points.clone());
            prop_assert!(points <= item.points && &points >= floor);
        }
        let whole: Exact = card.items.iter().filter(|row| row.depth == 1).map(|row| row.points.clone().unwrap()).sum();
        prop_assert_eq!(Some(whole), card.total);
    }

    #[test]
    fn each_line_names_the_version_of_its_own_day(events in any_events(ALL)) {
        for line in judged(&facts(&events)).lines {
            prop_assert_eq!(&line.version, if line.day.year() == 2021 { "1" } else { "2" });
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(events in any_events(ALL), seed in any::<prop::sample::Index>()) {
        let mut turned = events.clone();
        if !turned.is_empty() {
            let count = turned.len();
            turned.rotate_left(seed.index(count));
            turned.reverse();
        }
        prop_assert_eq!(judged(&facts(&events)), judged(&facts(&turned)));
    }

    #[test]
    fn a_granted_appeal_comes_to_the_same_as_an_event_that_never_was(events in any_events(ALL), which in any::<prop::sample::Index>()) {
        prop_assume!(!events.is_empty());
        let dropped = which.index(events.len());
        prop_assume!(events[dropped].day <= ON);
        let mut with = facts(&events);
        with.appeals.push(appeal(&events[dropped].event));
        let mut without = events.clone();
        without.remove(dropped);
        prop_assert_eq!(outcome(&with), outcome(&facts(&without)));
    }

    #[test]
    fn one_more_bad_event_never_helps(events in any_events(BAD), more in any_event(BAD)) {
        let before = judged(&facts(&events));
        let more = EventFact { event: "more".into(), ..more };
        let after = judged(&facts(&[&events[..], &[more]].concat()));
        prop_assert!(after.total <= before.total);
        prop_assert!(after.grade >= before.grade);
    }

    #[test]
    fn what_is_missing_is_never_zero_and_blocks_the_grade(events in any_events(&["a", "b", "c", "d", "e"])) {
        let mut facts = facts(&events);
        facts.numbers.clear();
        let card = judged(&facts);
        prop_assert_eq!((card.total, card.grade, card.verdict), (None, None, Some(engine_score::Verdict::Missing)));
        prop_assert_eq!(card.missing, vec!["number".to_owned()]);
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(verb in prop_oneof!["judge", "check", ".{0,3}"], bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = answer(&verb, &bytes);
    }

    #[test]
    fn any_damage_to_a_sound_input_is_answered_without_a_panic(
        at in any::<prop::sample::Index>(),
        with in prop::sample::select(&["-1", "9223372036854775807", "1e308", "null", "\"\"", "\"1/3\"", "\"0/0\"", "[]", "{}", "0", "\"9999-12-31\"", "\"weighted\""][..]),
    ) {
        let sound = json!({
            "standard": standard(), "on": "2022-06-30",
            "numbers": [{"item": "number", "value": "7", "over": "2"}],
            "events": [{"event": "E", "kind": "a", "day": "2021-05-01", "cases": 2, "fixed_on": "2021-06-01", "repaired_on": "2021-12-01"}],
            "appeals": [{"appeal": "S", "event": "E", "decided_on": "2022-01-01", "granted": false}],
        }).to_string();
        prop_assert!(answer("judge", sound.as_bytes()).is_ok());
        let starts: Vec<usize> = sound.match_indices(':').map(|(start, _)| start + 1).collect();
        let start = starts[at.index(starts.len())];
        let end = start + sound[start..].find([',', '}', ']']).unwrap();
        let damaged = format!("{}{}{}", &sound[..start], with, &sound[end..]);
        let _ = answer("judge", damaged.as_bytes());
    }

    #[test]
    fn exact_numbers_read_back_as_they_were_written(top in any::<i64>(), bottom in 1..1_000_000_i64) {
        let exact = Exact::whole(top).over(&Exact::whole(bottom)).unwrap();
        prop_assert_eq!(exact.to_string().parse::<Exact>().unwrap(), exact);
    }
}
