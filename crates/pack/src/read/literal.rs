//! A literal of TOML as the value of a field kind.

use super::cursor::Item;
use crate::fault;
use crate::model::{Choice, Kind};
use crate::value::Value;
use crate::words::{did_you_mean, scaled};
use indexmap::IndexMap;
use jiff::civil::DateTime;
use toml::value::{Datetime, Offset};

/// Reads a literal against a kind; `None` with a fault when it does not fit.
pub(super) fn read_value(item: &Item, kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Text { max } | Kind::LongText { max } => read_text(item, *max),
        Kind::IdNumber | Kind::Mobile | Kind::CreditCode | Kind::SchoolCode | Kind::PupilCode => read_text(item, 40),
        Kind::Integer { min, max, .. } => within(item, item.whole()?, *min, *max),
        Kind::Quantity { digits, min, max, .. } => within(item, read_decimal(item, *digits)?, *min, *max),
        Kind::Money { .. } | Kind::Share => read_decimal(item, 2).map(Value::Int),
        Kind::Date => item.day().map(Value::Date),
        Kind::Time => read_time(item).map(Value::Int),
        Kind::Moment => read_moment(item).map(Value::Int),
        Kind::YesNo => item.flag().map(Value::Bool),
        Kind::Choice { choices } => {
            let key = item.text()?;
            if choices.contains_key(&key) {
                return Some(Value::Text(key));
            }
            let hint = did_you_mean(&key, choices.keys().map(String::as_str));
            item.fault(fault::NO_CHOICE, format!("`{}` has no choice `{key}`", item.key), hint);
            None
        }
        Kind::Choices { choices } => read_several(item, choices),
        Kind::Place | Kind::Area => {
            let hint = "ask whether it is given: `empty = false`";
            item.fault(fault::UNFIT, format!("`{}` is a place, which no file of a pack can give", item.key), hint);
            None
        }
        Kind::Files { .. } => {
            let hint = "ask whether there is one: `empty = false`";
            item.fault(fault::UNFIT, format!("`{}` holds files, which no file of a pack can give", item.key), hint);
            None
        }
        Kind::Ref { .. } | Kind::Refs { .. } => {
            let hint = "compare with a field, with `me`, or follow the path to a choice";
            item.fault(fault::UNFIT, format!("`{}` refers to a record, which no file can name", item.key), hint);
            None
        }
    }
}

/// `["a", "b"]` as it is kept: in the order of the choices, each once.
fn read_several(item: &Item, choices: &IndexMap<String, Choice>) -> Option<Value> {
    let one = Kind::Choice { choices: choices.clone() };
    let keys: Vec<String> = item
        .list()
        .iter()
        .map(|member| read_value(member, &one).and_then(|value| value.text().map(str::to_owned)))
        .collect::<Option<_>>()?;
    Some(Value::several(choices.keys().filter(|key| keys.contains(key))))
}

/// A decimal as an integer times ten to `digits`.
pub(super) fn read_decimal(item: &Item, digits: u8) -> Option<i64> {
    let written = item.decimal()?;
    let number = scaled(&written, digits);
    if number.is_none() {
        let hint = format!("write a plain decimal with at most {digits} digits after the point");
        item.fault(fault::UNFIT, format!("`{written}` does not fit `{}`", item.key), hint);
    }
    number
}

fn read_text(item: &Item, max: usize) -> Option<Value> {
    let text = item.text()?;
    let long = text.chars().count();
    if long > max {
        item.fault(fault::UNFIT, format!("text of {long} characters in `{}`", item.key), format!("at most {max} fit"));
        return None;
    }
    Some(Value::Text(text))
}

fn within(item: &Item, number: i64, min: Option<i64>, max: Option<i64>) -> Option<Value> {
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        item.fault(fault::UNFIT, format!("`{}` is out of range", item.key), "keep within the field's `min` and `max`");
        return None;
    }
    Some(Value::Int(number))
}

fn read_time(item: &Item) -> Option<i64> {
    let expected = "a time of day such as 08:30:00";
    match item.datetime(expected)? {
        Datetime { date: None, time: Some(time), offset: None }
            if time.second.unwrap_or(0) == 0 && time.nanosecond.unwrap_or(0) == 0 =>
        {
            Some(i64::from(time.hour) * 60 + i64::from(time.minute))
        }
        _ => item.shape(expected),
    }
}

fn read_moment(item: &Item) -> Option<i64> {
    let expected = "a moment such as 2021-01-17T08:30:00+08:00";
    match item.datetime(expected)? {
        Datetime { date: Some(date), time: Some(time), offset: Some(offset) } => {
            let year = i16::try_from(date.year).ok()?;
            let (second, nano) = (time.second.unwrap_or(0) as i8, time.nanosecond.unwrap_or(0) as i32);
            let local =
                DateTime::new(year, date.month as i8, date.day as i8, time.hour as i8, time.minute as i8, second, nano)
                    .ok();
            let minutes = match offset {
                Offset::Z => 0,
                Offset::Custom { minutes } => minutes,
            };
            let instant = local?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond();
            Some(instant - i64::from(minutes) * 60_000_000)
        }
        _ => item.shape(expected),
    }
}
