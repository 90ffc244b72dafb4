//! Columns that name several records: each must exist when it is named, and the verifier names one that leads nowhere.

use crate::both;
use crate::fixture::{Bureau, table, tables};
use luoshi_kernel::table::Table;
use luoshi_pack::Value;
use luoshi_store::{Draft, Record, StoreError, Writer};

/// A register whose records name several schools.
fn trip() -> Table {
    table("trip", "title:text school>school schools>>school", "school>school")
}

fn apply(bureau: &Bureau) {
    bureau.with_schools();
    let all: Vec<Table> = tables().into_iter().chain([trip()]).collect();
    bureau.store.apply(&all, &[]).unwrap();
}

fn write(bureau: &Bureau, id: Option<i64>, schools: &str) -> Result<Record, StoreError> {
    let text = Value::Text(schools.to_string());
    let values = [("school", Value::Int(4)), ("schools", text)].map(|(name, value)| (name.to_string(), value)).into();
    let draft = Draft { values, ..Draft::default() };
    bureau.store.write(bureau.act(), move |writer: &mut Writer| match id {
        None => writer.file(&trip(), draft.clone()),
        Some(id) => writer.change(&trip(), id, 1, draft.clone(), "edit"),
    })
}

both! {
    fn each_of_several_must_exist(bureau: &Bureau) {
        apply(bureau);
        let dangling = |wrong: Result<Record, StoreError>| match wrong {
            Err(StoreError::Dangling { table, column, id }) => format!("{table}.{column} {id}"),
            other => panic!("{other:?}"),
        };
        assert_eq!(dangling(write(bureau, None, ",4,99,")), "trip.schools 99");
        write(bureau, None, ",4,5,").unwrap();
        // A town is a unit and no school.
        assert_eq!(dangling(write(bureau, Some(1), ",2,4,")), "trip.schools 2");
        assert_eq!(write(bureau, Some(1), ",5,").unwrap().version, 2);
        bureau.assert_clean();
    }

    fn one_that_leads_nowhere_is_found(bureau: &Bureau) {
        apply(bureau);
        write(bureau, None, ",4,5,").unwrap();
        bureau.tamper("UPDATE trip SET schools = ',4,77,'");
        assert_eq!(bureau.findings(), [
            "trip 1: its `schools` refers to a record that does not exist",
            "trip 1 version 1: the current row differs from the last version: it was changed by hand",
        ]);
    }
}
