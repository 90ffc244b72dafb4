//! The writing lane: shared commits, savepoints, queues, and reads that live too long.

use crate::both;
use crate::fixture::Bureau;
use luoshi_store::{Act, Draft, Store, StoreError, Writer, testing};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

/// Holds the lane with one write until the returned sender is dropped, so that others gather behind it.
fn hold<'scope>(scope: &'scope std::thread::Scope<'scope, '_>, bureau: &'scope Bureau) -> std::sync::mpsc::Sender<()> {
    let (release, held) = channel::<()>();
    let (entered, inside) = channel::<()>();
    let (held, entered) = (Mutex::new(held), Mutex::new(entered));
    scope.spawn(move || {
        bureau.store.write::<_, StoreError>(bureau.act(), move |_: &mut Writer| {
            let _ = entered.lock().unwrap().send(());
            let _ = held.lock().unwrap().recv();
            Ok(())
        })
    });
    inside.recv().unwrap();
    release
}

both! {
    fn lines_of_a_long_write_are_in_the_ledger_when_it_ends(bureau: &Bureau) {
        bureau.with_schools();
        let table = bureau.table("project");
        let file = |count: usize, fail: bool| {
            let (table, draft) = (table.clone(), bureau.draft("project", "title=a school=4"));
            bureau.store.write(bureau.act(), move |writer: &mut Writer| {
                let drafts = std::iter::repeat_n(draft.clone(), count);
                let ids = writer.file_all(&table, drafts)?;
                let digests: Result<Vec<_>, StoreError> =
                    ids.iter().map(|id| Ok((*id, writer.history(&table, *id)?[0].digest))).collect();
                if fail { Err(StoreError::Busy) } else { digests }
            })
        };
        let mut seen = file(400, false).unwrap();
        assert!(matches!(file(300, true), Err(StoreError::Busy)));
        seen.extend(file(1, false).unwrap());
        seen.extend(file(128, false).unwrap());
        assert_eq!(seen.iter().map(|(id, _)| *id).collect::<Vec<_>>(), (1..=529).collect::<Vec<_>>());
        let read = |id| bureau.store.read(|reader| Ok(reader.history(&table, id)?[0].digest)).unwrap();
        assert!(seen.iter().all(|(id, digest)| read(*id) == *digest));
        bureau.assert_clean();
    }

    fn a_closure_has_ended_when_it_is_answered(bureau: &Bureau) {
        std::thread::scope(|scope| {
            let release = hold(scope, bureau);
            for _ in 0..8 {
                scope.spawn(move || {
                    for _ in 0..50 {
                        let held = Arc::new(());
                        let theirs = held.clone();
                        let write = bureau.store.write(bureau.act(), move |_: &mut Writer| {
                            let _ = &theirs;
                            Ok::<_, StoreError>(())
                        });
                        assert_eq!((write.is_ok(), Arc::strong_count(&held)), (true, 1));
                    }
                });
            }
            testing::await_queue(&bureau.store, 8);
            drop(release);
        });
    }

    fn a_failing_and_a_panicking_member_leave_the_others(bureau: &Bureau) {
        bureau.with_schools();
        let before = bureau.store.work();
        let results: Vec<Result<i64, StoreError>> = std::thread::scope(|scope| {
            let release = hold(scope, bureau);
            let threads: Vec<_> = (0..6)
                .map(|number| {
                    let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=a school=4"));
                    let act = bureau.act();
                    scope.spawn(move || {
                        bureau.store.write(act, move |writer: &mut Writer| {
                            let id = writer.file(&table, draft.clone())?.id;
                            match number {
                                2 => Err(StoreError::Busy),
                                4 => panic!("member four breaks off"),
                                _ => Ok(id),
                            }
                        })
                    })
                })
                .collect();
            testing::await_queue(&bureau.store, 6);
            drop(release);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(matches!(results[2], Err(StoreError::Busy)));
        assert!(matches!(&results[4], Err(StoreError::Panicked { message }) if message == "member four breaks off"));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 4);
        assert_eq!(bureau.numbers("SELECT id FROM project ORDER BY id"), [1, 2, 3, 4]);
        let after = bureau.store.work();
        assert_eq!(after.answered - before.answered, 7);
        // A loaded machine may split the six, but never into six.
        assert!(after.commits - before.commits <= 4, "{} commits", after.commits - before.commits);
        bureau.assert_clean();
    }

    fn a_lost_group_runs_again_one_by_one(bureau: &Bureau) {
        bureau.with_schools();
        // One loss: the group's; then four: the group's and those of its three members.
        for (losses, kept) in [(1, 3), (5, 3)] {
            let runs = Arc::new(Mutex::new(0));
            let results: Vec<Result<i64, StoreError>> = std::thread::scope(|scope| {
                let release = hold(scope, bureau);
                let threads: Vec<_> = (0..3)
                    .map(|_| {
                        let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=a school=4"));
                        let (act, runs) = (bureau.act(), runs.clone());
                        scope.spawn(move || {
                            bureau.store.write(act, move |writer: &mut Writer| {
                                *runs.lock().unwrap() += 1;
                                Ok(writer.file(&table, draft.clone())?.id)
                            })
                        })
                    })
                    .collect();
                testing::await_queue(&bureau.store, 3);
                // The write that holds the lane is in a group of its own or in theirs; both are lost first.
                testing::lose_commits(&bureau.store, losses);
                drop(release);
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            testing::lose_commits(&bureau.store, 0);
            let lost = results.iter().filter(|result| matches!(result, Err(StoreError::Lost { .. }))).count();
            let done = results.iter().filter(|result| result.is_ok()).count();
            assert_eq!(lost + done, 3, "{results:?}");
            assert!(if losses == 1 { lost == 0 } else { lost >= 2 }, "{results:?}");
            assert!(*runs.lock().unwrap() >= if losses == 1 { kept } else { 5 });
            bureau.assert_clean();
        }
    }

    fn people_come_before_background_work(bureau: &Bureau) {
        bureau.with_schools();
        let order = Arc::new(Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            let release = hold(scope, bureau);
            for number in 0..6 {
                let (order, act) = (order.clone(), Act { background: number < 3, ..bureau.act() });
                scope.spawn(move || {
                    bureau.store.write::<_, StoreError>(act, move |_: &mut Writer| {
                        order.lock().unwrap().push(number);
                        Ok(())
                    })
                });
            }
            testing::await_queue(&bureau.store, 6);
            drop(release);
        });
        let order = order.lock().unwrap();
        assert_eq!(order.len(), 6);
        assert!(order[..3].iter().all(|number| *number >= 3), "{order:?}");
    }

    fn sixteen_writers_share_their_commits(bureau: &Bureau) {
        bureau.with_schools();
        for wait in [0, 5] {
            testing::slow_commits(&bureau.store, Duration::from_millis(wait));
            let before = bureau.store.work();
            let barrier = Barrier::new(16);
            std::thread::scope(|scope| {
                for _ in 0..16 {
                    scope.spawn(|| {
                        barrier.wait();
                        for _ in 0..60 {
                            bureau.file("project", "title=a school=4");
                        }
                    });
                }
            });
            let after = bureau.store.work();
            let (answered, commits) = (after.answered - before.answered, after.commits - before.commits);
            let per_thousand = commits * 1_000 / answered;
            println!("{:?}, {wait} ms a sync: {per_thousand} commits per 1,000 answered writes", bureau.store.dialect());
            assert_eq!(answered, 960);
            assert!(per_thousand <= 150, "{per_thousand} commits per 1,000 answered writes");
        }
        testing::slow_commits(&bureau.store, Duration::ZERO);
        bureau.assert_clean();
    }

    fn a_read_that_lives_too_long_is_ended(bureau: &Bureau) {
        bureau.with_schools();
        let start = Instant::now();
        let result = bureau.store.read(|reader| {
            loop {
                reader.within(4, 1)?;
                std::thread::sleep(Duration::from_millis(50));
                assert!(start.elapsed() < Duration::from_secs(10), "the read is never ended");
            }
            #[allow(unreachable_code)]
            Ok(())
        });
        assert!(matches!(result, Err(StoreError::TooLong { seconds: 2 })), "{result:?}");
        assert!(start.elapsed() >= Duration::from_secs(2));
        // Its connection serves the next read.
        for _ in 0..8 {
            assert!(bureau.store.read(|reader| reader.within(4, 1)).unwrap());
        }
    }

    fn a_panic_in_a_read_gives_its_connection_back(bureau: &Bureau) {
        bureau.with_schools();
        for _ in 0..8 {
            let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                bureau.store.read(|_| -> Result<(), StoreError> { panic!("a page breaks off") })
            }));
            assert!(broken.is_err());
        }
        assert!(bureau.store.read(|reader| reader.within(4, 1)).unwrap());
    }

    fn more_reads_than_connections_wait_their_turn(bureau: &Bureau) {
        bureau.with_schools();
        std::thread::scope(|scope| {
            let reads: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn(|| {
                        bureau.store.read(|reader| {
                            std::thread::sleep(Duration::from_millis(50));
                            reader.within(4, 1)
                        })
                    })
                })
                .collect();
            assert!(reads.into_iter().all(|read| read.join().unwrap().unwrap()));
        });
    }
}

/// A stuck reader keeps the write-ahead log from being emptied for two seconds, not for ever.
#[test]
fn the_write_ahead_log_stays_bounded_under_a_stuck_reader() {
    let bureau = Bureau::sqlite();
    bureau.with_schools();
    let luoshi_store::Database::Sqlite(file) = bureau.options.database.clone() else { panic!("this is SQLite") };
    let wal = || std::fs::metadata(format!("{}-wal", file.display())).map_or(0, |data| data.len());
    let stop = std::sync::atomic::AtomicBool::new(false);
    let highest = std::thread::scope(|scope| {
        for number in 0..3 {
            let (stop, bureau) = (&stop, &bureau);
            scope.spawn(move || {
                // Out of step with each other, so that one of them always holds an old snapshot.
                std::thread::sleep(Duration::from_millis(number * 700));
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    // Reads one row and then holds its snapshot without asking for anything.
                    let _ = bureau.store.read(|reader| {
                        reader.within(4, 1)?;
                        let since = Instant::now();
                        while since.elapsed() < Duration::from_secs(4)
                            && !stop.load(std::sync::atomic::Ordering::Relaxed)
                        {
                            std::thread::sleep(Duration::from_millis(20));
                        }
                        reader.within(4, 1)
                    });
                }
            });
        }
        let (start, mut highest) = (Instant::now(), 0);
        let (table, draft) =
            (bureau.table("project"), bureau.draft("project", &format!("title={} school=4", "长".repeat(300))));
        // Long enough for every reader to be stuck twice, and on a slow machine until enough was written.
        let mut filed = 0_u64;
        let enough = |filed: u64| filed * 1_800 > 110 << 20;
        while start.elapsed() < Duration::from_secs(9) || (!enough(filed) && start.elapsed() < Duration::from_secs(90))
        {
            let (table, draft) = (table.clone(), draft.clone());
            let many = move |writer: &mut Writer| writer.file_all(&table, std::iter::repeat_n(draft.clone(), 500));
            bureau.store.write::<_, StoreError>(bureau.act(), many).unwrap();
            filed += 500;
            highest = highest.max(wal());
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        highest
    });
    let written = bureau.numbers("SELECT count(*) FROM project")[0] as u64 * 1_800;
    println!("write-ahead log at most {} MB while {} MB were written", highest >> 20, written >> 20);
    assert!(written > 100 << 20, "too little was written to show anything: {written} bytes");
    assert!(highest < 72 << 20, "the log grew to {highest} bytes of {written}");
}

/// A closed store refuses, and what waited before is done.
#[test]
fn closing_finishes_what_waits() {
    let bureau = Bureau::sqlite();
    bureau.with_schools();
    let store = Arc::new(Store::open(bureau.options.clone()).unwrap());
    let table = bureau.table("person");
    let writer = store.clone();
    let written = std::thread::spawn(move || {
        writer.write::<_, StoreError>(Act::default(), move |writer: &mut Writer| writer.file(&table, Draft::default()))
    });
    assert!(written.join().unwrap().is_ok());
    Arc::into_inner(store).unwrap().close();
    assert_eq!(bureau.numbers("SELECT count(*) FROM person"), [1]);
}
