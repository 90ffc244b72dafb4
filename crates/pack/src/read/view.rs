//! `[view.NAME]`: a list offered by name; and columns of lists.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::House;
use super::name;
use super::sealed;
use crate::condition::{Condition, Path};
use crate::fault;
use crate::model::View;
use crate::words::in_words;
use indexmap::IndexMap;

/// Reads the views of a register's file, in its order.
pub(super) fn read_views(register: &Table, ground: &Ground) -> IndexMap<String, View> {
    let views = register.children("view").into_iter();
    views
        .map(|(item, table)| (item.key.clone(), read_view(&item, &table.named(format!("view.{}", item.key)), ground)))
        .collect()
}

/// Reads the views that a pack adds to a register of another one.
pub(super) fn read_added<'d>(pack: &str, register: &str, table: &Table<'d>, house: &House) -> Vec<(Item<'d>, View)> {
    let ground = Ground { period: true, ..Ground::over(house, pack, register) };
    let read = |(item, table): (Item<'d>, Table<'d>)| {
        let view = read_view(&item, &table.named(format!("{register}.{}", item.key)), &ground);
        (item, view)
    };
    table.all_tables().into_iter().map(read).collect()
}

fn read_view(item: &Item, table: &Table, ground: &Ground) -> View {
    name::check_name(item);
    let view = View {
        name: item.key.clone(),
        title: table.must_text("title"),
        en: table.text("en").unwrap_or_else(|| in_words(&item.key)),
        columns: table.item("columns").map(|item| read_columns(&item, ground)).unwrap_or_default(),
        filter: table.table("where").map_or(Condition::All(Vec::new()), |table| ground.condition(&table)),
        sort: table.texts("sort").into_iter().filter_map(|(key, item)| read_sort(&key, &item, ground)).collect(),
    };
    table.finish();
    view
}

/// Columns: fields or paths, at least one.
pub(super) fn read_columns(item: &Item, ground: &Ground) -> Vec<String> {
    let texts = item.texts();
    if item.is_list() && item.list().is_empty() {
        item.fault(fault::EMPTY_LIST, "`columns` names no column", "name at least one field");
    }
    texts
        .into_iter()
        .filter_map(|(path, item)| ground.house.path(ground.register, &path, &item).map(|_| path))
        .collect()
}

/// `-due_on` is descending.
fn read_sort(key: &str, item: &Item, ground: &Ground) -> Option<(Path, bool)> {
    let (dotted, down) = match key.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (key, false),
    };
    let (path, _) = ground.house.path(ground.register, dotted, item)?;
    sealed::refuse(ground.house, ground.register, &path, item, "sorts nothing");
    Some((path, down))
}
