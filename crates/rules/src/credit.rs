//! 信用分级 (operations 3.4): from base points, what each item takes or gives up to its most, and the class; a veto is D.
//!
//! Points are hundredths. Caps, base and bounds stand in the record and its events, copied from the scale in force.

use luoshi_desk::exit::{Part, Whole};
use luoshi_pack::Value;
use std::collections::BTreeMap;

/// The score: base − Σ deducted + Σ added, each item at most its cap; empty without a scale.
pub fn score(review: &Whole) -> Value {
    points(review).map_or(Value::Null, Value::Int)
}

/// The class: D by any veto, else by the bounds.
pub fn class(review: &Whole) -> Value {
    let known = grade(review);
    known.map_or(Value::Null, |class| Value::Text(class.into()))
}

fn grade(review: &Whole) -> Option<&'static str> {
    let bound = |name: &str| review.record.value(name).int();
    let (a, b, c) = (bound("a_least")?, bound("b_least")?, bound("c_least")?);
    let score = points(review)?;
    Some(match score {
        _ if review.record.value("veto").members().next().is_some() => "d",
        _ if score >= a => "a",
        _ if score >= b => "b",
        _ if score >= c => "c",
        _ => "d",
    })
}

fn points(review: &Whole) -> Option<i64> {
    let base = review.record.value("base").int()?;
    let mut items: BTreeMap<i64, (bool, i64, i128)> = BTreeMap::new();
    for event in review.parts("credit_event").iter().filter(|event| event.state.as_deref() == Some("counted")) {
        let number = |name: &str| event.value(name).int();
        let (Some(item), Some(most)) = (number("item"), number("most")) else { continue };
        let entry = items.entry(item).or_insert((adds(event), most, 0));
        entry.2 += i128::from(number("points").unwrap_or(0));
    }
    let changes = items.into_values().map(|(adds, most, points)| {
        let points = points.min(i128::from(most));
        if adds { points } else { -points }
    });
    i64::try_from(i128::from(base) + changes.sum::<i128>()).ok()
}

fn adds(event: &Part) -> bool {
    event.value("side").text() == Some("add")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The items of the default table: number, points a year, whether it adds.
    const FEES: (i64, i64, bool) = (2, 25, false);
    const TEACHERS: (i64, i64, bool) = (3, 15, false);
    const TEACHING: (i64, i64, bool) = (4, 15, false);
    const COMPLAINTS: (i64, i64, bool) = (6, 10, false);
    const PRAISE: (i64, i64, bool) = (8, 5, true);

    fn event(&(item, most, adds): &(i64, i64, bool), points: i64, state: &str) -> Part {
        let fields = [
            ("item", Value::Int(item)),
            ("most", Value::Int(most * 100)),
            ("side", Value::Text(if adds { "add" } else { "deduct" }.into())),
            ("points", Value::Int(points * 100)),
        ];
        Part { state: Some(state.into()), fields: fields.map(|(name, value)| (name.to_string(), value)).into() }
    }

    fn review(veto: &str, events: Vec<Part>) -> Whole {
        let bounds = [("base", 100), ("a_least", 90), ("b_least", 80), ("c_least", 60)];
        let mut fields: BTreeMap<String, Value> =
            bounds.map(|(name, points)| (name.to_string(), Value::Int(points * 100))).into();
        if !veto.is_empty() {
            fields.insert("veto".into(), Value::Text(format!(",{veto},")));
        }
        Whole { record: Part { state: None, fields }, parts: [("credit_event".to_string(), events)].into() }
    }

    /// The score in points and the class.
    fn told(veto: &str, events: &[((i64, i64, bool), i64)]) -> String {
        let whole = review(veto, events.iter().map(|(item, points)| event(item, *points, "counted")).collect());
        let (Value::Int(score), Value::Text(class)) = (score(&whole), class(&whole)) else { return String::new() };
        format!("{}.{:02} {class}", score / 100, score % 100)
    }

    #[test]
    fn the_examples_of_the_table() {
        let mut events = vec![(FEES, 5), (TEACHERS, 3), (COMPLAINTS, 2), (COMPLAINTS, 2), (PRAISE, 2)];
        assert_eq!(told("", &events), "90.00 a");
        events.extend([(TEACHING, 5), (TEACHING, 5)]);
        assert_eq!(told("", &events), "80.00 b");
        assert_eq!(told("funds", &events), "80.00 d");
        assert_eq!(told("", &[]), "100.00 a");
    }

    #[test]
    fn an_item_takes_and_gives_at_most_its_points() {
        assert_eq!(told("", &[(TEACHING, 5); 4]), "85.00 b");
        assert_eq!(told("", &[(PRAISE, 3); 4]), "105.00 a");
        let events = vec![event(&FEES, 25, "counted"), event(&FEES, 25, "counted"), event(&TEACHERS, 15, "counted")];
        assert_eq!(score(&review("", events)), Value::Int(6_000));
    }

    #[test]
    fn what_was_taken_away_does_not_count_and_nothing_is_guessed() {
        assert_eq!(score(&review("", vec![event(&FEES, 25, "dropped")])), Value::Int(10_000));
        assert_eq!((score(&Whole::default()), class(&Whole::default())), (Value::Null, Value::Null));
    }

    proptest! {
        #[test]
        fn each_event_moves_the_score_no_further_than_its_points(
            events in prop::collection::vec((0..5usize, 0..30i64), 0..12), more in 0..5usize, points in 0..30i64
        ) {
            let items = [FEES, TEACHERS, TEACHING, COMPLAINTS, PRAISE];
            let mut parts: Vec<Part> = events.iter().map(|(at, points)| event(&items[*at], *points, "counted")).collect();
            let before = points_of(&parts);
            parts.push(event(&items[more], points, "counted"));
            let moved = points_of(&parts) - before;
            let (least, most) = if items[more].2 { (0, points * 100) } else { (-points * 100, 0) };
            prop_assert!((least..=most).contains(&moved), "{moved}");
            prop_assert!((35 * 100..=105 * 100).contains(&(before + moved)));
        }
    }

    fn points_of(parts: &[Part]) -> i64 {
        points(&review("", parts.to_vec())).unwrap()
    }
}
