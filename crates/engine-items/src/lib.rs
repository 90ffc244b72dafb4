//! Item analysis and item response theory for examinations (精准教学).
//!
//! Pure: equal input gives equal bits on every machine and for any number of threads. No clock, no I/O; `exp` and `ln` are its own, sums
//! have a fixed order, and wider vectors are used without changing it. Knows answers as plain data; must not know pupils, schools or pages.
//!
//! - [`classical`], [`options`]: difficulty, discrimination, distractors, reliability.
//! - [`fit`]: the two-parameter logistic model by marginal maximum likelihood, with standard errors and missing answers.
//! - [`abilities`], [`ability_by_likelihood`]: persons.
//! - [`mastery`]: knowledge points.
//! - [`mean_sigma`], [`stocking_lord`]: two papers on one scale.
//! - [`answer`]: the same, text in and text out.
//!
//! Sources: Bock and Aitkin (1981), Louis (1982), Jamshidian and Jennrich (1997), Junker and Sijtsma (2001), Marco (1977), Stocking and Lord (1983).

mod ability;
mod classical;
mod equating;
mod fit;
mod information;
mod likelihood;
mod mastery;
mod number;
mod quadrature;
mod refusal;
mod responses;
mod text;

pub use ability::{Ability, abilities, ability_by_likelihood};
pub use classical::{ItemFigures, OPTIONS_MOST, OptionFigures, Paper, classical, options, scored};
pub use equating::{Link, mean_sigma, stocking_lord};
pub use fit::{Fit, GRADIENT_MOST, Item, chance, fit};
pub use mastery::{POINT_ITEMS_MOST, Point, mastery};
pub use quadrature::NODES;
pub use refusal::Refusal;
pub use responses::{ITEMS_MOST, PERSONS_MOST, Responses};
pub use text::{NamedOutput, answer};
