//! Choice of sites: p-median, plain and with capacities, exact or with a proven gap.
//!
//! Source: Christofides and Beasley (1982) for the plain problem, Pirkul (1987) and Ceselli and Righini (2005) for the
//! relaxation with knapsacks.

mod knapsack;
mod last;
mod primal;
mod problem;
mod relaxation;
mod search;

pub use problem::Problem;
pub use search::{Located, median, usual_work};
pub(crate) use search::{Within, within};
