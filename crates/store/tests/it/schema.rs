//! Bringing the database to what the packs declare.

use crate::both;
use crate::fixture::{Bureau, columns, show, table, tables};
use luoshi_kernel::table::{Owner, Table};
use luoshi_store::{Store, StoreError};

/// The tables of the bureau with one of them changed.
fn with(name: &str, change: impl Fn(&mut Table)) -> Vec<Table> {
    let mut tables = tables();
    change(tables.iter_mut().find(|table| table.name == name).unwrap());
    tables
}

fn difference(bureau: &Bureau, tables: &[Table]) -> Vec<String> {
    bureau.store.difference(tables).unwrap().iter().map(ToString::to_string).collect()
}

fn apply(bureau: &Bureau, tables: &[Table], drop: &[&str]) -> Result<Vec<String>, StoreError> {
    let drop: Vec<String> = drop.iter().map(ToString::to_string).collect();
    Ok(bureau.store.apply(tables, &drop)?.iter().map(ToString::to_string).collect())
}

/// Applies a change that must be shown before, done, and empty the second time.
fn applied(bureau: &Bureau, tables: &[Table], drop: &[&str], expected: &[&str]) {
    assert_eq!(difference(bureau, tables), expected);
    let drop: Vec<String> = drop.iter().map(ToString::to_string).collect();
    let done = bureau.store.apply_as(bureau.act(), tables, &drop).unwrap();
    assert_eq!(done.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert_eq!(difference(bureau, tables), Vec::<String>::new());
    assert_eq!(apply(bureau, tables, &[]).unwrap(), Vec::<String>::new());
    bureau.assert_clean();
}

both! {
    fn a_second_run_is_empty(bureau: &Bureau) {
        assert_eq!(difference(bureau, &tables()), Vec::<String>::new());
        assert_eq!(apply(bureau, &tables(), &[]).unwrap(), Vec::<String>::new());
    }

    fn a_day_that_lists_are_ordered_by_is_read_both_ways(bureau: &Bureau) {
        let changed = with("project", |project| {
            project.columns.extend(columns("due:date"));
            project.indexed.push(vec!["due".into()]);
        });
        let index = "`project` gets an index on due";
        let down = format!("{index} DESC");
        let mut expected = vec!["`project` gets the field `due`", index];
        if bureau.store.dialect() == luoshi_store::Dialect::Postgres {
            expected.insert(1, &down);
        }
        applied(bureau, &changed, &[], &expected);
    }

    fn a_new_field_and_a_new_register_come_by_themselves(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        let mut changed = with("project", |project| {
            project.columns.extend(columns("budget:int leader>person"));
            project.indexed.push(vec!["leader".into()]);
        });
        changed.push(table("room", "school>school", "school>school"));
        applied(bureau, &changed, &[], &[
            "`project` gets the field `budget`",
            "`project` gets the field `leader`",
            "register `room` is new, with 1 fields",
            "`project` gets an index on leader",
            "`room` gets an index on school",
            "`room` gets an index on owner",
        ]);
        assert_eq!(show(&bureau.record("project", 1)), "school=4 title=a owner=4 XM-2021-000001");
        assert!(bureau.record("project", 1).values.get("budget").is_some());
        bureau.change("project", 1, "title=b");
        bureau.assert_clean();
    }

    fn a_renamed_field_keeps_its_values_and_its_digests(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4 places=3");
        let renamed = with("project", |project| {
            project.columns[2].name = "seats".into();
            project.columns[2].was = Some("places".into());
        });
        applied(bureau, &renamed, &[], &["the field `project.places` is renamed to `seats`"]);
        assert_eq!(show(&bureau.record("project", 1)), "school=4 seats=3 title=a owner=4 XM-2021-000001");
        assert_eq!(bureau.history("project", 1), ["1 file: school=4 seats=3 title=a owner=4 XM-2021-000001"]);
    }

    fn a_dropped_field_needs_its_word_and_lives_on_in_the_past(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("school", "name=c code=C places=3");
        let dropped = with("school", |school| {
            school.columns.remove(0);
            school.unique.clear();
        });
        let refused = apply(bureau, &dropped, &[]).unwrap_err();
        assert_eq!(refused.code(), "S015");
        assert!(refused.to_string().contains("--drop school.code"), "{refused}");
        let shown = difference(bureau, &dropped);
        assert_eq!(shown[0], "the field `school.code` is dropped; the past keeps it");
        assert_eq!(apply(bureau, &dropped, &["school.code"]).unwrap(), shown);
        assert_eq!(difference(bureau, &dropped), Vec::<String>::new());
        bureau.assert_clean();
        assert_eq!(bureau.numbers("SELECT count(*) FROM school_past WHERE \"16:code\" IS NOT NULL"), [3]);
        // A new field of the same name is another field: its number is not used again.
        applied(bureau, &tables(), &[], &["`school` gets the field `code`", "no two records of `school` may share code"]);
        bureau.change("school", 4, "code=Z");
        assert_eq!(bureau.numbers("SELECT max(number) FROM catalogue_field"), [23]);
        assert_eq!(bureau.numbers("SELECT count(*) FROM catalogue_field WHERE name = 'code' AND register = 2 AND number = 18"), [1]);
        bureau.assert_clean();
    }

    fn a_dropped_reference_leaves_cleanly(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("person", "name=a");
        bureau.file("post", "person=1 unit=4");
        let dropped = with("post", |post| {
            post.columns.remove(0);
            post.indexed.remove(0);
        });
        apply(bureau, &dropped, &["post.person"]).unwrap();
        assert_eq!(show(&bureau.record("post", 1)), "unit=4 owner=4");
    }

    fn a_change_of_kind_is_a_new_field(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4 places=3");
        let changed = with("project", |project| project.columns[2] = columns("places:text").remove(0));
        assert!(apply(bureau, &changed, &[]).unwrap_err().to_string().contains("would be a new field"));
        applied(bureau, &changed, &["project.places"], &[
            "the field `project.places` is dropped; the past keeps it",
            "`project` gets the field `places`",
        ]);
        assert_eq!(show(&bureau.record("project", 1)), "school=4 title=a owner=4 XM-2021-000001");
    }

    fn a_new_owner_path_moves_every_record(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        bureau.file("project", "title=b school=5");
        bureau.file("project", "title=c");
        let before = bureau.now();
        let changed = with("project", |project| {
            project.owner = Owner::Path(vec![("school".into(), "school".into()), ("parent".into(), "unit".into())]);
        });
        applied(bureau, &changed, &[], &[
            "`project` declares its owner, serial number, field order or who writes a field anew",
            "the owner of every record of `project` is computed anew",
        ]);
        assert_eq!(bureau.numbers("SELECT owner FROM project WHERE owner IS NOT NULL ORDER BY id"), [2, 3]);
        assert_eq!(bureau.known("project", 1, before).unwrap().owner, Some(4));
        // The path now passes through the unit's own column.
        bureau.change("unit", 4, "parent=3");
        assert_eq!(bureau.record("project", 1).owner, Some(3));
        bureau.assert_clean();
    }

    fn a_unique_set_that_records_break_is_refused_in_words(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        bureau.file("project", "title=a school=5");
        let changed = with("project", |project| project.unique.push(vec!["title".into()]));
        let refused = apply(bureau, &changed, &[]).unwrap_err();
        assert!(refused.to_string().contains("share the same title"), "{refused}");
        bureau.change("project", 2, "title=b");
        apply(bureau, &changed, &[]).unwrap();
        assert_eq!(difference(bureau, &changed), Vec::<String>::new());
        assert!(matches!(bureau.try_file("project", "title=b"), Err(StoreError::Taken { .. })));
    }

    fn names_of_the_stores_own_are_refused(bureau: &Bureau) {
        for (name, text) in [("ledger", "a:int"), ("x_past", "a:int"), ("x", "since:int"), ("x", "id:int"), ("x", "a:int a:int"), ("X y", "a:int")] {
            let refused = bureau.store.apply(&[table(name, text, "nobody")], &[]).unwrap_err();
            assert_eq!(refused.code(), "S015", "{name} {text}");
        }
        assert_eq!(difference(bureau, &tables()), Vec::<String>::new());
    }

    fn a_restart_in_the_middle_leaves_the_rest_to_the_next_run(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=a school=4");
        let changed = with("project", |project| {
            project.columns.extend(columns("budget:int"));
            project.indexed.push(vec!["budget".into()]);
        });
        // What a crash leaves after the first transaction: the columns are there, the index is not.
        apply(bureau, &changed, &[]).unwrap();
        let Some(name) = bureau.index_names().into_iter().find(|name| name.ends_with(":project:21")) else {
            panic!("no index on budget: {:?}", bureau.index_names())
        };
        bureau.tamper(&format!("DROP INDEX \"{name}\""));
        applied(bureau, &changed, &[], &["`project` gets an index on budget"]);
    }

    fn another_process_sees_the_new_schema_at_its_next_read_and_write(bureau: &Bureau) {
        bureau.with_schools();
        let other = Store::open(bureau.options.clone()).unwrap();
        let changed = with("project", |project| project.columns.extend(columns("budget:int")));
        other.apply(&changed, &[]).unwrap();
        let record = bureau.file("project", "title=a school=4");
        assert!(record.values.get("budget").is_some());
        assert!(bureau.record("project", 1).values.get("budget").is_some());
        assert_eq!(bureau.store.read(|reader| Ok(reader.tables())).unwrap().len(), tables().len());
    }

    fn a_register_that_was_never_applied_is_told_to_be(bureau: &Bureau) {
        let room = table("room", "name:text", "nobody");
        let filed = bureau.store.write(bureau.act(), move |writer: &mut luoshi_store::Writer| {
            writer.file(&room, luoshi_store::Draft::default())
        });
        assert!(matches!(filed, Err(StoreError::Unapplied { .. })), "{filed:?}");
    }

    fn a_database_of_a_newer_program_is_refused(bureau: &Bureau) {
        bureau.tamper("UPDATE meta SET value = '999' WHERE key = 'format'");
        let refused = Store::open(bureau.options.clone()).err().unwrap();
        assert!(matches!(refused, StoreError::Newer { found: 999, .. }), "{refused}");
    }
}
