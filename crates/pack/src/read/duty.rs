//! `duty.toml`: who owes what how often, over any register.

use super::condition::{Ground, one_word};
use super::cursor::{Item, Table};
use super::house::{House, kind_word};
use super::name;
use super::watch::{known, opening};
use crate::condition::{Condition, Source};
use crate::fault;
use crate::model::{Duty, Every, Fulfil, Kind};
use crate::words::in_words;

const EVERY: [(&str, Every); 8] = [
    ("day", Every::Day),
    ("week", Every::Week),
    ("month", Every::Month),
    ("quarter", Every::Quarter),
    ("half_year", Every::HalfYear),
    ("year", Every::Year),
    ("term", Every::Term),
    ("school_year", Every::SchoolYear),
];

/// Reads one duty; `None` when its registers are not known.
pub(super) fn read_duty(pack: &str, item: &Item, table: &Table, house: &House) -> Option<Duty> {
    name::check_name(item);
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let source = table.must_text("source");
    let of = table.must("of");
    let filter = table.table("where");
    let every = table.must("every").and_then(|item| one_word(&item, &EVERY)).unwrap_or(Every::Month);
    let ahead = table.item("ahead");
    let (key, owes, due) = (table.must("key"), table.must("owes"), table.must("due"));
    let parts = opening(table);
    let fulfil = table.table("fulfil");
    table.finish();
    let of = known(pack, &of?, house)?;
    let ground = Ground { asker: false, period: true, ..Ground::over(house, pack, &of) };
    let open = parts.read(table, &ground)?;
    let key = key.map_or_else(Vec::new, |item| read_key(&item, &open.register, &open.set, house));
    let owes = owes.and_then(|item| {
        own(
            &item,
            &open.register,
            house,
            |kind| matches!(kind, Kind::Ref { to } if to == "person" || house.is_unit(to)),
            "a reference to a person or a unit",
        )
    });
    let due = due.and_then(|item| own(&item, &open.register, house, |kind| *kind == Kind::Date, "a date"));
    let fulfil = match fulfil {
        Some(table) => Some(read_fulfil(pack, item, table, &open.register, house)?),
        None => None,
    };
    Some(Duty {
        name: item.key.clone(),
        title,
        en,
        filter: filter.map_or(Condition::All(Vec::new()), |table| ground.condition(&table)),
        every,
        ahead: ahead.and_then(|item| read_ahead(&item)).unwrap_or_default(),
        key,
        owes: owes.unwrap_or_default(),
        due: due.unwrap_or_default(),
        fulfil,
        open,
        of,
        source,
    })
}

/// `ahead = "1 month"`: whole days, weeks or months, as days and months.
fn read_ahead(item: &Item) -> Option<(u16, u16)> {
    let text = item.text()?;
    let read = text.split_once(' ').and_then(|(number, unit)| {
        let number: u16 = number.parse().ok().filter(|number| *number <= 366)?;
        match unit {
            "day" | "days" => Some((number, 0)),
            "week" | "weeks" => Some((number * 7, 0)),
            "month" | "months" => Some((0, number)),
            _ => None,
        }
    });
    if read.is_none() {
        item.fault(
            fault::STEP,
            format!("`ahead = \"{text}\"` cannot be used"),
            "write such as \"5 days\" or \"1 month\"",
        );
    }
    read
}

/// The key is one of the register's `unique` sets, all of it given by `set`, with the period's first day among it: so
/// that nothing is owed twice, however often it is looked at.
fn read_key(item: &Item, register: &str, set: &crate::condition::Assign, house: &House) -> Vec<String> {
    let names: Vec<String> = item.texts().into_iter().map(|(name, _)| name).collect();
    let declared = house.packs.registers.get(register);
    let same = |unique: &Vec<String>| unique.len() == names.len() && names.iter().all(|name| unique.contains(name));
    if !declared.is_some_and(|declared| declared.unique.iter().any(same)) {
        let hint = format!("declare unique = [{names:?}] in register `{register}`");
        item.fault(fault::DUTY, format!("the key is no `unique` set of `{register}`"), hint);
    }
    if let Some(name) = names.iter().find(|name| !set.contains_key(*name)) {
        item.fault(fault::DUTY, format!("the key names `{name}`, which `set` does not give"), "give it in `set`");
    }
    if !names.iter().any(|name| set.get(name).is_some_and(|operand| operand.source == Source::PeriodStart)) {
        let hint = "give one field of the key as { period = \"start\" }";
        item.fault(fault::DUTY, "no field of the key is the period's first day", hint);
    }
    names
}

fn read_fulfil(pack: &str, duty: &Item, table: Table, owed: &str, house: &House) -> Option<Fulfil> {
    let table = table.named(format!("{}.fulfil", duty.key));
    let (register, by, to) = (table.must("register"), table.must("by"), table.must("to"));
    let (dated, link) = (table.must("dated"), table.must("link"));
    let filter = table.table("where");
    table.finish();
    let register = known(pack, &register?, house)?;
    let ground = Ground { asker: false, ..Ground::over(house, pack, &register) };
    let to = own(&to?, owed, house, |kind| matches!(kind, Kind::Ref { .. }), "a reference")?;
    let refers = house.packs.field(owed, &to).map(|field| field.kind.clone())?;
    let by = own(&by?, &register, house, |kind| *kind == refers, "a reference to the same register")?;
    let dated = own(&dated?, &register, house, |kind| *kind == Kind::Date, "a date")?;
    let link = own(
        &link?,
        &register,
        house,
        |kind| *kind == Kind::Ref { to: owed.to_owned() },
        "a reference to what is owed",
    )?;
    let filter = filter.map_or(Condition::All(Vec::new()), |table| ground.condition(&table));
    Some(Fulfil { register, by, to, dated, link, filter })
}

/// A field of a register that is of a fitting kind.
fn own(item: &Item, register: &str, house: &House, fits: impl Fn(&Kind) -> bool, wanted: &str) -> Option<String> {
    let name = item.text()?;
    let kind = house.own_field(register, &name, item)?;
    if !fits(&kind) {
        let what = format!("`{}` names `{name}`, which is of kind {}", item.key, kind_word(&kind));
        item.fault(fault::DUTY, what, format!("name {wanted}"));
        return None;
    }
    Some(name)
}
