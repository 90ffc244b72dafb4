//! `set = { field = literal-or-operand, … }`: values that a move, a watch or a duty gives to fields.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::derive;
use crate::condition::{Assign, Operand, Source};
use crate::fault;
use crate::model::{Kind, Open};
use crate::words::did_you_mean;

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
        if ground.house.packs.field(target, &item.key).is_some_and(|field| field.derive.is_some()) {
            derive::refuse_written(&item, &item.key);
            continue;
        }
        let Some(operand) = ground.operand(&item, &kind) else { continue };
        if unmasks(&operand, target, &item.key, &ground) {
            let hint = format!("declare `mask` or `sealed` on `{}` as the source does, or leave it out", item.key);
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

/// Reads `[[….open]]`: records of other registers that are opened, each with all that its register must have.
pub(super) fn read_opens(table: &Table, ground: &Ground) -> Vec<Open> {
    table.tables("open").iter().filter_map(|table| read_open(table, ground)).collect()
}

fn read_open(table: &Table, ground: &Ground) -> Option<Open> {
    let (register, set) = (table.must("register"), table.must("set"));
    let state = table.item("state");
    let when = table.table("when");
    table.finish();
    let register = register?;
    let name = register.text()?;
    if !ground.house.knows_register(ground.pack, &name, &register) {
        return None;
    }
    let set = read_assign(&set?.table()?, &name, ground);
    check_musts(table, &name, &set, ground);
    let state = state.and_then(|item| known_state(&item, &name, ground));
    Some(Open { register: name, state, set, when: when.map(|table| ground.condition(&table)) })
}

/// The state of another register's flow.
pub(super) fn known_state(item: &Item, register: &str, ground: &Ground) -> Option<String> {
    let name = item.text()?;
    let flow = ground.house.packs.registers.get(register).and_then(|register| register.flow.as_ref());
    if flow.is_some_and(|flow| flow.states.contains_key(&name)) {
        return Some(name);
    }
    let known = flow.into_iter().flat_map(|flow| flow.states.keys()).map(String::as_str);
    item.fault(fault::NO_STATE, format!("register `{register}` has no state `{name}`"), did_you_mean(&name, known));
    None
}

/// What must be given at filing is given by the assignment, or by default.
pub(super) fn check_musts(table: &Table, register: &str, set: &Assign, ground: &Ground) {
    for field in ground.house.packs.fields(register) {
        if field.must && !field.by_move && field.default.is_null() && !set.contains_key(&field.name) {
            let what = format!("`{register}` is opened without `{}`, which must be given", field.name);
            table.fault(fault::OPEN, what, format!("add `{} = …` to `set`", field.name));
        }
    }
}

/// Whether a masked value would be copied to where it is shown.
fn unmasks(operand: &Operand, target: &str, field: &str, ground: &Ground) -> bool {
    let path = match &operand.source {
        Source::Field(path) => path,
        Source::Asked(_, field) => std::slice::from_ref(field),
        _ => return false,
    };
    let mut at = ground.register.to_owned();
    let (mut masked, mut sealed) = (false, false);
    for step in path {
        let Some(field) = ground.house.packs.field(&at, step) else { break };
        (masked, sealed) = (field.mask, field.sealed);
        if let Kind::Ref { to } = &field.kind {
            at = to.clone();
        }
    }
    let target = ground.house.packs.field(target, field);
    (masked && !target.is_some_and(|field| field.mask)) || (sealed && !target.is_some_and(|field| field.sealed))
}
