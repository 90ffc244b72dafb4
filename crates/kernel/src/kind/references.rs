//! 多个引用: the ids of records, `,12,15,` ascending. Labels are resolved by the desk, which knows what the person may see.

use super::{choices, reference};
use crate::lang::Complaint;
use luoshi_pack::Value;

/// Most records that one field names; more are records of a register of their own.
const MOST: usize = 200;

pub(super) fn parse(typed: &str) -> Result<Value, Complaint> {
    let parts = choices::lines(typed).flat_map(choices::parts);
    let ids = parts.map(|part| reference::parse(part).map(|id| id.int().unwrap_or_default()));
    kept(ids.collect::<Result<Vec<i64>, Complaint>>()?)
}

/// Ids as they are kept.
///
/// # Errors
/// V040 when there are too many.
pub fn kept(mut ids: Vec<i64>) -> Result<Value, Complaint> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MOST {
        return Err(Complaint::new(
            "V040",
            format!("最多选{MOST}项，现有{}项。请去掉{}项。", ids.len(), ids.len() - MOST),
            format!("At most {MOST} can be chosen; there are {}. Take {} away.", ids.len(), ids.len() - MOST),
        ));
    }
    Ok(Value::several(ids))
}

/// The ids of a kept value.
pub fn ids(value: &Value) -> impl Iterator<Item = i64> + '_ {
    value.members().filter_map(|member| member.parse().ok())
}
