//! What the store derives, counted anew: the tree of units, who sees what, counters, unique sets.

use super::{Check, PAGE};
use crate::closure::{self, ABOVE};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::shape::{Shape, quoted};
use crate::store::Store;
use luoshi_kernel::table::{Owner, UNIT};
use std::collections::{BTreeMap, BTreeSet};

/// Counts everything anew.
pub(super) fn check(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    units(store, check)?;
    counters(check);
    unique(store, check)?;
    for shape in check.schema.clone().shapes() {
        if shape.table.owner == Owner::Nobody {
            seen(store, check, shape)?;
        }
    }
    Ok(())
}

/// `unit_within` against the tree, in one snapshot.
fn units(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    let Ok(shape) = check.schema.shape(UNIT).cloned() else { return Ok(()) };
    let (held, due) = store.read(|reader| {
        let mut link = reader.link()?;
        let held: BTreeSet<(i64, i64)> = link
            .all("SELECT ancestor, unit FROM unit_within", &[], |row| Ok((row.int(0)?, row.int(1)?)))?
            .into_iter()
            .collect();
        let ids = link.all("SELECT \"id\" FROM \"unit\"", &[], |row| row.int(0))?;
        let mut edges = Vec::new();
        for column in ABOVE.into_iter().filter(|column| shape.place(column).is_some()) {
            let column = quoted(column);
            let sql = format!("SELECT \"id\", {column} FROM \"unit\" WHERE {column} IS NOT NULL");
            edges.extend(link.all(&sql, &[], |row| Ok((row.int(0)?, row.int(1)?)))?);
        }
        Ok((held, closure::recount(&ids, &edges)))
    })?;
    for (ancestor, unit) in held.symmetric_difference(&due) {
        let (what, chinese) = match held.contains(&(*ancestor, *unit)) {
            true => {
                (format!("is held to lie within unit {ancestor} and does not"), format!("被误记为隶属单位 {ancestor}"))
            }
            false => (format!("lies within unit {ancestor} and is not held to"), format!("漏记隶属单位 {ancestor}")),
        };
        check.find(format!("unit {unit}"), what, chinese);
    }
    Ok(())
}

/// Write counters against the lines of the ledger, serial counters against the numbers that were given.
fn counters(check: &mut Check) {
    let table = |check: &Check, number: i64| {
        check.schema.numbered(number).map_or_else(|| number.to_string(), |shape| shape.table.name.clone())
    };
    let registers: BTreeSet<i64> = check.lines.keys().chain(check.writes.keys()).copied().collect();
    for number in registers {
        let (held, due) = (check.writes.get(&number).copied(), check.lines.get(&number).copied());
        if held.unwrap_or(0) != due.unwrap_or(0) {
            let subject = format!("the write counter of `{}`", table(check, number));
            let (held, due) = (held.unwrap_or(0), due.unwrap_or(0));
            let what = format!("says {held} and the ledger has {due} lines");
            check.find(subject, what, format!("写入计数为 {held}，账本有 {due} 行"));
        }
    }
    let keys: BTreeSet<(i64, i64)> = check.serials.keys().chain(check.given.keys()).copied().collect();
    for (number, year) in keys {
        let key = (number, year);
        let (held, due) = (check.serials.get(&key).copied(), check.given.get(&key).copied());
        if held.unwrap_or(0) != due.unwrap_or(0) {
            let subject = format!("the serial counter of `{}` for {year}", table(check, number));
            let (held, due) = (held.unwrap_or(0), due.unwrap_or(0));
            let what = format!("says {held} and the highest number given is {due}");
            check.find(subject, what, format!("编号计数为 {held}，已用最大号为 {due}"));
        }
    }
}

/// Unique sets are kept by their indexes; one that is missing keeps nothing.
fn unique(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    let missing = store.read(|reader| {
        let mut link = reader.link()?;
        let existing = crate::sync::existing_indexes(&mut link)?;
        let entries = crate::catalogue::entries(&mut link)?;
        let wanted = entries.iter().flat_map(crate::sync::indexes);
        Ok(wanted.filter(|(name, index)| index.unique && !existing.contains(name)).collect::<Vec<_>>())
    })?;
    for (name, index) in missing {
        let subject = format!("`{}` ({})", index.table, index.columns.join(", "));
        check.find(subject, format!("nothing keeps it unique: the index {name} is missing"), "唯一性索引缺失");
    }
    Ok(())
}

/// How often each unit refers to each record of a shared register, page by page.
fn seen(store: &Store, check: &mut Check, shape: &Shape) -> Result<(), StoreError> {
    let sources = sources(check, shape);
    let mut after = i64::MIN;
    loop {
        let (last, wrong) = store.read(|reader| seen_page(reader, shape, &sources, after))?;
        for (id, unit, held, due) in wrong {
            let subject = format!("{} {id}", shape.table.name);
            let what = format!("is held to be referred to {held} times by unit {unit}, and is {due} times");
            check.find(subject, what, format!("单位 {unit} 引用计数为 {held}，实为 {due}"));
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Tables and columns that refer to a shared register.
fn sources(check: &Check, shape: &Shape) -> Vec<(String, String)> {
    let refers = |other: &&std::sync::Arc<Shape>| other.shared.iter().any(|(_, number)| *number == shape.number);
    let columns = |other: &std::sync::Arc<Shape>| {
        let places = other.shared.iter().filter(|(_, number)| *number == shape.number).map(|(place, _)| *place);
        let name = other.table.name.clone();
        places.map(|place| (name.clone(), other.table.columns[place].name.clone())).collect::<Vec<_>>()
    };
    check.schema.shapes().iter().filter(refers).flat_map(columns).collect()
}

/// Record, unit, times held, times due.
type Wrong = (i64, i64, i64, i64);

fn seen_page(
    reader: &mut Reader,
    shape: &Shape,
    sources: &[(String, String)],
    after: i64,
) -> Result<(Option<i64>, Vec<Wrong>), StoreError> {
    let mut link = reader.link()?;
    let (id, table) = (quoted("id"), quoted(&shape.table.name));
    let sql = format!("SELECT {id} FROM {table} WHERE {id} > $1 ORDER BY {id} LIMIT 1 OFFSET $2");
    let last = link.one(&sql, &[after.into(), (PAGE - 1).into()], |row| row.int(0))?;
    let (from, to) = (after.into(), last.unwrap_or(i64::MAX).into());
    let mut counts: BTreeMap<(i64, i64), (i64, i64)> = BTreeMap::new();
    let sql = "SELECT id, unit, times FROM seen WHERE register = $1 AND id > $2 AND id <= $3";
    for (id, unit, times) in
        link.all(sql, &[shape.number.into(), from, to], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?
    {
        counts.entry((id, unit)).or_default().0 += times;
    }
    let range = [after.into(), last.unwrap_or(i64::MAX).into()];
    for (table, column) in sources {
        let (column, owner) = (quoted(column), quoted("owner"));
        let sql = format!(
            "SELECT {column}, {owner}, count(*) FROM {} WHERE {column} > $1 AND {column} <= $2 AND {owner} IS NOT NULL
             GROUP BY {column}, {owner}",
            quoted(table)
        );
        for (id, unit, times) in link.all(&sql, &range, |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))? {
            counts.entry((id, unit)).or_default().1 += times;
        }
    }
    let wrong = counts.into_iter().filter(|(_, (held, due))| held != due);
    Ok((last, wrong.map(|((id, unit), (held, due))| (id, unit, held, due)).collect()))
}
