//! Sealed fields: what is encrypted where it is kept answers equality and nothing else.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::{House, is_text, kind_word};
use crate::condition::{Compare, Condition, Source};
use crate::fault;
use crate::model::Kind;

/// Columns that stand beside a sealed field; no other field may have these names.
const BESIDE: [&str; 2] = ["find", "mark"];

/// What a sealed field itself may be.
pub(super) fn check_field(table: &Table, kind: &Kind) {
    if !is_text(kind) {
        let hint = "seal text, codes and numbers of persons; what is counted or compared stays readable";
        table.fault(fault::SEALED, format!("a field of kind {} cannot be sealed", kind_word(kind)), hint);
    }
    if let Some(item) = table.item("default") {
        item.fault(fault::SEALED, "a sealed field has no default", "a value that stands in a pack is no secret");
    }
}

/// Whether the field at the end of a path is sealed.
pub(super) fn is_sealed(house: &House, register: &str, path: &[String]) -> bool {
    let Some((last, steps)) = path.split_last() else { return false };
    let mut at = register;
    for step in steps {
        match house.packs.field(at, step).map(|field| &field.kind) {
            Some(Kind::Ref { to }) => at = to,
            _ => return false,
        }
    }
    house.packs.field(at, last).is_some_and(|field| field.sealed)
}

/// Refuses a sealed field where something else than equality would tell about it; `what` says what that is.
pub(super) fn refuse(house: &House, register: &str, path: &[String], item: &Item, what: &str) {
    if is_sealed(house, register, path) {
        let hint = "choose another field; a sealed one can only be found by its whole value";
        item.fault(fault::SEALED, format!("the sealed field `{}` {what}", path.join(".")), hint);
    }
}

/// What an entry of a condition asks of sealed fields.
pub(super) fn check_condition(ground: &Ground, parts: &[Condition], item: &Item) {
    let sealed = |path: &[String]| is_sealed(ground.house, ground.register, path);
    for part in parts {
        match part {
            Condition::Compare(path, compare, operand) => {
                let right = match &operand.source {
                    Source::Field(other) => sealed(other),
                    Source::Asked(_, field) if sealed(std::slice::from_ref(field)) => {
                        told(path, "cannot be compared with what was given", item);
                        continue;
                    }
                    Source::Value(_) => sealed(path),
                    _ => false,
                };
                let equality = matches!(compare, Compare::Equal | Compare::NotEqual);
                if sealed(path) != right || (sealed(path) && !equality) {
                    let what = "can only be compared with a literal or another sealed field";
                    told(path, what, item);
                }
            }
            Condition::Contains(path, _) if sealed(path) => told(path, "cannot be asked for a part of it", item),
            _ => {}
        }
    }
}

fn told(path: &[String], what: &str, item: &Item) {
    let hint = "ask for equality (`=`, one of, `!=`, `empty`), or keep the field readable with `mask` alone";
    item.fault(fault::SEALED, format!("with the sealed field `{}`: it {what}", path.join(".")), hint);
}

/// No other field bears the name of a column that stands beside a sealed one.
pub(super) fn check_names(fields: &[(Item, Table)], sealed: impl Fn(&str) -> bool) {
    for (item, _) in fields {
        let taken = BESIDE
            .iter()
            .any(|end| item.key.strip_suffix(end).and_then(|start| start.strip_suffix('_')).is_some_and(&sealed));
        if taken {
            let what = format!("`{}` is the name of a column beside a sealed field", item.key);
            item.fault(fault::SEALED, what, "give the field another name");
        }
    }
}
