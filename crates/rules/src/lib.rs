//! The exits into Rust that packs name, one file each.
//!
//! Knows the desk's exit types, the kernel and the engines; never the store or the web.

mod budget_entry;
mod check_draw;
mod credit;
mod credit_review;
mod order_amount;
mod party_vote;
mod project_places;
mod room_places;

use luoshi_desk::exit::{Check, Derive, Exits, Job};

/// Every exit this program brings.
pub fn exits() -> Exits {
    let checks: [(&'static str, Check); 4] = [
        ("budget_entry_balanced", budget_entry::check),
        ("party_vote", party_vote::check),
        ("project_places", project_places::check),
        ("room_places", room_places::check),
    ];
    let derives: [(&'static str, Derive); 3] = [
        ("credit_class", Derive { revision: 1, compute: credit::class }),
        ("credit_score", Derive { revision: 1, compute: credit::score }),
        ("order_amount", Derive { revision: 1, compute: order_amount::amount }),
    ];
    let jobs: [(&'static str, Job); 3] = [
        ("check_freeze", check_draw::freeze),
        ("check_draw", check_draw::draw),
        ("credit_replace", credit_review::replace),
    ];
    Exits { checks: checks.into(), derives: derives.into(), jobs: jobs.into() }
}
