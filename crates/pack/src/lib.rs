//! Reads and checks packs: TOML text in, a checked [`Packs`] or every fault at once out.
//!
//! Knows text, nothing else: no file system, no clock, no database.

pub mod calendar;
pub mod condition;
mod fault;
pub mod index;
mod model;
pub mod plan;
mod read;
pub mod reads;
mod value;
mod words;

pub use calendar::Calendar;
pub use condition::Condition;
pub use fault::{CODES, Fault};
pub use model::*;
pub use read::{check, check_plan, read_condition};
pub use value::Value;

/// A file handed in for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the folder that was read, with `/` (`projects/register/project.toml`).
    pub path: String,
    /// Its text.
    pub text: String,
}
