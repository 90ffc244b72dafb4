//! 日期: a Beijing day. `2021-02-28`, `2021/2/28`, `2021年2月28日` and `20210228` are read.

use super::integer::short;
use crate::lang::Complaint;
use jiff::civil::Date;
use luoshi_pack::Value;

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    read(typed).map(Value::Date)
}

/// Reads a day written in one of the usual ways: in a form, an address or a command.
///
/// # Errors
/// V009 for a day that does not exist.
pub fn read(typed: &str) -> Result<Date, Complaint> {
    day(typed.trim()).ok_or_else(|| {
        Complaint::new(
            "V009",
            format!("没有“{}”这一天。请按 2021-09-30 的样子填。", short(typed)),
            format!("There is no such day as “{}”. Write it like 2021-09-30.", short(typed)),
        )
    })
}

fn day(typed: &str) -> Option<Date> {
    let parts: Vec<&str> = if typed.len() == 8 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&typed[..4], &typed[4..6], &typed[6..]]
    } else {
        typed.trim_end_matches('日').split(['-', '/', '.', '年', '月']).map(str::trim).collect()
    };
    let [year, month, day] = parts[..] else { return None };
    let year: i16 = year.parse().ok().filter(|year| (1900..=2999).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}
