//! The demo bureau's supervision of training institutions: licences and annual checks, sites and teachers, an academic
//! school, a random inspection drawn and one about to be, joint enforcement, unlicensed sites.

use super::script::{Deed, Event, Typed};
use super::training::{CLERKS, Pairs, WORDS, event, key, short, worker};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Officers of inspections with accounts.
pub const OFFICERS: [(&str, &str); 2] = [("zhifa1", "陈国华"), ("zhifa2", "虞晓芬")];
/// Officers without.
const MORE_OFFICERS: [&str; 4] = ["盛伟", "叶国平", "贾静", "黄建军"];

const CLERK: &str = CLERKS[0].0;
const OTHER: &str = CLERKS[1].0;

/// The events of supervision over so many institutions.
pub fn script(institutions: usize, towns: &[String], bureau: &str) -> Vec<Event> {
    let mut events = vec![];
    for number in 0..institutions {
        licence(&mut events, number);
        if number % 10 == 0 {
            premises(&mut events, number);
        }
    }
    academy(&mut events, institutions, towns, bureau);
    inspections(&mut events, bureau);
    joint(&mut events, bureau);
    unlicensed(&mut events, towns);
    events
}

fn record(name: &str) -> Typed {
    Typed::Record(name.to_string())
}

fn address(number: usize) -> String {
    format!("{}路{}号", WORDS[number % WORDS.len()], number * 7 % 190 + 1)
}

/// A licence and this year's check: most in time, a few late.
fn licence(events: &mut Vec<Event>, number: usize) {
    let (licence, check) = (format!("licence:{number}"), format!("annual:{number}"));
    let until = if number % 28 == 5 { date(2021, 11, 30) } else { date(2022 + (number % 3) as i16, 8, 31) };
    let typed = vec![
        ("institution", Typed::Record(key(number))),
        ("number", Typed::from(format!("教民1330782{:08}", 70_000_000 + number * 13))),
        ("issuer", Typed::from("义乌市教育局")),
        ("content", Typed::from("非学历文化艺术培训")),
        ("address", Typed::from(address(number))),
        ("valid_since", Typed::from(date(2018 + (number % 3) as i16, 9, 1))),
        ("valid_until", Typed::from(until)),
    ];
    events.push(event(date(2021, 1, 13), 550, CLERK, &licence, "licence", Deed::File, typed));
    let typed = vec![
        ("licence", record(&licence)),
        ("institution", Typed::Record(key(number))),
        ("year_on", Typed::from("2021-01-01")),
        ("material_due_on", Typed::from("2021-03-31")),
        ("result_due_on", Typed::from("2021-05-31")),
    ];
    events.push(event(date(2021, 1, 14), 550, "", &check, "annual_check", Deed::File, typed));
    if number % 42 == 17 {
        return;
    }
    let submitted = date(2021, 3, 2 + (number % 28) as i8);
    events.push(event(submitted, 600, CLERK, &check, "annual_check", Deed::Move("submit"), vec![]));
    let judged = if number % 28 == 3 { date(2021, 6, 8) } else { date(2021, 5, 6 + (number % 24) as i8) };
    let result = if number % 14 == 9 { "basic" } else { "passed" };
    let typed = vec![("result", Typed::from(result))];
    events.push(event(judged, 610, CLERK, &check, "annual_check", Deed::Move("judge"), typed));
}

/// Site, room and staff of an institution that has orders.
fn premises(events: &mut Vec<Event>, number: usize) {
    let day = date(2021, 8, 16);
    let (site, room) = (format!("site:{number}"), format!("classroom:{number}"));
    let typed = vec![
        ("title", Typed::from("本部")),
        ("institution", Typed::Record(key(number))),
        ("licence", record(&format!("licence:{number}"))),
        ("address", Typed::from(address(number))),
        ("area", Typed::from(260 + (number as i64 % 7) * 40)),
        ("monitored", Typed::from("yes")),
    ];
    events.push(event(day, 540, CLERK, &site, "site", Deed::File, typed));
    events.push(event(day, 541, CLERK, &site, "site", Deed::Move("approve"), vec![]));
    let typed = vec![
        ("title", Typed::from("301教室")),
        ("site", record(&site)),
        ("area", Typed::from(72)),
        ("places", Typed::from(24)),
    ];
    events.push(event(day, 542, CLERK, &room, "room", Deed::File, typed));
    events.push(event(day, 543, CLERK, &room, "room", Deed::Move("approve"), vec![]));
    // One of them employs more for the desk than for teaching.
    let posts: &[&str] =
        if number == 30 { &["teaching", "other", "other"] } else { &["teaching", "teaching", "other"] };
    for (place, post) in posts.iter().enumerate() {
        let taught = [("taught", Typed::from("arts")), ("stage", Typed::from("primary"))];
        let teaches = if *post == "teaching" { taught.into() } else { vec![] };
        staff(events, &format!("{number}:{place}"), key(number), post, teaches, true);
    }
}

/// Somebody at work at an institution, cleared and put on the public list.
fn staff(events: &mut Vec<Event>, name: &str, institution: String, post: &str, more: Pairs, listed: bool) {
    let (person, trainer, day) = (format!("person:staff:{name}"), format!("trainer:{name}"), date(2021, 8, 17));
    let typed = vec![("name", Typed::from(format!("演示教师{}", name.replace(':', "-"))))];
    events.push(event(day, 540, "", &person, "person", Deed::File, typed));
    let typed = vec![
        ("person", record(&person)),
        ("institution", Typed::Record(institution)),
        ("post", Typed::from(post)),
        ("full_time", Typed::from("yes")),
        ("since_on", Typed::from("2020-09-01")),
        ("in_service", Typed::from("no")),
    ];
    events.push(event(day, 541, "", &trainer, "trainer", Deed::File, [typed, more].concat()));
    if listed {
        let typed = vec![("inquired_on", Typed::from("2021-08-18"))];
        events.push(event(date(2021, 8, 18), 540, CLERK, &trainer, "trainer", Deed::Move("clear"), typed));
        events.push(event(date(2021, 8, 19), 540, CLERK, &trainer, "trainer", Deed::Move("list"), vec![]));
    }
}

/// An academic school: non-profit, teachers with certificates, a course on file under a guide price.
fn academy(events: &mut Vec<Event>, number: usize, towns: &[String], bureau: &str) {
    let name = format!("{}博文文化培训学校", short(&towns[0]));
    let typed = vec![
        ("name", Typed::from(name)),
        ("kind", Typed::from("institution")),
        ("parent", Typed::Record(towns[0].clone())),
        ("since_on", Typed::from("2014-09-01")),
        ("subject", Typed::from("academic")),
        ("nature", Typed::from("nonprofit")),
        ("stages", Typed::from("primary,junior")),
        ("worker", record(&format!("person:{}", worker(0)))),
        ("custody_account", Typed::from("博文预收费资金托管专户")),
    ];
    events.push(event(date(2021, 1, 12), 545, CLERK, &key(number), "institution", Deed::File, typed));
    licence(events, number);
    premises(events, number);
    let certified = vec![
        ("taught", Typed::from("maths")),
        ("stage", Typed::from("junior")),
        ("certificate_number", Typed::from("20103307821000018")),
        ("certificate_subject", Typed::from("maths")),
        ("certificate_stage", Typed::from("senior")),
    ];
    staff(events, "academy", key(number), "teaching", certified, true);
    for (band, price, highest) in
        [("small", "52.00", "57.20"), ("middle", "36.00", "39.60"), ("large", "24.00", "26.40")]
    {
        let typed = vec![
            ("document", Typed::from("培训收费政府指导价（演示）")),
            ("unit", record(bureau)),
            ("mode", Typed::from("offline")),
            ("band", Typed::from(band)),
            ("price", Typed::from(price)),
            ("highest", Typed::from(highest)),
            ("since_on", Typed::from("2021-08-01")),
        ];
        let day = date(2021, 8, 2);
        events.push(event(day, 540, CLERK, &format!("guide:{band}"), "guide_price", Deed::File, typed));
    }
    let course = format!("course:{number}");
    let typed = vec![
        ("title", Typed::from("初一数学秋季班")),
        ("institution", Typed::Record(key(number))),
        ("subject", Typed::from("数学")),
        ("category", Typed::from("academic")),
        ("taught", Typed::from("maths")),
        ("stage", Typed::from("junior")),
        ("starts_on", Typed::from("2021-09-03")),
        ("weekdays", Typed::from("fri")),
        ("starts_at", Typed::from("18:30")),
        ("ends_at", Typed::from("20:00")),
        ("minutes", Typed::from(45)),
        ("trainer", record("trainer:academy")),
        ("room", record(&format!("classroom:{number}"))),
        ("capacity", Typed::from(24)),
        ("price", Typed::from("38.00")),
        ("guide", record("guide:middle")),
    ];
    events.push(event(date(2021, 8, 20), 560, CLERK, &course, "course", Deed::File, typed));
    events.push(event(date(2021, 8, 21), 560, CLERK, &course, "course", Deed::Move("submit"), vec![]));
    let typed = vec![("accept_within_syllabus", Typed::from("yes"))];
    events.push(event(date(2021, 8, 23), 560, OTHER, &course, "course", Deed::Move("accept"), typed));
}

/// The year's plan; the spring inspection drawn, carried out and published, the autumn one drawn and under way.
fn inspections(events: &mut Vec<Event>, bureau: &str) {
    let day = date(2021, 3, 1);
    for (place, (title, basis)) in [
        ("办学许可与场所安全", "民办教育促进法；国办发〔2018〕80号"),
        ("收费与预收费资金", "教监管厅函〔2021〕2号"),
        ("从业人员资格与公示", "教监管厅函〔2021〕9号"),
    ]
    .into_iter()
    .enumerate()
    {
        let typed = vec![
            ("title", Typed::from(title)),
            ("unit", record(bureau)),
            ("basis", Typed::from(basis)),
            ("method", Typed::from("现场检查")),
            ("since_on", Typed::from("2021-01-01")),
        ];
        events.push(event(day, 540, CLERK, &format!("check_item:{place}"), "check_item", Deed::File, typed));
    }
    let officers = OFFICERS.iter().map(|(account, name)| (format!("person:{account}"), *name));
    let more = MORE_OFFICERS.iter().enumerate().map(|(place, name)| (format!("person:officer:{place}"), *name));
    for (place, (person, name)) in officers.chain(more).enumerate() {
        if place >= OFFICERS.len() {
            events.push(event(day, 541, "", &person, "person", Deed::File, vec![("name", Typed::from(name))]));
        }
        let typed = vec![
            ("person", record(&person)),
            ("unit", record("职成教科")),
            ("certificate_number", Typed::from(format!("浙G0782{:04}", 11 + place * 7))),
            ("certificate_until_on", Typed::from("2024-12-31")),
        ];
        events.push(event(day, 542, "", &format!("officer:{place}"), "officer", Deed::File, typed));
    }
    for (place, (institution, ground)) in [(80, "kin"), (43, "kin"), (12, "shares")].into_iter().enumerate() {
        let typed = vec![
            ("officer", record(&format!("officer:{place}"))),
            ("institution", Typed::Record(key(institution))),
            ("ground", Typed::from(ground)),
        ];
        events.push(event(day, 550, CLERK, &format!("avoid:{place}"), "avoidance", Deed::File, typed));
    }
    let typed = vec![
        ("title", Typed::from("2021年度校外培训机构“双随机”抽查计划")),
        ("unit", record(bureau)),
        ("year", Typed::from(2021)),
    ];
    events.push(event(day, 560, CLERK, "plan:2021", "check_plan", Deed::File, typed));
    events.push(event(date(2021, 3, 4), 560, "fangzhiyuan", "plan:2021", "check_plan", Deed::Move("approve"), vec![]));
    events.push(event(date(2021, 3, 8), 560, CLERK, "plan:2021", "check_plan", Deed::Move("publish"), vec![]));
    let spring = ("task:spring", "春季开学“双随机”抽查", "check_item:0", date(2021, 4, 30), date(2021, 3, 15));
    let autumn = ("task:autumn", "秋季收费“双随机”抽查", "check_item:1", date(2021, 10, 31), date(2021, 9, 22));
    for (task, title, item, due, day) in [spring, autumn] {
        let typed = vec![
            ("title", Typed::from(title)),
            ("plan", record("plan:2021")),
            ("items", record(item)),
            ("due_on", Typed::from(due)),
        ];
        events.push(event(day, 540, CLERK, task, "check_task", Deed::File, typed));
        events.push(event(day, 545, CLERK, task, "check_task", Deed::Move("freeze"), vec![]));
        let month = i64::from(day.month());
        let typed = vec![
            ("witness_1", Typed::from("派驻纪检监察组 钱建国")),
            ("ball_1", Typed::from(month * 7)),
            ("witness_2", Typed::from("行风监督员 孙丽华")),
            ("ball_2", Typed::from(month + 11)),
            ("witness_3", Typed::from("家长代表 李秀芳")),
            ("ball_3", Typed::from(month * 3)),
        ];
        let next = day.saturating_add(1.days());
        events.push(event(next, 570, OTHER, task, "check_task", Deed::Move("draw"), typed));
    }
    // What the draw opened is met by its place in the register: the first are those of spring.
    for place in 0..SPRING {
        let visit = format!("check_visit#{}", place + 1);
        let (result, found) = [
            ("none", "证照齐全，场所与许可一致"),
            ("ordered", "消防通道堆放杂物，当场责令清理"),
            ("none", "未发现问题"),
            ("pending", "教师公示信息不全，限期补齐"),
        ][place % 4];
        let day = date(2021, 3, 22).saturating_add((place as i64 * 2).days());
        let typed =
            vec![("visited_on", Typed::from(day)), ("result", Typed::from(result)), ("found", Typed::from(found))];
        events.push(event(day, 900, "", &visit, "check_visit", Deed::Move("record"), typed));
        let published = day.saturating_add(if place == 5 { 40.days() } else { 12.days() });
        events.push(event(published, 600, CLERK, &visit, "check_visit", Deed::Move("publish"), vec![]));
        if result != "none" {
            let typed = vec![("settle_outcome", Typed::from("复查已整改（演示）"))];
            let day = published.saturating_add(10.days());
            events.push(event(day, 600, CLERK, &visit, "check_visit", Deed::Move("settle"), typed));
        }
    }
    events.push(event(date(2021, 6, 1), 600, CLERK, "task:spring", "check_task", Deed::Move("finish"), vec![]));
}

/// Visits of the spring inspection, by the reviews of last year: 5 % of 15 A, 10 % of 5 B and 60 that are not rated, 30 % of
/// 4 C, the one D.
const SPRING: usize = 11;

/// A joint action with what it found, handed to departments.
fn joint(events: &mut Vec<Event>, bureau: &str) {
    let day = date(2021, 5, 20);
    let typed = vec![
        ("title", Typed::from("校外培训机构暑期前联合执法")),
        ("unit", record(bureau)),
        ("members", Typed::from("market,fire,enforcement,town")),
        ("planned_on", Typed::from(day)),
    ];
    events.push(event(date(2021, 5, 10), 540, CLERK, "joint:1", "joint_action", Deed::File, typed));
    let typed = vec![("done_on", Typed::from(day))];
    events.push(event(day, 1000, CLERK, "joint:1", "joint_action", Deed::Move("carry_out"), typed));
    let found = [
        ("px12", "小区门口张贴招生广告", "market", Some(date(2021, 5, 31))),
        ("safety", "安全出口被货架遮挡", "fire", Some(date(2021, 5, 28))),
        ("px14", "在许可地址以外的二楼上课", "enforcement", Some(date(2021, 6, 15))),
        ("px05", "部分学费现金收取未缴专户", "education", Some(date(2021, 6, 2))),
    ];
    for (place, (rule, text, department, replied)) in found.into_iter().enumerate() {
        let issue = format!("issue:{place}");
        let typed = vec![
            ("institution", Typed::Record(key(place * 17 + 4))),
            ("found_on", Typed::from(day)),
            ("origin", Typed::from("joint")),
            ("rule", Typed::from(rule)),
            ("text", Typed::from(text)),
            ("action", record("joint:1")),
        ];
        events.push(event(day.saturating_add(1.days()), 540, CLERK, &issue, "training_issue", Deed::File, typed));
        let typed = vec![("department", Typed::from(department))];
        let handed = day.saturating_add(1.days());
        events.push(event(handed, 560, CLERK, &issue, "training_issue", Deed::Move("hand_over"), typed));
        if let Some(replied) = replied {
            let typed = vec![("reply", Typed::from("已查处并督促整改到位（演示）"))];
            events.push(event(replied, 560, CLERK, &issue, "training_issue", Deed::Move("reply"), typed));
            let closed = replied.saturating_add(3.days());
            events.push(event(closed, 560, CLERK, &issue, "training_issue", Deed::Move("close"), vec![]));
        }
    }
    events.push(event(date(2021, 6, 25), 560, CLERK, "joint:1", "joint_action", Deed::Move("close"), vec![]));
}

/// Three unlicensed sites: one closed and visited again, one ordered to stop, one that nobody has visited in time.
fn unlicensed(events: &mut Vec<Event>, towns: &[String]) {
    let site = |number: usize, title: &str, reported: Date| {
        let typed = vec![
            ("title", Typed::from(title)),
            ("town", Typed::Record(towns[number].clone())),
            ("address", Typed::from(address(number + 3))),
            ("worker", record(&format!("person:{}", worker(number)))),
            ("origin", Typed::from(["hotline", "grid", "complaint"][number % 3])),
            ("reported_on", Typed::from(reported)),
        ];
        event(reported, 540, &worker(number), &format!("unlicensed:{number}"), "unlicensed_site", Deed::File, typed)
    };
    let visit = |number: usize, day: Date| {
        let typed =
            vec![("visited_on", Typed::from(day)), ("visit_found", Typed::from("现场有学生，无许可证（演示）"))];
        event(day, 900, &worker(number), &format!("unlicensed:{number}"), "unlicensed_site", Deed::Move("visit"), typed)
    };
    let stop = |number: usize, day: Date| {
        let typed = vec![
            ("order_number", Typed::from(format!("义教责停〔2021〕{}号", number + 1))),
            ("announced_on", Typed::from(day)),
            ("department", Typed::from("enforcement")),
        ];
        event(day, 600, CLERK, &format!("unlicensed:{number}"), "unlicensed_site", Deed::Move("stop"), typed)
    };
    events.extend([
        site(1, "居民楼内“小饭桌”补习", date(2021, 6, 7)),
        visit(1, date(2021, 6, 7)),
        stop(1, date(2021, 6, 9)),
        event(
            date(2021, 6, 11),
            600,
            CLERK,
            "unlicensed:1",
            "unlicensed_site",
            Deed::Move("close"),
            vec![("closed_on", Typed::from("2021-06-11"))],
        ),
        site(4, "商铺二楼英语角", date(2021, 9, 22)),
        visit(4, date(2021, 9, 23)),
        stop(4, date(2021, 9, 27)),
        site(8, "写字楼内舞蹈工作室", date(2021, 9, 27)),
    ]);
    for (nth, day) in [date(2021, 6, 17), date(2021, 7, 10)].into_iter().enumerate() {
        let typed = vec![
            ("done_on", Typed::from(day)),
            ("reopened", Typed::from("no")),
            ("visit_found", Typed::from("门店已空置")),
        ];
        let revisit = format!("site_revisit#{}", nth + 1);
        events.push(event(day, 900, &worker(1), &revisit, "site_revisit", Deed::Move("visit"), typed));
    }
}
