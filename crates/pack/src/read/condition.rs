//! The one reader of conditions: a table of TOML, typed against a register, in; a [`Condition`] out.

use super::cursor::{Document, Faults, Item, Table};
use super::house::{House, is_number, is_ordered, is_text, is_whole, kind_word, member};
use super::literal::{read_decimal, read_value};
use super::sealed;
use crate::condition::{Compare, Condition, DayKind, Operand, Path, Plus, Reference, Source, Step};
use crate::fault::{self, Fault};
use crate::model::{Kind, Packs};
use crate::value::Value;
use crate::words::did_you_mean;

/// Where a condition stands.
#[derive(Clone, Copy)]
pub(super) struct Ground<'h> {
    pub(super) house: &'h House,
    /// The pack whose file it stands in.
    pub(super) pack: &'h str,
    /// The register whose records it judges.
    pub(super) register: &'h str,
    /// Whether there is a period: indicators and views.
    pub(super) period: bool,
    /// Whether there is one who asks: not in indicators, whose value is the same for everyone.
    pub(super) asker: bool,
    /// Whether values are given to fields, not compared: what is given is computed for one record at a time.
    pub(super) gives: bool,
    /// How many `has` it stands within.
    pub(super) depth: u8,
}

/// Reads a condition written as the inside of a TOML table, such as `state = "open"`, over a register's records.
///
/// # Errors
/// Every fault of the snippet, with line numbers counted from its first line.
pub fn read_condition(snippet: &str, register: &str, packs: &Packs) -> Result<Condition, Vec<Fault>> {
    let faults = Faults::default();
    let document = Document::parse_text("condition", snippet, &faults);
    let house = House::of(packs);
    let mut condition = Condition::All(Vec::new());
    if packs.registers.contains_key(register) {
        let ground = Ground { period: true, ..Ground::over(&house, "", register) };
        condition = ground.condition(&document.root());
    } else {
        let hint = did_you_mean(register, packs.registers.keys().map(String::as_str));
        document.fault(None, fault::NO_REGISTER, format!("no register `{register}`"), hint);
    }
    drop(document);
    faults.settle(condition)
}

/// Operators in the order in which they are read.
const OPERATORS: [(&str, Compare); 5] = [
    ("<", Compare::Less),
    ("<=", Compare::AtMost),
    (">=", Compare::AtLeast),
    (">", Compare::More),
    ("!=", Compare::NotEqual),
];

/// Keys that make a table an operand.
const OPERANDS: [&str; 8] = ["field", "setting", "move", "period", "today", "school_year", "me", "null"];

const DAYS: [(&str, DayKind); 4] = [
    ("workday", DayKind::Workday),
    ("restday", DayKind::Restday),
    ("term", DayKind::Term),
    ("vacation", DayKind::Vacation),
];

impl<'h> Ground<'h> {
    /// A register's records, asked by somebody, without a period.
    pub(super) fn over(house: &'h House, pack: &'h str, register: &'h str) -> Ground<'h> {
        Ground { house, pack, register, period: false, asker: true, gives: false, depth: 0 }
    }
}

impl Ground<'_> {
    /// Reads a table: every entry holds. Entries come in the order of the register's fields, so that two files that
    /// differ only in the order of keys read equal.
    pub(super) fn condition(&self, table: &Table) -> Condition {
        let mut parts = Vec::new();
        let all = table.item("all").map(|item| self.conditions(&item));
        let any = table.item("any").map(|item| Condition::Any(self.conditions(&item)));
        let not = table.table("not").map(|table| Condition::Not(Box::new(self.condition(&table))));
        let has = table.table("has").and_then(|table| self.has(&table));
        for item in self.in_field_order(table.rest()) {
            parts.extend(self.entry(&item));
        }
        parts.extend(all.unwrap_or_default());
        parts.extend(any);
        parts.extend(not);
        parts.extend(has);
        match parts.len() {
            1 => parts.remove(0),
            _ => Condition::All(parts),
        }
    }

    fn in_field_order<'d>(&self, mut items: Vec<Item<'d>>) -> Vec<Item<'d>> {
        let names = self.house.field_names(self.register);
        let place =
            |item: &Item| names.iter().position(|name| item.key.split('.').next() == Some(name)).unwrap_or(names.len());
        items.sort_by_cached_key(|item| (place(item), item.key.clone()));
        items
    }

    fn conditions(&self, item: &Item) -> Vec<Condition> {
        let read: Vec<Condition> = item.tables().iter().map(|table| self.condition(table)).collect();
        if item.is_list() && read.is_empty() {
            item.fault(
                fault::EMPTY_LIST,
                format!("`{}` lists no condition", item.key),
                "list at least one table, or leave it out",
            );
        }
        read
    }

    fn entry(&self, item: &Item) -> Vec<Condition> {
        let parts = self.entry_parts(item);
        sealed::check_condition(self, &parts, item);
        parts
    }

    /// `path = literal`, `path = [..]`, `path = { operator = .. }`, `path = { field = ".." }`.
    fn entry_parts(&self, item: &Item) -> Vec<Condition> {
        let Some((path, kind)) = self.house.path(self.register, &item.key, item) else { return Vec::new() };
        if !is_whole(&kind) && !item.is_table() {
            self.allowed(false, &kind, item);
            return Vec::new();
        }
        if item.is_list() {
            return self.one_of(path, &kind, item).into_iter().collect();
        }
        if !item.is_table() {
            let value = read_value(item, &kind);
            return value
                .map(|value| Condition::Compare(path, Compare::Equal, Operand::literal(value)))
                .into_iter()
                .collect();
        }
        let Some(table) = item.table() else { return Vec::new() };
        if table.all().iter().any(|entry| OPERANDS.contains(&entry.key.as_str())) {
            if !self.allowed(is_whole(&kind), &kind, item) {
                return Vec::new();
            }
            let operand = self.operand_table(&table, &kind, item);
            return operand.map(|operand| Condition::Compare(path, Compare::Equal, operand)).into_iter().collect();
        }
        let parts = self.operators(&path, &kind, &table);
        if table.all().is_empty() {
            item.fault(
                fault::EMPTY_LIST,
                format!("`{}` has no operator", item.key),
                "write `path = value` or `path = { \"<\" = … }`",
            );
        }
        table.finish();
        parts
    }

    fn one_of(&self, path: Path, kind: &Kind, item: &Item) -> Option<Condition> {
        let members = item.list();
        if members.is_empty() {
            item.fault(fault::EMPTY_LIST, format!("`{}` is one of nothing", item.key), "list at least one value");
        }
        let values: Option<Vec<_>> = members.iter().map(|member| read_value(member, kind)).collect();
        values.map(|values| Condition::OneOf(path, values))
    }

    fn operators(&self, path: &Path, kind: &Kind, table: &Table) -> Vec<Condition> {
        let mut parts = Vec::new();
        for (sign, compare) in OPERATORS {
            let Some(item) = table.item(sign) else { continue };
            if (compare == Compare::NotEqual && is_whole(kind)) || self.allowed(is_ordered(kind), kind, &item) {
                let operand = self.operand(&item, kind);
                parts.extend(operand.map(|operand| Condition::Compare(path.clone(), compare, operand)));
            }
        }
        if let Some(item) = table.item("in_unit")
            && self.allowed(matches!(kind, Kind::Ref { to } if self.house.is_unit(to)), kind, &item)
        {
            parts.extend(self.operand(&item, kind).map(|operand| Condition::InUnit(path.clone(), operand)));
        }
        if let Some(item) = table.item("contains") {
            if let Some(member) = member(kind) {
                parts.extend(self.operand(&item, &member).map(|operand| Condition::Holds(path.clone(), operand)));
            } else if self.allowed(is_text(kind), kind, &item) {
                parts.extend(item.text().map(|text| Condition::Contains(path.clone(), text)));
            }
        }
        if let Some(flag) = table.item("empty").and_then(|item| item.flag()) {
            parts.push(Condition::Empty(path.clone(), flag));
        }
        if let Some(item) = table.item("day")
            && self.allowed(matches!(kind, Kind::Date), kind, &item)
        {
            parts.extend(one_word(&item, &DAYS).map(|day| Condition::Day(path.clone(), day)));
        }
        parts
    }

    fn allowed(&self, allowed: bool, kind: &Kind, item: &Item) -> bool {
        if !allowed {
            let hint = "`<` needs a number or day, `in_unit` a unit, `contains` text or several, `day` a date; several and places are never equal";
            item.fault(
                fault::OPERATOR,
                format!("`{}` cannot be asked of a field of kind {}", item.key, kind_word(kind)),
                hint,
            );
        }
        allowed
    }

    /// A literal, or a table with exactly one source.
    pub(super) fn operand(&self, item: &Item, kind: &Kind) -> Option<Operand> {
        if item.is_table() {
            self.operand_table(&item.table()?, kind, item)
        } else {
            read_value(item, kind).map(Operand::literal)
        }
    }

    fn operand_table(&self, table: &Table, kind: &Kind, item: &Item) -> Option<Operand> {
        let sources: Vec<Item> = OPERANDS.into_iter().filter_map(|key| table.item(key)).collect();
        let ask = table.item("ask");
        let times = table.item("times");
        let plus = table.item("plus");
        let roll = table.item("roll");
        table.finish();
        let [given] = sources.as_slice() else {
            let hint = "give exactly one of `field`, `setting`, `move`, `period`, `today`, `school_year`, `me`, `null`";
            item.fault(fault::OPERAND, format!("`{}` has {} sources", item.key, sources.len()), hint);
            return None;
        };
        if let Some(ask) = ask.as_ref().filter(|_| given.key != "move") {
            let hint = "write `move = \"NAME\", ask = \"WORD\"`, or `field = \"NAME\"` for what the record holds now";
            ask.fault(fault::OPERAND, "`ask` without a move", hint);
            return None;
        }
        let source = self.source(given, ask.as_ref(), kind);
        let times = match times {
            Some(item) => Some(read_times(&item, kind)?),
            None => None,
        };
        let plus = match plus {
            Some(item) => Some((self.read_plus(&item, kind)?, item)),
            None => None,
        };
        let source = source?;
        let roll = match roll {
            Some(item) => self.read_roll(&item, kind, &source)?,
            None => false,
        };
        let plus = match plus {
            Some((plus, item)) => self.same_for_all(plus.plain(), &source, &item).then_some(Some(plus))?,
            None => None,
        };
        Some(Operand { source, times, plus, roll })
    }

    /// A database cannot count working days of a day that differs from record to record.
    fn same_for_all(&self, plain: bool, source: &Source, item: &Item) -> bool {
        let fine = plain || self.gives || !matches!(source, Source::Field(_) | Source::Move(_) | Source::Asked(..));
        if !fine {
            let hint = "let a move store the day in a field of its own, and compare with that";
            item.fault(fault::STEP, format!("`{}` over a field cannot be asked of many records", item.key), hint);
        }
        fine
    }

    fn read_roll(&self, item: &Item, kind: &Kind, source: &Source) -> Option<bool> {
        let roll = item.flag()?;
        if !matches!(kind, Kind::Date) {
            item.fault(fault::STEP, format!("`roll` of a field of kind {}", kind_word(kind)), "only days roll");
            return None;
        }
        self.same_for_all(!roll, source, item).then_some(roll)
    }

    /// `plus = "1 year"` or `plus = { setting = "name", unit = "workdays" }` of a day, or a number of a number.
    fn read_plus(&self, item: &Item, kind: &Kind) -> Option<Plus> {
        if !item.is_table() || !matches!(kind, Kind::Date) {
            return read_plus(item, kind);
        }
        let table = item.table()?;
        let (setting, unit, times) = (table.must("setting"), table.must("unit"), table.item("times"));
        table.finish();
        let (setting, unit) = (setting?, unit?);
        let name = setting.text()?;
        let known = self.house.setting(self.pack, &name, &setting)?;
        if !matches!(known, Kind::Integer { .. }) {
            let what = format!("setting `{name}` is of kind {}, not a number of days", kind_word(&known));
            setting.fault(fault::STEP, what, "name a setting of kind integer");
            return None;
        }
        let steps = [
            ("days", (1, Step::Days)),
            ("workdays", (1, Step::Workdays)),
            ("months", (1, Step::Months)),
            ("years", (12, Step::Months)),
        ];
        let (length, step) = one_word(&unit, &steps)?;
        let times = match times {
            Some(item) => read_whole_times(&item, step)?,
            None => 1,
        };
        Some(Plus::Setting(name, length * times, step))
    }

    fn source(&self, item: &Item, ask: Option<&Item>, kind: &Kind) -> Option<Source> {
        match item.key.as_str() {
            "field" => {
                let (path, other) = self.house.path(self.register, &item.text()?, item)?;
                self.fits(self.house.comparable(kind, &other), kind, kind_word(&other), item)
                    .then_some(Source::Field(path))
            }
            "setting" => {
                let name = item.text()?;
                let other = self.house.setting(self.pack, &name, item)?;
                self.fits(self.house.comparable(kind, &other), kind, kind_word(&other), item)
                    .then_some(Source::Setting(name))
            }
            "move" => {
                let name = self.known_move(item)?;
                if let Some(ask) = ask {
                    return self.asked(name, ask, kind);
                }
                self.fits(matches!(kind, Kind::Date), kind, "a day", item).then_some(Source::Move(name))
            }
            "period" => {
                let source = one_word(item, &[("start", Source::PeriodStart), ("end", Source::PeriodEnd)])?;
                let here = self.stands(self.period, "a period exists in indicators and views only", item);
                (here && self.fits(matches!(kind, Kind::Date), kind, "a day", item)).then_some(source)
            }
            "today" => {
                if !item.flag()? {
                    item.fault(fault::OPERAND, "`today = false` says nothing", "write `today = true`");
                    return None;
                }
                self.fits(matches!(kind, Kind::Date), kind, "a day", item).then_some(Source::Today)
            }
            "school_year" => {
                let days = [("age", Reference::Age), ("statistics", Reference::Statistics)];
                let source = Source::SchoolYear(one_word(item, &days)?);
                self.fits(matches!(kind, Kind::Date), kind, "a day", item).then_some(source)
            }
            "null" => {
                if !item.flag()? || !self.gives {
                    let hint = "give nothing with `null = true`; ask whether there is nothing with `empty = true`";
                    item.fault(fault::OPERAND, "`null` cannot stand here", hint);
                    return None;
                }
                Some(Source::Value(Value::Null))
            }
            _ => self.asker(item, kind),
        }
    }

    fn asker(&self, item: &Item, kind: &Kind) -> Option<Source> {
        let source = one_word(item, &[("unit", Source::MyUnit), ("person", Source::Me)])?;
        let here = self.stands(self.asker, "a number is the same for everyone, so nobody asks in it", item);
        let fits = match kind {
            Kind::Ref { to } => {
                if source == Source::Me {
                    to == "person"
                } else {
                    self.house.is_unit(to)
                }
            }
            _ => false,
        };
        (here && self.fits(fits, kind, "who asks", item)).then_some(source)
    }

    fn stands(&self, here: bool, why: &str, item: &Item) -> bool {
        if !here {
            item.fault(
                fault::OPERAND,
                format!("`{}` cannot stand here: {why}", item.key),
                "compare with something else",
            );
        }
        here
    }

    fn fits(&self, fits: bool, kind: &Kind, other: &str, item: &Item) -> bool {
        if !fits {
            let verb = if self.gives { "is given" } else { "is compared with" };
            let what = format!("a field of kind {} {verb} {other}", kind_word(kind));
            item.fault(
                fault::OPERAND,
                what,
                "both sides must be of the same kind (and unit, digits, choices, register)",
            );
        }
        fits
    }

    fn known_move(&self, item: &Item) -> Option<String> {
        let name = item.text()?;
        let moves = || self.house.moves.get(self.register).into_iter().flat_map(|moves| moves.keys());
        if moves().any(|known| *known == name) {
            return Some(name);
        }
        let hint = did_you_mean(&name, moves().map(String::as_str));
        item.fault(fault::NO_MOVE, format!("register `{}` has no move `{name}`", self.register), hint);
        None
    }

    /// `{ move = "reject", ask = "opinion" }`: what was given when the move was last made.
    fn asked(&self, name: String, item: &Item, kind: &Kind) -> Option<Source> {
        let word = item.text()?;
        let words = self.house.moves.get(self.register).and_then(|moves| moves.get(&name))?;
        let Some(field) = words.get(&word) else {
            let hint = did_you_mean(&word, words.keys().map(String::as_str));
            item.fault(fault::NO_FIELD, format!("the move `{name}` asks for no `{word}`"), hint);
            return None;
        };
        let other = self.house.packs.field(self.register, field)?.kind.clone();
        self.fits(self.house.comparable(kind, &other), kind, kind_word(&other), item)
            .then(|| Source::Asked(name, field.clone()))
    }

    fn has(&self, table: &Table) -> Option<Condition> {
        let (register, by) = (table.must("register"), table.must("by"));
        let filter = table.table("where");
        let least = table.item("least").and_then(|item| counted(&item));
        let most = table.item("most").and_then(|item| counted(&item));
        table.finish();
        if self.depth == 2 {
            table.fault(fault::DEEP, "`has` stands within two others", "two deep is the most");
            return None;
        }
        let (register, by) = (register?, by?);
        let (name, field) = (register.text()?, by.text()?);
        if !self.house.knows_register(self.pack, &name, &register) {
            return None;
        }
        self.looks_back(&name, &field, &by)?;
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            table.fault(fault::LIMITS, format!("`has` wants at least {least} and at most {most}"), "turn them round");
        }
        let ground = Ground { register: &name, depth: self.depth + 1, ..*self };
        let filter = filter.map_or(Condition::All(Vec::new()), |table| ground.condition(&table));
        // `most` alone means that none is fine; else at least one is meant.
        let least = least.unwrap_or(if most.is_some() { 0 } else { 1 });
        Some(Condition::Has { register: name, by: field, filter: Box::new(filter), least, most })
    }

    fn looks_back(&self, register: &str, field: &str, item: &Item) -> Option<()> {
        let kind = self.house.own_field(register, field, item)?;
        let unit = self.house.is_unit(self.register);
        match kind {
            Kind::Ref { to } if to == self.register || (unit && to == "unit") => Some(()),
            _ => {
                let what = format!("field `{field}` of `{register}` does not refer to `{}`", self.register);
                item.fault(fault::BY, what, "name a field of kind ref that leads here");
                None
            }
        }
    }
}

fn counted(item: &Item) -> Option<u32> {
    let number = item.whole()?;
    let counted = u32::try_from(number).ok();
    if counted.is_none() {
        item.fault(fault::UNFIT, format!("`{}` counts records", item.key), "write a whole number from 0");
    }
    counted
}

/// One of a few words.
pub(super) fn one_word<T: Clone>(item: &Item, words: &[(&str, T)]) -> Option<T> {
    let given = item.text()?;
    let found = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| meaning.clone());
    if found.is_none() {
        let hint = did_you_mean(&given, words.iter().map(|(word, _)| *word));
        item.fault(fault::WORD, format!("`{}` cannot be `{given}`", item.key), hint);
    }
    found
}

/// `times = "-1/2"` or `times = "-1"`.
fn read_times(item: &Item, kind: &Kind) -> Option<(i64, i64)> {
    let text = item.text()?;
    let part = |text: &str| text.parse::<i64>().ok().filter(|number| *number != 0 && number.abs() < 1_000_000_000);
    let (above, below) = text.split_once('/').unwrap_or((&text, "1"));
    let fraction = part(above).zip(part(below).filter(|below| *below > 0));
    if fraction.is_none() || !is_number(kind) {
        item.fault(
            fault::STEP,
            format!("`times = \"{text}\"` cannot be used"),
            "write a fraction such as \"1/2\" or \"-1\" of a number",
        );
        return None;
    }
    fraction
}

/// `times = "-1"` of a number of days: whole, and no working days back.
fn read_whole_times(item: &Item, step: Step) -> Option<i64> {
    let text = item.text()?;
    let times = text.parse::<i64>().ok().filter(|times| *times != 0 && times.abs() <= 1_000);
    let times = times.filter(|times| *times > 0 || step != Step::Workdays);
    if times.is_none() {
        let hint = "write a whole number such as \"-1\"; working days are counted forward only";
        item.fault(fault::STEP, format!("`times = \"{text}\"` cannot be used"), hint);
    }
    times
}

/// `plus = "1 year"` of a day, or a number of a number.
fn read_plus(item: &Item, kind: &Kind) -> Option<Plus> {
    match kind {
        Kind::Date => {
            let text = item.text()?;
            let read = read_stretch(&text);
            if read.is_none() {
                item.fault(
                    fault::STEP,
                    format!("`plus = \"{text}\"` cannot be used"),
                    "write such as \"15 days\", \"7 workdays\", \"-3 months\", \"1 year\"",
                );
            }
            read
        }
        Kind::Integer { .. } => item.whole().map(Plus::Number),
        Kind::Quantity { digits, .. } => read_decimal(item, *digits).map(Plus::Number),
        Kind::Money { .. } | Kind::Share => read_decimal(item, 2).map(Plus::Number),
        _ => {
            item.fault(
                fault::STEP,
                format!("`plus` of a field of kind {}", kind_word(kind)),
                "only days and numbers can grow",
            );
            None
        }
    }
}

pub(super) fn read_stretch(text: &str) -> Option<Plus> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number: &i64| number.abs() <= 100_000)?;
    match unit {
        "day" | "days" => Some(Plus::Stretch(number, Step::Days)),
        "week" | "weeks" => Some(Plus::Stretch(number * 7, Step::Days)),
        "workday" | "workdays" => (number >= 0).then_some(Plus::Stretch(number, Step::Workdays)),
        "month" | "months" => Some(Plus::Stretch(number, Step::Months)),
        "year" | "years" => Some(Plus::Stretch(number * 12, Step::Months)),
        _ => None,
    }
}
