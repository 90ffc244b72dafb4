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
    tally(store, check)?;
    for shape in check.schema.clone().shapes() {
        derived(store, check, shape)?;
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

/// Records by owner and state.
type Counts = BTreeMap<(Option<i64>, Option<String>), i64>;

/// The counts by owner and state against the records, page by page; once more when somebody wrote meanwhile. A register
/// whose rows are wrong anyway is not told twice.
fn tally(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    for shape in check.schema.clone().shapes() {
        let table = &shape.table.name;
        if check.findings.iter().any(|finding| finding.subject.starts_with(table.as_str())) {
            continue;
        }
        for _ in 0..4 {
            let before = store.read(|reader| Ok(crate::ledger::tip(&mut *reader.link()?)?.size))?;
            let due = count(store, table)?;
            let (held, after) = store.read(|reader| {
                let mut link = reader.link()?;
                let sql = "SELECT owner, state, records FROM tally WHERE register = $1 AND records <> 0";
                let rows = link.all(sql, &[table.as_str().into()], |row| {
                    Ok(((row.maybe_int(0)?, row.maybe_text(1)?), row.int(2)?))
                })?;
                Ok((rows.into_iter().collect::<Counts>(), crate::ledger::tip(&mut link)?.size))
            })?;
            if before != after {
                continue;
            }
            let keys: BTreeSet<_> = held.keys().chain(due.keys()).cloned().collect();
            for key in keys {
                let (held, due) = (held.get(&key).copied().unwrap_or(0), due.get(&key).copied().unwrap_or(0));
                if held != due {
                    let owner = key.0.map_or_else(|| "no unit".to_string(), |unit| format!("unit {unit}"));
                    let state = key.1.unwrap_or_default();
                    let what = format!("of {owner} in the state `{state}` are counted as {held}, and are {due}");
                    check.find(format!("the records of `{table}`"), what, format!("计数为 {held}，实为 {due}"));
                }
            }
            break;
        }
    }
    Ok(())
}

fn count(store: &Store, table: &str) -> Result<Counts, StoreError> {
    let (id, owner, state, table) = (quoted("id"), quoted("owner"), quoted("state"), quoted(table));
    let mut counts = Counts::new();
    let mut after = i64::MIN;
    loop {
        let page = store.read(|reader| {
            let sql = format!("SELECT {id}, {owner}, {state} FROM {table} WHERE {id} > $1 ORDER BY {id} LIMIT $2");
            reader
                .link()?
                .all(&sql, &[after.into(), PAGE.into()], |row| Ok((row.int(0)?, row.maybe_int(1)?, row.maybe_text(2)?)))
        })?;
        let Some((last, ..)) = page.last() else { return Ok(counts) };
        after = *last;
        page.into_iter().for_each(|(_, owner, state)| *counts.entry((owner, state)).or_default() += 1);
    }
}

/// Records whose derived values are computed in one snapshot.
const DERIVED: i64 = 500;

/// Derived values against what the exits compute from the records and their parts.
fn derived(store: &Store, check: &mut Check, shape: &Shape) -> Result<(), StoreError> {
    for derived in &shape.table.derives {
        if !store.derives().contains_key(derived.exit.as_str()) {
            let subject = format!("`{}.{}`", shape.table.name, derived.column);
            let what = format!("cannot be recounted: the program does not bring the exit `{}`", derived.exit);
            check.find(subject, what, format!("无法重算：本程序没有算法“{}”", derived.exit));
            return Ok(());
        }
    }
    let mut after = i64::MIN;
    while !shape.table.derives.is_empty() {
        let (last, astray) = store.read(|reader| {
            let (id, table) = (quoted("id"), quoted(&shape.table.name));
            let sql = format!("SELECT {id} FROM {table} WHERE {id} > $1 ORDER BY {id} LIMIT $2");
            let ids = reader.link()?.all(&sql, &[after.into(), DERIVED.into()], |row| row.int(0))?;
            let mut astray = vec![];
            for id in &ids {
                // A row that cannot be read is told elsewhere.
                let Ok(Some(line)) = reader.line(shape, *id, None) else { continue };
                for (place, value) in crate::derived::computed(reader, shape, &line, false)? {
                    if line.values[place] != value {
                        astray.push((super::name(reader, shape.number, *id, None), place));
                    }
                }
            }
            Ok((ids.last().copied(), astray))
        })?;
        for (subject, place) in astray {
            let column = &shape.table.columns[place].name;
            let what = format!("its derived `{column}` is not what is computed from it and its parts");
            check.find(subject, what, format!("其计算值“{column}”与按本记录及其组成部分算出的不符"));
        }
        let Some(last) = last else { break };
        after = last;
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
