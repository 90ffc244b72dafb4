//! Values copied across references (`copy = "item.kind"`): stored with the row, computed by the store alone; they follow
//! what they are copied from.

use crate::error::StoreError;
use crate::reader::{Line, Reader};
use crate::shape::{Shape, quoted};
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

/// As [`fill`], when a row is about to change: only what leads elsewhere, was given by hand or is behind is read anew.
pub(crate) fn keep(reader: &mut Reader, shape: &Shape, before: &Line, after: &mut Line) -> Result<(), StoreError> {
    let touched = |copy: &Copy| {
        let places = [shape.place(&copy.column), shape.place(&copy.steps[0].0)];
        places.into_iter().flatten().any(|place| before.values[place] != after.values[place])
    };
    let behind = reader.behind.get(&shape.table.name);
    let is_behind = |copy: &Copy| behind.is_some_and(|columns| columns.contains(&copy.column));
    if shape.table.copies.iter().any(|copy| touched(copy) || is_behind(copy)) {
        fill(reader, shape, after)?;
    }
    Ok(())
}

/// The value at the end of the rest of a path, from record `at` of `table`.
pub(crate) fn onward(
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
