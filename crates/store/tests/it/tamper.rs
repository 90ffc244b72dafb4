//! Every way to change the database behind the store's back, and the words in which the verifier names it.

use crate::both;
use crate::fixture::Bureau;
use luoshi_kernel::digest::{self, hex};
use luoshi_store::{Dialect, ExportedHead, StoreError, Writer, verify};

/// Six lines for the schools' bureau (schools have two each), then a project with three versions.
fn with_project(bureau: &Bureau) {
    bureau.with_schools();
    bureau.file("project", "title=扩建 school=4 places=300");
    bureau.change("project", 1, "places=280");
    bureau.change("project", 1, "places=290");
    bureau.assert_clean();
}

/// Tampers and gives the findings.
fn found(bureau: &Bureau, sql: &str) -> Vec<String> {
    with_project(bureau);
    bureau.tamper(sql);
    bureau.findings()
}

/// Bytes in SQL.
fn bytes(bureau: &Bureau, hash: &[u8]) -> String {
    match bureau.store.dialect() {
        Dialect::Sqlite => format!("X'{}'", hex(hash)),
        Dialect::Postgres => format!("'\\x{}'::bytea", hex(hash)),
    }
}

fn head(bureau: &Bureau) -> ExportedHead {
    (&bureau.store.write::<_, StoreError>(bureau.act(), |writer: &mut Writer| writer.make_head()).unwrap()).into()
}

/// Takes away every event, the one that tells a head among them.
const WITHOUT_EVENTS: &str = "DELETE FROM event; DELETE FROM event_past; DELETE FROM tally WHERE register = 'event';
    DELETE FROM write_counter WHERE register NOT IN (1, 2, 3);";

/// Two accounts, the first of a person, the second disabled since.
fn with_accounts(bureau: &Bureau) {
    let account = |name: &str, title: &str, person| luoshi_store::Account {
        id: 0,
        name: name.into(),
        title: title.into(),
        person,
        password: "hash".into(),
        disabled: false,
    };
    let (one, other) = (account("a", "甲", Some(1)), account("b", "乙", None));
    bureau
        .store
        .write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| {
            writer.put_account(&one)?;
            let id = writer.put_account(&other)?;
            writer.put_account(&luoshi_store::Account { id, disabled: true, ..other.clone() })
        })
        .unwrap();
    bureau.assert_clean();
}

fn try_head(bureau: &Bureau) -> Result<luoshi_store::Head, StoreError> {
    bureau.store.write(bureau.act(), |writer: &mut Writer| writer.make_head())
}

/// Three complete subtrees of lines and a few.
fn with_many(bureau: &Bureau) {
    let table = bureau.table("person");
    let drafts = move || std::iter::repeat_n(luoshi_store::Draft::default(), 200);
    bureau
        .store
        .write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.file_all(&table, drafts()))
        .unwrap();
    bureau.assert_clean();
}

both! {
    fn a_changed_field_of_the_past(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE project_past SET places = 999 WHERE version = 2"), [
            "project XM-2021-000001 version 2: was changed: its content does not have the digest in the ledger",
        ]);
    }

    fn a_changed_field_of_the_current_row(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE project SET places = 999"), [
            "project XM-2021-000001 version 3: the current row differs from the last version: it was changed by hand",
        ]);
    }

    fn a_changed_header_who_when_and_why(bureau: &Bureau) {
        with_project(bureau);
        for (set, undo) in [("by = 8", "by = 7"), ("act = 'x'", "act = 'edit'"), ("request = 'x'", "request = NULL"),
            ("state = 'x'", "state = NULL"), ("schema = 9", "schema = 1"), ("owner = 5", "owner = 4")]
        {
            let quoted = |text: &str| { let (name, value) = text.split_once(' ').unwrap(); format!("\"{name}\" {value}") };
            bureau.tamper(&format!("UPDATE project_past SET {} WHERE version = 2", quoted(set)));
            assert_eq!(bureau.findings(), [
                "project XM-2021-000001 version 2: was changed: its content does not have the digest in the ledger",
            ], "{set}");
            bureau.tamper(&format!("UPDATE project_past SET {} WHERE version = 2", quoted(undo)));
        }
        bureau.assert_clean();
    }

    fn a_changed_count(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE tally SET records = 7 WHERE register = 'project'"), [
            "the records of `project`: of unit 4 in the state `` are counted as 7, and are 1",
        ]);
    }

    fn a_changed_interval(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE project_past SET until = until + 1 WHERE version = 2"), [
            "project XM-2021-000001 version 3: does not begin when the version before it ends",
        ]);
    }

    fn a_deleted_version(bureau: &Bureau) {
        assert_eq!(found(bureau, "DELETE FROM project_past WHERE version = 2"), [
            "project XM-2021-000001 version 3: the version before it is missing",
            "project XM-2021-000001 version 3: does not begin when the version before it ends",
            "project XM-2021-000001 version 2 (ledger line 9): stands in the ledger and not in the past: it was deleted",
        ]);
    }

    fn a_deleted_record(bureau: &Bureau) {
        let found = found(bureau, "DELETE FROM project; DELETE FROM project_past");
        for version in 1..=3 {
            let line = 7 + version;
            let finding = format!(
                "project 1 version {version} (ledger line {line}): stands in the ledger and not in the past: it was deleted"
            );
            assert!(found.contains(&finding), "{found:?}");
        }
    }

    fn a_deleted_current_row(bureau: &Bureau) {
        assert_eq!(found(bureau, "DELETE FROM project"), [
            "project XM-2021-000001 version 3: the current row is missing: it was deleted",
        ]);
    }

    fn an_inserted_current_row(bureau: &Bureau) {
        let sql = "INSERT INTO project (id, version, title, school, owner) VALUES (2, 1, 'x', 4, 4)";
        assert_eq!(found(bureau, sql), ["project 2: has no past: the row was inserted by hand"]);
    }

    fn an_inserted_record_with_its_past(bureau: &Bureau) {
        let sql = "INSERT INTO project (id, version, title, school, owner) VALUES (2, 1, 'x', 4, 4);
            INSERT INTO project_past (id, version, title, school, owner, since, until, \"by\", act, schema, seq)
            VALUES (2, 1, 'x', 4, 4, 1, 9223372036854775807, 7, 'file', 1, 99)";
        assert_eq!(found(bureau, sql), [
            "project 2 version 1: has no line in the ledger: inserted by hand, or its line was deleted",
        ]);
    }

    fn two_swapped_rows(bureau: &Bureau) {
        let sql = "UPDATE project_past SET version = 9 WHERE version = 1; UPDATE project_past SET version = 1 WHERE version = 2;
            UPDATE project_past SET version = 2 WHERE version = 9";
        let found = found(bureau, sql);
        for version in [1, 2] {
            let finding = format!("project XM-2021-000001 version {version}: its line in the ledger belongs to another version");
            assert!(found.contains(&finding), "{found:?}");
        }
    }

    fn two_swapped_values(bureau: &Bureau) {
        let sql = "UPDATE project_past SET places = CASE version WHEN 1 THEN 280 ELSE 300 END WHERE version < 3";
        let found = found(bureau, sql);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("project XM-2021-000001 version 1: was changed"));
        assert!(found[1].starts_with("project XM-2021-000001 version 2: was changed"));
    }

    fn the_last_line_of_the_ledger_deleted(bureau: &Bureau) {
        assert_eq!(found(bureau, "DELETE FROM ledger WHERE seq = 10"), [
            "ledger line 10: missing: deleted by hand",
            "the end of the ledger: does not agree with the last line of the ledger",
            "project XM-2021-000001 version 3: has no line in the ledger: inserted by hand, or its line was deleted",
            "the write counter of `project`: says 3 and the ledger has 2 lines",
        ]);
    }

    fn the_last_version_cut_off_everywhere(bureau: &Bureau) {
        with_project(bureau);
        let exported = head(bureau);
        // As thorough as a thief can be who does not rewrite the heads.
        let chain = bureau.store.read(|reader| reader.ledger_line(9)).unwrap().unwrap().chain;
        bureau.tamper(&format!(
            "{WITHOUT_EVENTS} DELETE FROM ledger WHERE seq >= 10; DELETE FROM project_past WHERE version = 3;
             UPDATE project_past SET until = 9223372036854775807 WHERE version = 2;
             UPDATE project SET version = 2, places = 280;
             UPDATE ledger_end SET size = 9, chain = {}, at = (SELECT max(since) FROM project_past); UPDATE write_counter SET writes = 2 WHERE register = 3;
             DELETE FROM ledger_head",
            bytes(bureau, &chain)
        ));
        bureau.assert_clean();
        let report = verify(&bureau.store, Some(&exported), &mut |_, _| {}).unwrap();
        assert_eq!(report.findings[0].to_string(),
            "the exported head at line 10: the ledger has only 9 lines: the database is older than the head, an earlier \
             copy was put in its place");
    }

    /// The thief changes a value and recomputes the digest with the program's own function: the chain shows it.
    fn a_digest_recomputed_with_the_programs_own_function(bureau: &Bureau) {
        with_project(bureau);
        let exported = head(bureau);
        let (register, mut versions) = bureau.store.read(|reader| {
            Ok((reader.register_number("project")?, reader.history(&bureau.tables["project"], 1)?))
        }).unwrap();
        let version = versions.remove(1);
        let fact = digest::Version { register, id: 1, version: 2, since: version.since, by: 7, act: "edit" };
        let text = |text: &str| luoshi_pack::Value::Text(text.into());
        let int = luoshi_pack::Value::Int;
        let digest_of = |places: i64| {
            let fields = [(2, text("XM-2021-000001")), (3, int(4)), (5, int(1)), (16, text("扩建")), (17, int(4)), (18, int(places))];
            digest::version(fact, fields.iter().map(|(number, value)| (*number, value)))
        };
        assert_eq!(digest_of(280), version.digest);
        bureau.tamper(&format!(
            "UPDATE project_past SET places = 999 WHERE version = 2; UPDATE ledger SET digest = {} WHERE seq = 9",
            bytes(bureau, &digest_of(999))
        ));
        let report = verify(&bureau.store, Some(&exported), &mut |_, _| {}).unwrap();
        let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings, [
            "project XM-2021-000001 version 2 (ledger line 9): its digest does not continue the chain: it was replaced",
            "the head at line 10: something before it was changed since it was made",
            "the exported head at line 10: something before it was changed since it was made",
        ]);
    }

    fn a_ledger_wholly_recomputed_is_told_by_an_exported_head(bureau: &Bureau) {
        with_project(bureau);
        let exported = head(bureau);
        let lines = bureau.store.read(|reader| (1..=10).map(|seq| Ok(reader.ledger_line(seq)?.unwrap())).collect::<Result<Vec<_>, _>>()).unwrap();
        let forged = digest::hex(&[7; 32]);
        let mut sql = format!("DELETE FROM ledger_head; {WITHOUT_EVENTS} DELETE FROM ledger WHERE seq = 11;");
        let mut chain = lines[7].chain;
        for line in &lines[8..] {
            let digest = if line.seq == 9 { [7; 32] } else { line.digest };
            chain = digest::chain(&chain, &digest);
            sql += &format!("UPDATE ledger SET digest = {}, chain = {} WHERE seq = {};", bytes(bureau, &digest), bytes(bureau, &chain), line.seq);
        }
        sql += &format!(
            "UPDATE ledger_end SET size = 10, chain = {}, at = (SELECT max(since) FROM project_past);", bytes(bureau, &chain));
        assert_eq!(forged.len(), 64);
        bureau.tamper(&sql);
        let report = verify(&bureau.store, Some(&exported), &mut |_, _| {}).unwrap();
        assert_eq!(report.findings[0].to_string(),
            "the exported head at line 10: something before it was changed since it was made");
    }

    fn a_spoilt_node_of_the_tree(bureau: &Bureau) {
        with_many(bureau);
        let exported = head(bureau);
        let spoil = |hash: &[u8]| format!("UPDATE ledger_node SET hash = {} WHERE level = 6", bytes(bureau, hash));
        for hash in [&[0; 32][..], &[0; 3]] {
            bureau.tamper(&spoil(hash));
            let changed = |place| {
                format!("ledger node 6/{place}: is not what the lines below it give: it was changed by hand")
            };
            assert_eq!(bureau.findings(), [changed(0), changed(1), changed(2)]);
        }
        bureau.file("person", "name=b");
        assert_eq!(try_head(bureau).unwrap_err().code(), "S021");
        bureau.tamper(&spoil(&[7; 32]));
        let refused = try_head(bureau).unwrap_err();
        assert_eq!(refused.to_string(), format!(
            "no head is sealed: what is kept of the ledger does not give the head that was made at line {} [S025]; \
             run `luoshi verify`", exported.size));
        assert_eq!(refused.chinese(), format!(
            "没有签发链头：账本现存部分算不出在第 {} 行签发的链头，请运行 luoshi verify [S025]", exported.size));
        let report = verify(&bureau.store, Some(&exported), &mut |_, _| {}).unwrap();
        assert!(report.findings.iter().all(|finding| finding.subject.starts_with("ledger node 6/")), "{report:?}");
    }

    fn nodes_deleted_and_inserted(bureau: &Bureau) {
        with_many(bureau);
        head(bureau);
        bureau.tamper("DELETE FROM ledger_node WHERE level = 6 AND place = 1; UPDATE ledger_node SET place = 9 WHERE level = 7");
        assert_eq!(bureau.findings(), [
            "ledger node 7/0: missing: deleted by hand",
            "ledger node 6/1: missing: deleted by hand",
            "ledger node 7/9: stands for no lines of the ledger: inserted by hand",
        ].map(String::from).into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
    }

    fn heads_deleted_or_dated_otherwise(bureau: &Bureau) {
        with_project(bureau);
        let exported = head(bureau);
        assert_eq!((exported.size, head(bureau).size), (10, 10), "a head is no reason for another");
        bureau.file("person", "name=a");
        assert_eq!(head(bureau).size, 12);
        bureau.assert_clean();
        bureau.tamper("UPDATE ledger_head SET at = at + 1 WHERE size = 10");
        let instant = "does not carry the instant of the line that it was made at: it was changed by hand";
        assert_eq!(bureau.findings(), [format!("the head at line 10: {instant}")]);
        bureau.tamper("DELETE FROM ledger_head WHERE size = 10; UPDATE ledger_end SET at = at + 1");
        assert_eq!(bureau.findings(), [
            "the head at line 10: is missing: it was deleted".to_string(),
            format!("the end of the ledger: {instant}"),
        ]);
        let later = ExportedHead { at: exported.at + 1, ..exported };
        let report = verify(&bureau.store, Some(&later), &mut |_, _| {}).unwrap();
        assert!(report.findings.iter().any(|finding| finding.to_string() == format!("the exported head at line 10: {instant}")));
    }

    fn a_ledger_continues_a_head_or_does_not(bureau: &Bureau) {
        with_project(bureau);
        let exported = head(bureau);
        bureau.file("person", "name=a");
        let holds = |head: &ExportedHead| luoshi_store::continues(&bureau.store, head).unwrap();
        assert!(holds(&exported));
        assert!(!holds(&ExportedHead { size: 99, ..exported.clone() }), "an older copy");
        assert!(!holds(&ExportedHead { root: exported.chain.clone(), ..exported.clone() }));
        bureau.tamper(&format!("UPDATE ledger SET digest = {} WHERE seq = 3", bytes(bureau, &[7; 32])));
        assert!(!holds(&exported));
    }

    fn a_head_put_in_the_place_of_another(bureau: &Bureau) {
        with_project(bureau);
        head(bureau);
        bureau.tamper(&format!("UPDATE ledger_head SET root = {}", bytes(bureau, &[1; 32])));
        assert_eq!(bureau.findings(), [
            "the head at line 10: is not the one that was made",
            "the head at line 10: something before it was changed since it was made",
        ]);
    }

    fn accounts_changed_inserted_and_deleted(bureau: &Bureau) {
        with_accounts(bureau);
        for (set, undo) in [("title = 'x'", "title = '甲'"), ("person = NULL", "person = 1"), ("name = 'x'", "name = 'a'"),
            ("password = 'x'", "password = 'hash'"), ("disabled = NOT disabled", "disabled = NOT disabled")]
        {
            bureau.tamper(&format!("UPDATE account SET {set} WHERE id = 1"));
            let name = if set.starts_with("name") { "x" } else { "a" };
            assert_eq!(bureau.findings(), [
                format!("account 1 ({name}): is not as it was last written: it was changed by hand"),
            ], "{set}");
            bureau.tamper(&format!("UPDATE account SET {undo} WHERE id = 1"));
        }
        bureau.assert_clean();
        bureau.tamper("UPDATE account SET id = 3, name = 'c' WHERE id = 2");
        assert_eq!(bureau.findings(), [
            "account 3 (c): was never written by the program: it was inserted by hand",
            "account 2: is missing: it was deleted",
        ]);
    }

    fn accounts_of_an_older_database_are_told_once_it_is_applied(bureau: &Bureau) {
        with_accounts(bureau);
        bureau.tamper(&format!("{WITHOUT_EVENTS} DELETE FROM ledger; UPDATE meta SET value = '6' WHERE key = 'format';
            UPDATE ledger_end SET size = 0, at = 0, chain = {}", bytes(bureau, &[0; 32])));
        let older = luoshi_store::Store::open(bureau.options.clone()).unwrap();
        assert_eq!(bureau.findings(), ["the accounts: 2 stand under no proof yet; run `luoshi apply`"]);
        let tables: Vec<_> = bureau.tables.values().cloned().collect();
        let changes = older.apply(&tables, &[]).unwrap();
        assert_eq!(changes, [luoshi_store::Change::Accounts]);
        assert_eq!(older.difference(&tables).unwrap(), []);
        bureau.assert_clean();
        bureau.tamper("UPDATE account SET title = 'x' WHERE id = 2");
        assert_eq!(bureau.findings(), ["account 2 (b): is not as it was last written: it was changed by hand"]);
    }

    fn a_units_parent_changed(bureau: &Bureau) {
        assert_eq!(found(bureau, "UPDATE unit SET parent = 3 WHERE id = 4"), [
            "unit 4 version 1: the current row differs from the last version: it was changed by hand",
            "unit 4: is held to lie within unit 2 and does not",
            "unit 4: lies within unit 3 and is not held to",
        ]);
    }

    fn a_scope_widened(bureau: &Bureau) {
        assert_eq!(found(bureau, "INSERT INTO unit_within (ancestor, unit) VALUES (5, 4)"), [
            "unit 4: is held to lie within unit 5 and does not",
            "school 4: is held otherwise by the search index than it is",
            "project XM-2021-000001: is held otherwise by the search index than it is",
        ]);
    }

    fn an_owner_changed(bureau: &Bureau) {
        let found = found(bureau, "UPDATE project SET owner = 5");
        assert!(found.contains(&"project XM-2021-000001: its owner is not the unit that its path leads to".to_string()), "{found:?}");
    }

    fn counters_and_reference_counts_changed(bureau: &Bureau) {
        with_project(bureau);
        bureau.file("person", "name=a");
        bureau.file("post", "person=1 unit=4");
        bureau.tamper("UPDATE serial_counter SET given = 5; UPDATE write_counter SET writes = 9 WHERE register = 3; UPDATE seen SET times = 2");
        assert_eq!(bureau.findings(), [
            "the write counter of `project`: says 9 and the ledger has 3 lines",
            "the serial counter of `project` for 2021: says 5 and the highest number given is 1",
            "person 1: is held to be referred to 2 times by unit 4, and is 1 times",
        ]);
    }

    fn a_reference_that_leads_nowhere(bureau: &Bureau) {
        let found = found(bureau, "DELETE FROM school WHERE id = 4");
        assert!(found.contains(&"project XM-2021-000001: its `school` refers to a record that does not exist".to_string()), "{found:?}");
        assert!(found.contains(&"school 4 version 1: the current row is missing: it was deleted".to_string()), "{found:?}");
    }

    fn a_unique_index_removed(bureau: &Bureau) {
        with_project(bureau);
        let name = bureau.index_names().into_iter().find(|name| name == "u:school:16").unwrap();
        bureau.tamper(&format!("DROP INDEX \"{name}\""));
        assert_eq!(bureau.findings(), ["`school` (code): nothing keeps it unique: the index u:school:16 is missing"]);
    }

    fn writes_go_on_while_the_verifier_reads(bureau: &Bureau) {
        with_project(bureau);
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    bureau.file("project", "title=b school=5");
                    let school = if bureau.record("project", 1).owner == Some(4) { 5 } else { 4 };
                    bureau.change("project", 1, &format!("school={school}"));
                    bureau.change("unit", 4, &format!("parent={}", school - 2));
                }
            });
            for _ in 0..10 {
                bureau.assert_clean();
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }
}

/// An older copy of the whole file is clean in itself; an exported head tells it.
#[test]
fn an_older_copy_of_the_database_is_told_by_an_exported_head() {
    let bureau = Bureau::sqlite();
    with_project(&bureau);
    let luoshi_store::Database::Sqlite(file) = bureau.options.database.clone() else { panic!("this is SQLite") };
    let copy = file.with_file_name("older.db");
    bureau.tamper(&format!("VACUUM INTO '{}'", copy.display()));
    bureau.file("project", "title=b school=5");
    let exported = head(&bureau);
    assert_eq!(ExportedHead::from_json(&exported.to_json()).unwrap(), exported);
    let older = luoshi_store::Store::open(luoshi_store::Options::sqlite(copy)).unwrap();
    assert!(verify(&older, None, &mut |_, _| {}).unwrap().is_clean());
    let findings = verify(&older, Some(&exported), &mut |_, _| {}).unwrap().findings;
    assert_eq!(findings.len(), 1);
    assert!(findings[0].chinese.contains("旧的副本"));
    let report = verify(&bureau.store, Some(&exported), &mut |_, _| {}).unwrap();
    assert!(report.is_clean());
}

/// A value of the wrong type, which SQLite lets a hand write, is a finding and not a failure.
#[test]
fn a_value_of_the_wrong_type_is_named() {
    let bureau = Bureau::sqlite();
    assert_eq!(
        found(&bureau, "UPDATE project_past SET places = 'many' WHERE version = 2")[0],
        "project XM-2021-000001 version 2: was changed by hand: the database is damaged: column 8 of a result holds text \
         instead of a whole number [S021]; run `luoshi verify`"
    );
}

/// What SQLite keeps of the search index cannot go without being missed.
#[test]
fn a_search_index_damaged_below_its_words_is_named() {
    for (sql, told) in [
        ("DELETE FROM search_idx", "search index"),
        ("DELETE FROM search_docsize WHERE id = (SELECT max(id) FROM search_docsize)", "search index"),
        ("DELETE FROM search_docsize", "search index"),
        ("DELETE FROM search_data WHERE id > 10", "search index"),
        ("UPDATE catalogue_field SET name = 'seats' WHERE name = 'places'", "cannot be read"),
    ] {
        let bureau = Bureau::sqlite();
        with_project(&bureau);
        let table = bureau.table("person");
        let draft = |number: i32| bureau.draft("person", &format!("name=w{number}x{}", number * 7919 % 1_000));
        let drafts: Vec<_> = (0..900).map(draft).collect();
        bureau
            .store
            .write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.file_all(&table, drafts.iter()))
            .unwrap();
        bureau.assert_clean();
        bureau.tamper(sql);
        let store = luoshi_store::Store::open(bureau.options.clone()).unwrap();
        let findings = verify(&store, None, &mut |_, _| {}).unwrap().findings;
        assert!(findings.iter().any(|finding| finding.to_string().contains(told)), "{sql}: {findings:?}");
    }
}

/// On a full disk the index takes nothing in; the verifier leaves out what is due and goes on.
#[test]
fn an_index_that_cannot_be_written_holds_up_no_verifier() {
    let bureau = Bureau::sqlite();
    with_project(&bureau);
    bureau.tamper("CREATE TRIGGER full BEFORE DELETE ON search_due BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    bureau.file("project", "title=新建 school=4");
    assert!(bureau.store.index().is_err());
    bureau.assert_clean();
    bureau.tamper("BEGIN; DROP TRIGGER full; DELETE FROM search_due; COMMIT");
    assert_eq!(bureau.findings(), ["project XM-2021-000002: is held otherwise by the search index than it is"]);
}
