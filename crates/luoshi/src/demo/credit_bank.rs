//! The demo bureau's credit bank: learners, items, entries; training sessions with who signed in; adult schools.

use super::names;
use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// The county's centre accepts what points of entry file.
const FILES: &str = "xueyin";
const ACCEPTS: &str = "shenhe";

/// How many of each are made; most entries are accepted by today, the last ones still wait.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditBank {
    learners: usize,
    elders: usize,
    items: usize,
    entries: usize,
    entries_waiting: usize,
    sessions: usize,
    sessions_held: usize,
    attendance: usize,
    adult_schools: usize,
}

type Pairs = Vec<(&'static str, Typed)>;

fn event(day: Date, minute: i64, by: &str, record: String, register: &'static str, act: Deed, typed: Pairs) -> Event {
    Event { day, minute, by: by.into(), record, register, act, typed, reason: "" }
}

/// The events of the credit bank and of adult education.
pub fn script(rng: &mut ChaCha8Rng, recipe: &CreditBank, towns: &[String]) -> Vec<Event> {
    let mut events = vec![];
    for number in 0..recipe.learners + recipe.elders {
        events.push(learner(rng, number, number >= recipe.learners));
    }
    entries(rng, &mut events, recipe, towns);
    sessions(rng, &mut events, recipe, towns);
    for (number, town) in towns.iter().enumerate() {
        adult_school(&mut events, number, town, number < recipe.adult_schools);
    }
    events
}

fn learner(rng: &mut ChaCha8Rng, number: usize, elder: bool) -> Event {
    let years = if elder { 61..84 } else { 22..55 };
    let born_on = date(2020, 12, 1)
        .saturating_sub(rng.random_range(years).years())
        .saturating_sub(rng.random_range(0..360).days());
    let typed = vec![
        ("name", Typed::from(names::person(rng))),
        ("id_number", Typed::from(names::id_number(born_on, number))),
        ("sex", Typed::from(if rng.random_range(0..5) < 3 { "female" } else { "male" })),
        ("born_on", Typed::from(born_on)),
    ];
    event(date(2021, 1, 5), 600, FILES, format!("learner:{number}"), "person", Deed::File, typed)
}

fn entries(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &CreditBank, towns: &[String]) {
    let titles = [
        "电商运营",
        "直播实务",
        "养老护理",
        "中式面点",
        "育婴员",
        "叉车作业",
        "外贸英语",
        "家政服务",
        "消防安全",
        "茶艺",
    ];
    let hours: Vec<i64> = (0..recipe.items).map(|_| rng.random_range(2..11) * 4).collect();
    for (number, hours) in hours.iter().enumerate() {
        let town = &towns[number % towns.len()];
        let typed = vec![
            (
                "title",
                Typed::from(format!("{}（{town}第{}期）", titles[number % titles.len()], number / titles.len() + 1)),
            ),
            ("code", Typed::from(format!("YW21{number:04}"))),
            ("family", Typed::from(if number.is_multiple_of(3) { "other" } else { "vocational" })),
            ("host", Typed::from(format!("{town}成人文化技术学校"))),
            ("point", Typed::Record(town.clone())),
            ("hours", Typed::from(*hours)),
            ("form", Typed::from(if number % 4 == 0 { "online" } else { "onsite" })),
            ("fund", Typed::from("public")),
        ];
        events.push(event(date(2021, 1, 6), 601, FILES, format!("item:{number}"), "learning_item", Deed::File, typed));
    }
    for number in 0..recipe.entries + recipe.entries_waiting {
        let waits = number >= recipe.entries;
        let (item, person) = (number % recipe.items, (number * 7 + number / recipe.items) % recipe.learners);
        // Points of entry hand in once a week; the days of learning differ, so no entry is made twice.
        let week = if waits { 37 } else { 3 + (number * 33 / recipe.entries) as i64 };
        let filed = date(2021, 1, 4).saturating_add(week.weeks());
        let begun = filed.saturating_sub(((number / 89 % 20) as i64 + 5).days());
        let record = format!("entry:{number}");
        let typed = vec![
            ("person", Typed::Record(format!("learner:{person}"))),
            ("item", Typed::Record(format!("item:{item}"))),
            ("begun_on", Typed::from(begun)),
            ("ended_on", Typed::from(begun.saturating_add(3.days()))),
            ("hours", Typed::from(hours[item])),
            ("result", Typed::from(if rng.random_range(0..9) == 0 { "excellent" } else { "passed" })),
        ];
        events.push(event(filed, 602, FILES, record.clone(), "learning_entry", Deed::File, typed));
        events.push(event(
            filed.saturating_add(1.days()),
            603,
            FILES,
            record.clone(),
            "learning_entry",
            Deed::Move("submit"),
            vec![],
        ));
        if !waits {
            let day = filed.saturating_add(2.days());
            events.push(event(day, 604, ACCEPTS, record, "learning_entry", Deed::Move("accept"), vec![]));
        }
    }
}

fn sessions(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, recipe: &CreditBank, towns: &[String]) {
    let titles =
        ["健康讲座", "智能手机课堂", "书法", "声乐", "家庭教育", "电商入门", "垃圾分类", "防诈骗", "太极拳", "普通话"];
    let audiences = ["elder", "elder", "elder", "elder", "parent", "adult", "adult", "staff", "elder", "adult"];
    let mut signed = 0;
    for number in 0..recipe.sessions {
        let record = format!("session:{number}");
        let held = number < recipe.sessions_held;
        // Five weeks without sessions at the beginning of the year; those still to come lie in autumn.
        let (place, all, first, days) = match held {
            true => (number, recipe.sessions_held, date(2021, 2, 22), 215),
            false => (number - recipe.sessions_held, recipe.sessions - recipe.sessions_held, date(2021, 10, 8), 80),
        };
        let week = (place * days / all / 7) as i64;
        let day = first.saturating_add(week.weeks()).saturating_add(3.days());
        let town = &towns[number % towns.len()];
        let typed = vec![
            ("title", Typed::from(format!("{}第{}期", titles[number % titles.len()], number / titles.len() + 1))),
            ("host", Typed::Record(town.clone())),
            ("audience", Typed::from(audiences[number % audiences.len()])),
            ("teacher", Typed::from(names::person(rng))),
            ("due_on", Typed::from(day)),
        ];
        events.push(event(date(2021, 1, 7), 605, FILES, record.clone(), "training_session", Deed::File, typed));
        if !held {
            continue;
        }
        let until = recipe.attendance * (number + 1) / recipe.sessions_held;
        for place in 0..(until - signed) {
            let elder = audiences[number % audiences.len()] == "elder";
            let person = match elder {
                true => recipe.learners + (number * 13 + place * 7) % recipe.elders,
                false => (number * 11 + place * 7) % recipe.learners,
            };
            let typed = vec![
                ("session", Typed::Record(record.clone())),
                ("person", Typed::Record(format!("learner:{person}"))),
                ("attended_on", Typed::from(day)),
            ];
            events.push(event(day, 606, FILES, format!("{record}:{place}"), "attendance", Deed::File, typed));
        }
        signed = until;
        let typed = vec![("held_on", Typed::from(day))];
        events.push(event(day, 607, FILES, record, "training_session", Deed::Move("hold"), typed));
    }
}

fn adult_school(events: &mut Vec<Event>, number: usize, town: &str, recognised: bool) {
    let record = format!("adult_school:{number}");
    let yes = |yes: bool| Typed::from(if yes { "yes" } else { "no" });
    let typed = vec![
        ("title", Typed::from(format!("{town}成人文化技术学校"))),
        ("town", Typed::Record(town.to_string())),
        ("legal", yes(true)),
        ("premises", yes(recognised || number.is_multiple_of(2))),
        ("staff", yes(recognised)),
        ("finance", yes(recognised || number.is_multiple_of(3))),
    ];
    events.push(event(date(2021, 1, 8), 608, FILES, record.clone(), "adult_school", Deed::File, typed));
    if recognised {
        let day = date(2021, 3, 15).saturating_add((number as i64 * 12).days());
        let typed = vec![("recognised_on", Typed::from(day))];
        events.push(event(day, 609, ACCEPTS, record, "adult_school", Deed::Move("recognise"), typed));
    }
}
