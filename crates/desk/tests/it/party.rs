//! Admission of party members (evaluation 8.2): 25 steps in order, their limits of time, votes, the yearly quota.

use crate::support::{House, codes, id_number, on};
use luoshi_desk::view::When;
use luoshi_store::Store;

/// A move with its own day and what else it asks.
type Step = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The steps in order: move, the field of its day, its day, what else is asked. The applicant applied on 2020-01-06.
const STEPS: [Step; 24] = [
    ("talk", "talked_on", "2020-02-06", &[]),
    ("choose", "activist_on", "2020-03-02", &[]),
    ("file_activist", "activist_filed_on", "2020-03-05", &[]),
    ("mentor", "mentored_on", "2020-03-06", &[]),
    ("cultivate", "cultivated_on", "2021-02-20", &[]),
    ("nominate", "candidate_on", "2021-03-02", &[]),
    ("file_candidate", "candidate_filed_on", "2021-03-05", &[]),
    ("sponsor", "sponsored_on", "2021-03-08", &[]),
    (
        "review",
        "reviewed_on",
        "2021-03-20",
        &[("review_self", "yes"), ("review_family", "yes"), ("review_ties", "yes")],
    ),
    ("train", "trained_on", "2021-04-02", &[("trained_days", "3"), ("trained_hours", "20")]),
    ("examine", "committee_on", "2021-04-06", &[]),
    ("preview", "previewed_on", "2021-04-12", &[]),
    ("write", "written_on", "2021-04-15", &[("public_from", "2021-04-15")]),
    (
        "vote",
        "voted_on",
        "2021-04-28",
        &[("admit_due", "23"), ("admit_present", "15"), ("admit_yes", "12"), ("admit_written", "1")],
    ),
    ("interview", "interviewed_on", "2021-05-10", &[]),
    ("approve", "approved_on", "2021-05-20", &[]),
    ("record", "recorded_on", "2021-05-25", &[]),
    ("assign", "assigned_on", "2021-05-26", &[]),
    ("swear", "sworn_on", "2021-07-01", &[]),
    ("continue", "probation_on", "2021-07-01", &[]),
    ("request", "requested_on", "2022-04-18", &[("confirm_public_from", "2022-04-19")]),
    (
        "confirm_vote",
        "confirm_voted_on",
        "2022-04-28",
        &[("confirm_due", "24"), ("confirm_present", "20"), ("confirm_yes", "20"), ("confirm_written", "0")],
    ),
    ("admit", "full_on", "2022-05-20", &[]),
    ("archive", "archived_on", "2022-05-30", &[]),
];

/// A branch with a quota for one, its members, and a clock far enough ahead.
fn house(store: Store) -> House {
    let house = House::settled_in("2020-01-02", store);
    house.day("2022-06-10");
    let unit = house.id("bureau").to_string();
    house.file("section", "branch", "party_branch", &[("title", "局机关支部"), ("kind", "branch"), ("unit", &unit)]);
    let branch = house.id("branch").to_string();
    let quota = [
        ("title", "2021年计划"),
        ("branch", &*branch),
        ("from_on", "2021-01-01"),
        ("until_on", "2021-12-31"),
        ("places", "1"),
    ];
    house.file("section", "quota", "party_quota", &quota);
    for (number, name) in ["members_a", "members_b"].into_iter().enumerate() {
        person(&house, name, "1970-01-01", number);
    }
    house
}

fn person(house: &House, key: &str, born_on: &str, number: usize) -> String {
    let id = id_number(born_on, number);
    house.file("section", key, "person", &[("name", key), ("id_number", &id), ("born_on", born_on)]).to_string()
}

fn apply(house: &House, key: &str, number: usize) -> i64 {
    let (person, branch) =
        (person(house, &format!("person {key}"), "1995-05-04", number), house.id("branch").to_string());
    let typed = [("person", &*person), ("branch", &*branch), ("applied_on", "2020-01-06")];
    house.file("section", key, "party_applicant", &typed)
}

/// Makes a step on its day, or on another one, with some of what it asks replaced.
fn step(
    house: &House,
    id: i64,
    name: &str,
    day: Option<&str>,
    changed: &[(&str, &str)],
) -> Result<luoshi_desk::Saved, luoshi_desk::NotSaved> {
    let (_, field, own, asked) = STEPS.iter().find(|(made, ..)| *made == name).expect("the step is known");
    let members = ["members_a", "members_b"].map(|name| house.id(name).to_string());
    let quota = house.id("quota").to_string();
    let mut typed: Vec<(&str, &str)> = vec![(field, day.unwrap_or(own))];
    typed.extend_from_slice(asked);
    match name {
        "mentor" => typed.push(("mentor_a", &members[0])),
        "sponsor" => typed.extend([("sponsor_a", &*members[0]), ("sponsor_b", &*members[1])]),
        "approve" => typed.push(("quota", &quota)),
        _ => {}
    }
    for (field, value) in changed {
        typed.retain(|(name, _)| name != field);
        typed.push((field, value));
    }
    if name == "nominate" {
        let _ = inspect(house, id, "2020-09-01");
        let _ = inspect(house, id, "2021-02-18");
    }
    // Two levels: what the branch does is not approved by the same person.
    let by = if ["approve", "admit"].contains(&name) { "" } else { "section" };
    house.try_move(by, "party_applicant", id, name, &typed)
}

fn inspect(house: &House, id: i64, day: &str) -> Result<luoshi_desk::Saved, luoshi_desk::NotSaved> {
    let id = id.to_string();
    house.try_file("section", "party_inspection", &[("applicant", &id), ("inspected_on", day), ("opinion", "表现好")])
}

/// Takes an applicant to just before a step.
fn until(house: &House, id: i64, name: &str) {
    for (made, ..) in STEPS.iter().take_while(|(made, ..)| *made != name) {
        step(house, id, made, None, &[]).unwrap_or_else(|not| panic!("{made}: {}", crate::support::told(&not)));
    }
}

#[test]
fn twenty_five_steps_lead_to_the_archive() {
    House::each(|store| {
        let house = house(store);
        let id = apply(&house, "applicant", 7);
        // Step 14 only after 13, and no step is left out.
        assert_eq!(codes(step(&house, id, "write", None, &[])), ["D030"]);
        until(&house, id, "none of them");
        let flow = house.desk.bureau().packs.register("party_applicant").flow.as_ref().expect("it has a flow");
        assert_eq!(flow.states.values().filter(|state| !state.aside).count(), 25);
        assert_eq!(house.figure("party_developed_count", on("2021-12-31")), "1", "counted on step 17");
        assert_eq!(house.figure("party_developed_count", on("2021-05-19")), "0");
        assert_eq!(house.figure("party_developed_count", When::default()), "0", "of 2022");
    });
}

#[test]
fn limits_of_time_are_kept() {
    House::each(|store| {
        let house = house(store);
        let id = apply(&house, "applicant", 7);
        // 谈话: within a month, or with a reason.
        assert_eq!(codes(step(&house, id, "talk", Some("2020-02-07"), &[])), ["DY-02"]);
        assert_eq!(
            codes(step(&house, id, "talk", Some("2020-01-05"), &[])),
            ["DY-00"],
            "no step comes before the last"
        );
        until(&house, id, "nominate");
        // 培养满一年 and inspected every half year.
        assert_eq!(codes(step(&house, id, "nominate", Some("2021-03-01"), &[])), ["DY-07"]);
        until_from(&house, id, "nominate", "review");
        assert_eq!(codes(step(&house, id, "review", None, &[("review_ties", "no")])), ["D033"]);
        step(&house, id, "review", None, &[]).expect("all three are reviewed");
        // 培训: three days or 24 hours.
        let short = [("trained_days", "2"), ("trained_hours", "16")];
        assert_eq!(codes(step(&house, id, "train", None, &short)), ["DY-11"]);
        step(&house, id, "train", None, &[]).expect("three days");
        until_from(&house, id, "examine", "vote");
        // 公示 from Thursday 15 April: five working days end on the 22nd.
        assert_eq!(codes(step(&house, id, "vote", Some("2021-04-21"), &[])), ["DY-14"]);
        until_from(&house, id, "vote", "approve");
        // 审批: three months, with a reason six.
        let reason = [("approve_reason", "疫情")];
        assert_eq!(codes(step(&house, id, "approve", Some("2021-07-29"), &[])), ["DY-17"]);
        assert_eq!(codes(step(&house, id, "approve", Some("2021-10-29"), &reason)), ["DY-17"]);
        step(&house, id, "approve", Some("2021-07-28"), &[]).expect("three months to the day");
        for (made, day) in
            [("record", "2021-08-01"), ("assign", "2021-08-02"), ("swear", "2021-08-03"), ("continue", "2021-08-03")]
        {
            step(&house, id, made, Some(day), &[])
                .unwrap_or_else(|not| panic!("{made}: {}", crate::support::told(&not)));
        }
        // 预备期 of one year from the meeting.
        step(&house, id, "request", None, &[]).expect("it is asked for");
        assert_eq!(codes(step(&house, id, "confirm_vote", Some("2022-04-27"), &[])), ["DY-22"]);
        // Once extended, by six months to a year, and never twice.
        let extend =
            |until: &str| house.try_move("section", "party_applicant", id, "extend", &[("extended_until", until)]);
        assert_eq!(codes(extend("2022-10-27")), ["DY-33"]);
        assert_eq!(codes(extend("2023-04-29")), ["DY-33"]);
        extend("2022-10-28").expect("half a year");
        house.make("section", "party_applicant", id, "request_again", &[("confirm_public_from", "2022-05-20")]);
        assert_eq!(codes(extend("2023-04-28")), ["D030"], "once only");
        assert_eq!(codes(step(&house, id, "confirm_vote", Some("2022-06-10"), &[])), ["DY-22"]);
    });
}

fn until_from(house: &House, id: i64, from: &str, to: &str) {
    let steps = STEPS.iter().skip_while(|(made, ..)| *made != from).take_while(|(made, ..)| *made != to);
    for (made, ..) in steps {
        step(house, id, made, None, &[]).unwrap_or_else(|not| panic!("{made}: {}", crate::support::told(&not)));
    }
}

/// 23 voters due, 15 present, 12 in favour and one in writing: 13 pass, 11 do not.
#[test]
fn a_vote_needs_more_than_half_of_all_voters_due() {
    House::each(|store| {
        let house = house(store);
        let id = apply(&house, "applicant", 7);
        until(&house, id, "vote");
        let vote = |present: &'static str, yes: &'static str, written: &'static str| {
            step(
                &house,
                id,
                "vote",
                None,
                &[("admit_present", present), ("admit_yes", yes), ("admit_written", written)],
            )
        };
        assert_eq!(codes(vote("15", "11", "0")), ["DY-15"]);
        assert_eq!(codes(vote("11", "11", "2")), ["DY-15"], "not more than half are present");
        assert_eq!(codes(vote("15", "16", "0")), ["DY-15"]);
        vote("15", "12", "1").expect("thirteen of twenty-three");
    });
}

/// Step 17 stops at the branch's quota; it is one for 2021, and of that branch, and not by whoever led the meeting.
#[test]
fn a_quota_is_never_exceeded() {
    House::each(|store| {
        let house = house(store);
        let [first, second] = [("first", 7), ("second", 8)].map(|(key, number)| apply(&house, key, number));
        until(&house, first, "approve");
        until(&house, second, "approve");
        let quota = house.id("quota").to_string();
        let own = house.try_move(
            "section",
            "party_applicant",
            first,
            "approve",
            &[("approved_on", "2021-05-20"), ("quota", &*quota)],
        );
        assert!(["D031", "D035"].contains(&codes(own)[0].as_str()), "two levels, two people");
        step(&house, first, "approve", None, &[]).expect("within the quota");
        assert_eq!(codes(step(&house, second, "approve", None, &[])), ["D033"], "beyond it");
        house.edit("section", "party_quota", house.id("quota"), &[("places", "2")]);
        step(&house, second, "approve", None, &[]).expect("the quota was raised");
        let less = crate::support::save("party_quota", Some(house.id("quota")), None, &[("places", "1")]);
        assert_eq!(codes(house.desk.save(&house.actor("section"), &less)), ["JH-02"]);
        assert_eq!(house.figure("party_developed_count", on("2021-12-31")), "2");
    });
}

#[test]
fn an_applicant_is_eighteen_and_applies_once() {
    House::each(|store| {
        let house = house(store);
        let branch = house.id("branch").to_string();
        let young = person(&house, "young", "2002-01-07", 1);
        let typed = [("person", &*young), ("branch", &*branch), ("applied_on", "2020-01-06")];
        assert_eq!(codes(house.try_file("section", "party_applicant", &typed)), ["DY-01"]);
        let typed = [("person", &*young), ("branch", &*branch), ("applied_on", "2020-01-07")];
        house.file("section", "applied", "party_applicant", &typed);
        assert_eq!(codes(house.try_file("section", "party_applicant", &typed)), ["S005"]);
    });
}

/// 五星级: enough points, reviewed by somebody else, five working days of notice.
#[test]
fn an_award_waits_for_its_notice() {
    House::each(|store| {
        let house = house(store);
        house.day("2022-06-10");
        let unit = house.id("sa").to_string();
        let typed = [("title", "佛堂小学支部"), ("kind", "five_star"), ("unit", &*unit), ("year", "2022")];
        let award = house.file("school_a", "award", "party_award", &typed);
        let review = |points: &str| house.try_move("section", "party_award", award, "review", &[("points", points)]);
        assert_eq!(codes(review("89")), ["D033"]);
        review("90").expect("enough");
        house.make("section", "party_award", award, "publish", &[("public_from", "2022-05-30")]);
        // The Dragon Boat festival of 3 to 5 June lies between.
        let name = |day: &str| house.try_move("section", "party_award", award, "name", &[("named_on", day)]);
        assert_eq!(codes(name("2022-06-06")), ["CJD-01"]);
        name("2022-06-07").expect("the notice is over");
        assert_eq!(house.figure("five_star_count", When::default()), "1");
    });
}

/// A register whose label is its number: the first words name the record on a card, and lead to it.
#[test]
fn applicants_are_listed_by_their_person() {
    House::each(|store| {
        let house = house(store);
        let ask = luoshi_desk::ListAsk { register: "party_applicant".into(), ..Default::default() };
        let list = house.desk.list(&house.actor("section"), &ask).expect("it is listed");
        let names: Vec<&str> = (list.columns.iter())
            .filter(|column| column.style == luoshi_desk::view::CellStyle::Name)
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["person"]);
    });
}
