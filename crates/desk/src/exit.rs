//! Exits into Rust: what a pack names and the program brings. The desk knows their types, not their names.

use luoshi_pack::Value;
use std::collections::{BTreeMap, HashMap};

/// A record as a check sees it: every field, after the change.
pub type Fields = BTreeMap<String, Value>;

/// Why a check refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The rule's official number, or the check's name.
    pub rule: String,
    /// The field it stands under.
    pub field: Option<String>,
    /// What is wrong, with its arithmetic, and what to do; Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// A check: pure, over the record's own fields.
pub type Check = fn(&Fields) -> Option<Said>;

/// All exits the program brings, by name.
#[derive(Debug, Clone, Default)]
pub struct Exits {
    /// Checks.
    pub checks: HashMap<&'static str, Check>,
}

impl Exits {
    /// Names that packs use and the program does not bring.
    pub fn missing(&self, packs: &luoshi_pack::Packs) -> Vec<String> {
        let named =
            packs.registers.values().flat_map(|register| &register.checks).filter_map(|check| check.exit.clone());
        named.filter(|name| !self.checks.contains_key(name.as_str())).collect()
    }
}
