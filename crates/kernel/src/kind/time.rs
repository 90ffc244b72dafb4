//! 时刻: a time of day, kept in minutes.

use super::integer::short;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    minutes(typed).map(Value::Int).ok_or_else(|| {
        Complaint::new(
            "V010",
            format!("“{}”不是时刻。请按 20:30 的样子填。", short(typed)),
            format!("“{}” is no time of day. Write it like 20:30.", short(typed)),
        )
    })
}

fn minutes(typed: &str) -> Option<i64> {
    let (hour, minute) = typed.split_once([':', '\u{ff1a}'])?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

pub fn show(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
