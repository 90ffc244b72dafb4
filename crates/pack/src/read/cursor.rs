//! The one cursor over a table of TOML: typed getters that collect faults, and `finish`, which names unknown keys.

use crate::File;
use crate::fault::{self, Fault};
use crate::words::did_you_mean;
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

/// Where faults gather while everything is read.
#[derive(Default)]
pub(crate) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.0.borrow_mut().push(fault);
    }

    /// The value if nothing was wrong, else every fault once, by file and line.
    pub(crate) fn settle<T>(self, value: T) -> Result<T, Vec<Fault>> {
        let mut faults = self.0.into_inner();
        if faults.is_empty() {
            return Ok(value);
        }
        faults.sort();
        faults.dedup();
        Err(faults)
    }
}

/// One parsed file.
pub(crate) struct Document<'f> {
    pub(crate) path: &'f str,
    text: &'f str,
    table: DeTable<'f>,
    /// It is not TOML: its other faults would only follow from that.
    broken: bool,
    faults: &'f Faults,
}

impl<'f> Document<'f> {
    pub(crate) fn parse(file: &'f File, faults: &'f Faults) -> Document<'f> {
        Document::parse_text(&file.path, &file.text, faults)
    }

    pub(crate) fn parse_text(path: &'f str, text: &'f str, faults: &'f Faults) -> Document<'f> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let document = Document { path, text, table: table.into_inner(), broken: !errors.is_empty(), faults };
        for error in &errors {
            let line = error.span().map_or(0, |span| document.line(span.start));
            let what = format!("not TOML: {}", error.message().replace('\n', ", "));
            document.push(line, fault::SYNTAX, what, "correct this line".to_owned());
        }
        document
    }

    pub(crate) fn root(&self) -> Table<'_> {
        Table {
            document: self,
            entries: entries(&self.table),
            at: None,
            place: String::new(),
            asked: RefCell::default(),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    fn push(&self, line: usize, code: &'static str, what: String, hint: String) {
        self.faults.add(Fault { file: self.path.to_owned(), line, code, what, hint });
    }

    /// A fault at a place of the file; `None` is the whole file.
    pub(crate) fn fault(
        &self,
        at: Option<usize>,
        code: &'static str,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if !self.broken {
            self.push(at.map_or(0, |at| self.line(at)), code, what.into(), hint.into());
        }
    }
}

/// Entries in the order of the file.
fn entries<'d>(table: &'d DeTable<'d>) -> Vec<Entry<'d>> {
    let mut entries: Vec<Entry<'d>> = table
        .iter()
        .map(|(key, value)| Entry { key: key.get_ref().as_ref(), at: key.span().start, value: value.get_ref() })
        .collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}

#[derive(Clone, Copy)]
struct Entry<'d> {
    key: &'d str,
    at: usize,
    value: &'d DeValue<'d>,
}

/// A table being read.
pub(crate) struct Table<'d> {
    document: &'d Document<'d>,
    entries: Vec<Entry<'d>>,
    at: Option<usize>,
    /// Its dotted name, empty at the root.
    place: String,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// A value being read, with the key it stands under.
#[derive(Clone)]
pub(crate) struct Item<'d> {
    document: &'d Document<'d>,
    value: &'d DeValue<'d>,
    at: usize,
    pub(crate) key: String,
}

impl<'d> Table<'d> {
    /// A fault at the table's head.
    pub(crate) fn fault(&self, code: &'static str, what: impl Into<String>, hint: impl Into<String>) {
        self.document.fault(self.at, code, what, hint);
    }

    /// The value under a key, if it is there; the key is known from now on.
    pub(crate) fn item(&self, key: &'static str) -> Option<Item<'d>> {
        self.asked.borrow_mut().insert(key);
        self.entries.iter().find(|entry| entry.key == key).map(|entry| self.item_of(entry))
    }

    /// The value under a key that must be there.
    pub(crate) fn must(&self, key: &'static str) -> Option<Item<'d>> {
        let item = self.item(key);
        if item.is_none() {
            self.missing(key);
        }
        item
    }

    /// Says that a key is missing here.
    pub(crate) fn missing(&self, key: &str) {
        let place = if self.place.is_empty() { "the file".to_owned() } else { format!("`{}`", self.place) };
        self.fault(fault::MISSING, format!("{place} has no `{key}`"), format!("add `{key} = …`"));
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.item(key)?.text()
    }

    /// Text that must be there and not be empty; empty when it is not, with a fault.
    pub(crate) fn must_text(&self, key: &'static str) -> String {
        self.must(key).and_then(|item| item.text()).unwrap_or_default()
    }

    /// `true` or `false`; `false` when it is not there.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        self.item(key).and_then(|item| item.flag()).unwrap_or(false)
    }

    pub(crate) fn whole(&self, key: &'static str) -> Option<i64> {
        self.item(key)?.whole()
    }

    /// A list of texts, each with its place; empty when it is not there.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<(String, Item<'d>)> {
        self.item(key).map(|item| item.texts()).unwrap_or_default()
    }

    pub(crate) fn table(&self, key: &'static str) -> Option<Table<'d>> {
        self.item(key)?.table()
    }

    /// A list of tables, empty when it is not there.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Table<'d>> {
        self.item(key).map(|item| item.tables()).unwrap_or_default()
    }

    /// The tables under a key, such as every `[field.NAME]`, in the order of the file.
    pub(crate) fn children(&self, key: &'static str) -> Vec<(Item<'d>, Table<'d>)> {
        self.table(key).map(|table| table.all_tables()).unwrap_or_default()
    }

    /// Every entry, each of which must be a table; all its keys are names.
    pub(crate) fn all_tables(&self) -> Vec<(Item<'d>, Table<'d>)> {
        self.all().into_iter().filter_map(|item| item.table().map(|table| (item, table))).collect()
    }

    /// Every entry in the order of the file; all keys are names.
    pub(crate) fn all(&self) -> Vec<Item<'d>> {
        self.entries.iter().map(|entry| self.item_of(entry)).collect()
    }

    /// The entries that were not asked for, in the order of the file.
    pub(crate) fn rest(&self) -> Vec<Item<'d>> {
        let asked = self.asked.borrow();
        self.entries.iter().filter(|entry| !asked.contains(entry.key)).map(|entry| self.item_of(entry)).collect()
    }

    /// Names every key that was never asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for item in self.rest() {
            let place = if self.place.is_empty() { String::new() } else { format!(" in `{}`", self.place) };
            let hint = did_you_mean(&item.key, asked.iter().copied());
            item.fault(fault::KEY, format!("unknown key `{}`{place}", item.key), hint);
        }
    }

    fn item_of(&self, entry: &Entry<'d>) -> Item<'d> {
        Item { document: self.document, value: entry.value, at: entry.at, key: entry.key.to_owned() }
    }

    /// The same table under a longer name, for messages.
    pub(crate) fn named(mut self, place: String) -> Table<'d> {
        self.place = place;
        self
    }
}

impl<'d> Item<'d> {
    /// A fault at the key.
    pub(crate) fn fault(&self, code: &'static str, what: impl Into<String>, hint: impl Into<String>) {
        self.document.fault(Some(self.at), code, what, hint);
    }

    /// Says that something of another shape was expected.
    pub(crate) fn shape<T>(&self, expected: &str) -> Option<T> {
        let found = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a day or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(fault::SHAPE, format!("`{}` is {found}", self.key), format!("write {expected}"));
        None
    }

    /// Text that is not empty.
    pub(crate) fn text(&self) -> Option<String> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => {
                self.fault(fault::MISSING, format!("`{}` is empty", self.key), "write the text or leave the key out");
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => self.shape("text in quotes"),
        }
    }

    /// Text if it is text, without a fault.
    pub(crate) fn as_text(&self) -> Option<&'d str> {
        match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.shape("true or false"),
        }
    }

    pub(crate) fn whole(&self) -> Option<i64> {
        match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .or_else(|| self.shape("a whole number of at most eighteen digits")),
            _ => self.shape("a whole number"),
        }
    }

    /// A whole number or a decimal as it is written.
    pub(crate) fn decimal(&self) -> Option<String> {
        match self.value {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => self.shape("a number"),
        }
    }

    pub(crate) fn datetime(&self, expected: &str) -> Option<Datetime> {
        match self.value {
            DeValue::Datetime(datetime) => Some(*datetime),
            _ => self.shape(expected),
        }
    }

    /// A day such as `2021-01-17`.
    pub(crate) fn day(&self) -> Option<Date> {
        let expected = "a day such as 2021-01-17, without quotes";
        let datetime = self.datetime(expected)?;
        let day = match datetime {
            Datetime { date: Some(date), time: None, offset: None } => {
                i16::try_from(date.year).ok().and_then(|year| Date::new(year, date.month as i8, date.day as i8).ok())
            }
            _ => None,
        };
        day.or_else(|| self.shape(expected))
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// The members of a list.
    pub(crate) fn list(&self) -> Vec<Item<'d>> {
        match self.value {
            DeValue::Array(values) => values
                .iter()
                .map(|value| Item {
                    document: self.document,
                    value: value.get_ref(),
                    at: value.span().start,
                    key: self.key.clone(),
                })
                .collect(),
            _ => self.shape("a list in [ ]").unwrap_or_default(),
        }
    }

    pub(crate) fn texts(&self) -> Vec<(String, Item<'d>)> {
        self.list().into_iter().filter_map(|item| item.text().map(|text| (text, item))).collect()
    }

    pub(crate) fn table(&self) -> Option<Table<'d>> {
        match self.value {
            DeValue::Table(table) => Some(Table {
                document: self.document,
                entries: entries(table),
                at: Some(self.at),
                place: self.key.clone(),
                asked: RefCell::default(),
            }),
            _ => self.shape("a table"),
        }
    }

    pub(crate) fn tables(&self) -> Vec<Table<'d>> {
        self.list().into_iter().filter_map(|item| item.table()).collect()
    }
}
