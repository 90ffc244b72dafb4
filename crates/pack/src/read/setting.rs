//! `setting.toml`.

use super::cursor::{Item, Table};
use super::field::read_kind;
use super::literal::read_value;
use super::name;
use crate::fault;
use crate::model::{Kind, Setting};
use crate::words::in_words;

/// Reads one setting; `None` when its value cannot be read.
pub(super) fn read_setting(item: &Item, table: &Table) -> Option<Setting> {
    name::check_name(item);
    let kind = read_kind(table);
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let from = table.item("from").and_then(|item| item.day());
    let source = table.must_text("source");
    let value = table.must("value");
    table.finish();
    let kind = kind?;
    if matches!(kind, Kind::Ref { .. }) {
        table.fault(fault::KIND, "a setting cannot be a reference", "use another kind");
        return None;
    }
    let value = read_value(&value?, &kind)?;
    Some(Setting { name: item.key.clone(), title, en, kind, value, from, source })
}
