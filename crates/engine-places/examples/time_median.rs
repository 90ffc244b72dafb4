//! Reads a median problem from a file, solves it and prints how long each part took and how much memory was used.
//!
//! `cargo run --release -p engine-places --example time_median -- IN.json`

use std::time::Instant;

use engine_places::median::median;
use engine_places::text::{Question, read_median};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the input file")?;
    let input = std::fs::read(path)?;
    let begin = Instant::now();
    let Question { problem, work, .. } = read_median(&input)?;
    println!("read_s {}", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let located = median(&problem, work)?;
    println!("median_s {}", begin.elapsed().as_secs_f64());
    println!("cost {}", located.cost);
    println!("bound {}", located.bound);
    println!("work {}", located.work);
    println!("holds {}", problem.cost_of(&located.open, &located.assign) == Some(located.cost));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{}", peak.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(())
}
