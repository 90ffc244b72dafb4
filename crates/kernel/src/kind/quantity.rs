//! 数量: a decimal with a unit, kept times ten to its digits.

use super::{in_range, integer::short};
use crate::decimal;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str, digits: u8, min: Option<i64>, max: Option<i64>) -> Result<Value, Complaint> {
    let number = decimal::parse(typed, digits).ok_or_else(|| {
        Complaint::new(
            "V006",
            format!("“{}”不是数字，或小数多于{digits}位。", short(typed)),
            format!("“{}” is no number, or has more than {digits} decimals.", short(typed)),
        )
    })?;
    in_range(number, min, max, digits)
}

pub fn show(number: i64, digits: u8) -> String {
    decimal::grouped(&decimal::exact(number, digits))
}
