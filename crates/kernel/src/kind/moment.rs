//! 时间点: microseconds since 1970 UTC, typed and shown in Beijing time.

use super::integer::short;
use crate::lang::Complaint;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use luoshi_pack::Value;

/// Microseconds in a second.
pub const MICROS: i64 = 1_000_000;

const BEIJING: Offset = Offset::constant(8);

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    moment(typed).map(Value::Int).ok_or_else(|| {
        Complaint::new(
            "V011",
            format!("“{}”不是时间。请按 2021-09-30 08:30 的样子填。", short(typed)),
            format!("“{}” is no moment. Write it like 2021-09-30 08:30.", short(typed)),
        )
    })
}

fn moment(typed: &str) -> Option<i64> {
    let civil: DateTime = typed.replacen(' ', "T", 1).parse().ok()?;
    Some(BEIJING.to_timestamp(civil).ok()?.as_microsecond())
}

pub fn show(micros: i64) -> String {
    beijing(micros).map_or_else(String::new, |civil| civil.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The Beijing date and time of a moment; `None` outside the calendar.
pub fn beijing(micros: i64) -> Option<DateTime> {
    Some(BEIJING.to_datetime(jiff::Timestamp::from_microsecond(micros).ok()?))
}

/// The Beijing day of a moment; the calendar's first day outside it.
pub fn day_of(micros: i64) -> Date {
    beijing(micros).map_or(Date::MIN, DateTime::date)
}

/// The last microsecond of a Beijing day.
pub fn end_of(day: Date) -> i64 {
    start_of(day).saturating_add(86_400 * MICROS - 1)
}

/// The first microsecond of a Beijing day.
pub fn start_of(day: Date) -> i64 {
    BEIJING.to_timestamp(day.at(0, 0, 0, 0)).map_or(i64::MIN / 2, |moment| moment.as_microsecond())
}
