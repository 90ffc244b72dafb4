//! A masked value is told by one road only: with the action, with a reason, and with a line that stays.

use crate::support::{House, as_of};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{Lang, RevealView, When};
use luoshi_desk::{No, Refusal};

/// The leader's number, and how everybody sees it.
const NUMBER: &str = "13957900000";
const MASKED: &str = "139****0000";

fn ask(house: &House, by: &str, id: i64, reason: &str, request: &str) -> Result<RevealView, Refusal> {
    let asked = Reveal {
        register: "person".into(),
        id,
        field: "mobile".into(),
        reason: reason.into(),
        request: request.into(),
    };
    house.desk.reveal(&house.actor(by), &asked)
}

#[test]
fn a_reveal_needs_the_action_and_a_reason_and_leaves_a_line() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    let form = house.desk.reveal_form(&house.actor("auditor"), "person", id, "mobile").expect("the auditor may");
    assert_eq!((form.masked.as_str(), form.value.as_deref()), (MASKED, None));
    for reason in ["", " ", "查", &"长".repeat(501)] {
        let before = house.written();
        let view = ask(&house, "auditor", id, reason, "r1").expect("the page comes back");
        assert_eq!(view.fault.map(|fault| fault.code).as_deref(), Some("D071"), "{reason}");
        assert_eq!(view.value, None);
        assert_eq!(house.written(), before, "nothing is written without a reason");
    }
    let before = house.written();
    let view = ask(&house, "auditor", id, "核对离任审计的联系人", "r1").expect("it is revealed");
    assert_eq!(view.value.as_deref(), Some(NUMBER));
    assert_eq!(house.written().1, before.1 + 1, "one line in the ledger");
    let page = house.desk.record(&house.actor("zhou"), "person", id, When::default()).expect("the record's page");
    assert_eq!(page.reveals.len(), 1);
    let line = &page.reveals[0];
    assert_eq!((&*line.by, &*line.field, &*line.reason), ("auditor", "手机号", "核对离任审计的联系人"));
    assert!(!format!("{page:?}").contains(NUMBER));
    // The other records tell nothing of it, and neither does the day before.
    let other = house.desk.record(&house.actor("zhou"), "person", house.id("person:li"), When::default());
    assert!(other.expect("another page").reveals.is_empty());
    house.day("2021-01-06");
    let then = house.desk.record(&house.actor("zhou"), "person", id, as_of("2021-01-05")).expect("the page of the day");
    assert_eq!(then.reveals.len(), 1);
    assert!(then.groups.iter().flat_map(|group| &group.fields).all(|field| !field.reveal), "the past is read only");
}

#[test]
fn the_same_form_sent_twice_shows_nothing_and_writes_nothing() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    ask(&house, "auditor", id, "核对离任审计", "r1").expect("the first time");
    let before = house.written();
    let again = ask(&house, "auditor", id, "核对离任审计", "r1").expect("the page asks anew");
    assert_eq!(again.value, None);
    assert_eq!(house.written(), before);
}

/// The reason was given for the value that stood there; what somebody gives afterwards is not told with it.
#[test]
fn a_value_given_after_a_reveal_is_masked_again() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    ask(&house, "auditor", id, "核对离任审计", "r1").expect("it is revealed");
    let page = || {
        format!("{:?}", house.desk.record(&house.actor("auditor"), "person", id, When::default()).expect("it is seen"))
    };
    house.edit("zhou", "person", id, &[("name", "方志远")]);
    assert!(page().contains(NUMBER), "the value is the one that was revealed");
    house.edit("zhou", "person", id, &[("mobile", "13888888888")]);
    assert!(!page().contains("13888888888"));
}

#[test]
fn whoever_has_not_the_action_is_offered_nothing_and_refused() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    let before = house.written();
    for by in ["leader", "zhou", "section", "inspector", "discipline", "keeper"] {
        let refusal = ask(&house, by, id, "想看一看", "").expect_err(by);
        assert_eq!((refusal.kind, &*refusal.code), (No::Forbidden, "D003"), "{by}");
        let refusal = house.desk.reveal_form(&house.actor(by), "person", id, "mobile").expect_err(by);
        assert_eq!(refusal.code, "D003", "{by}");
        let page =
            house.desk.record(&house.actor(by), "person", id, When::default()).expect("all of them see the person");
        assert!(page.groups.iter().flat_map(|group| &group.fields).all(|field| !field.reveal), "{by}");
    }
    // Outside the scope, and where there is nothing, the answers are the same.
    for (by, id) in [("school_a", house.id("person:town_b")), ("school_a", 9_999), ("auditor", 9_999)] {
        let refusal = ask(&house, by, id, "想看一看", "").expect_err(by);
        assert_eq!((refusal.kind, &*refusal.code), (No::Absent, "D001"), "{by} {id}");
    }
    assert_eq!(house.written(), before, "a refused reveal writes nothing");
}

#[test]
fn only_what_is_masked_can_be_revealed() {
    let house = House::settled("2021-01-04");
    let auditor = house.actor_in("auditor", Lang::En);
    let id = house.id("person:leader");
    let asked = |field: &str| Reveal {
        register: "person".into(),
        id,
        field: field.into(),
        reason: "for the audit".into(),
        request: String::new(),
    };
    assert_eq!(house.desk.reveal(&auditor, &asked("name")).expect_err("it is no secret").code, "D070");
    assert_eq!(house.desk.reveal(&auditor, &asked("no_such")).expect_err("no field").code, "D001");
    assert_eq!(house.desk.reveal(&auditor, &asked("id")).expect_err("no field").code, "D001");
    house.edit("zhou", "person", id, &[("mobile", "13957955555")]);
    let view = house.desk.reveal(&auditor, &asked("mobile")).expect("today's number");
    assert_eq!(view.value.as_deref(), Some("13957955555"));
}

#[test]
fn one_reason_serves_a_record_for_the_day_and_the_person() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    house.edit("zhou", "person", id, &[("id_number", "330782200001010012")]);
    let shown = |by: &str, name: &str, when: When| {
        let page = house.desk.record(&house.actor(by), "person", id, when).expect("the page");
        let fields = page.groups.into_iter().flat_map(|group| group.fields);
        let field = fields.into_iter().find(|field| field.name == name).expect("the field");
        (field.shown, field.masked, field.reveal, field.revealed)
    };
    let now = When::default();
    assert_eq!(shown("auditor", "mobile", now), (MASKED.into(), true, true, false));
    ask(&house, "auditor", id, "核对离任审计", "r1").expect("it is revealed");
    assert_eq!(shown("auditor", "mobile", now), (NUMBER.into(), false, false, true), "no second reason on the day");
    assert!(shown("auditor", "id_number", now).1, "only what was asked for");
    assert_eq!(shown("zhou", "mobile", now), (MASKED.into(), true, false, false), "nobody else");
    let form = house.desk.reveal_form(&house.actor("auditor"), "person", id, "id_number").expect("the other field");
    assert_eq!((form.value, &*form.reason), (None, "核对离任审计"), "the reason stands filled in");
    let other = house.desk.reveal_form(&house.actor("auditor"), "person", house.id("person:li"), "mobile");
    assert_eq!(other.expect("another record").reason, "", "another record has its own");
    // A list tells nothing of it, and neither does the past or another day.
    let ask_list = luoshi_desk::ListAsk { register: "person".into(), ..Default::default() };
    assert!(!format!("{:?}", house.desk.list(&house.actor("auditor"), &ask_list).expect("the list")).contains(NUMBER));
    house.day("2021-01-05");
    assert_eq!(shown("auditor", "mobile", now), (MASKED.into(), true, true, false), "tomorrow asks anew");
    assert!(shown("auditor", "mobile", as_of("2021-01-04")).1);
}
