//! `watch.toml`: conditions that open a record once while they hold.

use super::assign::{check_musts, known_state, read_assign};
use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::House;
use super::name;
use crate::condition::Condition;
use crate::fault;
use crate::model::{Open, Sign, Watch};
use crate::words::{did_you_mean, in_words};

/// Reads one watch; `None` when its registers are not known.
pub(super) fn read_watch(pack: &str, item: &Item, table: &Table, house: &House) -> Option<Watch> {
    name::check_name(item);
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let source = table.must_text("source");
    let of = table.must("of");
    let when = table.must("when").and_then(|item| item.table());
    let close = table.item("close");
    let parts = opening(table);
    table.finish();
    let (of, register) = known(pack, &of?, house).zip(parts.register.as_ref()?.text())?;
    let ground = Ground { asker: false, ..Ground::over(house, pack, &of) };
    let open = parts.read(table, &ground)?;
    let close = close.and_then(|item| closing(&item, &register, &ground));
    let when = when.map_or(Condition::All(Vec::new()), |table| ground.condition(&table));
    Some(Watch { name: item.key.clone(), title, en, of, when, open, close, source })
}

/// `open = "register"` with `set` and `state`: what a watch or a duty opens.
pub(super) struct Opening<'d> {
    pub(super) register: Option<Item<'d>>,
    set: Option<Item<'d>>,
    state: Option<Item<'d>>,
}

/// The keys of what is opened.
pub(super) fn opening<'d>(table: &Table<'d>) -> Opening<'d> {
    Opening { register: table.must("open"), set: table.must("set"), state: table.item("state") }
}

impl Opening<'_> {
    /// Reads them over the register whose records are watched or owe.
    pub(super) fn read(&self, table: &Table, ground: &Ground) -> Option<Open> {
        let register = known(ground.pack, self.register.as_ref()?, ground.house)?;
        let set = read_assign(&self.set.as_ref()?.table()?, &register, ground);
        check_musts(table, &register, &set, ground);
        let state = self.state.as_ref().and_then(|item| known_state(item, &register, ground));
        Some(Open { register, state, set, when: None })
    }
}

/// A register's name, known and reached.
pub(super) fn known(pack: &str, item: &Item, house: &House) -> Option<String> {
    let name = item.text()?;
    house.knows_register(pack, &name, item).then_some(name)
}

/// The move that ends what was opened: the system makes it, so it asks for nothing and nobody signs it.
fn closing(item: &Item, register: &str, ground: &Ground) -> Option<String> {
    let name = item.text()?;
    let flow = ground.house.packs.registers.get(register).and_then(|register| register.flow.as_ref());
    let Some(made) = flow.and_then(|flow| flow.moves.get(&name)) else {
        let known = flow.into_iter().flat_map(|flow| flow.moves.keys()).map(String::as_str);
        item.fault(fault::NO_MOVE, format!("register `{register}` has no move `{name}`"), did_you_mean(&name, known));
        return None;
    };
    if made.ask.iter().any(|field| !made.may.contains(field)) || made.sign != Sign::One || made.reason {
        let what = format!("`{name}` asks for something, so the system cannot make it");
        item.fault(fault::ASK, what, "name a move without `ask`, `reason` and `sign`");
    }
    Some(name)
}
