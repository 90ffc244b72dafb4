//! The demo bureau's training institutions: who visits them, what is in custody, what is complained about.

use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// Who keeps the register and answers, and who answers refund disputes that the first accepted.
pub const CLERKS: [(&str, &str); 2] = [("peixun", "骆志明"), ("zhicheng", "楼晓峰")];
/// Grid workers, one for each town.
pub const WORKERS: [&str; 14] = [
    "何春燕",
    "朱建军",
    "金美芳",
    "王国良",
    "陈素珍",
    "楼永强",
    "吴小红",
    "龚卫东",
    "傅晓玲",
    "骆金水",
    "方秀英",
    "张伟民",
    "毛丽华",
    "丁志刚",
];
/// What institutions are called.
pub const WORDS: [&str; 10] = ["启明", "朝阳", "博雅", "新蕾", "星海", "晨光", "育才", "青禾", "知行", "文华"];
const SUBJECTS: [(&str, &str); 5] =
    [("arts", "艺术"), ("sports", "体育"), ("science", "科技"), ("language", "语言"), ("care", "托管")];

/// How many institutions, orders of each tenth one, and complaints.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    pub institutions: usize,
    orders: usize,
    complaints: usize,
}

/// Typed fields of a record.
pub type Pairs = Vec<(&'static str, Typed)>;

/// Something that happens on a day.
pub fn event(day: Date, minute: i64, by: &str, record: &str, register: &'static str, act: Deed, typed: Pairs) -> Event {
    Event { day, minute, by: by.into(), record: record.into(), register, act, typed, reason: "" }
}

/// An institution in the script.
pub fn key(number: usize) -> String {
    format!("institution:{number}")
}

/// A town's name in the names of what lies there.
pub fn short(town: &str) -> &str {
    town.trim_end_matches("街道").trim_end_matches('镇')
}

/// The account that visits for a town.
pub fn worker(town: usize) -> String {
    format!("grid{:02}", town + 1)
}

/// The events of training institutions.
pub fn script(rng: &mut ChaCha8Rng, recipe: &Training, towns: &[String], today: Date) -> Vec<Event> {
    let mut events = vec![];
    for number in 0..recipe.institutions {
        institution(&mut events, number, towns);
        visits(rng, &mut events, number, towns.len(), today);
        if number % 10 == 0 {
            custody(rng, &mut events, number, recipe.orders);
        }
    }
    for number in 0..recipe.complaints {
        complaint(rng, &mut events, number, recipe);
    }
    events
}

fn institution(events: &mut Vec<Event>, number: usize, towns: &[String]) {
    let town = number % towns.len();
    let (subject, word) = SUBJECTS[number % SUBJECTS.len()];
    let name = format!("{}{}{word}培训中心", short(&towns[town]), WORDS[(number / towns.len() + number) % WORDS.len()]);
    // Five in a hundred are not on the platform yet: no custody account.
    let account = if number % 20 == 19 { String::new() } else { format!("{name}预收费资金托管专户") };
    let typed = vec![
        ("name", Typed::from(name)),
        ("kind", Typed::from("institution")),
        ("parent", Typed::Record(towns[town].clone())),
        ("since_on", Typed::from(date(2016 + (number % 5) as i16, 9, 1))),
        ("subject", Typed::from(subject)),
        ("nature", Typed::from(if number.is_multiple_of(4) { "nonprofit" } else { "profit" })),
        ("worker", Typed::Record(format!("person:{}", worker(town)))),
        ("custody_account", Typed::from(account)),
    ];
    events.push(event(date(2021, 1, 12), 545, CLERKS[0].0, &key(number), "institution", Deed::File, typed));
}

/// A visit each month from February on; a few are missed, and of this month some are still to come.
fn visits(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, number: usize, towns: usize, today: Date) {
    for month in 2..=today.month() {
        let day = date(today.year(), month, rng.random_range(3..27));
        let missed = rng.random_range(0..100) < if month == today.month() { 14 } else { 2 };
        if missed || day > today {
            continue;
        }
        let found = ["证照、收费公示齐全，未见异常", "消防通道畅通，提醒更新教师公示", "课程时间符合规定"];
        let typed = vec![
            ("institution", Typed::Record(key(number))),
            ("visited_on", Typed::from(day)),
            ("worker", Typed::Record(format!("person:{}", worker(number % towns)))),
            ("found", Typed::from(found[rng.random_range(0..found.len())])),
        ];
        let by = worker(number % towns);
        events.push(event(day, 940, &by, &format!("visit:{number}:{month}"), "grid_visit", Deed::File, typed));
    }
}

/// Orders of one institution, lessons given and confirmed, and what the bank says.
fn custody(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, number: usize, orders: usize) {
    // Orders and lessons come from the institutions' own systems, through the interface.
    let (course, clerk) = (format!("course:{number}"), "");
    let price: i64 = [60, 80, 100][number / 10 % 3];
    let typed = vec![
        ("title", Typed::from("周末提高班")),
        ("institution", Typed::Record(key(number))),
        ("subject", Typed::from(SUBJECTS[number % SUBJECTS.len()].1)),
        ("ends_at", Typed::from("17:30")),
        ("trainer", Typed::Record(format!("trainer:{number}:0"))),
        ("room", Typed::Record(format!("classroom:{number}"))),
        ("capacity", Typed::from(20)),
        ("price", Typed::from(price)),
    ];
    events.push(event(date(2021, 8, 20), 550, clerk, &course, "course", Deed::File, typed));
    let mut owed = 0;
    for place in 0..orders {
        let (order, hours) = (format!("order:{number}:{place}"), rng.random_range(8..20) * 3);
        let typed = vec![
            ("institution", Typed::Record(key(number))),
            ("course", Typed::Record(course.clone())),
            ("pupil", Typed::from(format!("演示学员{}", number * 10 + place))),
            ("hours", Typed::from(hours)),
            ("price", Typed::from(price)),
            ("paid_on", Typed::from("2021-08-24")),
            ("starts_on", Typed::from("2021-09-04")),
            ("ends_on", Typed::from("2021-12-04")),
            ("channel", Typed::from("custody")),
        ];
        events.push(event(date(2021, 8, 24), 560, clerk, &order, "course_order", Deed::File, typed));
        events.push(event(date(2021, 8, 25), 560, clerk, &order, "course_order", Deed::Move("pay"), vec![]));
        owed += hours * price;
        for (lesson, day) in [date(2021, 9, 5), date(2021, 9, 12), date(2021, 9, 18)].into_iter().enumerate() {
            let record = format!("{order}:{lesson}");
            let typed = vec![
                ("course_order", Typed::Record(order.clone())),
                ("taught_on", Typed::from(day)),
                ("hours", Typed::from("three")),
            ];
            events.push(event(day, 1_080, clerk, &record, "lesson", Deed::File, typed));
            let next = day.saturating_add(1.days());
            events.push(event(next, 560, clerk, &record, "lesson", Deed::Move("notify"), vec![]));
            if (place + lesson) % 4 != 3 {
                let confirmed = day.saturating_add(3.days());
                events.push(event(confirmed, 570, clerk, &record, "lesson", Deed::Move("confirm"), vec![]));
                owed -= 3 * price;
            }
        }
    }
    // One of them has less in custody than it owes.
    let balance = if number == 10 { owed - 1_280 } else { owed + rng.random_range(0..20) * 50 };
    let typed = vec![("escrow_balance", Typed::from(balance))];
    events.push(event(date(2021, 9, 29), 580, CLERKS[0].0, &key(number), "institution", Deed::Edit, typed));
}

/// A complaint on its way; the last ones are still open, one of them late.
fn complaint(rng: &mut ChaCha8Rng, events: &mut Vec<Event>, number: usize, recipe: &Training) {
    let (record, [(clerk, _), (other, _)]) = (format!("complaint:{number}"), CLERKS);
    let (kind, words) = [
        ("refund", "退费迟迟不办"),
        ("fee", "收费与公示不符"),
        ("time", "晚上八点半以后还在上课"),
        ("advertising", "宣传与实际不符"),
    ][number % 4];
    let origin = ["hotline", "petition", "visit", "platform"][number / 4 % 4];
    let open = number + 4 >= recipe.complaints;
    let received = if open { date(2021, 9, 8 + (number % 4) as i8 * 5) } else { date(2021, 2 + (number % 6) as i8, 9) };
    let typed = vec![
        ("subject", Typed::from(words)),
        ("institution", Typed::Record(key(rng.random_range(0..recipe.institutions)))),
        ("kind", Typed::from(kind)),
        ("origin", Typed::from(origin)),
        ("received_on", Typed::from(received)),
        ("complainant_name", Typed::from(format!("演示家长{number}"))),
        ("complaint_text", Typed::from(format!("{words}，请查处（演示）"))),
    ];
    events.push(event(received, 600, clerk, &record, "complaint", Deed::File, typed));
    let next = |days: i64| received.saturating_add(days.days());
    events.push(event(next(1), 600, clerk, &record, "complaint", Deed::Move("register"), vec![]));
    let accept = match (kind, origin) {
        ("refund", _) => "accept_refund",
        (_, "petition") => "accept_petition",
        _ => "accept",
    };
    events.push(event(next(2), 600, clerk, &record, "complaint", Deed::Move(accept), vec![]));
    if !open {
        let typed = vec![
            ("confirmed", Typed::from(if number.is_multiple_of(3) { "yes" } else { "no" })),
            ("answer_result", Typed::from("已核实并答复投诉人（演示）")),
        ];
        events.push(event(next(6), 600, other, &record, "complaint", Deed::Move("answer"), typed));
    }
}
