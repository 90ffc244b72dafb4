//! Seats candidates and invigilators in examination rooms (考场编排).
//!
//! Pure: equal input gives equal output on every machine and for any number of threads; all chance comes from the seed
//! in the input. Knows an examination as plain data; must not know registers, databases or pages.
//!
//! - [`seat`]: an [`Exam`] becomes a [`Plan`], or a [`Refusal`] that says which rule cannot hold.
//! - [`check`]: judges any plan against every hard rule; shares no code with the solver.
//! - [`answer`]: the same, bytes in and bytes out.
//!
//! Source: 国家教育考试考务工作规定 as ordinarily applied to 中考; rule ids and method in the manual page
//! `engine-seating.md`.

mod arrange;
mod boundary;
mod check;
mod deal;
mod exam;
mod invigilate;
mod plan;
mod refusal;
mod rooms;
mod seat;
mod stream;
mod validate;

pub use boundary::answer;
pub use check::{Breach, check};
pub use exam::{Candidate, Exam, Invigilator, Kind, Layout, OwnSchool, Room, Session, Settings, Sex, Site, SpareRooms};
pub use plan::{HalfDay, Plan, Post, RoomPlan, Seat};
pub use refusal::Refusal;
pub use seat::seat;
