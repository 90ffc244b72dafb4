//! What a condition means: in memory here, in SQL in [`crate::query`]. A property test holds both equal.
//!
//! Three-valued like SQL: `None` is unknown. Unknown never grants and never satisfies: ask `holds(..) == Some(true)`.

use crate::context::Context;
use luoshi_pack::Value;
use luoshi_pack::condition::{Compare, Condition, DayKind, Operand, Plus, Source};
use std::cmp::Ordering;

/// A record as a condition sees it.
pub trait Row {
    /// The value at a path; null when a reference on the way is empty.
    fn value(&self, path: &[String]) -> Value;
    /// Whether a unit lies within another (itself included).
    fn within(&self, unit: i64, ancestor: i64) -> bool;
    /// How many records of `register` refer here by `by` and satisfy `filter`.
    fn count(&self, register: &str, by: &str, filter: &Condition) -> u64;
    /// The Beijing day when a move was last made, or null.
    fn moved_on(&self, name: &str) -> Value;
    /// What a field was given when a move was last made, or null.
    fn asked(&self, name: &str, field: &str) -> Value;
}

/// Whether a condition holds of a record; `None` is unknown.
pub fn holds(condition: &Condition, row: &dyn Row, context: &Context) -> Option<bool> {
    match condition {
        Condition::All(parts) => all(parts.iter().map(|part| holds(part, row, context))),
        Condition::Any(parts) => {
            all(parts.iter().map(|part| holds(part, row, context).map(|yes| !yes))).map(|yes| !yes)
        }
        Condition::Not(part) => holds(part, row, context).map(|yes| !yes),
        Condition::Compare(path, compare, operand) => {
            let left = scaled(row.value(path), operand.times.map(|(_, below)| below));
            judge(*compare, &left, &resolve(operand, row, context))
        }
        Condition::OneOf(path, values) => match row.value(path) {
            Value::Null => None,
            value => Some(values.contains(&value)),
        },
        Condition::Empty(path, empty) => Some(row.value(path).is_null() == *empty),
        Condition::Contains(path, part) => row.value(path).text().map(|text| text.contains(part.as_str())),
        Condition::Holds(path, operand) => {
            let (several, member) = (row.value(path), member(&resolve(operand, row, context))?);
            several.text().map(|text| text.contains(&member))
        }
        Condition::InUnit(path, operand) => {
            let (unit, ancestor) = (row.value(path).int()?, resolve(operand, row, context).int()?);
            Some(row.within(unit, ancestor))
        }
        Condition::Day(path, kind) => {
            let day = row.value(path).date()?;
            match kind {
                DayKind::Workday => context.calendar.is_workday(day),
                DayKind::Restday => context.calendar.is_workday(day).map(|workday| !workday),
                DayKind::Term => context.calendar.is_term(day),
                DayKind::Vacation => context.calendar.is_term(day).map(|term| !term),
            }
        }
        Condition::Has { register, by, filter, least, most } => {
            let count = row.count(register, by, filter);
            Some(count >= u64::from(*least) && most.is_none_or(|most| count <= u64::from(most)))
        }
    }
}

/// And, over known and unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}

fn judge(compare: Compare, left: &Value, right: &Value) -> Option<bool> {
    if left.is_null() || right.is_null() {
        return None;
    }
    let order = left.cmp(right);
    Some(match compare {
        Compare::Equal => order == Ordering::Equal,
        Compare::NotEqual => order != Ordering::Equal,
        Compare::Less => order == Ordering::Less,
        Compare::AtMost => order != Ordering::Greater,
        Compare::More => order == Ordering::Greater,
        Compare::AtLeast => order != Ordering::Less,
    })
}

/// `a < b * p/q` is judged as `a * q < b * p`, so no fraction is ever rounded. Overflow is unknown.
fn scaled(value: Value, by: Option<i64>) -> Value {
    match (value, by) {
        (Value::Int(number), Some(by)) => number.checked_mul(by).map_or(Value::Null, Value::Int),
        (value, _) => value,
    }
}

/// A member of several as it stands among them, `,a,`; `None` when there is none.
pub(crate) fn member(value: &Value) -> Option<String> {
    match value {
        Value::Int(id) => Some(format!(",{id},")),
        Value::Text(key) => Some(format!(",{key},")),
        _ => None,
    }
}

/// The right side's value, with its fraction's numerator already multiplied in.
fn resolve(operand: &Operand, row: &dyn Row, context: &Context) -> Value {
    adjusted(sourced(&operand.source, row, context), operand, context)
}

/// A source's value.
pub(crate) fn sourced(source: &Source, row: &dyn Row, context: &Context) -> Value {
    match source {
        Source::Field(path) => row.value(path),
        Source::Move(name) => row.moved_on(name),
        Source::Asked(name, field) => row.asked(name, field),
        source => constant(source, context).unwrap_or_default(),
    }
}

/// A source's value with the operand's fraction and addition applied.
pub(crate) fn adjusted(value: Value, operand: &Operand, context: &Context) -> Value {
    let (above, below) = operand.times.unwrap_or((1, 1));
    let added = match (value, &operand.plus) {
        (Value::Date(day), plus) => {
            let later = plus.as_ref().map_or(Some(day), |plus| context.later(day, plus));
            let rolled = later.and_then(|day| if operand.roll { context.calendar.rolled(day) } else { Some(day) });
            rolled.map_or(Value::Null, Value::Date)
        }
        // What is added stands outside the fraction: b * p/q + n, so n is multiplied by q with everything else.
        (Value::Int(number), Some(Plus::Number(more))) => {
            let product = number.checked_mul(above).and_then(|product| product.checked_add(more.checked_mul(below)?));
            return product.map_or(Value::Null, Value::Int);
        }
        (value, _) => value,
    };
    scaled(added, operand.times.map(|(above, _)| above))
}

/// The value of a source that is the same for every record; `None` when it depends on the record.
pub(crate) fn constant(source: &Source, context: &Context) -> Option<Value> {
    let id = |id: Option<i64>| id.map_or(Value::Null, Value::Int);
    match source {
        Source::Value(value) => Some(value.clone()),
        Source::Setting(name) => Some(context.setting(name)),
        Source::PeriodStart => Some(Value::Date(context.period.0)),
        Source::PeriodEnd => Some(Value::Date(context.period.1)),
        Source::Today => Some(Value::Date(context.today)),
        Source::SchoolYear(reference) => Some(context.school_year(*reference).map_or(Value::Null, Value::Date)),
        Source::MyUnit => Some(id(context.my_unit)),
        Source::Me => Some(id(context.me)),
        Source::Field(_) | Source::Move(_) | Source::Asked(..) => None,
    }
}

/// A record whose values are at hand, without references or a past: examples, new forms.
impl Row for std::collections::BTreeMap<String, Value> {
    fn value(&self, path: &[String]) -> Value {
        match path {
            [name] => self.get(name).cloned().unwrap_or_default(),
            _ => Value::Null,
        }
    }
    fn within(&self, unit: i64, ancestor: i64) -> bool {
        unit == ancestor
    }
    fn count(&self, _: &str, _: &str, _: &Condition) -> u64 {
        0
    }
    fn moved_on(&self, _: &str) -> Value {
        Value::Null
    }
    fn asked(&self, _: &str, _: &str) -> Value {
        Value::Null
    }
}

/// Calls with every operand of a condition, those within `has` too.
pub fn each_operand<'c>(condition: &'c Condition, call: &mut impl FnMut(&'c Operand)) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| each_operand(part, call)),
        Condition::Not(part) => each_operand(part, call),
        Condition::Compare(_, _, operand) | Condition::InUnit(_, operand) | Condition::Holds(_, operand) => {
            call(operand)
        }
        Condition::Has { filter, .. } => each_operand(filter, call),
        Condition::OneOf(..) | Condition::Empty(..) | Condition::Contains(..) | Condition::Day(..) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use luoshi_pack::condition::Step;
    use std::collections::BTreeMap;

    fn path(name: &str) -> Vec<String> {
        vec![name.to_string()]
    }

    fn field(name: &str) -> Operand {
        Operand::of(Source::Field(path(name)))
    }

    fn row() -> BTreeMap<String, Value> {
        [("found_on", Value::Date(date(2021, 3, 1))), ("net", Value::Int(100)), ("cost", Value::Int(51))]
            .map(|(name, value)| (name.to_string(), value))
            .into()
    }

    fn ask(condition: Condition) -> Option<bool> {
        holds(&condition, &row(), &Context::of(date(2021, 9, 30), BTreeMap::new(), Default::default()))
    }

    #[test]
    fn unknown_neither_grants_nor_refuses() {
        let unknown = Condition::Compare(path("fixed_on"), Compare::Less, field("found_on"));
        assert_eq!(ask(unknown.clone()), None);
        assert_eq!(ask(Condition::Not(Box::new(unknown.clone()))), None);
        assert_eq!(ask(Condition::All(vec![unknown.clone(), Condition::Any(vec![])])), Some(false));
        assert_eq!(ask(Condition::Any(vec![unknown, Condition::All(vec![])])), Some(true));
        assert_eq!(ask(Condition::Empty(path("fixed_on"), true)), Some(true));
    }

    #[test]
    fn fractions_are_compared_without_rounding() {
        let half = Operand { times: Some((1, 2)), ..field("net") };
        assert_eq!(ask(Condition::Compare(path("cost"), Compare::More, half)), Some(true));
        let half_and_two = Operand { times: Some((1, 2)), plus: Some(Plus::Number(2)), ..field("net") };
        assert_eq!(ask(Condition::Compare(path("cost"), Compare::More, half_and_two)), Some(false));
    }

    #[test]
    fn a_month_later_ends_with_the_month() {
        let context = Context::of(date(2021, 9, 30), BTreeMap::new(), Default::default());
        let later = context.later(date(2021, 1, 31), &Plus::Stretch(1, Step::Months));
        assert_eq!(later, Some(date(2021, 2, 28)));
        let due = Operand { plus: Some(Plus::Stretch(6, Step::Months)), ..field("found_on") };
        assert_eq!(ask(Condition::Compare(path("found_on"), Compare::Less, due)), Some(true));
    }
}
