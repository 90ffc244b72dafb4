//! Training institutions (operations 3.2 to 3.5): orders within the rules, money in custody released lesson by lesson,
//! complaints with their clocks, what the watches open, who visits whom.

use crate::support::{House, codes, date, on};
use luoshi_desk::job;
use luoshi_desk::view::When;
use luoshi_store::{Reader, Record, verify};

pub fn house(store: luoshi_store::Store, day: &str) -> House {
    let house = House::settled_in(day, store);
    let (town, worker) = (house.id("a").to_string(), house.id("person:inspector").to_string());
    let typed = [
        ("name", "启明艺术培训中心"),
        ("kind", "institution"),
        ("parent", &*town),
        ("since_on", "2015-01-01"),
        ("subject", "arts"),
        ("nature", "profit"),
        ("worker", &*worker),
        ("custody_account", "启明预收费资金托管专户"),
    ];
    house.file("", "centre", "institution", &typed);
    for (name, role, unit) in
        [("liaison", "institution", "centre"), ("grid", "grid_worker", "a"), ("clerk", "section", "tech")]
    {
        house.person(name, &format!("经办{name}"), "13957900777");
        house.post(name, name, role, unit, day, "");
        house.account(name);
    }
    let centre = house.id("centre").to_string();
    let course =
        [("title", "周末素描"), ("institution", &*centre), ("subject", "素描"), ("ends_at", "18:00"), ("price", "80")];
    house.file("liaison", "course", "course", &course);
    // One full-time teacher: without any the institution is short of staff.
    house.person("painter", "画师", "13957900888");
    let painter = house.id("person:painter").to_string();
    let typed = [
        ("person", &*painter),
        ("institution", &*centre),
        ("post", "teaching"),
        ("full_time", "yes"),
        ("taught", "arts"),
        ("stage", "primary"),
        ("since_on", "2020-09-01"),
        ("in_service", "no"),
    ];
    house.file("", "painter", "trainer", &typed);
    house
}

pub fn order(house: &House, hours: &str, change: &[(&str, &str)]) -> Result<luoshi_desk::Saved, luoshi_desk::NotSaved> {
    let (centre, course) = (house.id("centre").to_string(), house.id("course").to_string());
    let mut typed: std::collections::BTreeMap<&str, &str> = [
        ("institution", &*centre),
        ("course", &*course),
        ("pupil", "演示学员"),
        ("hours", hours),
        ("price", "80"),
        ("paid_on", "2021-03-01"),
        ("starts_on", "2021-03-06"),
        ("ends_on", "2021-05-29"),
        ("channel", "custody"),
    ]
    .into();
    typed.extend(change.iter().copied());
    let typed: Vec<(&str, &str)> = typed.into_iter().collect();
    house.try_file("liaison", "course_order", &typed)
}

fn attend(house: &House, order: i64, hours: &str, day: &str) -> i64 {
    let order = order.to_string();
    house.file("liaison", day, "lesson", &[("course_order", &order), ("taught_on", day), ("hours", hours)])
}

fn read<T>(
    house: &House,
    body: impl FnOnce(&mut Reader, &luoshi_desk::Bureau) -> Result<T, luoshi_store::StoreError>,
) -> T {
    let bureau = house.desk.bureau();
    bureau.store.read(|reader| body(reader, bureau)).expect("it is read")
}

pub fn record(house: &House, register: &str, id: i64) -> Option<Record> {
    read(house, |reader, bureau| reader.record(bureau.table(register), id, None))
}

pub fn all(house: &House, register: &str) -> Vec<Record> {
    (1..200).map_while(|id| record(house, register, id)).collect()
}

/// A number on a record's page, as shown.
pub fn shown(house: &House, register: &str, id: i64, name: &str) -> String {
    let view = house.desk.record(&house.actor("section"), register, id, When::default()).expect("it is shown");
    let field = view.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name);
    field.map(|field| field.shown.clone()).expect("the number stands on the page")
}

pub fn alerts(house: &House) -> Vec<(String, String)> {
    let text = |record: &Record, name: &str| record.value(name).text().unwrap_or_default().to_string();
    all(house, "risk_alert")
        .iter()
        .map(|record| (text(record, "kind"), record.state.clone().unwrap_or_default()))
        .collect()
}

pub fn run(house: &House) {
    while job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
}

#[test]
fn eighteen_of_sixty_hours_release_1440_and_the_rest_is_refunded() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let id = order(&house, "60", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        assert_eq!(shown(&house, "course_order", id, "custody_held"), "4,800.00");
        house.day("2021-04-01");
        for (number, day) in
            ["2021-03-06", "2021-03-07", "2021-03-13", "2021-03-14", "2021-03-20", "2021-03-21"].iter().enumerate()
        {
            let lesson = attend(&house, id, "three", day);
            assert_eq!(
                codes(house.try_move("liaison", "lesson", lesson, "assume", &[])),
                ["D030"],
                "not before notice"
            );
            house.make("liaison", "lesson", lesson, "notify", &[]);
            if number % 2 == 0 {
                house.make("liaison", "lesson", lesson, "confirm", &[]);
            }
        }
        assert_eq!(
            shown(&house, "course_order", id, "custody_held"),
            "4,080.00",
            "nine hours are confirmed, nine are not"
        );
        // Silence: seven working days after 1 April, with 3 to 5 April off, end on 13 April.
        house.day("2021-04-13");
        assert_eq!(
            codes(house.try_move("liaison", "lesson", 2, "assume", &[])),
            ["D033"],
            "not before the day is over"
        );
        house.day("2021-04-14");
        for lesson in [2, 4, 6] {
            house.make("liaison", "lesson", lesson, "assume", &[]);
        }
        assert_eq!(shown(&house, "course_order", id, "custody_held"), "3,360.00");
        assert_eq!(shown(&house, "institution", house.id("centre"), "custody_owed"), "3,360.00");
        assert_eq!(codes(house.try_move("liaison", "course_order", id, "finish", &[])), ["D033"]);
        house.make("liaison", "course_order", id, "ask_refund", &[]);
        // Fifteen days after 14 April is 29 April.
        let asked = record(&house, "course_order", id).expect("it is there");
        assert_eq!(asked.value("refund_due_on").date(), Some(date("2021-04-29")));
        house.make("liaison", "course_order", id, "refund", &[]);
        let entries = all(&house, "escrow_entry");
        assert_eq!(entries.last().and_then(|entry| entry.value("held").int()), Some(-336_000), "42 × 80");
        assert_eq!(shown(&house, "course_order", id, "custody_held"), "0.00");
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it runs");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    });
}

#[test]
fn orders_beyond_the_rules_are_refused_with_their_numbers() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        assert_eq!(codes(order(&house, "61", &[])), ["PX-04"]);
        assert_eq!(codes(order(&house, "60", &[("ends_on", "2021-06-07")])), ["PX-04"], "over three months");
        assert!(order(&house, "60", &[("ends_on", "2021-06-06")]).is_ok(), "three months to the day");
        assert_eq!(codes(order(&house, "60", &[("paid_on", "2021-02-05")])), ["PX-04b"]);
        assert_eq!(codes(order(&house, "60", &[("channel", "other")])), ["PX-05"]);
        assert_eq!(codes(order(&house, "60", &[("channel", "loan")])), ["PX-07"]);
        assert_eq!(codes(order(&house, "60", &[("amount", "4799.99")])), ["D064"], "hours times price, by nobody else");
        assert_eq!(codes(order(&house, "60", &[("price", "10000000000")])), ["V003"], "too much to be kept");
        let centre = house.id("centre").to_string();
        let late =
            [("title", "晚班"), ("institution", &*centre), ("subject", "素描"), ("ends_at", "20:31"), ("price", "80")];
        assert_eq!(codes(house.try_file("liaison", "course", &late)), ["PX-01"]);
    });
}

#[test]
fn nobody_files_an_entry_and_no_lesson_releases_more_than_is_there() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let id = order(&house, "2", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        let (centre, order) = (house.id("centre").to_string(), id.to_string());
        let typed = [("institution", &*centre), ("course_order", &*order), ("kind", "release"), ("held", "-80")];
        for by in ["liaison", "clerk", "zhou", "leader", "keeper"] {
            assert_eq!(crate::support::refusal_of(house.try_file(by, "escrow_entry", &typed)).code, "D003", "{by}");
        }
        house.day("2021-03-08");
        let lesson = attend(&house, id, "three", "2021-03-06");
        house.make("liaison", "lesson", lesson, "notify", &[]);
        let before = house.written();
        let refused = codes(house.try_move("liaison", "lesson", lesson, "confirm", &[]));
        assert!(!refused.is_empty() && house.written() == before, "{refused:?}");
        assert_eq!(shown(&house, "course_order", id, "custody_held"), "160.00");
    });
}

#[test]
fn a_custody_account_that_falls_short_is_red_at_once_and_until_it_is_filled() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let centre = house.id("centre");
        house.edit("clerk", "institution", centre, &[("escrow_balance", "4800")]);
        let id = order(&house, "60", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        assert_eq!(alerts(&house), []);
        house.edit("clerk", "institution", centre, &[("escrow_balance", "4799.99")]);
        assert_eq!(alerts(&house), [("custody".to_string(), "open".to_string())], "one 分 short");
        run(&house);
        house.edit("clerk", "institution", centre, &[("escrow_balance", "4800")]);
        assert_eq!(alerts(&house), [("custody".to_string(), "resolved".to_string())]);
        // A second order makes it short from the other side.
        let id = order(&house, "10", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        assert_eq!(alerts(&house).len(), 2);
    });
}

/// A complaint that has been registered.
fn complaint(house: &House, kind: &str, origin: &str, received: &str) -> i64 {
    let centre = house.id("centre").to_string();
    let typed =
        [("subject", "退费"), ("institution", &*centre), ("kind", kind), ("origin", origin), ("received_on", received)];
    let saved =
        house.try_file("clerk", "complaint", &typed).unwrap_or_else(|not| panic!("{}", crate::support::told(&not)));
    house.make("clerk", "complaint", saved.id, "register", &[]);
    saved.id
}

#[test]
fn each_complaint_runs_on_its_own_clock() {
    House::each(|store| {
        let house = house(store, "2021-09-15");
        let due = |id: i64, field: &str| record(&house, "complaint", id).and_then(|it| it.value(field).date());
        let refund = complaint(&house, "refund", "hotline", "2021-09-15");
        // 15 days after 15 September is 30 September, a Thursday.
        assert_eq!(due(refund, "accept_due_on"), Some(date("2021-09-30")));
        assert_eq!(
            crate::support::refusal_of(house.try_move("clerk", "complaint", refund, "accept", &[])).code,
            "D003",
            "not this way"
        );
        house.make("clerk", "complaint", refund, "accept_refund", &[]);
        assert_eq!(due(refund, "answer_due_on"), Some(date("2021-09-26")), "a Sunday that is worked");
        let hotline = complaint(&house, "time", "hotline", "2021-09-15");
        house.make("clerk", "complaint", hotline, "accept", &[]);
        assert_eq!(due(hotline, "answer_due_on"), Some(date("2021-10-12")), "15 working days over two holidays");
        let petition = complaint(&house, "fee", "petition", "2021-09-15");
        house.make("clerk", "complaint", petition, "accept_petition", &[]);
        // 60 days after 15 September is 14 November, a Sunday: it rolls to Monday.
        assert_eq!(due(petition, "answer_due_on"), Some(date("2021-11-15")));
        house.make("leader", "complaint", petition, "extend", &[]);
        assert_eq!(due(petition, "answer_due_on"), Some(date("2021-12-15")));
        let again = house.try_move("leader", "complaint", petition, "extend", &[]);
        assert_eq!(crate::support::refusal_of(again).code, "D003", "once: it is not offered again");
        house.day("2021-09-27");
        run(&house);
        assert_eq!(alerts(&house), [("late".to_string(), "open".to_string())]);
        let late = house.try_move("leader", "complaint", refund, "extend", &[]);
        assert_eq!(crate::support::refusal_of(late).code, "D003", "only before it is due");
        // Who accepted it does not answer it.
        let answer = [("confirmed", "yes"), ("answer_result", "已退")];
        assert_eq!(codes(house.try_move("clerk", "complaint", refund, "answer", &answer)), ["D035"]);
        house.make("section", "complaint", refund, "answer", &answer);
        assert_eq!(alerts(&house), [("late".to_string(), "resolved".to_string())]);
    });
}

#[test]
fn two_confirmed_complaints_open_an_inspection_and_ten_refund_complaints_a_red_alert() {
    House::each(|store| {
        let house = house(store, "2021-04-01");
        for number in 0..9 {
            let id = complaint(&house, "refund", "hotline", "2021-04-01");
            if number < 2 {
                house.make("clerk", "complaint", id, "accept_refund", &[]);
                assert!(all(&house, "special_inspection").is_empty());
                house.make("section", "complaint", id, "answer", &[("confirmed", "yes"), ("answer_result", "属实")]);
            }
        }
        assert_eq!(all(&house, "special_inspection").len(), 1, "once");
        assert_eq!(alerts(&house), []);
        complaint(&house, "refund", "visit", "2021-04-01");
        assert_eq!(alerts(&house), [("run".to_string(), "open".to_string())]);
        // Seven days later they count no longer.
        house.day("2021-04-08");
        run(&house);
        assert_eq!(alerts(&house)[0], ("run".to_string(), "resolved".to_string()));
        // Two inspectors.
        house.make("clerk", "special_inspection", 1, "inspect", &[("found", "已整改")]);
        assert_eq!(record(&house, "special_inspection", 1).and_then(|it| it.state).as_deref(), Some("planned"));
        house.make("section", "special_inspection", 1, "inspect", &[("found", "已整改")]);
        assert_eq!(record(&house, "special_inspection", 1).and_then(|it| it.state).as_deref(), Some("done"));
    });
}

#[test]
fn coverage_is_what_was_visited_of_what_was_owed() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        run(&house);
        let centre = house.id("centre").to_string();
        let owes = house.desk.workbench(&house.actor("inspector")).expect("it is shown").owed;
        assert_eq!(owes.len(), 1, "the grid worker of the institution owes it");
        house.day("2021-03-20");
        house.file(
            "grid",
            "visit",
            "grid_visit",
            &[("institution", &centre), ("visited_on", "2021-03-20"), ("found", "正常")],
        );
        assert!(house.desk.workbench(&house.actor("inspector")).expect("it is shown").owed.is_empty());
        house.day("2021-03-28");
        run(&house);
        house.day("2021-05-01");
        run(&house);
        assert_eq!(house.figure("grid_visit_share", on("2021-03-31")), "100 = 1/1");
        assert_eq!(house.figure("grid_visit_share", on("2021-04-30")), "50 = 1/2", "April was missed");
        // A share grows along no line: half of what was owed is red in April already.
        let measure =
            house.desk.measure(&house.actor("leader"), crate::support::PLAN, "6-4-1", on("2021-04-30")).expect("shown");
        let target = &measure.targets[0];
        assert_eq!(target.number.as_ref().map(|number| number.light), Some(luoshi_kernel::light::Light::Red));
        assert_eq!(house.figure("platform_share", When::default()), "100 = 1/1");
    });
}
