//! 整数

use super::in_range;
use crate::decimal;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str, min: Option<i64>, max: Option<i64>) -> Result<Value, Complaint> {
    let number = decimal::parse(typed, 0).ok_or_else(|| {
        Complaint::new(
            "V005",
            format!("“{}”不是整数。请填数字，如 120。", short(typed)),
            format!("“{}” is no whole number. Write figures such as 120.", short(typed)),
        )
    })?;
    in_range(number, min, max, 0)
}

pub fn show(number: i64) -> String {
    decimal::grouped(&number.to_string())
}

/// The first few characters of what was typed, for a message.
pub(super) fn short(typed: &str) -> String {
    let mut text: String = typed.chars().take(20).collect();
    if typed.chars().count() > 20 {
        text.push('…');
    }
    text
}
