//! 单选: kept by key; the key or a label is read.

use super::integer::short;
use crate::lang::{Complaint, Lang};
use indexmap::IndexMap;
use luoshi_pack::{Choice, Value};

pub fn parse(typed: &str, choices: &IndexMap<String, Choice>) -> Result<Value, Complaint> {
    let found = choices.iter().find(|(key, choice)| *key == typed || choice.title == typed || choice.en == typed);
    found.map(|(key, _)| Value::Text(key.clone())).ok_or_else(|| {
        let titles: Vec<&str> = choices.values().map(|choice| choice.title.as_str()).collect();
        Complaint::new(
            "V013",
            format!("没有“{}”这一项。可选：{}。", short(typed), titles.join("、")),
            format!("There is no “{}” here. Choose one of the list.", short(typed)),
        )
    })
}

pub fn show(choices: &IndexMap<String, Choice>, key: &str, lang: Lang) -> String {
    choices.get(key).map_or_else(|| key.to_string(), |choice| lang.pick(&choice.title, &choice.en).to_string())
}
