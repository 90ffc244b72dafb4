//! Hand-worked rounds from the sources and the domain rules, then properties over random rounds.

use engine_matching::certificate::Objection;
use engine_matching::{Lists, Reserve, Round, answer, blocking, place};
use proptest::prelude::*;

/// `"01 0"`: student 0 wishes schools 0 then 1, student 1 only school 0; `-` is an empty list.
fn lists(text: &str) -> Lists {
    Lists::from_rows(
        text.split_whitespace().map(|row| row.chars().filter_map(|name| name.to_digit(10)).collect::<Vec<u32>>()),
    )
}

fn numbers(text: &str) -> Vec<u32> {
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// `"0: 1 of 23"`: school 0 keeps 1 place for students 2 and 3.
fn reserves(text: &str) -> Vec<Reserve> {
    let reserve = |part: &str| {
        let (school, rest) = part.split_once(':').unwrap();
        let (places, students) = rest.split_once("of").unwrap();
        Reserve {
            school: school.trim().parse().unwrap(),
            places: places.trim().parse().unwrap(),
            students: students.trim().chars().filter_map(|name| name.to_digit(10)).collect(),
        }
    };
    text.split(';').filter(|part| !part.trim().is_empty()).map(reserve).collect()
}

fn show(placed: &[Option<u32>]) -> String {
    placed.iter().map(|school| school.map_or("-".to_owned(), |school| school.to_string())).collect::<Vec<_>>().join(" ")
}

/// Wishes, orders of the schools, capacities, reserves -> places; the certificate must agree.
fn check(wishes: &str, order: &str, capacity: &str, kept: &str, expect: &str) {
    let round = Round::new(lists(wishes), lists(order), numbers(capacity), reserves(kept)).unwrap();
    let placed = place(&round);
    assert_eq!(show(&placed), expect);
    assert_eq!(blocking(&round, &placed), None);
}

#[test]
fn a_refused_student_tries_the_next_wish() {
    check("01 01", "10 01", "1 1", "", "1 0");
}

#[test]
fn gale_and_shapley_give_every_student_the_best_stable_school() {
    // Three by three with three stable assignments; the students' best is everybody's first wish.
    check("012 120 201", "120 201 012", "1 1 1", "", "0 1 2");
}

#[test]
fn a_student_the_school_does_not_name_is_never_taken() {
    check("0 0", "1", "2", "", "- 0");
    check("- 0", "01", "1", "", "- 0");
}

#[test]
fn a_reserved_place_goes_first_to_its_group_and_otherwise_to_all() {
    // School 0 ranks 0 1 2 3 and has two places; without a reserve 0 and 1 get in.
    check("0 0 0 0", "0123", "2", "", "0 0 - -");
    check("0 0 0 0", "0123", "2", "0: 1 of 23", "0 - 0 -");
    check("0 0 - -", "0123", "2", "0: 1 of 23", "0 0 - -");
    check("0 0 0 0", "0123", "2", "0: 0 of 23", "0 0 - -");
}

#[test]
fn the_certificate_names_the_first_pair_that_blocks() {
    let round = Round::new(lists("01 01"), lists("01 01"), numbers("1 1"), vec![]).unwrap();
    let blocked = |placed: &[Option<u32>]| blocking(&round, placed);
    assert_eq!(blocked(&[Some(1), Some(0)]), Some(Objection::Blocking { student: 0, school: 0, instead_of: Some(1) }));
    assert_eq!(blocked(&[Some(0), None]), Some(Objection::Blocking { student: 1, school: 1, instead_of: None }));
    assert_eq!(blocked(&[Some(0), Some(0)]), Some(Objection::OverFull { school: 0, placed: 2 }));
    assert_eq!(blocked(&[Some(0)]), Some(Objection::Length { given: 1, students: 2 }));
    let round = Round::new(lists("0 1"), lists("01 0"), numbers("1 1"), vec![]).unwrap();
    assert_eq!(blocking(&round, &[None, Some(1)]), Some(Objection::NotMutual { student: 1, school: 1 }));
}

fn said(verb: &str, input: &str) -> String {
    match answer(verb, input.as_bytes()) {
        Ok(text) => String::from_utf8(text).unwrap().trim().to_owned(),
        Err(refusal) => serde_json::to_string(&refusal).unwrap(),
    }
}

#[test]
fn the_command_line_shape_is_answered() {
    let input = r#"{"students":[[0,1],[0,1],[0]],"schools":[[1,0,2],[0,1]],"capacity":[1,1]}"#;
    assert_eq!(said("", input), r#"{"assignment":[1,0,null]}"#);
    let input = r#"{"students":[[0,1],[0,1],[0]],"schools":[[1,0,2],[0,1]],"capacity":[1,1],"assignment":[1,0,null]}"#;
    assert_eq!(said("stable", input), r#"{"stable":true}"#);
}

#[test]
fn equal_students_are_ordered_by_their_draw_keys() {
    let round = |draw: &str| format!(r#"{{"students":[[0],[0],[0]],"schools":[[0,[1,2]]],"capacity":[2]{draw}}}"#);
    assert_eq!(said("place", &round(r#","draw":["a","c","b"]"#)), r#"{"assignment":[0,null,0]}"#);
    assert_eq!(said("place", &round(r#","draw":["a","b","c"]"#)), r#"{"assignment":[0,0,null]}"#);
    assert!(said("place", &round("")).contains(r#""rule":"MA-06""#));
    assert!(said("place", &round(r#","draw":["a","b","b"]"#)).contains(r#""rule":"MA-06""#));
    assert!(said("place", &round(r#","draw":["a"]"#)).contains(r#""rule":"MA-03""#));
}

#[test]
fn every_refusal_has_its_code_and_names_the_first_offending_row() {
    for (input, code, row) in [
        ("", "MA-01", None),
        ("[]", "MA-01", None),
        (r#"{"students":[[0],[0,"x"]]}"#, "MA-01", Some(1)),
        (r#"{"students":[[0],[-1]]}"#, "MA-01", Some(1)),
        (r#"{"students":[[0.5]]}"#, "MA-01", Some(0)),
        (r#"{"students":[[4294967295]]}"#, "MA-01", Some(0)),
        (r#"{"students":[[[0]]]}"#, "MA-01", Some(0)),
        (r#"{"students":[],"pupils":[]}"#, "MA-01", None),
        (r#"{"students":[],"students":[]}"#, "MA-01", None),
        (r#"{"students":[],"schools":[]}"#, "MA-02", None),
        (r#"{"students":[],"schools":[[],[]],"capacity":[1,-1]}"#, "MA-01", Some(1)),
        (r#"{"students":[],"schools":[],"capacity":[1]}"#, "MA-03", None),
        (r#"{"students":[[],[1]],"schools":[[]],"capacity":[1]}"#, "MA-04", Some(1)),
        (r#"{"students":[[0],[0]],"schools":[[0],[1,1]],"capacity":[1,1]}"#, "MA-05", Some(1)),
        (r#"{"students":[[0]],"schools":[[[0,1]]],"capacity":[1],"draw":["a"]}"#, "MA-04", Some(0)),
        (
            r#"{"students":[[0]],"schools":[[0]],"capacity":[1],"reserve":[{"school":0,"places":2,"students":[]}]}"#,
            "MA-07",
            Some(0),
        ),
        (
            r#"{"students":[[0]],"schools":[[0]],"capacity":[1],"reserve":[{"school":0,"places":1,"students":[0,0]}]}"#,
            "MA-07",
            Some(0),
        ),
        (
            r#"{"students":[[0]],"schools":[[0]],"capacity":[1],"reserve":[{"school":1,"places":1,"students":[0]}]}"#,
            "MA-04",
            Some(0),
        ),
    ] {
        let refusal = answer("place", input.as_bytes()).unwrap_err();
        assert_eq!((refusal.code, refusal.row), (code, row), "{input}");
    }
    assert_eq!(answer("placed", b"{}").unwrap_err().code, "MA-10");
    assert_eq!(answer("stable", br#"{"students":[],"schools":[],"capacity":[]}"#).unwrap_err().code, "MA-02");
}

/// A choice of the school written from its definition: the best of each reserve up to its size, then the best of all.
fn chosen(round: &Round, school: usize, pool: &[u32]) -> Vec<u32> {
    let order = round.order().row(school);
    let ranked: Vec<u32> = order.iter().copied().filter(|student| pool.contains(student)).collect();
    let mut chosen: Vec<u32> = Vec::new();
    for reserve in round.reserves().iter().filter(|reserve| reserve.school as usize == school) {
        let members = ranked.iter().filter(|student| reserve.students.contains(student));
        chosen.extend(members.take(reserve.places as usize));
    }
    for &student in &ranked {
        if chosen.len() < round.capacity()[school] as usize && !chosen.contains(&student) {
            chosen.push(student);
        }
    }
    chosen
}

/// Stability by the definition with choices: nobody is held against a choice, no pair would change.
fn stable_by_definition(round: &Round, placed: &[Option<u32>]) -> bool {
    let roll = |school: u32| -> Vec<u32> {
        (0..placed.len() as u32).filter(|&s| placed[s as usize] == Some(school)).collect()
    };
    let kept = (0..round.schools() as u32)
        .all(|school| chosen(round, school as usize, &roll(school)).len() == roll(school).len());
    let asked = placed
        .iter()
        .enumerate()
        .all(|(s, school)| school.is_none_or(|school| round.wishes().row(s).contains(&school)));
    let blocked = (0..placed.len()).any(|student| {
        let better = round.wishes().row(student).iter().take_while(|school| Some(**school) != placed[student]);
        better.into_iter().any(|&school| {
            let mut pool = roll(school);
            pool.push(student as u32);
            chosen(round, school as usize, &pool).contains(&(student as u32))
        })
    });
    kept && asked && !blocked
}

fn every_assignment(students: usize, schools: u32) -> Vec<Vec<Option<u32>>> {
    (0..students).fold(vec![vec![]], |all, _| {
        let extend = |row: &Vec<Option<u32>>| {
            let row = row.clone();
            (0..=schools).map(move |school| {
                let mut row = row.clone();
                row.push((school < schools).then_some(school));
                row
            })
        };
        all.iter().flat_map(extend).collect()
    })
}

fn some_of(count: usize) -> impl Strategy<Value = Vec<u32>> {
    (Just((0..count as u32).collect::<Vec<u32>>()).prop_shuffle(), 0..=count).prop_map(|(mut row, length)| {
        row.truncate(length);
        row
    })
}

/// Small rounds with ragged lists; in half of them school 0 keeps places for two groups.
fn small_round() -> impl Strategy<Value = Round> {
    (1..=5_usize, 1..=3_usize).prop_flat_map(|(students, schools)| {
        let wishes = prop::collection::vec(some_of(schools), students);
        let order = prop::collection::vec(some_of(students), schools);
        let capacity = prop::collection::vec(0..=3_u32, schools);
        (wishes, order, capacity, 0..=2_u32, 0..=2_u32, 0..=students).prop_map(
            move |(wishes, order, capacity, one, two, cut)| {
                let first = one.min(capacity[0]);
                let reserve = |places, students: Vec<u32>| Reserve { school: 0, places, students };
                let reserves = vec![
                    reserve(first, (0..cut as u32 / 2).collect()),
                    reserve(two.min(capacity[0] - first), (cut as u32 / 2..cut as u32).collect()),
                ];
                Round::new(Lists::from_rows(wishes), Lists::from_rows(order), capacity, reserves).unwrap()
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_certificate_agrees_with_the_definition_on_every_assignment(round in small_round()) {
        for placed in every_assignment(round.students(), round.schools() as u32) {
            prop_assert_eq!(blocking(&round, &placed).is_none(), stable_by_definition(&round, &placed), "{:?}", placed);
        }
    }

    #[test]
    fn no_student_does_better_in_any_other_stable_assignment(round in small_round()) {
        let placed = place(&round);
        prop_assert!(stable_by_definition(&round, &placed));
        let worth = |row: usize, school: Option<u32>| {
            let wishes = round.wishes().row(row);
            wishes.iter().position(|&wish| Some(wish) == school).unwrap_or(wishes.len())
        };
        for other in every_assignment(round.students(), round.schools() as u32) {
            if stable_by_definition(&round, &other) {
                for row in 0..placed.len() {
                    prop_assert!(worth(row, placed[row]) <= worth(row, other[row]));
                }
            }
        }
    }

    #[test]
    fn long_and_short_lists_give_the_same_answer(seed in 0_u64..1_000_000) {
        // The same round with strangers appended to the schools, so that the other table of ranks is used.
        let round = middle_round(seed, 60, 8);
        let wide = 8 * 60 * 3;
        let mut wishes = round.wishes().clone();
        (0..wide).for_each(|_| wishes.push(&[]));
        let sparse = Round::new(wishes, round.order().clone(), round.capacity().to_vec(), vec![]).unwrap();
        let placed = place(&round);
        prop_assert_eq!(&place(&sparse)[..60], &placed[..]);
        prop_assert_eq!(blocking(&round, &placed), None);
    }

    #[test]
    fn any_bytes_are_answered_or_refused(verb in "place|stable|parallel|allot", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = answer(&verb, &bytes);
    }

    #[test]
    fn a_mutilated_batch_is_answered_or_refused(cut in any::<prop::sample::Index>(), put in prop_oneof!["[\\]\\[{},:0-9a\" -]{0,4}", "[0-9]{1,19}", "-[0-9]{1,3}", "null"]) {
        let whole = r#"{"columns":["a","b"],"marks":[[6,1],[5,2],[5,3]],"chain":[{"sum":["a"]},{"sum":["a","b"],"first":"low"}],"draw":["x","y","z"],"equal_last":"admit","plan":[2,1],"line":[null,5],"wishes":[[0,1],[1,0],[0]],"further":[[[0],[],[1]]],"directed":{"places":[1,0],"graduates":[2,1],"junior":[0,1,0],"eligible":[true,true,false],"line":[4,null]}}"#;
        let at = cut.index(whole.len());
        let _ = answer("parallel", format!("{}{put}{}", &whole[..at], &whole[(at + put.len()).min(whole.len())..]).as_bytes());
        let _ = answer("parallel", format!("{}{put}{}", &whole[..at], &whole[at..]).as_bytes());
    }

    #[test]
    fn a_mutilated_round_is_answered_or_refused(cut in 0..140_usize, put in "[\\]\\[{},:0-9a\" -]{0,6}") {
        let whole = r#"{"students":[[0,1],[0,1],[0]],"schools":[[1,[0,2]],[0,1]],"capacity":[1,1],"draw":["a","b","c"],"reserve":[{"school":0,"places":1,"students":[2]}]}"#;
        let at = cut.min(whole.len());
        let text = format!("{}{put}{}", &whole[..at], &whole[(at + put.len()).min(whole.len())..]);
        if let Err(refusal) = answer("place", text.as_bytes()) {
            prop_assert!(refusal.code.starts_with("MA-"));
            prop_assert!(!refusal.zh.is_empty() && !refusal.en.is_empty());
        }
    }
}

fn middle_round(seed: u64, students: u32, schools: u32) -> Round {
    let mut state = seed;
    let mut shuffled = move |count: u32| {
        let mut keyed: Vec<(u64, u32)> = (0..count)
            .map(|item| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 20, item)
            })
            .collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, item)| item).collect::<Vec<u32>>()
    };
    let wishes = Lists::from_rows((0..students).map(|_| shuffled(schools)));
    let order = Lists::from_rows((0..schools).map(|_| shuffled(students)));
    Round::new(wishes, order, vec![students / schools; schools as usize], vec![]).unwrap()
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let round = middle_round(5, 3_000, 20);
    let with =
        |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| place(&round));
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(7));
}
