//! Hard rules of training institutions (operations 3.2): each is refused by its number, and passes just beside its limit.

use crate::support::{House, codes, date, refusal_of};
use crate::training::{alerts, all, house, order, record, run, shown};
use luoshi_desk::view::When;
use luoshi_desk::{NotSaved, Saved};
use std::collections::BTreeMap;

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Files what `typed` says with some of it changed; an empty text leaves the field out.
fn with(house: &House, register: &str, typed: Pairs<'_>, change: Pairs<'_>) -> Result<Saved, NotSaved> {
    let mut all: BTreeMap<&str, &str> = typed.iter().copied().collect();
    all.extend(change.iter().copied());
    let all: Vec<(&str, &str)> = all.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    house.try_file("clerk", register, &all)
}

/// An academic institution with licence, site, room and a listed teacher of mathematics.
fn academy(store: luoshi_store::Store, day: &str) -> House {
    let house = house(store, day);
    let town = house.id("a").to_string();
    let typed = [
        ("name", "博学培训学校"),
        ("kind", "institution"),
        ("parent", &*town),
        ("since_on", "2015-01-01"),
        ("subject", "academic"),
        ("nature", "nonprofit"),
        ("stages", "primary,junior"),
    ];
    house.file("clerk", "academy", "institution", &typed);
    let academy = house.id("academy").to_string();
    licence(&house, &academy, "2024-08-31");
    let licence = house.id("licence").to_string();
    let typed = [
        ("title", "本部"),
        ("institution", &*academy),
        ("licence", &*licence),
        ("address", "佛堂镇大成路1号"),
        ("area", "400"),
    ];
    let site = house.file("clerk", "site", "site", &typed);
    house.make("clerk", "site", site, "approve", &[]);
    let room = house.file(
        "clerk",
        "room",
        "room",
        &[("title", "301"), ("site", &site.to_string()), ("area", "60"), ("places", "20")],
    );
    house.make("clerk", "room", room, "approve", &[]);
    house.person("teacher", "数学教师", "13957900999");
    let teacher = house.file("", "teacher", "trainer", &pairs(&trainer(&house)));
    house.make("clerk", "trainer", teacher, "clear", &[("inquired_on", "2021-02-20")]);
    house.make("clerk", "trainer", teacher, "list", &[]);
    house
}

fn licence(house: &House, institution: &str, until: &str) -> i64 {
    let typed = [
        ("institution", institution),
        ("number", "教民133078270000018"),
        ("issuer", "义乌市教育局"),
        ("content", "小学、初中文化课"),
        ("address", "佛堂镇大成路1号"),
        ("valid_since", "2018-09-01"),
        ("valid_until", until),
    ];
    house.file("clerk", "licence", "licence", &typed)
}

fn pairs<'a>(typed: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    typed.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

fn trainer(house: &House) -> Vec<(&'static str, String)> {
    [
        ("person", house.id("person:teacher").to_string()),
        ("institution", house.id("academy").to_string()),
        ("post", "teaching".into()),
        ("full_time", "yes".into()),
        ("taught", "maths".into()),
        ("stage", "junior".into()),
        ("since_on", "2020-09-01".into()),
        ("in_service", "no".into()),
        ("certificate_number", "20103307821000001".into()),
        ("certificate_subject", "maths".into()),
        ("certificate_stage", "junior".into()),
    ]
    .into()
}

/// Evening mathematics on Fridays.
fn maths(house: &House) -> Vec<(&'static str, String)> {
    [
        ("title", "初一数学".into()),
        ("institution", house.id("academy").to_string()),
        ("subject", "数学".into()),
        ("category", "academic".into()),
        ("taught", "maths".into()),
        ("stage", "junior".into()),
        ("starts_on", "2021-09-03".into()),
        ("weekdays", "fri".into()),
        ("ends_at", "20:30".into()),
        ("minutes", "45".into()),
        ("trainer", house.id("teacher").to_string()),
        ("room", house.id("room").to_string()),
        ("capacity", "20".into()),
        ("price", "40".into()),
    ]
    .into()
}

fn course(house: &House, change: Pairs<'_>) -> Result<Saved, NotSaved> {
    with(house, "course", &pairs(&maths(house)), change)
}

fn on_file(house: &House, change: Pairs<'_>) -> i64 {
    let id = course(house, change).unwrap_or_else(|not| panic!("{}", crate::support::told(&not))).id;
    house.make("clerk", "course", id, "submit", &[]);
    house.make("section", "course", id, "accept", &[("accept_within_syllabus", "yes")]);
    id
}

#[test]
fn lessons_end_by_half_past_eight_and_online_by_nine() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        for late in ["20:31", "20:45"] {
            assert_eq!(codes(course(&house, &[("ends_at", late)])), ["PX-01"], "{late}");
        }
        assert!(course(&house, &[("ends_at", "20:30")]).is_ok());
        assert_eq!(codes(course(&house, &[("mode", "online"), ("ends_at", "21:01")])), ["PX-01"]);
        assert!(course(&house, &[("mode", "online"), ("ends_at", "21:00")]).is_ok());
    });
}

#[test]
fn compulsory_subjects_rest_on_weekends_holidays_and_vacations() {
    House::each(|store| {
        let house = academy(store, "2021-07-10");
        assert_eq!(codes(course(&house, &[("weekdays", "fri,sat")])), ["PX-02"]);
        assert_eq!(codes(course(&house, &[("weekdays", "sun"), ("starts_on", "2021-07-24")])), ["PX-02"]);
        assert!(course(&house, &[("weekdays", "sun"), ("starts_on", "2021-07-23")]).is_ok(), "the day before it holds");
        let subjects = [("category", "other"), ("taught", "sports"), ("weekdays", "sat")];
        assert!(course(&house, &subjects).is_ok(), "no school subject");
        let (academy, course) = (house.id("academy").to_string(), on_file(&house, &[]).to_string());
        let change = [("institution", &*academy), ("course", &*course), ("price", "40")];
        let days = [("paid_on", "2021-07-10"), ("starts_on", "2021-07-10"), ("ends_on", "2021-10-10")];
        let typed = [&change[..], &days, &[("pupil", "演示"), ("hours", "60"), ("channel", "custody")]];
        let order = house.file("", "order", "course_order", &typed.concat()).to_string();
        let taught =
            |day: &str| house.try_file("", "lesson", &[("course_order", &order), ("taught_on", day), ("hours", "one")]);
        let rests = ["2021-07-26", "2021-08-31", "2021-09-11", "2021-09-12", "2021-09-20", "2021-10-01", "2021-10-08"];
        for (day, why) in rests.iter().zip(["summer", "summer", "Saturday", "Sunday", "holiday", "holiday", ""]) {
            match why {
                "" => assert!(taught(day).is_ok(), "{day}"),
                _ => assert_eq!(codes(taught(day)), ["PX-02"], "{day} {why}"),
            }
        }
        assert!(taught("2021-09-01").is_ok(), "the first day of term");
        assert!(taught("2021-09-18").is_ok(), "a Saturday that is worked");
        assert!(taught("2021-07-17").is_ok(), "before it held");
    });
}

#[test]
fn no_new_academic_institution_and_none_before_school_age() {
    House::each(|store| {
        let house = house(store, "2021-09-01");
        let town = house.id("a").to_string();
        let typed = [
            ("name", "新办"),
            ("kind", "institution"),
            ("parent", &*town),
            ("since_on", "2021-07-23"),
            ("subject", "academic"),
            ("nature", "nonprofit"),
            ("stages", "primary"),
        ];
        let file = |change: Pairs<'_>| with(&house, "institution", &typed, change);
        assert_eq!(codes(file(&[("nature", "profit")])), ["PX-03"]);
        assert_eq!(codes(file(&[("since_on", "2021-07-24")])), ["PX-03b"]);
        assert_eq!(codes(file(&[("stages", "preschool")])), ["PX-03c"]);
        assert!(file(&[]).is_ok(), "the day before it held");
        assert!(file(&[("name", "新办二"), ("since_on", "2021-08-01"), ("stages", "senior")]).is_ok());
        assert!(file(&[("name", "新办三"), ("since_on", "2021-08-01"), ("subject", "arts")]).is_ok());
        let centre = house.id("centre").to_string();
        let typed =
            [("title", "奥数"), ("institution", &*centre), ("subject", "数学"), ("ends_at", "18:00"), ("price", "80")];
        let hidden = with(&house, "course", &typed, &[("taught", "maths")]);
        assert_eq!(codes(hidden), ["category"], "mathematics is a school subject whatever it is called");
    });
}

#[test]
fn from_december_2022_an_order_outside_school_subjects_is_5000_at_most() {
    House::each(|store| {
        let house = house(store, "2022-11-30");
        let order = |price: &str| order(&house, "50", &[("price", price)]);
        assert!(order("100.02").is_ok(), "the day before");
        house.day("2022-12-01");
        assert_eq!(codes(order("100.02")), ["PX-04c"]);
        assert!(order("100").is_ok());
    });
}

#[test]
fn who_teaches_is_certified_cleared_and_on_the_list() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        let typed = trainer(&house);
        let typed = pairs(&typed);
        let file = |change: Pairs<'_>| {
            let change = [&[("since_on", "2021-08-01")], change].concat();
            with(&house, "trainer", &typed, &change)
        };
        assert_eq!(codes(file(&[("certificate_number", "")])), ["PX-08"]);
        assert_eq!(codes(file(&[("certificate_subject", "physics")])), ["PX-08"]);
        assert_eq!(codes(file(&[("certificate_stage", "primary")])), ["PX-08"], "below its stage");
        assert_eq!(codes(file(&[("in_service", "yes")])), ["PX-08b"]);
        assert_eq!(codes(file(&[("taught", ""), ("certificate_number", "")])), ["taught"]);
        let higher = file(&[("certificate_stage", "senior")]).expect("a higher certificate holds below").id;
        assert_eq!(codes(course(&house, &[("trainer", &higher.to_string())])), ["PX-08"], "not on the list yet");
        house.make("clerk", "trainer", higher, "clear", &[("inquired_on", "2021-08-20")]);
        house.make("clerk", "trainer", higher, "list", &[]);
        assert!(course(&house, &[("trainer", &higher.to_string())]).is_ok());
        assert_eq!(codes(course(&house, &[("trainer", "")])), ["PX-08"]);
        assert_eq!(codes(course(&house, &[("taught", "physics")])), ["PX-08"], "listed for mathematics");
        // A hit after the course began is seen at once.
        assert_eq!(alerts(&house), []);
        house.make("clerk", "trainer", higher, "bar", &[("inquired_on", "2021-09-01")]);
        assert_eq!(alerts(&house), [("teacher".to_string(), "open".to_string())]);
    });
}

#[test]
fn half_of_the_staff_teach_full_time_and_two_in_a_hundred_pupils_have_a_teacher() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let centre = house.id("centre");
        let other = |name: &str| {
            house.person(name, name, "13957901000");
            let (person, centre) = (house.id(&format!("person:{name}")).to_string(), centre.to_string());
            let typed = [
                ("person", &*person),
                ("institution", &*centre),
                ("post", "other"),
                ("full_time", "yes"),
                ("since_on", "2021-03-01"),
                ("in_service", "no"),
            ];
            house.file("", name, "trainer", &typed)
        };
        other("reception");
        assert_eq!(shown(&house, "institution", centre, "teaching_share"), "50%");
        let view = house.desk.record(&house.actor("section"), "institution", centre, When::default()).expect("shown");
        let fields = view.groups.iter().flat_map(|group| &group.fields);
        let beside = |name: &str| fields.clone().find(|field| field.name == name).and_then(|field| field.unit_beside());
        assert_eq!((beside("teaching_share"), beside("staff_count")), (None, Some("人")), "50%, not 50% %");
        assert_eq!(alerts(&house), [], "half is enough");
        let second = other("cleaner");
        assert_eq!(alerts(&house), [("staff".to_string(), "open".to_string())]);
        house.make("liaison", "trainer", second, "leave", &[("until_on", "2021-03-01")]);
        assert_eq!(alerts(&house), [("staff".to_string(), "resolved".to_string())]);
        for nth in 0..51 {
            let id = order(&house, "10", &[]).expect("it is filed").id;
            house.make("liaison", "course_order", id, "pay", &[]);
            assert_eq!(alerts(&house).len(), if nth < 50 { 1 } else { 2 }, "one teacher for fifty, not for fifty-one");
        }
    });
}

#[test]
fn three_square_metres_for_each() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        let site = house.id("site").to_string();
        let room = |places: &str| {
            let typed = [("title", places), ("site", &*site), ("area", "60"), ("places", places)];
            house.file("clerk", places, "room", &typed)
        };
        let (fits, crowded) = (room("20"), room("21"));
        house.make("clerk", "room", fits, "approve", &[]);
        assert_eq!(codes(house.try_move("clerk", "room", crowded, "approve", &[])), ["PX-10"]);
        assert_eq!(
            codes(
                house
                    .desk
                    .save(&house.actor("clerk"), &crate::support::save("room", Some(fits), None, &[("places", "21")]))
            ),
            ["PX-10"]
        );
        assert_eq!(codes(course(&house, &[("capacity", "21")])), ["PX-10"]);
        assert!(course(&house, &[("capacity", "20")]).is_ok());
    });
}

#[test]
fn an_academic_course_is_on_file_before_anybody_pays() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        let id = course(&house, &[]).expect("it is filed").id;
        let (academy, text) = (house.id("academy").to_string(), id.to_string());
        let change = [
            ("institution", &*academy),
            ("course", &*text),
            ("price", "40"),
            ("paid_on", "2021-09-01"),
            ("starts_on", "2021-09-03"),
            ("ends_on", "2021-11-26"),
            ("pupil", "演示"),
            ("hours", "60"),
            ("channel", "custody"),
        ];
        assert_eq!(codes(house.try_file("", "course_order", &change)), ["PX-11"]);
        house.make("clerk", "course", id, "submit", &[]);
        assert_eq!(codes(house.try_file("", "course_order", &change)), ["PX-11"]);
        let ahead = house.try_move("section", "course", id, "accept", &[("accept_within_syllabus", "no")]);
        assert_eq!(codes(ahead), ["D033"], "ahead of the syllabus");
        house.make("section", "course", id, "accept", &[("accept_within_syllabus", "yes")]);
        assert!(house.try_file("", "course_order", &change).is_ok());
    });
}

#[test]
fn compulsory_subjects_are_not_advertised() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        let (maths, drawing) = (on_file(&house, &[]).to_string(), house.id("course").to_string());
        let (academy, centre) = (house.id("academy").to_string(), house.id("centre").to_string());
        let typed = [
            ("institution", &*academy),
            ("course", &*maths),
            ("medium", "leaflet"),
            ("text", "初一数学秋季班"),
            ("shown_on", "2021-07-24"),
        ];
        assert_eq!(codes(with(&house, "advert", &typed, &[])), ["PX-12"]);
        assert!(with(&house, "advert", &typed, &[("shown_on", "2021-07-23")]).is_ok());
        assert!(with(&house, "advert", &typed, &[("institution", &centre), ("course", &drawing)]).is_ok());
    });
}

#[test]
fn academic_prices_stay_within_ten_percent_above_the_guide() {
    House::each(|store| {
        let house = academy(store, "2021-12-20");
        let bureau = house.id("bureau").to_string();
        let typed = [
            ("document", "浙发改价格〔2021〕1号"),
            ("unit", &*bureau),
            ("mode", "offline"),
            ("band", "middle"),
            ("price", "40"),
            ("highest", "44"),
            ("since_on", "2022-01-01"),
        ];
        assert_eq!(codes(with(&house, "guide_price", &typed, &[("highest", "44.01")])), ["PX-13"]);
        let guide = with(&house, "guide_price", &typed, &[]).expect("ten percent above").id.to_string();
        let on = [("starts_on", "2022-01-01"), ("guide", &*guide)];
        let at = |change: Pairs<'_>| course(&house, &[&on[..], change].concat());
        assert_eq!(codes(at(&[("price", "44.01")])), ["PX-13"]);
        assert!(at(&[("price", "44")]).is_ok());
        assert!(at(&[("price", "1")]).is_ok(), "there is no lower limit");
        assert_eq!(codes(at(&[("guide", "")])), ["PX-13"]);
        assert!(at(&[("guide", ""), ("starts_on", "2021-12-31")]).is_ok(), "before prices were set");
        assert_eq!(codes(at(&[("starts_on", "2021-12-31")])), ["PX-13b"], "not in force yet");
        assert_eq!(codes(at(&[("capacity", "10")])), ["PX-13b"], "a small class");
        assert!(at(&[("capacity", "11")]).is_ok());
        assert_eq!(codes(at(&[("mode", "online")])), ["PX-13b"]);
        assert_eq!(codes(at(&[("minutes", "44")])), ["PX-13c"]);
    });
}

#[test]
fn nobody_teaches_away_from_the_licensed_address() {
    House::each(|store| {
        let house = academy(store, "2021-09-01");
        let (academy, licence) = (house.id("academy").to_string(), house.id("licence").to_string());
        let typed = [
            ("title", "分部"),
            ("institution", &*academy),
            ("licence", &*licence),
            ("address", "佛堂镇双林路2号"),
            ("area", "100"),
        ];
        let away = house.file("clerk", "away", "site", &typed);
        assert_eq!(codes(house.try_move("clerk", "site", away, "approve", &[])), ["D033"], "PX-14: another address");
        let typed = [("title", "101"), ("site", &*away.to_string()), ("area", "60"), ("places", "20")];
        let room = house.file("clerk", "away room", "room", &typed).to_string();
        assert_eq!(codes(house.try_move("clerk", "room", room.parse().unwrap(), "approve", &[])), ["D033"]);
        assert_eq!(codes(course(&house, &[("room", &room)])), ["PX-14"]);
        house.edit("clerk", "site", away, &[("address", "佛堂镇大成路1号")]);
        house.make("clerk", "site", away, "approve", &[]);
        house.make("clerk", "room", room.parse().unwrap(), "approve", &[]);
        assert!(course(&house, &[("room", &room)]).is_ok());
    });
}

#[test]
fn the_annual_check_is_owed_by_the_end_of_march_and_concluded_by_the_end_of_may() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let centre = house.id("centre").to_string();
        licence(&house, &centre, "2021-08-30");
        run(&house);
        let due = |field: &str| record(&house, "annual_check", 1).and_then(|it| it.value(field).date());
        assert_eq!(
            (due("material_due_on"), due("result_due_on")),
            (Some(date("2021-03-31")), Some(date("2021-05-31")))
        );
        assert_eq!(house.desk.workbench(&house.actor("liaison")).expect("it is shown").owed.len(), 1);
        house.day("2021-03-31");
        run(&house);
        assert_eq!(alerts(&house), []);
        house.day("2021-04-01");
        run(&house);
        assert_eq!(alerts(&house), [("annual".to_string(), "open".to_string())]);
        house.make("liaison", "annual_check", 1, "submit", &[]);
        assert_eq!(alerts(&house), [("annual".to_string(), "resolved".to_string())]);
        house.day("2021-06-01");
        run(&house);
        // Ninety days after 1 June is 30 August: the licence ends on that day, not before it.
        assert_eq!(alerts(&house)[1..], [("annual".to_string(), "open".to_string())]);
        house.day("2021-06-02");
        run(&house);
        assert_eq!(alerts(&house)[2..], [("licence".to_string(), "open".to_string())]);
        assert_eq!(
            refusal_of(house.try_move("liaison", "annual_check", 1, "judge", &[("result", "passed")])).code,
            "D003"
        );
        house.make("clerk", "annual_check", 1, "judge", &[("result", "passed")]);
        house.make("clerk", "licence", 1, "renew", &[("valid_until", "2024-08-30")]);
        assert!(alerts(&house).iter().all(|(_, state)| state == "resolved"));
        assert_eq!(house.figure("annual_check_share", When::default()), "0 = 0/1", "a day late");
    });
}

#[test]
fn a_refund_is_what_was_paid_times_hours_not_taught_and_within_fifteen_days() {
    House::each(|store| {
        let house = house(store, "2021-03-01");
        let id = order(&house, "60", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        house.make("liaison", "course_order", id, "ask_refund", &[]);
        // Fifteen days after 1 March is 16 March.
        house.day("2021-03-16");
        run(&house);
        assert_eq!(alerts(&house), []);
        house.day("2021-03-17");
        run(&house);
        assert_eq!(alerts(&house), [("refund".to_string(), "open".to_string())]);
        house.make("liaison", "course_order", id, "refund", &[]);
        assert_eq!(alerts(&house), [("refund".to_string(), "resolved".to_string())]);
        let given = |place: usize| all(&house, "escrow_entry")[place].value("held").int();
        assert_eq!(given(1), Some(-480_000), "before the first class in full");

        let id = order(&house, "60", &[]).expect("it is filed").id;
        house.make("liaison", "course_order", id, "pay", &[]);
        let order = id.to_string();
        let typed = [("course_order", &*order), ("taught_on", "2021-03-13"), ("hours", "three")];
        let lesson = house.file("liaison", "lesson", "lesson", &typed);
        house.make("liaison", "course_order", id, "ask_refund", &[]);
        let early = house.try_move("liaison", "course_order", id, "refund", &[]);
        assert_eq!(codes(early), ["D033"], "three hours are taught and not settled");
        house.make("liaison", "lesson", lesson, "notify", &[]);
        house.make("liaison", "lesson", lesson, "confirm", &[]);
        house.make("liaison", "course_order", id, "refund", &[]);
        assert_eq!(given(4), Some(-456_000), "4800 × 57 ÷ 60");
    });
}
