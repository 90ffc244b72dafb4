//! The demo bureau's children with a certificate, where they learn, and resource rooms.

use super::names;
use super::people::{House, School};
use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// Who files, and who confirms.
const FILES: &str = "tejiao";
const CONFIRMS: &str = "chujiao";

/// How many children of each age, how many of them enrolled, how many rooms in use and how many still to come.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialEducation {
    preschool: [usize; 2],
    compulsory: [usize; 2],
    senior: [usize; 2],
    rooms: usize,
    rooms_coming: usize,
}

fn event(day: Date, by: &str, record: &str, register: &'static str, act: Deed, typed: Pairs) -> Event {
    let minute = if act == Deed::File { 560 } else { 570 };
    Event { day, minute, by: by.into(), record: record.into(), register, act, typed, reason: "" }
}

type Pairs = Vec<(&'static str, Typed)>;

/// The events of special education.
pub fn script(rng: &mut ChaCha8Rng, recipe: &SpecialEducation, towns: &[String], house: &House) -> Vec<Event> {
    let mut events = vec![];
    // Ages at 31 August 2021, and who of each age is enrolled.
    let bands = [(3, 6, recipe.preschool), (6, 15, recipe.compulsory), (15, 18, recipe.senior)];
    let mut number = 0;
    for (from, until, [count, enrolled]) in bands {
        for place in 0..count {
            let age: i64 = rng.random_range(from..until);
            let birthday =
                date(2021, 8, 31).saturating_sub(age.years()).saturating_sub(rng.random_range(0..365).days());
            let town = towns.choose(rng).cloned().unwrap_or_default();
            child(rng, &mut events, number, birthday, &town);
            let kind = if place < enrolled { Some(kind_of(rng, age, place)) } else { None };
            placed(rng, &mut events, number, kind, age, &town, house);
            number += 1;
        }
    }
    rooms(rng, &mut events, recipe, house);
    events
}

fn child(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, number: usize, born_on: Date, town: &str) {
    let categories = ["intellect", "intellect", "mind", "body", "hearing", "sight", "speech", "multiple"];
    let degrees = ["first", "second", "second", "third", "fourth"];
    let certified = born_on.saturating_add(rng.random_range(500..900).days()).min(date(2020, 12, 20));
    let id = names::id_number(born_on, number);
    let typed = vec![
        ("name", Typed::from(names::person(rng))),
        ("identity_number", Typed::from(id.clone())),
        ("sex", Typed::from(if number % 5 < 3 { "male" } else { "female" })),
        ("born_on", Typed::from(born_on)),
        ("town", Typed::Record(town.to_string())),
        ("certificate_number", Typed::from(format!("{id}{:02}", number / 1000 + 41))),
        ("category", Typed::from(*categories.choose(rng).unwrap_or(&"multiple"))),
        ("degree", Typed::from(*degrees.choose(rng).unwrap_or(&"second"))),
        ("certified_on", Typed::from(certified)),
        ("student_code", Typed::from(format!("G{id}"))),
    ];
    events.push(event(date(2021, 1, 11), FILES, &key(number), "certified_child", Deed::File, typed));
}

fn key(number: usize) -> String {
    format!("child:{number}")
}

fn kind_of(rng: &mut ChaCha8Rng, age: i64, place: usize) -> &'static str {
    match age {
        3..6 => ["kindergarten", "kindergarten", "kindergarten", "point"][place % 4],
        6..15 => ["inclusive", "inclusive", "inclusive", "special_school", "satellite", "home"]
            .choose(rng)
            .unwrap_or(&"inclusive"),
        _ => ["vocational_class", "vocational_class", "special_school"][place % 3],
    }
}

/// Where a child learns since the school year began, at a school of its town where there is one that fits; a few of those who
/// are not enrolled are deferred.
fn placed(
    rng: &mut ChaCha8Rng,
    events: &mut Vec<Event>,
    number: usize,
    kind: Option<&'static str>,
    age: i64,
    town: &str,
    house: &House,
) {
    let Some(kind) = kind else { return };
    let stages: &[&str] = match kind {
        "kindergarten" => &["kindergarten"],
        "inclusive" | "satellite" if age < 12 => &["primary"],
        "inclusive" | "satellite" => &["junior", "nine_year"],
        "vocational_class" => &["vocational"],
        _ => &["special"],
    };
    let fits = |school: &&School| stages.contains(&school.stage.as_str());
    let mut near: Vec<&School> =
        house.schools.iter().filter(fits).filter(|school| school.town == town).take(3).collect();
    if near.is_empty() {
        near = house.schools.iter().filter(fits).collect();
    }
    let Some(school) = near.choose(rng) else { return };
    // Those who begin a stage are placed in autumn; the others have been there for a year.
    let begins = matches!(age, 3 | 6 | 12 | 15);
    let since = if begins { date(2021, 9, 1) } else { date(2020, 9, 1) };
    let day = if begins { date(2021, 9, 6) } else { date(2021, 1, 18) };
    let record = format!("placement:{number}");
    let typed = vec![
        ("child", Typed::Record(key(number))),
        ("school", Typed::Record(school.name.clone())),
        ("kind", Typed::from(kind)),
        ("since_on", Typed::from(since)),
    ];
    events.push(event(day, FILES, &record, "placement", Deed::File, typed));
    events.push(event(day.saturating_add(1.days()), CONFIRMS, &record, "placement", Deed::Move("confirm"), vec![]));
    if kind == "home" {
        let visited = date(2021, 9, 7).saturating_add(rng.random_range(0..20).days());
        let typed = vec![
            ("placement", Typed::Record(record)),
            ("visited_on", Typed::from(visited)),
            ("hours", Typed::from("2")),
            ("teacher", Typed::from(names::person(rng))),
            ("visit_text", Typed::from("生活适应与认知训练（演示）")),
        ];
        events.push(event(visited, FILES, &format!("visit:{number}"), "home_visit", Deed::File, typed));
    }
}

fn rooms(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &SpecialEducation, house: &House) {
    let mut schools: Vec<&School> = house
        .schools
        .iter()
        .filter(|school| ["primary", "junior", "nine_year"].contains(&school.stage.as_str()))
        .collect();
    schools.shuffle(rng);
    for (number, school) in schools.iter().take(recipe.rooms + recipe.rooms_coming).enumerate() {
        let record = format!("room:{number}");
        let done = number < recipe.rooms;
        let opened = if done {
            date(2020, 12, 28)
                .saturating_add((270 * number / recipe.rooms).try_into().map_or(1.days(), |days: i64| days.days()))
        } else {
            date(2021, 12, 10)
        };
        let typed = vec![
            ("school", Typed::Record(school.name.clone())),
            ("title", Typed::from("资源教室")),
            ("teacher", Typed::from(names::person(rng))),
            ("demonstration", Typed::from(if number % 9 == 0 { "yes" } else { "no" })),
            ("due_on", Typed::from(opened)),
        ];
        events.push(event(date(2020, 12, 21), FILES, &record, "resource_room", Deed::File, typed));
        let area = vec![("area", Typed::from(rng.random_range(60..108)))];
        if done {
            let built = opened.saturating_sub(5.days());
            events.push(event(built, FILES, &record, "resource_room", Deed::Move("build"), area));
            let typed = vec![("opened_on", Typed::from(opened))];
            events.push(event(opened, CONFIRMS, &record, "resource_room", Deed::Move("open"), typed));
        } else if number % 3 == 0 {
            events.push(event(date(2021, 9, 13), FILES, &record, "resource_room", Deed::Move("build"), area));
        }
    }
}
