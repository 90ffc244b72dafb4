//! Sealed fields: what lies in the database tells nothing, keys change under it, erasure leaves the chain whole, and every
//! way to tamper is named.

use crate::both;
use crate::fixture::{Bureau, tables};
use luoshi_kernel::lookup::Lookup;
use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::{Alias, ExprTrait, Query};
use luoshi_kernel::table::ColumnKind;
use luoshi_pack::Value;
use luoshi_store::{Draft, Keys, Options, Rotation, Store, StoreError, Writer, verify};

const NUMBER: &str = "330782200001010017";
const OTHER: &str = "330782200001010025";

/// Two patients of unit 1; the first has been changed twice.
fn with_patients(bureau: &Bureau) {
    bureau.file("unit", "name=教育局");
    bureau.file("patient", &format!("name=甲 unit=1 number={NUMBER} note=哮喘"));
    bureau.file("patient", &format!("name=乙 unit=1 number={OTHER}"));
    bureau.change("patient", 1, "note=已愈");
    bureau.change("patient", 1, "name=甲二");
}

/// Every text of a table, as the database holds it.
fn texts(bureau: &Bureau, column: &str, table: &str) -> Vec<String> {
    let mut select = Query::select();
    select.expr(col("t", column)).from_as(Alias::new(table), Alias::new("t"));
    // Read as plain text: nothing is opened.
    let rows = bureau.store.read(|reader| reader.rows(&select, &[ColumnKind::Text])).unwrap();
    rows.into_iter().filter_map(|row| row[0].text().map(str::to_string)).collect()
}

fn lookup(bureau: &Bureau) -> Lookup {
    bureau.store.lookup().expect("the bureau has keys")
}

/// Opens the bureau's database once more, with other keys.
fn again(bureau: &Bureau, keys: Option<Keys>) -> Result<Store, StoreError> {
    Store::open(Options { keys, ..bureau.options.clone() })
}

fn found(bureau: &Bureau, sql: &str) -> Vec<String> {
    with_patients(bureau);
    bureau.assert_clean();
    bureau.tamper(sql);
    bureau.findings()
}

both! {
    fn a_sealed_value_is_read_back_in_every_version_and_stands_nowhere_in_plain(bureau: &Bureau) {
        with_patients(bureau);
        assert_eq!(bureau.record("patient", 1).value("number"), &Value::Text(NUMBER.into()));
        assert_eq!(bureau.history("patient", 1), [
            format!("1 file: name=甲 note=哮喘 number={NUMBER} unit=1 owner=1"),
            format!("2 edit: name=甲 note=已愈 number={NUMBER} unit=1 owner=1"),
            format!("3 edit: name=甲二 note=已愈 number={NUMBER} unit=1 owner=1"),
        ]);
        let now = bureau.now();
        assert_eq!(bureau.known("patient", 1, now).unwrap().value("note"), &Value::Text("已愈".into()));
        for table in ["patient", "patient_past"] {
            for column in ["number", "number_find", "number_mark", "note", "note_find", "note_mark"] {
                for text in texts(bureau, column, table) {
                    assert!(!text.contains("3307822") && !text.contains("哮喘"), "{table}.{column}: {text}");
                }
            }
        }
        // A field that was not touched keeps its ciphertext: only what changed is written.
        let ciphers = texts(bureau, "number", "patient_past");
        assert_eq!(ciphers.iter().collect::<std::collections::BTreeSet<_>>().len(), 2, "one for each patient");
        bureau.assert_clean();
    }

    fn typing_the_same_value_again_changes_nothing(bureau: &Bureau) {
        with_patients(bureau);
        let again = bureau.change("patient", 1, &format!("number={NUMBER}"));
        assert_eq!(again.version, 3);
        let emptied = bureau.change("patient", 1, "number=-");
        assert_eq!((emptied.version, emptied.value("number")), (4, &Value::Null));
        assert_eq!(texts(bureau, "number_find", "patient").len(), 1);
        bureau.assert_clean();
    }

    fn equal_values_are_refused_where_they_are_unique_and_the_field_is_named(bureau: &Bureau) {
        with_patients(bureau);
        let error = bureau.try_file("patient", &format!("name=丙 unit=1 number={NUMBER}")).unwrap_err();
        assert!(matches!(&error, StoreError::Taken { columns, .. } if columns == &["number"]), "{error}");
        bureau.file("patient", "name=丁 unit=1");
        bureau.file("patient", "name=戊 unit=1");
        assert_eq!(bureau.numbers("SELECT count(*) FROM data_key"), [3], "no key is left of what was refused");
        bureau.assert_clean();
    }

    fn what_stands_beside_a_sealed_field_cannot_be_written(bureau: &Bureau) {
        with_patients(bureau);
        for name in ["number_find", "number_mark"] {
            let table = bureau.table("patient");
            let values = [(name.to_string(), Value::Text("x".into()))].into();
            let draft = Draft { values, ..Draft::default() };
            let answer = bureau
                .store
                .write(bureau.act(), move |writer: &mut Writer| writer.change(&table, 1, 3, draft.clone(), "edit"));
            assert!(matches!(answer, Err(StoreError::Column { .. })), "{answer:?}");
        }
    }

    fn a_query_finds_by_the_look_up_and_opens_what_it_gives(bureau: &Bureau) {
        with_patients(bureau);
        let mut select = Query::select();
        select
            .expr(col("t", "id"))
            .expr(col("t", "number"))
            .from_as(Alias::new("patient"), Alias::new("t"))
            .and_where(col("t", "number_find").eq(lookup(bureau).of(OTHER)));
        let rows = bureau.store.read(|reader| reader.rows(&select, &[ColumnKind::Int, ColumnKind::Sealed])).unwrap();
        assert_eq!(rows, [[Value::Int(2), Value::Text(OTHER.into())]]);
    }

    fn without_its_keys_a_database_gives_no_sealed_value_and_takes_none(bureau: &Bureau) {
        with_patients(bureau);
        let closed = again(bureau, None).unwrap();
        let table = bureau.table("patient");
        let read = closed.read(|reader| reader.record(&table, 1, None));
        assert!(matches!(read, Err(StoreError::Keys { .. })), "{read:?}");
        let draft = bureau.draft("patient", "name=己 unit=1 number=330782200001010033");
        let filed = closed.write(bureau.act(), move |writer: &mut Writer| writer.file(&table, draft.clone()));
        assert!(matches!(filed, Err(StoreError::Keys { .. })), "{filed:?}");
        // The chain is proven all the same, by the marks.
        let report = verify(&closed, None, &mut |_, _| {}).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        // Two fields in three versions of one patient, one in one version of the other.
        assert_eq!((report.sealed, report.closed), (0, 7));
        assert_eq!(bureau.verify().sealed, 7);
    }

    fn absent_and_wrong_keys_are_told_apart_in_a_sentence(bureau: &Bureau) {
        let folder = tempfile::tempdir().unwrap();
        let empty = Keys::in_folder(folder.path().join("none"));
        let other = Keys::in_folder(folder.path().join("other"));
        other.make().unwrap();
        let broken = Keys::in_folder(folder.path().join("broken"));
        broken.make().unwrap();
        std::fs::write(folder.path().join("broken/000001.key"), "no key").unwrap();
        for (keys, said) in [(empty, "holds no key"), (other, "is not the one"), (broken, "32 hex digits")] {
            let error = again(bureau, Some(keys)).err().expect("it does not open");
            assert!(error.to_string().contains(said) && error.code() == "S022", "{error}");
            assert!(error.chinese().ends_with("[S022]"));
        }
    }

    fn a_new_wrapping_key_rewrites_wrapped_keys_only(bureau: &Bureau) {
        with_patients(bureau);
        let before = (texts(bureau, "number", "patient_past"), texts(bureau, "number_mark", "patient_past"));
        let head = bureau.store.read(|reader| reader.head()).unwrap();
        let done = bureau.store.rotate_keys(&bureau.act(), &mut |_| true).unwrap();
        assert_eq!(done, Rotation { number: 2, rewrapped: 2, failed: vec![], unfinished: false });
        assert_eq!(before, (texts(bureau, "number", "patient_past"), texts(bureau, "number_mark", "patient_past")));
        let after = bureau.store.read(|reader| reader.head()).unwrap();
        assert_eq!(after.size, head.size + 1, "one line says that the key is another one");
        assert_eq!(bureau.numbers("SELECT DISTINCT wrapping FROM data_key"), [2]);
        // The old key is needed no more; without the new one nothing opens.
        let keys = bureau.options.keys.clone().unwrap();
        std::fs::remove_file(keys.folder().join("000001.key")).unwrap();
        assert_eq!(bureau.record("patient", 2).value("number"), &Value::Text(OTHER.into()));
        let fresh = again(bureau, Some(keys.clone())).unwrap();
        assert_eq!(fresh.lookup(), bureau.store.lookup(), "what is found by stays as it was");
        std::fs::rename(keys.folder().join("000002.key"), keys.folder().join("aside")).unwrap();
        assert!(again(bureau, Some(keys.clone())).is_err());
        std::fs::rename(keys.folder().join("aside"), keys.folder().join("000002.key")).unwrap();
        bureau.file("patient", "name=丙 unit=1 number=330782200001010033");
        bureau.assert_clean();
    }

    fn a_rotation_that_was_broken_off_is_finished_by_the_next(bureau: &Bureau) {
        bureau.file("unit", "name=教育局");
        let table = bureau.table("patient");
        let drafts: Vec<Draft> = (0..1100).map(|at| bureau.draft("patient", &format!("unit=1 number=n{at}"))).collect();
        let filed = bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.file_all(&table, drafts.clone()));
        assert_eq!(filed.unwrap().len(), 1100);
        let first = bureau.store.rotate_keys(&bureau.act(), &mut |_| false).unwrap();
        assert_eq!((first.number, first.rewrapped, first.unfinished), (2, 500, true));
        // In the middle everything opens, and new records are sealed under the new key.
        bureau.file("patient", "unit=1 number=new");
        assert_eq!(bureau.numbers("SELECT wrapping FROM data_key WHERE id = 1101"), [2]);
        for id in [1, 500, 501, 1100, 1101] {
            assert!(bureau.record("patient", id).value("number").text().is_some());
        }
        bureau.assert_clean();
        // Another process, as after a kill, goes on where it was and makes no third key.
        let other = again(bureau, bureau.options.keys.clone()).unwrap();
        let second = other.rotate_keys(&bureau.act(), &mut |_| true).unwrap();
        assert_eq!((second.number, second.rewrapped, second.unfinished), (2, 600, false));
        let third = other.rotate_keys(&bureau.act(), &mut |_| true).unwrap();
        assert_eq!((third.number, third.rewrapped), (3, 1101));
        assert_eq!(bureau.record("patient", 1).value("number"), &Value::Text("n0".into()));
        bureau.assert_clean();
    }

    fn a_key_made_and_not_yet_used_is_taken_before_another_is_made(bureau: &Bureau) {
        with_patients(bureau);
        assert_eq!(bureau.options.keys.as_ref().unwrap().make().unwrap(), 2);
        assert_eq!(bureau.store.rotate_keys(&bureau.act(), &mut |_| true).unwrap().number, 2);
    }

    fn a_commit_that_is_lost_in_a_rotation_loses_nothing(bureau: &Bureau) {
        with_patients(bureau);
        luoshi_store::testing::lose_commits(&bureau.store, 1);
        let done = bureau.store.rotate_keys(&bureau.act(), &mut |_| true).unwrap();
        assert_eq!((done.number, done.rewrapped, done.unfinished), (2, 2, false));
        bureau.assert_clean();
    }

    fn an_erasure_destroys_every_version_and_leaves_the_chain_whole(bureau: &Bureau) {
        with_patients(bureau);
        let head = bureau.store.read(|reader| reader.head()).unwrap();
        let marks = texts(bureau, "number_mark", "patient_past");
        let table = bureau.table("patient");
        let erased = bureau
            .store
            .write(bureau.act(), move |writer: &mut Writer| writer.erase(&table, 1, "清除令 1"))
            .unwrap();
        // Two fields in one current row and three versions.
        assert_eq!(erased, 8);
        for version in bureau.store.read(|reader| reader.history(&bureau.table("patient"), 1)).unwrap() {
            assert_eq!(version.record.value("number"), &Value::Text(String::new()), "{version:?}");
            assert_eq!(version.record.value("note"), &Value::Text(String::new()));
        }
        assert_eq!(bureau.record("patient", 2).value("number"), &Value::Text(OTHER.into()), "others keep theirs");
        assert_eq!(bureau.numbers("SELECT id FROM data_key WHERE register > 0"), [2]);
        for table in ["patient", "patient_past"] {
            let left = texts(bureau, "number_find", table);
            assert!(!left.contains(&lookup(bureau).of(NUMBER)), "{table}");
        }
        assert_eq!(texts(bureau, "number_mark", "patient_past"), marks, "the marks remain");
        let after = bureau.store.read(|reader| reader.head()).unwrap();
        assert_eq!(after.size, head.size + 1);
        bureau.assert_clean();
        // The record lives on: it is changed, and may even be given a number again.
        bureau.change("patient", 1, "name=某");
        bureau.change("patient", 1, &format!("number={NUMBER}"));
        assert_eq!(bureau.record("patient", 1).value("number"), &Value::Text(NUMBER.into()));
        assert_eq!(bureau.record("patient", 1).value("note"), &Value::Text(String::new()));
        bureau.assert_clean();
        // And is erased a second time.
        let table = bureau.table("patient");
        bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.erase(&table, 1, "清除令 2")).unwrap();
        bureau.assert_clean();
    }

    fn an_erasure_that_is_refused_destroys_nothing(bureau: &Bureau) {
        with_patients(bureau);
        let table = bureau.table("patient");
        let stopped = bureau.store.write(bureau.act(), move |writer: &mut Writer| {
            writer.erase(&table, 1, "x")?;
            Err::<(), _>(StoreError::Busy)
        });
        assert!(stopped.is_err());
        assert_eq!(bureau.record("patient", 1).value("number"), &Value::Text(NUMBER.into()));
        bureau.assert_clean();
        let table = bureau.table("patient");
        let absent = bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.erase(&table, 99, "x"));
        assert!(matches!(absent, Err(StoreError::Absent { .. })));
    }

    fn a_database_that_is_written_anew_is_the_same(bureau: &Bureau) {
        with_patients(bureau);
        let table = bureau.table("patient");
        bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.erase(&table, 1, "x")).unwrap();
        bureau.store.compact().unwrap();
        assert_eq!(bureau.record("patient", 2).value("number"), &Value::Text(OTHER.into()));
        bureau.change("patient", 1, &format!("number={NUMBER}"));
        bureau.assert_clean();
    }

    fn a_changed_ciphertext(bureau: &Bureau) {
        // The last digit lies in the tag.
        let flipped = "substr(note, 1, length(note) - 1) || CASE WHEN substr(note, length(note)) = '0' THEN '1' ELSE '0' END";
        assert_eq!(found(bureau, &format!("UPDATE patient_past SET note = {flipped} WHERE id = 1 AND version = 1")), [
            "patient 1 version 1: its sealed `note` was changed: its ciphertext does not open",
        ]);
    }

    fn a_changed_ciphertext_of_the_current_row(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE patient SET note = '00' WHERE id = 1"), [
            "patient 1 version 3: the current row differs from the last version: it was changed by hand",
        ]);
    }

    fn a_ciphertext_that_was_carried_to_another_record(bureau: &Bureau) {
        let other = "(SELECT number FROM patient WHERE id = 2)";
        let sql = format!("UPDATE patient_past SET number = {other} WHERE id = 1 AND version = 1");
        assert_eq!(found(bureau, &sql), [
            "patient 1 version 1: its sealed `number` was changed: its ciphertext belongs elsewhere",
        ]);
    }

    fn an_older_value_put_in_the_place_of_a_newer_one(bureau: &Bureau) {
        with_patients(bureau);
        for column in ["note", "note_find"] {
            let old = format!("(SELECT {column} FROM patient_past WHERE id = 1 AND version = 1)");
            bureau.tamper(&format!("UPDATE patient_past SET {column} = {old} WHERE id = 1 AND version = 2"));
        }
        assert_eq!(bureau.findings(), [
            "patient 1 version 2: its sealed `note` does not have the mark that stands beside it",
        ]);
    }

    fn a_changed_mark(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE patient_past SET note_mark = 'x' WHERE id = 1 AND version = 1"), [
            "patient 1 version 1: was changed: its content does not have the digest in the ledger",
            "patient 1 version 1: its sealed `note` does not have the mark that stands beside it",
        ]);
    }

    fn a_changed_look_up(bureau: &Bureau) {
        let sql = "UPDATE patient_past SET number_find = 'x' WHERE id = 2; UPDATE patient SET number_find = 'x' WHERE id = 2";
        assert_eq!(found(bureau, sql), [
            "patient 2 version 1: its sealed `number` does not have the look-up that stands beside it",
        ]);
    }

    fn a_changed_wrapped_key(bureau: &Bureau) {
        let other = "(SELECT wrapped FROM data_key WHERE register > 0 AND id = 2)";
        let sql = format!("UPDATE data_key SET wrapped = {other} WHERE register > 0 AND id = 1");
        let what = "cannot be opened: the wrapped key of the record was changed or taken away";
        let all = |version: i64| ["number", "note"].map(|field| format!("patient 1 version {version}: its sealed `{field}` {what}"));
        let expected: Vec<String> = (1..=3).flat_map(all).collect();
        assert_eq!(found(bureau, &sql), expected);
        // A rotation leaves it as it is and says so.
        let done = bureau.store.rotate_keys(&bureau.act(), &mut |_| true).unwrap();
        assert_eq!((done.rewrapped, &*done.failed, done.unfinished), (1, &[("patient".to_string(), 1)][..], true));
    }

    fn a_wrapped_key_taken_away_or_put_under_a_key_that_is_not_there(bureau: &Bureau) {
        let sql = "UPDATE data_key SET wrapping = 9 WHERE register > 0 AND id = 2";
        let expected = ["patient 2 version 1: its sealed `number` cannot be opened: the wrapped key of the record was changed or taken away"];
        assert_eq!(found(bureau, sql), expected);
        bureau.tamper("DELETE FROM data_key WHERE register > 0 AND id = 2");
        assert_eq!(bureau.findings(), expected);
    }

    fn a_key_for_a_record_that_never_was(bureau: &Bureau) {
        let sql = "INSERT INTO data_key (register, id, wrapping, wrapped)
                   SELECT register, 77, wrapping, wrapped FROM data_key WHERE register > 0 AND id = 2";
        assert_eq!(found(bureau, sql), ["patient 77: a key is kept for it, and it has no past"]);
    }

    fn a_value_emptied_without_an_erasure(bureau: &Bureau) {
        let sql = "UPDATE patient_past SET number = '', number_find = '~2' WHERE id = 2;
                   UPDATE patient SET number = '', number_find = '~2' WHERE id = 2";
        assert_eq!(found(bureau, sql), [
            "patient 2 version 1: its sealed `number` was taken away, and no erasure says so",
        ]);
        bureau.tamper("UPDATE patient_past SET number = NULL WHERE id = 2; UPDATE patient SET number = NULL WHERE id = 2");
        assert_eq!(bureau.findings(), [
            "patient 2 version 1: its sealed `number` was taken away: only a part of it is left",
        ]);
    }

    fn a_sealed_field_goes_with_the_columns_beside_it_and_its_past_is_still_proven(bureau: &Bureau) {
        with_patients(bureau);
        let mut fewer = tables();
        let patient = fewer.iter_mut().find(|table| table.name == "patient").unwrap();
        patient.columns.retain(|column| !column.name.starts_with("note"));
        let refused = bureau.store.apply(&fewer, &[]);
        assert!(matches!(refused, Err(StoreError::Schema { .. })), "{refused:?}");
        bureau.store.apply(&fewer, &["patient.note".to_string()]).unwrap();
        bureau.assert_clean();
        let table = bureau.table("patient");
        bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.erase(&table, 1, "x")).unwrap();
        bureau.assert_clean();
    }
}

#[test]
fn a_copy_of_the_database_holds_no_key_and_opens_nothing_without_them() {
    let bureau = Bureau::sqlite();
    with_patients(&bureau);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    bureau.store.backup(&copy).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    let keys = bureau.options.keys.clone().unwrap();
    let key = std::fs::read_to_string(keys.folder().join("000001.key")).unwrap();
    let raw: Vec<u8> = (0..32).step_by(2).map(|at| u8::from_str_radix(&key.trim()[at..at + 2], 16).unwrap()).collect();
    for secret in [key.trim().as_bytes(), &raw, NUMBER.as_bytes(), "哮喘".as_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    let closed = Store::open(Options::sqlite(&copy)).unwrap();
    assert!(closed.read(|reader| reader.record(&bureau.table("patient"), 1, None)).is_err());
    let open = Store::open(Options { keys: Some(keys), ..Options::sqlite(&copy) }).unwrap();
    let record = open.read(|reader| reader.record(&bureau.table("patient"), 1, None)).unwrap().unwrap();
    assert_eq!(record.value("number"), &Value::Text(NUMBER.into()));
}

/// Everything of these records that must be gone: ciphertexts and look-ups of every version, wrapped keys.
fn to_be_gone(file: &std::path::Path, ids: &str) -> Vec<Vec<u8>> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut all = std::collections::BTreeSet::new();
    for column in ["number", "number_find", "note", "note_find"] {
        let sql = format!("SELECT {column} FROM patient_past WHERE {column} IS NOT NULL AND id IN ({ids})");
        let mut statement = connection.prepare(&sql).unwrap();
        let found = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.extend(found.map(|text| text.unwrap().into_bytes()));
    }
    let mut statement = connection.prepare(&format!("SELECT wrapped FROM data_key WHERE id IN ({ids})")).unwrap();
    all.extend(statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap));
    all.into_iter().collect()
}

/// How many of them stand in the files of the database, the write-ahead log included; their ends are as telling.
fn standing(file: &std::path::Path, secrets: &[Vec<u8>]) -> usize {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let bytes = [std::fs::read(file).unwrap(), std::fs::read(log).unwrap_or_default()].concat();
    let ends: std::collections::HashSet<&[u8]> = secrets.iter().map(|secret| &secret[secret.len() - 24..]).collect();
    let found: std::collections::HashSet<&[u8]> = bytes.windows(24).filter(|part| ends.contains(part)).collect();
    found.len()
}

#[test]
fn what_was_erased_is_gone_from_the_files_of_the_database() {
    let bureau = Bureau::sqlite();
    bureau.file("unit", "name=教育局");
    let luoshi_store::Database::Sqlite(file) = bureau.options.database.clone() else { panic!("this is SQLite") };
    // Pages are split and joined: what they leave behind is not only where a row was deleted.
    for round in 0..400 {
        let id = 1 + round * 7 % 100;
        let text = format!("note={}{round}", "哮喘".repeat(1 + round * 31 % 60));
        match bureau.store.read(|reader| reader.record(&bureau.table("patient"), id as i64, None)).unwrap() {
            Some(_) => bureau.change("patient", id as i64, &text),
            None => bureau.file("patient", &format!("name=某{round} unit=1 number={round:018} {text}")),
        };
    }
    let ids: Vec<i64> = (1..=60).collect();
    let named = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let secrets = to_be_gone(&file, &named);
    assert!(standing(&file, &secrets) > 200, "they are there before");
    let table = bureau.table("patient");
    let erase = move |writer: &mut Writer| ids.iter().try_for_each(|id| writer.erase(&table, *id, "x").map(|_| ()));
    bureau.store.write(bureau.act(), erase).unwrap();
    // The next write comes after the log was emptied.
    bureau.file("unit", "name=学校");
    let left = standing(&file, &secrets);
    assert!(
        left < secrets.len() / 20,
        "not in a row nor in the log, and of {} {left} in splits of pages",
        secrets.len()
    );
    bureau.store.compact().unwrap();
    assert_eq!(standing(&file, &secrets), 0, "neither in a row, nor in free space, nor in the log");
    let copy = tempfile::tempdir().unwrap();
    bureau.store.backup(&copy.path().join("copy.db")).unwrap();
    assert_eq!(standing(&copy.path().join("copy.db"), &secrets), 0, "nor in a copy");
    bureau.assert_clean();
}

#[test]
fn keys_are_read_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::in_folder(folder.path().join("keys"));
    assert_eq!(keys.newest().unwrap(), None);
    assert_eq!((keys.make().unwrap(), keys.make().unwrap(), keys.newest().unwrap()), (1, 2, Some(2)));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(keys.folder()), mode(&keys.folder().join("000002.key"))), (0o700, 0o600));
    let one = std::fs::read_to_string(keys.folder().join("000001.key")).unwrap();
    assert_ne!(one, std::fs::read_to_string(keys.folder().join("000002.key")).unwrap());
}
