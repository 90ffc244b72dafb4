//! What is known while packs are read: who declares what, what a path leads to, who may lean on whom.

use super::cursor::Item;
use super::name::RESERVED_LAST;
use crate::condition::Path;
use crate::fault;
use crate::model::{Choice, Kind, Move, Packs, Per};
use crate::words::{did_you_mean, in_words};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// The packs as far as they are read: registers with fields and states, settings, names of roles.
pub(super) struct House {
    pub(super) packs: Packs,
    /// The names of each register's moves, each with what it asks: the word in the pack to the field.
    pub(super) moves: HashMap<String, IndexMap<String, IndexMap<String, String>>>,
    /// Numbers of records by name, with whose they are: known before any condition is read.
    pub(super) numbers: IndexMap<String, Per>,
    /// The pack that declares a setting or role.
    pub(super) home: HashMap<(Thing, String), String>,
    /// What a pack may lean on, itself included; a pack that is not here may lean on everything.
    pub(super) reach: HashMap<String, HashSet<String>>,
}

/// What a name can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    Setting,
    Role,
    Indicator,
    Watch,
    Duty,
}

impl House {
    /// Checked packs, to read one more condition against them.
    pub(super) fn of(packs: &Packs) -> House {
        let moves = packs.registers.values().filter_map(|register| {
            let flow = register.flow.as_ref()?;
            let words = |name: &str, made: &Move| {
                let word = |field: &String| {
                    let given = field.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
                    given.unwrap_or(field).to_owned()
                };
                made.ask.iter().map(|field| (word(field), field.clone())).collect()
            };
            let moves = flow.moves.iter().map(|(name, made)| (name.clone(), words(name, made)));
            Some((register.name.clone(), moves.collect()))
        });
        let numbers = packs.numbers.values();
        let numbers = numbers.filter_map(|number| Some((number.name.clone(), number.per.clone()?))).collect();
        House { moves: moves.collect(), numbers, packs: packs.clone(), home: HashMap::new(), reach: HashMap::new() }
    }

    /// Whether a register is named rightly in a file of this pack.
    pub(super) fn knows_register(&self, pack: &str, name: &str, item: &Item) -> bool {
        let Some(register) = self.packs.registers.get(name) else {
            let hint = did_you_mean(name, self.packs.registers.keys().map(String::as_str));
            item.fault(fault::NO_REGISTER, format!("no register `{name}`"), hint);
            return false;
        };
        self.reaches(pack, &register.pack, &format!("register `{name}`"), item);
        true
    }

    pub(super) fn knows_role(&self, pack: &str, name: &str, item: &Item) {
        if self.packs.roles.contains_key(name) {
            self.reaches_thing(pack, Thing::Role, name, item);
        } else {
            let hint = did_you_mean(name, self.packs.roles.keys().map(String::as_str));
            item.fault(fault::NO_ROLE, format!("no role `{name}`"), hint);
        }
    }

    /// The kind of a setting.
    pub(super) fn setting(&self, pack: &str, name: &str, item: &Item) -> Option<Kind> {
        let Some(setting) = self.packs.settings.get(name) else {
            let hint = did_you_mean(name, self.packs.settings.keys().map(String::as_str));
            item.fault(fault::NO_SETTING, format!("no setting `{name}`"), hint);
            return None;
        };
        self.reaches_thing(pack, Thing::Setting, name, item);
        Some(setting.kind.clone())
    }

    fn reaches_thing(&self, pack: &str, thing: Thing, name: &str, item: &Item) {
        if let Some(home) = self.home.get(&(thing, name.to_owned())) {
            self.reaches(pack, home, &format!("{} `{name}`", format!("{thing:?}").to_lowercase()), item);
        }
    }

    fn reaches(&self, pack: &str, home: &str, what: &str, item: &Item) {
        if self.reach.get(pack).is_some_and(|reach| !reach.contains(home)) {
            let hint = format!("add \"{home}\" to `needs` in {pack}/pack.toml");
            item.fault(fault::NOT_NEEDED, format!("{what} is of pack `{home}`, which `{pack}` does not need"), hint);
        }
    }

    /// The kind of a field of a register, its own, of what it extends, or reserved.
    pub(super) fn field_kind(&self, register: &str, name: &str) -> Option<Kind> {
        let declared = self.packs.registers.get(register)?;
        match name {
            "id" => Some(Kind::Ref { to: register.to_owned() }),
            "version" => Some(Kind::Integer { min: None, max: None, unit: None }),
            "serial" => declared.serial.as_ref().map(|_| Kind::Text { max: 40 }),
            "owner" => (!declared.shared).then(|| Kind::Ref { to: "unit".to_owned() }),
            "state" => declared.flow.as_ref().map(|flow| Kind::Choice {
                choices: flow
                    .states
                    .iter()
                    .map(|(key, state)| (key.clone(), choice(&state.title, &state.en)))
                    .collect(),
            }),
            _ => {
                let number = || self.numbers.get(name).filter(|per| self.is_or_extends(register, &per.register));
                let field = self.packs.field(register, name).map(|field| field.kind.clone());
                field.or_else(|| number().map(|per| per.kind.clone()))
            }
        }
    }

    /// Whether a register is another one, or shares its id.
    pub(super) fn is_or_extends(&self, register: &str, other: &str) -> bool {
        let declared = self.packs.registers.get(register);
        register == other || declared.is_some_and(|declared| declared.extends.as_deref() == Some(other))
    }

    /// Names that can stand in a path at this register.
    pub(super) fn field_names(&self, register: &str) -> Vec<&str> {
        let Some(declared) = self.packs.registers.get(register) else { return Vec::new() };
        let base = declared.extends.as_ref().and_then(|base| self.packs.registers.get(base));
        let fields =
            base.into_iter().flat_map(|base| base.fields.keys()).chain(declared.fields.keys()).map(String::as_str);
        let reserved = RESERVED_LAST.into_iter().filter(|name| self.field_kind(register, name).is_some());
        let numbers = self.numbers.iter().filter(|(_, per)| self.is_or_extends(register, &per.register));
        fields.chain(numbers.map(|(name, _)| name.as_str())).chain(reserved).collect()
    }

    /// Follows a dotted path from a register; says what is wrong with it.
    pub(super) fn path(&self, register: &str, dotted: &str, item: &Item) -> Option<(Path, Kind)> {
        let path: Path = dotted.split('.').map(str::to_owned).collect();
        if path.len() > 3 {
            item.fault(
                fault::PATH,
                format!("path `{dotted}` has more than three steps"),
                "shorten it, or store the value nearer",
            );
            return None;
        }
        let mut at = register.to_owned();
        for (place, step) in path.iter().enumerate() {
            let Some(kind) = self.field_kind(&at, step) else {
                let hint = did_you_mean(step, self.field_names(&at));
                item.fault(fault::NO_FIELD, format!("register `{at}` has no field `{step}`"), hint);
                return None;
            };
            if place + 1 == path.len() {
                return Some((path, kind));
            }
            match kind {
                Kind::Ref { to } if !RESERVED_LAST.contains(&step.as_str()) => at = to,
                _ => {
                    let hint = "only the last step may be something else than a field of kind ref";
                    item.fault(fault::PATH, format!("`{step}` in path `{dotted}` is no reference"), hint);
                    return None;
                }
            }
        }
        None
    }

    /// A field of the register itself or of what it extends, no path, no reserved name.
    pub(super) fn own_field(&self, register: &str, name: &str, item: &Item) -> Option<Kind> {
        if let Some(field) = self.packs.field(register, name) {
            return Some(field.kind.clone());
        }
        let known = self.field_names(register).into_iter();
        let known = known.filter(|known| !RESERVED_LAST.contains(known) && !self.numbers.contains_key(*known));
        item.fault(fault::NO_FIELD, format!("register `{register}` has no field `{name}`"), did_you_mean(name, known));
        None
    }

    /// Whether records of the register are units: `unit` itself, or one that shares its id.
    pub(super) fn is_unit(&self, register: &str) -> bool {
        register == "unit"
            || self.packs.registers.get(register).is_some_and(|declared| declared.extends.as_deref() == Some("unit"))
    }

    /// Whether values of the two kinds can be compared.
    pub(super) fn comparable(&self, left: &Kind, right: &Kind) -> bool {
        match (left, right) {
            (Kind::Quantity { unit, digits, .. }, Kind::Quantity { unit: other, digits: others, .. }) => {
                unit == other && digits == others
            }
            (Kind::Choice { choices }, Kind::Choice { choices: others }) => choices.keys().eq(others.keys()),
            (Kind::Choices { choices }, Kind::Choices { choices: others }) => choices.keys().eq(others.keys()),
            (Kind::Refs { to }, Kind::Refs { to: other }) => to == other,
            (Kind::Ref { to }, Kind::Ref { to: other }) => to == other || (self.is_unit(to) && self.is_unit(other)),
            (left, right) if is_text(left) => is_text(right),
            (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
        }
    }
}

/// Kinds whose values are text of a person's writing or a code.
pub(super) fn is_text(kind: &Kind) -> bool {
    use Kind::*;
    matches!(kind, Text { .. } | LongText { .. } | IdNumber | Mobile | CreditCode | SchoolCode | PupilCode)
}

/// What one member of a kind of several is; `None`: the kind holds one value.
pub(super) fn member(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::Choices { choices } => Some(Kind::Choice { choices: choices.clone() }),
        Kind::Refs { to } => Some(Kind::Ref { to: to.clone() }),
        _ => None,
    }
}

/// Kinds whose values cannot be compared as a whole: they are asked for a member, or whether they are empty.
pub(super) fn is_whole(kind: &Kind) -> bool {
    member(kind).is_none() && !matches!(kind, Kind::Place | Kind::Area)
}

/// Kinds that can be added up and multiplied.
pub(super) fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Integer { .. } | Kind::Quantity { .. } | Kind::Money { .. } | Kind::Share)
}

/// Kinds that have a before and after.
pub(super) fn is_ordered(kind: &Kind) -> bool {
    is_number(kind) || matches!(kind, Kind::Date | Kind::Time | Kind::Moment)
}

/// A kind as people call it in a fault.
pub(super) fn kind_word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "text",
        Kind::LongText { .. } => "long_text",
        Kind::Integer { .. } => "integer",
        Kind::Quantity { .. } => "quantity",
        Kind::Money { .. } => "money",
        Kind::Share => "share",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::Moment => "moment",
        Kind::YesNo => "yes_no",
        Kind::Choice { .. } => "choice",
        Kind::Choices { .. } => "choices",
        Kind::Ref { .. } => "ref",
        Kind::Refs { .. } => "refs",
        Kind::Place => "place",
        Kind::Area => "area",
        Kind::IdNumber => "id_number",
        Kind::Mobile => "mobile",
        Kind::CreditCode => "credit_code",
        Kind::SchoolCode => "school_code",
        Kind::PupilCode => "pupil_code",
        Kind::Files { .. } => "files",
    }
}

/// A choice from its labels.
pub(super) fn choice(title: &str, en: &str) -> Choice {
    Choice { title: title.to_owned(), en: en.to_owned() }
}

/// Reads choices: `{ key = "标题" }` or `{ key = { title = "标题", en = "…" } }`.
pub(super) fn read_choices(item: &Item) -> IndexMap<String, Choice> {
    let Some(table) = item.table() else { return IndexMap::new() };
    let mut choices = IndexMap::new();
    for entry in table.all() {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !entry.key.bytes().all(plain) || entry.key.is_empty() || entry.key.len() > 40 {
            let hint = "use lower-case ASCII letters, digits and underscores";
            entry.fault(fault::NAME, format!("`{}` is no key of a choice", entry.key), hint);
        }
        if let Some(read) = read_choice(&entry) {
            choices.insert(entry.key.clone(), read);
        }
    }
    if table.all().is_empty() {
        item.fault(fault::EMPTY_LIST, "a choice without choices", "list at least one: choices = { key = \"标题\" }");
    }
    choices
}

fn read_choice(entry: &Item) -> Option<Choice> {
    if !entry.is_table() {
        return entry.text().map(|title| choice(&title, &in_words(&entry.key)));
    }
    let table = entry.table()?;
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&entry.key));
    table.finish();
    Some(choice(&title, &en))
}
