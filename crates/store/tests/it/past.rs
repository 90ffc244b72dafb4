//! The past against a plain model: whatever is done, every instant still reads as it was.

use crate::both;
use crate::fixture::{Bureau, START, show};
use luoshi_store::StoreError;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// Register and record to what it shows.
type Picture = BTreeMap<(String, i64), String>;

/// Everything that the bureau shows of these registers at an instant.
fn picture(bureau: &Bureau, records: &[(String, i64)], instant: i64) -> Picture {
    let known = |(table, id): &(String, i64)| {
        let record = bureau.known(table, *id, instant)?;
        Some(((table.clone(), *id), format!("{} {}", record.version, show(&record))))
    };
    records.iter().filter_map(known).collect()
}

both! {
    fn every_instant_reads_as_it_was_whatever_happens_later(bureau: &Bureau) {
        bureau.with_schools();
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut pick = |below: usize| (random.next_u64() % below as u64) as usize;
        let mut records: Vec<(String, i64)> = (4..=5).map(|id| ("school".to_string(), id)).collect();
        let mut instants: Vec<(i64, Picture)> = vec![(START - 1, Picture::new())];
        for number in 0..120 {
            let school = 4 + pick(2);
            match pick(5) {
                0 => records.push(("project".into(), bureau.file("project", &format!("title=p{number} school={school}")).id)),
                1 => {
                    let projects: Vec<i64> = records.iter().filter(|record| record.0 == "project").map(|record| record.1).collect();
                    let text = projects.get(pick(projects.len() + 1)).map_or("note=n".into(), |id| format!("project={id} note=n"));
                    records.push(("visit".into(), bureau.file("visit", &text).id));
                }
                _ => {
                    let (table, id) = records[pick(records.len())].clone();
                    let text = match table.as_str() {
                        "school" => format!("places={} parent={}", pick(5), 2 + pick(2)),
                        "project" => format!("school={} places={} state=s{}", school, pick(3), pick(2)),
                        _ => format!("note={}", pick(3)),
                    };
                    let version = bureau.record(&table, id).version - i64::from(pick(10) == 0);
                    match bureau.try_change(&table, id, version, &text, "edit") {
                        Ok(_) | Err(StoreError::Changed { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
            let now: Picture = records
                .iter()
                .map(|(table, id)| {
                    let record = bureau.record(table, *id);
                    ((table.clone(), *id), format!("{} {}", record.version, show(&record)))
                })
                .collect();
            instants.push((bureau.now(), now));
        }
        for (instant, expected) in &instants {
            assert_eq!(&picture(bureau, &records, *instant), expected);
        }
        assert!(records.len() > 30);
        bureau.assert_clean();
    }
}

/// Ends the connection of the bureau's writer: the one that last let the lane go, or holds it now.
fn end_writer(bureau: &Bureau) -> i64 {
    bureau.numbers(
        "SELECT count(pg_terminate_backend(pid))::bigint FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND application_name = current_setting('application_name')
         AND (query LIKE '%pg_advisory_unlock%' OR state = 'idle in transaction')",
    )[0]
}

/// The server ends the writer's connection between two writes, and inside one: the lane goes on.
#[test]
fn a_broken_connection_to_postgres_is_made_anew() {
    let bureau = std::sync::Arc::new(Bureau::postgres());
    bureau.with_schools();
    assert_eq!(end_writer(&bureau), 1);
    assert_eq!(bureau.file("project", "title=a school=4").id, 1);
    let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=b school=4"));
    let (again, ended) = (bureau.clone(), std::sync::atomic::AtomicBool::new(false));
    let written = bureau.store.write::<_, luoshi_store::StoreError>(bureau.act(), move |writer| {
        let id = writer.file(&table, draft.clone())?.id;
        if !ended.swap(true, std::sync::atomic::Ordering::Relaxed) {
            assert_eq!(end_writer(&again), 1);
        }
        writer.event("after", "the connection is gone", "")?;
        Ok(id)
    });
    assert_eq!(written.unwrap(), 2);
    assert_eq!(bureau.numbers("SELECT count(*) FROM project"), [2]);
    bureau.assert_clean();
}
