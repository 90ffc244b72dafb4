//! 预警: a watch opens a record once while its condition holds, and closes it when the condition ends.
//!
//! Two roads keep the table `watching` equal to the truth: every write looks at the records that it may have touched, in
//! its own transaction; the day change looks at all. Which records a write touches is read from the condition: the record
//! itself, those whose paths lead through it, those it is counted for, before and after.

use crate::bureau::Bureau;
use crate::form::Faults;
use crate::row::satisfies;
use crate::{check, derive, effect};
use jiff::civil::Date;
use luoshi_kernel::condition::each_operand;
use luoshi_kernel::query::Planner;
use luoshi_kernel::table::UNIT;
use luoshi_kernel::{Context, Lang, list};
use luoshi_pack::condition::{Compare, Condition, Operand, Path, Source};
use luoshi_pack::{Indicator, Kind, Packs, Value, Watch};
use luoshi_store::{Draft, Reader, StoreError, Writer, Written};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Records of one watch that a write looks at itself; beyond that, a job looks at all of them.
const TOUCHED_MOST: usize = 500;
/// How often watches may open what other watches look at, within one write.
const ROUNDS: usize = 4;
/// Records read at once at the day change.
const PAGE: u64 = 2_000;
/// The kind of the job that looks at all records of a watch.
pub const JOB: &str = "watch";

/// Brings derived values up to date and settles every watch that the rows written so far may have touched. What stands
/// against a record that a watch opens, or whose derived values changed, stands against the write.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn settle_written(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    lang: Lang,
) -> Result<Faults, StoreError> {
    for _ in 0..ROUNDS {
        let faults = derive::settle(bureau, writer, context, lang, None)?;
        let written = writer.take_written();
        if written.is_empty() || !faults.is_empty() {
            return Ok(faults);
        }
        let context = &nobody(context);
        for watch in bureau.packs.watches.values() {
            match touched_by(bureau, writer, context, watch, &written)? {
                None => {
                    let now = writer.now();
                    writer.add_job(JOB, &watch.name, "", now)?;
                }
                Some(ids) => {
                    for id in ids {
                        let faults = settle(bureau, writer, context, watch, id, lang)?;
                        if !faults.is_empty() {
                            return Ok(faults);
                        }
                    }
                }
            }
        }
    }
    let faults = derive::settle(bureau, writer, context, lang, None)?;
    // Watches that open what others watch, in a circle: the rest is left to a job.
    if !writer.take_written().is_empty() {
        let now = writer.now();
        for watch in bureau.packs.watches.keys() {
            writer.add_job(JOB, watch, "", now)?;
        }
    }
    Ok(faults)
}

/// Tables of which a row may touch a watch: what its condition reads, the tree, and settings.
pub fn tables(packs: &Packs) -> BTreeSet<String> {
    let context = Context::of(Date::MIN, BTreeMap::new(), Arc::default());
    let mut all = BTreeSet::new();
    for watch in packs.watches.values() {
        let mut planner = Planner::new(packs, &context, None, &watch.of);
        planner.condition(&watch.when);
        let select = planner.select();
        let read = planner.read(select, vec![]).registers;
        all.extend(read.iter().filter_map(|name| packs.registers.get(name)?.extends.clone()));
        all.extend(read);
        all.extend([UNIT.to_string(), crate::setting::REGISTER.to_string()]);
    }
    all
}

/// Nobody asks: a watch means the same whoever writes.
fn nobody(context: &Context) -> Context {
    Context { me: None, my_unit: None, ..context.clone() }
}

/// Brings one watch and one record to where they belong.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn settle(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    watch: &Watch,
    id: i64,
    lang: Lang,
) -> Result<Faults, StoreError> {
    let holds = satisfies(bureau, writer, context, &watch.of, id, &watch.when)?;
    match (holds, writer.watched(&watch.name, id)?) {
        (true, None) => open(bureau, writer, context, watch, id, lang),
        (false, Some(opened)) => {
            writer.unwatch(&watch.name, id)?;
            close(bureau, writer, context, watch, opened)?;
            Ok(vec![])
        }
        _ => Ok(vec![]),
    }
}

fn open(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    watch: &Watch,
    id: i64,
    lang: Lang,
) -> Result<Faults, StoreError> {
    let Some(record) = writer.record(bureau.table(&watch.of), id, None)? else { return Ok(vec![]) };
    let target = bureau.packs.register(&watch.open.register);
    let given = effect::given(bureau, writer, context, (&watch.of, &record), &target.name, &watch.open.set)?;
    let values = match given {
        Ok(values) => values,
        Err((field, complaint)) => {
            let fault = crate::view::FieldFault {
                code: complaint.code.to_string(),
                text: format!("{}：{}", field, lang.pick(&complaint.zh, &complaint.en)),
            };
            return Ok(effect::of_opened(target, vec![(None, fault)], lang));
        }
    };
    let opened = effect::file(bureau, writer, &target.name, watch.open.state.as_deref(), values)?;
    let faults = check::faults(bureau, writer, context, target, &opened, None, lang)?;
    if !faults.is_empty() {
        return Ok(effect::of_opened(target, faults, lang));
    }
    writer.watch(&watch.name, id, opened.id)?;
    Ok(vec![])
}

/// Makes the closing move, where the opened record still stands where it can be made: somebody may have ended it by hand.
fn close(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    watch: &Watch,
    opened: i64,
) -> Result<(), StoreError> {
    let register = bureau.packs.register(&watch.open.register);
    let made = watch.close.as_ref().and_then(|name| Some((name, register.flow.as_ref()?.moves.get(name)?)));
    let Some((name, made)) = made else { return Ok(()) };
    let table = bureau.table(&register.name);
    let Some(record) = writer.record(table, opened, None)? else { return Ok(()) };
    if !made.from.iter().any(|from| Some(from) == record.state.as_ref()) {
        return Ok(());
    }
    let mut values: BTreeMap<String, Value> = made.clear.iter().map(|name| (name.clone(), Value::Null)).collect();
    if let Ok(set) = effect::set(bureau, writer, context, &register.name, &record, made, &values)? {
        values.extend(set);
    }
    let draft = Draft { values, state: Some(made.to.clone()), ..Draft::default() };
    writer.change(table, opened, record.version, draft, &format!("move:{name}"))?;
    Ok(())
}

// ---------------------------------------------------------------------------------------------------- the day change

/// Records on which a watch and the table `watching` differ: the condition holds and nothing is open, or the other way.
///
/// # Errors
/// What the store cannot read.
pub fn astray(bureau: &Bureau, context: &Context, watch: &Watch) -> Result<Vec<i64>, StoreError> {
    let noted: BTreeSet<i64> =
        bureau.store.read(|reader| reader.watching(&watch.name))?.into_iter().map(|(id, _)| id).collect();
    let mut holding = BTreeSet::new();
    let mut last = 0;
    loop {
        let more = Condition::Compare(vec!["id".into()], Compare::More, Operand::literal(Value::Int(last)));
        let filter = Condition::All(vec![watch.when.clone(), more]);
        let found = bureau.store.read(|reader| ids(bureau, reader, context, &watch.of, &filter, PAGE))?;
        let Some(newest) = found.last() else { break };
        last = *newest;
        holding.extend(found);
    }
    Ok(holding.symmetric_difference(&noted).copied().collect())
}

/// The ids of records that satisfy a condition, in order, at most so many.
pub fn ids(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &str,
    filter: &Condition,
    most: u64,
) -> Result<Vec<i64>, StoreError> {
    let sort = [(vec!["id".to_string()], false)];
    let page = list::Page::first(filter, &sort, most);
    let read = list::rows(&bureau.packs, context, None, register, &[], &page);
    Ok(reader.rows(&read.select, &read.kinds)?.iter().filter_map(|row| row[0].int()).collect())
}

// -------------------------------------------------------------------------------------------------- what is touched

/// The records of a watch that these rows may have touched; `None`: too many to look at one by one.
fn touched_by(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    watch: &Watch,
    written: &[Written],
) -> Result<Option<BTreeSet<i64>>, StoreError> {
    let mut all = BTreeSet::new();
    for row in written {
        let mut touch = Touch { bureau, reader, context, row };
        match touch.keys(&watch.of, &watch.when)? {
            Some(ids) => all.extend(ids),
            None => return Ok(None),
        }
        if all.len() > TOUCHED_MOST {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

/// One written row, seen from conditions.
struct Touch<'a> {
    bureau: &'a Bureau,
    reader: &'a mut Reader,
    context: &'a Context,
    row: &'a Written,
}

/// Ids; `None`: too many, or all of them.
type Keys = Option<BTreeSet<i64>>;

impl Touch<'_> {
    /// Records of a register for which a condition may have changed.
    fn keys(&mut self, register: &str, condition: &Condition) -> Result<Keys, StoreError> {
        if self.moves_units(condition) || self.is_setting(condition) {
            return Ok(None);
        }
        let mut keys = BTreeSet::new();
        if self.is_of(register) {
            keys.insert(self.row.after.id);
        }
        for path in paths(condition) {
            match self.along(register, &path)? {
                Some(found) => keys.extend(found),
                None => return Ok(None),
            }
        }
        for (other, by, filter) in looks_back(condition) {
            match self.counted(other, by, filter)? {
                Some(found) => keys.extend(found),
                None => return Ok(None),
            }
        }
        Ok((keys.len() <= TOUCHED_MOST).then_some(keys))
    }

    /// Whether the row belongs to a record of this register: its own table, or that of the register it extends.
    fn is_of(&self, register: &str) -> bool {
        let extends = || self.bureau.packs.registers.get(register).and_then(|declared| declared.extends.as_deref());
        self.row.table == register || extends() == Some(&self.row.table)
    }

    /// The unit tree itself moved, and the condition asks what lies within what.
    fn moves_units(&self, condition: &Condition) -> bool {
        let moved = |before: &luoshi_store::Record| {
            ["parent", "successor"].iter().any(|name| before.value(name) != self.row.after.value(name))
        };
        self.row.table == UNIT && self.row.before.as_ref().is_some_and(moved) && asks_within(condition)
    }

    /// A setting changed that the condition compares with.
    fn is_setting(&self, condition: &Condition) -> bool {
        let mut asks = false;
        each_operand(condition, &mut |operand| asks |= uses_setting(operand));
        self.row.table == crate::setting::REGISTER && asks
    }

    /// Records whose path leads through the row.
    fn along(&mut self, register: &str, path: &Path) -> Result<Keys, StoreError> {
        let mut keys = BTreeSet::new();
        let mut at = register.to_string();
        for (step, name) in path.iter().enumerate().take(path.len().saturating_sub(1)) {
            let Some(Kind::Ref { to }) = self.bureau.packs.field(&at, name).map(|field| field.kind.clone()) else {
                break;
            };
            if self.is_of(&to) {
                let through = Condition::Compare(
                    path[..=step].to_vec(),
                    Compare::Equal,
                    Operand::literal(Value::Int(self.row.after.id)),
                );
                let found = ids(self.bureau, self.reader, self.context, register, &through, TOUCHED_MOST as u64 + 1)?;
                if found.len() > TOUCHED_MOST {
                    return Ok(None);
                }
                keys.extend(found);
            }
            at = to;
        }
        let Some((last, prefix)) = path.split_last() else { return Ok(Some(keys)) };
        if let Some(number) = self.bureau.packs.number(&at, last) {
            let Some(numbered) = self.numbered(number)? else { return Ok(None) };
            for id in numbered {
                let Some(found) = self.leading_to(register, prefix, id)? else { return Ok(None) };
                keys.extend(found);
            }
        }
        Ok(Some(keys))
    }

    /// Records from which a path of references leads to this one.
    fn leading_to(&mut self, register: &str, path: &[String], id: i64) -> Result<Keys, StoreError> {
        if path.is_empty() {
            return Ok(Some([id].into()));
        }
        let there = Condition::Compare(path.to_vec(), Compare::Equal, Operand::literal(Value::Int(id)));
        let found = ids(self.bureau, self.reader, self.context, register, &there, TOUCHED_MOST as u64 + 1)?;
        Ok((found.len() <= TOUCHED_MOST).then(|| found.into_iter().collect()))
    }

    /// Records whose number may have changed: those that counted records lead to now, and those that they led to before.
    fn numbered(&mut self, number: &Indicator) -> Result<Keys, StoreError> {
        let Some(per) = &number.per else { return Ok(Some(BTreeSet::new())) };
        if self.row.table == crate::setting::REGISTER && number.divide.is_some() {
            return Ok(None);
        }
        let mut counted = vec![luoshi_kernel::number::counted(number)];
        if let luoshi_pack::Aggregate::Share(part) = &number.aggregate {
            counted.push(part.clone());
        }
        // Asked as a path, the references themselves are among what may have changed.
        counted.push(Condition::Empty(per.path.clone(), false));
        let Some(inner) = self.keys(&number.of, &Condition::All(counted))? else { return Ok(None) };
        let mut keys = BTreeSet::new();
        for id in inner {
            keys.extend(self.follow(&number.of, Some(id), &per.path)?);
        }
        let mut at = number.of.clone();
        for (step, name) in per.path.iter().enumerate() {
            let Some(Kind::Ref { to }) = self.bureau.packs.field(&at, name).map(|field| field.kind.clone()) else {
                break;
            };
            if self.is_of(&at) {
                let before = self.row.before.as_ref().and_then(|before| before.value(name).int());
                keys.extend(self.follow(&to, before, &per.path[step + 1..])?);
            }
            at = to;
        }
        Ok(Some(keys))
    }

    /// The record at the end of a path of references.
    fn follow(&mut self, register: &str, id: Option<i64>, path: &[String]) -> Result<Option<i64>, StoreError> {
        let (Some(id), Some((name, rest))) = (id, path.split_first()) else { return Ok(id) };
        let Some(Kind::Ref { to }) = self.bureau.packs.field(register, name).map(|field| field.kind.clone()) else {
            return Ok(None);
        };
        let record = self.reader.record(self.bureau.table(register), id, None)?;
        let next = record.and_then(|record| record.value(name).int());
        self.follow(&to, next, rest)
    }

    /// Records that records of another register are counted for, where one of those may have changed: those they refer to
    /// now, and the one that the row referred to before.
    fn counted(&mut self, other: &str, by: &str, filter: &Condition) -> Result<Keys, StoreError> {
        let Some(inner) = self.keys(other, filter)? else { return Ok(None) };
        let mut keys = BTreeSet::new();
        if self.row.table == other {
            keys.extend(self.row.before.as_ref().and_then(|before| before.value(by).int()));
        }
        for id in inner {
            let record = self.reader.record(self.bureau.table(other), id, None)?;
            keys.extend(record.and_then(|record| record.value(by).int()));
        }
        Ok(Some(keys))
    }
}

/// Every path of a condition over its own register, those of operands too; what is within `has` is another register's.
fn paths(condition: &Condition) -> Vec<Path> {
    let mut out = vec![];
    fn walk(condition: &Condition, out: &mut Vec<Path>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| walk(part, out)),
            Condition::Not(part) => walk(part, out),
            Condition::Compare(path, _, operand)
            | Condition::InUnit(path, operand)
            | Condition::Holds(path, operand) => {
                out.push(path.clone());
                if let Source::Field(path) = &operand.source {
                    out.push(path.clone());
                }
            }
            Condition::OneOf(path, _)
            | Condition::Empty(path, _)
            | Condition::Contains(path, _)
            | Condition::Day(path, _) => out.push(path.clone()),
            Condition::Has { .. } => {}
        }
    }
    walk(condition, &mut out);
    out
}

/// Every `has` that stands directly in a condition: register, field, what they must satisfy.
fn looks_back(condition: &Condition) -> Vec<(&str, &str, &Condition)> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(looks_back).collect(),
        Condition::Not(part) => looks_back(part),
        Condition::Has { register, by, filter, .. } => vec![(register, by, filter)],
        _ => vec![],
    }
}

fn asks_within(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_within),
        Condition::Not(part) => asks_within(part),
        Condition::InUnit(..) => true,
        Condition::Has { filter, .. } => asks_within(filter),
        _ => false,
    }
}

fn uses_setting(operand: &Operand) -> bool {
    matches!(operand.source, Source::Setting(_))
        || matches!(operand.plus, Some(luoshi_pack::condition::Plus::Setting(..)))
}
