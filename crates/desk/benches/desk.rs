//! What the desk costs beside hand-written SQL in the same run, on SQLite: bulk filing, first pages of lists for people of
//! wide and narrow scope, pages as of an earlier day.
//!
//! `cargo bench -p luoshi-desk` prints tables; `-- 1000000` sets how many records the lists hold (200,000 unless said), `bulk`,
//! `lists` or `export` asks for one of the three, `postgres` for the other database.

#[path = "../tests/it/support.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod support;

use jiff::civil::{Date, date};
use luoshi_desk::clock::Clock;
use luoshi_desk::export::{Chunk, Export, Format};
use luoshi_desk::view::{Lang, When};
use luoshi_desk::{Actor, Bureau, Desk, ListAsk, Post, Save};
use luoshi_kernel::kind::{MICROS, start_of};
use luoshi_pack::Value;
use luoshi_store::{Act, Database, Dialect, Draft, Keys, Options, Store, StoreError, Writer};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

const BULK: usize = 100_000;
const TOWNS: i64 = 40;
const SCHOOLS: i64 = 560;
/// So many that the second slowest is the 99th percentile; by hand fewer.
const ROUNDS: usize = 101;
const ROUNDS_BY_HAND: usize = 11;

/// A desk over the shipped packs with 40 towns in two halves and 560 schools.
struct Place {
    desk: Desk,
    bureau: i64,
    half: i64,
    towns: Vec<i64>,
    schools: Vec<i64>,
}

fn place(folder: &Path, database: Database) -> Place {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let packs = luoshi_pack::check(&support::files(&home)).expect("the shipped packs are sound");
    let keys = folder.join("keys");
    Keys::in_folder(&keys).make().expect("a key is made");
    let options = Options { database, ..Options::sqlite(folder.join("luoshi.db")) };
    let options = options.with_keys(keys).with_derives(luoshi_rules::exits().derives);
    let store = Store::open(options).expect("a new database opens");
    store.apply(&luoshi_kernel::table::tables(&packs), &[]).expect("the packs are applied");
    let clock = Clock::Hand(AtomicI64::new(start_of(date(2021, 9, 30)) + 9 * 3600 * MICROS));
    let bureau = Bureau::new("义乌市教育局".into(), packs, vec![], store, clock, luoshi_rules::exits()).expect("exits");
    let desk = Desk::new(Arc::new(bureau), false);
    let unit = |name: &str, kind: &str, parent: Option<i64>| {
        let parent = parent.map_or(String::new(), |id| id.to_string());
        file(&desk, "unit", &[("name", name), ("kind", kind), ("parent", &parent), ("since_on", "2000-01-01")])
    };
    let bureau = unit("义乌市教育局", "bureau", None);
    let half = unit("南片", "department", Some(bureau));
    let towns: Vec<i64> = (0..TOWNS)
        .map(|town| unit(&format!("{town}镇"), "town", Some(if town < TOWNS / 2 { half } else { bureau })))
        .collect();
    let schools = (0..SCHOOLS).map(|school| {
        let town = towns[(school % TOWNS) as usize].to_string();
        let name = format!("第{school}小学");
        let typed =
            [("name", &*name), ("kind", "school"), ("parent", &town), ("stage", "primary"), ("ownership", "public")];
        file(&desk, "school", &typed)
    });
    let schools = schools.collect();
    Place { desk, bureau, half, towns, schools }
}

fn database(folder: &Path, on: Dialect) -> Database {
    match on {
        Dialect::Sqlite => Database::Sqlite(folder.join("luoshi.db")),
        Dialect::Postgres => Database::Postgres(luoshi_store::testing::postgres_database()),
    }
}

fn file(desk: &Desk, register: &str, typed: &[(&str, &str)]) -> i64 {
    let typed = typed.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    let save = Save { register: register.into(), typed, ..Save::default() };
    desk.save(&Actor::system(Lang::Zh), &save).unwrap_or_else(|not| panic!("{register}: {not:?}")).id
}

fn actor(role: &str, unit: i64) -> Actor {
    let post = Post { role: role.into(), unit, unit_title: String::new(), giver: None };
    let (name, csrf) = ("经办".to_string(), String::new());
    Actor { account: 7, name, person: None, posts: vec![post], lang: Lang::Zh, csrf }
}

/// A number in no step with schools and towns.
fn mixed(number: usize) -> u64 {
    (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

/// One of a thousand days.
fn day(number: usize) -> Date {
    date(2019, 1, 1).saturating_add(jiff::Span::new().days((mixed(number) % 1000) as i64))
}

/// Half of them are accepted, every second of a day.
fn accepted(number: usize) -> bool {
    (mixed(number) / 1000).is_multiple_of(2)
}

/// What is typed for one air-conditioner.
fn typed(place: &Place, number: usize) -> BTreeMap<String, String> {
    let pairs = [
        ("school", place.schools[number % place.schools.len()].to_string()),
        ("room", format!("{}楼{}室", number % 5 + 1, number)),
        ("model", format!("KFR-{}", number % 40)),
        ("serial_number", format!("SN{number:09}")),
        ("due_on", day(number).to_string()),
        ("expected_on", day(number).to_string()),
        ("circuit_certificate", format!("证{}", number % 300)),
        ("trial_hours", "24".to_string()),
    ];
    pairs.into_iter().map(|(name, text)| (name.to_string(), text)).collect()
}

/// The same as values, as the store takes them.
fn draft(place: &Place, number: usize) -> Draft {
    let accepted = accepted(number);
    let mut values: BTreeMap<String, Value> = [
        ("school", Value::Int(place.schools[number % place.schools.len()])),
        ("room", Value::Text(format!("{}楼{}室", number % 5 + 1, number))),
        ("model", Value::Text(format!("KFR-{}", number % 40))),
        ("serial_number", Value::Text(format!("SN{number:09}"))),
        ("due_on", Value::Date(day(number))),
        ("expected_on", Value::Date(day(number))),
        ("circuit_certificate", Value::Text(format!("证{}", number % 300))),
        ("trial_hours", Value::Int(24)),
    ]
    .map(|(name, value)| (name.to_string(), value))
    .into();
    if accepted {
        values.insert("accepted_on".into(), Value::Date(day(number + 3)));
    }
    let state = Some(if accepted { "accepted" } else { "installed" }.to_string());
    Draft { values, state, unfiled: false }
}

fn bulk(folder: &Path, on: Dialect, records: usize) {
    let place = place(folder, database(folder, on));
    let finance = actor("finance", place.bureau);
    let saves: Vec<Save> = (0..records)
        .map(|number| Save { register: "aircon".into(), typed: typed(&place, number), ..Save::default() })
        .collect();
    let start = Instant::now();
    place.desk.save_all(&finance, &saves).unwrap_or_else(|(at, not)| panic!("{at}: {not:?}"));
    let ours = records as f64 / start.elapsed().as_secs_f64();
    drop(place);
    if on == Dialect::Postgres {
        println!("| {records} checked, versioned records through the desk | {ours:.0} | | |");
        return;
    }
    let connection = Connection::open(folder.join("luoshi.db")).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536")
        .unwrap();
    let bare = bare(&connection);
    println!(
        "| {records} checked, versioned records through the desk | {ours:.0} | {bare:.0} | {:.0} % |",
        100.0 * ours / bare
    );
}

/// The same rows by three prepared statements in one transaction.
fn bare(connection: &Connection) -> f64 {
    let columns = |sql: &str| connection.prepare(sql).unwrap().column_count();
    let (row, past) = (columns("SELECT * FROM aircon"), columns("SELECT * FROM aircon_past"));
    let number: i64 = connection.query_row("SELECT max(register) FROM ledger", [], |row| row.get(0)).unwrap();
    let first = |table: &str, count: usize| {
        let marks = vec!["?"; count].join(",");
        format!("INSERT INTO {table} VALUES ({marks})")
    };
    let (into, into_past) = (first("aircon", row), first("aircon_past", past));
    use rusqlite::types::Value as Sql;
    let mut written = connection.prepare("SELECT * FROM aircon").unwrap();
    let written = written.query_map([], |found| (0..row).map(|at| found.get(at)).collect::<Result<Vec<Sql>, _>>());
    let written: Vec<Vec<Sql>> = written.unwrap().map(Result::unwrap).collect();
    let id: i64 = connection.query_row("SELECT max(id) FROM aircon", [], |row| row.get(0)).unwrap();
    let seq: i64 = connection.query_row("SELECT max(seq) FROM ledger", [], |row| row.get(0)).unwrap();
    let start = Instant::now();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (at, mut values) in (1..).zip(written) {
        values[0] = Sql::Integer(id + at);
        values[2] = Sql::Text(format!("BM-2021-{at:06}"));
        values[8] = Sql::Text(format!("BM{at:09}"));
        connection.prepare_cached(&into).unwrap().execute(rusqlite::params_from_iter(&values)).unwrap();
        values.extend([
            Sql::Integer(1_630_000_000_000_000),
            Sql::Integer(i64::MAX),
            Sql::Integer(7),
            Sql::Text("file".into()),
            Sql::Null,
            Sql::Integer(1),
            Sql::Integer(seq + at),
        ]);
        connection.prepare_cached(&into_past).unwrap().execute(rusqlite::params_from_iter(&values)).unwrap();
        connection
            .prepare_cached("INSERT INTO ledger VALUES (?,?,?,1,zeroblob(32),zeroblob(32))")
            .unwrap()
            .execute(params![seq + at, number, id + at])
            .unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    BULK as f64 / start.elapsed().as_secs_f64()
}

/// As [`fill`], by PostgreSQL itself: three round trips a record would take half an hour. The ledger knows nothing of these.
fn fill_postgres(place: &Place, url: &str, records: usize) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let (first, schools) = (place.schools[0], place.schools.len());
    assert_eq!(place.schools[schools - 1], first + schools as i64 - 1, "schools follow one another");
    let day = |shift: i64| {
        let number = format!("('x' || substr(md5((n + {shift})::text), 1, 7))::bit(28)::int % 1000");
        format!("to_char(date '2019-01-01' + {number}, 'YYYY-MM-DD')")
    };
    let columns = "id, version, serial, state, owner, school, room, model, serial_number, due_on, expected_on, trial_hours, accepted_on";
    let (due, accepted) = (day(0), day(1));
    let rows = format!(
        "SELECT n, 1, 'KX-' || n, CASE WHEN n % 2 = 0 THEN 'accepted' ELSE 'installed' END, {first} + n % {schools},
         {first} + n % {schools}, n || '室', 'KFR-' || n % 40, 'KX' || n, {due}, {due}, 24, CASE WHEN n % 2 = 0 THEN {accepted} END"
    );
    let known = place.desk.bureau().clock.now();
    let from = format!("FROM generate_series(1, {records}) n");
    client
        .batch_execute(&format!(
            "INSERT INTO aircon ({columns}) {rows} {from};
             INSERT INTO aircon_past ({columns}, since, until, by, act, schema, seq)
             {rows}, {known}, {}, 7, 'file', 1, n {from};
             INSERT INTO tally (register, owner_key, state_key, owner, state, records)
             SELECT 'aircon', owner, state, owner, state, count(*) FROM aircon GROUP BY owner, state;
             ANALYZE",
            i64::MAX
        ))
        .unwrap();
}

fn fill(place: &Place, records: usize) {
    let store = &place.desk.bureau().store;
    let table = place.desk.bureau().tables().into_iter().find(|table| table.name == "aircon").unwrap();
    for from in (0..records).step_by(BULK) {
        let drafts: Vec<Draft> = (from..records.min(from + BULK)).map(|number| draft(place, number)).collect();
        let (table, act) = (table.clone(), Act { at: place.desk.bureau().clock.now(), by: 7, ..Act::default() });
        store
            .write::<_, StoreError>(act, move |writer: &mut Writer| writer.file_all(&table, drafts.iter().cloned()))
            .unwrap();
    }
    store.index().unwrap();
}

/// Median and the second slowest of many runs, in milliseconds.
fn times(rounds: usize, mut run: impl FnMut(usize)) -> (f64, f64) {
    let mut all: Vec<Duration> = (0..rounds)
        .map(|round| {
            let start = Instant::now();
            run(round);
            start.elapsed()
        })
        .collect();
    all.sort();
    let ms = |took: Duration| took.as_secs_f64() * 1000.0;
    (ms(all[rounds / 2]), ms(all[rounds - 2]))
}

fn ask(filters: &[(&str, String)]) -> ListAsk {
    ListAsk {
        register: "aircon".into(),
        filters: filters.iter().map(|(name, typed)| (name.to_string(), typed.clone())).collect(),
        sort: Some(("due_on".into(), true)),
        per: 25,
        ..ListAsk::default()
    }
}

/// The page and the total, written by hand.
fn by_hand(connection: &Connection, within: Option<i64>, filter: &str) -> usize {
    let scope = within.map_or(String::new(), |unit| {
        format!(" AND a.owner IN (SELECT unit FROM unit_within WHERE ancestor = {unit})")
    });
    let sql = format!(
        "SELECT a.id, a.serial, u.name, a.room, a.model, a.state, a.due_on, a.accepted_on FROM aircon a
         LEFT JOIN unit u ON u.id = a.school WHERE {filter}{scope} ORDER BY a.due_on DESC NULLS LAST, a.id DESC LIMIT 25"
    );
    let mut statement = connection.prepare_cached(&sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap().count();
    let total = format!("SELECT count(*) FROM aircon a WHERE {filter}{scope}");
    let _: i64 = connection.prepare_cached(&total).unwrap().query_row([], |row| row.get(0)).unwrap();
    rows
}

fn lists(folder: &Path, on: Dialect, records: usize) {
    let database = database(folder, on);
    let place = place(folder, database.clone());
    let start = Instant::now();
    match &database {
        Database::Sqlite(_) => fill(&place, records),
        Database::Postgres(url) => fill_postgres(&place, url, records),
    }
    println!("\n{records} records filled in {:.0} s\n", start.elapsed().as_secs_f64());
    let connection = (on == Dialect::Sqlite).then(|| Connection::open(folder.join("luoshi.db")).unwrap());
    if let Some(connection) = &connection {
        connection.execute_batch("PRAGMA cache_size = -16384").unwrap();
    }
    println!(
        "| first page of 25, sorted, with the school's name and the total | desk, just after a write | desk again | by hand | ratio after a write |\n|---|---|---|---|---|"
    );
    let people = [
        ("everything", actor("finance", place.bureau), None),
        ("half the tree", actor("town", place.half), Some(place.half)),
        ("one town of 40", actor("town", place.towns[3]), Some(place.towns[3])),
        ("one school", actor("school", place.schools[5]), Some(place.schools[5])),
    ];
    type Filter = (&'static str, fn(usize) -> (&'static str, String, String));
    let filters: [Filter; 2] = [
        ("half of them", |_| ("state", "accepted".into(), "a.state = 'accepted'".into())),
        ("0.1 %", |round| {
            let day = day(round * 7);
            ("due_on", day.to_string(), format!("a.due_on = '{day}'"))
        }),
    ];
    for (who, actor, within) in &people {
        for (what, filter) in filters {
            let touch = |round: usize| {
                let typed = typed(&place, records + 1_000_000 + round);
                let mut typed = typed;
                typed.insert("serial_number".into(), format!("T{who}{what}{round}"));
                let save = Save { register: "aircon".into(), typed, ..Save::default() };
                place.desk.save(&Actor::system(Lang::Zh), &save).unwrap();
            };
            let list = |round: usize| {
                let (name, typed, _) = filter(round);
                place.desk.list(actor, &ask(&[(name, typed)])).unwrap_or_else(|no| panic!("{no}"))
            };
            let mut cold = vec![];
            for round in 0..ROUNDS {
                touch(round);
                let start = Instant::now();
                list(round);
                cold.push(start.elapsed().as_secs_f64() * 1000.0);
            }
            cold.sort_by(f64::total_cmp);
            let warm = times(ROUNDS, |round| {
                list(round);
            });
            let hand = connection.as_ref().map_or_else(String::new, |connection| {
                let hand = times(ROUNDS_BY_HAND, |round| {
                    by_hand(connection, *within, &filter(round).2);
                });
                format!("{:.1} ms | {:.2}", hand.0, cold[ROUNDS / 2] / hand.0)
            });
            let (median, slow) = (cold[ROUNDS / 2], cold[ROUNDS - 2]);
            println!(
                "| {who}, {what} | {median:.1} ms (p99 {slow:.1}) | {:.1} ms (p99 {:.1}) | {hand} |",
                warm.0, warm.1
            );
        }
    }
    let past = When { as_of: Some(date(2021, 9, 30)), on: None };
    place.desk.bureau().clock.put(start_of(date(2021, 10, 8)) + 9 * 3600 * MICROS);
    let finance = actor("finance", place.bureau);
    let ask = ListAsk { when: past, ..ask(&[("state", "accepted".into())]) };
    for (name, page) in [("first", 1), ("again", 1), ("the next page", 2)] {
        let ask = ListAsk { page, ..ask.clone() };
        let start = Instant::now();
        match place.desk.list(&finance, &ask) {
            Ok(_) => println!("as-of page, {name}: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0),
            Err(no) => println!("as-of page, {name}: {no} after {:.0} ms", start.elapsed().as_secs_f64() * 1000.0),
        }
    }
    if on == Dialect::Postgres {
        return;
    }
    let start = Instant::now();
    let report = luoshi_store::verify(&place.desk.bureau().store, None, &mut |_, _| {}).unwrap();
    let (clean, took) = (report.is_clean(), start.elapsed().as_secs_f64());
    println!("verify: {} versions in {took:.1} s, clean: {clean}", report.versions);
}

/// Files of a list of [`BULK`] records, and how much memory making one takes beyond what was held before.
fn exports(folder: &Path, on: Dialect) {
    let place = place(folder, database(folder, on));
    let saves: Vec<Save> = (0..BULK)
        .map(|number| Save { register: "aircon".into(), typed: typed(&place, number), ..Save::default() })
        .collect();
    place.desk.save_all(&actor("finance", place.bureau), &saves).unwrap_or_else(|(at, not)| panic!("{at}: {not:?}"));
    drop(saves);
    println!("| file of {BULK} records | rows a second | seconds | MB | peak memory more, MB |\n|---|---|---|---|---|");
    for (who, unit) in [("everything", place.bureau), ("half the tree", place.half)] {
        for format in [Format::Csv, Format::Xlsx] {
            for (order, all_fields) in [(None, false), (Some("serial_number"), true)] {
                let sort = order.map(|name| (name.to_string(), false));
                let list = ListAsk { register: "aircon".into(), sort, ..ListAsk::default() };
                let role = if unit == place.half { "town" } else { "finance" };
                let (mut bytes, rows) = (0, if unit == place.half { BULK / 2 } else { BULK });
                peak();
                let before = peak();
                let start = Instant::now();
                let ask = Export { list, format, all_fields };
                let made = place.desk.export(&actor(role, unit), &ask, &mut |chunk| {
                    bytes += if let Chunk::Bytes(some) = chunk { some.len() } else { 0 };
                    true
                });
                made.unwrap_or_else(|refusal| panic!("{refusal}"));
                let took = start.elapsed().as_secs_f64();
                let (said, more) =
                    (order.map_or("the list's columns", |_| "all fields, sorted"), peak().saturating_sub(before) >> 10);
                let name = format.name();
                println!(
                    "| {name}, {who}, {said} | {:.0} | {took:.2} | {:.1} | {more} |",
                    rows as f64 / took,
                    bytes as f64 / 1e6
                );
            }
        }
    }
}

/// The most memory that the program has held since this was last asked, in KB, where Linux tells it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    std::fs::write("/proc/self/clear_refs", "5").ok();
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let records = words.iter().find_map(|word| word.parse().ok()).unwrap_or(200_000);
    let on = if words.iter().any(|word| word == "postgres") { Dialect::Postgres } else { Dialect::Sqlite };
    let parts = ["bulk", "lists", "export"];
    let asked = |part: &str| {
        words.iter().any(|word| word == part) || !parts.iter().any(|part| words.iter().any(|word| word == part))
    };
    let folder = tempfile::tempdir().expect("a folder for the databases");
    for name in parts {
        std::fs::create_dir(folder.path().join(name)).expect("a folder of its own");
    }
    if asked("bulk") {
        println!("| records a second | desk | three bare statements | share |\n|---|---|---|---|");
        bulk(&folder.path().join("bulk"), on, records.min(BULK));
    }
    if asked("lists") {
        lists(&folder.path().join("lists"), on, records);
    }
    if asked("export") {
        exports(&folder.path().join("export"), on);
    }
}
