//! Pupils to come, places needed, sites and catchments.
//!
//! Pure: equal input gives equal output on every machine and for any number of threads. No clock, no I/O, no random
//! state. Knows no other crate of ours. Work limits are counted in steps, never in seconds.
//!
//! | module | what it answers |
//! |---|---|
//! | [`forecast`] | how many pupils come: births, migrants, progression, homes; backtest and band |
//! | [`need`] | how many classes are missing against what is delivered, and the warning colour |
//! | [`median`] | which `p` sites to open at least total distance, plain or with capacities, proven |
//! | [`cover`] | the fewest sites that have everybody within a radius, proven |
//! | [`assign`] | which pupil goes to which school at least total distance under capacity, proven by prices |
//! | [`zones`] | connected catchments with a reason for every area and a proven gap |
//! | [`text`] | all of the above, JSON in and JSON out |

pub mod assign;
pub mod cover;
pub mod distance;
pub mod forecast;
pub mod median;
pub mod need;
mod reading;
pub mod refusal;
pub mod text;
pub mod zones;

pub use refusal::Refusal;
pub use text::answer;
