//! The condition reader: a snippet of TOML in, a [`Condition`] or a fault out.

use crate::support::{files_below, printed, repository};
use jiff::civil::date;
use luoshi_pack::condition::{Compare, DayKind, Operand, Plus, Source, Step};
use luoshi_pack::{Condition, Packs, Value, check, read_condition};
use std::sync::LazyLock;

static PACKS: LazyLock<Packs> = LazyLock::new(|| {
    check(&files_below(&repository().join("packs"))).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
});

fn read(snippet: &str) -> Condition {
    read_condition(snippet, "project", &PACKS).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
}

/// The codes of what is wrong, in the order of the snippet.
fn codes(register: &str, snippet: &str) -> Vec<&'static str> {
    read_condition(snippet, register, &PACKS).expect_err(snippet).iter().map(|fault| fault.code).collect()
}

fn compare(path: &str, compare: Compare, operand: Operand) -> Condition {
    Condition::Compare(path.split('.').map(str::to_owned).collect(), compare, operand)
}

fn from(source: Source) -> Operand {
    Operand::of(source)
}

#[test]
fn a_bare_value_means_equal_and_a_list_one_of() {
    let new = Value::Text("new".to_owned());
    assert_eq!(read("kind = \"new\""), compare("kind", Compare::Equal, Operand::literal(new.clone())));
    assert_eq!(read("kind = [\"new\"]"), Condition::OneOf(vec!["kind".to_owned()], vec![new]));
    assert_eq!(read("temporary = false"), compare("temporary", Compare::Equal, Operand::literal(Value::Bool(false))));
    assert_eq!(read(""), Condition::All(Vec::new()));
}

#[test]
fn literals_take_the_shape_of_their_field() {
    let literal = |snippet: &str| match read(snippet) {
        Condition::Compare(_, _, Operand { source: Source::Value(value), .. }) => value,
        other => panic!("{other:?}"),
    };
    assert_eq!(literal("investment = { \">\" = 3.05 }"), Value::Int(305));
    assert_eq!(literal("investment = { \">\" = 6000 }"), Value::Int(600_000));
    assert_eq!(literal("floor_area = { \"<=\" = 12.5 }"), Value::Int(1250));
    assert_eq!(literal("started_on = 2021-01-01"), Value::Date(date(2021, 1, 1)));
    assert_eq!(literal("places = 270"), Value::Int(270));
    assert_eq!(literal("title = \"甲\""), Value::Text("甲".to_owned()));
}

#[test]
fn several_operators_hold_together() {
    let expected = Condition::All(vec![
        compare("places", Compare::Less, Operand::literal(Value::Int(9))),
        compare("places", Compare::AtLeast, Operand::literal(Value::Int(1))),
    ]);
    assert_eq!(read("places = { \">=\" = 1, \"<\" = 9 }"), expected);
}

#[test]
fn operands_name_a_source_a_fraction_and_a_step() {
    assert_eq!(
        read("deliver_due_on = { \"<\" = { today = true, plus = \"15 days\" } }"),
        compare(
            "deliver_due_on",
            Compare::Less,
            Operand { plus: Some(Plus::Stretch(15, Step::Days)), ..from(Source::Today) }
        )
    );
    assert_eq!(
        read("places = { \"<\" = { field = \"places_after\", times = \"1/2\", plus = -3 } }"),
        compare(
            "places",
            Compare::Less,
            Operand {
                times: Some((1, 2)),
                plus: Some(Plus::Number(-3)),
                ..from(Source::Field(vec!["places_after".to_owned()]))
            }
        )
    );
    let plus = |text: &str| match read(&format!("started_on = {{ today = true, plus = \"{text}\" }}")) {
        Condition::Compare(_, Compare::Equal, Operand { plus: Some(plus), .. }) => plus,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [plus("1 year"), plus("-3 months"), plus("2 weeks"), plus("1 day")],
        [(12, Step::Months), (-3, Step::Months), (14, Step::Days), (1, Step::Days)]
            .map(|(number, step)| Plus::Stretch(number, step))
    );
}

#[test]
fn every_source_is_read() {
    assert_eq!(
        read("delivered_on = { \">=\" = { period = \"start\" } }"),
        compare("delivered_on", Compare::AtLeast, from(Source::PeriodStart))
    );
    assert_eq!(
        read("delivered_on = { \"<=\" = { period = \"end\" } }"),
        compare("delivered_on", Compare::AtMost, from(Source::PeriodEnd))
    );
    assert_eq!(
        read("started_on = { \">\" = { move = \"start\" } }"),
        compare("started_on", Compare::More, from(Source::Move("start".to_owned())))
    );
    assert_eq!(read("handler = { me = \"person\" }"), compare("handler", Compare::Equal, from(Source::Me)));
    assert_eq!(
        read("school = { \"!=\" = { me = \"unit\" } }"),
        compare("school", Compare::NotEqual, from(Source::MyUnit))
    );
    let setting =
        read_condition("after_average = { \"<\" = { setting = \"desk_illuminance_least\" } }", "light", &PACKS)
            .unwrap();
    assert_eq!(
        setting,
        compare("after_average", Compare::Less, from(Source::Setting("desk_illuminance_least".to_owned())))
    );
}

#[test]
fn the_other_operators_are_read() {
    let path = |name: &str| vec![name.to_owned()];
    assert_eq!(read("title = { contains = \"园\" }"), Condition::Contains(path("title"), "园".to_owned()));
    assert_eq!(read("round = { empty = false }"), Condition::Empty(path("round"), false));
    assert_eq!(read("delivered_on = { day = \"workday\" }"), Condition::Day(path("delivered_on"), DayKind::Workday));
    assert_eq!(read("owner = { in_unit = { me = \"unit\" } }"), Condition::InUnit(path("owner"), from(Source::MyUnit)));
    let three = Condition::Empty(vec!["school".to_owned(), "parent".to_owned(), "until_on".to_owned()], true);
    assert_eq!(read("\"school.parent.until_on\" = { empty = true }"), three);
}

#[test]
fn all_any_not_and_has_nest() {
    let held = |path: &str| Condition::Empty(vec![path.to_owned()], false);
    let read_text = read(
        "all = [{ agent = { empty = false } }]\nany = [{ round = { empty = false } }, { handler = { empty = false } }]\nnot = { title = { empty = false } }",
    );
    assert_eq!(
        read_text,
        Condition::All(vec![
            held("agent"),
            Condition::Any(vec![held("round"), held("handler")]),
            Condition::Not(Box::new(held("title")))
        ])
    );
    let deep = read_condition(
        "has = { register = \"project\", by = \"school\", where = { has = { register = \"payment\", by = \"project\", most = 0 } } }",
        "school",
        &PACKS,
    );
    let Ok(Condition::Has { least: 1, most: None, filter, .. }) = deep else { panic!("{deep:?}") };
    assert!(matches!(*filter, Condition::Has { least: 0, most: Some(0), .. }), "{filter:?}");
}

#[test]
fn a_reference_to_a_unit_may_look_back_from_what_extends_it() {
    let held = read_condition("has = { register = \"post\", by = \"unit\" }", "school", &PACKS);
    assert!(held.is_ok(), "{held:?}");
}

#[test]
fn what_does_not_fit_is_refused_by_its_code() {
    for (snippet, code) in [
        ("kindd = \"new\"", "P012"),
        ("kind = \"brand_new\"", "P013"),
        ("kind = 1", "P005"),
        ("places = 1.5", "P005"),
        ("places = \"many\"", "P005"),
        ("places = -1", "P014"),
        ("investment = 0.001", "P014"),
        ("started_on = \"2021-01-01\"", "P005"),
        ("started_on = 2021-01-01T00:00:00", "P005"),
        ("school = 7", "P014"),
        ("title = \"\"", "P006"),
        ("title = { \"<\" = \"b\" }", "P015"),
        ("title = { like = \"b\" }", "P003"),
        ("title = { in_unit = { me = \"unit\" } }", "P015"),
        ("kind = { in_unit = { me = \"unit\" } }", "P015"),
        ("places = { day = \"workday\" }", "P015"),
        ("started_on = { day = \"friday\" }", "P033"),
        ("started_on = { \"<\" = { field = \"places\" } }", "P016"),
        ("started_on = { \"<\" = { today = false } }", "P016"),
        ("started_on = { \"<\" = { today = true, field = \"topped_on\" } }", "P016"),
        ("started_on = { \"<\" = { plus = \"1 day\" } }", "P016"),
        ("handler = { me = \"unit\" }", "P016"),
        ("places = { \"<\" = { field = \"classes\", times = \"1/0\" } }", "P017"),
        ("places = { \"<\" = { field = \"classes\", times = \"0.5\" } }", "P017"),
        ("started_on = { \"<\" = { today = true, plus = \"1 fortnight\" } }", "P017"),
        ("started_on = { \"<\" = { move = \"begin\" } }", "P026"),
        ("places = { \"<\" = { setting = \"nothing\" } }", "P025"),
        ("places = { \"<\" = { field = { field = \"classes\" } } }", "P005"),
        ("\"school.parent.parent.name\" = \"甲\"", "P039"),
        ("\"title.name\" = \"甲\"", "P039"),
        ("has = { register = \"payments\", by = \"project\" }", "P011"),
        ("has = { register = \"payment\", by = \"amount\" }", "P019"),
        ("has = { register = \"payment\", by = \"project\", least = -1 }", "P014"),
        ("has = { register = \"payment\", by = \"project\", least = 2, most = 1 }", "P030"),
        ("any = []", "P032"),
        ("kind = {}", "P032"),
        ("kind = ", "P001"),
    ] {
        assert_eq!(codes("project", snippet), [code], "{snippet}");
    }
    assert_eq!(codes("projekt", ""), ["P011"]);
    assert_eq!(codes("unit", "state = \"open\""), ["P012"]);
}

#[test]
fn every_fault_of_a_condition_is_told_at_once_with_its_line() {
    let faults = read_condition("kindd = 1\nplaces = \"x\"\nany = [{ roundd = 1 }]", "project", &PACKS).unwrap_err();
    let lines: Vec<(usize, &str)> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
    assert_eq!(lines, [(1, "P012"), (2, "P005"), (3, "P012")]);
}

#[test]
fn working_days_settings_and_rolling_stand_over_what_is_the_same_for_every_record() {
    let plus = |plus: Plus, roll: bool| Operand { plus: Some(plus), roll, ..from(Source::Today) };
    assert_eq!(
        read("started_on = { today = true, plus = \"15 workdays\", roll = true }"),
        compare("started_on", Compare::Equal, plus(Plus::Stretch(15, Step::Workdays), true))
    );
    assert_eq!(
        read(
            "started_on = { \"<\" = { today = true, plus = { setting = \"light_blue_days\", unit = \"workdays\" } } }"
        ),
        compare(
            "started_on",
            Compare::Less,
            plus(Plus::Setting("light_blue_days".to_owned(), 1, Step::Workdays), false)
        )
    );
    assert_eq!(
        read("places = { \">\" = { field = \"places_after\", times = \"-1\" } }"),
        compare(
            "places",
            Compare::More,
            Operand { times: Some((-1, 1)), ..from(Source::Field(vec!["places_after".to_owned()])) }
        )
    );
    for (snippet, code) in [
        ("started_on = { field = \"topped_on\", plus = \"15 workdays\" }", "P017"),
        ("started_on = { field = \"topped_on\", roll = true }", "P017"),
        ("started_on = { move = \"start\", roll = true }", "P017"),
        ("started_on = { today = true, plus = \"-1 workdays\" }", "P017"),
        ("started_on = { today = true, plus = { setting = \"desk_illuminance_least\", unit = \"days\" } }", "P017"),
        ("started_on = { today = true, plus = { setting = \"light_blue_days\", unit = \"weeks\" } }", "P033"),
        ("started_on = { today = true, plus = { setting = \"light_blue_days\" } }", "P006"),
        ("places = { field = \"places_after\", roll = true }", "P017"),
        ("started_on = { null = true }", "P016"),
        ("places = { field = \"places_after\", times = \"1/-2\" }", "P017"),
    ] {
        assert_eq!(codes("project", snippet), [code], "{snippet}");
    }
}
