//! Plain tables: accounts, sessions, jobs, facts; and events, which are records.

use crate::both;
use crate::fixture::Bureau;
use luoshi_store::{Account, Draft, Session, StoreError, Writer, merkle};

fn write<T: Send + 'static>(
    bureau: &Bureau,
    body: impl Fn(&mut Writer) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    bureau.store.write(bureau.act(), body)
}

both! {
    fn accounts_are_found_by_id_and_by_name(bureau: &Bureau) {
        let account = |id: i64, name: &str| Account {
            id, name: name.into(), title: "局领导".into(), person: None, password: "x".into(), disabled: false,
        };
        let (leader, auditor) = (account(0, "leader"), account(0, "auditor"));
        assert_eq!(write(bureau, move |writer| writer.put_account(&leader)).unwrap(), 1);
        assert_eq!(write(bureau, move |writer| writer.put_account(&auditor)).unwrap(), 2);
        let disabled = Account { disabled: true, ..account(1, "leader") };
        assert_eq!(write(bureau, move |writer| writer.put_account(&disabled)).unwrap(), 1);
        let found = bureau.store.read(|reader| reader.account_named("leader")).unwrap().unwrap();
        assert!(found.disabled && found.id == 1 && found.title == "局领导");
        assert_eq!(bureau.store.read(|reader| reader.account(3)).unwrap(), None);
        assert_eq!(bureau.store.read(|reader| reader.accounts()).unwrap().len(), 2);
        let double = account(0, "auditor");
        assert!(matches!(write(bureau, move |writer| writer.put_account(&double)), Err(StoreError::Taken { .. })));
    }

    fn sessions_end_when_they_are_told_to_or_swept(bureau: &Bureau) {
        let account = Account {
            id: 0, name: "a".into(), title: "a".into(), person: None, password: String::new(), disabled: false,
        };
        write(bureau, move |writer| writer.put_account(&account)).unwrap();
        for number in 1..=3u8 {
            let session = Session { token: [number; 32], account: 1, since: 0, seen: 0, expires: number.into() };
            write(bureau, move |writer| writer.put_session(&session)).unwrap();
        }
        write(bureau, |writer| writer.touch_session(&[3; 32], 5, 50)).unwrap();
        let session = |number: u8| bureau.store.read(|reader| reader.session(&[number; 32])).unwrap();
        assert_eq!(session(3).unwrap().expires, 50);
        assert_eq!(write(bureau, |writer| writer.sweep_sessions(2)).unwrap(), 1);
        assert_eq!(session(1), None);
        write(bureau, |writer| writer.end_session(&[2; 32])).unwrap();
        assert_eq!(session(2), None);
        assert_eq!(write(bureau, |writer| writer.end_sessions(1)).unwrap(), 1);
        assert_eq!(session(3), None);
    }

    fn a_job_is_taken_once_and_taken_again_when_it_was_lost(bureau: &Bureau) {
        let due = bureau.now();
        let id = write(bureau, move |writer| writer.add_job("remind", "project 1", "", due)).unwrap();
        assert_eq!(write(bureau, move |writer| writer.add_job("remind", "project 1", "again", due)).unwrap(), id);
        let job = write(bureau, |writer| writer.take_job(0)).unwrap().unwrap();
        assert_eq!((job.id, job.attempts, job.state.as_str()), (id, 1, "running"));
        assert_eq!(write(bureau, |writer| writer.take_job(0)).unwrap(), None);
        let lost = write(bureau, |writer| { let now = writer.now(); writer.take_job(now) }).unwrap().unwrap();
        assert_eq!((lost.id, lost.attempts), (id, 2));
        write(bureau, move |writer| writer.fail_job(id, "no mail server", Some(i64::MAX))).unwrap();
        assert_eq!(write(bureau, |writer| writer.take_job(0)).unwrap(), None);
        assert_eq!(bureau.store.read(|reader| reader.jobs("waiting", 10)).unwrap()[0].message.as_deref(), Some("no mail server"));
        write(bureau, move |writer| writer.finish_job(id)).unwrap();
        assert_eq!(bureau.store.read(|reader| reader.job_counts()).unwrap(), [("done".to_string(), 1)]);
        assert_eq!(write(bureau, |writer| writer.sweep_jobs(i64::MAX)).unwrap(), 0);
    }

    fn facts_are_kept_by_key_and_the_stores_own_are_refused(bureau: &Bureau) {
        write(bureau, |writer| writer.set_meta("demo", "yes")).unwrap();
        write(bureau, |writer| writer.set_meta("demo", "no")).unwrap();
        assert_eq!(bureau.store.read(|reader| reader.meta("demo")).unwrap().as_deref(), Some("no"));
        assert_eq!(bureau.store.read(|reader| reader.meta("nothing")).unwrap(), None);
        assert!(write(bureau, |writer| writer.set_meta("format", "9")).is_err());
    }

    fn an_event_has_its_line_in_the_ledger(bureau: &Bureau) {
        let id = write(bureau, |writer| writer.event("sign_in", "leader", "10.0.0.1")).unwrap();
        assert_eq!(bureau.history("event", id), ["1 file: detail=10.0.0.1 kind=sign_in subject=leader"]);
        assert_eq!(bureau.verify().head.size, 1);
        bureau.assert_clean();
    }

    fn heads_and_proofs_hold_over_the_ledger(bureau: &Bureau) {
        let fill = |count: usize| {
            let table = bureau.table("person");
            write(bureau, move |writer| writer.file_all(&table, std::iter::repeat_n(Draft::default(), count))).unwrap();
        };
        fill(150);
        let old = write(bureau, |writer| writer.make_head()).unwrap();
        assert_eq!(write(bureau, |writer| writer.make_head()).unwrap(), old);
        fill(1_000);
        let head = write(bureau, |writer| writer.make_head()).unwrap();
        assert_eq!((old.size, head.size), (150, 1_151));
        fill(7);
        assert_eq!(bureau.store.read(|reader| reader.last_head()).unwrap().unwrap(), head);
        let now = bureau.store.read(|reader| reader.head()).unwrap();
        assert_eq!(now, bureau.verify().head);
        for (seq, head) in [(1, &old), (150, &old), (150, &head), (640, &head), (1_151, &head), (1_159, &now), (3, &now)] {
            let (leaf, proof) = bureau.store.read(|reader| {
                let leaf = reader.ledger_line(seq)?.unwrap().leaf();
                Ok((leaf, reader.inclusion(seq, head.size)?.unwrap()))
            }).unwrap();
            assert!(merkle::includes(&head.root, head.size as u64, seq as u64 - 1, &leaf, &proof), "{seq} in {}", head.size);
        }
        for (before, after) in [(&old, &head), (&old, &now), (&head, &now)] {
            let proof = bureau.store.read(|reader| reader.consistency(before.size, after.size)).unwrap().unwrap();
            assert!(merkle::is_prefix(before.size as u64, &before.root, after.size as u64, &after.root, &proof));
        }
        assert_eq!(bureau.store.read(|reader| reader.inclusion(1_160, now.size)).unwrap(), None);
        bureau.assert_clean();
    }
}

#[test]
fn a_database_that_does_not_answer_is_a_sentence() {
    // Nobody listens on the port of an unused loopback address.
    let opened = luoshi_store::Store::open(luoshi_store::Options::postgres("postgres://nobody@127.0.0.1:1/none"));
    let refused = opened.err().expect("nobody answers");
    assert!(matches!(refused, luoshi_store::StoreError::Database { .. }), "{refused:?}");
}
