//! 比例: kept in hundredths of a percent.

use super::in_range;
use super::integer::short;
use crate::decimal;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    let number = decimal::parse(typed.trim_end_matches(['%', '\u{ff05}']), 2).ok_or_else(|| {
        Complaint::new(
            "V008",
            format!("“{}”不是比例。请填百分数，最多两位小数，如 95.5。", short(typed)),
            format!("“{}” is no share. Write percent with at most two decimals, such as 95.5.", short(typed)),
        )
    })?;
    in_range(number, None, None, 2)
}

pub fn show(number: i64) -> String {
    format!("{}%", decimal::exact(number, 2))
}
