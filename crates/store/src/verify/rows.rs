//! The rows of a register: every past row the content of its line, versions contiguous, the current row the last one.

use super::sealed::{self, Keyring};
use super::{Check, PAGE, name};
use crate::error::StoreError;
use crate::link::{Link, Row};
use crate::reader::{Line, PastLine, Reader};
use crate::shape::{HEAD, SEQ, Shape, is_digested, list, past, quoted};
use crate::store::Store;
use crate::writer::{Facts, digest_of};
use crate::{copied, several};
use luoshi_kernel::digest::Hash;
use luoshi_kernel::table::{Copy, HEADER, OPEN, Owner, PAST};
use luoshi_pack::Value;
use std::collections::BTreeSet;

/// Something found on a page: record, version, English, Chinese.
pub(super) type Found = (i64, Option<i64>, String, String);

/// A past row beside the line that stands for it.
pub(super) struct Pair {
    pub id: i64,
    pub version: i64,
    /// The row with its dropped fields; what is wrong with it when it cannot be read.
    pub row: Result<(PastLine, Vec<(u32, Value)>), StoreError>,
    /// Register, record, version and digest of its line.
    line: Option<(i64, i64, i64, Hash)>,
}

/// One page of a register.
struct Page {
    pairs: Vec<Pair>,
    current: Vec<(i64, Result<Line, StoreError>)>,
    found: Vec<Found>,
    /// Records that still follow a change.
    following: BTreeSet<i64>,
    ring: Keyring,
    /// The last id of the page; `None` when it is the last page.
    last: Option<i64>,
}

/// Checks a register, page by page.
pub(super) fn check(
    store: &Store,
    check: &mut Check,
    shape: &Shape,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut page = store.read(|reader| read(reader, shape, after))?;
        let mut found = std::mem::take(&mut page.found);
        found.extend(examine(check, shape, &page));
        let vault = store.vault();
        found.extend(sealed::check(shape, &page.ring, vault.as_deref(), &page.pairs, &mut check.sealed));
        if !found.is_empty() {
            tell(store, check, shape, found)?;
        }
        for id in std::mem::take(&mut page.following) {
            check.follows(store, shape.number, id)?;
        }
        progress(check.versions);
        match page.last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

fn tell(store: &Store, check: &mut Check, shape: &Shape, found: Vec<Found>) -> Result<(), StoreError> {
    for (id, version, what, chinese) in found {
        let subject = store.read(|reader| Ok(name(reader, shape.number, id, version)))?;
        check.find(subject, what, chinese);
    }
    Ok(())
}

fn read(reader: &mut Reader, shape: &Shape, after: i64) -> Result<Page, StoreError> {
    let mut link = reader.link()?;
    let (id, table, past) = (quoted("id"), quoted(&shape.table.name), quoted(&past(&shape.table.name)));
    let sql = format!("SELECT {id} FROM {past} WHERE {id} > $1 ORDER BY {id}, {} LIMIT 1 OFFSET $2", quoted("version"));
    let last = link.one(&sql, &[after.into(), (PAGE - 1).into()], |row| row.int(0))?;
    let range = [after.into(), last.unwrap_or(i64::MAX).into()];
    let pairs = link.all(&pairs_sql(shape), &range, |row| pair(shape, row))?;
    let columns =
        HEADER.iter().map(|(name, _)| *name).chain(shape.table.columns.iter().map(|column| column.name.as_str()));
    let sql = format!("SELECT {} FROM {table} WHERE {id} > $1 AND {id} <= $2 ORDER BY {id}", list(columns));
    let current = link.all(&sql, &range, |row| Ok((row.int(0)?, Line::read(shape, row))))?;
    let ring = sealed::keyring(&mut link, &reader.schema, shape, after, last.unwrap_or(i64::MAX))?;
    drop(link);
    let (found, following) = astray(reader, shape, after, last.unwrap_or(i64::MAX))?;
    Ok(Page { pairs, current, found, following, ring, last })
}

/// Past rows of a range of ids, each with its line.
fn pairs_sql(shape: &Shape) -> String {
    let tail = PAST.iter().map(|(name, _)| *name).chain([SEQ]);
    let names = HEADER
        .iter()
        .map(|(name, _)| *name)
        .chain(shape.table.columns.iter().map(|column| column.name.as_str()))
        .chain(tail)
        .chain(shape.dropped.iter().map(|field| field.column.as_str()));
    let columns: Vec<String> = names.map(|name| format!("p.{}", quoted(name))).collect();
    format!(
        "SELECT {}, l.register, l.id, l.version, l.digest FROM {} p LEFT JOIN ledger l ON l.seq = p.{}
         WHERE p.{id} > $1 AND p.{id} <= $2 ORDER BY p.{id}, p.{version}",
        columns.join(", "),
        quoted(&past(&shape.table.name)),
        quoted(SEQ),
        id = quoted("id"),
        version = quoted("version"),
    )
}

fn pair(shape: &Shape, row: &Row<'_>) -> Result<Pair, StoreError> {
    let after_past = HEAD + shape.table.columns.len() + PAST.len() + 1;
    let after_dropped = after_past + shape.dropped.len();
    let dropped = || {
        let values = shape.dropped.iter().enumerate().filter(|(_, field)| is_digested(field.kind));
        values.map(|(at, field)| Ok((field.number, row.value(after_past + at, field.kind)?))).collect::<Result<_, _>>()
    };
    let line = match (row.maybe_int(after_dropped), row.maybe_hash(after_dropped + 3)) {
        (Ok(Some(register)), Ok(Some(digest))) => {
            Some((register, row.int(after_dropped + 1)?, row.int(after_dropped + 2)?, digest))
        }
        _ => None,
    };
    Ok(Pair {
        id: row.int(0)?,
        version: row.int(1)?,
        row: PastLine::read(shape, row).and_then(|past| Ok((past, dropped()?))),
        line,
    })
}

fn examine(check: &mut Check, shape: &Shape, page: &Page) -> Vec<Found> {
    let mut found = Vec::new();
    let mut current = page.current.iter().peekable();
    for record in page.pairs.chunk_by(|one, other| one.id == other.id) {
        let id = record[0].id;
        while let Some((stray, _)) = current.next_if(|(other, _)| *other < id) {
            found.push(inserted(*stray));
        }
        let row = current.next_if(|(other, _)| *other == id).map(|(_, line)| line);
        check.records += u64::from(row.is_some());
        versions(check, shape, record, &mut found);
        last_version(record, row, &mut found);
    }
    found.extend(current.map(|(stray, _)| inserted(*stray)));
    found
}

fn inserted(id: i64) -> Found {
    (id, None, "has no past: the row was inserted by hand".into(), "没有历史版本：该行是手工插入的".into())
}

fn versions(check: &mut Check, shape: &Shape, record: &[Pair], found: &mut Vec<Found>) {
    let mut before: Option<(i64, i64)> = None;
    for pair in record {
        check.versions += 1;
        let mut tell =
            |what: &str, chinese: &str| found.push((pair.id, Some(pair.version), what.into(), chinese.into()));
        let expected = before.map_or(1, |(version, _)| version + 1);
        if pair.version != expected {
            tell("the version before it is missing", "缺少前一版本");
        }
        let (row, dropped) = match &pair.row {
            Ok(read) => (&read.0, &read.1),
            Err(error) => {
                tell(&format!("was changed by hand: {error}"), "内容被手工改动，无法读取");
                before = None;
                continue;
            }
        };
        if before.is_some_and(|(_, until)| until != row.since) || row.until < row.since {
            tell("does not begin when the version before it ends", "与前一版本的时间不衔接");
        }
        before = Some((pair.version, row.until));
        line_of(check, shape, pair, row, dropped, found);
        serial(check, shape, row);
    }
}

fn line_of(
    check: &mut Check,
    shape: &Shape,
    pair: &Pair,
    row: &PastLine,
    dropped: &[(u32, Value)],
    found: &mut Vec<Found>,
) {
    let mut tell = |what: &str, chinese: &str| found.push((pair.id, Some(pair.version), what.into(), chinese.into()));
    let Some((register, id, version, digest)) = pair.line else {
        return tell("has no line in the ledger: inserted by hand, or its line was deleted", "账本中没有对应的行");
    };
    if (register, id, version) != (shape.number, pair.id, pair.version) {
        return tell("its line in the ledger belongs to another version", "对应的账本行属于另一版本");
    }
    if row.seq <= check.size && !check.met.mark(row.seq) {
        tell("shares its line in the ledger with another version", "与另一版本共用一行账本");
    }
    check.instant(row.seq, row.since);
    let facts =
        Facts { since: row.since, by: row.by, act: &row.act, request: row.request.as_deref(), schema: row.schema };
    if digest_of(shape, &row.line, &facts, dropped) != digest {
        tell("was changed: its content does not have the digest in the ledger", "内容被改动：与账本中的摘要不符");
    }
}

fn serial(check: &mut Check, shape: &Shape, row: &PastLine) {
    let (Some(pattern), Some(given)) = (&shape.table.serial, &row.line.serial) else { return };
    if row.seq <= check.size
        && let Some((year, number)) = crate::serial::parts(pattern, given)
    {
        let highest = check.given.entry((shape.number, year)).or_default();
        *highest = number.max(*highest);
    }
}

fn last_version(record: &[Pair], current: Option<&Result<Line, StoreError>>, found: &mut Vec<Found>) {
    let Some(last) = record.last() else { return };
    let mut tell = |what: &str, chinese: &str| found.push((last.id, Some(last.version), what.into(), chinese.into()));
    let Some(current) = current else {
        return tell("the current row is missing: it was deleted", "当前行缺失：已被删除");
    };
    let Ok((row, _)) = &last.row else { return };
    if row.until != OPEN {
        tell("is the last version and is closed: a later one was deleted", "最后一版已截止：其后的版本被删除");
    }
    if current.as_ref().ok() != Some(&row.line) {
        tell(
            "the current row differs from the last version: it was changed by hand",
            "当前行与最后版本不同：被手工改动",
        );
    }
}

/// References that lead nowhere, owners that are not what the path says, halves of records that differ in version; and
/// records whose owner or copies are astray because they still follow a change.
fn astray(
    reader: &mut Reader,
    shape: &Shape,
    after: i64,
    last: i64,
) -> Result<(Vec<Found>, BTreeSet<i64>), StoreError> {
    let (mut found, mut following) = (Vec::new(), BTreeSet::new());
    let owner = owner_sql(reader, shape)?;
    let copies: Vec<(String, &String, String)> = (shape.table.copies.iter())
        .map(|copy| Ok((copied::astray(reader, shape, copy)?, &copy.column, copy_path(copy))))
        .collect::<Result<_, StoreError>>()?;
    let mut link = reader.link()?;
    let table = quoted(&shape.table.name);
    let range = format!("r.{id} > $1 AND r.{id} <= $2", id = quoted("id"));
    let params = [after.into(), last.into()];
    for column in &shape.table.columns {
        let Some(to) = &column.to else { continue };
        let tell = |id| {
            let what = format!("its `{}` refers to a record that does not exist", column.name);
            (id, None, what, format!("“{}”所指的记录不存在", column.name))
        };
        if column.is_several() {
            found.extend(several::astray(&mut link, shape, column, to, after, last)?.into_iter().map(tell));
            continue;
        }
        let sql = format!(
            "SELECT r.{id} FROM {table} r LEFT JOIN {} t ON t.{id} = r.{column}
             WHERE {range} AND r.{column} IS NOT NULL AND t.{id} IS NULL",
            quoted(to),
            id = quoted("id"),
            column = quoted(&column.name),
        );
        found.extend(link.all(&sql, &params, |row| row.int(0))?.into_iter().map(tell));
    }
    drop(link);
    let mut astray = |reader: &mut Reader, sql: &str, held: &str| {
        let ids = reader.link()?.all(&format!("{sql} AND {range}"), &params, |row| row.int(0))?;
        if ids.is_empty() {
            return Ok(ids);
        }
        let explained = reader.explained(&shape.table.name, held, after, last)?;
        let (known, unknown) = ids.into_iter().partition::<Vec<i64>, _>(|id| explained.contains(id));
        following.extend(known);
        Ok::<Vec<i64>, StoreError>(unknown)
    };
    for (sql, column, path) in &copies {
        for id in astray(reader, sql, column)? {
            found.push((
                id,
                None,
                format!("its copy of {path} is not what stands there"),
                format!("其引用取值 {path} 与原值不符"),
            ));
        }
    }
    for id in astray(reader, &owner, "owner")? {
        found.push((id, None, "its owner is not the unit that its path leads to".into(), "归属与其路径不符".into()));
    }
    found.extend(halves(&mut *reader.link()?, shape, after, last)?);
    Ok((found, following))
}

/// A copied value as the pack writes it.
fn copy_path(copy: &Copy) -> String {
    let steps = copy.steps.iter().map(|(column, _)| column.as_str()).chain([copy.value.as_str()]);
    format!("`{}`", steps.collect::<Vec<_>>().join("."))
}

/// Finds records whose owner is not what it should be; a range follows.
fn owner_sql(reader: &Reader, shape: &Shape) -> Result<String, StoreError> {
    let right = match &shape.table.owner {
        Owner::Itself => format!("r.{}", quoted("id")),
        Owner::Nobody => "NULL".to_string(),
        Owner::Path(steps) => {
            let mut reach = String::new();
            let mut at: Option<&str> = None;
            for (column, to) in steps {
                reach = match at {
                    None => format!("r.{}", quoted(column)),
                    Some(table) => {
                        let holder = reader.schema.holder(&reader.schema.shape(table)?.clone(), column)?;
                        let (table, id) = (quoted(&holder.table.name), quoted("id"));
                        format!("(SELECT {table}.{} FROM {table} WHERE {table}.{id} = {reach})", quoted(column))
                    }
                };
                at = Some(to);
            }
            reach
        }
    };
    let (id, owner) = (quoted("id"), quoted("owner"));
    Ok(format!("SELECT r.{id} FROM {} r WHERE r.{owner} IS DISTINCT FROM {right}", quoted(&shape.table.name)))
}

fn halves(link: &mut Link, shape: &Shape, after: i64, last: i64) -> Result<Vec<Found>, StoreError> {
    let Some(base) = &shape.table.extends else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT r.{id} FROM {} r LEFT JOIN {} b ON b.{id} = r.{id}
         WHERE r.{id} > $1 AND r.{id} <= $2 AND b.{version} IS DISTINCT FROM r.{version}",
        quoted(&shape.table.name),
        quoted(base),
        id = quoted("id"),
        version = quoted("version"),
    );
    let ids = link.all(&sql, &[after.into(), last.into()], |row| row.int(0))?;
    let what = format!("its row in `{base}` is missing or has another version");
    let chinese = format!("其在“{base}”中的行缺失或版本不一致");
    Ok(ids.into_iter().map(|id| (id, None, what.clone(), chinese.clone())).collect())
}
