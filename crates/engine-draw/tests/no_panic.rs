//! Whatever bytes come in, an answer or a refusal goes out.

use engine_draw::{answer, verify};
use proptest::prelude::*;

const VERBS: [&str; 6] = ["freeze", "draw", "register", "verify", "beacon", "other"];

fn sample(verb: &str) -> Vec<u8> {
    let numbers: Vec<String> = (1..=6).map(|nth| format!("\"P{nth}\"")).collect();
    let application = format!(
        r#"{{"batch":"一","school":"校","plan":3,"last_bundle":"expand","waiting":true,"frozen_at":"2021-06-18T09:00:00+08:00",
        "keepers":["王"],"numbers":[{}],"bundles":[["P2","P5"]]}}"#,
        numbers.join(",")
    );
    let witness = |role: &str, name: &str| {
        format!(r#"{{"role":"{role}","name":"{name}","drawn_at":"2021-06-20T09:00:00+08:00","ball":"07"}}"#)
    };
    let sheet = format!(
        r#"{{"operator":"赵","witnesses":[{},{},{}]}}"#,
        witness("公证员", "甲"),
        witness("家长", "乙"),
        witness("媒体", "丙")
    );
    let list = answer("freeze", application.as_bytes()).unwrap();
    let draw_input = [&list[..], sheet.as_bytes()].concat();
    let proof = answer("draw", &draw_input).unwrap();
    let register = answer("register", &list).unwrap();
    match verb {
        "freeze" => application.into_bytes(),
        "draw" => draw_input,
        "register" => [register, proof].concat(),
        _ => [proof, register].concat(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_answered(verb in 0..VERBS.len(), bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = answer(VERBS[verb], &bytes);
    }

    #[test]
    fn altered_input_is_answered_and_refusals_serialise(
        verb in 0..VERBS.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let mut bytes = sample(VERBS[verb]);
        for (at, byte, kind) in changes {
            let place = at.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        if let Err(refusal) = answer(VERBS[verb], &bytes) {
            let value = serde_json::to_value(&refusal).unwrap();
            prop_assert!(value["rule"].as_str().unwrap().starts_with("PW-"));
            prop_assert!(!value["error"].as_str().unwrap().is_empty());
        }
    }

    #[test]
    fn a_drawn_proof_always_holds_and_keeps_everybody(
        children in 2..60usize,
        plan in any::<prop::sample::Index>(),
        pairs in proptest::collection::vec((0..60usize, 0..60usize), 0..8),
        balls in proptest::collection::vec(0..100u32, 3..6),
        expand in any::<bool>(),
    ) {
        let plan = 1 + plan.index(children - 1) as u64;
        let mut free: Vec<bool> = vec![true; children];
        let mut bundles = Vec::new();
        for (one, two) in pairs {
            let (one, two) = (one % children, two % children);
            if one != two && free[one] && free[two] {
                (free[one], free[two]) = (false, false);
                bundles.push(format!("[\"{one:03}\",\"{two:03}\"]"));
            }
        }
        let numbers: Vec<String> = (0..children).map(|nth| format!("\"{nth:03}\"")).collect();
        let application = format!(
            r#"{{"batch":"一","school":"校","plan":{plan},"last_bundle":"{}","waiting":true,"frozen_at":"2021-06-18T09:00:00+08:00","keepers":["王"],"numbers":[{}],"bundles":[{}]}}"#,
            if expand { "expand" } else { "skip" }, numbers.join(","), bundles.join(",")
        );
        let witnesses: Vec<String> = balls.iter().enumerate()
            .map(|(nth, ball)| format!(r#"{{"role":"公证员","name":"{nth}","drawn_at":"2021-06-20T09:00:00+08:00","ball":"{ball:02}"}}"#))
            .collect();
        let sheet = format!(r#"{{"operator":"赵","witnesses":[{}]}}"#, witnesses.join(","));
        let list = answer("freeze", application.as_bytes()).unwrap();
        let proof = answer("draw", &[&list[..], sheet.as_bytes()].concat()).unwrap();
        prop_assert_eq!(verify(&proof).findings, vec![]);
        let value: serde_json::Value = serde_json::from_slice(&proof).unwrap();
        let admitted = value["admitted"].as_array().unwrap().len();
        let waiting = value["waiting_list"].as_array().unwrap().len();
        prop_assert_eq!(admitted + waiting, children);
        prop_assert!(admitted as u64 <= plan + u64::from(expand));
        // Only a pair that met a single last place can leave a place empty, and then nobody single was left.
        prop_assert!(admitted as u64 >= plan || (!expand && admitted as u64 + 1 == plan));
    }
}
