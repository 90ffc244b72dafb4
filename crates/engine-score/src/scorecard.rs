//! What comes out.

use jiff::civil::Date;
use serde::Serialize;

use crate::{Exact, Verdict, day};

/// The result of judging one unit on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scorecard {
    /// The standard.
    pub standard: String,
    /// The version in force on the day of judgement.
    pub version: String,
    /// The day of judgement.
    #[serde(with = "day")]
    pub on: Date,
    /// The total, exact; absent while anything is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Exact>,
    /// The total for display, two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// The grade; absent while anything is missing, unless a veto decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The verdict on the whole, where the standard gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The items that are 待填报, in the order of the tree.
    pub missing: Vec<String>,
    /// The vetoes met.
    pub vetoes: Vec<VetoFound>,
    /// Every item, in the order of the tree.
    pub items: Vec<ItemResult>,
    /// Every event with what it did, by day, then identity.
    pub lines: Vec<EventLine>,
}

/// A veto 一票否决 that is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VetoFound {
    /// The kind of event.
    pub kind: String,
    /// The version whose rule it is.
    pub version: String,
    /// The events that count.
    pub events: Vec<String>,
}

/// What an item came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemResult {
    /// The item.
    pub item: String,
    /// Depth in the tree; the root is 0.
    pub depth: u32,
    /// Points earned so far; absent while missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Exact>,
    /// Points at best.
    pub best: Exact,
    /// The verdict, where the item gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The number it was judged by, exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Exact>,
    /// The number for display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// Why it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// What one event did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventLine {
    /// The event.
    pub event: String,
    /// Its kind.
    pub kind: String,
    /// Its day.
    #[serde(with = "day")]
    pub day: Date,
    /// The version in force on its day, by which it was judged.
    pub version: String,
    /// The item it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Points by the rule: cases times points, before anything else.
    pub full: Exact,
    /// Points it changed the item by: below zero for a deduction.
    pub points: Exact,
    /// Why `points` is less than `full`.
    pub notes: Vec<Note>,
}

/// Why an event counts less than in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Its day lies before the period or after the day of judgement.
    OutsidePeriod,
    /// An appeal was granted.
    Voided {
        /// The appeal.
        appeal: String,
    },
    /// It has decayed to this share.
    Decayed {
        /// The share left.
        share: Exact,
    },
    /// It was repaired, and this share restored.
    Repaired {
        /// The share restored.
        share: Exact,
    },
    /// A repair was decided that the rule does not allow before this day (or at all); it does not count.
    RepairTooEarly {
        /// First day on which the rule allows it.
        #[serde(with = "day::optional", skip_serializing_if = "Option::is_none")]
        possible_from: Option<Date>,
    },
    /// All events of its kind together reached their cap.
    KindCap,
    /// The item has no more points to lose, or to win.
    ItemLimit,
}
