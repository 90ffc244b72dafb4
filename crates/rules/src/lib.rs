//! The exits into Rust that packs name, one file each.
//!
//! Knows the desk's exit types, the kernel and the engines; never the store or the web.

mod project_places;

use luoshi_desk::exit::Exits;

/// Every exit this program brings.
pub fn exits() -> Exits {
    Exits { checks: [("project_places", project_places::check as luoshi_desk::exit::Check)].into(), ..Exits::default() }
}
