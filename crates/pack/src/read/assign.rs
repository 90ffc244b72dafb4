//! `set = { field = literal-or-operand, … }`: values that a move, a watch or a duty gives to fields.

use super::condition::Ground;
use super::cursor::Table;
use crate::condition::{Assign, Operand, Source};
use crate::fault;
use crate::model::Kind;

/// Reads an assignment to fields of `target`. Right sides are operands over the ground's register: the record that makes
/// the move, is watched, or owes.
pub(super) fn read_assign(table: &Table, target: &str, ground: &Ground) -> Assign {
    let ground = Ground { gives: true, ..*ground };
    let mut assign = Assign::new();
    for item in table.all() {
        let Some(kind) = ground.house.own_field(target, &item.key, &item) else { continue };
        if matches!(kind, Kind::Files { .. }) {
            let hint = "let a person send the files, or follow the reference to the record that has them";
            item.fault(fault::OPERAND, format!("`{}` holds files, which are only ever sent", item.key), hint);
            continue;
        }
        let Some(operand) = ground.operand(&item, &kind) else { continue };
        if unmasks(&operand, target, &item.key, &ground) {
            let hint = format!("declare `mask = true` on `{}` too, or leave it out", item.key);
            item.fault(fault::OPERAND, format!("`{}` would show what is masked", item.key), hint);
            continue;
        }
        assign.insert(item.key.clone(), operand);
    }
    if table.all().is_empty() {
        table.fault(fault::EMPTY_LIST, "an assignment that gives nothing", "name at least one field, or leave it out");
    }
    assign
}

/// Whether a masked value would be copied to where it is shown.
fn unmasks(operand: &Operand, target: &str, field: &str, ground: &Ground) -> bool {
    let Source::Field(path) = &operand.source else { return false };
    let mut at = ground.register.to_owned();
    let mut masked = false;
    for step in path {
        let Some(field) = ground.house.packs.field(&at, step) else { break };
        masked = field.mask;
        if let Kind::Ref { to } = &field.kind {
            at = to.clone();
        }
    }
    masked && !ground.house.packs.field(target, field).is_some_and(|field| field.mask)
}
