//! Derived values: what the program computes from a record and its parts, by exits that packs name.
//!
//! An exit is pure. What depends on anything else than the record and its parts is a number of the record.

use luoshi_pack::Value;
use std::collections::BTreeMap;

/// A record as an exit sees it: its state and its fields, without those that are sealed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// The state of its flow.
    pub state: Option<String>,
    /// Values by field.
    pub fields: BTreeMap<String, Value>,
}

impl Part {
    /// The value of a field; null when there is none.
    pub fn value(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }
}

/// A record with its parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Whole {
    /// The record; what is derived of it is not among its fields.
    pub record: Part,
    /// Its parts by register, in the order in which they were filed; those in a state beside the main line too.
    pub parts: BTreeMap<String, Vec<Part>>,
}

impl Whole {
    /// Its parts of a register.
    pub fn parts(&self, register: &str) -> &[Part] {
        self.parts.get(register).map_or(&[], Vec::as_slice)
    }
}

/// Computes a value.
pub type Compute = fn(&Whole) -> Value;

/// An exit that derives.
#[derive(Debug, Clone, Copy)]
pub struct Derive {
    /// Raised by whoever lets it compute otherwise: then `luoshi apply` computes every record anew.
    pub revision: u32,
    /// What it computes.
    pub compute: Compute,
}

/// Exits that derive, by name.
pub type Derives = BTreeMap<&'static str, Derive>;
