//! The exits into Rust that packs name, one file each.
//!
//! Knows the desk's exit types, the kernel and the engines; never the store or the web.

mod budget_entry;
mod order_amount;
mod party_vote;
mod project_places;

use luoshi_desk::exit::{Check, Exits};

/// Every exit this program brings.
pub fn exits() -> Exits {
    let checks: [(&'static str, Check); 4] = [
        ("budget_entry_balanced", budget_entry::check),
        ("order_amount", order_amount::check),
        ("party_vote", party_vote::check),
        ("project_places", project_places::check),
    ];
    Exits { checks: checks.into(), ..Exits::default() }
}
