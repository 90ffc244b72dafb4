//! Whose record a row is: follows the declared path, and lets dependants follow when a step of it changes.

use crate::error::StoreError;
use crate::reader::{Line, Reader};
use crate::shape::{Follower, Shape, quoted};
use crate::writer::{Step, Writer};
use luoshi_pack::Value;

/// How many records may follow one change.
pub const FOLLOWERS: usize = 10_000;
/// The act of a version that only follows its owner.
pub(crate) const ACT: &str = "owner";

/// The unit at the end of a path that starts at a row; `None` when a step is empty.
pub(crate) fn along(
    reader: &mut Reader,
    shape: &Shape,
    line: &Line,
    steps: &[(String, String)],
) -> Result<Option<i64>, StoreError> {
    let Some(((column, to), rest)) = steps.split_first() else { return Ok(None) };
    let place = shape
        .place(column)
        .ok_or_else(|| StoreError::Column { table: shape.table.name.clone(), column: column.clone() })?;
    onward(reader, line.values[place].int(), to, rest)
}

/// The unit at the end of the rest of a path, from record `at` of `table`.
fn onward(
    reader: &mut Reader,
    at: Option<i64>,
    table: &str,
    steps: &[(String, String)],
) -> Result<Option<i64>, StoreError> {
    let (Some(id), Some(((column, to), rest))) = (at, steps.split_first()) else { return Ok(at) };
    let from = reader.schema.shape(table)?.clone();
    let holder = reader.schema.holder(&from, column)?;
    let sql = format!("SELECT {} FROM {} WHERE {} = $1", quoted(column), quoted(&holder.table.name), quoted("id"));
    let next = reader.link()?.one(&sql, &[id.into()], |row| row.maybe_int(0))?.flatten();
    onward(reader, next, to, rest)
}

/// Lets the records whose path passes through a changed column follow to their new unit.
pub(crate) fn follow(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    let Some(before) = step.before else { return Ok(()) };
    for follower in &step.shape.followers {
        let Some(place) = step.shape.place(&follower.column) else { continue };
        if before.values[place] != step.after.values[place] {
            move_followers(writer, follower, step.after.id, &step.after.values[place])?;
        }
    }
    Ok(())
}

fn move_followers(writer: &mut Writer, follower: &Follower, id: i64, value: &Value) -> Result<(), StoreError> {
    let owner = onward(writer, value.int(), &follower.to, &follower.rest)?;
    let shape = writer.schema.shape(&follower.table)?.clone();
    let params = [id.into(), owner.into(), (FOLLOWERS as i64 + 1).into()];
    let found = writer.link()?.all(&follower.find, &params, |row| row.int(0))?;
    if found.len() > FOLLOWERS {
        let table = follower.table.clone();
        return Err(StoreError::TooMany { table, records: found.len(), limit: FOLLOWERS });
    }
    for id in found {
        let Some(before) = writer.line(&shape, id, None)? else { continue };
        let after = Line { version: before.version + 1, owner, ..before.clone() };
        writer.put(&Step { shape: &shape, before: Some(&before), after: &after, act: ACT })?;
    }
    Ok(())
}
