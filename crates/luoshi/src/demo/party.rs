//! The demo bureau's party work: branches with their quotas, applicants on the 25 steps, awards, red talks.

use super::names;
use super::people::{House, School};
use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// The branches' own steps, those of the office above, and what the committee above decides.
const BRANCH: &str = "dangban";
const OFFICE: &str = "section11";
const ABOVE: &str = "dangwei";

/// How many of each; the first of each award's two numbers are planned, the second named by today.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    branches: usize,
    full: usize,
    approved: usize,
    on_the_way: usize,
    five_star: [usize; 2],
    base: [usize; 2],
    studio: [usize; 2],
    clean_school: [usize; 2],
    red_talk: [usize; 2],
}

type Pairs = Vec<(&'static str, Typed)>;

/// A step: its move, the field of its day, days after step 17, whether the committee above makes it.
type Step = (&'static str, &'static str, i64, bool);

#[rustfmt::skip]
const STEPS: [Step; 24] = [
    ("talk", "talked_on", -525, false), ("choose", "activist_on", -480, false),
    ("file_activist", "activist_filed_on", -475, true), ("mentor", "mentored_on", -474, false),
    ("cultivate", "cultivated_on", -90, false), ("nominate", "candidate_on", -84, false),
    ("file_candidate", "candidate_filed_on", -80, true), ("sponsor", "sponsored_on", -75, false),
    ("review", "reviewed_on", -66, true), ("train", "trained_on", -58, true),
    ("examine", "committee_on", -52, false), ("preview", "previewed_on", -45, true),
    ("write", "written_on", -40, false), ("vote", "voted_on", -22, false),
    ("interview", "interviewed_on", -8, true), ("approve", "approved_on", 0, true),
    ("record", "recorded_on", 4, true), ("assign", "assigned_on", 6, false),
    ("swear", "sworn_on", 20, false), ("continue", "probation_on", 21, false),
    ("request", "requested_on", 330, false), ("confirm_vote", "confirm_voted_on", 350, false),
    ("admit", "full_on", 375, true), ("archive", "archived_on", 385, true),
];

fn event(day: Date, minute: i64, by: &str, record: &str, register: &'static str, act: Deed, typed: Pairs) -> Event {
    Event { day, minute, by: by.into(), record: record.into(), register, act, typed, reason: "" }
}

/// The events of party work.
pub fn script(rng: &mut ChaCha8Rng, recipe: &Party, today: Date, house: &House) -> Vec<Event> {
    let mut events = vec![];
    let mut schools: Vec<&School> = house.schools.iter().filter(|school| school.stage != "kindergarten").collect();
    schools.shuffle(rng);
    branches(rng, &mut events, recipe, &schools);
    for number in 0..2 {
        let key = format!("sponsor:{number}");
        person(rng, &mut events, &key, number, date(1972, 5, 1));
    }
    let all = recipe.full + recipe.approved + recipe.on_the_way;
    for number in 0..all {
        let approved = if number < recipe.full {
            date(2020, 7, 1).saturating_add((number as i64 * 5).days())
        } else if number < recipe.full + recipe.approved {
            let place = number - recipe.full;
            date(2021, 3, 8).saturating_add((place as i64 * 200 / recipe.approved as i64).days())
        } else {
            let place = number - recipe.full - recipe.approved;
            today.saturating_add((10 + place as i64 * 9).days())
        };
        applicant(rng, &mut events, recipe, number, approved, today);
    }
    awards(rng, &mut events, recipe, &schools);
    talks(rng, &mut events, recipe, &schools);
    events
}

fn branches(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &Party, schools: &[&School]) {
    for (number, school) in schools.iter().take(recipe.branches).enumerate() {
        let key = format!("branch:{number}");
        let typed = vec![
            ("title", Typed::from(format!("{}党支部", school.name))),
            ("kind", Typed::from("branch")),
            ("unit", Typed::Record(school.name.clone())),
            ("secretary", Typed::from(names::person(rng))),
            ("members", Typed::from(rng.random_range(12..60))),
            ("elected_on", Typed::from(date(2018, 6, 1).saturating_add(rng.random_range(0..1000).days()))),
        ];
        events.push(event(date(2019, 10, 9), 500, ABOVE, &key, "party_branch", Deed::File, typed));
        for year in [2020, 2021] {
            let typed = vec![
                ("title", Typed::from(format!("{year}年发展计划"))),
                ("branch", Typed::Record(key.clone())),
                ("from_on", Typed::from(date(year, 1, 1))),
                ("until_on", Typed::from(date(year, 12, 31))),
                ("places", Typed::from(if year == 2021 { 4 } else { 2 })),
            ];
            let day = date(2019, 12, 20).max(date(year - 1, 12, 20));
            events.push(event(day, 501, ABOVE, &format!("quota:{year}:{number}"), "party_quota", Deed::File, typed));
        }
    }
}

fn person(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, key: &str, number: usize, born_on: Date) {
    let typed = vec![
        ("name", Typed::from(names::person(rng))),
        ("id_number", Typed::from(names::id_number(born_on, number + 700))),
        ("sex", Typed::from(if rng.random_range(0..2) == 0 { "female" } else { "male" })),
        ("born_on", Typed::from(born_on)),
    ];
    events.push(event(date(2019, 10, 9), 502, BRANCH, key, "person", Deed::File, typed));
}

/// One who applies, and every step that has been made by today.
fn applicant(
    rng: &mut ChaCha8Rng,
    events: &mut Vec<Event>,
    recipe: &Party,
    number: usize,
    approved: Date,
    today: Date,
) {
    let (key, branch) = (format!("applicant:{number}"), number % recipe.branches);
    let born_on = date(1986, 1, 1).saturating_add(rng.random_range(0..4_000).days());
    person(rng, events, &format!("{key}:person"), number + 2, born_on);
    // What happened before the bureau's records begin is entered in their first days.
    let entered = |day: Date, place: i64| day.max(date(2019, 10, 10).saturating_add(place.days()));
    let applied = approved.saturating_sub(545.days());
    let typed = vec![
        ("person", Typed::Record(format!("{key}:person"))),
        ("branch", Typed::Record(format!("branch:{branch}"))),
        ("applied_on", Typed::from(applied)),
    ];
    events.push(event(entered(applied, 0), 503, BRANCH, &key, "party_applicant", Deed::File, typed));
    let activist = approved.saturating_sub(480.days());
    for (place, after) in [180, 360].into_iter().enumerate() {
        let day = activist.saturating_add(after.days());
        if day > today {
            continue;
        }
        let typed = vec![
            ("applicant", Typed::Record(key.clone())),
            ("inspected_on", Typed::from(day)),
            ("opinion", Typed::from("思想上要求进步，工作中能起带头作用（演示）")),
        ];
        let record = format!("{key}:inspection:{place}");
        events.push(event(entered(day, 20), 504, BRANCH, &record, "party_inspection", Deed::File, typed));
    }
    let (due, written) = (rng.random_range(15..30_i64), rng.random_range(0..3_i64));
    for (place, (made, field, after, above)) in STEPS.into_iter().enumerate() {
        let day = approved.saturating_add(after.days());
        if day > today {
            break;
        }
        let mut typed = vec![(field, Typed::from(day))];
        typed.extend(asked(made, day, number, due, written, (branch, approved.year())));
        let by = match made {
            "approve" | "admit" => ABOVE,
            _ if above => OFFICE,
            _ => BRANCH,
        };
        events.push(event(entered(day, place as i64 + 1), 510, by, &key, "party_applicant", Deed::Move(made), typed));
    }
}

/// What a step asks besides its day.
fn asked(made: &str, day: Date, number: usize, due: i64, written: i64, (branch, year): (usize, i16)) -> Pairs {
    let yes = || Typed::from("yes");
    let sponsor = |number: usize| Typed::Record(format!("sponsor:{number}"));
    match made {
        "mentor" => vec![("mentor_a", sponsor(number % 2))],
        "sponsor" => vec![("sponsor_a", sponsor(0)), ("sponsor_b", sponsor(1))],
        "review" => vec![("review_self", yes()), ("review_family", yes()), ("review_ties", yes())],
        "train" => vec![("trained_days", Typed::from(3)), ("trained_hours", Typed::from(24))],
        "write" => vec![("public_from", Typed::from(day))],
        "vote" => vec![
            ("admit_due", Typed::from(due)),
            ("admit_present", Typed::from(due - 3)),
            ("admit_yes", Typed::from(due - 3)),
            ("admit_written", Typed::from(written)),
        ],
        "approve" => vec![("quota", Typed::Record(format!("quota:{year}:{branch}")))],
        "request" => vec![("confirm_public_from", Typed::from(day))],
        "confirm_vote" => vec![
            ("confirm_due", Typed::from(due + 1)),
            ("confirm_present", Typed::from(due - 1)),
            ("confirm_yes", Typed::from(due - 1)),
            ("confirm_written", Typed::from(0)),
        ],
        _ => vec![],
    }
}

fn awards(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &Party, schools: &[&School]) {
    let kinds = [
        ("five_star", "五星级党组织", recipe.five_star),
        ("base", "党建阵地", recipe.base),
        ("studio", "“领雁工作室”", recipe.studio),
        ("clean_school", "清廉学校", recipe.clean_school),
    ];
    for (place, (kind, title, [planned, named])) in kinds.into_iter().enumerate() {
        for number in 0..planned {
            let school = schools[(number + place * 31) % schools.len()];
            let record = format!("{kind}:{number}");
            let day = date(2021, 4, 20).saturating_add((number as i64 * 160 / named.max(1) as i64).days());
            let done = number < named;
            let due = if done { day } else { date(2021, 12, 10) };
            let typed = vec![
                ("title", Typed::from(format!("{}{title}", school.name))),
                ("kind", Typed::from(kind)),
                ("unit", Typed::Record(school.name.clone())),
                ("year", Typed::from(2021)),
                ("due_on", Typed::from(due)),
            ];
            events.push(event(date(2021, 2, 24), 520, BRANCH, &record, "party_award", Deed::File, typed));
            if !done {
                continue;
            }
            let points = vec![("points", Typed::from(rng.random_range(90..99)))];
            let publish = vec![("public_from", Typed::from(day.saturating_sub(16.days())))];
            let reviewed = day.saturating_sub(20.days());
            events.push(event(reviewed, 521, ABOVE, &record, "party_award", Deed::Move("review"), points));
            let made = day.saturating_sub(16.days());
            events.push(event(made, 522, ABOVE, &record, "party_award", Deed::Move("publish"), publish));
            let name = vec![("named_on", Typed::from(day))];
            events.push(event(day, 523, ABOVE, &record, "party_award", Deed::Move("name"), name));
        }
    }
}

fn talks(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &Party, schools: &[&School]) {
    let titles = ["红船精神", "望道故事", "改革开放在义乌", "身边的先锋", "党史上的今天"];
    let [planned, held] = recipe.red_talk;
    for number in 0..planned {
        let school = schools[number % schools.len()];
        let record = format!("talk:{number}");
        let done = number < held;
        let day = if done {
            date(2021, 3, 10).saturating_add((number as i64 * 200 / held as i64).days())
        } else {
            date(2021, 10, 12).saturating_add(((number - held) as i64 * 2).days())
        };
        let typed = vec![
            ("title", Typed::from(titles[number % titles.len()])),
            ("unit", Typed::Record(school.name.clone())),
            ("speaker", Typed::from(names::person(rng))),
            ("due_on", Typed::from(day)),
        ];
        events.push(event(date(2021, 2, 25), 524, BRANCH, &record, "red_talk", Deed::File, typed));
        if done {
            let typed = vec![("held_on", Typed::from(day)), ("heads", Typed::from(rng.random_range(30..240)))];
            events.push(event(day, 525, BRANCH, &record, "red_talk", Deed::Move("hold"), typed));
        }
    }
}
