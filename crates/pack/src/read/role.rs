//! `role.toml`: a role with its title, or only more grants for a role of a pack that is needed.

use super::condition::{Ground, one_word};
use super::cursor::{Item, Table};
use super::house::House;
use super::name;
use crate::condition::Condition;
use crate::fault;
use crate::model::{Action, Grant, Role, Scope};
use crate::words::in_words;

const ACTIONS: [(&str, Action); 5] = [
    ("see", Action::See),
    ("file", Action::File),
    ("edit", Action::Edit),
    ("export", Action::Export),
    ("reveal", Action::Reveal),
];

const SCOPES: [(&str, Scope); 3] = [("unit", Scope::Unit), ("subtree", Scope::Subtree), ("all", Scope::All)];

/// The role that a table declares; `None`: it only adds to one.
pub(super) fn declared(item: &Item, table: &Table) -> Option<Role> {
    table.item("title")?;
    name::check_name(item);
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let operates = table.flag("operates");
    Some(Role { name: item.key.clone(), title, en, may: Vec::new(), operates })
}

/// The grants of a table.
pub(super) fn read_grants(pack: &str, item: &Item, table: &Table, house: &House) -> Vec<Grant> {
    if table.item("title").is_none() {
        house.knows_role(pack, &item.key, item);
        if let Some(en) = table.item("en") {
            en.fault(fault::GRANT, "a role's label without its title", "give `title` too, or only grants");
        }
    }
    table.item("en");
    if let Some(operates) = table.item("operates")
        && table.item("title").is_none()
    {
        operates.fault(fault::GRANT, "what a role of another pack operates", "say it where the role is declared");
    }
    let grants =
        table.tables("may").into_iter().map(|grant| read_grant(pack, &grant.named(format!("{}.may", item.key)), house));
    let read = grants.collect();
    table.finish();
    read
}

fn read_grant(pack: &str, table: &Table, house: &House) -> Grant {
    let actions = table.must("do").map(|list| {
        let members = list.list();
        if list.is_list() && members.is_empty() {
            list.fault(fault::EMPTY_LIST, "a grant of nothing", "name at least one action in `do`");
        }
        members.iter().filter_map(|item| one_word(item, &ACTIONS)).collect()
    });
    let on: Vec<(String, Item)> = table.texts("on");
    let known: Vec<&String> =
        on.iter().filter(|(name, item)| house.knows_register(pack, name, item)).map(|(name, _)| name).collect();
    let scope = table.must("scope").and_then(|item| one_word(&item, &SCOPES)).unwrap_or(Scope::Unit);
    let filter = table.item("where").map(|item| {
        if on.is_empty() {
            item.fault(fault::GRANT, "a condition over every register", "name the registers in `on`");
        }
        let read = |register: &String| {
            let ground = Ground::over(house, pack, register);
            item.table().map(|table| ground.condition(&table))
        };
        known.iter().filter_map(|register| read(register)).next_back().unwrap_or(Condition::All(Vec::new()))
    });
    table.finish();
    Grant {
        actions: actions.unwrap_or_default(),
        on: on.into_iter().map(|(name, _)| name).collect(),
        scope,
        filter: filter.unwrap_or(Condition::All(Vec::new())),
    }
}
