//! Values copied across references: right in every write, followed where they change, recounted by the verifier.

use crate::both;
use crate::fixture::{Bureau, show, table, tables};
use luoshi_kernel::table::{Copy, Table};
use luoshi_pack::Value;
use luoshi_store::{Draft, Record, StoreError, Writer};

fn copy(column: &str, steps: &str, value: &str) -> Copy {
    let step = |text: &str| text.split_once('>').map(|(name, to)| (name.to_string(), to.to_string())).unwrap();
    Copy { column: column.into(), steps: steps.split('.').map(step).collect(), value: value.into() }
}

/// A check of a visit: how many places its project has, in which town's school it is, and where the project stands.
fn inspection() -> Table {
    let columns = "visit>visit note:text places:int code:text stage:text";
    let mut inspection = table("inspection", columns, "visit>visit.project>project.school>school");
    inspection.copies = vec![
        copy("places", "visit>visit.project>project", "places"),
        copy("code", "visit>visit.project>project.school>school", "code"),
        copy("stage", "visit>visit.project>project", "state"),
    ];
    inspection
}

fn all(inspection: Table) -> Vec<Table> {
    tables().into_iter().chain([inspection]).collect()
}

/// Two projects in two schools, a visit to the first one.
fn visits(bureau: &Bureau) {
    bureau.with_schools();
    bureau.file("project", "title=扩建 school=4 places=300 state=open");
    bureau.file("project", "title=新建 school=5 places=90 state=done");
    bureau.file("visit", "project=1 note=首访");
}

fn write(bureau: &Bureau, id: Option<(i64, i64)>, values: &[(&str, Value)]) -> Result<Record, StoreError> {
    let values = values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let draft = Draft { values, ..Draft::default() };
    bureau.store.write(bureau.act(), move |writer: &mut Writer| match id {
        None => writer.file(&inspection(), draft.clone()),
        Some((id, version)) => writer.change(&inspection(), id, version, draft.clone(), "edit"),
    })
}

fn read(bureau: &Bureau) -> Record {
    bureau.store.read(|reader| reader.record(&inspection(), 1, None)).unwrap().unwrap()
}

both! {
    fn a_copy_is_right_from_the_first_and_follows_every_step(bureau: &Bureau) {
        visits(bureau);
        bureau.store.apply(&all(inspection()), &[]).unwrap();
        let filed = write(bureau, None, &[("visit", Value::Int(1))]).unwrap();
        assert_eq!(show(&filed), "code=A places=300 stage=open visit=1 owner=4");
        // The value itself changes, two references away; then its state.
        bureau.change("project", 1, "places=280");
        bureau.try_change("project", 1, 2, "state=done", "move:finish").unwrap();
        assert_eq!(show(&read(bureau)), "code=A places=280 stage=done visit=1 owner=4");
        // A reference in the middle leads elsewhere: everything behind it follows.
        bureau.change("visit", 1, "project=2");
        assert_eq!(show(&read(bureau)), "code=B places=90 stage=done visit=1 owner=5");
        bureau.change("school", 5, "code=C");
        assert_eq!(show(&read(bureau)), "code=C places=90 stage=done visit=1 owner=5");
        bureau.change("visit", 1, "project=-");
        assert_eq!(show(&read(bureau)), "visit=1");
        bureau.change("visit", 1, "project=1");
        assert_eq!(show(&read(bureau)), "code=A places=280 stage=done visit=1 owner=4");
        // What nobody copies moves nothing.
        let version = read(bureau).version;
        bureau.change("project", 1, "title=更名");
        assert_eq!(read(bureau).version, version);
        bureau.assert_clean();
    }

    fn a_copy_is_written_by_nobody_else(bureau: &Bureau) {
        visits(bureau);
        bureau.store.apply(&all(inspection()), &[]).unwrap();
        let filed = write(bureau, None, &[("visit", Value::Int(1)), ("places", Value::Int(9))]).unwrap();
        assert_eq!(filed.value("places"), &Value::Int(300));
        let changed = write(bureau, Some((1, 1)), &[("places", Value::Int(9))]).unwrap();
        assert_eq!((changed.version, changed.value("places")), (1, &Value::Int(300)), "nothing has changed");
        bureau.tamper("UPDATE inspection SET places = 9; UPDATE inspection_past SET places = 9");
        assert_eq!(bureau.findings(), [
            "inspection 1: its copy of `visit.project.places` is not what stands there",
            "inspection 1 version 1: was changed: its content does not have the digest in the ledger",
        ]);
    }

    fn a_copy_that_is_declared_later_is_filled_for_every_record(bureau: &Bureau) {
        visits(bureau);
        let plain = Table { copies: vec![], ..inspection() };
        bureau.store.apply(&all(plain), &[]).unwrap();
        write(bureau, None, &[("visit", Value::Int(1))]).unwrap();
        assert_eq!(show(&read(bureau)), "visit=1 owner=4");
        let done = bureau.store.apply_as(bureau.act(), &all(inspection()), &[]).unwrap();
        let done: Vec<String> = done.iter().map(ToString::to_string).collect();
        assert_eq!(done, ["what every record of `inspection` copies is computed anew"]);
        assert_eq!(show(&read(bureau)), "code=A places=300 stage=open visit=1 owner=4");
        assert_eq!(bureau.store.difference(&all(inspection())).unwrap(), []);
        bureau.assert_clean();
    }

    fn what_is_a_copy_no_longer_is_anybodys(bureau: &Bureau) {
        visits(bureau);
        bureau.store.apply(&all(inspection()), &[]).unwrap();
        write(bureau, None, &[("visit", Value::Int(1))]).unwrap();
        bureau.store.apply(&all(Table { copies: vec![], ..inspection() }), &[]).unwrap();
        let changed = write(bureau, Some((1, 1)), &[("places", Value::Int(9))]).unwrap();
        assert_eq!(changed.value("places"), &Value::Int(9));
    }
}
