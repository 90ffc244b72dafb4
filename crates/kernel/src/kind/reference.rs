//! 引用: the id of a record. Labels are resolved by the desk, which knows what the person may see.

use super::integer::short;
use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    typed.parse().ok().filter(|id: &i64| *id > 0).map(Value::Int).ok_or_else(|| unknown(typed))
}

/// What is said when no such record can be chosen.
pub fn unknown(typed: &str) -> Complaint {
    Complaint::new(
        "V014",
        format!("找不到“{}”。请从列表中选一个。", short(typed)),
        format!("“{}” is not found. Choose one of the list.", short(typed)),
    )
}
