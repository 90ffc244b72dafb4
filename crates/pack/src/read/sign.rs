//! Who of a move's roles may make it, and how many must: `sign`, `whose`, `only_filer`.

use super::condition::Ground;
use super::cursor::{Item, Table};
use super::house::kind_word;
use crate::condition::Condition;
use crate::fault;
use crate::model::{Kind, Sign};

/// Most signatures that a move may want.
const SIGN_MOST: u32 = 20;

/// `sign = 2`, `sign = "each"`, `sign = { setting = "name" }`; one signature when it is left out.
pub(super) fn read_sign(table: &Table, by: &[String], ground: &Ground) -> Sign {
    let Some(item) = table.item("sign") else { return Sign::One };
    let sign = if item.is_table() {
        read_setting(&item, ground)
    } else if item.as_text().is_some() {
        super::condition::one_word(&item, &[("each", Sign::Each)])
    } else {
        item.whole().map(|number| Sign::Count(u32::try_from(number).unwrap_or(0)))
    };
    let sign = sign.unwrap_or(Sign::One);
    let hint = "write a number from 2 to 20, \"each\" with two roles or more in `by`, or { setting = \"name\" }";
    match sign {
        Sign::Count(number) if !(2..=SIGN_MOST).contains(&number) => {
            item.fault(fault::LIMITS, format!("`sign` wants {number} signatures"), hint);
        }
        Sign::Each if by.len() < 2 => {
            item.fault(fault::LIMITS, "`sign = \"each\"` of a move that one role makes", hint);
        }
        _ => {}
    }
    sign
}

/// The setting must be a whole number.
fn read_setting(item: &Item, ground: &Ground) -> Option<Sign> {
    let table = item.table()?;
    let name = table.must_text("setting");
    let place = table.item("setting");
    table.finish();
    let place = place?;
    let kind = ground.house.setting(ground.pack, &name, &place)?;
    if !matches!(kind, Kind::Integer { .. }) {
        let what = format!("`sign` counts people, setting `{name}` is of kind {}", kind_word(&kind));
        place.fault(fault::OPERAND, what, "name a setting of kind integer");
        return None;
    }
    Some(Sign::Setting(name))
}

/// `whose = { handler = { me = "person" } }`: to whom among the roles the move is offered at all.
pub(super) fn read_whose(table: &Table, ground: &Ground) -> Option<Condition> {
    table.table("whose").map(|table| ground.condition(&table))
}

/// `only_filer` and `not_filer` in one move leave nobody.
pub(super) fn check_filer(table: &Table) {
    if let Some(item) = table.item("only_filer")
        && item.flag() == Some(true)
        && table.flag("not_filer")
    {
        item.fault(fault::LIMITS, "`only_filer` and `not_filer` leave nobody", "keep one of the two");
    }
}
