//! What is known of one unit.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Exact, day};

/// What is known of one unit. A number or verdict that is not here is missing, which is neither zero nor a pass;
/// an event that is not here did not happen.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Facts {
    /// At most one per item.
    pub numbers: Vec<NumberFact>,
    /// At most one per item.
    pub verdicts: Vec<VerdictFact>,
    /// Any order; `event` is unique.
    pub events: Vec<EventFact>,
    /// At most one per event.
    pub appeals: Vec<Appeal>,
}

/// The number of an item: a value, or a quotient.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFact {
    /// The item.
    pub item: String,
    /// The value, or the numerator; absent while not yet reported.
    #[serde(default)]
    pub value: Option<Exact>,
    /// The denominator. Zero makes the item missing, for the reason 分母为零.
    #[serde(default)]
    pub over: Option<Exact>,
}

/// The human verdict on an item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictFact {
    /// The item.
    pub item: String,
    /// The label given; absent while there are only documents.
    #[serde(default)]
    pub choice: Option<String>,
    /// How many documents support it.
    #[serde(default)]
    pub documents: u32,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EventFact {
    /// Its identity.
    pub event: String,
    /// Its kind, as declared by the version in force on its day.
    pub kind: String,
    /// Its own day.
    #[serde(with = "day")]
    pub day: Date,
    /// How many cases, at least one. Default 1.
    #[serde(default = "one")]
    pub cases: u32,
    /// Points per case, where the kind leaves a range.
    #[serde(default)]
    pub points: Option<Exact>,
    /// The day on which it was put right 整改完成.
    #[serde(default, with = "day::optional")]
    pub fixed_on: Option<Date>,
    /// The day on which the repair 信用修复 was decided, after pledge and re-check.
    #[serde(default, with = "day::optional")]
    pub repaired_on: Option<Date>,
}

fn one() -> u32 {
    1
}

/// An appeal 异议申诉 against an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// Its identity.
    pub appeal: String,
    /// The event.
    pub event: String,
    /// The day of the decision; it counts from that day on.
    #[serde(with = "day")]
    pub decided_on: Date,
    /// Whether it was granted; then the event is void.
    pub granted: bool,
}
