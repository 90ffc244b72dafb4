//! The rates of special education (evaluation 5): worked figures, bands of age at 31 August, what counts as enrolled, what
//! is deducted, and the work list of schools that should have a resource room.

use crate::support::{House, codes, id_number, on, save};
use luoshi_desk::ListAsk;
use luoshi_desk::view::When;

/// Files children born on a day, with a certificate since then.
fn children(house: &House, born_on: &str, count: usize, first: usize) -> Vec<i64> {
    let town = house.id("a").to_string();
    let saves: Vec<_> = (0..count)
        .map(|number| {
            let certificate = format!("CJ{}{:05}", born_on.replace('-', ""), first + number);
            // No more than a thousand share a birthday in one place, so the days before take the rest.
            let born =
                crate::support::date(born_on).saturating_sub(jiff::Span::new().days((number / 900) as i64)).to_string();
            save(
                "certified_child",
                None,
                None,
                &[
                    ("name", "演示儿童"),
                    ("identity_number", &id_number(&born, number % 900 + first)),
                    ("born_on", &born),
                    ("town", &town),
                    ("certificate_number", &certificate),
                    ("category", "intellect"),
                    ("degree", "second"),
                    ("certified_on", "2019-05-20"),
                ],
            )
        })
        .collect();
    house.bulk(&saves)
}

/// Places children from a day on, and confirms it.
fn place(house: &House, children: &[i64], kind: &str, school: &str, since_on: &str) -> Vec<i64> {
    let school = house.id(school).to_string();
    let filed: Vec<_> = children
        .iter()
        .map(|child| {
            let child = child.to_string();
            let typed = [("child", &*child), ("school", &*school), ("kind", kind), ("since_on", since_on)];
            save("placement", None, None, &typed)
        })
        .collect();
    let placed = house.bulk(&filed);
    let confirmed: Vec<_> = placed.iter().map(|id| save("placement", Some(*id), Some("confirm"), &[])).collect();
    house.bulk(&confirmed);
    placed
}

/// The special school, and ordinary schools until there are 132 of the compulsory stage with those of the house.
fn schools(house: &House, count: usize) -> Vec<i64> {
    let town = house.id("b").to_string();
    let mut saves = vec![];
    for number in 0..count {
        let name = format!("演示小学{number}");
        let typed = [
            ("name", &*name),
            ("kind", "school"),
            ("parent", &*town),
            ("stage", "primary"),
            ("ownership", "public"),
            ("since_on", "2000-01-01"),
        ];
        saves.push(save("school", None, None, &typed));
    }
    house.bulk(&saves)
}

/// A room of a school, as large as that, built and opened on a day.
fn room(house: &House, school: i64, area: &str, opened_on: &str) -> i64 {
    let school = school.to_string();
    let filed = house.bulk(&[save("resource_room", None, None, &[("school", &*school), ("title", "资源教室")])])[0];
    house.make("", "resource_room", filed, "build", &[("area", area)]);
    house.make("", "resource_room", filed, "open", &[("opened_on", opened_on), ("teacher", "资源教师")]);
    filed
}

/// A house of September 2020, in a store.
fn house(store: luoshi_store::Store) -> House {
    let house = House::settled_in("2020-09-01", store);
    house.school("special", "义乌市特殊教育学校", "special", "b");
    house
}

/// 113/118, 1031/1046, 123/142 and 41/132, as the manual of evaluation works them.
#[test]
fn the_four_shares_are_those_worked_by_hand() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        for (born_on, count, enrolled, kind, school) in [
            ("2018-08-31", 118, 113, "kindergarten", "ka"),
            ("2007-01-15", 1046, 1031, "inclusive", "sb"),
            ("2003-09-01", 142, 123, "vocational_class", "vc"),
        ] {
            let all = children(&house, born_on, count, 0);
            place(&house, &all[..enrolled], kind, school, "2021-09-01");
        }
        // Three of the 132 are those of the house.
        for school in &schools(&house, 129)[..41] {
            room(&house, *school, "60", "2021-09-10");
        }
        assert_eq!(house.figure("preschool_enrolled_share", When::default()), "95.76 = 113/118");
        assert_eq!(house.figure("compulsory_enrolled_share", When::default()), "98.57 = 1031/1046");
        assert_eq!(house.figure("senior_enrolled_share", When::default()), "86.62 = 123/142");
        assert_eq!(house.figure("resource_room_share", When::default()), "31.06 = 41/132");
        assert_eq!(house.figure("resource_room_share", on("2021-09-09")), "0 = 0/132");
        // The light of the plan is judged by these: all four are reached.
        let page = house.desk.measure(&house.actor("leader"), crate::support::PLAN, "3-5-1", When::default());
        let page = page.expect("the measure has a page");
        let lights: Vec<_> = page.targets.iter().filter_map(|target| Some(target.number.as_ref()?.light)).collect();
        assert_eq!(lights, [luoshi_desk::view::Light::Green; 3]);
    });
}

/// 3 to 5, 6 to 14 and 15 to 17 at 31 August: a birthday on that day counts, one on the next does not, and the bands move
/// on with the school year.
#[test]
fn age_is_that_of_the_last_day_of_august() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        let born = [
            "2018-09-01",
            "2018-08-31",
            "2015-09-01",
            "2015-08-31",
            "2006-09-01",
            "2006-08-31",
            "2003-09-01",
            "2003-08-31",
            "2018-02-01",
            "2004-01-15",
        ];
        for (place, born_on) in born.into_iter().enumerate() {
            children(&house, born_on, 1, place);
        }
        let wholes = |when: When| -> Vec<String> {
            let names = ["preschool_enrolled_share", "compulsory_enrolled_share", "senior_enrolled_share"];
            names.map(|name| house.figure(name, when).replace("0 = 0/", "")).into()
        };
        // 2 | 3, 5, 3 | 6, 14 | 15, 17, 17 | 18: too young is the first, too old the last of the eight.
        assert_eq!(wholes(When::default()), ["3", "2", "3"]);
        // Until 31 August the age is that of 31 August 2020: 1, 2, 2 | 4, 5 | 13, 14 | 16, 17, 16.
        assert_eq!(wholes(on("2021-08-31")), ["2", "2", "3"]);
        // 3, 4, 4 | 6, 7 | 15, 16 | 18, 19, 18.
        assert_eq!(wholes(on("2022-09-01")), ["3", "2", "2"]);
    });
}

/// A school sees that its placement is for a child, and no more of the child than the list of placements shows: neither by a
/// condition nor by an order.
#[test]
fn a_question_along_a_reference_tells_nothing_of_records_out_of_scope() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        let all = children(&house, "2010-03-01", 2, 0);
        place(&house, &all, "inclusive", "sa", "2021-09-01");
        let ask = |path: &str, typed: &str| {
            let filters = vec![(path.to_string(), typed.to_string())];
            ListAsk { register: "placement".into(), filters, ..ListAsk::default() }
        };
        let total = |by: &str, path: &str, typed: &str| {
            house.desk.list(&house.actor(by), &ask(path, typed)).map(|list| list.total)
        };
        for (path, typed) in
            [("child.degree", "second"), ("child.born_on<=", "2010-03-01"), ("child.category", "intellect")]
        {
            assert_eq!(total("school_a", path, typed).unwrap(), 0, "{path}");
            assert_eq!(total("section", path, typed).unwrap(), 2, "{path}");
        }
        assert_eq!(total("school_a", "kind", "inclusive").unwrap(), 2);
        assert_eq!(total("school_a", "school.stage", "primary").unwrap(), 2, "its own school it sees");
        let sorted = ListAsk { sort: Some(("child.degree".into(), true)), filters: vec![], ..ask("", "") };
        assert_eq!(house.desk.list(&house.actor("school_a"), &sorted).unwrap_err().code, "D012");
        assert_eq!(house.desk.list(&house.actor("section"), &sorted).unwrap().total, 2);
    });
}

/// What counts as enrolled: a confirmed placement that lasts; home teaching with a pupil code and a recent visit; not a
/// deferral, which stays in the whole, as a deducted child does not.
#[test]
fn only_a_placement_that_stands_counts() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        let share = || house.figure("compulsory_enrolled_share", When::default());
        let all = children(&house, "2010-03-01", 4, 0);
        assert_eq!(share(), "0 = 0/4");

        let (child, school) = (all[0].to_string(), house.id("sb").to_string());
        let typed = [("child", &*child), ("school", &*school), ("kind", "inclusive"), ("since_on", "2021-09-01")];
        let placed = house.file("section", "placed", "placement", &typed);
        assert_eq!(share(), "0 = 0/4", "it is proposed only");
        let own = house.try_move("section", "placement", placed, "confirm", &[]);
        assert_eq!(codes(own), ["D031"], "who files does not confirm");
        house.make("", "placement", placed, "confirm", &[]);
        assert_eq!(share(), "25 = 1/4");
        house.make("section", "placement", placed, "end", &[("until_on", "2021-09-19")]);
        assert_eq!(share(), "0 = 0/4", "it has ended");
        assert_eq!(house.figure("compulsory_enrolled_share", on("2021-09-19")), "25 = 1/4");

        // 送教上门
        let home = place(&house, &all[1..2], "home", "special", "2020-09-01")[0];
        assert_eq!(share(), "0 = 0/4");
        house.edit(
            "section",
            "certified_child",
            all[1],
            &[("student_code", &format!("G{}", id_number("2010-03-01", 1)))],
        );
        let visit = |day: &str| {
            let home = home.to_string();
            let typed =
                [("placement", &*home), ("visited_on", day), ("hours", "2"), ("teacher", "师"), ("visit_text", "认知")];
            house.file("section", day, "home_visit", &typed);
        };
        visit("2021-03-19");
        assert_eq!(share(), "0 = 0/4", "the last visit lies more than six months back");
        visit("2021-03-20");
        assert_eq!(share(), "25 = 1/4");

        // 缓学 stays in the whole.
        let (child, school) = (all[2].to_string(), house.id("sb").to_string());
        let typed = [("child", &*child), ("school", &*school), ("kind", "deferred"), ("since_on", "2021-09-01")];
        let deferred = house.file("section", "deferred", "placement", &typed);
        assert_eq!(codes(house.try_move("", "placement", deferred, "confirm", &[])), ["D033"], "no medical proof");
        assert_eq!(house.figure("deferred_count", When::default()), "0");

        // A deduction takes the child out of the whole the day after.
        let gone = [("left_kind", "moved"), ("left_on", "2021-09-10")];
        house.make("section", "certified_child", all[3], "deduct", &gone);
        assert_eq!(share(), "33.33 = 1/3");
        assert_eq!(house.figure("compulsory_enrolled_share", on("2021-09-10")), "50 = 2/4");
        let lost = house.try_move(
            "section",
            "certified_child",
            all[2],
            "deduct",
            &[("left_kind", "lost"), ("left_on", "2021-09-10")],
        );
        assert_eq!(codes(lost), ["TJ-03"]);
    });
}

/// The rules of the registers, each refused by its id.
#[test]
fn a_placement_and_a_room_fit_what_they_are() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        let child = children(&house, "2010-03-01", 1, 0)[0];
        let again = id_number("2010-03-01", 0);
        let town = house.id("a").to_string();
        let twice = [
            ("name", "同一儿童"),
            ("identity_number", &*again),
            ("born_on", "2010-03-01"),
            ("town", &*town),
            ("certificate_number", "X"),
            ("category", "sight"),
            ("degree", "first"),
            ("certified_on", "2020-01-01"),
        ];
        assert_eq!(codes(house.try_file("section", "certified_child", &twice)), ["S005"], "一人一案");
        let placed = |kind: &str, school: &str, since: &str| {
            let (child, school) = (child.to_string(), house.id(school).to_string());
            house.try_file(
                "section",
                "placement",
                &[("child", &*child), ("school", &*school), ("kind", kind), ("since_on", since)],
            )
        };
        assert_eq!(codes(placed("inclusive", "special", "2021-09-01")), ["AZ-03"]);
        assert_eq!(codes(placed("special_school", "sb", "2021-09-01")), ["AZ-03"]);
        assert_eq!(codes(placed("inclusive", "sb", "2010-02-28")), ["AZ-02"]);
        let taught = children(&house, "2011-03-01", 1, 0);
        place(&house, &taught, "point", "special", "2021-09-01");
        let (taught, ordinary) = (taught[0].to_string(), house.id("sb").to_string());
        let second = [("child", &*taught), ("school", &*ordinary), ("kind", "inclusive"), ("since_on", "2021-09-10")];
        let second = house.file("section", "second", "placement", &second);
        assert_eq!(codes(house.try_move("", "placement", second, "confirm", &[])), ["AZ-04"], "one at a time");
        let inclusive = placed("inclusive", "sb", "2021-09-01").expect("it fits").id.to_string();
        let visit = [
            ("placement", &*inclusive),
            ("visited_on", "2021-08-31"),
            ("hours", "1"),
            ("teacher", "师"),
            ("visit_text", "无"),
        ];
        let mut refused = codes(house.try_file("section", "home_visit", &visit));
        refused.sort();
        assert_eq!(refused, ["SJ-01", "SJ-02"]);

        let school = house.id("sa").to_string();
        let filed = house.file("section", "room", "resource_room", &[("school", &*school), ("title", "资源教室")]);
        house.make("section", "resource_room", filed, "build", &[("area", "59.99")]);
        let open = [("opened_on", "2021-09-10"), ("teacher", "师")];
        assert_eq!(codes(house.try_move("", "resource_room", filed, "open", &open)), ["D033"]);
        house.edit("section", "resource_room", filed, &[("area", "60")]);
        house.make("", "resource_room", filed, "open", &open);
    });
}

/// The work list: five pupils in ordinary classes and no room.
#[test]
fn schools_that_lack_a_room_are_a_work_list() {
    House::each(|store| {
        let house = house(store);
        house.day("2021-09-20");
        let all = children(&house, "2010-03-01", 9, 0);
        place(&house, &all[..4], "inclusive", "sa", "2021-09-01");
        place(&house, &all[4..], "inclusive", "sb", "2021-09-01");
        let listed = || {
            let view = Some("resource_room_lacking".to_string());
            let ask = ListAsk { register: "school".into(), view, per: 50, ..ListAsk::default() };
            let list = house.desk.list(&house.actor("section"), &ask).expect("the list is shown");
            list.rows.iter().map(|row| row.cells[0].text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(listed(), ["苏溪初级中学"]);
        assert_eq!(house.figure("resource_room_lacking_count", When::default()), "1");
        room(&house, house.id("sb"), "96", "2021-09-10");
        assert_eq!(listed(), [""; 0]);
    });
}
