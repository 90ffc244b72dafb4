//! A value on its way into a file: days stay days and amounts numbers; everything else is the text that the list shows.

use crate::cell::{self, figures};
use crate::several::Names;
use jiff::civil::{Date, DateTime};
use luoshi_kernel::list::Column;
use luoshi_kernel::{Lang, kind};
use luoshi_pack::{Kind, Packs, Register, Value};

/// A cell of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// Nothing.
    Nothing,
    /// Text, whatever it looks like.
    Text(String),
    /// A day.
    Day(Date),
    /// A moment, Beijing.
    Moment(DateTime),
    /// A whole number times ten to the minus `digits`.
    Number {
        /// The number.
        number: i64,
        /// Its decimals.
        digits: u8,
    },
}

/// The cells of a row, from what follows the header in [`luoshi_kernel::list::rows`].
pub fn row(register: &Register, columns: &[Column], values: &[Value], names: &Names, lang: Lang) -> Vec<Typed> {
    let mut at = 0;
    let cells = columns.iter().map(|column| {
        let label = column.refers().map(|to| (to, values[at + 1].text().unwrap_or_default()));
        let typed = typed(register, column, &values[at], label, names, lang);
        at += 1 + usize::from(label.is_some());
        typed
    });
    cells.collect()
}

fn typed(
    register: &Register,
    column: &Column,
    value: &Value,
    label: Option<(&str, &str)>,
    names: &Names,
    lang: Lang,
) -> Typed {
    let plain = column.field.as_ref().filter(|field| !field.mask).map(|field| &field.kind);
    match (plain, value) {
        (_, Value::Null) => Typed::Nothing,
        (Some(Kind::Date), Value::Date(day)) => Typed::Day(*day),
        (Some(Kind::Moment), Value::Int(micros)) => kind::beijing(*micros).map_or(Typed::Nothing, Typed::Moment),
        (Some(number), Value::Int(kept)) if let Some((digits, _)) = measure(number) => {
            Typed::Number { number: *kept, digits }
        }
        // A masked day is shown whole or not at all, so the day beside which it stands does not matter.
        _ => Typed::Text(cell::cell(register, column, value, label, names, Date::MIN, lang).text),
    }
}

/// The decimals of a number in a file, and its unit. Money is in 元 with two, also where pages show 万元.
fn measure(kind: &Kind) -> Option<(u8, &str)> {
    match kind {
        Kind::Money { .. } => Some((2, "元")),
        Kind::Time => None,
        kind if figures(kind) => Some(kind::measure(kind)),
        _ => None,
    }
}

/// A column's label with its unit, and how wide it is in letters.
pub fn head(packs: &Packs, register: &Register, column: &Column, lang: Lang) -> (String, u16) {
    let title = cell::head(packs, register, column, lang).title;
    let kind = column.field.as_ref().map(|field| &field.kind);
    let wide = match kind {
        Some(Kind::LongText { .. }) => 40,
        Some(Kind::Text { .. } | Kind::Ref { .. } | Kind::Refs { .. }) => 24,
        Some(Kind::Moment | Kind::IdNumber | Kind::CreditCode) => 20,
        _ => 14,
    };
    match kind.and_then(measure).map(|(_, unit)| unit).filter(|unit| !unit.is_empty()) {
        Some(unit) => (format!("{title}{}", lang.pick(&format!("（{unit}）"), &format!(" ({unit})"))), wide),
        None => (title, wide),
    }
}
