//! Columns and cells of tables: what is shown of a value, and how.

use crate::bureau::Bureau;
use crate::say;
use crate::several::{self, Names};
use crate::view::{Cell, CellStyle, ColumnHead, Row};
use jiff::civil::Date;
use luoshi_kernel::light::{self, Light, Limits};
use luoshi_kernel::list::Column;
use luoshi_kernel::table::HEADER;
use luoshi_kernel::{Context, Lang, kind, sentence};
use luoshi_pack::{Field, Indicator, Kind, Packs, Register, Stands, Value};

/// The columns at these paths; what does not exist is passed over.
pub fn columns(packs: &Packs, register: &str, paths: &[Vec<String>]) -> Vec<Column> {
    paths.iter().filter_map(|path| Column::at(packs, register, path)).collect()
}

/// A dotted column name as a path.
pub fn path(name: &str) -> Vec<String> {
    name.split('.').map(str::to_string).collect()
}

/// The head of a column.
pub fn head(packs: &Packs, register: &Register, column: &Column, lang: Lang) -> ColumnHead {
    let name = column.path.join(".");
    let last = column.path.last().map_or("", String::as_str);
    let (title, unit, style) = match &column.field {
        None => {
            let style = match last {
                "serial" => CellStyle::Code,
                "state" => CellStyle::State,
                _ => CellStyle::Text,
            };
            (sentence::header(last, lang).to_string(), None, style)
        }
        Some(field) => {
            let style = match &field.kind {
                _ if name == register.label => CellStyle::Name,
                Kind::Date => CellStyle::Day,
                kind if figures(kind) => CellStyle::Figure,
                _ => CellStyle::Text,
            };
            let unit = Some(kind::measure(&field.kind).1).filter(|unit| !unit.is_empty() && *unit != "%");
            let title = dimension(packs, &register.name, &column.path, lang)
                .unwrap_or_else(|| lang.pick(&field.title, &field.en).to_string());
            (title, unit.map(str::to_string), style)
        }
    };
    ColumnHead { name, title, unit, style, sorted: None }
}

/// The label of a path that an indicator breaks down by under another name than the field's: the unit above a school is
/// its town.
pub fn dimension(packs: &Packs, register: &str, path: &[String], lang: Lang) -> Option<String> {
    let over = packs.indicators.values().filter(|indicator| indicator.of == register);
    let name = over.flat_map(|indicator| &indicator.by).find(|(_, by)| *by == path).map(|(name, _)| name.as_str());
    (name == Some("town")).then(|| lang.pick("镇街", "Town").to_string())
}

/// Whether a kind is set as a figure.
pub fn figures(kind: &Kind) -> bool {
    let number =
        matches!(kind, Kind::Integer { .. } | Kind::Quantity { .. } | Kind::Money { .. } | Kind::Share | Kind::Time);
    number && !kind.is_year()
}

/// The columns that tell a record's light, after those that are shown: counted, due, expected.
pub struct Tell {
    /// Their paths, in that order; a register without a due day has none.
    pub paths: Vec<Vec<String>>,
    has_expected: bool,
}

/// What tells the light of a register's records: the indicator over it that knows due days and counts on the day of the
/// last state on the main line; else the first one that knows due days.
pub fn tell(packs: &Packs, register: &str) -> Tell {
    let last_day = packs.registers.get(register).and_then(last_day);
    let mut knowing = packs.indicators.values().filter(|indicator| indicator.of == register && indicator.due.is_some());
    let counts_at_the_end =
        |indicator: &&Indicator| matches!(&indicator.stands, Stands::Dated(day) if Some(day) == last_day);
    let indicator = knowing.clone().find(counts_at_the_end).or_else(|| knowing.next());
    let days = indicator.and_then(|indicator| match &indicator.stands {
        Stands::Dated(dated) => Some((dated.clone(), indicator.due.clone()?, indicator.expected.clone())),
        _ => None,
    });
    match days {
        None => Tell { paths: vec![], has_expected: false },
        Some((dated, due, expected)) => {
            let has_expected = expected.is_some();
            Tell {
                paths: [Some(dated), Some(due), expected].into_iter().flatten().map(|name| vec![name]).collect(),
                has_expected,
            }
        }
    }
}

/// The day field of the last state on the main line.
fn last_day(register: &Register) -> Option<&String> {
    register.flow.as_ref()?.states.values().rfind(|state| !state.aside)?.day.as_ref()
}

impl Tell {
    /// The light of a record by its own days, read in the order of `paths`.
    pub fn light(&self, values: &[Value], day: Date, context: &Context) -> Option<Light> {
        let [counted, due, ..] = values else { return None };
        let due = due.date()?;
        let expected = values.get(2).filter(|_| self.has_expected).and_then(Value::date);
        Some(record_light(counted.date(), due, expected, day, Limits::of(context)))
    }
}

/// 绿 counted, or in time; 蓝 due soon; 黄 late by up to the limit, or expected late; 红 later than that.
pub fn record_light(counted: Option<Date>, due: Date, expected: Option<Date>, day: Date, limits: Limits) -> Light {
    if counted.is_some_and(|counted| counted <= day) {
        return Light::Green;
    }
    let late = light::days(due, day);
    if late > limits.late_days {
        Light::Red
    } else if late > 0 || expected.is_some_and(|expected| expected > due) {
        Light::Yellow
    } else if -late <= limits.soon_days {
        Light::Blue
    } else {
        Light::Green
    }
}

/// A row from what [`luoshi_kernel::list::rows`] gives: header, then columns (a label after each reference), the last
/// ones being those of `tell`.
#[expect(clippy::too_many_arguments, reason = "one row of one table, in one language")]
pub fn row(
    bureau: &Bureau,
    register: &Register,
    columns: &[Column],
    tell: &Tell,
    values: &[Value],
    names: &Names,
    day: Date,
    lang: Lang,
) -> Row {
    let context = bureau.context(day);
    let shown = columns.len() - tell.paths.len();
    let state = values[3].text();
    let mut cells = vec![];
    let mut told = vec![];
    let mut at = HEADER.len();
    for (place, column) in columns.iter().enumerate() {
        let value = &values[at];
        let label = column.refers().map(|to| (to, values[at + 1].text().unwrap_or("")));
        at += 1 + usize::from(label.is_some());
        if place >= shown {
            told.push(value.clone());
        } else {
            cells.push(cell(register, column, value, label, names, day, lang));
        }
    }
    let states: Vec<&String> = register
        .flow
        .iter()
        .flat_map(|flow| &flow.states)
        .filter(|(_, state)| !state.aside)
        .map(|(name, _)| name)
        .collect();
    let step = state.and_then(|state| states.iter().position(|name| *name == state));
    mark_late(columns, tell, &told, &mut cells);
    let light = if register.flow.is_some() && step.is_none() { None } else { tell.light(&told, day, &context) };
    Row { id: values[0].int().unwrap_or(0), register: register.name.clone(), light, step, cells }
}

/// A forecast later than due carries weight, while the record does not count.
fn mark_late(columns: &[Column], tell: &Tell, told: &[Value], cells: &mut [Cell]) {
    let [counted, due, expected] = told else { return };
    if !counted.is_null() || due.is_null() || expected <= due {
        return;
    }
    let place = columns.iter().position(|column| Some(&column.path) == tell.paths.get(2));
    if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
        cell.strong = true;
    }
}

/// What is shown of a value.
pub fn cell(
    register: &Register,
    column: &Column,
    value: &Value,
    label: Option<(&str, &str)>,
    names: &Names,
    day: Date,
    lang: Lang,
) -> Cell {
    if let (Some((to, label)), Some(id)) = (label, value.int()) {
        return Cell { text: label.to_string(), link: Some((to.to_string(), id)), strong: false };
    }
    let text = match (&column.field, value) {
        (None, Value::Text(state)) if column.path.last().is_some_and(|last| last == "state") => {
            state_title(register, state, lang)
        }
        (None, Value::Text(text)) => text.clone(),
        (None, Value::Int(number)) => number.to_string(),
        (Some(field), Value::Date(date)) if field.kind == Kind::Date => short_day(*date, day),
        (Some(Field { kind: Kind::Refs { to }, .. }), value) => {
            let named = |id| names.get(&(to.clone(), id)).cloned().unwrap_or_else(|| format!("#{id}"));
            several::joined(kind::references::ids(value).map(named), lang)
        }
        (Some(field), value) => {
            if field.mask {
                say::hidden(field, value, lang)
            } else {
                kind::show(&field.kind, value, lang)
            }
        }
        _ => String::new(),
    };
    Cell { text, link: None, strong: false }
}

/// 09-30 in the year of the day asked for, 2020-09-30 in another.
fn short_day(date: Date, beside: Date) -> String {
    if date.year() == beside.year() { date.strftime("%m-%d").to_string() } else { date.to_string() }
}

/// The label of a state.
pub fn state_title(register: &Register, state: &str, lang: Lang) -> String {
    let declared = register.flow.as_ref().and_then(|flow| flow.states.get(state));
    declared.map_or_else(|| state.to_string(), |declared| lang.pick(&declared.title, &declared.en).to_string())
}
