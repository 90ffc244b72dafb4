//! Power loss and kill -9: every answered write is there afterwards, and the verifier is content.

use crate::fixture::{Bureau, child, in_child, tables};
use luoshi_store::{Act, Database, Draft, Options, Store, StoreError, Writer, verify};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Mutex;

/// Writes a thousand records from four threads and prints each id when it is answered.
fn write_and_tell(store: &Store) {
    let table = tables().into_iter().find(|table| table.name == "person").unwrap();
    let out = Mutex::new(std::io::stdout());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    let table = table.clone();
                    let file = move |writer: &mut Writer| writer.file(&table, Draft::default());
                    let id = store.write::<_, StoreError>(Act::default(), file).unwrap().id;
                    let mut out = out.lock().unwrap();
                    writeln!(out, "answered {id}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

/// Kills a writing child after so many answers; gives the ids that were answered.
fn kill_after(test: &str, bureau: &Bureau, answers: usize) -> Vec<i64> {
    let mut child = child(test, bureau);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = Vec::new();
    for line in lines {
        let line = line.unwrap();
        // The test runner's own words may stand before the first answer.
        answered.extend(line.split("answered ").nth(1).and_then(|id| id.parse::<i64>().ok()));
        if answered.len() == answers {
            child.kill().unwrap(); // SIGKILL
        }
    }
    child.wait().unwrap();
    answered
}

fn survives_kill(test: &str, bureau: &Bureau) {
    for answers in [1, 137, 700] {
        let before = bureau.numbers("SELECT count(*) FROM person")[0];
        let answered = kill_after(test, bureau, answers);
        assert!(answered.len() >= answers && answered.len() < 1_000, "{} answers", answered.len());
        let written = bureau.numbers("SELECT id FROM person ORDER BY id");
        assert!(answered.iter().all(|id| written.binary_search(id).is_ok()), "an answered write is gone");
        assert!(written.len() as i64 >= before + answered.len() as i64);
        bureau.assert_clean();
    }
}

#[test]
fn sqlite_keeps_every_answered_write_when_it_is_killed() {
    if let Some(store) = in_child() {
        return write_and_tell(&store);
    }
    survives_kill("crash::sqlite_keeps_every_answered_write_when_it_is_killed", &Bureau::sqlite());
}

#[test]
fn postgres_keeps_every_answered_write_when_it_is_killed() {
    if let Some(store) = in_child() {
        return write_and_tell(&store);
    }
    survives_kill("crash::postgres_keeps_every_answered_write_when_it_is_killed", &Bureau::postgres());
}

/// What a power cut leaves: everything synced by answer `kept`, and of what came later any part, some of it torn.
fn power_cut(file: &Path, copy: &Path, synced: u64, random: &mut ChaCha8Rng) {
    std::fs::copy(file, copy).unwrap();
    let wal = |file: &Path| format!("{}-wal", file.display());
    let mut log = std::fs::read(wal(file)).unwrap();
    assert!(log.len() as u64 >= synced, "the log was emptied in between");
    let keep = synced + random.next_u64() % (log.len() as u64 - synced + 1);
    log.truncate(keep as usize);
    for byte in &mut log[synced as usize..] {
        if random.next_u64().is_multiple_of(512) {
            *byte ^= 0x55;
        }
    }
    std::fs::write(wal(copy), log).unwrap();
}

#[test]
fn sqlite_keeps_every_answered_write_when_unsynced_ones_are_dropped() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for round in 0..40 {
        let bureau = Bureau::sqlite();
        let Database::Sqlite(file) = bureau.options.database.clone() else { panic!("this is SQLite") };
        bureau.with_schools();
        for _ in 0..random.next_u64() % 20 {
            bureau.file("project", "title=kept school=4");
        }
        let kept = bureau.verify().head;
        let synced = std::fs::metadata(format!("{}-wal", file.display())).unwrap().len();
        for _ in 0..random.next_u64() % 20 {
            bureau.file("project", "title=lost school=5");
            bureau.change("school", 4, "places=1");
        }
        let copy = file.with_file_name("after.db");
        power_cut(&file, &copy, synced, &mut random);
        let after = Store::open(Options::sqlite(copy)).unwrap();
        let report = verify(&after, Some(&(&kept).into()), &mut |_, _| {}).unwrap();
        assert!(report.is_clean(), "round {round}: {:?}", report.findings);
        assert!(report.head.size >= kept.size);
    }
}
