//! 多选: kept by key, `,a,b,` in the order of the declared list; keys or labels are read, one a line or between commas.

use super::choice;
use crate::lang::{Complaint, Lang};
use indexmap::IndexMap;
use luoshi_pack::{Choice, Value};

/// What stands between members when they are written in one line.
const MARKS: [char; 5] = [',', '，', '、', ';', '；'];

pub fn parse(typed: &str, choices: &IndexMap<String, Choice>) -> Result<Value, Complaint> {
    let mut chosen = vec![];
    for line in lines(typed) {
        match choice::parse(line, choices) {
            Ok(key) => chosen.push(key),
            // A label may hold such a mark itself, so a line is first read as a whole.
            Err(complaint) if !line.contains(MARKS) => return Err(complaint),
            Err(_) => {
                for part in parts(line) {
                    chosen.push(choice::parse(part, choices)?);
                }
            }
        }
    }
    let keys = choices.keys().filter(|key| chosen.iter().any(|one| one.text() == Some(key.as_str())));
    Ok(Value::several(keys))
}

/// The labels, as a list shows them.
pub fn show(choices: &IndexMap<String, Choice>, value: &Value, lang: Lang) -> String {
    let titles: Vec<String> = value.members().map(|key| choice::show(choices, key, lang)).collect();
    titles.join(lang.pick("、", ", "))
}

/// What an input holds of several members: one a line.
pub fn typed(value: &Value) -> String {
    value.members().collect::<Vec<_>>().join("\n")
}

/// What was typed, line by line.
pub fn lines(typed: &str) -> impl Iterator<Item = &str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The parts of a line.
pub fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(MARKS).map(str::trim).filter(|part| !part.is_empty())
}
