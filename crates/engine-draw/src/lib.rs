//! Verifiable lottery (电脑派位): anyone can recompute it.
//!
//! Pure: equal input gives equal output on every machine and for any number of threads. No clock, no I/O, no random
//! state: all chance comes from the witnesses' balls and an optional public beacon. Knows lists, sources and proofs as
//! plain data; must not know registers, databases or pages.
//!
//! - [`freeze`]: an application list becomes a [`List`] with its SM3 digest, to be published before the draw.
//! - [`draw`]: list and [`Sheet`] of sources become a [`Proof`].
//! - [`verify`]: recomputes proofs and the batch register and tells every [`Finding`].
//! - [`draw_classes`]: the same seed and keys put pupils into classes (阳光分班).
//! - [`draw_visits`]: the same seed and keys draw whom to inspect and two officers for each (双随机).
//! - [`answer`]: the same, bytes in and bytes out.
//!
//! The bytes are those of the manual page `engine-draw.md`; `static/verify.html` is a second verifier written from that
//! page alone. Source of SM3: GB/T 32905-2016.

mod beacon;
mod boundary;
mod classes;
mod draw;
mod json;
mod list;
mod order;
mod proof;
mod refusal;
mod register;
mod text;
mod time;
mod verify;
mod visits;

pub use beacon::{Beacon, BeaconClaim};
pub use boundary::{BEACON_NOTE, VERIFY_PAGE, answer};
pub use classes::{ClassPlan, ClassSheet, Pupil, Roll, Sex, TeacherDraw, check_classes, draw_classes, freeze_roll};
pub use draw::{Sheet, Witness, draw};
pub use list::{Application, LastBundle, List, freeze};
pub use proof::Proof;
pub use refusal::{Finding, Refusal};
pub use register::extend_register;
pub use text::Text;
pub use verify::{Report, verify};
pub use visits::{
    Avoid, Object, Roster, Stratum, Visit, VisitPlan, VisitSheet, check_visits, draw_visits, freeze_roster,
};
