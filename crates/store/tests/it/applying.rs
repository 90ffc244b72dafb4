//! Bringing the database to what the packs declare while it is in use, and when it is killed meanwhile.

use crate::both;
use crate::fixture::{Bureau, child, columns, in_child, tables};
use luoshi_kernel::table::Table;
use luoshi_store::{Act, Database, Draft, Store, StoreError, Writer};
use std::io::{BufRead, BufReader};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Two new fields, one of which refers to another register, and three covering indexes.
fn grown() -> Vec<Table> {
    let mut tables = tables();
    let project = tables.iter_mut().find(|table| table.name == "project").unwrap();
    project.columns.extend(columns("budget:int leader>person"));
    for index in [["places", "title"], ["delivered_on", "places"], ["budget", "title"]] {
        project.indexed.push(index.map(str::to_string).to_vec());
    }
    tables
}

/// Puts that many projects there behind the store's back; only their current rows.
fn fill(bureau: &Bureau, rows: u32) {
    let values = "n, 1, 'file', 4, '第' || n || '号新建幼儿园工程', 4, n % 900, '2021-09-01'";
    let into = "INSERT INTO project (id, version, state, owner, title, school, places, delivered_on)";
    bureau.tamper(&match bureau.options.database {
        Database::Sqlite(_) => format!(
            "{into} WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT {values} FROM s"
        ),
        Database::Postgres(_) => format!("{into} SELECT {values} FROM generate_series(1, {rows}) AS s(n); ANALYZE project"),
    });
}

/// What somebody met who asked again and again until it was over.
#[derive(Debug, Default)]
struct Met {
    longest: Duration,
    times: u32,
}

fn until(over: &AtomicBool, ask: impl Fn()) -> Met {
    let mut met = Met::default();
    while !over.load(Ordering::Relaxed) {
        let since = Instant::now();
        ask();
        met.longest = met.longest.max(since.elapsed());
        met.times += 1;
        std::thread::sleep(Duration::from_millis(1));
    }
    met
}

/// Applies while two read and one writes; gives how long it took and what they met.
fn apply_in_use(bureau: &Bureau) -> (Duration, [Met; 2], Met) {
    let over = AtomicBool::new(false);
    let read = || {
        let record = bureau.record("project", 17);
        assert_eq!(*record.value("places"), luoshi_pack::Value::Int(17));
    };
    let write = || {
        bureau.file("person", "name=a");
    };
    std::thread::scope(|scope| {
        let readers = [0, 1].map(|_| scope.spawn(|| until(&over, read)));
        let writer = scope.spawn(|| until(&over, write));
        std::thread::sleep(Duration::from_millis(50));
        let since = Instant::now();
        let applied = bureau.store.apply(&grown(), &[]);
        let took = since.elapsed();
        over.store(true, Ordering::Relaxed);
        assert_eq!(applied.unwrap().len(), 5);
        (took, readers.map(|reader| reader.join().unwrap()), writer.join().unwrap())
    })
}

both! {
    /// If readers waited for columns or for one of the three indexes, the longest would have waited for a third or so.
    fn new_fields_and_indexes_hold_up_no_reader(bureau: &Bureau) {
        bureau.with_schools();
        fill(bureau, 300_000);
        let (took, readers, writer) = apply_in_use(bureau);
        println!("applied in {took:?}; readers {readers:?}; writer {writer:?}");
        for reader in readers {
            assert!(reader.times > 20 && reader.longest * 6 < took, "{reader:?} while applied in {took:?}");
        }
        assert!(writer.longest < took + Duration::from_secs(1), "{writer:?}");
        assert_eq!(bureau.store.difference(&grown()).unwrap(), []);
    }

    /// Somebody reads for a second: the change waits for that, and nobody waits behind the change.
    fn a_long_read_holds_up_the_change_and_no_other_reader(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        let (reading, over) = (std::sync::Barrier::new(2), AtomicBool::new(false));
        let other = std::thread::scope(|scope| {
            scope.spawn(|| {
                bureau.store.read(|reader| {
                    let table = bureau.table("project");
                    let before = reader.record(&table, 1, None)?;
                    reading.wait();
                    std::thread::sleep(Duration::from_millis(1_000));
                    assert_eq!(reader.record(&table, 1, None)?, before);
                    Ok(())
                })
                .unwrap();
            });
            reading.wait();
            let other = scope.spawn(|| until(&over, || drop(bureau.record("project", 1))));
            std::thread::sleep(Duration::from_millis(50));
            let applied = bureau.store.apply(&grown(), &[]);
            over.store(true, Ordering::Relaxed);
            assert_eq!(applied.unwrap().len(), 5);
            other.join().unwrap()
        });
        assert!(other.times > 2 && other.longest < Duration::from_millis(600), "{other:?}");
        bureau.assert_clean();
    }

    /// A new field may refer to a register that comes with it, whichever stands first.
    fn a_new_field_may_refer_to_a_new_register(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        let mut tables = tables();
        tables.iter_mut().find(|table| table.name == "project").unwrap().columns.extend(columns("room>room"));
        tables.push(crate::fixture::table("room", "name:text", "nobody"));
        bureau.store.apply(&tables, &[]).unwrap();
        assert_eq!(bureau.store.difference(&tables).unwrap(), []);
        let project = tables.iter().find(|table| table.name == "project").unwrap().clone();
        let draft = Draft { values: [("room".to_string(), luoshi_pack::Value::Int(9))].into(), ..Draft::default() };
        let filed = bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.file(&project, draft.clone()));
        assert!(matches!(filed, Err(StoreError::Dangling { id: 9, .. })), "{filed:?}");
        bureau.assert_clean();
    }
}

/// Kills a child in the middle of its change, later each time; what is left is what the next run does.
fn survives_kill(test: &str, bureau: &Bureau) {
    bureau.with_schools();
    let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=第一幼儿园 school=4 places=3"));
    let file =
        move |writer: &mut Writer| writer.file_all(&table, std::iter::repeat_n(draft.clone(), 3_000)).map(|_| ());
    bureau.store.write::<(), StoreError>(Act { at: bureau.act().at, ..Act::default() }, file).unwrap();
    let mut left = vec![bureau.store.difference(&grown()).unwrap().len()];
    for wait in [0, 4, 8, 12, 16, 24, 32, 48] {
        let mut child = child(test, bureau);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines
            .find(|line| line.as_ref().is_ok_and(|line| line.contains("applying")))
            .expect("the child begins")
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        left.push(bureau.store.difference(&grown()).unwrap().len());
        assert_eq!(*bureau.record("project", 1).value("places"), luoshi_pack::Value::Int(3));
    }
    println!("changes left after each kill: {left:?}");
    assert!(left.is_sorted_by(|before, after| before >= after), "{left:?}");
    let done = bureau.store.apply(&grown(), &[]).unwrap();
    assert_eq!(done.len(), left[left.len() - 1]);
    assert_eq!(bureau.store.difference(&grown()).unwrap(), []);
    bureau.assert_clean();
}

fn apply_and_tell(store: &Store) {
    println!("applying");
    store.apply(&grown(), &[]).unwrap();
}

#[test]
fn sqlite_goes_on_where_a_change_was_killed() {
    if let Some(store) = in_child() {
        return apply_and_tell(&store);
    }
    survives_kill("applying::sqlite_goes_on_where_a_change_was_killed", &Bureau::sqlite());
}

#[test]
fn postgres_goes_on_where_a_change_was_killed() {
    if let Some(store) = in_child() {
        return apply_and_tell(&store);
    }
    survives_kill("applying::postgres_goes_on_where_a_change_was_killed", &Bureau::postgres());
}
