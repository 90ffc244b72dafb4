//! The catalogue: which registers and fields the database holds, under numbers that are never reused.
//!
//! It makes the database speak for itself: a store opened without packs still knows every table, and the verifier reads
//! fields that were dropped long ago.

use crate::error::StoreError;
use crate::link::Link;
use crate::shape::{Dropped, FIRST_FIELD, Schema};
use luoshi_kernel::table::{Column, ColumnKind, Copy, Derived, Owner, Search, Table};
use luoshi_pack::Serial;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A field as the catalogue holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub number: u32,
    pub column: Column,
    /// Its column in `_past`, when the field was dropped.
    pub dropped: Option<String>,
}

/// A register as the catalogue holds it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub number: i64,
    /// Its table, as it was last applied.
    pub table: Table,
    /// Its fields by number.
    pub fields: BTreeMap<u32, Field>,
}

/// What a table is beside its columns, as it is kept in the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rest {
    owner: RestOwner,
    extends: Option<String>,
    unique: Vec<Vec<String>>,
    indexed: Vec<Columns>,
    serial: Option<(String, bool, u8)>,
    /// The searched name, and the other searched fields.
    #[serde(default)]
    search: (Option<String>, Vec<String>),
    /// Column, references, copied column.
    #[serde(default)]
    copies: Vec<RestCopy>,
    /// Derived column, exit.
    #[serde(default)]
    derives: Vec<(String, String)>,
    /// The reference to the whole, the whole's table.
    #[serde(default)]
    part_of: Option<(String, String)>,
}

/// A copied field: its name, the steps to the register it is copied from, the field there.
type RestCopy = (String, Vec<(String, String)>, String);

/// The columns of an index; a catalogue before format 4 wrote the only one plainly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Many(Vec<String>),
}

impl Columns {
    fn all(self) -> Vec<String> {
        match self {
            Columns::One(column) => vec![column],
            Columns::Many(columns) => columns,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RestOwner {
    Itself,
    Nobody,
    Path(Vec<(String, String)>),
}

fn rest_of(table: &Table) -> Rest {
    Rest {
        owner: match &table.owner {
            Owner::Itself => RestOwner::Itself,
            Owner::Nobody => RestOwner::Nobody,
            Owner::Path(steps) => RestOwner::Path(steps.clone()),
        },
        extends: table.extends.clone(),
        unique: table.unique.clone(),
        indexed: table.indexed.iter().cloned().map(Columns::Many).collect(),
        serial: table.serial.as_ref().map(|serial| (serial.prefix.clone(), serial.year, serial.digits)),
        search: (table.search.label.clone(), table.search.fields.clone()),
        copies: table.copies.iter().map(|copy| (copy.column.clone(), copy.steps.clone(), copy.value.clone())).collect(),
        derives: table.derives.iter().map(|derived| (derived.column.clone(), derived.exit.clone())).collect(),
        part_of: table.part_of.clone(),
    }
}

fn table_of(name: String, columns: Vec<Column>, rest: Rest) -> Table {
    Table {
        name,
        columns,
        owner: match rest.owner {
            RestOwner::Itself => Owner::Itself,
            RestOwner::Nobody => Owner::Nobody,
            RestOwner::Path(steps) => Owner::Path(steps),
        },
        extends: rest.extends,
        unique: rest.unique,
        indexed: rest.indexed.into_iter().map(Columns::all).collect(),
        serial: rest.serial.map(|(prefix, year, digits)| Serial { prefix, year, digits }),
        search: Search { label: rest.search.0, fields: rest.search.1 },
        copies: rest.copies.into_iter().map(|(column, steps, value)| Copy { column, steps, value }).collect(),
        derives: rest.derives.into_iter().map(|(column, exit)| Derived { column, exit }).collect(),
        part_of: rest.part_of,
    }
}

/// The word for a kind in the catalogue.
pub(crate) fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "int",
        ColumnKind::Text => "text",
        ColumnKind::Bool => "bool",
        ColumnKind::Date => "date",
        ColumnKind::Sealed => "sealed",
        ColumnKind::Find => "find",
        ColumnKind::Mark => "mark",
    }
}

fn kind(word: &str) -> Result<ColumnKind, StoreError> {
    use ColumnKind::*;
    [Int, Text, Bool, Date, Sealed, Find, Mark]
        .into_iter()
        .find(|kind| self::word(*kind) == word)
        .ok_or_else(|| StoreError::Damaged { what: format!("the catalogue names a kind `{word}`") })
}

/// Reads the whole catalogue.
pub(crate) fn entries(link: &mut Link) -> Result<Vec<Entry>, StoreError> {
    let registers = link.all("SELECT number, name, shape FROM catalogue_register ORDER BY number", &[], |row| {
        Ok((row.int(0)?, row.text(1)?, row.text(2)?))
    })?;
    let sql = "SELECT number, name, kind, target, place, dropped FROM catalogue_field WHERE register = $1
               ORDER BY place, number";
    let mut entries = Vec::new();
    for (number, name, shape) in registers {
        let fields = link.all(sql, &[number.into()], |row| {
            let column = Column { name: row.text(1)?, kind: kind(&row.text(2)?)?, to: row.maybe_text(3)?, was: None };
            Ok(Field { number: row.int(0)? as u32, column, dropped: row.maybe_text(5)? })
        })?;
        let rest = serde_json::from_str(&shape)
            .map_err(|error| StoreError::Damaged { what: format!("the catalogue's entry for `{name}`: {error}") })?;
        let columns = fields.iter().filter(|field| field.dropped.is_none()).map(|field| field.column.clone());
        let table = table_of(name, columns.collect(), rest);
        entries.push(Entry { number, table, fields: fields.into_iter().map(|field| (field.number, field)).collect() });
    }
    Ok(entries)
}

/// Reads the schema that the database holds.
pub(crate) fn load(link: &mut Link) -> Result<Schema, StoreError> {
    let number = crate::ledger::tip(link)?.schema;
    Ok(Schema::new(number, entries(link)?.into_iter().map(Entry::parts).collect()))
}

impl Entry {
    /// A new register with all its fields.
    pub fn new(number: i64, table: &Table) -> Entry {
        let fields = (FIRST_FIELD..).zip(&table.columns).map(|(number, column)| (number, field(number, column)));
        Entry { number, table: table.clone(), fields: fields.collect() }
    }

    /// The field of a declared column.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.values().find(|field| field.dropped.is_none() && field.column.name == name)
    }

    /// The number that a new field gets.
    pub fn next_number(&self) -> u32 {
        self.fields.keys().next_back().map_or(FIRST_FIELD, |last| last + 1)
    }

    fn parts(self) -> (Table, i64, Vec<u32>, Vec<Dropped>) {
        let numbers = self.table.columns.iter().filter_map(|column| Some(self.field(&column.name)?.number)).collect();
        let dropped = self.fields.values().filter_map(|field| {
            Some(Dropped { number: field.number, column: field.dropped.clone()?, kind: field.column.kind })
        });
        let dropped = dropped.collect();
        (self.table, self.number, numbers, dropped)
    }

    /// Writes the entry down.
    pub fn store(&self, link: &mut Link) -> Result<(), StoreError> {
        let shape = serde_json::to_string(&rest_of(&self.table))
            .map_err(|error| StoreError::Damaged { what: format!("`{}`: {error}", self.table.name) })?;
        let sql = "INSERT INTO catalogue_register (number, name, shape) VALUES ($1, $2, $3)
                   ON CONFLICT (number) DO UPDATE SET name = excluded.name, shape = excluded.shape";
        link.execute(sql, &[self.number.into(), self.table.name.as_str().into(), shape.as_str().into()])?;
        let sql = "INSERT INTO catalogue_field (register, number, name, kind, target, place, dropped)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (register, number) DO UPDATE
                   SET name = excluded.name, place = excluded.place, dropped = excluded.dropped";
        for field in self.fields.values() {
            let place = self.table.columns.iter().position(|column| column.name == field.column.name);
            let place = place.filter(|_| field.dropped.is_none()).map_or(-1, |place| place as i64);
            let params = [
                self.number.into(),
                i64::from(field.number).into(),
                field.column.name.as_str().into(),
                word(field.column.kind).into(),
                field.column.to.as_deref().into(),
                place.into(),
                field.dropped.as_deref().into(),
            ];
            link.execute(sql, &params)?;
        }
        Ok(())
    }
}

/// A field under its number.
pub(crate) fn field(number: u32, column: &Column) -> Field {
    Field { number, column: Column { was: None, ..column.clone() }, dropped: None }
}

/// Whether two tables are the same beside their columns.
pub(crate) fn same_rest(one: &Table, other: &Table) -> bool {
    rest_of(one) == rest_of(other)
}
