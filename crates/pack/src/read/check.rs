//! `[check.NAME]`: what a record must never be.

use super::condition::Ground;
use super::cursor::{Item, Table};
use crate::fault;
use crate::model::Check;
use crate::words::in_words;

/// Reads the checks of a register's file, in its order.
pub(super) fn read_checks(register: &Table, ground: &Ground) -> Vec<Check> {
    let checks = register.children("check").into_iter();
    checks.map(|(item, table)| read_check(&item, &table.named(format!("check.{}", item.key)), ground)).collect()
}

fn read_check(item: &Item, table: &Table, ground: &Ground) -> Check {
    if !item.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        let hint = "use ASCII letters, digits, hyphens, underscores";
        item.fault(fault::NAME, format!("`{}` is no name of a check", item.key), hint);
    }
    let refuse = table.table("refuse").map(|table| ground.condition(&table));
    let exit = table.text("exit");
    let field = table.item("field").and_then(|item| {
        let name = item.text()?;
        ground.house.own_field(ground.register, &name, &item).map(|_| name)
    });
    let message = table.must_text("message");
    let message_en = table.text("message_en").unwrap_or_else(|| in_words(&item.key));
    if refuse.is_some() == exit.is_some() {
        let hint = "give exactly one of `refuse = { … }` and `exit = \"name\"`";
        item.fault(fault::CHECK, format!("check `{}` does not say when it refuses", item.key), hint);
    }
    table.finish();
    Check { name: item.key.clone(), refuse, exit, field, message, message_en }
}
