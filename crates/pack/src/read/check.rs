//! `[check.NAME]`: what a record must never be.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::is_number;
use crate::condition::Path;
use crate::fault;
use crate::model::{Check, Kind, Said};
use crate::words::in_words;
use indexmap::IndexMap;

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
    let say = table.table("say").map(|table| read_say(&table, ground)).unwrap_or_default();
    check_say(table, &say, [&message, &message_en]);
    if refuse.is_some() == exit.is_some() {
        let hint = "give exactly one of `refuse = { … }` and `exit = \"name\"`";
        item.fault(fault::CHECK, format!("check `{}` does not say when it refuses", item.key), hint);
    }
    table.finish();
    Check { name: item.key.clone(), refuse, exit, field, message, message_en, say }
}

/// `say = { asked = ["-free"], available = ["line.line_free", "-free"] }`: numbers that are added, or taken away.
fn read_say(table: &Table, ground: &Ground) -> IndexMap<String, Said> {
    let mut say = IndexMap::new();
    for item in table.all() {
        let parts: Option<Vec<_>> = item.texts().iter().map(|(text, item)| read_part(text, item, ground)).collect();
        let Some(parts) = parts else { continue };
        let Some((_, _, kind)) = parts.first().cloned() else {
            item.fault(fault::SAY, format!("`{}` says nothing", item.key), "name at least one number");
            continue;
        };
        if parts.iter().any(|(_, _, other)| !ground.house.comparable(&kind, other)) {
            let hint = "add up what has the same kind, unit and digits";
            item.fault(fault::SAY, format!("`{}` adds up different kinds", item.key), hint);
            continue;
        }
        let parts = parts.into_iter().map(|(minus, path, _)| (minus, path)).collect();
        say.insert(item.key.clone(), Said { parts, kind });
    }
    say
}

fn read_part(text: &str, item: &Item, ground: &Ground) -> Option<(bool, Path, Kind)> {
    let (minus, dotted) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (path, kind) = ground.house.path(ground.register, dotted, item)?;
    let masked = is_masked(&path, ground);
    if masked || !is_number(&kind) {
        let what = if masked { "is masked" } else { "is no number" };
        item.fault(fault::SAY, format!("`{dotted}` {what}"), "tell numbers that everybody who may write may see");
        return None;
    }
    Some((minus, path, kind))
}

/// Whether the field at the end of a path is masked or sealed.
fn is_masked(path: &[String], ground: &Ground) -> bool {
    let (mut at, mut masked) = (ground.register.to_owned(), false);
    for step in path {
        let Some(field) = ground.house.packs.field(&at, step) else { return masked };
        masked = field.mask || field.sealed;
        if let Kind::Ref { to } = &field.kind {
            at = to.clone();
        }
    }
    masked
}

/// Every name in braces is said, and everything said is named in each language.
fn check_say(table: &Table, say: &IndexMap<String, Said>, messages: [&String; 2]) {
    for message in messages {
        let named = message.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        let named: Vec<&str> = named.collect();
        for name in named.iter().filter(|name| !say.contains_key(**name)) {
            table.fault(fault::SAY, format!("the message names `{name}`"), "give it in `say`, or write no braces");
        }
        for name in say.keys().filter(|name| !named.contains(&name.as_str())) {
            table.fault(fault::SAY, format!("`{name}` is said and not named in “{message}”"), "name it in braces");
        }
    }
}
