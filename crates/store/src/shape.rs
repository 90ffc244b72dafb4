//! What the database holds of each register: its numbers, its statement texts, and who leans on whom.

use crate::error::StoreError;
use crate::seal::Sealed;
use luoshi_kernel::table::{Column, ColumnKind, HEADER, Owner, PAST, Search, Table, UNIT, find, mark};
use luoshi_pack::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Field numbers of the columns that every version digests beside the declared ones: state, serial, owner, request,
/// schema. Declared fields count from [`FIRST_FIELD`].
pub(crate) const STATE: u32 = 1;
pub(crate) const SERIAL: u32 = 2;
pub(crate) const OWNER: u32 = 3;
pub(crate) const REQUEST: u32 = 4;
pub(crate) const SCHEMA: u32 = 5;
/// The number of the first declared field of a register.
pub(crate) const FIRST_FIELD: u32 = 16;
/// How many columns stand before the declared ones.
pub(crate) const HEAD: usize = HEADER.len();

/// Everything that has been applied to a database.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    /// Raised with every change.
    pub number: i64,
    shapes: Vec<Arc<Shape>>,
    names: HashMap<String, usize>,
}

/// One register as the database holds it.
#[derive(Debug)]
pub(crate) struct Shape {
    /// As it was applied.
    pub table: Table,
    /// Its number in the catalogue, never reused.
    pub number: i64,
    /// The number of each declared column, in their order.
    pub fields: Vec<u32>,
    /// Places of the declared columns in the order of their numbers.
    pub digested: Vec<usize>,
    /// Fields that live on in `_past` only.
    pub dropped: Vec<Dropped>,
    /// Registers that share its ids and build on it.
    pub extended_by: Vec<String>,
    /// Registers whose owner or copied values pass through a column of this one.
    pub followers: Vec<Follower>,
    /// Where something is derived: the registers of its parts, each with the column that refers to it.
    pub parts: Vec<(String, String)>,
    /// The place of the reference to the whole, and the whole's register, where something is derived of that.
    pub whole: Option<(usize, String)>,
    /// Columns that refer to shared registers: (place, register's number).
    pub shared: Vec<(usize, i64)>,
    /// Sealed fields.
    pub sealed: Vec<Sealed>,
    /// Statement texts.
    pub sql: Texts,
    /// The fields of its records by name, and their places; what stands beside a sealed field is none.
    pub named: (Arc<[String]>, Vec<usize>),
    places: HashMap<String, usize>,
}

/// A field that is no longer declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Its number.
    pub number: u32,
    /// Its column in `_past`.
    pub column: String,
    /// What it held.
    pub kind: ColumnKind,
}

/// A register whose owner path, or what it copies, passes through a column of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Follower {
    /// The register that follows.
    pub table: String,
    /// Its column that does: `owner`, or a copied value.
    pub held: String,
    /// The column that decides, in the table that is passed through.
    pub column: String,
    /// Finds the ids of its records that pass through record `$1`, hold another value than `$2` and come after `$3`, at
    /// most `$4`.
    pub find: String,
    /// References from the record passed through: to the owner, or to the record that is copied from.
    pub rest: Vec<(String, String)>,
    /// The column copied at their end; `None`: they lead to the owner.
    pub value: Option<String>,
}

/// Statement texts of one register.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub insert: String,
    /// Copies rows `$8..=$9` into the past, with what `$1..=$6` say of the versions; their lines are `$7` ahead of their ids.
    pub copy: String,
    pub select: String,
    pub select_past: String,
    pub history: String,
    pub close_past: String,
    pub last_id: String,
}

impl Schema {
    /// Puts registers together; `parts` are (table, number, field numbers, dropped fields).
    pub fn new(number: i64, parts: Vec<(Table, i64, Vec<u32>, Vec<Dropped>)>) -> Schema {
        let tables: HashMap<&str, &Table> = parts.iter().map(|part| (part.0.name.as_str(), &part.0)).collect();
        let numbers: HashMap<&str, i64> = parts.iter().map(|part| (part.0.name.as_str(), part.1)).collect();
        let shapes: Vec<Arc<Shape>> = parts
            .iter()
            .map(|(table, number, fields, dropped)| {
                Arc::new(Shape {
                    extended_by: parts
                        .iter()
                        .filter(|other| other.0.extends.as_deref() == Some(&table.name))
                        .map(|other| other.0.name.clone())
                        .collect(),
                    followers: copiers(&tables, table).into_iter().chain(owned(&tables, table)).collect(),
                    parts: parts_of(&tables, table),
                    whole: whole(&tables, table),
                    shared: shared(&tables, &numbers, table),
                    sql: texts(table),
                    sealed: sealed(table),
                    named: named(table),
                    digested: in_order(table, fields),
                    places: table.columns.iter().enumerate().map(|(at, column)| (column.name.clone(), at)).collect(),
                    table: table.clone(),
                    number: *number,
                    fields: fields.clone(),
                    dropped: dropped.clone(),
                })
            })
            .collect();
        let names = shapes.iter().enumerate().map(|(at, shape)| (shape.table.name.clone(), at)).collect();
        Schema { number, shapes, names }
    }

    /// The register of that name.
    pub fn shape(&self, name: &str) -> Result<&Arc<Shape>, StoreError> {
        let at = self.names.get(name).ok_or_else(|| StoreError::Unapplied { table: name.to_string() })?;
        Ok(&self.shapes[*at])
    }

    /// The register of that number.
    pub fn numbered(&self, number: i64) -> Option<&Arc<Shape>> {
        self.shapes.iter().find(|shape| shape.number == number)
    }

    /// Every register.
    pub fn shapes(&self) -> &[Arc<Shape>] {
        &self.shapes
    }

    /// The register that has this column: itself, or the one that it extends.
    pub fn holder(&self, shape: &Arc<Shape>, column: &str) -> Result<Arc<Shape>, StoreError> {
        if shape.place(column).is_some() {
            return Ok(shape.clone());
        }
        match &shape.table.extends {
            Some(base) => self.holder(&self.shape(base)?.clone(), column),
            None => Err(StoreError::Column { table: shape.table.name.clone(), column: column.to_string() }),
        }
    }
}

impl Shape {
    /// The place of a declared column.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// Whether a column stands beside a sealed field and is written with it only.
    pub fn beside_sealed(&self, place: usize) -> bool {
        matches!(self.table.columns[place].kind, ColumnKind::Find | ColumnKind::Mark)
    }

    /// Whether the search finds its records.
    pub fn is_searched(&self) -> bool {
        self.table.search != Search::default()
    }

    /// Whether its rows are the units themselves.
    pub fn is_unit(&self) -> bool {
        self.table.name == UNIT
    }

    /// Whether the value may stand in the column; `Err` says why not.
    pub fn fits(&self, place: usize, value: &Value) -> Result<(), StoreError> {
        let column = &self.table.columns[place];
        let reason = match (column.kind, value) {
            (_, Value::Null)
            | (ColumnKind::Int, Value::Int(_))
            | (ColumnKind::Bool, Value::Bool(_))
            | (ColumnKind::Date, Value::Date(_)) => return Ok(()),
            (ColumnKind::Text | ColumnKind::Sealed, Value::Text(text)) if !text.contains('\0') => return Ok(()),
            (ColumnKind::Text | ColumnKind::Sealed, Value::Text(_)) => "it holds the character U+0000".to_string(),
            (kind, _) => format!("{} is expected and another kind was given", crate::catalogue::word(kind)),
        };
        Err(StoreError::Unfit { table: self.table.name.clone(), column: column.name.clone(), reason })
    }
}

fn named(table: &Table) -> (Arc<[String]>, Vec<usize>) {
    let columns = table.columns.iter().enumerate();
    let fields = columns.filter(|(_, column)| !matches!(column.kind, ColumnKind::Find | ColumnKind::Mark));
    let fields: BTreeMap<String, usize> = fields.map(|(place, column)| (column.name.clone(), place)).collect();
    let (names, places): (Vec<String>, Vec<usize>) = fields.into_iter().unzip();
    (names.into(), places)
}

/// Whether versions digest such a column: of a sealed value only its mark.
pub(crate) fn is_digested(kind: ColumnKind) -> bool {
    !matches!(kind, ColumnKind::Sealed | ColumnKind::Find)
}

/// The columns of each sealed field.
fn sealed(table: &Table) -> Vec<Sealed> {
    let place = |name: String| table.columns.iter().position(|column| column.name == name);
    let ciphers = table.columns.iter().enumerate().filter(|(_, column)| column.kind == ColumnKind::Sealed);
    let whole = |(cipher, column): (usize, &Column)| {
        Some(Sealed { cipher, find: place(find(&column.name))?, mark: place(mark(&column.name))? })
    };
    ciphers.filter_map(whole).collect()
}

fn in_order(table: &Table, fields: &[u32]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..fields.len()).filter(|place| is_digested(table.columns[*place].kind)).collect();
    places.sort_by_key(|place| fields[*place]);
    places
}

fn has_column(table: &Table, column: &str) -> bool {
    table.columns.iter().any(|other| other.name == column)
}

/// The table that holds a column of `table`: itself, or the one that it extends.
fn holder<'a>(tables: &HashMap<&str, &'a Table>, table: &'a Table, column: &str) -> Option<&'a Table> {
    if has_column(table, column) {
        return Some(table);
    }
    holder(tables, tables.get(table.extends.as_deref()?)?, column)
}

/// Registers whose owner path passes through `source`, once for each step that does.
fn owned(tables: &HashMap<&str, &Table>, source: &Table) -> Vec<Follower> {
    let mut names: Vec<&&str> = tables.keys().collect();
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let table = tables[*name];
        let Owner::Path(steps) = &table.owner else { continue };
        for at in 1..steps.len() {
            let Some(through) = tables.get(steps[at - 1].1.as_str()) else { continue };
            if holder(tables, through, &steps[at].0).is_some_and(|holder| holder.name == source.name) {
                found.push(Follower {
                    table: table.name.clone(),
                    held: "owner".into(),
                    column: steps[at].0.clone(),
                    find: find_followers(tables, table, &steps[..at], "owner"),
                    rest: steps[at..].to_vec(),
                    value: None,
                });
            }
        }
    }
    found
}

/// Finds the records that reach record `$1` by these steps and hold another value than `$2`; see [`Follower::find`].
fn find_followers(tables: &HashMap<&str, &Table>, table: &Table, steps: &[(String, String)], held: &str) -> String {
    let mut reach = "$1".to_string();
    for at in (0..steps.len()).rev() {
        let from = if at == 0 { Some(table) } else { tables.get(steps[at - 1].1.as_str()).copied() };
        let Some(holder) = from.and_then(|from| holder(tables, from, &steps[at].0)) else { continue };
        let test = if reach == "$1" { "= $1".to_string() } else { format!("IN ({reach})") };
        reach = format!("SELECT {} FROM {} WHERE {} {test}", quoted("id"), quoted(&holder.name), quoted(&steps[at].0));
    }
    let (held, id) = (quoted(held), quoted("id"));
    format!("{reach} AND {held} IS DISTINCT FROM $2 AND {id} > $3 ORDER BY {id} LIMIT $4")
}

/// Registers that copy through `source`, once for each step that does.
fn copiers(tables: &HashMap<&str, &Table>, source: &Table) -> Vec<Follower> {
    let mut names: Vec<&&str> = tables.keys().collect();
    names.sort();
    let mut found = Vec::new();
    for table in names.into_iter().map(|name| tables[*name]) {
        for copy in &table.copies {
            for at in 1..=copy.steps.len() {
                let column = copy.steps.get(at).map_or(&copy.value, |step| &step.0);
                let Some(through) = tables.get(copy.steps[at - 1].1.as_str()) else { continue };
                let holder = if column == "state" { Some(*through) } else { holder(tables, through, column) };
                if holder.is_some_and(|holder| holder.name == source.name) {
                    found.push(Follower {
                        table: table.name.clone(),
                        held: copy.column.clone(),
                        column: column.clone(),
                        find: find_followers(tables, table, &copy.steps[..at], &copy.column),
                        rest: copy.steps[at..].to_vec(),
                        value: Some(copy.value.clone()),
                    });
                }
            }
        }
    }
    found
}

fn parts_of(tables: &HashMap<&str, &Table>, table: &Table) -> Vec<(String, String)> {
    match table.derives.is_empty() {
        true => vec![],
        false => crate::derived::parts(tables.values().copied(), table),
    }
}

fn whole(tables: &HashMap<&str, &Table>, table: &Table) -> Option<(usize, String)> {
    let (column, whole) = table.part_of.as_ref()?;
    let derives = tables.get(whole.as_str()).is_some_and(|whole| !whole.derives.is_empty());
    let place = table.columns.iter().position(|other| other.name == *column)?;
    derives.then(|| (place, whole.clone()))
}

/// Columns that refer to registers without an owner.
fn shared(tables: &HashMap<&str, &Table>, numbers: &HashMap<&str, i64>, table: &Table) -> Vec<(usize, i64)> {
    let refers = |column: &Column| {
        let to = tables.get(column.refers()?)?;
        (to.owner == Owner::Nobody).then(|| numbers.get(to.name.as_str()).copied())?
    };
    table.columns.iter().enumerate().filter_map(|(place, column)| Some((place, refers(column)?))).collect()
}

/// A name in SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Names in SQL, separated by commas.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// `$1, $2` … up to `count`.
pub(crate) fn marks(count: usize) -> String {
    (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// The table of all versions of a register.
pub(crate) fn past(name: &str) -> String {
    format!("{name}_past")
}

/// The column that says which line of the ledger stands for a version.
pub(crate) const SEQ: &str = "seq";

fn texts(table: &Table) -> Texts {
    let header = HEADER.iter().map(|(name, _)| *name);
    let declared = table.columns.iter().map(|column| column.name.as_str());
    let tail = PAST.iter().map(|(name, _)| *name).chain([SEQ]);
    let row = list(header.clone().chain(declared.clone()));
    let whole = list(header.chain(declared).chain(tail));
    let count = HEAD + table.columns.len();
    let (name, past) = (quoted(&table.name), quoted(&past(&table.name)));
    let id = quoted("id");
    let versions = format!("SELECT {whole} FROM {past} WHERE {id} = $1");
    let kind = |kind| if kind == ColumnKind::Int { "BIGINT" } else { "TEXT" };
    let stamp = (1..).zip(PAST).map(|(at, (_, column))| format!("CAST(${at} AS {})", kind(column)));
    let (stamp, at) = (stamp.collect::<Vec<_>>().join(", "), PAST.len() + 1);
    Texts {
        insert: format!("INSERT INTO {name} ({row}) VALUES ({})", marks(count)),
        copy: format!(
            "INSERT INTO {past} ({whole}) SELECT {row}, {stamp}, CAST(${at} AS BIGINT) + {id}
             FROM {name} WHERE {id} >= ${} AND {id} <= ${}",
            at + 1,
            at + 2
        ),
        select: format!("SELECT {row} FROM {name} WHERE {id} = $1"),
        select_past: format!("{versions} AND {} <= $2 AND {} > $2", quoted("since"), quoted("until")),
        history: format!("{versions} ORDER BY {}", quoted("version")),
        close_past: format!(
            "UPDATE {past} SET {} = $1 WHERE {} = $2 AND {} = $3",
            quoted("until"),
            quoted("id"),
            quoted("version")
        ),
        last_id: format!("SELECT coalesce(max({id}), 0) FROM {past}"),
    }
}
