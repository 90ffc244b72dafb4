//! Fragments: functions from a view to a piece of a page. A page and an htmx answer call the same one.

pub mod chart;
pub mod field;
pub mod flow;
pub mod light;
pub mod number;
pub mod phrase;
pub mod rows;
pub mod table;
