//! Bytes of files: once on the disk, named by records, found out when they are altered or gone, swept when nobody names them.

use crate::both;
use crate::fixture::Bureau;
use luoshi_kernel::digest::{hex, of};
use luoshi_pack::{FileType, Value};
use luoshi_store::{Act, Content, Draft, StoreError, Writer};
use std::path::PathBuf;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn root(bureau: &Bureau) -> PathBuf {
    bureau.options.files.clone().unwrap()
}

fn path(bureau: &Bureau, digest: &str) -> PathBuf {
    root(bureau).join(&digest[..2]).join(&digest[2..])
}

/// Every file below the folder.
fn on_disk(bureau: &Bureau) -> usize {
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

fn contents(bureau: &Bureau) -> i64 {
    bureau.numbers("SELECT count(*) FROM file")[0]
}

both! {
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
        assert_eq!((&again, on_disk(bureau)), (&content, 1));
        name(bureau, &again, "又名.pdf", false).unwrap();
        assert_eq!(contents(bureau), 1);
        assert_eq!(bureau.store.read(|reader| reader.head()).unwrap().size, size + 1, "only the visit is a new line");
        put(bureau, b"%PDF-1.4 two");
        assert_eq!(on_disk(bureau), 2);
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
        let later = |days: u32| Act { at: bureau.act().at + i64::try_from((DAY * days).as_micros()).unwrap(), by: 7, ..Act::default() };
        // By the clock of the machine it is young, by that of the bureau old; then old by both.
        assert_eq!(bureau.store.sweep_files(later(2), DAY).unwrap(), 0);
        put(bureau, b"%PDF-1.4 loose");
        assert_eq!(bureau.store.sweep_files(earlier(bureau), Duration::ZERO).unwrap(), 0, "it was sent after that instant");
        assert_eq!(bureau.store.sweep_files(later(9), Duration::ZERO).unwrap(), 1);
        assert!(!path(bureau, &loose.digest).exists() && path(bureau, &named.digest).exists());
        assert_eq!(bureau.store.read(|reader| reader.upload(&loose.digest, 7)).unwrap(), None);
        bureau.assert_clean();
    }

    /// Power fails after the rename and before the commit, or between the two commits, or while a file is half written:
    /// no record names the bytes, the verifier is content, and the sweep takes them.
    fn bytes_without_a_commit_hurt_nobody_and_are_swept(bureau: &Bureau) {
        let named = with_file(bureau);
        let orphan = b"%PDF-1.4 orphan";
        let digest = hex(&of(orphan));
        std::fs::create_dir_all(path(bureau, &digest).parent().unwrap()).unwrap();
        std::fs::write(path(bureau, &digest), orphan).unwrap();
        std::fs::write(root(bureau).join("part").join("half"), b"%PD").unwrap();
        let sent = put(bureau, b"%PDF-1.4 sent");
        assert!(matches!(name(bureau, &sent, "未成.pdf", true), Err(StoreError::Busy)));
        assert_eq!(contents(bureau), 1, "what failed named nothing");
        bureau.assert_clean();
        assert_eq!(bureau.store.read(|reader| reader.file_content(&digest)).unwrap(), None);
        let later = Act { at: bureau.act().at + 1_000_000, by: 7, ..Act::default() };
        assert_eq!(bureau.store.sweep_files(later, Duration::ZERO).unwrap(), 3);
        assert_eq!(on_disk(bureau), 1);
        assert_eq!(bureau.store.file_bytes(&named.digest).unwrap(), b"%PDF-1.4 one");
        bureau.assert_clean();
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
        assert_eq!((contents(bureau), on_disk(bureau)), (2, 2));
        bureau.assert_clean();
    }
}

#[test]
fn a_database_without_a_folder_says_that_it_keeps_no_files() {
    let bureau = Bureau::sqlite();
    let options = luoshi_store::Options { files: None, ..bureau.options.clone() };
    drop(bureau.store);
    let store = luoshi_store::Store::open(options).unwrap();
    let refused = store.put_file(Act::default(), b"%PDF-1.4", FileType::Pdf).unwrap_err();
    assert!(refused.to_string().contains("no folder for files is given"), "{refused}");
}
