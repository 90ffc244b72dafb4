//! `per` and `divide`: an indicator that is a number of records and reads like one of their fields.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::{House, kind_word};
use super::name;
use crate::fault;
use crate::model::{Divide, Divisor, Indicator, Kind, Packs, Per};

/// Whose number an indicator is, and of what kind; `None`: of nobody.
pub(super) fn open(pack: &str, item: &Item, table: &Table, house: &House) -> Option<Per> {
    let path = table.item("per")?;
    let of = table.item("of")?.text()?;
    house.packs.registers.get(&of)?;
    let ground = Ground::over(house, pack, &of);
    let (steps, leads) = house.path(&of, &path.text()?, &path)?;
    let Kind::Ref { to } = leads else {
        let what = format!("`per` leads to a field of kind {}", kind_word(&leads));
        path.fault(fault::FIGURE, what, "name a reference, or a path that ends at one");
        return None;
    };
    if steps == ["id"] {
        path.fault(fault::FIGURE, "`per` leads back to the record itself", "name a reference to another register");
        return None;
    }
    name::check_field(item);
    Some(Per { path: steps, register: to, kind: kind_of(table, &ground) })
}

/// The kind of what an indicator gives: that of the summed field, a share, a count, or a quotient.
fn kind_of(table: &Table, ground: &Ground) -> Kind {
    let unit = table.text("in").unwrap_or_default();
    let summed = table.text("sum").and_then(|sum| Some(ground.house.packs.field(ground.register, &sum)?.kind.clone()));
    let quotient = table.item("divide").is_some();
    match summed {
        Some(Kind::Money { wan }) => Kind::Money { wan },
        Some(_) if quotient => Kind::Quantity { unit, digits: digits(table), min: None, max: None },
        Some(Kind::Quantity { unit, digits, .. }) => Kind::Quantity { unit, digits, min: None, max: None },
        None if table.item("count").is_some() => Kind::Share,
        _ => Kind::Integer { min: None, max: None, unit: Some(unit) },
    }
}

/// Digits of a quotient; 0 unless said.
fn digits(table: &Table) -> u8 {
    let Some(item) = table.item("digits") else { return 0 };
    let given = item.whole().and_then(|digits| u8::try_from(digits).ok()).filter(|digits| *digits <= 4);
    given.unwrap_or_else(|| {
        item.fault(fault::LIMITS, "`digits` of a quotient", "write a number from 0 to 4");
        0
    })
}

/// `divide = 16` or `divide = { setting = "name" }`, of a sum.
pub(super) fn read_divide(of: &Item, table: &Table, ground: &Ground) -> Option<Divide> {
    let money = matches!(kind_of(table, ground), Kind::Money { .. });
    let Some(item) = table.item("divide") else {
        if let Some(digits) = table.item("digits") {
            digits.fault(fault::FIGURE, "`digits` without `divide`", "digits are those of the summed field");
        }
        return None;
    };
    if table.item("per").is_none() || table.item("sum").is_none() {
        let hint = "give `per` and `sum`: the sum of a record is divided";
        of.fault(fault::FIGURE, "`divide` is of a number of records that sums", hint);
        return None;
    }
    if let Some(digits) = table.item("digits").filter(|_| money) {
        digits.fault(fault::FIGURE, "`digits` of money", "leave it out: money is divided to the 分");
    }
    let by = if item.is_table() {
        let inner = item.table()?;
        let setting = inner.must("setting");
        inner.finish();
        let setting = setting?;
        let name = setting.text()?;
        let kind = ground.house.setting(ground.pack, &name, &setting)?;
        if !matches!(kind, Kind::Integer { .. }) {
            let what = format!("setting `{name}` is of kind {}", kind_word(&kind));
            setting.fault(fault::FIGURE, what, "divide by a setting of kind integer");
            return None;
        }
        Divisor::Setting(name)
    } else {
        let whole = item.whole()?;
        if !(1..=1_000_000).contains(&whole) {
            item.fault(fault::LIMITS, format!("`divide = {whole}`"), "divide by a whole number from 1 to 1000000");
            return None;
        }
        Divisor::Whole(whole)
    };
    Some(Divide { by, digits: if money { 2 } else { digits(table) } })
}

/// A number of records takes no name of a field, and has no pace and no breakdown of its own.
pub(super) fn check(item: &Item, table: &Table, per: &Per, number: &Indicator, house: &House) {
    let taken = |register: &&String| house.packs.field(register, &number.name).is_some();
    let registers = house.packs.registers.keys().filter(|register| house.is_or_extends(register, &per.register));
    for register in registers.filter(taken) {
        let what = format!("`{}` is a field of `{register}` already", number.name);
        item.fault(fault::TWICE, what, "give the number another name");
    }
    if number.due.is_some() || number.expected.is_some() || !number.by.is_empty() {
        let hint = "declare another indicator without `per` for the whole bureau";
        table.fault(fault::FIGURE, "a number of records has no `due`, `expected` or `by`", hint);
    }
}

/// Says that a number reads itself, however far around.
pub(super) fn check_circle(item: &Item, packs: &Packs) {
    let Some(number) = packs.numbers.get(&item.key) else { return };
    let mut waiting = vec![number];
    let mut seen = vec![];
    while let Some(next) = waiting.pop() {
        for read in packs.numbers_read(next) {
            if read.name == item.key {
                let hint = "let one of them count by the fields of its records alone";
                item.fault(fault::NUMBER_CIRCLE, format!("the number `{}` reads itself", item.key), hint);
                return;
            }
            if !seen.contains(&read.name) {
                seen.push(read.name.clone());
                waiting.push(read);
            }
        }
    }
}
