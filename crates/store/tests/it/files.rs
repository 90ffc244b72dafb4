//! Bytes of files: once at their place, named by records, found out when they are altered or gone, swept when nobody names
//! them. Each test runs on both databases, with a folder and with a bucket.

use crate::both;
use crate::fixture::Bureau;
use luoshi_kernel::digest::{hex, of};
use luoshi_pack::{FileType, Value};
use luoshi_store::testing::{Fault, Server};
use luoshi_store::{Act, Content, Draft, Files, Options, Store, StoreError, Writer, verify};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const DAY: Duration = Duration::from_secs(86_400);

fn root(bureau: &Bureau) -> PathBuf {
    match (&bureau.options.files, &bureau.server) {
        (Some(Files::Folder(root)), _) => root.clone(),
        (_, Some(server)) => server.objects(),
        _ => panic!("no files are kept"),
    }
}

fn path(bureau: &Bureau, digest: &str) -> PathBuf {
    root(bureau).join(&digest[..2]).join(&digest[2..])
}

/// Every file below the folder, or object of the bucket.
fn kept(bureau: &Bureau) -> usize {
    let folders = std::fs::read_dir(root(bureau)).unwrap();
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

fn put(bureau: &Bureau, bytes: &[u8]) -> Content {
    bureau.store.put_file(bureau.act(), bytes, FileType::Pdf).unwrap()
}

/// Files a visit whose note names a content, or fails after having named it.
fn name(bureau: &Bureau, content: &Content, name: &str, fails: bool) -> Result<i64, StoreError> {
    let (table, content) = (bureau.table("visit"), content.clone());
    let values = [
        ("project".to_string(), Value::Int(1)),
        ("note".to_string(), Value::Text(format!("{} {name}", content.digest))),
    ];
    let draft = Draft { values: values.into(), ..Draft::default() };
    bureau.store.write(bureau.act(), move |writer: &mut Writer| {
        let record = writer.file(&table, draft.clone())?;
        writer.name_file(&content)?;
        if fails { Err(StoreError::Busy) } else { Ok(record.id) }
    })
}

/// A project, and a visit that names one file.
fn with_file(bureau: &Bureau) -> Content {
    bureau.with_schools();
    bureau.file("project", "title=扩建 school=4");
    let content = put(bureau, b"%PDF-1.4 one");
    name(bureau, &content, "立项批复.pdf", false).unwrap();
    bureau.assert_clean();
    content
}

/// Ten seconds before the last act.
fn earlier(bureau: &Bureau) -> Act {
    Act { at: bureau.now() - 10_000_000, by: 7, ..Act::default() }
}

/// Runs each function as a test on both databases, with a folder and with a bucket.
macro_rules! places {
    ($($(#[$doc:meta])* fn $name:ident($bureau:ident: &$kind:ident) $body:block)*) => {
        both! { $($(#[$doc])* fn $name($bureau: &$kind) $body)* }
        mod bucket {
            use crate::fixture::Bureau;
            mod sqlite {
                $(#[test] fn $name() { super::super::$name(&super::Bureau::sqlite().in_a_bucket()); })*
            }
            mod postgres {
                $(#[test] fn $name() { super::super::$name(&super::Bureau::postgres().in_a_bucket()); })*
            }
        }
    };
}

/// As [`name`], where the content is still noted as sent, as the desk asks within the write.
fn named_if_sent(bureau: &Bureau, content: &Content) -> Result<bool, StoreError> {
    let (table, content) = (bureau.table("visit"), content.clone());
    let values = [("note".to_string(), Value::Text(format!("{} a.pdf", content.digest)))];
    let draft = Draft { values: values.into(), ..Draft::default() };
    bureau.store.write(bureau.act(), move |writer: &mut Writer| {
        if writer.upload(&content.digest, 7)?.is_none() {
            return Ok(false);
        }
        writer.file(&table, draft.clone())?;
        writer.name_file(&content).map(|()| true)
    })
}

/// So long after the last act.
fn later(bureau: &Bureau, by: Duration) -> Act {
    Act { at: bureau.act().at + i64::try_from(by.as_micros()).unwrap(), by: 7, ..Act::default() }
}

fn contents(bureau: &Bureau) -> i64 {
    bureau.numbers("SELECT count(*) FROM file")[0]
}

places! {
    fn what_was_put_is_read_again_under_its_digest(bureau: &Bureau) {
        let content = with_file(bureau);
        assert_eq!(content.digest, hex(&of(b"%PDF-1.4 one")));
        assert_eq!(bureau.store.file_bytes(&content.digest).unwrap(), b"%PDF-1.4 one");
        let known = bureau.store.read(|reader| reader.file_content(&content.digest)).unwrap();
        assert_eq!(known, Some(Content { size: 12, ..content.clone() }));
        assert_eq!(bureau.store.read(|reader| reader.upload(&content.digest, 7)).unwrap(), known);
        assert_eq!(bureau.store.read(|reader| reader.upload(&content.digest, 8)).unwrap(), None);
    }

    fn the_same_content_lies_there_once_and_has_one_line_of_the_ledger(bureau: &Bureau) {
        let content = with_file(bureau);
        let size = bureau.store.read(|reader| reader.head()).unwrap().size;
        let again = put(bureau, b"%PDF-1.4 one");
        assert_eq!((&again, kept(bureau)), (&content, 1));
        name(bureau, &again, "又名.pdf", false).unwrap();
        assert_eq!(contents(bureau), 1);
        assert_eq!(bureau.store.read(|reader| reader.head()).unwrap().size, size + 1, "only the visit is a new line");
        put(bureau, b"%PDF-1.4 two");
        assert_eq!(kept(bureau), 2);
        bureau.assert_clean();
    }

    fn altered_bytes_are_found_by_the_record_that_names_them(bureau: &Bureau) {
        let content = with_file(bureau);
        std::fs::write(path(bureau, &content.digest), b"%PDF-1.4 0ne").unwrap();
        assert_eq!(bureau.findings(), [
            "visit 1 file 立项批复.pdf: its bytes were altered: they do not have the digest that the record names",
        ]);
        let read = bureau.store.file_bytes(&content.digest);
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "altered bytes are not handed out: {read:?}");
    }

    fn deleted_bytes_are_found_by_every_record_that_names_them_or_did(bureau: &Bureau) {
        let content = with_file(bureau);
        name(bureau, &content, "备案表.pdf", false).unwrap();
        bureau.change("visit", 1, "note=-");
        std::fs::remove_file(path(bureau, &content.digest)).unwrap();
        assert_eq!(bureau.findings(), [
            "visit 1 file 立项批复.pdf: its bytes are missing: they were deleted",
            "visit 2 file 备案表.pdf: its bytes are missing: they were deleted",
        ]);
        assert!(matches!(bureau.store.file_bytes(&content.digest), Err(StoreError::Damaged { .. })));
    }

    fn sending_the_content_again_heals_what_was_altered(bureau: &Bureau) {
        let content = with_file(bureau);
        std::fs::write(path(bureau, &content.digest), b"x").unwrap();
        put(bureau, b"%PDF-1.4 one");
        bureau.assert_clean();
    }

    fn a_row_of_a_content_that_is_changed_or_deleted_is_found(bureau: &Bureau) {
        with_file(bureau);
        bureau.tamper("UPDATE file_past SET size = 13");
        assert_eq!(bureau.findings().len(), 2, "{:?}", bureau.findings());
        bureau.tamper("UPDATE file_past SET size = 12; DELETE FROM file");
        assert_eq!(bureau.findings(), ["file 1 version 1: the current row is missing: it was deleted"]);
    }

    fn nothing_but_a_digest_leads_to_a_file(bureau: &Bureau) {
        let content = with_file(bureau);
        std::fs::write(root(bureau).join("secret"), b"secret").unwrap();
        for guess in ["", "secret", "../luoshi.db", &content.digest[1..], &content.digest.to_uppercase(), "é"] {
            assert!(bureau.store.file_bytes(guess).is_err(), "{guess}");
        }
        assert_eq!(bureau.store.read(|reader| reader.file_content("' OR 1=1 --")).unwrap(), None);
    }

    fn what_nobody_named_goes_after_a_day_and_what_is_named_stays(bureau: &Bureau) {
        let named = with_file(bureau);
        let loose = put(bureau, b"%PDF-1.4 loose");
        assert_eq!(bureau.store.sweep_files(earlier(bureau), Duration::ZERO).unwrap(), 0, "it was sent after that instant");
        assert_eq!(bureau.store.sweep_files(later(bureau, Duration::from_secs(86_000)), DAY).unwrap(), 0);
        assert_eq!(bureau.store.sweep_files(later(bureau, DAY * 2), DAY).unwrap(), 1);
        assert!(!path(bureau, &loose.digest).exists() && path(bureau, &named.digest).exists());
        assert_eq!(bureau.store.read(|reader| reader.upload(&loose.digest, 7)).unwrap(), None);
        assert_eq!(bureau.numbers("SELECT count(*) FROM leaving"), [0]);
        bureau.assert_clean();
    }

    /// Power fails between announcement and bytes, between bytes and note, between note and record, or while a record
    /// that names them is written: no record names the bytes, the verifier is content, and the sweep takes them.
    fn bytes_without_a_commit_hurt_nobody_and_are_swept(bureau: &Bureau) {
        let named = with_file(bureau);
        let orphan = put(bureau, b"%PDF-1.4 orphan");
        let announced = hex(&of(b"%PDF-1.4 never arrived"));
        bureau.tamper(&format!(
            "DELETE FROM upload WHERE digest = '{}'; INSERT INTO sending (digest, account, at) VALUES ('{}', 7, 1), ('{announced}', 7, 1)",
            orphan.digest, orphan.digest
        ));
        let sent = put(bureau, b"%PDF-1.4 sent");
        assert!(matches!(name(bureau, &sent, "未成.pdf", true), Err(StoreError::Busy)));
        assert_eq!(contents(bureau), 1, "what failed named nothing");
        bureau.assert_clean();
        assert_eq!(bureau.store.read(|reader| reader.upload(&orphan.digest, 7)).unwrap(), None);
        assert_eq!(bureau.store.sweep_files(later(bureau, Duration::from_secs(1)), Duration::ZERO).unwrap(), 3);
        assert_eq!(kept(bureau), 1);
        assert_eq!(bureau.store.file_bytes(&named.digest).unwrap(), b"%PDF-1.4 one");
        bureau.assert_clean();
    }

    /// A sweep that died before it had removed what it claimed.
    fn a_claim_of_a_sweep_that_died_is_ended_by_the_next_or_by_who_sends_the_content(bureau: &Bureau) {
        with_file(bureau);
        let (swept, sent) = (put(bureau, b"%PDF-1.4 swept"), put(bureau, b"%PDF-1.4 sent"));
        for content in [&swept, &sent] {
            bureau.tamper(&format!(
                "DELETE FROM upload WHERE digest = '{}'; INSERT INTO leaving (digest, at) VALUES ('{}', 1)",
                content.digest, content.digest
            ));
        }
        put(bureau, b"%PDF-1.4 sent");
        assert_eq!(bureau.store.sweep_files(bureau.act(), DAY).unwrap(), 1);
        assert!(!path(bureau, &swept.digest).exists() && path(bureau, &sent.digest).exists());
        assert_eq!(bureau.numbers("SELECT count(*) FROM leaving"), [0]);
    }

    /// The program dies after it has removed the bytes and before it has written so: the job is begun again, and all is as if
    /// it had not died.
    fn an_erasure_that_died_after_the_bytes_were_gone_is_ended_by_its_next_run(bureau: &Bureau) {
        let content = with_file(bureau);
        let (digest, note) = (content.digest.clone(), [("visit".to_string(), "note".to_string())]);
        bureau.store.write(bureau.act(), {
            let digest = digest.clone();
            move |writer: &mut Writer| writer.erase_file("visit", 1, &digest, "1 QC-2021-000001 note")
        }).unwrap();
        // What the first run has left: its claim, and no bytes.
        bureau.tamper(&format!("INSERT INTO leaving (digest, at) VALUES ('{digest}', {})", bureau.now()));
        std::fs::remove_file(path(bureau, &digest)).unwrap();
        bureau.assert_clean();
        for _ in 0..2 {
            assert!(bureau.store.erase_file(bureau.act(), &digest, &note).unwrap());
            assert_eq!(bureau.numbers("SELECT count(*) FROM leaving"), [0]);
            bureau.assert_clean();
        }
        let said = "SELECT count(*) FROM event WHERE kind = 'erase_bytes' AND detail = 'gone'";
        assert_eq!(bureau.numbers(said), [2]);
        // Whoever sends the content anew waits for nobody.
        put(bureau, b"%PDF-1.4 one");
        assert!(path(bureau, &digest).exists());
        bureau.assert_clean();
    }

    /// Only the last order destroys what several records name; a place that is away leaves all for the next run.
    fn an_erased_content_goes_when_the_last_record_lets_it_go(bureau: &Bureau) {
        let content = with_file(bureau);
        let (digest, note) = (content.digest.clone(), [("visit".to_string(), "note".to_string())]);
        let other = name(bureau, &content, "副本.pdf", false).unwrap();
        for (id, gone) in [(1, false), (other, true)] {
            let erased = digest.clone();
            let order = move |writer: &mut Writer| writer.erase_file("visit", id, &erased, "1 QC-2021-000001 note");
            bureau.store.write(bureau.act(), order).unwrap();
            if let Some(server) = gone.then_some(bureau.server.as_ref()).flatten() {
                server.spoil(&[Fault::Refuse; 3]);
                assert!(matches!(bureau.store.erase_file(bureau.act(), &digest, &note), Err(StoreError::Files { .. })));
                assert!(path(bureau, &digest).exists());
                bureau.assert_clean();
            }
            assert_eq!(bureau.store.erase_file(bureau.act(), &digest, &note).unwrap(), gone);
            assert_eq!(path(bureau, &digest).exists(), !gone);
            bureau.assert_clean();
        }
    }

    /// Who names a content is asked page by page; the last of several thousand records is found too.
    fn a_content_is_kept_for_a_record_of_a_later_page(bureau: &Bureau) {
        let content = with_file(bureau);
        let (digest, note) = (content.digest.clone(), [("visit".to_string(), "note".to_string())]);
        let table = bureau.table("visit");
        bureau.store.write(bureau.act(), move |writer: &mut Writer| {
            let values = [("project".to_string(), Value::Int(1))];
            let draft = Draft { values: values.into(), ..Draft::default() };
            (0..2_100).try_for_each(|_| writer.file(&table, draft.clone()).map(|_| ()))
        }).unwrap();
        name(bureau, &content, "副本.pdf", false).unwrap();
        let erased = digest.clone();
        let order = move |writer: &mut Writer| writer.erase_file("visit", 1, &erased, "1 QC-2021-000001 note");
        bureau.store.write(bureau.act(), order).unwrap();
        assert!(!bureau.store.erase_file(bureau.act(), &digest, &note).unwrap(), "another record names it");
        assert!(path(bureau, &digest).exists());
    }

    /// A claim that has not ended: whoever sends the content waits for it, and then the bytes are there.
    fn who_sends_what_is_being_removed_waits_until_it_is_gone(bureau: &Bureau) {
        with_file(bureau);
        let content = put(bureau, b"%PDF-1.4 twice");
        bureau.tamper(&format!("DELETE FROM upload WHERE digest = '{0}'; INSERT INTO leaving (digest, at) VALUES ('{0}', {1})", content.digest, i64::MAX));
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| put(bureau, b"%PDF-1.4 twice"));
            std::thread::sleep(Duration::from_millis(150));
            assert!(!sending.is_finished());
            std::fs::remove_file(path(bureau, &content.digest)).unwrap();
            bureau.tamper("DELETE FROM leaving");
            assert_eq!(sending.join().unwrap(), content);
        });
        assert_eq!(bureau.store.file_bytes(&content.digest).unwrap(), b"%PDF-1.4 twice");
    }

    /// Two processes on one database, one of which sweeps all the while with an age of nothing: whatever was sent and
    /// named has its bytes.
    fn a_sweep_of_another_process_never_takes_what_is_named_meanwhile(bureau: &Bureau) {
        with_file(bureau);
        let other = Store::open(bureau.options.clone()).unwrap();
        let sending = AtomicBool::new(true);
        let swept: u64 = std::thread::scope(|scope| {
            let sweeping = scope.spawn(|| {
                let sweep = || {
                    std::thread::sleep(Duration::from_millis(1));
                    other.sweep_files(later(bureau, DAY), Duration::ZERO).unwrap()
                };
                std::iter::repeat_with(sweep).take_while(|_| sending.load(Ordering::Relaxed)).sum()
            });
            // The same contents come again and again, so that some are sent while they are removed.
            let round = |round: i32| {
                let content = bureau.store.put_file(bureau.act(), format!("%PDF-1.4 {}", round % 3).as_bytes(), FileType::Pdf)?;
                Ok(!named_if_sent(bureau, &content)? || bureau.store.file_bytes(&content.digest).is_ok())
            };
            let rounds: Vec<Result<bool, StoreError>> = (0..20).map(round).collect();
            sending.store(false, Ordering::Relaxed);
            // A sweep without patience may make a sending fail; what is named has its bytes.
            assert!(!rounds.iter().any(|round| matches!(round, Ok(false))), "{rounds:?}");
            sweeping.join().unwrap()
        });
        bureau.assert_clean();
        assert!(swept > 0 || contents(bureau) > 1, "{swept}");
    }

    fn sixteen_who_send_the_same_content_at_once_all_keep_it(bureau: &Bureau) {
        with_file(bureau);
        std::thread::scope(|scope| {
            for visit in 0..16 {
                scope.spawn(move || {
                    let content = put(bureau, b"%PDF-1.4 shared");
                    name(bureau, &content, &format!("{visit}.pdf"), false).unwrap();
                });
            }
        });
        assert_eq!((contents(bureau), kept(bureau)), (2, 2));
        bureau.assert_clean();
    }
}

#[test]
fn a_half_written_file_is_swept_with_the_rest() {
    let bureau = Bureau::sqlite();
    with_file(&bureau);
    std::fs::write(root(&bureau).join("part").join("half"), b"%PD").unwrap();
    assert_eq!(bureau.store.sweep_files(bureau.act(), DAY).unwrap(), 0, "it may still be written");
    assert_eq!(bureau.store.sweep_files(earlier(&bureau), Duration::ZERO).unwrap(), 1);
    assert_eq!(kept(&bureau), 1);
}

#[test]
fn a_database_without_a_place_says_that_it_keeps_no_files() {
    let bureau = Bureau::sqlite();
    let options = Options { files: None, ..bureau.options.clone() };
    drop(bureau.store);
    let store = Store::open(options).unwrap();
    let refused = store.put_file(Act::default(), b"%PDF-1.4", FileType::Pdf).unwrap_err();
    assert!(refused.to_string().contains("no place for files is given"), "{refused}");
}

/// A bureau with one named file in a bucket.
fn with_bucket() -> (Bureau, Content) {
    let bureau = Bureau::sqlite().in_a_bucket();
    let content = with_file(&bureau);
    bureau.server.as_ref().unwrap().seen();
    (bureau, content)
}

fn server(bureau: &Bureau) -> &Server {
    bureau.server.as_ref().unwrap()
}

/// Requests by their method.
fn asked(bureau: &Bureau) -> String {
    let seen = server(bureau).seen();
    seen.iter().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>().join(" ")
}

#[test]
fn one_request_keeps_and_one_reads_what_lies_under_its_digest() {
    let (bureau, content) = with_bucket();
    put(&bureau, b"%PDF-1.4 one");
    bureau.store.file_bytes(&content.digest).unwrap();
    let address = format!("/files/bureau/attachments/{}/{}", &content.digest[..2], &content.digest[2..]);
    assert_eq!(server(&bureau).seen(), [format!("PUT {address}"), format!("GET {address}")]);
}

#[test]
fn what_goes_by_itself_is_tried_again() {
    for (fault, method) in [(Fault::Refuse, "503"), (Fault::Reset, "reset"), (Fault::Truncate, "truncated")] {
        let (bureau, content) = with_bucket();
        server(&bureau).spoil(&[fault]);
        assert_eq!(bureau.store.file_bytes(&content.digest).unwrap(), b"%PDF-1.4 one", "{method}");
        assert_eq!(asked(&bureau), "GET GET", "{method}");
        if fault != Fault::Truncate {
            server(&bureau).spoil(&[fault, fault]);
            put(&bureau, b"%PDF-1.4 two");
            assert_eq!(asked(&bureau), "PUT PUT PUT", "{method}");
        }
        bureau.assert_clean();
    }
}

#[test]
fn bytes_that_were_altered_on_their_way_are_never_handed_out() {
    let (bureau, content) = with_bucket();
    server(&bureau).spoil(&[Fault::Alter]);
    assert_eq!(bureau.store.file_bytes(&content.digest).unwrap(), b"%PDF-1.4 one");
    assert_eq!(asked(&bureau), "GET GET");
    server(&bureau).spoil(&[Fault::Alter, Fault::Alter]);
    let read = bureau.store.file_bytes(&content.digest);
    assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
    // On the way there the store itself finds it out.
    server(&bureau).seen();
    server(&bureau).spoil(&[Fault::AlterRequest]);
    let other = put(&bureau, b"%PDF-1.4 two");
    assert_eq!(asked(&bureau), "PUT PUT");
    assert_eq!(bureau.store.file_bytes(&other.digest).unwrap(), b"%PDF-1.4 two");
}

#[test]
fn a_store_that_stays_away_is_a_sentence_and_nothing_is_noted() {
    let (bureau, content) = with_bucket();
    server(&bureau).spoil(&[Fault::Refuse; 3]);
    let refused = bureau.store.put_file(bureau.act(), b"%PDF-1.4 two", FileType::Pdf).unwrap_err();
    let place = "s3://files/bureau/attachments/";
    assert_eq!(
        refused.to_string(),
        format!("the store of files {place} does not answer: 503; try again in a moment [S023]")
    );
    assert_eq!(refused.chinese(), format!("文件存储 {place} 没有应答（503），请稍后再试 [S023]"));
    assert_eq!(bureau.store.read(|reader| reader.upload(&hex(&of(b"%PDF-1.4 two")), 7)).unwrap(), None);
    server(&bureau).spoil(&[Fault::Reset; 3]);
    assert_eq!(bureau.store.file_bytes(&content.digest).unwrap_err().code(), "S023");
    // Nothing is proven, so nothing is called missing.
    server(&bureau).spoil(&[Fault::Refuse; 3]);
    assert_eq!(verify(&bureau.store, None, &mut |_, _| {}).unwrap_err().code(), "S023");
    bureau.assert_clean();
}

#[test]
fn wrong_keys_and_a_wrong_bucket_are_told_at_once_and_never_shown() {
    let (bureau, content) = with_bucket();
    let (key, secret) = server(&bureau).access();
    let given = [server(&bureau).opened_by(key, "another"), server(&bureau).opened_by("NOBODY", secret)];
    for files in given {
        let store = Store::open(bureau.options.clone().with_files(files)).unwrap();
        let refused = store.file_bytes(&content.digest).unwrap_err();
        let said = format!("{refused} {refused:?} {}", refused.chinese());
        assert!(said.contains("refuses: 403"), "{said}");
        for hidden in ["another", secret, "Signature=", "http://"] {
            assert!(!said.contains(hidden), "{said}");
        }
    }
    assert_eq!(asked(&bureau), "GET GET", "neither is tried again");
    server(&bureau).spoil(&[Fault::NoBucket]);
    let gone = bureau.store.file_bytes(&content.digest).unwrap_err();
    assert!(gone.to_string().contains("refuses: 404 NoSuchBucket"), "a bucket that is gone is no deleted file: {gone}");
}

#[test]
fn a_store_that_hangs_holds_nobody_up_who_writes_or_reads() {
    let (bureau, _) = with_bucket();
    server(&bureau).spoil(&[Fault::Hold; 4]);
    std::thread::scope(|scope| {
        let sending: Vec<_> = (0..4)
            .map(|one| {
                let bureau = &bureau;
                scope.spawn(move || put(bureau, format!("%PDF-1.4 slow {one}").as_bytes()))
            })
            .collect();
        server(&bureau).await_held();
        let since = Instant::now();
        for _ in 0..50 {
            bureau.file("project", "title=a school=4");
            bureau.record("project", 1);
        }
        let took = since.elapsed();
        assert!(sending.iter().all(|one| !one.is_finished()) && took < Duration::from_secs(10), "{took:?}");
        server(&bureau).release();
        sending.into_iter().for_each(|one| drop(one.join().unwrap()));
    });
    bureau.assert_clean();
}

#[test]
fn an_older_database_gets_the_tables_of_what_is_under_way() {
    for bureau in [Bureau::sqlite(), Bureau::postgres()] {
        bureau.tamper("DROP TABLE sending; DROP TABLE leaving; UPDATE meta SET value = '5' WHERE key = 'format'");
        let store = Store::open(bureau.options.clone()).unwrap();
        store.put_file(bureau.act(), b"%PDF-1.4", FileType::Pdf).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_a_sentence() {
    let bureau = Bureau::sqlite();
    std::fs::write(root(&bureau), b"a file stands in the folder's place").unwrap();
    let refused = bureau.store.put_file(bureau.act(), b"%PDF-1.4", FileType::Pdf).unwrap_err();
    assert!(matches!(refused, StoreError::File { .. }) && refused.to_string().contains("files"), "{refused}");
}
