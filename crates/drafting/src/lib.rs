//! Plan text in, draft measures and targets out.
//!
//! Pure: equal text gives equal drafts on every machine. No I/O, no clock, no model to load.
//! The road: [`decode`] (bytes to text), [`lines`] (layout), [`numerals`] and [`units`] (numbers), [`cuts`] (measures),
//! [`not_targets`] (what a number is not), [`attach`] (comparator, thing, per, by), [`owners`], [`systems`], [`questions`], [`draft()`].
//! [`score`] compares drafts with annotations.

pub mod answer;
pub mod attach;
pub mod comparators;
pub mod cuts;
pub mod dates;
pub mod decode;
pub mod draft;
pub mod implied;
pub mod letters;
pub mod lines;
pub mod not_targets;
pub mod numerals;
pub mod owners;
pub mod questions;
pub mod reach;
pub mod regions;
pub mod scene;
pub mod score;
pub mod systems;
pub mod units;
pub mod what;
pub mod words;

pub use answer::{DraftError, answer};
pub use decode::{Decoded, ReadError, read};
pub use draft::{Draft, Measure, NotTarget, Other, OtherKind, Question, Target, draft};
