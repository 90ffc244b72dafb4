//! What is planned from a pack of ten lines, as text: tables, lists, numbers, conditions, scopes. `UPDATE_EXPECTED=1`
//! rewrites the texts; the change is then read like any other.

use jiff::civil::date;
use luoshi_kernel::access::{Seat, scope};
use luoshi_kernel::list::{Column, EVERYTHING, Page, ids, merged, rows, totals};
use luoshi_kernel::number::{self, Axis};
use luoshi_kernel::query::{Planner, Read};
use luoshi_kernel::sea_query::{PostgresQueryBuilder, SqliteQueryBuilder};
use luoshi_kernel::sentence::{plain, sentence};
use luoshi_kernel::table::{Owner, tables};
use luoshi_kernel::{Context, Lang};
use luoshi_pack::{Action, File, Packs};
use std::fmt::Write;
use std::path::Path;

const REGISTER: &str = r#"
title = "隐患"
source = "双重预防机制"
serial = "YH-{year}-{seq:6}"
owner = "school"
label = "place"
field.school = { kind = "ref", to = "unit", title = "学校", must = true }
field.place = { kind = "text", title = "部位", must = true }
field.level = { kind = "choice", title = "分级", choices = { major = "重大", general = "一般" } }
field.cost = { kind = "money", title = "资金" }
field.found_on = { kind = "date", title = "发现日期" }
field.fixed_on = { kind = "date", title = "整改日期" }
flow.state.open.title = "整改中"
flow.state.closed.title = "销号"
flow.move.close = { title = "销号", from = ["open"], to = "closed", by = ["school"] }
"#;

const UNIT: &str = r#"
title = "单位"
source = "default"
label = "name"
field.name = { kind = "text", title = "名称", must = true }
field.parent = { kind = "ref", to = "unit", title = "上级单位" }
field.successor = { kind = "ref", to = "unit", title = "承接单位" }
"#;

const INDICATOR: &str = r#"
[closed_share]
title = "重大隐患整改率"
in = "%"
of = "hazard"
where = { level = "major" }
count = { state = "closed" }
dated = "found_on"
source = "default"
by = { town = "school.parent", level = "level" }

[cost_spent]
title = "整改资金"
in = "元"
of = "hazard"
sum = "cost"
dated = "fixed_on"
due = "found_on"
source = "default"
"#;

const ROLE: &str = r#"
[school]
title = "学校"
[[school.may]]
do = ["see", "file"]
on = ["hazard"]
scope = "subtree"
[[school.may]]
do = ["see"]
on = ["unit"]
scope = "all"
"#;

fn packs() -> Packs {
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let files = [
        file("safety/pack.toml", "title = \"校园安全\""),
        file("safety/register/unit.toml", UNIT),
        file("safety/register/hazard.toml", REGISTER),
        file("safety/indicator.toml", INDICATOR),
        file("safety/role.toml", ROLE),
    ];
    luoshi_pack::check(&files)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn context() -> Context {
    Context::of(date(2021, 9, 30), Default::default(), Default::default())
}

fn expect(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&file, text).expect("the golden text is written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, expected, "{name}: UPDATE_EXPECTED=1 rewrites it");
}

fn sql(read: &Read) -> String {
    let sqlite = read.select.to_string(SqliteQueryBuilder);
    let postgres = read.select.to_string(PostgresQueryBuilder);
    if sqlite == postgres { format!("{sqlite}\n") } else { format!("sqlite   {sqlite}\npostgres {postgres}\n") }
}

#[test]
fn tables_carry_what_the_register_declares() {
    let mut text = String::new();
    for table in tables(&packs()) {
        let owner = match &table.owner {
            Owner::Itself => "itself".to_string(),
            Owner::Nobody => "nobody".to_string(),
            Owner::Path(steps) => {
                steps.iter().map(|(column, to)| format!("{column} -> {to}")).collect::<Vec<_>>().join(", ")
            }
        };
        let _ = writeln!(
            text,
            "{} (owner: {owner}; indexed: {})",
            table.name,
            table.indexed.iter().map(|columns| columns.join("+")).collect::<Vec<_>>().join(", ")
        );
        for column in &table.columns {
            let _ = writeln!(
                text,
                "    {} {:?}{}",
                column.name,
                column.kind,
                column.to.as_ref().map_or(String::new(), |to| format!(" -> {to}"))
            );
        }
    }
    expect("tables.txt", &text);
}

#[test]
fn a_list_joins_what_it_shows_and_nothing_else() {
    let packs = packs();
    let context = context();
    let condition = luoshi_pack::read_condition("level = \"major\"\nfixed_on = { empty = true }", "hazard", &packs)
        .expect("a condition");
    let paths = [
        vec!["serial".to_string()],
        vec!["place".to_string()],
        vec!["school".to_string(), "parent".to_string()],
        vec!["cost".to_string()],
    ];
    let columns: Vec<Column> = paths.iter().map(|path| Column::at(&packs, "hazard", path).expect("a column")).collect();
    let sort = [(vec!["found_on".to_string()], true)];
    let page = Page { scope: &EVERYTHING, filter: &condition, sort: &sort, skip: 25, take: 25, in_order: false };
    let now = sql(&rows(&packs, &context, None, "hazard", &columns, &page));
    let then = sql(&rows(&packs, &context, Some(1_625_068_799_999_999), "hazard", &columns, &page));
    let first = sql(&ids(&packs, &context, None, "hazard", &page));
    let merged = sql(&merged(&packs, &context, "hazard", &[7, 9], &page));
    let sums = sql(&totals(&packs, &context, None, "hazard", &columns, &EVERYTHING, &condition));
    let then = format!("-- as known at the end of 2021-06-30\n{then}");
    expect("list.sql", &format!("-- now\n{now}{then}-- ids\n{first}-- merged\n{merged}-- totals\n{sums}"));
}

#[test]
fn a_number_its_breakdown_and_its_curves_come_from_one_condition() {
    let packs = packs();
    let context = context();
    let mut text = String::new();
    for indicator in packs.indicators.values() {
        let _ = writeln!(
            text,
            "-- {}: {}",
            indicator.name,
            plain(&sentence(&packs, &context, &indicator.of, &number::counted(indicator), Lang::Zh))
        );
        text += &sql(&number::value(&packs, &context, None, indicator, None));
        for (name, path) in &indicator.by {
            let _ = writeln!(text, "-- by {name}");
            text += &sql(&number::value(&packs, &context, None, indicator, Some(path)));
        }
        for axis in [Axis::Counted, Axis::Due, Axis::Expected] {
            if let Some(read) = number::curve(&packs, &context, None, indicator, axis) {
                let _ = writeln!(text, "-- curve {axis:?}");
                text += &sql(&read);
            }
        }
    }
    expect("number.sql", &text);
}

#[test]
fn conditions_of_every_shape_have_one_meaning_in_sql_and_one_sentence() {
    let packs = packs();
    let context = context();
    let conditions = [
        "level = [\"major\", \"general\"]",
        "fixed_on = { \"<\" = { field = \"found_on\", plus = \"1 month\" } }",
        "cost = { \">\" = { field = \"cost\", times = \"1/2\", plus = 100 } }",
        "found_on = { \">=\" = { period = \"start\" }, \"<=\" = { today = true } }",
        "place = { contains = \"食堂\" }",
        "any = [{ state = \"open\" }, { not = { level = \"general\" } }]",
        "school = { in_unit = { me = \"unit\" } }",
        "\"school.parent.name\" = \"江东街道\"",
        "found_on = { day = \"workday\" }",
    ];
    let mut text = String::new();
    for toml in conditions {
        let condition = match luoshi_pack::read_condition(toml, "hazard", &packs) {
            Ok(condition) => condition,
            Err(faults) => panic!("{toml}: {faults:?}"),
        };
        let mut planner = Planner::new(&packs, &context, None, "hazard");
        let filter = planner.condition(&condition);
        let mut select = planner.select();
        select.expr(luoshi_kernel::query::col("t", "id")).and_where(filter);
        let words = |lang| plain(&sentence(&packs, &context, "hazard", &condition, lang));
        let _ = writeln!(text, "-- {toml}\n-- {}\n-- {}", words(Lang::Zh), words(Lang::En));
        text += &sql(&planner.read(select, vec![]));
    }
    expect("condition.sql", &text);
}

#[test]
fn scope_becomes_a_condition_of_the_query() {
    let packs = packs();
    let seats = [Seat { role: "school", unit: 7 }, Seat { role: "school", unit: 8 }];
    let seen = scope(&packs, &seats, "hazard", Action::See).expect("a school sees its own");
    let context = context();
    let text = plain(&sentence(&packs, &context, "hazard", &seen, Lang::Zh));
    assert_eq!(text, "\u{ff08}所属单位 在 7 之内 或 所属单位 在 8 之内\u{ff09}");
    assert_eq!(scope(&packs, &seats, "hazard", Action::Edit), None, "nothing grants it");
    assert_eq!(scope(&packs, &[], "hazard", Action::See), None, "no post, no right");
    assert_eq!(scope(&packs, &seats, "unit", Action::See), Some(luoshi_pack::Condition::All(vec![])));
}

#[test]
fn the_examples_beside_the_shipped_indicators_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = vec![];
    for pack in std::fs::read_dir(&root).expect("the packs").flatten() {
        let folder = pack.path();
        let inner =
            std::fs::read_dir(folder.join("register")).into_iter().flatten().flatten().map(|entry| entry.path());
        let own = std::fs::read_dir(&folder).expect("a pack").flatten().map(|entry| entry.path());
        for path in own.chain(inner).filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let text = std::fs::read_to_string(&path).expect("a pack's file");
            files.push(File {
                path: path.strip_prefix(&root).expect("below packs").to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
    let packs = luoshi_pack::check(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert!(
        packs.indicators.values().chain(packs.numbers.values()).all(|indicator| !indicator.examples.is_empty()),
        "each indicator shows an example"
    );
    let settings = packs.settings.values().map(|setting| (setting.name.clone(), setting.value.clone())).collect();
    let context = Context::of(date(2021, 9, 30), settings, packs.calendar.clone().into());
    for indicator in packs.indicators.values().chain(packs.numbers.values()) {
        assert_eq!(number::check_examples(&packs, indicator, &context), Ok(()));
    }
}
