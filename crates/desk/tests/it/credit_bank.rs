//! The credit bank and adult education (evaluation 9): hours added up before they are divided, one entry for each learner,
//! item and day, four eyes, person-times beside heads.

use crate::support::{House, codes, id_number, on, save};
use luoshi_desk::ListAsk;
use luoshi_desk::view::When;
use luoshi_store::Store;

fn house(store: Store) -> House {
    let house = House::settled_in("2021-01-04", store);
    house.day("2021-06-01");
    house
}

fn learner(house: &House, key: &str, name: &str, born_on: &str, sex: &str, number: usize) -> String {
    let id = id_number(born_on, number);
    let typed = [("name", name), ("id_number", &*id), ("born_on", born_on), ("sex", sex)];
    house.file("section", key, "person", &typed);
    id
}

fn item(house: &House, key: &str, hours: &str) -> String {
    let town = house.id("a").to_string();
    let typed = [
        ("title", key),
        ("family", "vocational"),
        ("host", "义乌市成人学校"),
        ("point", &*town),
        ("hours", hours),
        ("form", "onsite"),
    ];
    house.file("section", key, "learning_item", &typed).to_string()
}

fn entered<'a>(person: &'a str, item: &'a str, begun_on: &'a str, hours: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("person", person),
        ("item", item),
        ("begun_on", begun_on),
        ("ended_on", begun_on),
        ("hours", hours),
        ("result", "passed"),
    ]
}

/// Files an entry as the town, submits it, and lets the bureau accept it.
fn accept(house: &House, typed: crate::support::Pairs<'_>) -> i64 {
    let filed = house
        .try_file("town_a", "learning_entry", typed)
        .unwrap_or_else(|not| panic!("{}", crate::support::told(&not)))
        .id;
    house.make("town_a", "learning_entry", filed, "submit", &[]);
    house.make("section", "learning_entry", filed, "accept", &[]);
    filed
}

/// What the list of accounts shows of a learner: entries, hours, credits.
fn account(house: &House) -> Vec<String> {
    let ask = ListAsk { register: "person".into(), view: Some("learner".into()), per: 50, ..ListAsk::default() };
    let list = house.desk.list(&house.actor("section"), &ask).expect("accounts are listed");
    list.rows
        .iter()
        .map(|row| row.cells.iter().skip(2).map(|cell| cell.text.clone()).collect::<Vec<_>>().join(" "))
        .collect()
}

/// 6 + 12 + 40 + 9 = 67 hours are 4.19 credits: added up over the account first, then divided.
#[test]
fn hours_are_added_up_before_they_are_divided() {
    House::each(|store| {
        let house = house(store);
        let person = learner(&house, "learner", "楼小燕", "1975-03-08", "female", 1);
        let item = item(&house, "电商培训", "40");
        for (day, hours) in [("2021-03-01", "6"), ("2021-03-02", "12"), ("2021-03-03", "40")] {
            accept(&house, &entered(&person, &item, day, hours));
        }
        assert_eq!(account(&house), ["3 58 3.63"], "3.625 rounds half up");
        let last = accept(&house, &entered(&person, &item, "2021-03-04", "9"));
        assert_eq!(account(&house), ["4 67 4.19"]);
        // Eighteen hours make a credit where the bureau says so, from the day it holds.
        let bureau = house.id("bureau").to_string();
        let typed = [
            ("name", "hours_per_credit"),
            ("value", "18"),
            ("from_on", "2021-06-01"),
            ("unit", &*bureau),
            ("basis", "试行"),
        ];
        let setting = house.file("keeper", "setting", "setting", &typed);
        house.make("leader", "setting", setting, "confirm", &[]);
        assert_eq!(account(&house), ["4 67 3.72"]);
        // What is made void is no credit, and no entry of the year.
        assert_eq!(house.figure("learning_entry_count", When::default()), "4");
        house.make("section", "learning_entry", last, "cancel", &[]);
        assert_eq!(account(&house), ["3 58 3.22"]);
        assert_eq!(house.figure("learning_entry_count", When::default()), "3");
    });
}

/// One learner, one item, one first day: once. Who enters does not accept; failed results and surplus hours are refused.
#[test]
fn an_entry_is_made_once_and_accepted_by_somebody_else() {
    House::each(|store| {
        let house = house(store);
        let person = learner(&house, "learner", "楼小燕", "1975-03-08", "female", 1);
        let item = item(&house, "电商培训", "16");
        let typed = entered(&person, &item, "2021-03-01", "16");
        let first = house.file("section", "first", "learning_entry", &typed);
        assert_eq!(codes(house.try_file("town_a", "learning_entry", &typed)), ["S005"]);
        assert_eq!(codes(house.try_move("section", "learning_entry", first, "accept", &[])), ["D030"], "it is a draft");
        house.make("section", "learning_entry", first, "submit", &[]);
        assert_eq!(codes(house.try_move("section", "learning_entry", first, "accept", &[])), ["D031"]);
        assert_eq!(house.figure("learning_entry_count", When::default()), "0");
        assert_eq!(
            codes(house.try_file("town_a", "learning_entry", &entered(&person, &item, "2021-03-02", "16.1"))),
            ["XF-03"]
        );
        let mut failed = entered(&person, &item, "2021-03-03", "8");
        failed[5] = ("result", "failed");
        let failed = house.file("town_a", "failed", "learning_entry", &failed);
        house.make("town_a", "learning_entry", failed, "submit", &[]);
        assert_eq!(codes(house.try_move("section", "learning_entry", failed, "accept", &[])), ["D033"]);
        house.make("section", "learning_entry", failed, "return", &[]);
        let nameless = house.file("section", "nameless", "person", &[("name", "无证")]).to_string();
        assert_eq!(
            codes(house.try_file("section", "learning_entry", &entered(&nameless, &item, "2021-03-01", "8"))),
            ["XF-04"]
        );
        let other = house.try_file("town_b", "learning_entry", &entered(&person, &item, "2021-03-05", "8"));
        assert_eq!(codes(other), ["V014"], "another town's item is not seen");
    });
}

/// 300,000 counts entries, not people; the year's are those accepted in it.
#[test]
fn entries_are_counted_and_learners_beside_them() {
    House::each(|store| {
        let house = house(store);
        let item = item(&house, "电商培训", "16");
        let people: Vec<String> =
            (0..3).map(|number| learner(&house, &format!("p{number}"), "学员", "1980-01-01", "male", number)).collect();
        let filed = people.iter().zip([1, 2, 4]).flat_map(|(person, entries)| {
            let item = &item;
            (1..=entries).map(move |day| {
                save("learning_entry", None, None, &entered(person, item, &format!("2021-05-{day:02}"), "4"))
            })
        });
        let ids = house.bulk(&filed.collect::<Vec<_>>());
        for made in ["submit", "accept"] {
            let moved: Vec<_> = ids.iter().map(|id| save("learning_entry", Some(*id), Some(made), &[])).collect();
            house.bulk(&moved);
        }
        assert_eq!(house.figure("learning_entry_count", When::default()), "7");
        assert_eq!(house.figure("learner_count", When::default()), "3");
        assert_eq!(house.figure("learner_count", on("2021-05-31")), "0", "they were accepted on 1 June");
        house.day("2022-01-05");
        assert_eq!(house.figure("learning_entry_count", When::default()), "0", "a new year");
    });
}

/// One elder at two courses is two person-times and one head; who is not yet sixty on the day is no elder.
#[test]
fn elders_are_counted_by_time_and_by_head() {
    House::each(|store| {
        let house = house(store);
        let town = house.id("a").to_string();
        let session = |key: &str, audience: &str| {
            let typed = [("title", key), ("host", &*town), ("audience", audience), ("due_on", "2021-05-10")];
            house.file("town_a", key, "training_session", &typed)
        };
        let [song, brush, other] =
            [("声乐", "elder"), ("书法", "elder"), ("电商", "adult")].map(|(key, who)| session(key, who));
        let held = house.try_move("town_a", "training_session", song, "hold", &[("held_on", "2021-05-10")]);
        assert_eq!(codes(held), ["D033"], "nobody has signed in");
        let man = learner(&house, "man", "王建军", "1961-05-10", "male", 1);
        let young = learner(&house, "young", "李建军", "1961-05-11", "male", 2);
        let woman = learner(&house, "woman", "陈秀英", "1950-02-01", "female", 3);
        for (session, person) in [(song, &man), (song, &young), (song, &woman), (brush, &woman), (other, &woman)] {
            let session = session.to_string();
            let typed = [("session", &*session), ("person", person), ("attended_on", "2021-05-10")];
            house
                .try_file("town_a", "attendance", &typed)
                .unwrap_or_else(|not| panic!("{}", crate::support::told(&not)));
        }
        let again = [("session", &*song.to_string()), ("person", &*man), ("attended_on", "2021-05-10")];
        assert_eq!(codes(house.try_file("town_a", "attendance", &again)), ["S005"]);
        assert_eq!(house.figure("elder_attendance_count", When::default()), "0", "no session is held yet");
        for session in [song, brush, other] {
            house.make("town_a", "training_session", session, "hold", &[("held_on", "2021-05-10")]);
        }
        assert_eq!(house.figure("training_session_count", When::default()), "3");
        assert_eq!(house.figure("elder_attendance_count", When::default()), "3");
        assert_eq!(house.figure("elder_count", When::default()), "2");
        let late = learner(&house, "late", "金国平", "1950-03-01", "male", 4);
        let early = [("session", &*song.to_string()), ("person", &*late), ("attended_on", "2021-05-09")];
        assert_eq!(codes(house.try_file("town_a", "attendance", &early)), ["QD-01"]);
    });
}

/// 四独立: all four, then recognised by somebody else.
#[test]
fn an_adult_school_is_four_times_independent() {
    House::each(|store| {
        let house = house(store);
        let town = house.id("a").to_string();
        let typed =
            [("title", "佛堂镇成校"), ("town", &*town), ("legal", "yes"), ("premises", "yes"), ("staff", "yes")];
        let school = house.file("town_a", "adult", "adult_school", &typed);
        let recognise =
            || house.try_move("section", "adult_school", school, "recognise", &[("recognised_on", "2021-05-01")]);
        assert_eq!(codes(recognise()), ["D033"]);
        house.edit("town_a", "adult_school", school, &[("finance", "yes")]);
        recognise().unwrap_or_else(|not| panic!("{}", crate::support::told(&not)));
        assert_eq!(house.figure("adult_school_share", When::default()), "33.33 = 1/3");
    });
}
