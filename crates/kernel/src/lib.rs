//! Turns checked packs into plans: tables, queries, conditions, forms, lists, access, numbers.
//!
//! Plans are values that tests can print. No I/O, no clock, no database.

pub mod access;
pub mod assign;
pub mod condition;
pub mod context;
pub mod decimal;
pub mod derive;
pub mod digest;
pub mod keep;
pub mod kind;
mod lang;
pub mod light;
pub mod list;
pub mod lookup;
pub mod number;
pub mod period;
pub mod query;
pub mod sentence;
pub mod table;

pub use context::{Context, year_of};
pub use lang::{Complaint, Lang};
pub use luoshi_pack as pack;
pub use sea_query;
