//! A mistake in a pack, in words its author can act on.

/// One mistake. `code` is stable and explained in the manual; all faults of all packs are reported at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {what} [{code}]; {hint}")]
pub struct Fault {
    /// The file, relative to the folder that was read.
    pub file: String,
    /// The line, from 1; 0 when the fault is of the whole file.
    pub line: usize,
    /// Stable code such as `P004`.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}
