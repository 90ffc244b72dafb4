//! The demo bureau's classroom lights and air-conditioners.

use super::Recipe;
use super::people::{House, School};
use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Who keeps the registers, and who accepts.
const KEEPER: &str = "zhuangbei";
const ACCEPTS: &str = "yanshou";

/// The events of lights and air-conditioners.
pub fn script(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House) -> Vec<Event> {
    let schools: Vec<&School> = house.schools.iter().filter(|school| school.stage != "kindergarten").collect();
    let mut events = lights(rng, recipe, &schools);
    events.extend(aircons(rng, recipe, &schools));
    events
}

fn event(
    day: Date,
    minute: i64,
    by: &str,
    record: &str,
    register: &'static str,
    act: Deed,
    typed: Vec<(&'static str, Typed)>,
) -> Event {
    Event { day: weekday(day), minute, by: by.into(), record: record.into(), register, act, typed, reason: "" }
}

/// The Friday before a weekend: rounds of work end with the week.
fn weekday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1.day()),
        Weekday::Sunday => day.saturating_sub(2.days()),
        _ => day,
    }
}

fn room(schools: &[&School], number: usize) -> (String, String) {
    let school = schools[number % schools.len()];
    let place = number / schools.len();
    (school.name.clone(), format!("{}号楼{}0{}教室", 1 + place / 12, 1 + place / 3 % 4, 1 + place % 3))
}

/// The day of the nth of `count` things done between two days, more of them in summer.
fn paced(number: usize, count: usize, first: Date, last: Date) -> Date {
    let whole = luoshi_kernel::light::days(first, last) as f64;
    let part = number as f64 / count.max(1) as f64;
    let bent = if part < 0.35 { part * 1.5 } else { 0.525 + (part - 0.35) * 0.73 };
    first.saturating_add(((whole * bent) as i64).days()).min(last)
}

fn lights(rng: &mut ChaCha8Rng, recipe: &Recipe, schools: &[&School]) -> Vec<Event> {
    let mut events = vec![];
    for number in 0..recipe.equipment.lights {
        let key = format!("light:{number}");
        let (school, room) = room(schools, number);
        let done = number < recipe.equipment.lights_accepted;
        let day = if done {
            paced(number, recipe.equipment.lights_accepted, date(2021, 2, 22), recipe.today)
        } else {
            recipe.today.saturating_add(rng.random_range(10..85_i64).days())
        };
        let due = day.saturating_add(rng.random_range(-8..10_i64).days()).min(date(2021, 12, 20));
        let filing = vec![
            ("school", Typed::Record(school)),
            ("room", Typed::from(room)),
            ("lamps", Typed::from(9)),
            ("due_on", Typed::from(due)),
            ("expected_on", Typed::from(day.min(date(2021, 12, 28)))),
        ];
        let lux = |from: i64, to: i64, rng: &mut ChaCha8Rng| {
            Typed::from(format!("{}.{}", rng.random_range(from..to), rng.random_range(0..10)))
        };
        let share = |from: i64, rng: &mut ChaCha8Rng| Typed::from(format!("0.{}", rng.random_range(from..95)));
        events.push(event(date(2020, 12, 21), 540, KEEPER, &key, "light", Deed::File, filing));
        if !done && number % 3 == 0 {
            continue;
        }
        let survey = vec![("before_average", lux(120, 250, rng)), ("before_uniformity", share(31, rng))];
        events.push(event(date(2021, 1, 11), 541, KEEPER, &key, "light", Deed::Move("survey"), survey));
        if !done {
            continue;
        }
        let installed = weekday(day.saturating_sub(9.days()));
        let tested = weekday(day.saturating_sub(4.days())).max(installed);
        let accepted = weekday(day).max(tested);
        let test = vec![
            ("tested_on", Typed::from(tested)),
            ("tester", Typed::from("市计量检测所（演示）")),
            ("meter", Typed::from("ZD-2020-017")),
            ("meter_valid_until", Typed::from("2022-06-30")),
            ("after_average", lux(310, 420, rng)),
            ("after_uniformity", share(71, rng)),
            ("board_average", lux(505, 640, rng)),
            ("board_uniformity", share(81, rng)),
        ];
        events.push(event(
            installed,
            542,
            KEEPER,
            &key,
            "light",
            Deed::Move("install"),
            vec![("installed_on", Typed::from(installed))],
        ));
        events.push(event(tested, 543, KEEPER, &key, "light", Deed::Move("test"), test));
        events.push(event(
            accepted,
            900,
            ACCEPTS,
            &key,
            "light",
            Deed::Move("accept"),
            vec![("accepted_on", Typed::from(accepted))],
        ));
    }
    events
}

fn aircons(rng: &mut ChaCha8Rng, recipe: &Recipe, schools: &[&School]) -> Vec<Event> {
    let mut events = vec![];
    for number in 0..recipe.equipment.aircons {
        let key = format!("aircon:{number}");
        let (school, room) = room(schools, number / 2);
        let done = number < recipe.equipment.aircons_accepted;
        let day = if done {
            paced(number, recipe.equipment.aircons_accepted, date(2021, 4, 12), recipe.today)
        } else {
            // The second lot's tender failed; what was due in autumn comes late.
            date(2021, 11, 1).saturating_add(rng.random_range(0..75_i64).days())
        };
        let due = if done {
            day.saturating_add(rng.random_range(-5..12_i64).days())
        } else {
            date(2021, 8, 28).saturating_add(rng.random_range(0..100_i64).days())
        };
        let filing = vec![
            ("school", Typed::Record(school)),
            ("room", Typed::from(room)),
            ("due_on", Typed::from(due.min(date(2021, 12, 20)))),
            ("expected_on", Typed::from(day)),
        ];
        events.push(event(date(2021, 2, 25), 545, KEEPER, &key, "aircon", Deed::File, filing));
        if !done {
            continue;
        }
        let arrived = weekday(day.saturating_sub(21.days()));
        let installed = weekday(day.saturating_sub(8.days())).max(arrived);
        let accepted = weekday(day).max(installed);
        let arrive = vec![
            ("arrived_on", Typed::from(arrived)),
            ("model", Typed::from(if number % 2 == 0 { "KFR-72LW" } else { "KFR-50GW" })),
            ("serial_number", Typed::from(format!("YS{:08}", 21_000_000 + number))),
        ];
        let install = vec![
            ("installed_on", Typed::from(installed)),
            ("circuit_certificate", Typed::from(format!("YD-{:04}", number / 40 + 1))),
        ];
        let accept = vec![("trial_hours", Typed::from(72)), ("accepted_on", Typed::from(accepted))];
        events.push(event(arrived, 546, KEEPER, &key, "aircon", Deed::Move("arrive"), arrive));
        events.push(event(installed, 547, KEEPER, &key, "aircon", Deed::Move("install"), install));
        events.push(event(accepted, 901, ACCEPTS, &key, "aircon", Deed::Move("accept"), accept));
    }
    events
}
