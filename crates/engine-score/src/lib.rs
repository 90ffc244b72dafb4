//! One arithmetic for evaluation standards (评估标准) and credit classes (信用分级).
//!
//! A standard is a tree of items in dated versions. Items are judged from numbers, human verdicts or events; every point
//! on the scorecard names the event and the rule version it comes from. Missing is never zero and never pass.
//!
//! Pure: equal input gives equal output on every machine. No clock, no I/O, no floating point: all amounts are exact
//! fractions and are compared unrounded. Knows standards and facts as plain data; must not know registers or pages.

mod day;
mod exact;
mod fact;
mod judge;
mod refusal;
mod scorecard;
mod standard;
mod text;

pub use exact::Exact;
pub use fact::{Appeal, EventFact, Facts, NumberFact, VerdictFact};
pub use judge::judge;
pub use refusal::Refusal;
pub use scorecard::{EventLine, ItemResult, Note, Scorecard, VetoFound};
pub use standard::{
    Band, Choice, Combine, Decay, Direction, Grade, How, Item, Kind, KindPoints, NumberRule, Repair, Standard, Verdict,
    Version, check,
};
pub use text::answer;
