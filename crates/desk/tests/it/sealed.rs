//! Sealed fields at the desk, on both databases: found by equality, shown to nobody without a reason, met by the key.

use crate::support::{House, as_of, faults, form_of, save};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{FieldView, When};
use luoshi_desk::{ListAsk, NotSaved, Save};
use luoshi_store::Store;

/// A register with a sealed account that no two share and a sealed complaint, in a school's scope.
const PACK: &[(&str, &str)] = &[
    ("clinic/pack.toml", "title = \"样\"\nneeds = [\"foundation\"]\n"),
    (
        "clinic/role.toml",
        r#"
[[school.may]]
do    = ["file", "edit"]
on    = ["visit"]
scope = "subtree"
[[finance.may]]
do    = ["file", "edit"]
on    = ["visit"]
scope = "all"
"#,
    ),
    (
        "clinic/register/visit.toml",
        r#"
title  = "来访"
source = "default"
owner  = "school"
columns = ["title", "account", "complaint", "person.id_number"]

[field.title]
kind  = "text"
title = "标题"
must  = true

[field.school]
kind  = "ref"
to    = "school"
title = "学校"
must  = true

[field.person]
kind  = "ref"
to    = "person"
title = "来访人"

[field.account]
kind   = "text"
title  = "账号"
unique = true
sealed = true

[field.complaint]
kind   = "long_text"
title  = "诉求"
sealed = true

[check.LF-01]
refuse  = { account = ["6222-9", "6222-8"] }
field   = "account"
message = "这个账号已停用"

[check.LF-02]
refuse  = { complaint = { empty = false }, account = { "!=" = "6222-1" }, title = "两难" }
message = "内存里也只问相等"

[view.one]
title = "某账号"
where = { account = "6222-1" }

[view.others]
title = "其他账号"
where = { account = { "!=" = "6222-1" } }

[view.some]
title = "二者之一"
where = { account = ["6222-1", "6222-2"] }

[view.silent]
title = "没有诉求"
where = { complaint = { empty = true } }

[view.known]
title = "来访人是某人"
where = { "person.id_number" = "330782200001010012" }
"#,
    ),
];

const NUMBER: &str = "330782200001010012";

fn house(store: Store) -> House {
    let house = House::small("2021-01-04", PACK, store);
    house.settle("2021-01-04");
    house
}

fn visit(house: &House, by: &str, title: &str, more: &[(&str, &str)]) -> Result<i64, NotSaved> {
    let school = house.id("sa").to_string();
    let typed: Vec<(&str, &str)> = [("title", title), ("school", &*school)].into_iter().chain(more.to_vec()).collect();
    house.try_file(by, "visit", &typed).map(|saved| saved.id)
}

fn listed(house: &House, by: &str, view: &str, when: When) -> Vec<i64> {
    let ask = ListAsk { register: "visit".into(), view: Some(view.into()), when, ..Default::default() };
    let mut ids: Vec<i64> =
        house.desk.list(&house.actor(by), &ask).expect("the view is there").rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids
}

fn field(fields: Vec<luoshi_desk::view::FieldGroup>, name: &str) -> FieldView {
    fields.into_iter().flat_map(|group| group.fields).find(|field| field.name == name).expect("the field is there")
}

#[test]
fn views_find_sealed_values_by_equality_alone() {
    House::each(|store| {
        let house = house(store);
        let person = house.file("", "p", "person", &[("name", "来访人"), ("id_number", NUMBER)]).to_string();
        let one = visit(&house, "zhou", "一", &[("account", "6222-1"), ("person", &person)]).expect("filed");
        let two = visit(&house, "zhou", "二", &[("account", "6222-2"), ("complaint", "食堂")]).expect("filed");
        let none = visit(&house, "zhou", "三", &[]).expect("filed");
        let now = When::default();
        assert_eq!(listed(&house, "zhou", "one", now), [one]);
        assert_eq!(listed(&house, "zhou", "others", now), [two], "an empty one is unknown");
        assert_eq!(listed(&house, "zhou", "some", now), [one, two]);
        assert_eq!(listed(&house, "zhou", "silent", now), [one, none]);
        assert_eq!(listed(&house, "zhou", "known", now), [one], "through a reference");
        // The past is asked the same way.
        house.day("2021-02-01");
        house.edit("zhou", "visit", one, &[("account", "6222-3")]);
        house.day("2021-02-02");
        assert_eq!(listed(&house, "zhou", "one", now), [] as [i64; 0]);
        assert_eq!(listed(&house, "zhou", "one", as_of("2021-01-31")), [one]);
    });
}

#[test]
fn checks_read_sealed_values_in_memory_as_views_do_in_the_database() {
    House::each(|store| {
        let house = house(store);
        let refused = |title: &str, more: &[(&str, &str)]| match visit(&house, "zhou", title, more) {
            Ok(_) => vec![],
            Err(not) => faults(&form_of(Err(not))),
        };
        assert_eq!(refused("停用", &[("account", "6222-9")]), [("account".to_string(), "LF-01".to_string())]);
        assert_eq!(refused("两难", &[("account", "6222-1"), ("complaint", "食堂")]), []);
        assert_eq!(
            refused("两难", &[("account", "6222-2"), ("complaint", "食堂")]),
            [(String::new(), "LF-02".to_string())]
        );
        assert_eq!(refused("两难", &[("complaint", "食堂")]), [], "unknown refuses nothing");
        // No two share an account, and the refusal tells nothing but that.
        let twice = visit(&house, "zhou", "重复", &[("account", "6222-1")]).expect_err("it is taken");
        let form = form_of(Err(twice));
        assert_eq!(faults(&form), [("account".to_string(), "S005".to_string())]);
        assert!(field(form.groups, "account").fault.expect("a fault").text.contains("账号"));
    });
}

#[test]
fn a_sealed_value_is_masked_on_every_page_and_revealed_with_a_reason() {
    House::each(|store| {
        let house = house(store);
        let id =
            visit(&house, "zhou", "一", &[("account", "6222-0001-8888"), ("complaint", "食堂的事")]).expect("filed");
        let page = house.desk.record(&house.actor("zhou"), "visit", id, When::default()).expect("the page");
        let told = format!("{page:?}");
        assert!(!told.contains("6222") && !told.contains("食堂"), "{told}");
        assert_eq!(field(page.groups, "complaint").shown, "••••••");
        let ask = ListAsk { register: "visit".into(), ..Default::default() };
        let list = format!("{:?}", house.desk.list(&house.actor("zhou"), &ask).expect("the list"));
        assert!(!list.contains("6222") && !list.contains("食堂") && list.contains("••••••"), "{list}");
        for name in ["account", "complaint"] {
            for end in ["", "~", "<=", ">="] {
                let ask = ListAsk { filters: vec![(format!("{name}{end}"), "6222-0001-8888".into())], ..ask.clone() };
                assert_eq!(house.desk.list(&house.actor("zhou"), &ask).expect_err("it is sealed").code, "D012");
            }
            let ask = ListAsk { sort: Some((name.into(), false)), ..ask.clone() };
            assert_eq!(house.desk.list(&house.actor("zhou"), &ask).expect_err("it is sealed").code, "D012");
        }
        for beside in ["account_find", "account_mark"] {
            let ask = ListAsk { filters: vec![(beside.into(), "x".into())], ..ask.clone() };
            assert_eq!(house.desk.list(&house.actor("zhou"), &ask).expect_err("it is no field").code, "D012");
        }
        for typed in ["6222-0001-8888", "食堂的事"] {
            let found = house.desk.search(&house.actor("zhou"), typed, None, 20).expect("a search");
            assert!(found.hits.is_empty() && found.met.is_empty(), "{found:?}");
        }
        let asked = Reveal {
            register: "visit".into(),
            id,
            field: "complaint".into(),
            reason: "核对信访".into(),
            request: "r".into(),
        };
        let shown = house.desk.reveal(&house.actor("auditor"), &asked).expect("the auditor may");
        assert_eq!(shown.value.as_deref(), Some("食堂的事"));
    });
}

#[test]
fn a_form_keeps_what_is_left_empty_and_a_conflict_tells_nothing() {
    House::each(|store| {
        let house = house(store);
        let id = visit(&house, "zhou", "一", &[("account", "6222-1"), ("complaint", "食堂")]).expect("filed");
        let form = house.desk.form(&house.actor("li"), "visit", Some(id), None, &Default::default()).expect("a form");
        assert!(!format!("{form:?}").contains("食堂"));
        let account = field(form.groups, "account");
        assert_eq!((&*account.typed, account.masked), ("", true));
        house.edit("zhou", "visit", id, &[("title", "一改"), ("account", ""), ("complaint", "操场")]);
        let late =
            Save { version: Some(1), ..save("visit", Some(id), None, &[("complaint", "宿舍"), ("title", "二改")]) };
        let form = form_of(house.desk.save(&house.actor("li"), &late));
        let conflict = format!("{:?}", form.conflict.as_ref().expect("a conflict"));
        assert!(conflict.contains("一改") && !conflict.contains("操场") && !conflict.contains("宿舍"), "{conflict}");
        assert!(!format!("{form:?}").contains("操场") && format!("{form:?}").contains("宿舍"), "one's own is kept");
        let bureau = house.desk.bureau();
        let kept = bureau.store.read(|reader| reader.record(bureau.table("visit"), id, None)).unwrap().unwrap();
        assert_eq!((kept.value("account").text(), kept.value("complaint").text()), (Some("6222-1"), Some("操场")));
        // The past says that it changed, not what it was.
        let page = house.desk.record(&house.actor("zhou"), "visit", id, When::default()).expect("the page");
        assert!(page.past[0].changes.iter().any(|change| change.0 == "诉求" && change.1 == "••••••"));
    });
}

#[test]
fn a_person_is_met_by_the_whole_number_and_by_nothing_less() {
    House::each(|store| {
        let house = house(store);
        let person =
            house.file("", "p", "person", &[("name", "来访人"), ("id_number", NUMBER), ("mobile", "13957977777")]);
        let sees = |by: &str| house.desk.record(&house.actor(by), "person", person, When::default()).is_ok();
        assert!(!sees("school_a"), "no record of the school refers to the person");
        // The search tells that the number is on file, to whoever types it whole.
        let search = |by: &str, typed: &str| house.desk.search(&house.actor(by), typed, None, 20).expect("a search");
        let met = search("school_a", NUMBER);
        assert_eq!((met.hits.len(), met.met.len()), (0, 1));
        assert!(!format!("{met:?}").contains("来访人"));
        for part in [&NUMBER[..17], "330782", "13957977777", "330782200001010020"] {
            let met = search("school_a", part);
            assert!(met.hits.is_empty() && met.met.is_empty(), "{part}: {met:?}");
        }
        assert_eq!(search("zhou", NUMBER).hits[0].id, person, "who sees the person finds the person");
        // Filing again does not make a second one, and tells no more.
        let again = form_of(house.try_file("school_a", "person", &[("name", "别名"), ("id_number", NUMBER)]));
        assert_eq!(faults(&again), [("name".to_string(), "D036".to_string())]);
        assert!(!format!("{again:?}").contains("来访人"));
        let same =
            house.try_file("school_a", "person", &[("name", "来访人"), ("id_number", NUMBER)]).expect("the same");
        assert_eq!(same.id, person);
        assert!(!sees("school_a"), "to meet a person is not to see one");
        // A reference takes the key; part of it, or another number of the person, is nobody.
        for wrong in ["13957977777", "33078220000101001", &person.to_string()] {
            let not =
                visit(&house, "school_a", "一", &[("person", wrong)]).expect_err("it names nobody the school may see");
            assert_eq!(faults(&form_of(Err(not))).len(), 1, "{wrong}");
        }
        let id = visit(&house, "school_a", "一", &[("person", NUMBER)]).expect("met by the key");
        assert!(sees("school_a"), "a record of the school refers to the person now");
        let page = house.desk.record(&house.actor("school_a"), "visit", id, When::default()).expect("the page");
        assert_eq!(field(page.groups, "person").shown, "来访人");
    });
}
