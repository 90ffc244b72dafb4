//! `unit_within`: which unit lies within which. A unit lies within itself, its parent and its successor, and within all
//! that those lie within.

use crate::error::StoreError;
use crate::link::{Link, Param};
use crate::reader::Line;
use crate::shape::Shape;
use crate::writer::{Step, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// The columns of `unit` that place it in the tree.
pub(crate) const ABOVE: [&str; 2] = ["parent", "successor"];

/// The units directly above a row of `unit`.
fn above(shape: &Shape, line: &Line) -> Vec<i64> {
    ABOVE.iter().filter_map(|column| line.values[shape.place(column)?].int()).collect()
}

/// Keeps the table true to a written row of `unit`.
pub(crate) fn follow(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    let unit = step.after.id;
    let now = above(step.shape, step.after);
    match step.before {
        None => {
            if now.contains(&unit) {
                return Err(StoreError::Cycle { unit, above: unit });
            }
            enter(&mut *writer.link()?, unit, &now)
        }
        Some(before) if above(step.shape, before) != now => {
            replace(writer, step.shape, unit, &now)?;
            crate::search::note_within(writer, unit)
        }
        Some(_) => Ok(()),
    }
}

/// Adds a unit that is in no scope yet.
fn enter(link: &mut Link, unit: i64, above: &[i64]) -> Result<(), StoreError> {
    link.execute("INSERT INTO unit_within (ancestor, unit) VALUES ($1, $2)", &[unit.into(), unit.into()])?;
    let sql = "INSERT INTO unit_within (ancestor, unit) SELECT ancestor, $1 FROM unit_within WHERE unit = $2
               ON CONFLICT DO NOTHING";
    for next in above {
        link.execute(sql, &[unit.into(), (*next).into()])?;
    }
    Ok(())
}

/// Places everything within a unit anew, from the top down.
fn replace(writer: &mut Writer, shape: &Shape, unit: i64, now: &[i64]) -> Result<(), StoreError> {
    let mut link = writer.link()?;
    let below: BTreeSet<i64> = link
        .all("SELECT unit FROM unit_within WHERE ancestor = $1", &[unit.into()], |row| row.int(0))?
        .into_iter()
        .collect();
    if let Some(within) = now.iter().find(|next| below.contains(next)) {
        return Err(StoreError::Cycle { unit, above: *within });
    }
    let mut waiting: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for id in &below {
        waiting.insert(*id, edges(&mut link, shape, *id)?);
        link.execute("DELETE FROM unit_within WHERE unit = $1", &[(*id).into()])?;
    }
    while !waiting.is_empty() {
        let ready: Vec<i64> = waiting
            .iter()
            .filter(|(_, above)| !above.iter().any(|next| waiting.contains_key(next)))
            .map(|(id, _)| *id)
            .collect();
        if ready.is_empty() {
            return Err(StoreError::Damaged { what: format!("the units below unit {unit} lie within each other") });
        }
        for id in ready {
            let above = waiting.remove(&id).unwrap_or_default();
            enter(&mut link, id, &above)?;
        }
    }
    Ok(())
}

fn edges(link: &mut Link, shape: &Shape, unit: i64) -> Result<Vec<i64>, StoreError> {
    let columns: Vec<&str> = ABOVE.into_iter().filter(|column| shape.place(column).is_some()).collect();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT {} FROM \"unit\" WHERE \"id\" = $1", crate::shape::list(columns.iter().copied()));
    let count = columns.len();
    let found = link
        .one(&sql, &[Param::Int(unit)], |row| (0..count).map(|at| row.maybe_int(at)).collect::<Result<Vec<_>, _>>())?;
    Ok(found.into_iter().flatten().flatten().collect())
}

/// Counts the whole table anew from the edges (unit, unit directly above): pairs of (ancestor, unit).
pub(crate) fn recount(units: &[i64], edges: &[(i64, i64)]) -> BTreeSet<(i64, i64)> {
    let mut above: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (unit, next) in edges {
        above.entry(*unit).or_default().push(*next);
    }
    let mut pairs = BTreeSet::new();
    for unit in units {
        let mut waiting = vec![*unit];
        while let Some(at) = waiting.pop() {
            if pairs.insert((at, *unit)) {
                waiting.extend(above.get(&at).into_iter().flatten());
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_unit_lies_within_its_successor_and_all_above_it() {
        // 1 bureau, 2 and 3 towns, 4 a school in 2 that was merged into 5, a school in 3.
        let pairs = recount(&[1, 2, 3, 4, 5], &[(2, 1), (3, 1), (4, 2), (5, 3), (4, 5)]);
        let within = |unit: i64| pairs.iter().filter(|pair| pair.1 == unit).map(|pair| pair.0).collect::<Vec<_>>();
        assert_eq!(within(4), [1, 2, 3, 4, 5]);
        assert_eq!(within(5), [1, 3, 5]);
    }
}
