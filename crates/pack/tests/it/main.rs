//! What the reader of packs and plans promises: text in, model or faults out.

mod support;

mod condition;
mod faults;
mod packs;
mod plan;
mod properties;
