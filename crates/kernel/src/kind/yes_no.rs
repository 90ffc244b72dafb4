//! 是否

use crate::lang::{Complaint, Lang};
use luoshi_pack::Value;

pub fn parse(typed: &str) -> Result<Value, Complaint> {
    match typed {
        "yes" | "是" | "true" | "1" => Ok(Value::Bool(true)),
        "no" | "否" | "false" | "0" => Ok(Value::Bool(false)),
        _ => Err(Complaint::new("V012", "请选“是”或“否”。", "Choose yes or no.")),
    }
}

pub fn show(yes: bool, lang: Lang) -> String {
    if yes { lang.pick("是", "yes") } else { lang.pick("否", "no") }.into()
}
