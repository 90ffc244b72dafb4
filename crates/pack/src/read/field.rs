//! `[field.NAME]`: one field of a register, all but its `when`, which needs every register to be known.

use super::cursor::{Item, Table};
use super::house::read_choices;
use super::literal::{read_decimal, read_value};
use super::name;
use super::sealed;
use crate::fault;
use crate::model::{Field, FileType, Kind};
use crate::value::Value;
use crate::words::{did_you_mean, in_words};

/// Reads a field. A reference without a title gets the title of its register later.
pub(super) fn read_field(item: &Item, table: &Table) -> Option<Field> {
    name::check_field(item);
    let title = table.text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let flags = ["must", "unique", "mask", "by_move", "sealed"].map(|key| table.flag(key));
    let group = table.text("group");
    let help = table.text("help");
    let was = table.text("was");
    let copy = table.text("copy");
    let derive = table.text("derive");
    let kind = read_kind(table);
    let default = table.item("default");
    table.item("when");
    let kind = kind?;
    if title.is_none() && !matches!(kind, Kind::Ref { .. } | Kind::Refs { .. }) {
        table.missing("title");
    }
    let [must, unique, mask, by_move, sealed] = flags;
    if sealed {
        sealed::check_field(table, &kind);
    }
    if mask && matches!(kind, Kind::Ref { .. }) {
        let hint = "mask the field that names the other register's records, or give its grant a narrower scope";
        let what = "`mask` on a single reference hides nothing";
        table.item("mask").iter().for_each(|item| item.fault(fault::MASK, what, hint));
    }
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
        mask: mask || sealed,
        sealed,
        was,
        when: None,
        by_move,
        copy: copy.map(|path| path.split('.').map(str::to_owned).collect()),
        derive,
    })
}

/// Every word of `kind`.
pub(super) const KINDS: [&str; 22] = [
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
    "choices",
    "ref",
    "refs",
    "place",
    "area",
    "id_number",
    "mobile",
    "credit_code",
    "school_code",
    "pupil_code",
    "files",
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
        "choices" => {
            Kind::Choices { choices: table.must("choices").map(|item| read_choices(&item)).unwrap_or_default() }
        }
        "ref" => Kind::Ref { to: table.must_text("to") },
        "refs" => Kind::Refs { to: table.must_text("to") },
        "place" => Kind::Place,
        "area" => Kind::Area,
        "id_number" => Kind::IdNumber,
        "mobile" => Kind::Mobile,
        "credit_code" => Kind::CreditCode,
        "school_code" => Kind::SchoolCode,
        "pupil_code" => Kind::PupilCode,
        "files" => read_files(table),
        unknown => {
            item.fault(fault::KIND, format!("unknown field kind `{unknown}`"), did_you_mean(unknown, KINDS));
            // Keys of a kind that is not known are not called unknown too.
            for key in ["min", "max", "unit", "digits", "wan", "choices", "to", "most", "types", "photos"] {
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

/// Most files that a field may hold.
const FILES: usize = 100;

fn read_files(table: &Table) -> Kind {
    let photos = table.flag("photos");
    let most = table.item("most").map_or(Some(20), |item| {
        let given = item.whole().and_then(|most| usize::try_from(most).ok()).filter(|most| (1..=FILES).contains(most));
        if given.is_none() {
            item.fault(fault::LIMITS, "`most` of files", format!("write a number of files from 1 to {FILES}"));
        }
        given
    });
    let usual = || FileType::ALL.into_iter().filter(|known| !photos || is_photo(*known)).collect();
    let types = table.item("types").map_or_else(usual, |item| read_types(&item, photos));
    Kind::Files { most: most.unwrap_or(20), types, photos }
}

fn is_photo(known: FileType) -> bool {
    matches!(known, FileType::Jpg | FileType::Png)
}

fn read_types(item: &Item, photos: bool) -> Vec<FileType> {
    let given = item.texts();
    if given.is_empty() {
        item.fault(fault::EMPTY_LIST, "`types` names no type", "leave `types` out, or name one");
    }
    let mut types = Vec::new();
    for (word, item) in given {
        match FileType::of_word(&word).filter(|known| !photos || is_photo(*known)) {
            Some(known) if types.contains(&known) => {
                item.fault(fault::TWICE, format!("`{word}` stands twice in `types`"), "name it once");
            }
            Some(known) => types.push(known),
            None => {
                let known = FileType::ALL.into_iter().filter(|known| !photos || is_photo(*known));
                let known: Vec<String> = known.map(|known| format!("`{}`", known.word())).collect();
                let of = if photos { "photos" } else { "files" };
                item.fault(
                    fault::WORD,
                    format!("`types` of {of} cannot name `{word}`"),
                    format!("known: {}", known.join(", ")),
                );
            }
        }
    }
    types
}

fn check_limits(kind: &Kind, table: &Table) {
    let (Kind::Integer { min, max, .. } | Kind::Quantity { min, max, .. }) = kind else { return };
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        table.fault(fault::LIMITS, "`min` is above `max`", "turn them round");
    }
}
