//! Assignments: what a move, a watch or a duty gives to fields, from the record that makes it.
//!
//! Pure: the record is a [`Row`], everything else stands in the [`Context`]. A value that cannot be computed is a
//! [`Complaint`], never a guess; one whose source is empty is empty.

use crate::condition::{Row, sourced};
use crate::context::Context;
use crate::kind;
use crate::lang::Complaint;
use luoshi_pack::condition::{Assign, Operand, Plus};
use luoshi_pack::{Packs, Value};

/// The values that an assignment gives to fields of `register`, in its order.
///
/// # Errors
/// The first field that cannot be given its value, and why: a working day in a year the calendar does not hold, a number
/// beyond the field's range, text too long for it.
pub fn values(
    packs: &Packs,
    register: &str,
    assign: &Assign,
    row: &dyn Row,
    context: &Context,
) -> Result<Vec<(String, Value)>, (String, Complaint)> {
    let one = |(field, operand): (&String, &Operand)| {
        let value = value(operand, row, context).and_then(|value| fitting(packs, register, field, value));
        value.map(|value| (field.clone(), value)).map_err(|complaint| (field.clone(), complaint))
    };
    assign.iter().map(one).collect()
}

/// What an operand gives: products that are no whole number in the field's own unit are rounded half up (四舍五入, by
/// magnitude, so that what is taken back equals what was given).
fn value(operand: &Operand, row: &dyn Row, context: &Context) -> Result<Value, Complaint> {
    let value = match sourced(&operand.source, row, context) {
        Value::Int(number) => Value::Int(whole(number, operand)?),
        value => value,
    };
    let Value::Date(day) = value else { return Ok(value) };
    let later = match &operand.plus {
        Some(plus) => context.later(day, plus),
        None => Some(day),
    };
    let rolled = later.and_then(|day| if operand.roll { context.calendar.rolled(day) } else { Some(day) });
    rolled.map(Value::Date).ok_or_else(|| {
        Complaint::new(
            "V046",
            format!("从{day}起算的日期落在放假安排尚未登记的年份，算不出来。请先在日历中登记该年的放假安排。"),
            format!("The day counted from {day} lies in a year whose holidays are not known here. Add that year to the calendar first."),
        )
    })
}

/// `number * above / below + more`, exact until the one rounding.
fn whole(number: i64, operand: &Operand) -> Result<i64, Complaint> {
    let (above, below) = operand.times.unwrap_or((1, 1));
    let more = match operand.plus {
        Some(Plus::Number(more)) => more,
        _ => 0,
    };
    let product = rounded(i128::from(number) * i128::from(above), i128::from(below)) + i128::from(more);
    i64::try_from(product).map_err(|_| {
        Complaint::new(
            "V047",
            format!("算出的数太大（{product}）。请核对参与计算的数。"),
            format!("The computed number is too large ({product}). Check what it is computed from."),
        )
    })
}

/// A quotient rounded to a whole number, halves away from zero. `below` is positive.
pub fn rounded(above: i128, below: i128) -> i128 {
    above.signum() * ((above.abs() * 2 + below) / (below * 2))
}

/// The value, if it could be typed into the field too.
fn fitting(packs: &Packs, register: &str, field: &str, value: Value) -> Result<Value, Complaint> {
    if let Some(field) = packs.field(register, field) {
        kind::parse(&field.kind, &kind::typed(&field.kind, &value))?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, date};
    use luoshi_pack::calendar::{Calendar, CalendarYear, Stretch};
    use luoshi_pack::condition::{Source, Step};
    use std::collections::BTreeMap;

    /// 2021 with its National Day holiday only.
    fn calendar() -> Calendar {
        let holiday = Stretch { title: "国庆节".into(), first: date(2021, 10, 1), last: date(2021, 10, 7) };
        let year = CalendarYear { source: "default".into(), rest: vec![holiday], work: vec![date(2021, 9, 26)] };
        Calendar { years: [(2021, year)].into_iter().collect(), terms: vec![] }
    }

    fn give(operand: &Operand) -> Result<Value, &'static str> {
        let row: BTreeMap<String, Value> = [
            ("amount", Value::Int(-5)),
            ("huge", Value::Int(i64::MAX)),
            ("on", Value::Date(date(2021, 9, 30))),
            ("off", Value::Null),
        ]
        .map(|(name, value)| (name.to_string(), value))
        .into();
        let settings = [("answer_days".to_string(), Value::Int(2))].into();
        value(operand, &row, &Context::of(date(2021, 9, 24), settings, calendar().into())).map_err(|said| said.code)
    }

    fn field(name: &str) -> Operand {
        Operand::of(Source::Field(vec![name.into()]))
    }

    fn day(month: i8, day: i8) -> Result<Value, &'static str> {
        Ok(Value::Date(date(2021, month, day)))
    }

    #[test]
    fn halves_are_rounded_by_magnitude_once() {
        let times = |above, below| give(&Operand { times: Some((above, below)), ..field("amount") });
        assert_eq!(times(1, 2), Ok(Value::Int(-3)));
        assert_eq!(times(-1, 2), Ok(Value::Int(3)));
        assert_eq!(times(-1, 1), Ok(Value::Int(5)));
        assert_eq!(times(1, 3), Ok(Value::Int(-2)));
        assert_eq!(times(1, 11), Ok(Value::Int(0)));
        let more = Operand { times: Some((1, 2)), plus: Some(Plus::Number(10)), ..field("amount") };
        assert_eq!(give(&more), Ok(Value::Int(7)));
        assert_eq!(give(&Operand { times: Some((3, 1)), ..field("huge") }), Err("V047"));
    }

    #[test]
    fn working_days_skip_holidays_and_count_worked_weekends() {
        let stretch = |number, step| Operand { plus: Some(Plus::Stretch(number, step)), ..field("on") };
        assert_eq!(give(&stretch(1, Step::Workdays)), day(10, 8));
        let today = Operand { plus: Some(Plus::Stretch(1, Step::Workdays)), ..Operand::of(Source::Today) };
        assert_eq!(give(&today), day(9, 26));
        let setting = Operand { plus: Some(Plus::Setting("answer_days".into(), 1, Step::Workdays)), ..field("on") };
        assert_eq!(give(&setting), day(10, 11));
        assert_eq!(give(&stretch(2, Step::Days)), day(10, 2));
        assert_eq!(give(&Operand { roll: true, ..stretch(2, Step::Days) }), day(10, 8));
        assert_eq!(give(&Operand { roll: true, ..field("on") }), day(9, 30));
    }

    #[test]
    fn a_year_without_holidays_is_refused_not_guessed() {
        let far = |step| Operand { plus: Some(Plus::Stretch(90, step)), roll: true, ..field("on") };
        assert_eq!(give(&far(Step::Workdays)), Err("V046"));
        assert_eq!(
            give(&Operand { plus: Some(Plus::Stretch(12, Step::Months)), roll: true, ..field("on") }),
            Err("V046")
        );
        let next_year: Date = date(2022, 9, 30);
        let plain = Operand { plus: Some(Plus::Stretch(12, Step::Months)), ..field("on") };
        assert_eq!(give(&plain), Ok(Value::Date(next_year)));
        assert_eq!(
            give(&Operand { plus: Some(Plus::Setting("none".into(), 1, Step::Days)), ..field("on") }),
            Err("V046")
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(give(&Operand { plus: Some(Plus::Stretch(90, Step::Workdays)), ..field("off") }), Ok(Value::Null));
        assert_eq!(give(&Operand::literal(Value::Null)), Ok(Value::Null));
    }
}
