//! 文本, 长文本: kept as typed, without blanks around.

use crate::lang::Complaint;
use luoshi_pack::Value;

pub fn parse(typed: &str, max: usize, lines: bool) -> Result<Value, Complaint> {
    let text = typed.replace("\r\n", "\n");
    let length = text.chars().count();
    if length > max {
        return Err(Complaint::new(
            "V001",
            format!("最多{max}个字，现有{length}个字。请删去{}个字。", length - max),
            format!("At most {max} characters; there are {length}. Please cut {}.", length - max),
        ));
    }
    if text.chars().any(|c| c.is_control() && !(lines && (c == '\n' || c == '\t'))) {
        return Err(Complaint::new(
            "V004",
            "含有换行或不可见字符。请删去后重填。",
            "There are line breaks or invisible characters. Please remove them.",
        ));
    }
    Ok(Value::Text(text))
}
