//! Jobs: once, however often begun; tried again, given up, tried again by hand; nothing lost when the program dies.

use crate::support::{House, save};
use luoshi_desk::exit::Job;
use luoshi_desk::job::{self, NotDone, STALE, Work};
use luoshi_kernel::kind::MICROS;
use luoshi_store::{Act, Store, StoreError, Writer};
use std::sync::atomic::{AtomicU32, Ordering};

const DAY: &str = "2021-01-04";

/// Files a person twice named after the subject; the second save names another.
fn two_people(work: &Work<'_>) -> Result<(), NotDone> {
    let name = work.detail().to_string();
    for part in ["一", "二"] {
        work.save(save("person", None, None, &[("name", &format!("{name}{part}"))]))?;
    }
    Ok(())
}

static BROKEN: AtomicU32 = AtomicU32::new(0);

/// Breaks off in the middle the first time.
fn breaks_off_once(work: &Work<'_>) -> Result<(), NotDone> {
    work.save(save("person", None, None, &[("name", "先存的")]))?;
    assert!(BROKEN.fetch_add(1, Ordering::Relaxed) > 0, "the program breaks off here");
    work.save(save("person", None, None, &[("name", "后存的")])).map(|_| ())
}

fn never(_: &Work<'_>) -> Result<(), NotDone> {
    Err(NotDone::Failed("对方没有应答".into()))
}

/// Refuses what is no failure of the system.
fn refuses(_: &Work<'_>) -> Result<(), NotDone> {
    Err(NotDone::Refused("名录不全，请补齐后再办".into()))
}

/// Saves what no form would take.
fn saves_in_vain(work: &Work<'_>) -> Result<(), NotDone> {
    work.save(save("person", None, None, &[("name", &"长".repeat(5_000))])).map(|_| ())
}

/// Saves what somebody else has changed since it was read, until it reads again.
fn comes_second(work: &Work<'_>) -> Result<(), NotDone> {
    let stale = BROKEN_VERSIONS.fetch_add(1, Ordering::Relaxed) == 0;
    let change = save("person", Some(1), None, &[("name", "后改的")]);
    work.save_once("change", luoshi_desk::Save { version: stale.then_some(0), ..change }).map(|_| ())
}

static BROKEN_VERSIONS: AtomicU32 = AtomicU32::new(0);

fn house(store: Store) -> House {
    let jobs: [(&'static str, Job); 6] = [
        ("two_people", two_people),
        ("breaks_off_once", breaks_off_once),
        ("never", never),
        ("refuses", refuses),
        ("saves_in_vain", saves_in_vain),
        ("comes_second", comes_second),
    ];
    let house = House::small_with(DAY, &[], store, |bureau| bureau.exits.jobs.extend(jobs));
    house.settle(DAY);
    while job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
    house
}

fn add(house: &House, kind: &'static str, subject: &str) {
    let bureau = house.desk.bureau();
    let subject = subject.to_string();
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    let write = move |writer: &mut Writer| {
        let now = writer.now();
        writer.add_job(kind, &subject, &subject, now).map(|_| ())
    };
    bureau.store.write::<(), StoreError>(act, write).expect("it is added");
}

fn people(house: &House) -> Vec<String> {
    let bureau = house.desk.bureau();
    let mut names = vec![];
    let read = |reader: &mut luoshi_store::Reader| {
        let mut id = 1;
        while let Some(record) = reader.record(bureau.table("person"), id, None)? {
            names.extend(record.value("name").text().map(str::to_string));
            id += 1;
        }
        Ok(())
    };
    bureau.store.read(read).expect("it is read");
    names.retain(|name| !name.starts_with("经办"));
    names
}

fn later(house: &House, micros: i64) {
    let clock = &house.desk.bureau().clock;
    clock.put(clock.now() + micros);
}

#[test]
fn a_job_that_died_in_the_middle_is_begun_again_and_writes_once() {
    House::each(|store| {
        let house = house(store);
        let bureau = house.desk.bureau();
        add(&house, "two_people", "甲");
        // A program takes it, does half of it and dies: it never says how it ended.
        let act = Act { at: bureau.clock.now(), ..Act::default() };
        let taken = bureau.store.write::<_, StoreError>(act, |writer: &mut Writer| writer.take_job(0)).expect("taken");
        let taken = taken.expect("it waits");
        let half = luoshi_desk::Save {
            request: format!("job:{}:0", taken.id),
            ..save("person", None, None, &[("name", "甲一")])
        };
        house.desk.save(&house.actor(""), &half).expect("half of it");
        assert_eq!(job::run(bureau, 9).expect("it runs").done, 0, "somebody may still be at it");
        later(&house, STALE + MICROS);
        assert_eq!(job::run(bureau, 9).expect("it runs").done, 1);
        assert_eq!(people(&house), ["甲一", "甲二"]);
        assert_eq!(job::run(bureau, 9).expect("it runs").done, 0);
    });
}

#[test]
fn a_panic_is_a_failure_and_the_next_try_completes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = crate::support::keys(folder.path());
    let options = luoshi_store::Options { keys, ..luoshi_store::Options::sqlite(folder.path().join("luoshi.db")) };
    let house = house(Store::open(options).expect("it opens"));
    let bureau = house.desk.bureau();
    add(&house, "breaks_off_once", "乙");
    assert_eq!(job::run(bureau, 9).expect("it runs").failed, 1);
    later(&house, 61 * MICROS);
    assert_eq!(job::run(bureau, 9).expect("it runs").done, 1);
    assert_eq!(people(&house), ["先存的", "后存的"]);
}

#[test]
fn a_job_waits_longer_each_time_and_is_given_up_and_tried_again_by_hand() {
    House::each(|store| {
        let house = house(store);
        let bureau = house.desk.bureau();
        add(&house, "never", "丙");
        for minutes in [1, 2, 4, 8] {
            assert_eq!(job::run(bureau, 9).expect("it runs").failed, 1);
            later(&house, minutes * 60 * MICROS - 30 * MICROS);
            assert_eq!(job::run(bureau, 9).expect("it runs").failed, 0, "not before its time");
            later(&house, 31 * MICROS);
        }
        assert_eq!(job::run(bureau, 9).expect("it runs").failed, 1, "the fifth time");
        later(&house, 86_400 * MICROS);
        let failed = bureau.store.read(|reader| reader.jobs("failed", 9)).expect("it is read");
        assert_eq!((failed.len(), failed[0].message.as_deref(), failed[0].attempts), (1, Some("对方没有应答"), 5));
        job::retry(bureau, &house.actor("keeper"), failed[0].id).expect("it waits again");
        assert!(job::retry(bureau, &house.actor("keeper"), failed[0].id).is_err(), "it waits already");
        assert!(job::run(bureau, 9).expect("it runs").failed > 0);
    });
}

#[test]
fn a_job_that_is_refused_is_given_up_at_once_and_tried_again_by_hand() {
    House::each(|store| {
        let house = house(store);
        let bureau = house.desk.bureau();
        for (kind, said) in [("refuses", "名录不全"), ("saves_in_vain", "[V001]")] {
            add(&house, kind, kind);
            assert_eq!(job::run(bureau, 9).expect("it runs").failed, 1);
            later(&house, 86_400 * MICROS);
            let failed = bureau.store.read(|reader| reader.jobs("failed", 9)).expect("it is read");
            let [job] = &failed[..] else { panic!("{kind}: {failed:?}") };
            assert!(
                job.attempts == 1 && job.message.as_deref().is_some_and(|message| message.contains(said)),
                "{job:?}"
            );
            job::retry(bureau, &house.actor("keeper"), job.id).expect("it waits again");
            assert!(job::run(bureau, 50).expect("it runs").failed > 0, "and is refused again");
            let failed = bureau.store.read(|reader| reader.jobs("failed", 9)).expect("it is read");
            let act = Act { at: bureau.clock.now(), ..Act::default() };
            let id = failed[0].id;
            bureau.store.write::<(), StoreError>(act, move |writer: &mut Writer| writer.finish_job(id)).expect("away");
        }
    });
}

#[test]
fn a_job_that_comes_second_to_somebody_else_reads_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = crate::support::keys(folder.path());
    let options = luoshi_store::Options { keys, ..luoshi_store::Options::sqlite(folder.path().join("luoshi.db")) };
    let house = house(Store::open(options).expect("it opens"));
    let bureau = house.desk.bureau();
    add(&house, "comes_second", "戊");
    assert_eq!(job::run(bureau, 9).expect("it runs").failed, 1);
    assert_eq!(bureau.store.read(|reader| reader.jobs("failed", 9)).expect("it is read"), []);
    later(&house, 61 * MICROS);
    assert_eq!(job::run(bureau, 9).expect("it runs").done, 1);
}

#[test]
fn of_many_runners_each_job_has_one() {
    House::each(|store| {
        let house = house(store);
        for number in 0..20 {
            add(&house, "two_people", &format!("丁{number:02}"));
        }
        let bureau = house.desk.bureau();
        let done: usize = std::thread::scope(|scope| {
            let runners: Vec<_> = (0..4).map(|_| scope.spawn(|| job::run(bureau, 50).expect("it runs").done)).collect();
            runners.into_iter().map(|runner| runner.join().expect("it ends")).sum()
        });
        assert_eq!(done, 20);
        let mut names = people(&house);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 40);
        assert_eq!(people(&house).len(), 40);
    });
}

#[test]
fn a_day_puts_its_work_into_the_table_once() {
    House::each(|store| {
        let house = house(store);
        let bureau = house.desk.bureau();
        let done = |house: &House| {
            let counts = house.desk.bureau().store.read(|reader| reader.job_counts()).expect("it is read");
            counts.into_iter().find(|(state, _)| state == "done").map_or(0, |(_, count)| count)
        };
        let before = done(&house);
        job::run(bureau, 50).expect("it runs");
        assert_eq!(done(&house), before, "the day has begun");
        house.day("2021-01-06");
        job::run(bureau, 50).expect("it runs");
        assert_eq!(done(&house), before + 1, "one day passed over is no work left over");
        assert_eq!(
            bureau.store.read(|reader| reader.meta(job::DAY)).expect("it is read").as_deref(),
            Some("2021-01-06")
        );
    });
}
