//! Turns checked packs into plans: tables, queries, conditions, forms, lists, access, numbers.
//!
//! Plans are values that tests can print. No I/O, no clock, no database.

pub mod digest;
pub mod table;

pub use luoshi_pack as pack;
