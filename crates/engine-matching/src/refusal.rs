//! Why an input is not computed: a stable code and a sentence a person can act on.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// One refusal, naming the first offending row.
///
/// Serialises as `{"error": "<zh> <en>", "rule": "<code>"}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {zh} {en}")]
pub struct Refusal {
    /// Stable code, explained in the manual page of this engine.
    pub code: &'static str,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Index of the first offending row, counted from 0, where there is one.
    pub row: Option<usize>,
}

impl Refusal {
    /// A refusal of the whole input.
    pub fn whole(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, zh: zh.into(), en: en.into(), row: None }
    }

    /// A refusal because of one row of one table.
    pub fn at(code: &'static str, row: usize, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { row: Some(row), ..Self::whole(code, zh, en) }
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Refusal", 2)?;
        answer.serialize_field("error", &format!("{} {}", self.zh, self.en))?;
        answer.serialize_field("rule", self.code)?;
        answer.end()
    }
}
