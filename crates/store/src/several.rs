//! Columns that name several records, `,12,15,`: what a foreign key does for one reference is done here for each of many.
//! Records are never deleted, so one that existed when it was named exists for good.

use crate::error::StoreError;
use crate::link::Link;
use crate::shape::{Shape, quoted};
use crate::writer::{Step, Writer};
use luoshi_kernel::kind::references;
use luoshi_kernel::table::Column;
use luoshi_pack::Value;
use std::collections::BTreeSet;

/// Refuses a version that names a record that does not exist.
pub(crate) fn exist(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    for (place, column) in step.shape.table.columns.iter().enumerate() {
        let (Some(to), value) = (&column.to, &step.after.values[place]) else { continue };
        if !column.is_several() || step.before.is_some_and(|before| before.values[place] == *value) {
            continue;
        }
        let named: BTreeSet<i64> = references::ids(value).collect();
        if let Some(id) = missing(&mut *writer.link()?, to, &named)?.first() {
            let (table, column) = (step.shape.table.name.clone(), column.name.clone());
            return Err(StoreError::Dangling { table, column, id: *id });
        }
    }
    Ok(())
}

/// Records of a range of ids whose column names one that does not exist.
pub(crate) fn astray(
    link: &mut Link,
    shape: &Shape,
    column: &Column,
    to: &str,
    after: i64,
    last: i64,
) -> Result<Vec<i64>, StoreError> {
    let (id, name) = (quoted("id"), quoted(&column.name));
    let sql = format!(
        "SELECT {id}, {name} FROM {} WHERE {id} > $1 AND {id} <= $2 AND {name} IS NOT NULL",
        quoted(&shape.table.name)
    );
    let rows = link.all(&sql, &[after.into(), last.into()], |row| Ok((row.int(0)?, row.text(1)?)))?;
    let named = |text: &String| references::ids(&Value::Text(text.clone())).collect::<Vec<i64>>();
    let all: BTreeSet<i64> = rows.iter().flat_map(|(_, text)| named(text)).collect();
    let missing: BTreeSet<i64> = missing(link, to, &all)?.into_iter().collect();
    let astray = rows.into_iter().filter(|(_, text)| named(text).iter().any(|id| missing.contains(id)));
    Ok(astray.map(|(id, _)| id).collect())
}

/// Those of the ids that a table does not have.
fn missing(link: &mut Link, table: &str, ids: &BTreeSet<i64>) -> Result<Vec<i64>, StoreError> {
    let sql = format!("SELECT 1 FROM {} WHERE {} = $1", quoted(table), quoted("id"));
    let mut missing = vec![];
    for id in ids {
        if link.one(&sql, &[(*id).into()], |_| Ok(()))?.is_none() {
            missing.push(*id);
        }
    }
    Ok(missing)
}
