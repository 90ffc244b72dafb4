//! Derived values: right in every write of the record and of its parts, whatever the road, recounted by the verifier.

use crate::both;
use crate::fixture::{Bureau, show, table, tables};
use luoshi_kernel::derive::{Derive, Derives, Part, Whole};
use luoshi_kernel::table::{Copy, Derived, Table};
use luoshi_pack::Value;
use luoshi_store::{Change, Draft, Record, Store, StoreError, Writer, verify};

fn number(part: &Part, name: &str) -> i64 {
    part.value(name).int().unwrap_or(0)
}

/// Twice the points.
fn twice(mark: &Whole) -> Value {
    mark.record.value("points").int().map_or(Value::Null, |points| Value::Int(points * 2))
}

/// The base and what its marks are worth, each no more than the places of the project; those that are gone count nothing.
fn total(audit: &Whole) -> Value {
    let marks = audit.parts("mark").iter().filter(|mark| mark.state.as_deref() != Some("gone"));
    let worth = |mark: &Part| number(mark, "twice").min(mark.value("places").int().unwrap_or(i64::MAX));
    Value::Int(number(&audit.record, "base") + marks.map(worth).sum::<i64>())
}

fn size(audit: &Whole) -> Value {
    Value::Text(if total(audit).int().is_some_and(|total| total >= 100) { "large" } else { "small" }.into())
}

pub fn derives() -> Derives {
    let exit = |compute| Derive { revision: 1, compute };
    Derives::from([("twice", exit(twice as _)), ("total", exit(total)), ("size", exit(size))])
}

fn derived(column: &str, exit: &str) -> Derived {
    Derived { column: column.into(), exit: exit.into() }
}

fn copy(column: &str, steps: &str, value: &str) -> Copy {
    let step = |text: &str| text.split_once('>').map(|(name, to)| (name.to_string(), to.to_string())).unwrap();
    Copy { column: column.into(), steps: steps.split('.').map(step).collect(), value: value.into() }
}

/// An audit of a project, its marks (each a part), and a letter about it that copies the total.
fn audits() -> [Table; 3] {
    let mut audit =
        table("audit", "project>project base:int secret:sealed total:int size:text", "project>project.school>school");
    audit.derives = vec![derived("total", "total"), derived("size", "size")];
    let mut mark =
        table("mark", "audit>audit points:int places:int twice:int", "audit>audit.project>project.school>school");
    mark.derives = vec![derived("twice", "twice")];
    mark.copies = vec![copy("places", "audit>audit.project>project", "places")];
    mark.part_of = Some(("audit".into(), "audit".into()));
    let mut letter = table("letter", "audit>audit total:int", "audit>audit.project>project.school>school");
    letter.copies = vec![copy("total", "audit>audit", "total")];
    [audit, mark, letter]
}

/// The tables of the fixture and these, as far as `change` leaves them.
fn all(change: impl Fn(&mut Table)) -> Vec<Table> {
    let mut audits = audits();
    audits.iter_mut().for_each(change);
    tables().into_iter().chain(audits).collect()
}

/// A project with many places, and the three registers.
fn start(bureau: &Bureau) {
    bureau.with_schools();
    bureau.file("project", "title=扩建 school=4 places=300");
    bureau.store.apply(&all(|_| {}), &[]).unwrap();
}

fn of(name: &str) -> Table {
    audits().into_iter().find(|table| table.name == name).unwrap()
}

type Pairs<'a> = &'a [(&'a str, i64)];

fn draft(values: Pairs) -> Draft {
    let values = values.iter().map(|(name, value)| (name.to_string(), Value::Int(*value))).collect();
    Draft { values, ..Draft::default() }
}

fn file(bureau: &Bureau, name: &str, values: Pairs) -> Record {
    let (table, draft) = (of(name), draft(values));
    bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.file(&table, draft.clone())).unwrap()
}

fn change(bureau: &Bureau, name: &str, id: i64, version: i64, draft: Draft) -> Result<Record, StoreError> {
    let table = of(name);
    bureau
        .store
        .write(bureau.act(), move |writer: &mut Writer| writer.change(&table, id, version, draft.clone(), "edit"))
}

fn read(bureau: &Bureau, name: &str, id: i64) -> String {
    show(&bureau.store.read(|reader| reader.record(&of(name), id, None)).unwrap().unwrap())
}

fn acts(bureau: &Bureau, name: &str, id: i64) -> Vec<String> {
    let versions = bureau.store.read(|reader| reader.history(&of(name), id)).unwrap();
    versions.iter().map(|version| format!("{} {}", version.record.version, version.act)).collect()
}

both! {
    fn a_derived_value_is_right_from_the_first_and_follows_its_parts(bureau: &Bureau) {
        start(bureau);
        let audit = file(bureau, "audit", &[("project", 1), ("base", 10)]);
        assert_eq!(show(&audit), "base=10 project=1 size=small total=10 owner=4");
        file(bureau, "letter", &[("audit", 1)]);
        let mark = file(bureau, "mark", &[("audit", 1), ("points", 20)]);
        assert_eq!(show(&mark), "audit=1 places=300 points=20 twice=40 owner=4");
        assert_eq!(read(bureau, "audit", 1), "base=10 project=1 size=small total=50 owner=4");
        file(bureau, "mark", &[("audit", 1), ("points", 25)]);
        assert_eq!(read(bureau, "audit", 1), "base=10 project=1 size=large total=100 owner=4");
        assert_eq!(acts(bureau, "audit", 1), ["1 file", "2 derive", "3 derive"]);
        // What copies a derived value follows with it.
        assert_eq!(read(bureau, "letter", 1), "audit=1 total=100 owner=4");
        // A part that changes, one that goes, the record itself.
        change(bureau, "mark", 1, 1, draft(&[("points", 1)])).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=10 project=1 size=small total=62 owner=4");
        change(bureau, "mark", 2, 1, Draft { state: Some("gone".into()), ..Draft::default() }).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=10 project=1 size=small total=12 owner=4");
        change(bureau, "audit", 1, 5, draft(&[("base", 200)])).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=200 project=1 size=large total=202 owner=4");
        bureau.assert_clean();
    }

    fn a_part_that_leaves_for_another_whole_changes_both(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        file(bureau, "audit", &[("project", 1)]);
        file(bureau, "mark", &[("audit", 1), ("points", 3)]);
        change(bureau, "mark", 1, 1, draft(&[("audit", 2)])).unwrap();
        assert_eq!(read(bureau, "audit", 1), "project=1 size=small total=0 owner=4");
        assert_eq!(read(bureau, "audit", 2), "project=1 size=small total=6 owner=4");
        bureau.assert_clean();
    }

    fn what_a_part_copies_is_followed_up_to_the_whole(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        file(bureau, "mark", &[("audit", 1), ("points", 100)]);
        assert_eq!(read(bureau, "audit", 1), "project=1 size=large total=200 owner=4");
        bureau.change("project", 1, "places=50");
        assert_eq!(read(bureau, "audit", 1), "project=1 size=small total=50 owner=4");
        // Whom the project belongs to is nothing that is derived; the values stay as they are.
        bureau.change("project", 1, "school=5");
        assert_eq!(read(bureau, "audit", 1), "project=1 size=small total=50 owner=5");
        bureau.assert_clean();
    }

    fn many_parts_in_one_write_make_one_version(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        let drafts: Vec<Draft> = (1..=20).map(|points| draft(&[("audit", 1), ("points", points)])).collect();
        let write = move |writer: &mut Writer| writer.file_all(&of("mark"), drafts.clone());
        bureau.store.write(bureau.act(), write).unwrap();
        assert_eq!(read(bureau, "audit", 1), "project=1 size=large total=420 owner=4");
        assert_eq!(acts(bureau, "audit", 1), ["1 file", "2 derive"]);
        bureau.assert_clean();
    }

    fn a_write_that_asks_sees_what_is_derived(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        let write = move |writer: &mut Writer| {
            writer.file(&of("mark"), draft(&[("audit", 1), ("points", 7)]))?;
            let before = writer.record(&of("audit"), 1, None)?.unwrap().value("total").int();
            let done = writer.derive()?;
            let after = writer.record(&of("audit"), 1, None)?.unwrap().value("total").int();
            Ok::<_, StoreError>((before, done, after, writer.derive()?.len()))
        };
        let seen = bureau.store.write(bureau.act(), write).unwrap();
        assert_eq!(seen, (Some(0), vec![("audit".to_string(), 1)], Some(14), 0));
        bureau.assert_clean();
    }

    fn a_refused_write_derives_nothing(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        let write = move |writer: &mut Writer| {
            writer.file(&of("mark"), draft(&[("audit", 1), ("points", 7)]))?;
            Err::<(), StoreError>(StoreError::Busy)
        };
        bureau.store.write(bureau.act(), write).unwrap_err();
        assert_eq!(acts(bureau, "audit", 1), ["1 file"]);
        bureau.assert_clean();
    }

    fn what_was_only_derived_since_is_no_conflict(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        file(bureau, "mark", &[("audit", 1), ("points", 1)]);
        file(bureau, "mark", &[("audit", 1), ("points", 2)]);
        let changed = change(bureau, "audit", 1, 1, draft(&[("base", 5)])).unwrap();
        assert_eq!((changed.version, changed.value("total").int()), (4, Some(11)));
        let refused = change(bureau, "audit", 1, 3, draft(&[("base", 6)])).unwrap_err();
        assert!(matches!(refused, StoreError::Changed { expected: 3, .. }), "somebody wrote version 4: {refused}");
        change(bureau, "audit", 1, 9, draft(&[("base", 6)])).unwrap_err();
    }

    fn nobody_else_writes_a_derived_value(bureau: &Bureau) {
        start(bureau);
        let filed = file(bureau, "audit", &[("project", 1), ("total", 99)]);
        assert_eq!(filed.value("total"), &Value::Int(0));
        let changed = change(bureau, "audit", 1, 1, draft(&[("total", 99)])).unwrap();
        assert_eq!((changed.version, changed.value("total")), (1, &Value::Int(0)), "nothing has changed");
        bureau.tamper("UPDATE audit SET total = 9; UPDATE audit_past SET total = 9");
        assert_eq!(bureau.findings(), [
            "audit 1 version 1: was changed: its content does not have the digest in the ledger",
            "audit 1: its derived `total` is not what is computed from it and its parts",
        ]);
        bureau.tamper("UPDATE audit SET total = 0; UPDATE audit_past SET total = 0");
        bureau.assert_clean();
    }

    fn what_is_derived_later_is_computed_for_every_record(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4 places=300");
        bureau.store.apply(&all(|table| table.derives.clear()), &[]).unwrap();
        file(bureau, "audit", &[("project", 1), ("base", 1)]);
        file(bureau, "mark", &[("audit", 1), ("points", 3)]);
        file(bureau, "letter", &[("audit", 1)]);
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 owner=4");
        let sentences = |done: Vec<Change>| done.iter().map(ToString::to_string).collect::<Vec<_>>();
        let done = sentences(bureau.store.apply_as(bureau.act(), &all(|_| {}), &[]).unwrap());
        assert_eq!(done, [
            "what is derived of every record of `mark` is computed anew",
            "what is derived of every record of `audit` is computed anew",
        ]);
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 size=small total=7 owner=4");
        assert_eq!(acts(bureau, "audit", 1), ["1 file", "2 derive"]);
        assert_eq!(read(bureau, "letter", 1), "audit=1 total=7 owner=4");
        assert_eq!(bureau.store.difference(&all(|_| {})).unwrap(), []);
        bureau.assert_clean();
        // Parts that count no longer; then nothing is derived, and the field is anybody's.
        let apart = || all(|table| table.part_of = None);
        bureau.store.apply_as(bureau.act(), &apart(), &[]).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 size=small total=1 owner=4");
        bureau.store.apply_as(bureau.act(), &all(|table| table.derives.clear()), &[]).unwrap();
        change(bureau, "audit", 1, 3, draft(&[("total", 99)])).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 size=small total=99 owner=4");
        bureau.store.apply_as(bureau.act(), &all(|_| {}), &[]).unwrap();
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 size=small total=7 owner=4");
        bureau.assert_clean();
    }

    fn a_program_that_computes_otherwise_says_so_and_computes_anew(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1), ("base", 1)]);
        let mut derives = derives();
        let newer = |mark: &Whole| Value::Int(1_000 + number(&mark.record, "base"));
        derives.insert("total", Derive { revision: 1, compute: newer });
        let silent = Store::open(bureau.options.clone().with_derives(derives.clone())).unwrap();
        assert_eq!(silent.difference(&all(|_| {})).unwrap(), [], "the revision was not raised");
        let found = verify(&silent, None, &mut |_, _| {}).unwrap().findings;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["audit 1: its derived `total` is not what is computed from it and its parts"]);
        drop(silent);
        derives.insert("total", Derive { revision: 2, compute: newer });
        let raised = Store::open(bureau.options.clone().with_derives(derives)).unwrap();
        assert_eq!(raised.difference(&all(|_| {})).unwrap(), [Change::Derives { table: "audit".into() }]);
        raised.apply_as(bureau.act(), &all(|_| {}), &[]).unwrap();
        assert!(verify(&raised, None, &mut |_, _| {}).unwrap().is_clean());
        drop(raised);
        assert_eq!(read(bureau, "audit", 1), "base=1 project=1 size=small total=1001 owner=4");
    }

    fn a_program_without_the_exit_neither_writes_nor_verifies(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        let without = Store::open(bureau.options.clone().with_derives(Derives::new())).unwrap();
        let write = |writer: &mut Writer| writer.file(&of("audit"), draft(&[("project", 1)]));
        let refused = without.write(bureau.act(), write).unwrap_err();
        assert_eq!(refused.code(), "S024");
        assert!(refused.chinese().contains("total"), "{}", refused.chinese());
        let found = verify(&without, None, &mut |_, _| {}).unwrap().findings;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, [
            "`audit.total`: cannot be recounted: the program does not bring the exit `total`",
            "`mark.twice`: cannot be recounted: the program does not bring the exit `twice`",
        ]);
    }

    fn parts_written_by_two_programs_at_once_all_count(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        let other = Store::open(bureau.options.clone()).unwrap();
        std::thread::scope(|scope| {
            for store in [&bureau.store, &other] {
                scope.spawn(move || {
                    for points in 1..=10 {
                        let write = move |writer: &mut Writer| {
                            writer.file(&of("mark"), draft(&[("audit", 1), ("points", points)]))
                        };
                        store.write(bureau.act(), write).unwrap();
                    }
                });
            }
        });
        assert_eq!(read(bureau, "audit", 1), "project=1 size=large total=220 owner=4");
        bureau.assert_clean();
    }

    fn parts_written_by_many_at_once_all_count(bureau: &Bureau) {
        start(bureau);
        file(bureau, "audit", &[("project", 1)]);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                scope.spawn(move || (0..10).for_each(|_| drop(file(bureau, "mark", &[("audit", 1), ("points", writer)]))));
            }
        });
        assert_eq!(read(bureau, "audit", 1), "project=1 size=large total=120 owner=4");
        bureau.assert_clean();
    }
}
