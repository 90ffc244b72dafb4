//! What the store costs beside hand-written SQL in the same run, on SQLite.
//!
//! `cargo bench -p luoshi-store` prints a table; `-- 5000000` sets how many versions the verifier reads (200,000 unless
//! said). Rounds of both alternate; the table shows the median of each and the median of their shares.
//! `-- apply 1000000` measures instead, on both databases, a new field and a covering index on so many records in use.

use luoshi_kernel::table::{Column, ColumnKind, Owner, Search, Table, event};
use luoshi_pack::{Serial, Value};
use luoshi_store::{Act, Draft, Options, Store, StoreError, Writer, verify};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SINGLE: u32 = 400;
const ROUNDS: u32 = 9;
const BULK: u32 = 100_000;

fn column(name: &str, kind: ColumnKind, to: Option<&str>) -> Column {
    Column { name: name.into(), kind, to: to.map(Into::into), was: None }
}

/// Units, and a register of twelve columns: five of the header and seven declared.
fn tables() -> Vec<Table> {
    let table = |name: &str, columns: Vec<Column>, owner: Owner| Table {
        name: name.into(),
        columns,
        owner,
        extends: None,
        unique: vec![],
        indexed: vec![],
        serial: None,
        search: Search::default(),
        copies: vec![],
        derives: vec![],
        part_of: None,
    };
    let unit = table(
        "unit",
        vec![column("name", ColumnKind::Text, None), column("parent", ColumnKind::Int, Some("unit"))],
        Owner::Itself,
    );
    let columns = vec![
        column("unit", ColumnKind::Int, Some("unit")),
        column("title", ColumnKind::Text, None),
        column("kind", ColumnKind::Text, None),
        column("places", ColumnKind::Int, None),
        column("area", ColumnKind::Int, None),
        column("delivered_on", ColumnKind::Date, None),
        column("urgent", ColumnKind::Bool, None),
    ];
    let mut project = table("project", columns, Owner::Path(vec![("unit".into(), "unit".into())]));
    project.serial = Some(Serial { prefix: "XM-".into(), year: true, digits: 6 });
    project.indexed = vec![vec!["unit".into()]];
    project.search = Search { label: Some("title".into()), fields: vec!["serial".into()] };
    vec![unit, project, event()]
}

fn draft(number: u32) -> Draft {
    let values = [
        ("unit", Value::Int(1)),
        ("title", Value::Text(format!("义乌市第{number}号新建幼儿园工程"))),
        ("kind", Value::Text("new".into())),
        ("places", Value::Int(i64::from(number % 900))),
        ("area", Value::Int(i64::from(number) * 13)),
        ("delivered_on", Value::Date(jiff::civil::date(2021, 9, 1))),
        ("urgent", Value::Bool(number.is_multiple_of(7))),
    ];
    let values = values.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    Draft { values, state: Some("build".into()), unfiled: false }
}

fn open(file: &Path, durable: bool) -> Store {
    opened(Options { durable, ..Options::sqlite(file) })
}

fn opened(options: Options) -> Store {
    let store = Store::open(options).unwrap();
    store.apply(&tables(), &[]).unwrap();
    let unit = tables().remove(0);
    store
        .write::<_, StoreError>(Act::default(), move |writer: &mut Writer| writer.file(&unit, Draft::default()))
        .unwrap();
    store
}

fn act() -> Act {
    Act { at: 1_630_000_000_000_000, by: 7, request: None, background: false }
}

/// Records a second, each in a write of its own.
fn single(store: &Store, from: u32) -> f64 {
    let table = tables().remove(1);
    let start = Instant::now();
    for number in from..from + SINGLE {
        let (table, draft) = (table.clone(), draft(number));
        store.write::<_, StoreError>(act(), move |writer: &mut Writer| writer.file(&table, draft.clone())).unwrap();
    }
    f64::from(SINGLE) / start.elapsed().as_secs_f64()
}

/// The same rows by three prepared statements and nothing else: no checks, no digests, no counters.
fn bare(connection: &Connection, from: u32, count: u32, each: bool) -> f64 {
    let start = Instant::now();
    let mut id: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM project", [], |row| row.get(0)).unwrap();
    let mut seq: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM ledger", [], |row| row.get(0)).unwrap();
    if !each {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    }
    for number in from..from + count {
        (id, seq) = (id + 1, seq + 1);
        if each {
            connection.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
        }
        let (title, serial) = (format!("义乌市第{number}号新建幼儿园工程"), format!("BM-2021-{number:06}"));
        let (places, area, urgent) = (number % 900, i64::from(number) * 13, number.is_multiple_of(7));
        connection
            .prepare_cached("INSERT INTO project VALUES (?,1,?,'build',1,1,?,'new',?,?,'2021-09-01',?)")
            .unwrap()
            .execute(params![id, serial, title, places, area, urgent])
            .unwrap();
        connection
            .prepare_cached(
                "INSERT INTO project_past VALUES (?,1,?,'build',1,1,?,'new',?,?,'2021-09-01',?,1630000000000000,
                 9223372036854775807,7,'file',NULL,1,?)",
            )
            .unwrap()
            .execute(params![id, serial, title, places, area, urgent, seq])
            .unwrap();
        connection
            .prepare_cached("INSERT INTO ledger VALUES (?,2,?,1,zeroblob(32),zeroblob(32))")
            .unwrap()
            .execute(params![seq, id])
            .unwrap();
        if each {
            connection.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
        }
    }
    if !each {
        connection.execute_batch("COMMIT").unwrap();
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn bulk(store: &Store, from: u32, count: u32) -> f64 {
    let table = tables().remove(1);
    let drafts: Vec<Draft> = (from..from + count).map(draft).collect();
    let start = Instant::now();
    store
        .write::<_, StoreError>(act(), move |writer: &mut Writer| writer.file_all(&table, drafts.iter().cloned()))
        .unwrap();
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn raw(file: &Path, durable: bool) -> Connection {
    drop(open(file, durable));
    let connection = Connection::open(file).unwrap();
    let synchronous = if durable { "FULL" } else { "NORMAL" };
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;
             PRAGMA wal_autocheckpoint = 4000"
        ))
        .unwrap();
    connection
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn row(name: &str, rounds: Vec<(f64, f64)>) {
    let share = median(rounds.iter().map(|(ours, bare)| ours / bare).collect());
    let (ours, bare): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
    println!("| {name} | {:.0} | {:.0} | {:.0} % |", median(ours), median(bare), 100.0 * share);
}

fn compare(folder: &Path) {
    println!("| records a second | store | three bare statements | share |\n|---|---|---|---|");
    for durable in [true, false] {
        let name = if durable { "full" } else { "normal" };
        let store = open(&folder.join(format!("{name}.db")), durable);
        let connection = raw(&folder.join(format!("{name}-bare.db")), durable);
        let rounds: Vec<(f64, f64)> = (0..ROUNDS)
            .map(|round| (single(&store, round * SINGLE), bare(&connection, round * SINGLE, SINGLE, true)))
            .collect();
        row(&format!("single write, synchronous={name}"), rounds);
    }
    let store = open(&folder.join("bulk.db"), true);
    let connection = raw(&folder.join("bulk-bare.db"), true);
    let rounds: Vec<(f64, f64)> =
        (0..3).map(|round| (bulk(&store, round * BULK, BULK), bare(&connection, round * BULK, BULK, false))).collect();
    row("100,000 in one write", rounds);
    let start = Instant::now();
    let left = store.index().unwrap();
    println!("\nsearch index: the {left} records still due were taken in in {:.2} s", start.elapsed().as_secs_f64());
}

fn verify_many(folder: &Path, versions: u32) {
    let store = open(&folder.join("verify.db"), false);
    for from in (0..versions).step_by(BULK as usize) {
        bulk(&store, from, BULK.min(versions - from));
    }
    store.index().unwrap();
    let start = Instant::now();
    let report = verify(&store, None, &mut |_, _| {}).unwrap();
    let took = start.elapsed().as_secs_f64();
    assert!(report.is_clean(), "{:?}", &report.findings[..report.findings.len().min(3)]);
    println!("\nverify: {} versions in {took:.1} s, {:.0} a second", report.versions, report.versions as f64 / took);
}

/// Asks again and again until it is over; gives how often, and the longest that one took.
fn meet(over: &AtomicBool, mut ask: impl FnMut()) -> (u32, Duration) {
    let (mut times, mut longest) = (0, Duration::ZERO);
    while !over.load(Ordering::Relaxed) {
        let since = Instant::now();
        ask();
        (times, longest) = (times + 1, longest.max(since.elapsed()));
        std::thread::sleep(Duration::from_millis(1));
    }
    (times, longest)
}

/// A new field, a new reference and a covering index come to a register while one reads and one writes.
fn apply_in_use(name: &str, store: &Store, records: u32) {
    for from in (0..records).step_by(BULK as usize) {
        bulk(store, from, BULK.min(records - from));
    }
    store.index().unwrap();
    let mut grown = tables();
    grown[1].columns.extend([column("budget", ColumnKind::Int, None), column("second", ColumnKind::Int, Some("unit"))]);
    grown[1].indexed.push(["kind", "places", "delivered_on"].map(str::to_string).to_vec());
    let (over, table, unit) = (AtomicBool::new(false), tables().remove(1), tables().remove(0));
    let mut id = 0;
    let read = || {
        id = id % i64::from(records) + 1;
        store.read(|reader| reader.record(&table, id, None)).unwrap().unwrap();
    };
    let write = || {
        let unit = unit.clone();
        store.write::<_, StoreError>(act(), move |writer: &mut Writer| writer.file(&unit, Draft::default())).unwrap();
    };
    std::thread::scope(|scope| {
        let (reader, writer) = (scope.spawn(|| meet(&over, read)), scope.spawn(|| meet(&over, write)));
        std::thread::sleep(Duration::from_millis(200));
        let since = Instant::now();
        let changes = store.apply(&grown, &[]).unwrap();
        let took = since.elapsed();
        over.store(true, Ordering::Relaxed);
        let ((reads, read), (writes, write)) = (reader.join().unwrap(), writer.join().unwrap());
        println!(
            "| {name} | {records} | {} changes in {took:.2?} | {reads} reads, longest {read:.1?} | {writes} writes, longest {write:.2?} |",
            changes.len()
        );
    });
}

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this too, with nothing to do.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    if std::env::args().any(|word| word == "apply") {
        let records = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
        apply_in_use("SQLite", &open(&folder.path().join("apply.db"), true), records);
        let postgres = Options::postgres(luoshi_store::testing::postgres_database());
        return apply_in_use("PostgreSQL", &opened(postgres), records);
    }
    compare(folder.path());
    let versions = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(200_000);
    verify_many(folder.path(), versions);
}
