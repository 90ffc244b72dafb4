//! Exits into Rust: what a pack names and the program brings. The desk knows their types, not their names.

pub use luoshi_store::Values;
use std::collections::HashMap;

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

/// A check: pure, over every field of the record, after the change.
pub type Check = fn(&Values) -> Option<Said>;

pub use luoshi_kernel::derive::{Derive, Derives, Part, Whole};

/// A job: runs after the commit, may read, and saves on the one road under the job's own request ids. It says whether it may
/// be tried again.
pub type Job = fn(&crate::job::Work<'_>) -> Result<(), crate::job::NotDone>;

/// All exits the program brings, by name.
#[derive(Debug, Clone, Default)]
pub struct Exits {
    /// Checks.
    pub checks: HashMap<&'static str, Check>,
    /// Exits that derive; the store computes with them.
    pub derives: Derives,
    /// Jobs.
    pub jobs: HashMap<&'static str, Job>,
}

impl Exits {
    /// Names that packs use and the program does not bring.
    pub fn missing(&self, packs: &luoshi_pack::Packs) -> Vec<String> {
        let named =
            packs.registers.values().flat_map(|register| &register.checks).filter_map(|check| check.exit.clone());
        let checks = named.filter(|name| !self.checks.contains_key(name.as_str()));
        let flows = packs.registers.values().filter_map(|register| register.flow.as_ref());
        let jobs = flows.flat_map(|flow| flow.moves.values()).flat_map(|made| made.run.clone());
        let fields = packs.registers.values().flat_map(|register| register.fields.values());
        let derives = fields.filter_map(|field| field.derive.clone());
        let derives = derives.filter(|name| !self.derives.contains_key(name.as_str()));
        checks.chain(derives).chain(jobs.filter(|name| !self.jobs.contains_key(name.as_str()))).collect()
    }
}
