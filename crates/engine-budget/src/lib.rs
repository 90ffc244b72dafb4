//! Budget encumbrance (预算占用) and straight-line depreciation (折旧), exact to the 分.
//!
//! Pure: equal input gives equal output on every machine. No clock, no I/O, no floating point.
//! Knows amounts, days and events as plain data; must not know registers, databases or pages.
//!
//! - [`encumbrance`]: one unit's budget year as a state machine whose lines never go below zero.
//! - [`depreciation`]: monthly charges by the straight-line method over dated class lives.
//! - [`answer`]: the same, text in and text out.
//!
//! Sources: 行政事业单位内部控制规范(试行) 财会〔2012〕21号, 预算法 art. 13;
//! 政府会计准则第3号——固定资产 and its guide 财会〔2017〕4号.

pub mod depreciation;
pub mod encumbrance;
mod fen;
mod refusal;
mod text;

pub use fen::Fen;
pub use refusal::Refusal;
pub use text::answer;
