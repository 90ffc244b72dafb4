//! What a hostile signed-in person tries, and does not get.

use crate::support::{House, codes, faults, form_of, refusal_of, save};
use luoshi_desk::view::Lang;
use luoshi_desk::{ListAsk, Save};

fn project(house: &House, key: &str, school: &str) -> i64 {
    let school = house.id(school).to_string();
    let typed = [
        ("title", key),
        ("kind", "new"),
        ("stage", "primary"),
        ("school", &*school),
        ("classes", "24"),
        ("class_size", "45"),
        ("places", "1080"),
    ];
    house.file("zhou", key, "project", &typed)
}

fn deliver(house: &House, id: i64) {
    let day = "2021-01-04";
    house.make("zhou", "project", id, "approve", &[]);
    house.make("zhou", "project", id, "secure_land", &[]);
    house.make("zhou", "project", id, "start", &[("started_on", day)]);
    house.make("zhou", "project", id, "top", &[("topped_on", day)]);
    house.make("zhou", "project", id, "complete", &[("completed_on", day), ("filed_on", day)]);
    house.make("li", "project", id, "deliver", &[("delivered_on", day), ("filed_on", day)]);
}

#[test]
fn a_faulty_value_opens_no_record_outside_ones_scope() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "别处的项目", "kb");
    for (by, code) in [("school_a", "D001"), ("auditor", "D003")] {
        let asked = save("project", Some(id), None, &[("school", "2"), ("places", "很多")]);
        assert_eq!(refusal_of(house.desk.save(&house.actor(by), &asked)).code, code, "{by}");
        let asked = save("project", Some(id), Some("approve"), &[]);
        assert_eq!(refusal_of(house.desk.save(&house.actor(by), &asked)).code, code, "{by}");
    }
}

#[test]
fn a_form_never_shows_the_value_behind_a_mask() {
    let house = House::settled("2021-01-04");
    let person = house.id("person:leader");
    let given = [("mobile".to_string(), "13911111111".to_string())].into();
    let form = house.desk.form(&house.actor("zhou"), "person", Some(person), None, &given).expect("finance may edit");
    let text = format!("{form:?}");
    assert!(text.contains("139****") && !text.contains("1395790"), "{text}");
}

#[test]
fn a_list_takes_twenty_conditions_and_no_path_without_end() {
    let house = House::settled("2021-01-04");
    let ask = |filters: usize| ListAsk {
        register: "project".into(),
        filters: vec![("title".to_string(), "校".to_string()); filters],
        ..Default::default()
    };
    assert!(house.desk.list(&house.actor("zhou"), &ask(20)).is_ok());
    assert_eq!(house.desk.list(&house.actor("zhou"), &ask(700)).unwrap_err().code, "D016");
    let deep = format!("school{}", ".parent".repeat(70));
    let sorted = ListAsk { sort: Some((deep, false)), ..ask(0) };
    assert_eq!(house.desk.list(&house.actor("zhou"), &sorted).unwrap_err().code, "D012");
    for header in ["id", "owner", "version"] {
        let ask = ListAsk { filters: vec![(header.into(), "1".into())], ..ask(0) };
        assert!(house.desk.list(&house.actor("zhou"), &ask).is_ok(), "{header}");
    }
}

#[test]
fn no_number_is_so_large_that_sums_break() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "大数", "sa");
    for (field, typed) in
        [("places", "9223372036854775807"), ("classes", "9000000000000000000"), ("investment", "99999999999")]
    {
        let asked = save("project", Some(id), None, &[(field, typed)]);
        let form = form_of(house.desk.save(&house.actor("zhou"), &asked));
        assert_eq!(faults(&form), [(field.to_string(), "V003".to_string())]);
    }
}

#[test]
fn what_has_been_verified_is_not_changed_by_those_who_were_verified() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "已交付", "sa");
    let change = save("project", Some(id), None, &[("places", "1000")]);
    house.desk.save(&house.actor("school_a"), &change).expect("before it is delivered a school corrects its own");
    deliver(&house, id);
    for by in ["school_a", "town_a", "zhou"] {
        assert_eq!(refusal_of(house.desk.save(&house.actor(by), &change)).code, "D003", "{by}");
    }
    house.make("zhou", "project", id, "reopen", &[]);
    house.edit("zhou", "project", id, &[("places", "900")]);
    let asked = [("delivered_on", "2021-01-04"), ("filed_on", "2021-01-04")];
    assert_eq!(codes(house.try_move("zhou", "project", id, "deliver", &asked)), ["D031"], "who corrects it");
    house.make("li", "project", id, "deliver", &asked);
}

#[test]
fn a_setting_needs_two_people_and_is_not_edited_in_force() {
    let house = House::settled("2021-01-04");
    let bureau = house.desk.bureau().clone();
    let whole = house.id("bureau").to_string();
    let value = |number: &'static str| {
        [("name", "light_blue_days"), ("value", number), ("from_on", "2021-01-01"), ("basis", "局长办公会")]
    };
    let mut typed = value("30").to_vec();
    typed.push(("unit", &*whole));
    let id = house.file("zhou", "setting", "setting", &typed);
    let on = || bureau.context(crate::support::date("2021-02-01")).setting("light_blue_days");
    assert_eq!(on(), luoshi_pack::Value::Int(15), "a proposal changes nothing");
    let own = form_of(house.try_move("zhou", "setting", id, "confirm", &[]));
    assert_eq!(faults(&own), [(String::new(), "D031".to_string())]);
    house.make("leader", "setting", id, "confirm", &[]);
    assert_eq!(on(), luoshi_pack::Value::Int(30), "it is in force at once");
    assert!(house.try_move("zhou", "setting", id, "cancel", &[]).is_err(), "it is no proposal any more");
    house.make("zhou", "setting", id, "revoke", &[]);
    assert_eq!(on(), luoshi_pack::Value::Int(30), "one person ends nothing");
    assert_eq!(codes(house.try_move("zhou", "setting", id, "revoke", &[])), ["D037"]);
    let edit = save("setting", Some(id), None, &[("value", "1")]);
    assert_eq!(refusal_of(house.desk.save(&house.actor("zhou"), &edit)).code, "D003");
    house.make("li", "setting", id, "revoke", &[]);
    assert_eq!(on(), luoshi_pack::Value::Int(15), "two do");
    let other = house.file("zhou", "other", "setting", &typed);
    assert_eq!(codes(house.try_move("li", "setting", other, "cancel", &[])), ["D036"]);
    assert_eq!(codes(house.try_move("zhou", "setting", other, "refuse", &[])), ["D031"]);
    house.make("zhou", "setting", other, "cancel", &[]);
    let wrong = house.try_file(
        "zhou",
        "setting",
        &[("name", "no_such"), ("value", "1"), ("from_on", "2021-01-01"), ("basis", "x"), ("unit", &*whole)],
    );
    assert_eq!(faults(&form_of(wrong)), [("name".to_string(), "D050".to_string())]);
    let mut typed = value("很多").to_vec();
    typed.push(("unit", &*whole));
    assert_eq!(
        faults(&form_of(house.try_file("zhou", "setting", &typed))),
        [("value".to_string(), "V005".to_string())]
    );
}

#[test]
fn whoever_changed_a_record_since_the_last_step_does_not_verify_it() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "两人", "sa");
    let day = "2021-01-04";
    house.make("zhou", "project", id, "approve", &[]);
    house.make("zhou", "project", id, "secure_land", &[]);
    house.make("zhou", "project", id, "start", &[("started_on", day)]);
    house.make("zhou", "project", id, "top", &[("topped_on", day)]);
    house.make("zhou", "project", id, "complete", &[("completed_on", day), ("filed_on", day)]);
    house.edit("li", "project", id, &[("places", "900")]);
    let asked = [("delivered_on", day), ("filed_on", day)];
    assert_eq!(
        faults(&form_of(house.try_move("li", "project", id, "deliver", &asked))),
        [(String::new(), "D031".to_string())]
    );
}

#[test]
fn a_form_is_known_by_who_sends_it_where_and_with_which_words() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "编号", "sa");
    let typed = [("places", "1000")];
    let first = Save { request: "form-1".into(), version: Some(1), ..save("project", Some(id), None, &typed) };
    let saved = house.desk.save(&house.actor("zhou"), &first).expect("it is saved");
    assert_eq!(house.desk.save(&house.actor("zhou"), &first).expect("a doubled post"), saved);
    // Somebody else's form of that id tells nothing of the first, and the person who went back and typed something else is told
    // of the version between; neither is taken for a doubled post.
    let other = Save { typed: [("places".to_string(), "900".to_string())].into(), ..first.clone() };
    for (by, form) in [("li", &first), ("li", &other), ("zhou", &other)] {
        let back = form_of(house.desk.save(&house.actor(by), form));
        assert!(back.conflict.is_some(), "{by}: {back:?}");
    }
    // A new record that is typed on the page of the last one is another record.
    let room = |name| Save { request: "form-2".into(), ..save("person", None, None, &[("name", name)]) };
    let filed = ["甲", "乙", "甲"].map(|name| house.desk.save(&house.actor("zhou"), &room(name)).expect("it is filed"));
    assert_ne!(filed[0].id, filed[1].id);
    assert_eq!(filed[0], filed[2]);
    let before = house.written();
    let long = Save { request: "x".repeat(65), ..room("丙") };
    assert_eq!(refusal_of(house.desk.save(&house.actor("zhou"), &long)).code, "D038");
    assert_eq!(house.written(), before, "nothing was written");
}

#[test]
fn what_came_about_does_not_lie_ahead_and_a_post_names_a_role_that_exists() {
    let house = House::settled("2021-01-04");
    let id = project(&house, "将来", "sa");
    house.make("zhou", "project", id, "approve", &[]);
    house.make("zhou", "project", id, "secure_land", &[]);
    let ahead = house.try_move("zhou", "project", id, "start", &[("started_on", "2021-01-05")]);
    assert!(faults(&form_of(ahead)).iter().any(|(_, code)| code == "XM-09"));
    let (person, unit) = (house.id("person:leader").to_string(), house.id("sa").to_string());
    let typed = [("person", &*person), ("role", "leeder"), ("unit", &*unit), ("since_on", "2021-01-04")];
    assert_eq!(faults(&form_of(house.try_file("", "post", &typed))), [("role".to_string(), "D051".to_string())]);
    let english = house.desk.save(&house.actor_in("keeper", Lang::En), &save("post", None, None, &typed));
    assert!(crate::support::told(&english.unwrap_err()).contains("There is no role"));
}

#[test]
fn nobody_hands_a_post_to_themselves_and_only_the_giver_lends_one() {
    House::each(|store| {
        let day = "2021-01-04";
        let house = House::settled_in(day, store);
        let [keeper, leader, town] =
            ["keeper", "leader", "town_a"].map(|name| house.id(&format!("person:{name}")).to_string());
        let bureau = house.id("bureau").to_string();
        let file = |by: &str, person: &str, role: &str, giver: &str| {
            let typed = [
                ("person", person),
                ("role", role),
                ("unit", &*bureau),
                ("since_on", day),
                ("until_on", "2021-02-01"),
                ("giver", giver),
            ];
            house.try_file(by, "post", &typed)
        };
        assert_eq!(codes(file("keeper", &keeper, "auditor", "")), ["D086"]);
        assert_eq!(codes(file("keeper", &keeper, "leader", &leader)), ["D086"]);
        let own = house.id("post:keeper");
        let change = save("post", Some(own), None, &[("role", "leader")]);
        assert_eq!(codes(house.desk.save(&house.actor("keeper"), &change)), ["D086"]);
        let away = save("post", Some(own), None, &[("person", &town)]);
        assert_eq!(codes(house.desk.save(&house.actor("keeper"), &away)), ["D086"]);
        assert_eq!(codes(file("keeper", &town, "leader", &leader)), ["D087"], "the leader knows nothing of it");
        let lent = file("leader", &town, "leader", &leader).expect("the leader lends it").id;
        assert!(file("leader", &town, "auditor", "").is_err(), "and gives nothing else");
        assert!(file("leader", &leader, "auditor", &leader).is_err());
        assert_eq!(house.actor("town_a").posts.len(), 2);
        let later = save("post", Some(lent), None, &[("until_on", "2021-12-01")]);
        assert_eq!(codes(house.desk.save(&house.actor("keeper"), &later)), ["D087"]);
        house.edit("keeper", "post", lent, &[("until_on", "2021-01-20")]);
        house.edit("leader", "post", lent, &[("until_on", "2021-01-10")]);
        file("keeper", &town, "auditor", "").expect("the keeper gives posts to others");
    });
}
