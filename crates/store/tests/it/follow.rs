//! Followers beyond the room of a transaction: jobs bring them along, and until then nothing reads what is behind.

use crate::both;
use crate::fixture::{Bureau, show, table};
use luoshi_kernel::table::{Copy, Table};
use luoshi_store::{Job, Reader, StoreError, Writer, follow};

/// One write of a job: the job that is due, and how many of its records were looked at; `None`: there is none.
fn one_write(bureau: &Bureau, job: &Job) -> Result<usize, StoreError> {
    let (table, ..) = follow::about(&job.subject).unwrap();
    let left = left(bureau, &job.subject);
    let (table, id) = (bureau.table(table), job.id);
    bureau.store.write(bureau.act(), move |writer: &mut Writer| {
        writer.go_on(id)?;
        writer.catch_up(&table, &left)
    })
}

fn take(bureau: &Bureau, stale: i64) -> Option<Job> {
    bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.take_job(stale)).unwrap()
}

fn left(bureau: &Bureau, subject: &str) -> Vec<i64> {
    bureau.store.read(|reader: &mut Reader| reader.following(subject, 0, usize::MAX >> 1)).unwrap()
}

/// Carries a job out to its end; gives how many writes it took.
fn carry_out(bureau: &Bureau, job: &Job) -> usize {
    let mut writes = 0;
    while !left(bureau, &job.subject).is_empty() {
        one_write(bureau, job).unwrap();
        writes += 1;
    }
    let id = job.id;
    bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.finish_job(id)).unwrap();
    writes
}

/// Carries every job out; gives their subjects, each with the number of writes it took.
fn work(bureau: &Bureau) -> Vec<String> {
    std::iter::from_fn(|| take(bureau, 0)).map(|job| format!("{}: {}", job.subject, carry_out(bureau, &job))).collect()
}

fn behind(bureau: &Bureau) -> Vec<String> {
    let behind = bureau.store.behind();
    behind.iter().flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}"))).collect()
}

/// The stored owners, not what is read.
fn owners(bureau: &Bureau, table: &str) -> Vec<i64> {
    bureau.numbers(&format!("SELECT owner FROM {table} ORDER BY id"))
}

/// Two projects in two schools; so many visits to the first one.
fn visits(bureau: &Bureau, count: usize) {
    bureau.file("project", "title=扩建 school=4");
    bureau.file("project", "title=新建 school=5");
    for _ in 0..count {
        bureau.file("visit", "project=1");
    }
}

/// Visits that copy the school of their project, and notes of a visit that belong to that school.
fn chain() -> Vec<Table> {
    let mut visit = table("visit", "project>project note:text site>school", "project>project.school>school");
    let steps = vec![("project".to_string(), "project".to_string())];
    visit.copies = vec![Copy { column: "site".into(), steps, value: "school".into() }];
    vec![visit, table("note", "visit>visit", "visit>visit.site>school")]
}

both! {
    fn beyond_the_room_a_job_brings_followers_along(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(2, &[]);
        visits(&bureau, 2);
        bureau.change("project", 1, "school=5");
        assert_eq!(owners(&bureau, "visit"), [5, 5], "there is room for two");
        assert_eq!(bureau.numbers("SELECT count(*) FROM job"), [0]);
        bureau.file("visit", "project=1");
        bureau.change("project", 1, "school=4");
        // All or none of one change follow with it.
        assert_eq!(owners(&bureau, "visit"), [5, 5, 5]);
        assert_eq!(behind(&bureau), ["visit.owner"]);
        // What is read belongs where it should be already; so does what another program reads.
        assert_eq!(bureau.record("visit", 2).owner, Some(4));
        assert_eq!(first.record("visit", 2).owner, Some(4));
        assert_eq!(behind(first), ["visit.owner"]);
        let report = bureau.verify();
        assert_eq!((report.findings, report.followers), (vec![], 3));
        assert_eq!(report.following, ["visit 1", "visit 2", "visit 3"]);
        assert_eq!(work(&bureau), ["visit.owner project.school 1: 2"]);
        assert_eq!(owners(&bureau, "visit"), [4, 4, 4]);
        assert_eq!(bureau.history("visit", 1), ["1 file: project=1 owner=4", "2 owner: project=1 owner=5", "3 owner: project=1 owner=4"]);
        bureau.record("visit", 1);
        assert_eq!(behind(&bureau), Vec::<String>::new());
        let report = bureau.verify();
        assert_eq!((report.findings, report.followers), (vec![], 0));
    }

    fn what_is_filed_or_changed_meanwhile_takes_its_owner_by_itself(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(1, &[]);
        visits(&bureau, 3);
        bureau.change("project", 1, "school=5");
        bureau.file("visit", "project=1");
        bureau.change("visit", 2, "note=a");
        assert_eq!(owners(&bureau, "visit"), [4, 5, 4, 5]);
        assert_eq!(bureau.history("visit", 2)[1], "2 edit: note=a project=1 owner=5");
        // One that leads elsewhere by now is none of the job's.
        bureau.change("visit", 3, "project=2");
        assert_eq!(left(&bureau, "visit.owner project.school 1"), [1]);
        assert_eq!(work(&bureau), ["visit.owner project.school 1: 1"]);
        assert_eq!(owners(&bureau, "visit"), [5, 5, 5, 5]);
        assert_eq!(bureau.record("visit", 3).version, 2);
        bureau.assert_clean();
    }

    fn a_second_change_while_the_first_is_followed_wins(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(1, &[]);
        visits(&bureau, 4);
        bureau.change("project", 1, "school=5");
        let running = take(&bureau, 0).unwrap();
        one_write(&bureau, &running).unwrap();
        assert_eq!(owners(&bureau, "visit"), [5, 4, 4, 4]);
        // Back again: one record has to follow back, and it does at once.
        bureau.change("project", 1, "school=4");
        assert_eq!(owners(&bureau, "visit"), [4, 4, 4, 4]);
        bureau.change("project", 1, "school=5");
        one_write(&bureau, &running).unwrap();
        one_write(&bureau, &running).unwrap();
        bureau.change("project", 1, "school=-");
        let subjects: Vec<i64> = bureau.numbers("SELECT count(*) FROM job WHERE state IN ('waiting', 'running')");
        assert_eq!(subjects, [2], "the first one runs, and the last two changes share another");
        carry_out(&bureau, &running);
        assert_eq!(work(&bureau), ["visit.owner project.school 1: 0"], "nothing was left to the other");
        assert_eq!(bureau.numbers("SELECT count(*) FROM visit WHERE owner IS NULL"), [4]);
        bureau.assert_clean();
    }

    fn a_job_that_broke_off_is_begun_again_by_another_program(first: &Bureau) {
        first.with_schools();
        {
            let bureau = first.with_room(2, &[]);
            visits(&bureau, 5);
            bureau.change("project", 1, "school=5");
            let job = take(&bureau, 0).unwrap();
            one_write(&bureau, &job).unwrap();
        }
        let bureau = first.with_room(2, &[]);
        assert_eq!(owners(&bureau, "visit"), [5, 5, 4, 4, 4]);
        assert_eq!(bureau.record("visit", 5).owner, Some(5));
        assert_eq!(behind(&bureau), ["visit.owner"]);
        assert_eq!(take(&bureau, 0), None, "somebody may still be at it");
        let again = take(&bureau, i64::MAX).unwrap();
        assert_eq!((again.attempts, carry_out(&bureau, &again)), (2, 2));
        assert_eq!(owners(&bureau, "visit"), [5; 5]);
        assert_eq!(bureau.record("visit", 1).version, 2, "what had followed is not written again");
        bureau.assert_clean();
    }

    fn a_whole_transaction_has_room_for_so_many_whatever_they_follow(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(3, &chain());
        visits(&bureau, 2);
        for visit in [1, 1, 2, 2] {
            bureau.file("note", &format!("visit={visit}"));
        }
        let before = bureau.verify().head.size;
        bureau.change("project", 1, "school=5");
        // The project, one visit, its two notes; the other visit and what follows that are left.
        assert_eq!(bureau.verify().head.size - before, 4);
        assert_eq!((owners(&bureau, "visit"), owners(&bureau, "note")), (vec![5, 4], vec![5, 5, 4, 4]));
        assert_eq!(behind(&bureau), ["note.owner", "visit.owner", "visit.site"]);
        assert_eq!(bureau.findings(), Vec::<String>::new());
        assert_eq!(work(&bureau), ["visit.site project.school 1: 1", "visit.owner project.school 1: 0"]);
        assert_eq!((owners(&bureau, "visit"), owners(&bureau, "note")), (vec![5, 5], vec![5; 4]));
        assert_eq!(bureau.history("visit", 2), ["1 file: project=1 site=4 owner=4", "2 copy: project=1 site=5 owner=5"]);
        let report = bureau.verify();
        assert_eq!((report.findings, report.followers), (vec![], 0));
    }

    fn followers_of_followers_may_need_jobs_of_their_own(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(1, &chain());
        visits(&bureau, 2);
        for visit in [1, 1, 1, 2] {
            bureau.file("note", &format!("visit={visit}"));
        }
        bureau.change("project", 1, "school=5");
        let done = work(&bureau);
        assert!(done.iter().any(|job| job.starts_with("note.owner visit.site 1")), "{done:?}");
        assert_eq!((owners(&bureau, "visit"), owners(&bureau, "note")), (vec![5; 2], vec![5; 4]));
        let report = bureau.verify();
        assert_eq!((report.findings, report.followers), (vec![], 0));
    }

    fn what_no_job_explains_is_still_found(first: &Bureau) {
        first.with_schools();
        let bureau = first.with_room(1, &[]);
        visits(&bureau, 2);
        bureau.file("visit", "project=2");
        bureau.change("project", 1, "school=5");
        bureau.tamper("UPDATE visit SET owner = 2 WHERE id IN (2, 3)");
        assert_eq!(bureau.findings(), [
            "visit 3: its owner is not the unit that its path leads to",
            "visit 2 version 1: the current row differs from the last version: it was changed by hand",
            "visit 3 version 1: the current row differs from the last version: it was changed by hand",
        ]);
    }

    fn one_that_cannot_follow_holds_none_of_its_write(first: &Bureau) {
        first.with_schools();
        let mut visit = table("visit", "project>project note:text", "project>project.school>school");
        visit.unique = vec![vec!["owner".into(), "note".into()]];
        let bureau = first.with_room(1, &[visit]);
        visits(&bureau, 0);
        bureau.file("visit", "project=1 note=a");
        bureau.file("visit", "project=1 note=b");
        bureau.file("visit", "project=2 note=b");
        bureau.change("project", 1, "school=5");
        let job = take(&bureau, 0).unwrap();
        one_write(&bureau, &job).unwrap();
        assert_eq!(one_write(&bureau, &job).unwrap_err().code(), "S005");
        assert_eq!(owners(&bureau, "visit"), [5, 4, 5]);
        let id = job.id;
        bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.fail_job(id, "S005", None)).unwrap();
        // Given up or not, it is read where it belongs, and the verifier knows why.
        assert_eq!(bureau.record("visit", 2).owner, Some(5));
        assert_eq!(bureau.verify().following, ["visit 2"]);
        // The same change made again begins the same job anew.
        bureau.change("visit", 3, "note=c");
        bureau.change("project", 1, "school=-");
        assert_eq!(work(&bureau), ["visit.owner project.school 1: 2"]);
        assert_eq!(bureau.numbers("SELECT count(*) FROM job"), [1]);
        bureau.assert_clean();
    }

    fn both_rows_of_a_record_follow_together(first: &Bureau) {
        first.with_schools();
        let mut school = table("school", "code:text places:int town>unit town_name:text", "itself");
        school.extends = Some("unit".into());
        let steps = vec![("town".to_string(), "unit".to_string())];
        school.copies = vec![Copy { column: "town_name".into(), steps, value: "name".into() }];
        let bureau = first.with_room(9, &[school]);
        bureau.change("school", 4, "town=2");
        bureau.change("unit", 2, "name=北苑街道");
        let now = "code=A name=甲 parent=2 places=100 town=2 town_name=北苑街道 owner=4";
        assert_eq!(show(&bureau.record("school", 4)), now);
        bureau.assert_clean();
    }

    fn more_than_ten_thousand_follow_by_a_job(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4");
        let (table, draft) = (bureau.table("visit"), bureau.draft("visit", "project=1"));
        bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| {
            writer.file_all(&table, std::iter::repeat_n(draft.clone(), follow::MOST + 1))
        }).unwrap();
        bureau.change("project", 1, "school=5");
        assert_eq!(bureau.numbers("SELECT count(*) FROM visit WHERE owner = 4"), [10_001]);
        assert_eq!(work(bureau), ["visit.owner project.school 1: 21"], "500 in each write");
        assert_eq!(bureau.numbers("SELECT count(*) FROM visit WHERE owner = 5"), [10_001]);
        let report = bureau.verify();
        assert_eq!((report.findings, report.followers), (vec![], 0));
    }
}
