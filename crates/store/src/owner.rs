//! Whose record a row is: the unit at the end of the declared path.

use crate::error::StoreError;
use crate::reader::{Line, Reader};
use crate::shape::{Shape, quoted};

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
pub(crate) fn onward(
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
