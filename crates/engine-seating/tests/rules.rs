//! Worked examples, what each rule refuses, and that the checker finds every kind of breach.

use engine_seating::{Exam, Plan, answer, check, seat};
use serde_json::{Value, json};

/// Three schools of twenty, two sites in schools without candidates, invigilators from five other schools.
fn small() -> Value {
    let rooms: Vec<Value> = (1..=3).map(|nth| json!({"room": format!("{nth:03}"), "layout": "6x5"})).collect();
    let candidates: Vec<Value> = (0..60)
        .map(|nth| json!({"number": format!("K{nth:03}"), "school": format!("校{}", nth % 3), "class": format!("{}班", nth / 3 % 4), "group": "A"}))
        .collect();
    let invigilators: Vec<Value> = (0..30)
        .map(|nth| json!({"number": format!("J{nth:02}"), "school": format!("小学{}", nth % 5), "sex": if nth % 2 == 0 {"male"} else {"female"},
            "subject": "体育", "trained": true, "pledged": true, "healthy": true}))
        .collect();
    json!({"exam": "考试", "seed": "66-01-19", "number_prefix": "2182",
        "sites": [{"site": "01", "school": "东校", "rooms": rooms}, {"site": "02", "school": "西校", "rooms": rooms}],
        "candidates": candidates, "invigilators": invigilators,
        "sessions": [{"session": "语文", "half_day": "上午", "subject": "语文"}, {"session": "数学", "half_day": "下午", "subject": "数学"}]})
}

fn exam(value: &Value) -> Exam {
    serde_json::from_value(value.clone()).unwrap()
}

fn with(mut value: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut value);
    value
}

/// Rule and row of the refusal.
fn refused(value: &Value) -> String {
    let refusal = answer("seat", value.to_string().as_bytes()).unwrap_err();
    assert!(refusal.breaches.is_empty(), "{refusal:?}");
    format!("{} {}", refusal.rule, refusal.row.map_or("-".into(), |row| row.to_string()))
}

fn candidates(exam: &mut Value) -> &mut Vec<Value> {
    exam["candidates"].as_array_mut().unwrap()
}

#[test]
fn the_worked_example_sits_as_the_manual_says() {
    let schools = ["A", "A", "A", "B", "B", "C"];
    let list: Vec<Value> =
        schools.iter().enumerate().map(|(nth, school)| json!({"number": format!("{nth}"), "school": school})).collect();
    let exam = exam(
        &json!({"exam": "例", "seed": "任意", "number_prefix": "2182", "layouts": [{"layout": "2x3", "columns": [3, 3]}],
        "sites": [{"site": "01", "rooms": [{"room": "007", "layout": "2x3"}]}], "candidates": list}),
    );
    let plan = seat(&exam).unwrap();
    let mut by_seat: Vec<(u8, &str, &str)> = plan
        .seats
        .iter()
        .map(|seat| (seat.seat, schools[seat.number.parse::<usize>().unwrap()], seat.exam_number.as_str()))
        .collect();
    by_seat.sort_unstable();
    let order: String = by_seat.iter().map(|(_, school, _)| *school).collect();
    assert_eq!(order, "ABABAC");
    assert_eq!(by_seat[5].2, "21820100706");
}

#[test]
fn a_sound_plan_holds_at_the_boundary_too() {
    let input = small().to_string().into_bytes();
    let plan = answer("seat", &input).unwrap();
    assert_eq!(answer("check", &[input, plan].concat()).unwrap(), b"{\"holds\":true}\n");
}

#[test]
fn the_same_seed_gives_the_same_plan_for_any_number_of_threads_and_another_seed_another() {
    let exam = exam(&small());
    let plan_on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| seat(&exam)).unwrap()
    };
    let plan = plan_on(1);
    assert_eq!(plan, plan_on(2));
    assert_eq!(plan, plan_on(7));
    let other = Exam { seed: "67-01-19".into(), ..exam.clone() };
    assert_ne!(plan.seats, seat(&other).unwrap().seats);
}

#[test]
fn every_room_mixes_the_schools_in_proportion() {
    let plan = seat(&exam(&small())).unwrap();
    assert_eq!(plan.rooms.iter().map(|room| room.candidates).collect::<Vec<_>>(), [30, 30]);
    for room in &plan.rooms {
        let here = plan.seats.iter().filter(|seat| seat.room == room.room && seat.site == room.site);
        let mut counts = [0; 3];
        here.for_each(|seat| counts[seat.number[1..].parse::<usize>().unwrap() % 3] += 1);
        assert_eq!(counts, [10, 10, 10]);
    }
}

#[test]
fn a_last_room_of_one_shares_with_the_room_before() {
    let one_more =
        with(small(), |exam| candidates(exam).push(json!({"number": "K999", "school": "校0", "group": "A"})));
    let plan = seat(&exam(&one_more)).unwrap();
    assert_eq!(plan.rooms.iter().map(|room| room.candidates).collect::<Vec<_>>(), [30, 16, 15]);
}

#[test]
fn one_school_alone_is_kept_apart_by_classes() {
    let alone = with(small(), |exam| candidates(exam).iter_mut().for_each(|one| one["school"] = "校0".into()));
    let plan = seat(&exam(&alone)).unwrap();
    assert!(plan.rooms.iter().all(|room| room.relaxed.as_deref() == Some("校0")));
    let one_class = with(alone, |exam| candidates(exam).iter_mut().for_each(|one| one["class"] = "1班".into()));
    assert_eq!(refused(&one_class), "KC-04 -");
}

#[test]
fn special_needs_are_met_in_ordinary_and_in_special_rooms() {
    let needy = with(small(), |exam| {
        exam["sites"][1]["rooms"][2] = json!({"room": "S", "layout": "6x5", "kind": "special", "offers": ["隔离"]});
        exam["sites"][1]["rooms"][0]["offers"] = json!(["底层"]);
        for (place, need) in [(0, "底层"), (7, "隔离"), (8, "隔离"), (10, "隔离")] {
            candidates(exam)[place]["needs"] = json!([need]);
        }
    });
    let plan = seat(&exam(&needy)).unwrap();
    let room = |place: usize| (plan.seats[place].site.as_str(), plan.seats[place].room.as_str());
    assert_eq!(room(0), ("02", "001"));
    assert!([7, 8, 10].iter().all(|place| room(*place) == ("02", "S")));
    assert_eq!(plan.seats.iter().filter(|seat| seat.room == "S").count(), 3);
    let unmet = with(needy, |exam| candidates(exam)[3]["needs"] = json!(["电梯"]));
    assert_eq!(refused(&unmet), "KC-07 4");
}

#[test]
fn nobody_sits_in_the_own_school() {
    let host = with(small(), |exam| exam["sites"][0]["school"] = "校1".into());
    let plan = seat(&exam(&host)).unwrap();
    assert!(plan.seats.iter().all(|seat| seat.site != "01" || seat.number[1..].parse::<usize>().unwrap() % 3 != 1));
    let both = with(host.clone(), |exam| exam["sites"][1]["school"] = "校1".into());
    assert_eq!(refused(&both), "KC-06 -");
    let allowed = with(both, |exam| exam["settings"] = json!({"away": false}));
    assert!(seat(&exam(&allowed)).is_ok());
}

#[test]
fn groups_never_share_a_room() {
    let two = with(small(), |exam| candidates(exam).iter_mut().step_by(5).for_each(|one| one["group"] = "B".into()));
    let plan = seat(&exam(&two)).unwrap();
    assert_eq!(
        plan.rooms.iter().map(|room| (room.group.as_str(), room.candidates)).collect::<Vec<_>>(),
        [("A", 30), ("A", 18), ("B", 12)]
    );
}

#[test]
fn bad_input_is_refused_with_its_first_row() {
    let change = |change: &dyn Fn(&mut Value)| refused(&with(small(), change));
    assert_eq!(change(&|exam| candidates(exam)[4]["number"] = "K001".into()), "KC-12 5");
    assert_eq!(change(&|exam| candidates(exam)[4]["school"] = "".into()), "KC-11 5");
    assert_eq!(change(&|exam| candidates(exam)[4]["number"] = "a|b".into()), "KC-11 5");
    assert_eq!(change(&|exam| candidates(exam).clear()), "KC-13 -");
    assert_eq!(change(&|exam| exam["sites"] = json!([])), "KC-13 -");
    assert_eq!(change(&|exam| exam["seed"] = "".into()), "KC-11 -");
    assert_eq!(change(&|exam| exam["sites"][1]["site"] = "01".into()), "KC-12 2");
    assert_eq!(change(&|exam| exam["sites"][1]["rooms"][1]["room"] = "001".into()), "KC-12 2");
    assert_eq!(change(&|exam| exam["sites"][1]["rooms"][1]["layout"] = "9x9".into()), "KC-15 2");
    assert_eq!(change(&|exam| exam["layouts"] = json!([{"layout": "x", "columns": [0]}])), "KC-14 1");
    assert_eq!(change(&|exam| exam["layouts"] = json!([{"layout": "6x5", "columns": [5]}])), "KC-12 1");
    assert_eq!(change(&|exam| exam["settings"] = json!({"reserve_percent": 101})), "KC-16 -");
    assert_eq!(change(&|exam| exam["settings"] = json!({"spare_rooms": {"least": 3, "per": 10}})), "KC-08 1");
    assert_eq!(change(&|exam| exam["invigilators"][3]["number"] = "J00".into()), "KC-12 4");
    assert_eq!(change(&|exam| exam["sessions"][1]["session"] = "语文".into()), "KC-12 2");
    assert_eq!(change(&|exam| exam["sessions"] = json!([])), "KC-13 -");
    assert_eq!(change(&|exam| exam["colour"] = "red".into()), "KC-00 1");
}

#[test]
fn what_cannot_be_is_refused_by_the_rule_that_forbids_it() {
    let change = |change: &dyn Fn(&mut Value)| refused(&with(small(), change));
    let people = |change: &'static dyn Fn(&mut Value)| {
        move |exam: &mut Value| exam["invigilators"].as_array_mut().unwrap().iter_mut().for_each(change)
    };
    let one_room = |exam: &mut Value| {
        exam["sites"] = json!([{"site": "01", "rooms": [{"room": "001", "layout": "6x5"}]}]);
    };
    assert_eq!(change(&one_room), "KC-10 -");
    assert_eq!(change(&people(&|one| one["trained"] = false.into())), "KS-05 -");
    assert_eq!(change(&people(&|one| one["relatives"] = json!(["K001"]))), "KS-05 -");
    assert_eq!(change(&people(&|one| one["exam_grade"] = true.into())), "KS-05 -");
    assert_eq!(change(&people(&|one| one["subject"] = "数学".into())), "KS-05 -");
    assert_eq!(change(&people(&|one| one["school"] = "校0".into())), "KS-02 -");
    assert_eq!(change(&people(&|one| one["school"] = "小学".into())), "KS-01 -");
    let few = |exam: &mut Value| {
        exam["invigilators"].as_array_mut().unwrap().truncate(5);
        exam["sessions"] = (0..3)
            .map(|nth| json!({"session": nth.to_string(), "half_day": nth.to_string(), "subject": "语文"}))
            .collect();
    };
    assert_eq!(change(&few), "KS-04 -");
}

#[test]
fn invigilators_of_a_candidates_school_may_serve_elsewhere_when_the_setting_says_site_only() {
    let own = with(small(), |exam| {
        exam["invigilators"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .enumerate()
            .for_each(|(nth, one)| one["school"] = format!("校{}", nth % 3).into());
    });
    assert_eq!(refused(&own), "KS-02 -");
    let plan = seat(&exam(&with(own, |exam| exam["settings"] = json!({"own_school": "site"})))).unwrap();
    assert_eq!(plan.half_days.len(), 2);
}

#[test]
fn pairs_are_mixed_where_possible() {
    let plan = seat(&exam(&small())).unwrap();
    let parity = |number: &str| number[1..].parse::<usize>().unwrap() % 2;
    for post in plan.half_days.iter().flat_map(|day| &day.posts) {
        assert_ne!(parity(&post.invigilators[0]), parity(&post.invigilators[1]));
    }
    assert!(plan.half_days.iter().all(|day| day.reserve.len() == 1), "five per cent of four, rounded up");
}

/// The rules the checker finds in a plan that was changed after it was made.
fn found(value: &Value, change: impl FnOnce(&mut Plan)) -> Vec<&'static str> {
    let exam = exam(value);
    let mut plan = seat(&exam).unwrap();
    change(&mut plan);
    plan.seal = plan.computed_seal();
    let mut rules: Vec<&str> = check(&exam, &plan).iter().map(|breach| breach.rule).collect();
    rules.dedup();
    rules
}

fn renumber(plan: &mut Plan) {
    for seat in &mut plan.seats {
        seat.exam_number = format!("2182{}{}{:02}", seat.site, seat.room, seat.seat);
    }
}

fn swap_seats(plan: &mut Plan, one: usize, other: usize) {
    let (mut first, mut second) = (plan.seats[one].clone(), plan.seats[other].clone());
    std::mem::swap(&mut first.number, &mut second.number);
    (plan.seats[one], plan.seats[other]) = (second, first);
}

#[test]
fn the_checker_finds_each_kind_of_breach() {
    let base = small();
    assert!(found(&base, |_| ()).is_empty());
    assert!(found(&base, |plan| drop(plan.seats.pop())).contains(&"KC-01"));
    assert!(found(&base, |plan| plan.seats[1] = plan.seats[0].clone()).contains(&"KC-01"));
    assert!(found(&base, |plan| plan.seats[0].seat = 31).contains(&"KC-01"));
    assert!(found(&base, |plan| plan.seats[0].room = "999".into()).contains(&"KC-01"));
    assert_eq!(found(&base, |plan| plan.rooms[0].candidates += 1), ["KC-01"]);
    let far = |plan: &mut Plan| {
        plan.seats.iter_mut().filter(|seat| seat.seat == 1).for_each(|seat| seat.seat = 30);
        renumber(plan);
    };
    assert!(found(&base, far).contains(&"KC-01"), "two on one seat");
    let gap = with(base.clone(), |exam| drop(candidates(exam).pop()));
    let moved = |plan: &mut Plan| {
        let full = plan.rooms.iter().find(|room| room.candidates == 29).unwrap().clone();
        plan.seats
            .iter_mut()
            .find(|seat| seat.site == full.site && seat.room == full.room && seat.seat == 1)
            .unwrap()
            .seat = 30;
        renumber(plan);
    };
    assert!(found(&gap, moved).contains(&"KC-02"));
    let groups =
        with(base.clone(), |exam| candidates(exam).iter_mut().step_by(2).for_each(|one| one["group"] = "B".into()));
    assert!(found(&groups, |plan| swap_seats(plan, 0, 1)).contains(&"KC-03"));
    let all_pairs = (1..60).filter(|other| found(&base, |plan| swap_seats(plan, 0, *other)).contains(&"KC-04")).count();
    assert!(all_pairs > 5, "moving someone at random meets the own school more often than not: {all_pairs}");
    let host = with(base.clone(), |exam| exam["sites"][0]["school"] = "校1".into());
    let breaches = check(&exam(&host), &seat(&exam(&base)).unwrap());
    assert!(breaches.len() == 20 && breaches.iter().all(|breach| breach.rule == "KC-06"), "{breaches:?}");
    assert_eq!(found(&base, |plan| plan.seats[0].exam_number.push('0')), ["KC-09"]);
}

#[test]
fn the_checker_finds_twins_spare_rooms_and_needs() {
    let base = small();
    let plan = seat(&exam(&base)).unwrap();
    let at =
        |seat: u8| plan.seats.iter().position(|one| one.room == "001" && one.site == "01" && one.seat == seat).unwrap();
    let twins = with(base.clone(), |exam| {
        for seat in [1, 10] {
            candidates(exam)[at(seat)]["twins"] = "双".into();
        }
    });
    let rules = |value: &Value| check(&exam(value), &plan).iter().map(|breach| breach.rule).collect::<Vec<_>>();
    assert_eq!(rules(&twins), ["KC-05"], "seats 1 and 10 are neighbours in 6x5");
    assert!(
        rules(&with(base.clone(), |exam| exam["sites"][0]["rooms"][0]["kind"] = "spare".into())).contains(&"KC-08")
    );
    let need = with(base.clone(), |exam| {
        exam["sites"][1]["rooms"][2]["offers"] = json!(["底层"]);
        candidates(exam)[0]["needs"] = json!(["底层"]);
    });
    assert_eq!(rules(&need), ["KC-07"]);
    let layout = with(base, |exam| exam["sites"][0]["rooms"][0]["layout"] = "7-8-8-7".into());
    assert!(rules(&layout).iter().all(|rule| *rule == "KC-04"), "the same seats in another layout");
}

#[test]
fn the_checker_finds_what_invigilators_must_not_do() {
    let base = small();
    let swap_in = |half_day: usize, post: usize, number: &'static str| {
        move |plan: &mut Plan| plan.half_days[half_day].posts[post].invigilators[0] = number.into()
    };
    assert!(found(&base, swap_in(0, 0, "J99")).contains(&"KS-01"), "unknown");
    let doubled = |plan: &mut Plan| {
        let second = plan.half_days[0].posts[0].invigilators[1].clone();
        plan.half_days[0].posts[0].invigilators[0] = second;
    };
    assert!(found(&base, doubled).contains(&"KS-01"));
    let repeat = |plan: &mut Plan| plan.half_days[1].posts = plan.half_days[0].posts.clone();
    assert!(found(&base, repeat).contains(&"KS-04"));
    assert!(found(&base, |plan| drop(plan.half_days.pop())).contains(&"KS-01"));
    assert!(found(&base, |plan| drop(plan.half_days[0].posts.pop())).contains(&"KS-01"));
    assert!(found(&base, |plan| plan.half_days[0].reserve.clear()).contains(&"KS-05"));
    let barred = |change: &dyn Fn(&mut Value)| {
        let plan = seat(&exam(&base)).unwrap();
        let posted = plan.half_days[0].posts[0].invigilators[0].clone();
        let changed = with(base.clone(), |exam| {
            exam["invigilators"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .filter(|one| one["number"] == posted.as_str())
                .for_each(change);
        });
        check(&exam(&changed), &plan).iter().map(|breach| breach.rule).collect::<Vec<_>>()
    };
    assert!(barred(&|one| one["school"] = "校2".into()).contains(&"KS-02"));
    assert!(barred(&|one| one["school"] = "东校".into()).contains(&"KS-02"));
    assert!(barred(&|one| one["subject"] = "语文".into()).contains(&"KS-02"));
    assert!(barred(&|one| one["exam_grade"] = true.into()).contains(&"KS-02"));
    assert!(barred(&|one| one["relatives"] = json!(["K005"])).contains(&"KS-03"));
    assert!(barred(&|one| one["pledged"] = false.into()).contains(&"KS-05"));
    let exam = exam(&base);
    let mut plan = seat(&exam).unwrap();
    plan.seal = "0".repeat(64);
    assert_eq!(check(&exam, &plan).len(), 1);
    assert_eq!(check(&exam, &plan)[0].rule, "KS-06");
}
