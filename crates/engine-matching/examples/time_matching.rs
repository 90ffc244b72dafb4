//! Reads a round from a file, places everybody and prints how long each part took and how much memory was used.
//!
//! `cargo run --release -p engine-matching --example time_matching -- IN.json`

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the input file")?;
    let input = std::fs::read(path)?;
    let begin = Instant::now();
    let (round, _) = engine_matching::text::read_round(&input)?;
    let read = begin.elapsed();
    drop(input);
    let mut times = Vec::new();
    let mut placed = Vec::new();
    for _ in 0..7 {
        let begin = Instant::now();
        placed = engine_matching::place(&round);
        times.push(begin.elapsed());
    }
    times.sort();
    let begin = Instant::now();
    let objection = engine_matching::blocking(&round, &placed);
    let check = begin.elapsed();
    println!("read_s {}", read.as_secs_f64());
    println!("place_s {}", times[times.len() / 2].as_secs_f64());
    println!("place_max_s {}", times[times.len() - 1].as_secs_f64());
    println!("check_s {}", check.as_secs_f64());
    println!("stable {}", objection.is_none());
    println!("placed {}", placed.iter().flatten().count());
    let sum: u64 =
        placed.iter().zip(1..).map(|(school, row)| row * school.map_or(0, |school| u64::from(school) + 1)).sum();
    println!("checksum {sum}");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{}", peak.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(())
}
