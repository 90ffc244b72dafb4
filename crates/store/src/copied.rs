//! Values copied across references (`copy = "item.kind"`): stored with the row, computed by the store alone, and followed in the
//! write that changes what they are copied from.

use crate::derived;
use crate::error::StoreError;
use crate::owner::FOLLOWERS;
use crate::reader::{Line, Reader};
use crate::shape::{Copier, Shape, quoted};
use crate::writer::{Step, Writer};
use luoshi_kernel::table::Copy;
use luoshi_pack::Value;

/// The act of a version that only follows what it copies.
pub(crate) const ACT: &str = "copy";

/// Puts the copied values of a row in their places; gives whether one of them changed.
pub(crate) fn fill(reader: &mut Reader, shape: &Shape, line: &mut Line) -> Result<bool, StoreError> {
    let mut changed = false;
    for copy in &shape.table.copies {
        let (Some(place), Some(first)) = (shape.place(&copy.column), shape.place(&copy.steps[0].0)) else { continue };
        let value = onward(reader, line.values[first].int(), &copy.steps[0].1, &copy.steps[1..], &copy.value)?;
        changed |= line.values[place] != value;
        line.values[place] = value;
    }
    Ok(changed)
}

/// As [`fill`], when a row is about to change: only what leads elsewhere, or was given by hand, is read anew.
pub(crate) fn keep(reader: &mut Reader, shape: &Shape, before: &Line, after: &mut Line) -> Result<(), StoreError> {
    let touched = |copy: &Copy| {
        let places = [shape.place(&copy.column), shape.place(&copy.steps[0].0)];
        places.into_iter().flatten().any(|place| before.values[place] != after.values[place])
    };
    if shape.table.copies.iter().any(touched) {
        fill(reader, shape, after)?;
    }
    Ok(())
}

/// The value at the end of the rest of a path, from record `at` of `table`.
fn onward(
    reader: &mut Reader,
    at: Option<i64>,
    table: &str,
    steps: &[(String, String)],
    value: &str,
) -> Result<Value, StoreError> {
    let Some(id) = at else { return Ok(Value::Null) };
    let column = steps.first().map_or(value, |(column, _)| column);
    let shape = reader.schema.shape(table)?.clone();
    let holder = if column == "state" { shape } else { reader.schema.holder(&shape, column)? };
    let kind = holder.table.kind(column);
    let kind = kind.ok_or_else(|| StoreError::Column { table: table.to_string(), column: column.to_string() })?;
    let sql = format!("SELECT {} FROM {} WHERE {} = $1", quoted(column), quoted(&holder.table.name), quoted("id"));
    let next = reader.link()?.one(&sql, &[id.into()], |row| row.value(0, kind))?.unwrap_or_default();
    match steps.split_first() {
        None => Ok(next),
        Some(((_, to), rest)) => onward(reader, next.int(), to, rest, value),
    }
}

/// Lets the records that copy across a changed column follow.
pub(crate) fn follow(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    let Some(before) = step.before else { return Ok(()) };
    for copier in &step.shape.copiers {
        let changed = match step.shape.place(&copier.column) {
            Some(place) => before.values[place] != step.after.values[place],
            None => before.state != step.after.state,
        };
        if changed {
            move_copiers(writer, copier, step.after.id, step.shape)?;
        }
    }
    Ok(())
}

fn move_copiers(writer: &mut Writer, copier: &Copier, id: i64, from: &Shape) -> Result<(), StoreError> {
    let value = onward(writer, Some(id), &from.table.name, &copier.rest, &copier.value)?;
    let shape = writer.schema.shape(&copier.table)?.clone();
    let params = [id.into(), (&value).into(), (FOLLOWERS as i64 + 1).into()];
    let found = writer.link()?.all(&copier.find, &params, |row| row.int(0))?;
    if found.len() > FOLLOWERS {
        let table = copier.table.clone();
        return Err(StoreError::TooMany { table, records: found.len(), limit: FOLLOWERS });
    }
    let Some(place) = shape.place(&copier.copied) else { return Ok(()) };
    for id in found {
        let Some(before) = writer.line(&shape, id, None)? else { continue };
        let mut after = Line { version: before.version + 1, ..before.clone() };
        after.values[place] = value.clone();
        derived::fill(writer, &shape, &mut after, false)?;
        writer.put(&Step { shape: &shape, before: Some(&before), after: &after, act: ACT })?;
    }
    Ok(())
}

/// Finds records whose copied value is not what its path says; a range follows.
pub(crate) fn astray(reader: &Reader, shape: &Shape, copy: &Copy) -> Result<String, StoreError> {
    let mut reach = format!("r.{}", quoted(&copy.steps[0].0));
    let last = (copy.value.clone(), String::new());
    let ways = copy.steps.iter().zip(copy.steps[1..].iter().chain([&last]));
    for ((_, at), (column, _)) in ways {
        let table = reader.schema.shape(at)?.clone();
        let holder = if column == "state" { table } else { reader.schema.holder(&table, column)? };
        let (table, id) = (quoted(&holder.table.name), quoted("id"));
        reach = format!("(SELECT {table}.{} FROM {table} WHERE {table}.{id} = {reach})", quoted(column));
    }
    let (id, column) = (quoted("id"), quoted(&copy.column));
    Ok(format!("SELECT r.{id} FROM {} r WHERE r.{column} IS DISTINCT FROM {reach}", quoted(&shape.table.name)))
}
