//! Random sites, candidates and staffs: every plan passes the checker, and every refusal has a cause that can be counted.

use std::collections::HashMap;

use engine_seating::{Candidate, Exam, Invigilator, Kind, Room, Session, Settings, Sex, Site, answer, check, seat};
use proptest::prelude::*;

fn rooms() -> impl Strategy<Value = Vec<Room>> {
    let room = (0..4usize, 0..12u8).prop_map(|(layout, kind)| Room {
        room: String::new(),
        layout: ["6x5", "5x6", "7-8-8-7", "odd"][layout].into(),
        kind: if kind == 0 { Kind::Spare } else { Kind::Normal },
        offers: if kind < 3 { vec!["底层".into()] } else { vec![] },
    });
    proptest::collection::vec(room, 1..6).prop_map(|mut rooms| {
        rooms.iter_mut().enumerate().for_each(|(nth, room)| room.room = format!("{nth:03}"));
        rooms
    })
}

fn exams() -> impl Strategy<Value = Exam> {
    let sites = proptest::collection::vec((rooms(), 0..12usize), 1..6);
    let odd = proptest::collection::vec(1..9u8, 1..7);
    let candidate = (0..12usize, 0..12usize, 0..4usize, 0..40usize, 0..60usize);
    let people = proptest::collection::vec(candidate, 1..400);
    (sites, odd, people, any::<u32>(), any::<bool>(), 0..5u32, 1..3usize).prop_map(
        |(sites, odd, people, seed, away, short_room, groups)| Exam {
            exam: "随机".into(),
            seed: seed.to_string(),
            number_prefix: String::new(),
            layouts: vec![engine_seating::Layout { layout: "odd".into(), columns: odd }],
            settings: Settings { away, short_room, ..Settings::default() },
            sites: sites
                .into_iter()
                .enumerate()
                .map(|(nth, (rooms, host))| Site { site: format!("{nth:02}"), school: format!("校{host}"), rooms })
                .collect(),
            candidates: people
                .into_iter()
                .enumerate()
                .map(|(nth, (one, other, class, need, twins))| Candidate {
                    number: nth.to_string(),
                    school: format!("校{}", one.min(other)),
                    class: class.to_string(),
                    group: (nth % groups).to_string(),
                    needs: if need == 0 { vec!["底层".into()] } else { vec![] },
                    twins: if twins < 3 { twins.to_string() } else { String::new() },
                })
                .collect(),
            sessions: vec![],
            invigilators: vec![],
        },
    )
}

fn seats(exam: &Exam) -> usize {
    let odd: usize = exam.layouts[0].columns.iter().map(|seats| usize::from(*seats)).sum();
    let rooms = exam.sites.iter().flat_map(|site| &site.rooms).filter(|room| room.kind == Kind::Normal);
    rooms.map(|room| if room.layout == "odd" { odd } else { 30 }).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn a_plan_is_sound_or_the_refusal_has_a_cause(exam in exams()) {
        match seat(&exam) {
            Ok(plan) => prop_assert_eq!(check(&exam, &plan), vec![]),
            Err(refusal) => {
                prop_assert!(refusal.breaches.is_empty(), "the solver gave an unsound plan: {refusal:?}");
                let mut schools: HashMap<&str, usize> = HashMap::new();
                exam.candidates.iter().for_each(|one| *schools.entry(&one.school).or_insert(0) += 1);
                match refusal.rule {
                    // Rooms are not shared by groups, so each group may leave part of one room, of thirty at most here or the odd one.
                    "KC-10" => prop_assert!(exam.candidates.len() + 2 * 56 > seats(&exam)),
                    "KC-06" => prop_assert!(exam.settings.away),
                    "KC-07" => prop_assert!(exam.candidates.iter().any(|one| !one.needs.is_empty())),
                    // Few schools, or needs that only few rooms meet, leave neighbours of one school.
                    "KC-04" => prop_assert!(schools.len() < 12 || exam.candidates.iter().any(|one| !one.needs.is_empty())),
                    other => prop_assert!(false, "unexpected {other}: {refusal:?}"),
                }
            }
        }
    }

    #[test]
    fn enough_rooms_and_no_school_over_a_third_always_succeed(
        schools in 3..20usize, each in 5..60usize, seed in any::<u32>(), layout in 0..3usize, hosts in 0..3usize,
    ) {
        let candidates = schools * each;
        let rooms = |_: usize| (0..candidates.div_ceil(60) + 2)
            .map(|nth| Room { room: format!("{nth:03}"), layout: ["6x5", "5x6", "7-8-8-7"][(layout + nth) % 3].into(), kind: Kind::Normal, offers: vec![] })
            .collect();
        let exam = Exam {
            exam: "随机".into(), seed: seed.to_string(), number_prefix: String::new(), layouts: vec![], settings: Settings::default(),
            sites: (0..3).map(|nth| Site { site: format!("{nth:02}"), school: if nth < hosts { format!("校{nth}") } else { String::new() }, rooms: rooms(nth) }).collect(),
            candidates: (0..candidates).map(|nth| Candidate {
                number: nth.to_string(), school: format!("校{}", nth % schools), class: String::new(), group: String::new(), needs: vec![], twins: String::new(),
            }).collect(),
            sessions: vec![], invigilators: vec![],
        };
        let plan = seat(&exam);
        prop_assert!(plan.is_ok(), "{:?}", plan.err());
        prop_assert!(plan.unwrap().rooms.iter().all(|room| room.relaxed.is_none()));
    }

    #[test]
    fn staff_is_posted_soundly_or_a_rule_of_theirs_is_named(
        people in proptest::collection::vec((0..14usize, 0..5usize, any::<bool>(), 0..30usize, 0..200usize), 4..120),
        candidates in 20..150usize, half_days in 1..5usize, seed in any::<u32>(), site_only in any::<bool>(),
    ) {
        let subjects = ["语文", "数学", "英语", "科学", ""];
        let exam = Exam {
            exam: "随机".into(), seed: seed.to_string(), number_prefix: String::new(), layouts: vec![],
            settings: Settings { own_school: if site_only { engine_seating::OwnSchool::Site } else { engine_seating::OwnSchool::Candidates }, ..Settings::default() },
            sites: vec![Site { site: "01".into(), school: "校9".into(), rooms: (0..8)
                .map(|nth| Room { room: nth.to_string(), layout: "6x5".into(), kind: Kind::Normal, offers: vec![] }).collect() }],
            candidates: (0..candidates).map(|nth| Candidate {
                number: nth.to_string(), school: format!("校{}", nth % 4), class: String::new(), group: String::new(), needs: vec![], twins: String::new(),
            }).collect(),
            sessions: (0..half_days).map(|nth| Session { session: nth.to_string(), half_day: nth.to_string(), subject: subjects[nth % 4].into() }).collect(),
            invigilators: people.into_iter().enumerate().map(|(nth, (school, subject, male, bar, relative))| Invigilator {
                number: nth.to_string(), school: format!("校{school}"), subject: subjects[subject].into(),
                sex: if male { Sex::Male } else { Sex::Female }, exam_grade: bar == 0, trained: bar != 1, pledged: bar != 2, healthy: bar != 3,
                relatives: vec![relative.to_string()],
            }).collect(),
        };
        match seat(&exam) {
            Ok(plan) => prop_assert_eq!(check(&exam, &plan), vec![]),
            Err(refusal) => prop_assert!(refusal.breaches.is_empty() && refusal.rule.starts_with("KS-"), "{refusal:?}"),
        }
    }

    #[test]
    fn any_bytes_are_answered(verb in 0..3usize, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = answer(["seat", "check", "other"][verb], &bytes);
    }

    #[test]
    fn altered_input_is_answered(
        exam in exams(), check_too in any::<bool>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..3),
    ) {
        let mut bytes = serde_json::to_vec(&exam).unwrap();
        if check_too && let Ok(plan) = answer("seat", &bytes) {
            bytes.extend(plan);
        }
        for (at, byte, kind) in changes {
            let place = at.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        if let Err(refusal) = answer(if check_too { "check" } else { "seat" }, &bytes) {
            let value = serde_json::to_value(&refusal).unwrap();
            prop_assert!(value["rule"].as_str().unwrap().starts_with('K'));
        }
    }
}
