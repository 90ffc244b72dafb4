use serde::Serialize;

/// Why something was refused, in words a person can act on.
///
/// Serialises as `{"error", "error_en", "rule", "row"}`; `row` is left out where no row is at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{rule} {en}")]
pub struct Refusal {
    /// The Chinese sentence.
    #[serde(rename = "error")]
    pub zh: String,
    /// The English sentence.
    #[serde(rename = "error_en")]
    pub en: String,
    /// Stable code, explained in the manual: `IT-..`.
    pub rule: &'static str,
    /// The first offending row of the input, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

impl Refusal {
    pub(crate) fn new(rule: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), rule, row: None }
    }

    /// The same refusal, pointing at a row (counted from 1).
    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }
}
