//! The tables that registers need: what a row carries, whose it is, what must be unique, which indexes serve it.
//!
//! Every register has two tables: `NAME` with the current row and `NAME_past` with every version, the current one
//! included. Both carry the [`HEADER`] columns before the declared ones; `NAME_past` carries [`PAST`] after them.

use luoshi_pack::condition::{Compare, Condition};
use luoshi_pack::{Kind, Packs, Register};

/// Columns that every current and past row starts with: `id` (key), `version` (from 1), `serial`, `state`, `owner`.
pub const HEADER: [(&str, ColumnKind); 5] = [
    ("id", ColumnKind::Int),
    ("version", ColumnKind::Int),
    ("serial", ColumnKind::Text),
    ("state", ColumnKind::Text),
    ("owner", ColumnKind::Int),
];

/// Columns that every past row ends with: known from and until (microseconds, `until` = [`OPEN`] for the current one),
/// the account that made it, the act (`file`, `edit`, `move:NAME`), the request id, the schema's number.
pub const PAST: [(&str, ColumnKind); 6] = [
    ("since", ColumnKind::Int),
    ("until", ColumnKind::Int),
    ("by", ColumnKind::Int),
    ("act", ColumnKind::Text),
    ("request", ColumnKind::Text),
    ("schema", ColumnKind::Int),
];

/// `until` of a version that is still the current one.
pub const OPEN: i64 = i64::MAX;

/// The register that holds organisations; every scope is a place in its tree.
pub const UNIT: &str = "unit";

/// What a column holds; one per [`luoshi_pack::Value`] variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// 64-bit whole number.
    Int,
    /// Text.
    Text,
    /// Yes or no.
    Bool,
    /// A day, written `YYYY-MM-DD`, so that text order is the order of days on every database.
    Date,
    /// The ciphertext of a sealed value, as text; a reader with keys gives the value.
    Sealed,
    /// The look-up of a sealed value ([`find`]), as text.
    Find,
    /// The mark of a sealed value ([`mark`]), as text: what its versions digest in its place.
    Mark,
}

/// The column that finds a sealed field's value.
pub fn find(field: &str) -> String {
    format!("{field}_find")
}

/// The column that stands for a sealed field's value in digests.
pub fn mark(field: &str) -> String {
    format!("{field}_mark")
}

/// A register's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The register's name.
    pub name: String,
    /// Declared columns in order, without [`HEADER`].
    pub columns: Vec<Column>,
    /// Whose record a row is.
    pub owner: Owner,
    /// The table whose id it shares (`unit` for a school); its rows are written together and have the same version.
    pub extends: Option<String>,
    /// Sets of columns that no two current rows share.
    pub unique: Vec<Vec<String>>,
    /// Sets of columns with an index of their own.
    pub indexed: Vec<Vec<String>>,
    /// The pattern of the serial number, if records have one: given when first filed, never reused.
    pub serial: Option<luoshi_pack::Serial>,
    /// What the search finds its records by.
    pub search: Search,
    /// Columns that hold a value copied across references; the store alone writes them.
    pub copies: Vec<Copy>,
    /// Columns that exits compute; the store alone writes them.
    pub derives: Vec<Derived>,
    /// The column that refers to the whole, and the whole's table, when its rows are parts.
    pub part_of: Option<(String, String)>,
}

/// A column that an exit computes from the row and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The column.
    pub column: String,
    /// The exit.
    pub exit: String,
}

/// A column that holds what stands at the end of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The column.
    pub column: String,
    /// References followed from the row, each the column to follow and the table it leads to.
    pub steps: Vec<(String, String)>,
    /// The column copied from the table that the last one leads to; `state` is one.
    pub value: String,
}

/// What the search finds a record by: its fields, also those of the register that its own extends.
/// What is masked is never among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The record's name, found by its pinyin initials too and told first.
    pub label: Option<String>,
    /// `serial`, where there is one, and the other fields that hold text or a code.
    pub fields: Vec<String>,
}

impl Search {
    /// Every searched field, the name first.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        self.label.iter().chain(&self.fields)
    }
}

impl Table {
    /// The declared column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// What a column holds, the header's included.
    pub fn kind(&self, name: &str) -> Option<ColumnKind> {
        let header = HEADER.iter().find(|(column, _)| *column == name).map(|(_, kind)| *kind);
        header.or_else(|| self.column(name).map(|column| column.kind))
    }
}

/// A declared column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The field's name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The table whose id it refers to, or whose ids it names when it [is of several](Column::is_several).
    pub to: Option<String>,
    /// The name it had before.
    pub was: Option<String>,
}

impl Column {
    /// Whether it names several records, `,12,15,`: no foreign key can watch them, so the store does.
    pub fn is_several(&self) -> bool {
        self.kind == ColumnKind::Text && self.to.is_some()
    }

    /// The table whose one id it holds.
    pub fn refers(&self) -> Option<&str> {
        self.to.as_deref().filter(|_| !self.is_several())
    }
}

/// Whose record a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The row is a unit (or extends one) and owns itself.
    Itself,
    /// References followed from the row, each the column to follow and the table it leads to; the last leads to a
    /// unit or to a table that extends it.
    Path(Vec<(String, String)>),
    /// Shared registers have none.
    Nobody,
}

/// The tables of all registers, in declared order, [`event`] and [`file`].
pub fn tables(packs: &Packs) -> Vec<Table> {
    packs.registers.values().map(|register| table(packs, register)).chain([event(), file()]).collect()
}

/// The name of [`event`].
pub const EVENT: &str = "event";

/// The built-in table of things that happened and are no record: sign-ins, packs applied, reveals. Rows are only added.
pub fn event() -> Table {
    let text = |name: &str| Column { name: name.into(), kind: ColumnKind::Text, to: None, was: None };
    Table {
        name: EVENT.into(),
        columns: vec![text("kind"), text("subject"), text("detail")],
        owner: Owner::Nobody,
        extends: None,
        unique: vec![],
        indexed: vec![vec!["subject".into()]],
        serial: None,
        search: Search::default(),
        copies: vec![],
        derives: vec![],
        part_of: None,
    }
}

/// The built-in table of contents of files: one row for each content that a record has named, added in the transaction
/// that first names it. The name stands in the record, the bytes in the store's folder.
pub fn file() -> Table {
    let column = |name: &str, kind| Column { name: name.into(), kind, to: None, was: None };
    Table {
        name: "file".into(),
        columns: vec![
            column("digest", ColumnKind::Text),
            column("type", ColumnKind::Text),
            column("size", ColumnKind::Int),
        ],
        unique: vec![vec!["digest".into()]],
        indexed: vec![],
        ..event()
    }
}

/// The table of one register.
pub fn table(packs: &Packs, register: &Register) -> Table {
    let columns: Vec<Column> = register.fields.values().flat_map(columns_of).collect();
    let unique = register.fields.values().filter(|field| field.unique).map(|field| vec![field.name.clone()]);
    let unique = unique.chain(register.unique.iter().cloned());
    // Two sealed values are known to be equal by their look-ups.
    let sealed = |name: &String| packs.field(&register.name, name).is_some_and(|field| field.sealed);
    let kept = |name: String| if sealed(&name) { find(&name) } else { name };
    Table {
        name: register.name.clone(),
        owner: owner(packs, register),
        extends: register.extends.clone(),
        unique: unique.map(|set| set.into_iter().map(kept).collect()).collect(),
        indexed: indexed(packs, register, &columns),
        columns,
        serial: register.serial.clone(),
        search: search(packs, register),
        copies: register.fields.values().filter_map(|field| copy(packs, register, field)).collect(),
        derives: register.fields.values().filter_map(derived).collect(),
        part_of: register.part_of.as_ref().and_then(|field| {
            let (column, whole) = steps(packs, register, std::slice::from_ref(field))?.pop()?;
            Some((column, whole))
        }),
    }
}

/// References; the days by which states are due and from which terms run; what indicators are counted by, so that a number is read from an index
/// alone; what links of views are counted by; the first sort key of each view that is not bound to one state: there most records have no such value yet, and an index led by the state would be taken where few records are in scope.
fn indexed(packs: &Packs, register: &Register, columns: &[Column]) -> Vec<Vec<String>> {
    let own = |name: &String| columns.iter().any(|column| column.name == *name);
    // References, and what sealed values are found by.
    let looked_up = |column: &&Column| column.refers().is_some() || column.kind == ColumnKind::Find;
    let references = columns.iter().filter(looked_up).map(|column| vec![column.name.clone()]);
    let due = register.flow.iter().flat_map(|flow| flow.states.values()).filter_map(|state| state.due.as_ref());
    let sorted = register.views.values().filter_map(|view| {
        let [name] = view.sort.first()?.0.as_slice() else { return None };
        (own(name) && !shows_one_state(&view.filter)).then(|| vec![name.clone()])
    });
    let kept = register.keep.iter().map(|keep| &keep.day).filter(|day| own(day)).map(|day| vec![day.clone()]);
    let covering = luoshi_pack::index::covering(packs, &register.name).into_iter().map(|index| index.columns);
    let all = references
        .chain(due.filter(|name| own(name)).map(|name| vec![name.clone()]))
        .chain(kept)
        .chain(sorted)
        .chain(covering)
        .chain(luoshi_pack::index::of_views(packs, register));
    let all: Vec<Vec<String>> = all.collect();
    // One that begins another is served by it.
    let begins = |one: &[String]| all.iter().any(|other| other.len() > one.len() && other.starts_with(one));
    let mut found: Vec<Vec<String>> = vec![];
    for columns in all.iter().filter(|columns| !begins(columns)) {
        if !found.contains(columns) {
            found.push(columns.clone());
        }
    }
    found
}

/// Whether a condition holds in one state only.
fn shows_one_state(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().any(shows_one_state),
        Condition::Compare(path, Compare::Equal, _) => matches!(path.as_slice(), [name] if name == "state"),
        _ => false,
    }
}

/// The serial number, and fields that hold text or a code and are not masked.
fn search(packs: &Packs, register: &Register) -> Search {
    let words = |kind: &Kind| {
        matches!(kind, Kind::Text { .. } | Kind::LongText { .. } | Kind::CreditCode | Kind::SchoolCode)
            || matches!(kind, Kind::IdNumber | Kind::Mobile | Kind::PupilCode)
    };
    let fields = packs.fields(&register.name).into_iter().filter(|field| !field.mask && words(&field.kind));
    let (label, fields): (Vec<String>, Vec<String>) =
        fields.map(|field| field.name.clone()).partition(|name| *name == register.label);
    let serial = register.serial.iter().map(|_| "serial".to_string());
    Search { label: label.into_iter().next(), fields: serial.chain(fields).collect() }
}

/// The column of a field; of a sealed one its look-up and its mark too.
fn columns_of(field: &luoshi_pack::Field) -> Vec<Column> {
    if !field.sealed {
        return vec![column(field)];
    }
    let beside = |name: fn(&str) -> String, kind: ColumnKind| Column {
        name: name(&field.name),
        kind,
        to: None,
        was: field.was.as_deref().map(name),
    };
    let sealed = Column { kind: ColumnKind::Sealed, ..column(field) };
    vec![sealed, beside(find, ColumnKind::Find), beside(mark, ColumnKind::Mark)]
}

fn column(field: &luoshi_pack::Field) -> Column {
    let to = match &field.kind {
        Kind::Ref { to } | Kind::Refs { to } => Some(to.clone()),
        _ => None,
    };
    Column { name: field.name.clone(), kind: column_kind(&field.kind), to, was: field.was.clone() }
}

/// How a field is kept.
pub fn field_kind(field: &luoshi_pack::Field) -> ColumnKind {
    if field.sealed { ColumnKind::Sealed } else { column_kind(&field.kind) }
}

/// How a kind of field is kept.
pub fn column_kind(kind: &Kind) -> ColumnKind {
    match kind {
        Kind::Integer { .. }
        | Kind::Quantity { .. }
        | Kind::Money { .. }
        | Kind::Share
        | Kind::Time
        | Kind::Moment
        | Kind::Ref { .. } => ColumnKind::Int,
        Kind::Date => ColumnKind::Date,
        Kind::YesNo => ColumnKind::Bool,
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::Choice { .. }
        | Kind::Choices { .. }
        | Kind::Refs { .. }
        | Kind::Place
        | Kind::Area
        | Kind::IdNumber
        | Kind::Mobile
        | Kind::CreditCode
        | Kind::SchoolCode
        | Kind::PupilCode
        | Kind::Files { .. } => ColumnKind::Text,
    }
}

fn copy(packs: &Packs, register: &Register, field: &luoshi_pack::Field) -> Option<Copy> {
    let (value, path) = field.copy.as_ref()?.split_last()?;
    let steps = steps(packs, register, path)?;
    Some(Copy { column: field.name.clone(), steps, value: value.clone() })
}

fn derived(field: &luoshi_pack::Field) -> Option<Derived> {
    Some(Derived { column: field.name.clone(), exit: field.derive.clone()? })
}

/// The references of a path, each with the table it leads to.
fn steps(packs: &Packs, register: &Register, path: &[String]) -> Option<Vec<(String, String)>> {
    let mut at = register.name.clone();
    let follow = |name: &String| {
        let Some(Kind::Ref { to }) = packs.field(&at, name).map(|field| &field.kind) else { return None };
        at = to.clone();
        Some((name.clone(), to.clone()))
    };
    path.iter().map(follow).collect()
}

fn owner(packs: &Packs, register: &Register) -> Owner {
    if register.name == UNIT || register.extends.is_some() {
        return Owner::Itself;
    }
    let path = register.owner.as_ref().and_then(|path| steps(packs, register, path));
    path.map_or(Owner::Nobody, Owner::Path)
}
