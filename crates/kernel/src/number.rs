//! Numbers: an indicator becomes one SELECT for its value, one for each breakdown, one for each curve, and the condition
//! of its evidence. All of them are built from [`counted`], so a number and its evidence cannot drift apart.

use crate::access::both;
use crate::context::Context;
use crate::query::{Known, Planner, Read, how_many, no_number};
use crate::table::ColumnKind;
use crate::{decimal, kind};
use jiff::civil::Date;
use luoshi_pack::condition::{Compare, Condition, Operand, Source};
use luoshi_pack::{Aggregate, Divisor, ExampleRow, Indicator, Kind, Packs, Period, Stands, Value};
use sea_query::{Alias, Expr, ExprTrait, Func};

/// The condition of the records that count on the context's day: the population, and the indicator's stand in time.
/// For a share this is the denominator; its counted part is [`Aggregate::Share`]'s condition.
pub fn counted(indicator: &Indicator) -> Condition {
    both(indicator.filter.clone(), in_time(indicator))
}

/// The condition of the evidence: what counts, for a share its numerator.
pub fn evidence(indicator: &Indicator) -> Condition {
    match &indicator.aggregate {
        Aggregate::Share(part) => both(counted(indicator), part.clone()),
        _ => counted(indicator),
    }
}

fn in_time(indicator: &Indicator) -> Condition {
    let compare =
        |field: &str, compare, source| Condition::Compare(vec![field.to_string()], compare, Operand::of(source));
    match &indicator.stands {
        Stands::Still => Condition::All(vec![]),
        Stands::Dated(day) => match indicator.period {
            Period::Ever => compare(day, Compare::AtMost, Source::Today),
            Period::Year => Condition::All(vec![
                compare(day, Compare::AtLeast, Source::PeriodStart),
                compare(day, Compare::AtMost, Source::Today),
            ]),
        },
        Stands::During(since, until) => Condition::All(vec![
            compare(since, Compare::AtMost, Source::Today),
            Condition::Any(vec![
                Condition::Empty(vec![until.clone()], true),
                compare(until, Compare::AtLeast, Source::Today),
            ]),
        ]),
    }
}

/// The decimals of the indicator's whole numbers.
pub fn digits(packs: &Packs, indicator: &Indicator) -> u8 {
    match &indicator.aggregate {
        Aggregate::Sum(field) => packs.field(&indicator.of, field).map_or(0, |field| kind::measure(&field.kind).0),
        Aggregate::Count | Aggregate::Distinct(_) => 0,
        Aggregate::Share(_) => 2,
    }
}

/// By what a number's sum is divided, in the unit of the summed whole numbers, and the digits of the quotient. The inner
/// `None`: a setting that is no positive number, so that the quotient is unknown.
pub fn divisor(packs: &Packs, context: &Context, number: &Indicator) -> Option<Option<(i64, u8)>> {
    let divide = number.divide.as_ref()?;
    let by = match &divide.by {
        Divisor::Whole(number) => Some(*number),
        Divisor::Setting(name) => context.setting(name).int(),
    };
    let unit = 10_i64.pow(digits(packs, number).into());
    Some(by.filter(|by| (1..=1_000_000).contains(by)).map(|by| (by * unit, divide.digits)))
}

/// A number as it was read: `part` of `whole` for a share, else `part` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Number {
    /// The count, the sum, or a share's numerator.
    pub part: i64,
    /// A share's denominator.
    pub whole: Option<i64>,
}

impl Number {
    /// The value, times ten to [`digits`]; `None` is 待填报 (a share of nothing).
    pub fn value(self) -> Option<i64> {
        match self.whole {
            None => Some(self.part),
            Some(whole) => decimal::percent(self.part, whole),
        }
    }
}

/// Reads the number; its row is (part, whole), and per breakdown (key, label, part, whole), ordered by key.
pub fn value(packs: &Packs, context: &Context, known: Known, indicator: &Indicator, by: Option<&[String]>) -> Read {
    let mut planner = Planner::new(packs, context, known, &indicator.of);
    let filter = planner.condition(&counted(indicator));
    let part = aggregate(&mut planner, indicator);
    let whole: Expr = match indicator.aggregate {
        Aggregate::Share(_) => how_many().into(),
        _ => no_number(),
    };
    let key = by.map(|path| keyed(&mut planner, packs, indicator, path));
    let mut select = planner.select();
    let mut kinds = vec![];
    if let Some((key, kind, label)) = key {
        select.expr(key.clone()).expr(label.clone()).add_group_by([key.clone(), label]);
        select.order_by_expr(key, sea_query::Order::Asc);
        kinds.extend([kind, ColumnKind::Text]);
    }
    select.expr(part).expr(whole).and_where(filter);
    kinds.extend([ColumnKind::Int, ColumnKind::Int]);
    planner.read(select, kinds)
}

fn aggregate(planner: &mut Planner<'_>, indicator: &Indicator) -> Expr {
    match &indicator.aggregate {
        Aggregate::Count => how_many().into(),
        Aggregate::Sum(field) => total(planner.column(std::slice::from_ref(field)).0),
        Aggregate::Distinct(path) => planner.column(path).0.count_distinct(),
        Aggregate::Share(part) => {
            let part = planner.condition(part);
            how_many().filter(sea_query::Condition::all().add(part)).into()
        }
    }
}

/// A sum that is 0 over nothing and a whole number on both databases.
pub(crate) fn total(column: Expr) -> Expr {
    Expr::from(Func::coalesce([column.sum(), Expr::val(0_i64)])).cast_as(Alias::new("bigint"))
}

/// The key of a breakdown, what it holds, and its label (the referred record's, or the key itself).
fn keyed(planner: &mut Planner<'_>, packs: &Packs, indicator: &Indicator, path: &[String]) -> (Expr, ColumnKind, Expr) {
    let (key, kind) = planner.column(path);
    let label = match end(packs, &indicator.of, path) {
        Some(Kind::Ref { to }) => {
            let label: Vec<String> = path.iter().cloned().chain([packs.register(&to).label.clone()]).collect();
            planner.column(&label).0
        }
        _ => key.clone(),
    };
    (key, kind, label)
}

/// The kind of the field at the end of a path; `None` for header columns.
pub fn end(packs: &Packs, register: &str, path: &[String]) -> Option<Kind> {
    let mut at = register.to_string();
    let mut kind = None;
    for name in path {
        kind = packs.field(&at, name).map(|field| field.kind.clone());
        if let Some(Kind::Ref { to }) = &kind {
            at = to.clone();
        }
    }
    kind
}

/// The day by which a curve orders the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// The day on which a record counted: the line of what is.
    Counted,
    /// The day on which it ought to: the line of pace.
    Due,
    /// Counted records on their day, others on the day expected, else due: the line of the forecast.
    Expected,
}

/// Reads a curve: rows (day, part) ascending, over the population without regard to the day asked for. `None` when the
/// indicator has no such line (a share, or no such date field).
pub fn curve(packs: &Packs, context: &Context, known: Known, indicator: &Indicator, axis: Axis) -> Option<Read> {
    let Stands::Dated(dated) = &indicator.stands else { return None };
    // Neither a share nor heads add up from day to day.
    if matches!(indicator.aggregate, Aggregate::Share(_) | Aggregate::Distinct(_)) {
        return None;
    }
    let days: Vec<&String> = match axis {
        Axis::Counted => vec![dated],
        Axis::Due => vec![indicator.due.as_ref()?, dated],
        Axis::Expected => {
            [Some(dated), indicator.expected.as_ref(), indicator.due.as_ref()].into_iter().flatten().collect()
        }
    };
    if axis == Axis::Expected && days.len() == 1 {
        return None;
    }
    let mut planner = Planner::new(packs, context, known, &indicator.of);
    let filter = planner.condition(&indicator.filter);
    let part = aggregate(&mut planner, indicator);
    let columns: Vec<Expr> = days.iter().map(|day| planner.column(std::slice::from_ref(*day)).0).collect();
    let day = if columns.len() == 1 { columns[0].clone() } else { Func::coalesce(columns).into() };
    let mut select = planner.select();
    select.expr(day.clone()).expr(part).and_where(filter).and_where(day.clone().is_not_null());
    select.add_group_by([day.clone()]).order_by_expr(day, sea_query::Order::Asc);
    Some(planner.read(select, vec![ColumnKind::Date, ColumnKind::Int]))
}

/// Records of the population that were due by the day and do not count on it, or are expected after `by`: 差在哪里.
pub fn short(indicator: &Indicator, day: Date, by: Date) -> Option<Condition> {
    let (Stands::Dated(dated), Some(due)) = (&indicator.stands, &indicator.due) else { return None };
    let date = |value| Operand::literal(Value::Date(value));
    let open = uncounted(dated, day);
    let mut late = vec![Condition::Compare(vec![due.clone()], Compare::AtMost, date(day))];
    if let Some(expected) = &indicator.expected {
        let due_inside = Condition::Compare(vec![due.clone()], Compare::AtMost, date(by));
        let then_outside =
            Condition::Compare(vec![expected.clone()], Compare::More, Operand::of(Source::Field(vec![due.clone()])));
        late.push(Condition::All(vec![due_inside, then_outside]));
    }
    Some(both(indicator.filter.clone(), Condition::All(vec![open, Condition::Any(late)])))
}

/// Records of the population that do not count on the day but are due or expected by `by`: what can still be reached.
/// `None` when the indicator knows no such days.
pub fn open_by(indicator: &Indicator, day: Date, by: Date) -> Option<Condition> {
    let Stands::Dated(dated) = &indicator.stands else { return None };
    let date = |value| Operand::literal(Value::Date(value));
    let days = [&indicator.due, &indicator.expected].into_iter().flatten();
    let soon: Vec<Condition> =
        days.map(|field| Condition::Compare(vec![field.clone()], Compare::AtMost, date(by))).collect();
    if soon.is_empty() {
        return None;
    }
    Some(both(indicator.filter.clone(), Condition::All(vec![uncounted(dated, day), Condition::Any(soon)])))
}

fn uncounted(dated: &str, day: Date) -> Condition {
    Condition::Any(vec![
        Condition::Empty(vec![dated.to_string()], true),
        Condition::Compare(vec![dated.to_string()], Compare::More, Operand::literal(Value::Date(day))),
    ])
}

/// What an indicator's example gives, computed in memory by the same condition: a row counts when [`counted`] holds.
///
/// # Errors
/// The example's value when it is not the expected one.
pub fn check_examples(packs: &Packs, indicator: &Indicator, context: &Context) -> Result<(), String> {
    for example in &indicator.examples {
        let context = example.day.map_or_else(
            || context.clone(),
            |day| Context::of(day, context.settings.clone(), context.calendar.clone()),
        );
        let mut number = Number::default();
        let mut whole = 0;
        let mut heads = std::collections::BTreeSet::new();
        for row in &example.rows {
            let row = Given { row, context: &context };
            let holds = |condition: &Condition| crate::condition::holds(condition, &row, &context) == Some(true);
            if !holds(&counted(indicator)) {
                continue;
            }
            whole += 1;
            match &indicator.aggregate {
                Aggregate::Count => number.part += 1,
                Aggregate::Sum(field) => number.part += row.row.values.get(field).and_then(Value::int).unwrap_or(0),
                Aggregate::Share(part) => number.part += i64::from(holds(part)),
                Aggregate::Distinct(path) => {
                    let head = crate::condition::Row::value(&row, path);
                    number.part += i64::from(!head.is_null() && heads.insert(head));
                }
            }
        }
        if matches!(indicator.aggregate, Aggregate::Share(_)) {
            number.whole = Some(whole);
        }
        let value = match divisor(packs, &context, indicator) {
            None => number.value().map(|value| decimal::exact(value, digits(packs, indicator))),
            Some(None) => None,
            Some(Some((divisor, digits))) => {
                let scaled = i128::from(number.part) * 10_i128.pow(digits.into());
                let value = i64::try_from(crate::assign::rounded(scaled, divisor.into())).ok();
                value.map(|value| decimal::exact(value, digits))
            }
        };
        if value != example.expect {
            return Err(format!("{}: {value:?}, expected {:?}", indicator.name, example.expect));
        }
    }
    Ok(())
}

/// A row of an example as conditions see it.
struct Given<'a> {
    row: &'a ExampleRow,
    context: &'a Context,
}

impl crate::condition::Row for Given<'_> {
    fn value(&self, path: &[String]) -> Value {
        self.row.values.get(&path.join(".")).cloned().unwrap_or_default()
    }

    fn within(&self, unit: i64, ancestor: i64) -> bool {
        unit == ancestor
    }

    fn count(&self, register: &str, _: &str, filter: &Condition) -> u64 {
        let rows = self.row.has.get(register).into_iter().flatten();
        let given = rows.map(|row| Given { row, context: self.context });
        given.filter(|row| crate::condition::holds(filter, row, self.context) == Some(true)).count() as u64
    }

    fn asked(&self, _: &str, _: &str) -> Value {
        Value::Null
    }

    fn moved_on(&self, _: &str) -> Value {
        Value::Null
    }
}
