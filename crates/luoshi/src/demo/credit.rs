//! The demo bureau's credit classes of training institutions: the table of last year, the reviews by it, in force since February.

use super::script::{Deed, Event, Typed};
use super::training::{CLERKS, event, key};
use jiff::civil::date;

/// The default table (operations 3.4): title, side, most in a year, least and most for a case.
const ITEMS: [(&str, &str, i64, i64, i64); 8] = [
    ("证照与场所", "deduct", 15, 5, 5),
    ("收费与资金", "deduct", 25, 5, 25),
    ("教师", "deduct", 15, 3, 3),
    ("教学", "deduct", 15, 5, 5),
    ("安全卫生", "deduct", 15, 3, 15),
    ("投诉与整改", "deduct", 10, 2, 3),
    ("党建与社会责任", "deduct", 5, 2, 2),
    ("县级以上表彰", "add", 5, 1, 5),
];

/// What happened, in turn: item, points, why.
const CASES: [&[(usize, i64, &str)]; 5] = [
    &[(7, 2, "市级先进办学机构")],
    &[
        (1, 5, "收费项目未公示"),
        (2, 3, "一名教师无教师资格证"),
        (5, 2, "投诉属实"),
        (5, 2, "投诉属实"),
        (7, 2, "市级表彰"),
    ],
    &[(3, 5, "周五上课至20:45"), (3, 5, "周六上课至20:45"), (2, 3, "教师名单未更新")],
    &[(1, 25, "专户资金低于应托管额"), (4, 3, "灭火器过期")],
    &[],
];

/// Reviews of last year, of so many institutions.
const REVIEWS: usize = 25;

/// The events of credit classes.
pub fn script(bureau: &str, institutions: usize) -> Vec<Event> {
    let (day, clerk) = (date(2021, 1, 20), CLERKS[0].0);
    let typed = vec![
        ("title", Typed::from("2020年度信用评分标准")),
        ("issuer", Typed::Record(bureau.to_string())),
        ("since_on", Typed::from(date(2020, 1, 1))),
    ];
    let mut events = vec![event(day, 545, clerk, "scale", "credit_scale", Deed::File, typed)];
    for (number, (title, side, most, least, each)) in ITEMS.into_iter().enumerate() {
        let typed = vec![
            ("scale", Typed::Record("scale".into())),
            ("title", Typed::from(title)),
            ("side", Typed::from(side)),
            ("most", Typed::from(most)),
            ("each_least", Typed::from(least)),
            ("each_most", Typed::from(each)),
        ];
        events.push(event(day, 550, clerk, &item(number), "credit_item", Deed::File, typed));
    }
    (0..REVIEWS.min(institutions)).for_each(|number| review(&mut events, number));
    events
}

fn item(number: usize) -> String {
    format!("credit_item:{number}")
}

fn review(events: &mut Vec<Event>, number: usize) {
    let (record, clerk) = (format!("review:{number}"), CLERKS[0].0);
    let typed = vec![
        ("institution", Typed::Record(key(number))),
        ("year", Typed::from(2020_i64)),
        ("scale", Typed::Record("scale".into())),
        // One of them used custody money for rent.
        ("veto", Typed::from(if number == 13 { "funds" } else { "" })),
    ];
    events.push(event(date(2021, 1, 21), 560, clerk, &record, "credit_review", Deed::File, typed));
    for (place, (at, points, why)) in CASES[number % CASES.len()].iter().enumerate() {
        let typed = vec![
            ("review", Typed::Record(record.clone())),
            ("item", Typed::Record(item(*at))),
            ("points", Typed::from(*points)),
            ("why", Typed::from(*why)),
        ];
        let row = format!("{record}:{place}");
        events.push(event(date(2021, 1, 21), 570, clerk, &row, "credit_event", Deed::File, typed));
    }
    events.push(event(date(2021, 1, 25), 560, clerk, &record, "credit_review", Deed::Move("publish"), vec![]));
    let leader = "fangzhiyuan";
    events.push(event(date(2021, 2, 3), 560, leader, &record, "credit_review", Deed::Move("take_effect"), vec![]));
}
