//! `[field.NAME]`: one field of a register, all but its `when`, which needs every register to be known.

use super::cursor::{Item, Table};
use super::house::read_choices;
use super::literal::{read_decimal, read_value};
use super::name;
use crate::fault;
use crate::model::{Field, Kind};
use crate::value::Value;
use crate::words::{did_you_mean, in_words};

/// Reads a field. A reference without a title gets the title of its register later.
pub(super) fn read_field(item: &Item, table: &Table) -> Option<Field> {
    name::check_field(item);
    let title = table.text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let flags = ["must", "unique", "mask", "by_move"].map(|key| table.flag(key));
    let group = table.text("group");
    let help = table.text("help");
    let was = table.text("was");
    let kind = read_kind(table);
    let default = table.item("default");
    table.item("when");
    let kind = kind?;
    if title.is_none() && !matches!(kind, Kind::Ref { .. }) {
        table.missing("title");
    }
    let [must, unique, mask, by_move] = flags;
    Some(Field {
        name: item.key.clone(),
        title: title.unwrap_or_default(),
        en,
        default: default.and_then(|item| read_value(&item, &kind)).unwrap_or(Value::Null),
        kind,
        must,
        unique,
        group,
        help,
        mask,
        was,
        when: None,
        by_move,
    })
}

/// Every word of `kind`.
pub(super) const KINDS: [&str; 17] = [
    "text",
    "long_text",
    "integer",
    "quantity",
    "money",
    "share",
    "date",
    "time",
    "moment",
    "yes_no",
    "choice",
    "ref",
    "id_number",
    "mobile",
    "credit_code",
    "school_code",
    "pupil_code",
];

/// Reads `kind` and the keys that belong to it.
pub(super) fn read_kind(table: &Table) -> Option<Kind> {
    let item = table.must("kind")?;
    let kind = match item.text()?.as_str() {
        "text" => Kind::Text { max: read_max(table, 200) },
        "long_text" => Kind::LongText { max: read_max(table, 4_000) },
        "integer" => Kind::Integer { min: table.whole("min"), max: table.whole("max"), unit: table.text("unit") },
        "quantity" => read_quantity(table),
        "money" => Kind::Money { wan: table.flag("wan") },
        "share" => Kind::Share,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "moment" => Kind::Moment,
        "yes_no" => Kind::YesNo,
        "choice" => Kind::Choice { choices: table.must("choices").map(|item| read_choices(&item)).unwrap_or_default() },
        "ref" => Kind::Ref { to: table.must_text("to") },
        "id_number" => Kind::IdNumber,
        "mobile" => Kind::Mobile,
        "credit_code" => Kind::CreditCode,
        "school_code" => Kind::SchoolCode,
        "pupil_code" => Kind::PupilCode,
        unknown => {
            item.fault(fault::KIND, format!("unknown field kind `{unknown}`"), did_you_mean(unknown, KINDS));
            // Keys of a kind that is not known are not called unknown too.
            for key in ["min", "max", "unit", "digits", "wan", "choices", "to"] {
                table.item(key);
            }
            return None;
        }
    };
    check_limits(&kind, table);
    Some(kind)
}

fn read_max(table: &Table, usual: usize) -> usize {
    let Some(item) = table.item("max") else { return usual };
    let given = item.whole().and_then(|max| usize::try_from(max).ok()).filter(|max| (1..=100_000).contains(max));
    given.unwrap_or_else(|| {
        item.fault(fault::LIMITS, "`max` of text", "write a number of characters from 1 to 100000");
        usual
    })
}

fn read_quantity(table: &Table) -> Kind {
    let unit = table.must_text("unit");
    let digits = match table.item("digits") {
        None => 0,
        Some(item) => {
            item.whole().and_then(|digits| u8::try_from(digits).ok()).filter(|digits| *digits <= 6).unwrap_or_else(
                || {
                    item.fault(fault::LIMITS, "`digits` of a quantity", "write a number from 0 to 6");
                    0
                },
            )
        }
    };
    let limit = |key| table.item(key).and_then(|item| read_decimal(&item, digits));
    Kind::Quantity { unit, digits, min: limit("min"), max: limit("max") }
}

fn check_limits(kind: &Kind, table: &Table) {
    let (Kind::Integer { min, max, .. } | Kind::Quantity { min, max, .. }) = kind else { return };
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        table.fault(fault::LIMITS, "`min` is above `max`", "turn them round");
    }
}
