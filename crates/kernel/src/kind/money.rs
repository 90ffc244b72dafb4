//! 金额: kept in 分, typed and shown in 元 or in 万元.

use super::in_range;
use super::integer::short;
use crate::decimal;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str, wan: bool) -> Result<Value, Complaint> {
    let (digits, unit) = if wan { (6, "万元") } else { (2, "元") };
    let plain = typed.trim_end_matches("万元").trim_end_matches('元');
    let number = decimal::parse(plain, digits).ok_or_else(|| {
        Complaint::new(
            "V007",
            format!("“{}”不是金额。请按{unit}填数字，精确到分。", short(typed)),
            format!("“{}” is no amount. Write figures in {unit}， exact to the 分.", short(typed)),
        )
    })?;
    in_range(number, None, None, digits)
}

pub fn show(fen: i64, wan: bool) -> String {
    let written = if wan { decimal::exact(fen, 6) } else { decimal::fixed(fen, 2) };
    decimal::grouped(&written)
}
