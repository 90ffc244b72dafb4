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

/// What is said when several records bear the name that was typed; `keys`: the labels, Chinese and English, of what tells
/// them apart.
pub fn ambiguous(typed: &str, keys: &[(&str, &str)]) -> Complaint {
    let typed = short(typed);
    let zh = keys.iter().map(|(zh, _)| *zh).collect::<Vec<_>>().join("或");
    let en = keys.iter().map(|(_, en)| *en).collect::<Vec<_>>().join(" or ");
    match keys {
        [] => Complaint::new(
            "V014",
            format!("叫“{typed}”的不止一个。请从列表中选一个。"),
            format!("Several are called “{typed}”. Choose one of the list."),
        ),
        _ => Complaint::new(
            "V014",
            format!("叫“{typed}”的不止一个。请改填{zh}。"),
            format!("Several are called “{typed}”. Type the {en} instead."),
        ),
    }
}
