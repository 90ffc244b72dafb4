//! A stored record as conditions see it: paths are followed, references counted, inside the transaction at hand.

use crate::bureau::Bureau;
use luoshi_kernel::condition::{Row, holds};
use luoshi_kernel::list::EVERYTHING;
use luoshi_kernel::query::{Known, Planner, literal};
use luoshi_kernel::sea_query::ExprTrait;
use luoshi_kernel::{Context, kind};
use luoshi_pack::{Condition, Kind, Value};
use luoshi_store::{Reader, Record, StoreError, Version};
use std::cell::RefCell;

/// A record with the reader that follows its references.
pub struct Stored<'a, 'r> {
    /// The bureau's packs and tables.
    pub bureau: &'a Bureau,
    /// The question's surroundings.
    pub context: &'a Context,
    /// The record's register.
    pub register: &'a str,
    /// The record.
    pub record: &'a Record,
    /// The snapshot or transaction.
    pub reader: RefCell<&'r mut Reader>,
    /// The first thing that could not be read: what was judged without it must not count.
    pub failed: RefCell<Option<StoreError>>,
}

impl Stored<'_, '_> {
    /// What could not be read while judging.
    pub fn failed(&self) -> Result<(), StoreError> {
        self.failed.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// A read's answer, or what stands for it when it failed.
    fn kept<T>(&self, answer: Result<T, StoreError>, instead: T) -> T {
        answer.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            instead
        })
    }

    /// The version by which a move was last made.
    fn moved(&self, name: &str) -> Option<Version> {
        let table = self.bureau.table(self.register);
        let read = self.reader.borrow_mut().history(table, self.record.id);
        let act = format!("move:{name}");
        self.kept(read, vec![]).into_iter().rev().find(|version| version.act == act)
    }

    fn step(&self, register: &str, record: &Record, path: &[String]) -> Option<Value> {
        let (name, rest) = path.split_first()?;
        if rest.is_empty() && self.bureau.packs.number(register, name).is_some() {
            let number =
                number(self.bureau, &mut self.reader.borrow_mut(), self.context, None, register, record.id, name);
            return Some(self.kept(number, Value::Null));
        }
        let value = match name.as_str() {
            "id" => Value::Int(record.id),
            "version" => Value::Int(record.version),
            "serial" => record.serial.clone().map_or(Value::Null, Value::Text),
            "state" => record.state.clone().map_or(Value::Null, Value::Text),
            "owner" => record.owner.map_or(Value::Null, Value::Int),
            _ => record.value(name).clone(),
        };
        if rest.is_empty() {
            return Some(value);
        }
        let Some(Kind::Ref { to }) = self.bureau.packs.field(register, name).map(|field| &field.kind) else {
            return None;
        };
        let read = self.reader.borrow_mut().record(self.bureau.table(to), value.int()?, None);
        let next = self.kept(read, None)?;
        self.step(to, &next, rest)
    }
}

impl Row for Stored<'_, '_> {
    fn value(&self, path: &[String]) -> Value {
        self.step(self.register, self.record, path).unwrap_or_default()
    }

    fn within(&self, unit: i64, ancestor: i64) -> bool {
        let read = self.reader.borrow_mut().within(unit, ancestor);
        self.kept(read, false)
    }

    fn count(&self, register: &str, by: &str, filter: &Condition) -> u64 {
        let mine = luoshi_pack::condition::Operand::literal(Value::Int(self.record.id));
        let refers = Condition::Compare(vec![by.to_string()], luoshi_pack::condition::Compare::Equal, mine);
        let filter = Condition::All(vec![refers, filter.clone()]);
        let read =
            luoshi_kernel::list::totals(&self.bureau.packs, self.context, None, register, &[], &EVERYTHING, &filter);
        let rows = self.reader.borrow_mut().rows(&read.select, &read.kinds);
        let rows = self.kept(rows.map(Some), None);
        rows.and_then(|rows| rows.first()?.first()?.int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
    }

    fn moved_on(&self, name: &str) -> Value {
        self.moved(name).map_or(Value::Null, |version| Value::Date(kind::day_of(version.since)))
    }

    fn asked(&self, name: &str, field: &str) -> Value {
        self.moved(name).map_or(Value::Null, |version| version.record.value(field).clone())
    }
}

/// A number of one record, by the same query that lists and conditions make of it.
pub fn number(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    register: &str,
    id: i64,
    name: &str,
) -> Result<Value, StoreError> {
    let mut planner = Planner::new(&bureau.packs, context, known, register);
    let (number, kind) = planner.column(&[name.to_string()]);
    let own = planner.column(&["id".to_string()]).0;
    let mut select = planner.select();
    select.expr(number).and_where(own.eq(literal(&Value::Int(id))));
    Ok(reader.rows(&select, &[kind])?.into_iter().flatten().next().unwrap_or_default())
}

/// Whether a condition holds of a record as it is at hand; `None` is unknown.
pub fn judged(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &str,
    record: &Record,
    condition: &Condition,
) -> Result<Option<bool>, StoreError> {
    let row = Stored { bureau, context, register, record, reader: RefCell::new(reader), failed: RefCell::default() };
    let held = holds(condition, &row, context);
    row.failed()?;
    Ok(held)
}

/// Whether a record satisfies a condition, by the database itself.
pub fn satisfies(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &str,
    id: i64,
    condition: &Condition,
) -> Result<bool, StoreError> {
    if *condition == Condition::All(vec![]) {
        return Ok(true);
    }
    let mut planner = Planner::new(&bureau.packs, context, None, register);
    let filter = planner.condition(condition);
    let (own, kind) = planner.column(&["id".to_string()]);
    let mut select = planner.select();
    select.expr(own.clone()).and_where(own.eq(literal(&Value::Int(id)))).and_where(filter);
    Ok(!reader.rows(&select, &[kind])?.is_empty())
}
