//! `derive = "exit"`: a value that the program computes from a record and its parts, and that nobody else writes.

use super::cursor::Item;
use super::house::{House, kind_word};
use crate::fault;
use crate::model::{Field, Kind, Packs, Register};

/// What a derived field may be, and what may not stand beside it.
pub(super) fn check_field(item: &Item, field: &Field, register: &Register, house: &House) {
    let computed = !matches!(
        field.kind,
        Kind::Ref { .. }
            | Kind::Refs { .. }
            | Kind::Place
            | Kind::Area
            | Kind::IdNumber
            | Kind::Mobile
            | Kind::CreditCode
            | Kind::SchoolCode
            | Kind::PupilCode
            | Kind::Files { .. }
    );
    let typed = field.must || field.unique || field.by_move || !field.default.is_null();
    let (what, hint) = if !computed {
        (
            format!("is of kind {}, which is never computed", kind_word(&field.kind)),
            "derive text, numbers, days, choices",
        )
    } else if field.copy.is_some() {
        ("is a copy already".to_owned(), "keep one of the two")
    } else if field.sealed {
        ("would be sealed, but sealed values are not handed to exits".to_owned(), "declare `mask = true` instead")
    } else if typed {
        ("is never typed".to_owned(), "drop `must`, `unique`, `by_move` and `default`")
    } else if house.is_unit(&register.name) {
        ("stands on a unit, which has two rows".to_owned(), "derive in a register that refers to the unit")
    } else {
        return;
    };
    item.fault(fault::DERIVE, format!("the derived field `{}` {what}", field.name), hint);
}

/// Says that something else would write a derived field.
pub(super) fn refuse_written(item: &Item, field: &str) {
    let hint = "leave it to the exit, or give what the exit reads";
    item.fault(fault::DERIVE, format!("`{field}` is derived: nothing else writes it"), hint);
}

/// Says that what a register derives would depend on itself: over its parts, or over copies of derived values.
pub(super) fn check_circle(item: &Item, register: &str, packs: &Packs) {
    let mut waiting = vec![register];
    let mut seen: Vec<&str> = vec![];
    while let Some(next) = waiting.pop() {
        for read in reads(packs, next) {
            if read == register {
                let what = format!("what `{register}` derives depends on itself");
                item.fault(fault::DERIVE, what, "copy nothing into a record or its parts that is derived from it");
                return;
            }
            if !seen.contains(&read) {
                seen.push(read);
                waiting.push(read);
            }
        }
    }
}

/// The registers whose derived values those of a register depend on.
fn reads<'p>(packs: &'p Packs, register: &str) -> Vec<&'p str> {
    let derives = |register: &&Register| register.fields.values().any(|field| field.derive.is_some());
    let is_part = |part: &&Register| {
        let field = part.part_of.as_ref().and_then(|field| part.fields.get(field));
        field.is_some_and(|field| matches!(&field.kind, Kind::Ref { to } if to == register))
    };
    let parts: Vec<&Register> = packs.registers.values().filter(is_part).collect();
    let copied = packs.registers.get(register).into_iter().chain(parts.iter().copied());
    let copied = copied.flat_map(|from| from.fields.values().filter_map(move |field| end(packs, from, field)));
    parts.iter().copied().filter(derives).map(|part| part.name.as_str()).chain(copied).collect()
}

/// The register from which a field copies a derived value.
fn end<'p>(packs: &'p Packs, register: &'p Register, field: &Field) -> Option<&'p str> {
    let (last, steps) = field.copy.as_ref()?.split_last()?;
    let mut at = register.name.as_str();
    for step in steps {
        match &packs.field(at, step)?.kind {
            Kind::Ref { to } => at = to,
            _ => return None,
        }
    }
    packs.field(at, last)?.derive.as_ref().map(|_| at)
}
