//! `[flow.state.NAME]` and `[flow.move.NAME]`.

use super::assign::{read_assign, read_opens};
use super::condition::Ground;
use super::cursor::{Item, Table};
use super::name;
use super::sign;
use crate::condition::{Assign, Operand, Source};
use crate::fault;
use crate::model::{Kind, Move, State};
use crate::value::Value;
use crate::words::{did_you_mean, in_words};
use indexmap::IndexMap;

/// Reads the states in order. Their `due` and `day` are checked when the moves are read.
pub(super) fn read_states(flow: &Table) -> IndexMap<String, State> {
    let states = flow.children("state");
    if states.is_empty() {
        flow.fault(fault::EMPTY_LIST, "a flow without states", "add at least one [flow.state.NAME]");
    }
    let mut read = IndexMap::new();
    for (item, table) in states {
        name::check_name(&item);
        let table = table.named(format!("flow.state.{}", item.key));
        let state = State {
            title: table.must_text("title"),
            en: table.text("en").unwrap_or_else(|| in_words(&item.key)),
            aside: table.flag("aside"),
            due: table.text("due"),
            day: table.text("day"),
        };
        table.finish();
        read.insert(item.key, state);
    }
    read
}

/// Checks that the days of the states are date fields of the register.
pub(super) fn check_state_days(flow: &Table, ground: &Ground) {
    for (_, table) in flow.children("state") {
        for item in [table.item("due"), table.item("day")].into_iter().flatten() {
            let Some(name) = item.as_text() else { continue };
            let kind = ground.house.own_field(ground.register, name, &item);
            if kind.is_some_and(|kind| kind != Kind::Date) {
                item.fault(fault::FIGURE, format!("`{name}` is no date"), "name a field of kind date");
            }
        }
    }
}

/// Reads a move.
pub(super) fn read_move(item: &Item, table: &Table, states: &IndexMap<String, State>, ground: &Ground) -> Move {
    name::check_name(item);
    let from = read_from(table, states);
    let to = table.must("to").and_then(|item| known_state(&item, states)).unwrap_or_default();
    let by = read_by(table, ground);
    let [mut ask, may, clear] = ["ask", "may", "clear"].map(|key| read_fields(table, key, ground));
    ask.extend(read_given(&item.key, table).into_iter().map(|(item, _)| item.key));
    let set = read_set(item, table, ground);
    check_asked(table, &ask, &may, &clear, ground);
    check_set(table, &set, &ask, &clear, ground);
    let need = table.table("need").map(|table| ground.condition(&table));
    let need_message = if need.is_some() { table.must_text("message") } else { String::new() };
    let sign = sign::read_sign(table, &by, ground);
    sign::check_filer(table);
    Move {
        title: table.must_text("title"),
        en: table.text("en").unwrap_or_else(|| in_words(&item.key)),
        from,
        to,
        by,
        ask,
        may,
        clear,
        set,
        open: read_opens(table, ground),
        run: read_runs(table),
        need,
        need_message,
        not_filer: table.flag("not_filer"),
        reason: table.flag("reason"),
        sign,
        whose: sign::read_whose(table, ground),
        only_filer: table.flag("only_filer"),
    }
}

/// What the move gives to the record's own fields. The day of the move itself is `today`: in its own past it is not yet.
fn read_set(item: &Item, table: &Table, ground: &Ground) -> Assign {
    let Some(set) = table.table("set") else { return Assign::new() };
    let assign = read_assign(&set, ground.register, ground);
    for (field, operand) in &assign {
        if matches!(&operand.source, Source::Move(made) | Source::Asked(made, _) if *made == item.key) {
            let hint = "write `today = true` for the day on which it is made, `field = …` for what is given now";
            set.fault(fault::OPERAND, format!("`{field}` asks the move for its own earlier time"), hint);
        }
    }
    assign
}

/// `[[flow.move.NAME.run]] job = "name"`: exits that run after the commit.
fn read_runs(table: &Table) -> Vec<String> {
    let read = |table: &Table| {
        let job = table.must("job");
        table.finish();
        job?.text()
    };
    table.tables("run").iter().filter_map(read).collect()
}

fn check_set(table: &Table, set: &Assign, ask: &[String], clear: &[String], ground: &Ground) {
    for name in set.keys().filter(|name| ask.contains(name) || clear.contains(name)) {
        table.fault(fault::ASK, format!("`{name}` is set, and asked for or emptied too"), "keep one of them");
    }
    let must = |name: &str| ground.house.packs.field(ground.register, name).is_some_and(|field| field.must);
    for (name, _) in set.iter().filter(|(name, operand)| must(name) && **operand == Operand::literal(Value::Null)) {
        table.fault(
            fault::ASK,
            format!("the move empties `{name}`, which must not be empty"),
            "drop it, or its `must`",
        );
    }
}

fn read_from(table: &Table, states: &IndexMap<String, State>) -> Vec<String> {
    let Some(list) = table.must("from") else { return Vec::new() };
    let members = list.list();
    if list.is_list() && members.is_empty() {
        list.fault(fault::EMPTY_LIST, "a move from nowhere", "name at least one state in `from`");
    }
    members.iter().filter_map(|item| known_state(item, states)).collect()
}

fn read_by(table: &Table, ground: &Ground) -> Vec<String> {
    let Some(list) = table.must("by") else { return Vec::new() };
    let roles = list.texts();
    if list.is_list() && list.list().is_empty() {
        list.fault(fault::EMPTY_LIST, "a move that nobody may make", "name at least one role in `by`");
    }
    for (role, item) in &roles {
        ground.house.knows_role(ground.pack, role, item);
    }
    roles.into_iter().map(|(role, _)| role).collect()
}

fn known_state(item: &Item, states: &IndexMap<String, State>) -> Option<String> {
    let name = item.text()?;
    if states.contains_key(&name) {
        return Some(name);
    }
    item.fault(fault::NO_STATE, format!("no state `{name}`"), did_you_mean(&name, states.keys().map(String::as_str)));
    None
}

/// `[flow.move.NAME.give.WORD]`: fields that are given with this move and no other, each under the name of its column.
pub(super) fn read_given<'d>(made: &str, table: &Table<'d>) -> Vec<(Item<'d>, Table<'d>)> {
    let column = |(mut item, table): (Item<'d>, Table<'d>)| {
        let table = table.named(format!("flow.move.{made}.give.{}", item.key));
        item.key = format!("{made}_{}", item.key);
        (item, table)
    };
    table.children("give").into_iter().map(column).collect()
}

/// What a move asks: the word by which a condition asks for it, to the field that keeps it.
pub(super) fn asked(made: &str, table: &Table) -> IndexMap<String, String> {
    let own = table.item("ask").filter(Item::is_list).map(|item| item.list()).unwrap_or_default();
    let own = own.iter().filter_map(Item::as_text).map(|name| (name.to_owned(), name.to_owned()));
    let given = table.children("give").into_iter().map(|(item, _)| (item.key.clone(), format!("{made}_{}", item.key)));
    own.chain(given).collect()
}

fn read_fields(table: &Table, key: &'static str, ground: &Ground) -> Vec<String> {
    let texts = table.texts(key);
    texts
        .into_iter()
        .filter_map(|(name, item)| ground.house.own_field(ground.register, &name, &item).map(|_| name))
        .collect()
}

fn check_asked(table: &Table, ask: &[String], may: &[String], clear: &[String], ground: &Ground) {
    for name in may.iter().filter(|name| !ask.contains(name)) {
        table.fault(fault::ASK, format!("`may` names `{name}`, which is not asked for"), "name it in `ask` too");
    }
    for name in clear.iter().filter(|name| ask.contains(name)) {
        table.fault(fault::ASK, format!("`{name}` is both asked for and emptied"), "keep one of the two");
    }
    let must = |name: &str| ground.house.packs.field(ground.register, name).is_some_and(|field| field.must);
    for name in clear.iter().filter(|name| must(name)) {
        table.fault(
            fault::ASK,
            format!("the move empties `{name}`, which must not be empty"),
            "drop it from `clear`, or its `must`",
        );
    }
}
