//! One hundred thousand candidates with all rules, bytes in and bytes out: time and peak memory.
//!
//! `cargo run --release -p engine-seating --example county [CANDIDATES]`

use std::time::Instant;

use engine_seating::{Plan, answer, check};

#[path = "../benches/county/mod.rs"]
mod county;

fn main() {
    let candidates: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let exam = county::exam(candidates);
    let input = serde_json::to_vec(&exam).unwrap();
    let output = timed("seat, bytes to bytes, own check included", || answer("seat", &input).unwrap());
    let plan: Plan = serde_json::from_slice(&output).unwrap();
    let breaches = timed("check alone", || check(&exam, &plan));
    println!(
        "candidates {candidates}, schools {}, sites {}, rooms used {}, posts {}, reserve {}, breaches {}, peak memory {}",
        county::SCHOOLS,
        exam.sites.len(),
        plan.rooms.len(),
        plan.half_days.iter().map(|day| day.posts.len() * 2).sum::<usize>(),
        plan.half_days.iter().map(|day| day.reserve.len()).sum::<usize>(),
        breaches.len(),
        peak_memory()
    );
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = work();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    value
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown here").trim().to_owned()
}
