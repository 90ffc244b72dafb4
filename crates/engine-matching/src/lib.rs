//! Admission by deferred acceptance and by parallel choices (平行志愿).
//!
//! Pure: equal input gives equal output on every machine and for any number of threads. No clock, no I/O, no random
//! state; where chance decides, the keys of a draw made elsewhere are part of the input. Knows no other crate of ours.
//!
//! | module | what it answers |
//! |---|---|
//! | [`acceptance`] | who goes where when pupils rank schools and schools rank pupils |
//! | [`certificate`] | does any pair block an assignment; shares no code with the solver |
//! | [`parallel`] | 平行志愿 with 分配生 and 征求志愿, and its own checker |
//! | [`quota`] | places shared out by largest remainder |
//! | [`standing`] | candidates in order by a tie-break chain given as data |
//! | [`text`] | all of the above, JSON in and JSON out |
//!
//! Source: Gale and Shapley (1962), "College Admissions and the Stability of Marriage"; Hafalir, Yenmez and Yildirim
//! (2013), "Effective affirmative action in school choice" (reserved places).

pub mod acceptance;
pub mod certificate;
pub mod lists;
pub mod parallel;
pub mod quota;
pub mod refusal;
pub mod round;
pub mod standing;
pub mod text;

pub use acceptance::place;
pub use certificate::blocking;
pub use lists::Lists;
pub use refusal::Refusal;
pub use round::{Reserve, Round};
pub use text::answer;
