//! How fast the search finds, over a million records: `cargo run --release -p luoshi-store --example search` on SQLite,
//! `-- postgres` on PostgreSQL, `-- 100000` for another number of records.
//!
//! 600 schools in 40 towns; every record is called `…小学…`, so that 小学 is the commonest bigram there can be. Each
//! question is asked 200 times: 20 candidates by name, then 20 in any field.

use luoshi_kernel::table::{Column, ColumnKind, Owner, Search, Table, event};
use luoshi_pack::{Serial, Value};
use luoshi_store::search::{Terms, Within};
use luoshi_store::{Act, Draft, Options, Store, StoreError, Writer, testing};
use std::collections::BTreeSet;
use std::time::Instant;

const TOWNS: i64 = 40;
const SCHOOLS: i64 = 600;
const BULK: i64 = 50_000;
const ASKED: usize = 200;

fn tables() -> Vec<Table> {
    let column =
        |name: &str, kind, to: Option<&str>| Column { name: name.into(), kind, to: to.map(Into::into), was: None };
    let named = |field: &str, fields: &[&str]| Search {
        label: Some(field.into()),
        fields: fields.iter().map(|field| field.to_string()).collect(),
    };
    let unit = Table {
        name: "unit".into(),
        columns: vec![column("name", ColumnKind::Text, None), column("parent", ColumnKind::Int, Some("unit"))],
        owner: Owner::Itself,
        search: named("name", &[]),
        ..event()
    };
    let unit = Table { indexed: vec![], ..unit };
    let project = Table {
        name: "project".into(),
        columns: vec![column("unit", ColumnKind::Int, Some("unit")), column("title", ColumnKind::Text, None)],
        owner: Owner::Path(vec![("unit".into(), "unit".into())]),
        indexed: vec![vec!["unit".into()]],
        serial: Some(Serial { prefix: "XM-".into(), year: true, digits: 6 }),
        search: named("title", &["serial"]),
        ..event()
    };
    vec![unit, project, event()]
}

fn draft(values: &[(&str, Value)]) -> Draft {
    Draft { values: values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(), ..Draft::default() }
}

fn text(text: String) -> Value {
    Value::Text(text)
}

/// The bureau, its towns, its schools; then records that go round the schools.
fn fill(store: &Store, records: i64) {
    let act = || Act { at: 1_630_000_000_000_000, ..Act::default() };
    let write = |table: Table, drafts: Vec<Draft>| {
        let body = move |writer: &mut Writer| writer.file_all(&table, drafts.iter().cloned());
        store.write::<_, StoreError>(act(), body).unwrap();
    };
    let unit = |name: String, parent: Option<i64>| {
        draft(&[("name", text(name)), ("parent", parent.map_or(Value::Null, Value::Int))])
    };
    let towns = (0..TOWNS).map(|town| unit(format!("第{town}镇"), Some(1)));
    let schools = (0..SCHOOLS).map(|school| unit(format!("第{school}小学"), Some(2 + school % TOWNS)));
    let units = std::iter::once(unit("义乌市教育局".into(), None)).chain(towns).chain(schools);
    let [unit_table, project, _] = <[Table; 3]>::try_from(tables()).unwrap();
    write(unit_table, units.collect());
    let families: Vec<char> = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗".chars().collect();
    let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红鹏辉".chars().collect();
    let kinds = ["新建教学楼", "操场改造", "明厨亮灶", "教室空调安装", "食堂扩建", "消防整改"];
    for from in (0..records).step_by(BULK as usize) {
        let records = (from..(from + BULK).min(records)).map(|number| {
            let at = number as usize;
            let person = format!("{}{}", families[at * 7 % families.len()], given[at * 31 / 7 % given.len()]);
            let title = format!("第{}小学{}({person})", number % SCHOOLS, kinds[at * 13 % kinds.len()]);
            draft(&[("unit", Value::Int(2 + TOWNS + number % SCHOOLS)), ("title", text(title))])
        });
        write(project.clone(), records.collect());
    }
}

/// Asks one question again and again; prints the time that half, and 99 of 100, take.
fn ask(store: &Store, name: &str, typed: &str, units: Option<BTreeSet<i64>>) {
    let within: Vec<Within> =
        ["unit", "project"].map(|register| Within { register: register.into(), units: units.clone() }).to_vec();
    let terms = Terms::read(typed).unwrap();
    let mut times: Vec<f64> = (0..ASKED)
        .map(|_| {
            let start = Instant::now();
            store
                .read(|reader| {
                    let named = reader.search(&terms, &within, true, 0, 20)?.len();
                    Ok(named + reader.search(&terms, &within, false, 0, 20)?.len())
                })
                .unwrap();
            start.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    let found = store.read(|reader| reader.search(&terms, &within, false, 0, 100_000)).unwrap().len();
    times.sort_by(f64::total_cmp);
    let found = if found == 100_000 { "100,000 or more".to_string() } else { found.to_string() };
    println!("| {typed} | {name} | {found} | {:.2} | {:.2} |", times[ASKED / 2], times[ASKED * 99 / 100]);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let records = words.iter().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let options = match words.iter().any(|word| word == "postgres") {
        true => Options::postgres(testing::postgres_database()),
        false => Options::sqlite(folder.path().join("search.db")),
    };
    let store = Store::open(Options { durable: false, ..options }).unwrap();
    store.apply(&tables(), &[]).unwrap();
    let start = Instant::now();
    fill(&store, records);
    let filled = start.elapsed().as_secs_f64();
    let left = store.index().unwrap();
    println!(
        "{records} records written in {filled:.1} s, {left} of them still due then; all indexed {:.1} s after the start",
        start.elapsed().as_secs_f64()
    );
    println!("| typed | within | candidates | p50 ms | p99 ms |\n|---|---|---|---|---|");
    let one = |unit| Some(BTreeSet::from([unit]));
    let school = 2 + TOWNS + SCHOOLS / 2;
    for (name, units) in [
        ("everywhere", None),
        ("one school", one(school)),
        ("one town", one(2 + TOWNS / 2)),
        ("half the towns", Some((2..2 + TOWNS / 2).collect())),
        ("a town without records", Some(BTreeSet::from([1_000_000]))),
    ] {
        for typed in ["小学", "周敏", "000039", "XM-2021-000039", "xx", "39", "消防 周敏", "食堂空调"] {
            ask(&store, name, typed, units.clone());
        }
    }
}
