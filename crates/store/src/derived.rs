//! Derived values (`derive = "exit"`): stored with the row, computed from it and its parts by exits that the program brings,
//! and brought up to date in the write that changes the row or a part.

use crate::error::StoreError;
use crate::reader::{Line, Reader};
use crate::record::Record;
use crate::shape::{Shape, quoted};
use crate::writer::{Step, Writer};
use luoshi_kernel::derive::{Derives, Part, Whole};
use luoshi_kernel::table::{ColumnKind, HEADER, Table};
use luoshi_pack::Value;
use std::collections::BTreeMap;

/// The act of a version that only brings derived values up to date.
pub(crate) const ACT: &str = "derive";

/// Puts the derived values of a row in their places; gives whether one of them changed. `fresh`: the record is about to
/// be filed and has no parts.
pub(crate) fn fill(reader: &mut Reader, shape: &Shape, line: &mut Line, fresh: bool) -> Result<bool, StoreError> {
    if shape.table.derives.is_empty() {
        return Ok(false);
    }
    let computed = computed(reader, shape, line, fresh)?;
    let changed = computed.iter().any(|(place, value)| line.values[*place] != *value);
    computed.into_iter().for_each(|(place, value)| line.values[place] = value);
    Ok(changed)
}

/// What the derived columns of a row should hold.
pub(crate) fn computed(
    reader: &mut Reader,
    shape: &Shape,
    line: &Line,
    fresh: bool,
) -> Result<Vec<(usize, Value)>, StoreError> {
    let mut parts = BTreeMap::new();
    for (table, column) in shape.parts.iter().filter(|_| !fresh) {
        let of = reader.schema.shape(table)?.clone();
        let names = HEADER.iter().map(|(name, _)| *name);
        let names = names.chain(of.table.columns.iter().map(|column| column.name.as_str()));
        let sql = format!(
            "SELECT {} FROM {} WHERE {} = $1 ORDER BY {}",
            crate::shape::list(names),
            quoted(table),
            quoted(column),
            quoted("id")
        );
        let lines = reader.link()?.all(&sql, &[line.id.into()], |row| Line::read(&of, row))?;
        parts.insert(table.clone(), lines.iter().map(|line| part(&of, line, |_| true)).collect());
    }
    let is_derived = |column: &str| shape.table.derives.iter().any(|derived| derived.column == column);
    let whole = Whole { record: part(shape, line, |column| !is_derived(column)), parts };
    let mut computed = vec![];
    for derived in &shape.table.derives {
        let Some(place) = shape.place(&derived.column) else { continue };
        let exit = reader.derives.get(derived.exit.as_str()).ok_or_else(|| StoreError::NoExit {
            table: shape.table.name.clone(),
            column: derived.column.clone(),
            exit: derived.exit.clone(),
        })?;
        let value = (exit.compute)(&whole);
        shape.fits(place, &value)?;
        computed.push((place, value));
    }
    Ok(computed)
}

/// A row as an exit sees it.
fn part(shape: &Shape, line: &Line, shown: impl Fn(&str) -> bool) -> Part {
    let open = |kind| !matches!(kind, ColumnKind::Sealed | ColumnKind::Find | ColumnKind::Mark);
    let columns = shape.table.columns.iter().zip(&line.values);
    let columns = columns.filter(|(column, _)| open(column.kind) && shown(&column.name));
    let fields = columns.map(|(column, value)| (column.name.clone(), value.clone())).collect();
    Part { state: line.state.clone(), fields }
}

/// Notes the wholes for which a written part may count otherwise now.
pub(crate) fn note(writer: &mut Writer, step: &Step) {
    let Some((place, whole)) = &step.shape.whole else { return };
    let told = |line: &Line| (line.state.clone(), line.values.clone());
    if step.before.is_some_and(|before| told(before) == told(step.after)) {
        return;
    }
    for line in step.before.into_iter().chain([step.after]) {
        if let Some(id) = line.values[*place].int() {
            writer.underived().insert((whole.clone(), id));
        }
    }
}

impl Reader {
    /// The derived values that a record would have with the values it is given.
    ///
    /// # Errors
    /// [`StoreError::NoExit`], [`StoreError::Unfit`].
    pub fn derived(&mut self, table: &Table, record: &Record) -> Result<Vec<(String, Value)>, StoreError> {
        if table.derives.is_empty() {
            return Ok(vec![]);
        }
        let shape = self.schema.shape(&table.name)?.clone();
        let values = shape.table.columns.iter().map(|column| record.value(&column.name).clone());
        let line = Line {
            id: record.id,
            version: record.version,
            serial: record.serial.clone(),
            state: record.state.clone(),
            owner: record.owner,
            values: values.collect(),
        };
        let computed = computed(self, &shape, &line, false)?;
        Ok(computed.into_iter().map(|(place, value)| (shape.table.columns[place].name.clone(), value)).collect())
    }
}

impl Writer {
    /// Brings the derived values of records whose parts were written up to date, and gives the records that got a new
    /// version by it. A write that does not ask for it does so at its end.
    ///
    /// # Errors
    /// [`StoreError::NoExit`], [`StoreError::Unfit`].
    pub fn derive(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        self.whole(|writer| {
            let mut done = vec![];
            while let Some((table, id)) = writer.underived().pop_first() {
                let shape = writer.schema.shape(&table)?.clone();
                let Some(before) = writer.line(&shape, id, None)? else { continue };
                let mut after = Line { version: before.version + 1, ..before.clone() };
                if !fill(writer, &shape, &mut after, false)? {
                    continue;
                }
                writer.put(&Step { shape: &shape, before: Some(&before), after: &after, act: ACT })?;
                done.push((table, id));
            }
            Ok(done)
        })
    }

    /// Whether all that was written to a record since a version is what is derived of it.
    pub(crate) fn only_derived(&mut self, shape: &Shape, id: i64, since: i64, now: i64) -> Result<bool, StoreError> {
        if since >= now || shape.table.derives.is_empty() {
            return Ok(false);
        }
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {} = $1 AND {} > $2 AND {} = $3",
            quoted(&crate::shape::past(&shape.table.name)),
            quoted("id"),
            quoted("version"),
            quoted("act")
        );
        let derived = self.link()?.one(&sql, &[id.into(), since.into(), ACT.into()], |row| row.int(0))?;
        Ok(derived == Some(now - since))
    }
}

/// What the derived values of a table rest on: exits with their revisions, and the registers of its parts. When it differs
/// from what is kept, every record is computed anew. `None`: nothing is derived.
pub(crate) fn basis(tables: &[Table], table: &Table, derives: &Derives) -> Option<String> {
    if table.derives.is_empty() {
        return None;
    }
    let exits = table.derives.iter().map(|derived| {
        let revision = derives.get(derived.exit.as_str()).map_or(0, |exit| exit.revision);
        format!("{}={}/{revision}", derived.column, derived.exit)
    });
    let parts = parts(tables.iter(), table).into_iter().map(|(part, column)| format!("{part}.{column}"));
    Some(exits.chain(parts).collect::<Vec<_>>().join(" "))
}

/// The registers of a table's parts, each with the column that refers to the whole.
pub(crate) fn parts<'t>(tables: impl Iterator<Item = &'t Table>, table: &Table) -> Vec<(String, String)> {
    let of = |part: &Table| {
        let (column, whole) = part.part_of.as_ref()?;
        (*whole == table.name).then(|| (part.name.clone(), column.clone()))
    };
    let mut parts: Vec<_> = tables.filter_map(of).collect();
    parts.sort();
    parts
}

/// Tables so that parts come before their wholes, whose derived values rest on theirs.
pub(crate) fn parts_first(tables: &[Table]) -> Vec<&Table> {
    let depth = |table: &Table| {
        let (mut at, mut steps) = (table, 0);
        while let Some(whole) =
            at.part_of.as_ref().and_then(|(_, whole)| tables.iter().find(|other| other.name == *whole))
            && steps < tables.len()
        {
            (at, steps) = (whole, steps + 1);
        }
        steps
    };
    let mut ordered: Vec<&Table> = tables.iter().collect();
    ordered.sort_by_cached_key(|table| std::cmp::Reverse(depth(table)));
    ordered
}
