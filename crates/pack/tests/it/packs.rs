//! The packs of the repository load and say what the plan needs.

use crate::support::{files_below, printed, repository};
use jiff::civil::{Date, date};
use luoshi_pack::condition::{Compare, Operand, Source};
use luoshi_pack::{Action, Aggregate, Condition, File, Kind, Packs, Period, Scope, Serial, Stands, Value, check};
use std::sync::LazyLock;

static PACKS: LazyLock<Packs> = LazyLock::new(|| read(&files_below(&repository().join("packs"))));

fn read(files: &[File]) -> Packs {
    check(files).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn the_packs_of_the_repository_load_in_the_order_of_their_needs() {
    let names: Vec<&str> = PACKS.packs.iter().map(|head| head.name.as_str()).collect();
    assert_eq!(names[0], "foundation");
    assert!(names.contains(&"projects") && names.contains(&"equipment"), "{names:?}");
    for name in ["unit", "school", "person", "post", "project", "milestone", "payment", "light", "aircon"] {
        assert!(PACKS.registers.contains_key(name), "{name}");
    }
}

#[test]
fn the_seven_numbers_say_how_they_count_in_both_languages() {
    for (name, unit) in [
        ("project_built_count", "项"),
        ("campus_new_count", "所"),
        ("campus_delivered_count", "所"),
        ("first_round_count", "所"),
        ("places_added", "个"),
        ("light_count", "间"),
        ("aircon_count", "台"),
    ] {
        let indicator = &PACKS.indicators[name];
        assert_eq!(indicator.unit, unit);
        assert!(
            indicator.rule != indicator.title && indicator.rule_en != indicator.en,
            "{name} has no rule of its own"
        );
        assert!(!indicator.examples.is_empty(), "{name} has no example");
        assert!(matches!(indicator.stands, Stands::Dated(_)) && indicator.due.is_some(), "{name} has no pace");
        assert!(indicator.by.contains_key("town"), "{name} cannot be told by town");
    }
    let places = &PACKS.indicators["places_added"];
    assert_eq!(places.aggregate, Aggregate::Sum("places".to_owned()));
    assert_eq!((places.period, places.expected.as_deref()), (Period::Year, Some("expected_on")));
    assert_eq!(PACKS.indicators["first_round_count"].period, Period::Ever);
}

#[test]
fn whoever_filed_a_project_may_not_deliver_it() {
    let deliver = &PACKS.registers["project"].flow.as_ref().unwrap().moves["deliver"];
    assert!(deliver.not_filer);
    assert_eq!(deliver.by, ["finance"]);
    let reopen = &PACKS.registers["project"].flow.as_ref().unwrap().moves["reopen"];
    assert_eq!((reopen.clear.as_slice(), reopen.reason), (["delivered_on".to_owned()].as_slice(), true));
}

#[test]
fn roles_gather_the_grants_of_all_packs() {
    let may = &PACKS.roles["school"].may;
    assert!(may.iter().all(|grant| grant.scope == Scope::Subtree));
    assert!(may.iter().any(|grant| grant.on.contains(&"project".to_owned()) && grant.actions.contains(&Action::File)));
    assert!(may.iter().any(|grant| grant.on.contains(&"light".to_owned())));
    let discipline = &PACKS.roles["discipline"].may;
    assert!(discipline.iter().all(|grant| grant.actions == [Action::See]), "the discipline group only reads");
}

#[test]
fn nobody_but_the_administrator_hands_out_posts_and_others_lend_their_own() {
    let own = luoshi_pack::Condition::Compare(
        vec!["giver".to_owned()],
        luoshi_pack::condition::Compare::Equal,
        luoshi_pack::condition::Operand::of(luoshi_pack::condition::Source::Me),
    );
    let hands_out = |role: &luoshi_pack::Role| {
        role.may.iter().any(|grant| {
            grant.actions.iter().any(|action| matches!(action, Action::File | Action::Edit))
                && (grant.on.is_empty() || grant.on.contains(&"post".to_owned()))
                && grant.filter != own
        })
    };
    let names: Vec<&String> = PACKS.roles.values().filter(|role| hands_out(role)).map(|role| &role.name).collect();
    assert_eq!(names, ["keeper"]);
}

#[test]
fn a_school_shares_the_fields_of_its_unit() {
    let names: Vec<&str> = PACKS.fields("school").iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names[..3], ["name", "kind", "parent"]);
    assert!(names.contains(&"stage"));
    assert_eq!(PACKS.field("school", "parent").unwrap().kind, Kind::Ref { to: "unit".to_owned() });
}

#[test]
fn settings_and_serials_take_their_exact_shape() {
    assert_eq!(PACKS.settings["desk_uniformity_least"].value, Value::Int(700));
    assert_eq!(PACKS.settings["light_green_least"].value, Value::Int(9500));
    assert_eq!(PACKS.registers["project"].serial, Some(Serial { prefix: "XM-".to_owned(), year: true, digits: 6 }));
}

#[test]
fn every_label_of_the_packs_is_chinese_and_has_an_english_one() {
    let chinese = |text: &str| text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    for register in PACKS.registers.values() {
        let fields = register.fields.values().map(|field| (&field.title, &field.en));
        let views = register.views.values().map(|view| (&view.title, &view.en));
        let flow = register.flow.iter();
        let moves = flow.clone().flat_map(|flow| flow.moves.values()).map(|step| (&step.title, &step.en));
        let states = flow.flat_map(|flow| flow.states.values()).map(|state| (&state.title, &state.en));
        for (title, en) in fields.chain(views).chain(moves).chain(states).chain([(&register.title, &register.en)]) {
            assert!(chinese(title) && en.is_ascii() && !en.is_empty(), "{}: {title} / {en}", register.name);
        }
        for check in &register.checks {
            assert!(chinese(&check.message) && check.message_en.contains(' '), "{} {}", register.name, check.name);
        }
    }
}

/// The State Council's notice 国办发明电〔2020〕27号.
#[test]
fn the_calendar_of_2021_has_250_working_days() {
    let calendar = &PACKS.calendar;
    let days = date(2021, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == 2021);
    assert_eq!(days.filter(|day| calendar.is_workday(*day) == Some(true)).count(), 250);
    assert_eq!(calendar.after_workdays(date(2021, 9, 15), 7), Some(date(2021, 9, 26)));
    assert_eq!(calendar.after_workdays(date(2021, 1, 17), 20), Some(date(2021, 2, 18)));
    assert_eq!(calendar.after_days(date(2021, 9, 9), 10), Some(date(2021, 9, 22)), "a period that ends on a holiday");
    assert_eq!(calendar.after_workdays(date(2022, 12, 30), 1), None, "2023 is not declared");
    assert_eq!(calendar.is_workday(Date::constant(2019, 6, 3)), None);
    assert_eq!(calendar.is_term(date(2021, 9, 1)), Some(true));
    assert_eq!(calendar.is_term(date(2021, 8, 1)), Some(false));
    assert_eq!(calendar.is_term(date(2020, 8, 1)), None);
}

const UNIT: &str = r#"
title  = "单位"
source = "default"
[field.name]
kind  = "text"
title = "名称"
[field.parent]
kind = "ref"
to   = "unit"
"#;

const SCHOOL: &str = r#"
title   = "学校"
source  = "default"
extends = "unit"
"#;

/// The example of the style page, with what it leaves to habit: titles of references, English words, columns, label.
const HAZARD: &str = r#"
title  = "隐患"
source = "domain rule 双重预防机制"
serial = "YH-{year}-{seq:6}"
owner  = "school"

[field.school]
kind = "ref"
to   = "school"
must = true

[field.found_on]
kind  = "date"
title = "发现日期"

[field.fixed_on]
kind  = "date"
title = "整改日期"
was   = "repaired_on"

[field.level]
kind    = "choice"
title   = "级别"
choices = { major = "重大", general = { title = "一般", en = "Ordinary" } }

[check.fixed_after_found]
refuse  = { fixed_on = { "<" = { field = "found_on" } } }
message = "整改日期不能早于发现日期"

[flow.state.open]
title = "整改中"
[flow.state.closed]
title = "销号"
[flow.move.close]
title = "销号"
from  = ["open"]
to    = "closed"
by    = ["clerk"]
"#;

const INDICATOR: &str = r#"
[hazard_closed_share]
title  = "重大隐患整改率"
in     = "%"
of     = "hazard"
where  = { level = "major" }
count  = { state = "closed" }
source = "default"

[[hazard_closed_share.example]]
rows   = [{ level = "major", state = "closed" }, { level = "major", state = "open" }, { level = "general", state = "open" }]
expect = "50"
"#;

fn safety() -> Packs {
    read(&[
        file("base/pack.toml", "title = \"基础\""),
        file("base/register/unit.toml", UNIT),
        file("base/register/school.toml", SCHOOL),
        file("base/role.toml", "[clerk]\ntitle = \"经办\""),
        file(
            "safety/pack.toml",
            "title = \"安全\"\nneeds = [\"base\"]\n[[apart]]\nmoves = [\"hazard.close\", \"hazard.close\"]",
        ),
        file("safety/register/hazard.toml", HAZARD),
        file("safety/indicator.toml", INDICATOR),
        file("safety/README.md", "not read"),
    ])
}

#[test]
fn the_example_of_the_style_page_reads_with_its_habits() {
    let packs = safety();
    let hazard = packs.register("hazard");
    assert_eq!(hazard.fields["school"].title, "学校");
    assert_eq!(hazard.fields["found_on"].en, "Found on");
    assert_eq!(hazard.fields["fixed_on"].was.as_deref(), Some("repaired_on"));
    assert_eq!((hazard.label.as_str(), hazard.en.as_str()), ("serial", "Hazard"));
    assert_eq!(hazard.columns, ["serial", "school", "found_on", "fixed_on", "level"]);
    assert_eq!(hazard.owner, Some(vec!["school".to_owned()]));
    let found = Operand::of(Source::Field(vec!["found_on".to_owned()]));
    assert_eq!(hazard.checks[0].refuse, Some(Condition::Compare(vec!["fixed_on".to_owned()], Compare::Less, found)));
    assert_eq!(hazard.checks[0].message_en, "Fixed after found");
    let Kind::Choice { choices } = &hazard.fields["level"].kind else { panic!("{:?}", hazard.fields["level"].kind) };
    assert_eq!((choices["major"].en.as_str(), choices["general"].en.as_str()), ("Major", "Ordinary"));
    assert_eq!(packs.register("school").label, "name");
    assert_eq!(packs.apart, [["hazard.close".to_owned(), "hazard.close".to_owned()]]);
}

#[test]
fn a_share_counts_part_of_its_population() {
    let packs = safety();
    let share = &packs.indicators["hazard_closed_share"];
    let closed = Operand::literal(Value::Text("closed".to_owned()));
    assert_eq!(share.aggregate, Aggregate::Share(Condition::Compare(vec!["state".to_owned()], Compare::Equal, closed)));
    assert_eq!((share.stands.clone(), share.period), (Stands::Still, Period::Ever));
    assert_eq!(share.rule, share.title);
    assert_eq!(share.examples[0].rows.len(), 3);
    assert_eq!(share.examples[0].rows[0].values["state"], Value::Text("closed".to_owned()));
    assert_eq!(share.examples[0].expect.as_deref(), Some("50"));
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let faults = check(&[
        file("one/pack.toml", "title = \"甲\"\nneeds = [\"nothing\"]"),
        file(
            "one/register/thing.toml",
            "titel = \"样\"\nsource = \"default\"\nshared = true\n[field.name]\nkind = \"txt\"\ntitle = \"名\"",
        ),
        file("one/setting.toml", "[limit]\ntitle = \"限\"\nkind = \"integer\"\nvalue = 1.5\nsource = \"default\""),
    ])
    .unwrap_err();
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{}:{} {}", fault.file, fault.line, fault.code)).collect();
    assert_eq!(
        told,
        [
            "one/pack.toml:2 P009",
            "one/register/thing.toml:0 P006",
            "one/register/thing.toml:0 P021",
            "one/register/thing.toml:1 P003",
            "one/register/thing.toml:5 P004",
            "one/setting.toml:4 P005",
        ]
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_once_and_the_rest_is_still_read() {
    let faults = check(&[
        file("one/pack.toml", "title = \"甲\""),
        file(
            "one/register/thing.toml",
            "title = \"样\"\nsource = \nshared = true\n[field.name]\nkind = \"text\"\ntitle = \"名\"",
        ),
        file("one/setting.toml", "[limit]\ntitle = \"限\"\nkind = \"integr\"\nvalue = 1\nsource = \"default\""),
    ])
    .unwrap_err();
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{}:{} {}", fault.file, fault.line, fault.code)).collect();
    assert_eq!(told, ["one/register/thing.toml:2 P001", "one/setting.toml:3 P004"]);
}

#[test]
fn one_index_is_planned_for_each_shape_of_where() {
    let planned = |register: &str| -> Vec<String> {
        let all = luoshi_pack::index::covering(&PACKS, register);
        all.iter().map(|index| format!("{}: {}", index.serves.join(" "), index.columns.join(" "))).collect()
    };
    assert_eq!(planned("aircon"), ["aircon_count: accepted_on state school"]);
    // Two that bind the same stages share one; `state` never leads.
    assert_eq!(
        planned("project"),
        [
            "project_built_count: started_on state delivered_on school stage kind",
            "campus_new_count: kind stage started_on state campuses school",
            "campus_delivered_count places_added: stage temporary delivered_on state campuses school kind places",
            "first_round_count: round delivered_on state campuses school kind",
        ]
    );
    for register in PACKS.registers.keys() {
        assert!(planned(register).len() <= luoshi_pack::index::MOST, "{register}");
    }
}

#[test]
fn links_that_a_day_bounds_are_counted_from_one_index_after_the_owner() {
    let planned =
        |name: &str| luoshi_pack::index::of_views(&PACKS, PACKS.register(name)).map(|columns| columns.join(" "));
    assert_eq!(planned("aircon").as_deref(), Some("owner due_on accepted_on state"));
    // Its links ask for the state alone, which is counted elsewhere.
    assert_eq!(planned("purchase"), None);
}
