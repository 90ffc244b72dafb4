//! The invariant under any interleaving, and no panic from any bytes.

use std::collections::BTreeMap;

use engine_budget::encumbrance::{Act, Budget, Event, Opening, RequestState};
use engine_budget::{Fen, answer};
use proptest::prelude::*;
use serde_json::json;

const LINES: [&str; 2] = ["L0", "L1"];

fn fen(amount: i64) -> Fen {
    Fen::new(amount).unwrap()
}

fn opening(approved: i64) -> Opening {
    let lines = LINES.map(|line| json!({"line": line, "approved": approved}));
    serde_json::from_value(json!({"year": 2021, "lines": lines})).unwrap()
}

fn any_act() -> impl Strategy<Value = Act> {
    let request = (0..5_u8).prop_map(|index| format!("R{index}"));
    let line = (0..2_usize).prop_map(|index| LINES[index].to_owned());
    let by = prop_oneof!["a", "b"];
    (0..15_u8, request, line, 0..60_i64, by, any::<bool>()).prop_map(|(kind, request, line, amount, by, flip)| {
        let amount = fen(amount);
        let other = LINES[usize::from(line == LINES[0])].to_owned();
        match kind {
            0 | 1 => Act::Submit { request, line, amount, by, expires_on: None },
            2 | 3 => Act::Approve { request, by },
            4 => Act::Reject { request, by },
            5 => Act::Withdraw { request },
            6 => Act::Expire { request },
            7 => Act::Contract { request, amount, party: "P".into() },
            8 => Act::Change { request, amount },
            9 | 10 => Act::Pay { request, amount, payee: "P".into(), acceptance: None, invoice: None },
            11 => Act::Settle { request, value: amount },
            12 => Act::Refund { request, amount },
            13 if flip => Act::Freeze { line, amount },
            13 => Act::Unfreeze { line, amount },
            _ if flip => Act::Adjust { from: Some(line), to: Some(other), amount },
            _ => Act::PayExempt { line, amount, kind: "水电".into(), invoice: None },
        }
    })
}

fn any_events(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let day = prop_oneof![Just("2021-02-01"), Just("2021-06-01"), Just("2021-12-20")];
    let event = (day, any_act()).prop_map(|(day, act)| Event { day: day.parse().unwrap(), act });
    prop::collection::vec(event, 0..most)
}

/// A second, plain book-keeping of the table in the domain rules: amounts as signed sums, kept apart per line.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
struct Sums {
    adjusted_in: i64,
    adjusted_out: i64,
    frozen: i64,
    encumbered: i64,
    paid: i64,
}

/// What an accepted act does to the sums, read off the table: `held` is what the request held before.
fn book(sums: &mut BTreeMap<String, Sums>, before: &Budget, act: &Act) {
    let line_of = |request: &String| before.requests()[request].line.clone();
    let held = |request: &String| before.requests()[request].held().get();
    let mut on = |line: &String, change: &dyn Fn(&mut Sums)| change(sums.entry(line.clone()).or_default());
    match act {
        Act::Submit { line, amount, .. } => on(line, &|sums| sums.encumbered += amount.get()),
        Act::Reject { request, .. } | Act::Withdraw { request } | Act::Expire { request } => {
            on(&line_of(request), &|sums| sums.encumbered -= held(request));
        }
        Act::Contract { request, amount, .. } => {
            on(&line_of(request), &|sums| sums.encumbered += amount.get() - held(request))
        }
        Act::Change { request, amount } => on(&line_of(request), &|sums| sums.encumbered += amount.get()),
        Act::Pay { request, amount, .. } => on(&line_of(request), &|sums| {
            sums.encumbered -= amount.get();
            sums.paid += amount.get();
        }),
        Act::PayExempt { line, amount, .. } => on(line, &|sums| sums.paid += amount.get()),
        Act::Settle { request, value } => {
            let left = value.get() - before.requests()[request].paid.get();
            on(&line_of(request), &|sums| sums.encumbered += left - held(request));
        }
        Act::Refund { request, amount } => on(&line_of(request), &|sums| sums.paid -= amount.get()),
        Act::Freeze { line, amount } => on(line, &|sums| sums.frozen += amount.get()),
        Act::Unfreeze { line, amount } => on(line, &|sums| sums.frozen -= amount.get()),
        Act::Adjust { from, to, amount } => {
            on(from.as_ref().unwrap(), &|sums| sums.adjusted_out += amount.get());
            on(to.as_ref().unwrap(), &|sums| sums.adjusted_in += amount.get());
        }
        Act::Approve { .. } | Act::YearEnd => {}
    }
}

fn sums_of(budget: &Budget, line: &str) -> Sums {
    let line = budget.lines()[line];
    Sums {
        adjusted_in: line.adjusted_in.get(),
        adjusted_out: line.adjusted_out.get(),
        frozen: line.frozen.get(),
        encumbered: line.encumbered.get(),
        paid: line.paid.get(),
    }
}

/// The whole invariant of the domain rules, for every line.
fn check_invariant(budget: &Budget, approved: i64, sums: &BTreeMap<String, Sums>) {
    for (name, line) in budget.lines() {
        let kept = sums.get(name).copied().unwrap_or_default();
        assert_eq!(sums_of(budget, name), kept);
        let available = approved + kept.adjusted_in - kept.adjusted_out - kept.frozen - kept.encumbered - kept.paid;
        assert_eq!(line.available(), available);
        assert!(available >= 0);
        let held: i64 = budget
            .requests()
            .values()
            .filter(|request| &request.line == name)
            .map(|request| request.held().get())
            .sum();
        assert_eq!(held, kept.encumbered, "what the requests hold is what the line has encumbered");
    }
}

/// One request's whole life, as its owner would live it alone.
fn life(index: usize, amount: i64, paid: i64, ending: u8) -> Vec<Event> {
    let request = format!("R{index}");
    let mut acts = vec![
        Act::Submit {
            request: request.clone(),
            line: "L0".into(),
            amount: fen(amount),
            by: "a".into(),
            expires_on: None,
        },
        Act::Approve { request: request.clone(), by: "b".into() },
    ];
    if ending == 0 {
        acts.push(Act::Withdraw { request });
    } else {
        acts.push(Act::Contract { request: request.clone(), amount: fen(amount), party: "P".into() });
        acts.push(Act::Pay {
            request: request.clone(),
            amount: fen(paid),
            payee: "P".into(),
            acceptance: None,
            invoice: None,
        });
        acts.push(Act::Settle { request, value: fen(paid) });
    }
    let day = "2021-06-01".parse().unwrap();
    acts.into_iter().map(|act| Event { day, act }).collect()
}

/// Merges the lives in an order chosen by `picks`, keeping each life's own order.
fn interleave(mut lives: Vec<Vec<Event>>, picks: &[prop::sample::Index]) -> Vec<Event> {
    lives.iter_mut().for_each(|life| life.reverse());
    let mut merged = Vec::new();
    let mut picks = picks.iter().cycle();
    while !lives.is_empty() {
        let index = picks.next().unwrap().index(lives.len());
        match lives[index].pop() {
            Some(event) => merged.push(event),
            None => drop(lives.swap_remove(index)),
        }
    }
    merged
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_line_falls_below_zero_and_every_amount_is_the_sum_of_its_events(events in any_events(60), approved in 0..200_i64) {
        let mut budget = Budget::open(&opening(approved)).unwrap();
        let mut sums = BTreeMap::new();
        for event in &events {
            let before = budget.clone();
            match budget.apply(event) {
                Ok(()) => book(&mut sums, &before, &event.act),
                Err(_) => prop_assert_eq!(&budget, &before, "a refused event changes nothing"),
            }
            check_invariant(&budget, approved, &sums);
        }
    }

    #[test]
    fn several_requests_end_alike_in_every_interleaving(
        lives in prop::collection::vec((1..100_i64, 0..100_i64, 0..3_u8), 1..6),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 8),
        approved in 0..300_i64,
    ) {
        let lives: Vec<_> = lives.iter().enumerate().map(|(index, &(amount, paid, ending))| life(index, amount, paid.clamp(1, amount), ending)).collect();
        let mut in_order = Budget::open(&opening(10_000)).unwrap();
        lives.iter().flatten().for_each(|event| in_order.apply(event).unwrap());
        let mut mixed = Budget::open(&opening(10_000)).unwrap();
        interleave(lives.clone(), &picks).iter().for_each(|event| mixed.apply(event).unwrap());
        prop_assert_eq!(in_order, mixed);
        // The same lives under a budget that may be too small: some are refused, no line is overdrawn.
        let mut tight = Budget::open(&opening(approved)).unwrap();
        for event in interleave(lives, &picks) {
            let _ = tight.apply(&event);
            prop_assert!(tight.lines()["L0"].available() >= 0);
        }
    }

    #[test]
    fn the_next_year_opens_with_what_the_contracts_still_owe(events in any_events(60)) {
        let mut budget = Budget::open(&opening(150)).unwrap();
        events.iter().for_each(|event| drop(budget.apply(event)));
        let owed: i64 = budget.requests().values().filter(|request| request.party.is_some()).map(|request| request.held().get()).sum();
        budget.apply(&Event { day: "2021-12-31".parse().unwrap(), act: Act::YearEnd }).unwrap();
        prop_assert!(budget.lines().values().all(|line| line.encumbered == Fen::ZERO));
        prop_assert!(budget.requests().values().all(|request| request.held() == Fen::ZERO));
        let next = Budget::open(&budget.next_opening().unwrap()).unwrap();
        prop_assert_eq!(next.lines().values().map(|line| line.encumbered.get()).sum::<i64>(), owed);
        prop_assert!(next.lines().values().all(|line| line.available() == 0));
        prop_assert!(next.requests().values().all(|request| request.state == RequestState::Contracted));
    }

    #[test]
    fn charges_add_up_to_the_cost_and_never_go_below_the_floor(
        cost in 0..=1_000_000_000_000_000_i64, months in 1..=2_400_u32, day in "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
    ) {
        let input = json!({"through": "2300-12", "assets": [{"asset": "A", "cost": cost, "months": months, "acquired_on": day}]});
        let output = answer("depreciate", input.to_string().as_bytes()).unwrap();
        let rows: serde_json::Value = serde_json::from_slice(&output).unwrap();
        let runs = rows[0]["charges"].as_array().unwrap();
        let sum: i64 = runs.iter().map(|run| run["months"].as_i64().unwrap() * run["monthly"].as_i64().unwrap()).sum();
        prop_assert_eq!(sum, cost);
        prop_assert_eq!(runs.iter().map(|run| run["months"].as_u64().unwrap()).sum::<u64>(), u64::from(months));
        prop_assert!(runs.iter().all(|run| run["monthly"].as_i64().unwrap() >= cost / i64::from(months)));
        prop_assert_eq!(&rows[0]["net"], 0);
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(
        verb in prop_oneof!["run", "trace", "depreciate", "lives", ".{0,3}"], bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = answer(&verb, &bytes);
    }

    #[test]
    fn any_damage_to_a_sound_input_is_answered_without_a_panic(
        at in any::<prop::sample::Index>(), with in prop::sample::select(&["-1", "9223372036854775807", "1e999", "null", "\"\"", "[", "{}", "0", "\"9999-12-31\""][..]),
        which in 0..2_usize,
    ) {
        let run = r#"{"opening":{"year":2021,"lines":[{"line":"L","approved":1000}],"settings":{"expire_latest":[12,15],"expire_days":90}},"events":[{"day":"2021-06-01","act":{"submit":{"request":"R","line":"L","amount":1000,"by":"a","expires_on":"2021-07-01"}}}]}"#;
        let assets = r#"{"through":"2021-12","lives":[{"class":"C","since":"2017-01-01","years_least":5,"years_most":9}],"assets":[{"asset":"A","class":"C","cost":100,"months":70,"acquired_on":"2021-05-20","repairs":[{"month":"2021-07","added":1,"months":9}]}]}"#;
        let (verb, sound) = [("run", run), ("depreciate", assets)][which];
        prop_assert!(answer(verb, sound.as_bytes()).is_ok());
        // Replace one value, from a colon up to the next comma or bracket.
        let starts: Vec<usize> = sound.match_indices(':').map(|(start, _)| start + 1).collect();
        let start = starts[at.index(starts.len())];
        let end = start + sound[start..].find([',', '}', ']']).unwrap();
        let damaged = format!("{}{}{}", &sound[..start], with, &sound[end..]);
        let _ = answer(verb, damaged.as_bytes());
    }
}
