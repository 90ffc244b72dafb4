//! Reads pupils and schools from a file, assigns them and prints how long each part took and how much memory was used.
//!
//! `cargo run --release -p engine-places --example time_assign -- IN.json`

use std::time::Instant;

use engine_places::assign::{assign, proves_optimal};
use engine_places::distance::floor_distances;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the input file")?;
    let input = std::fs::read(path)?;
    let begin = Instant::now();
    let (places, _) = engine_places::text::read_assign(&input)?;
    let read = begin.elapsed();
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..5 {
        let begin = Instant::now();
        let cost = floor_distances(&places.pupils, &places.schools);
        let distances = begin.elapsed();
        let assigned = assign(&cost, &places.capacity)?;
        times.push((begin.elapsed(), distances));
        last = Some((cost, assigned));
    }
    times.sort();
    let (all, distances) = times[times.len() / 2];
    let (cost, assigned) = last.ok_or("nothing was run")?;
    println!("read_s {}", read.as_secs_f64());
    println!("distances_s {}", distances.as_secs_f64());
    println!("assign_s {}", all.as_secs_f64());
    println!("cost {}", assigned.cost);
    println!("proved {}", proves_optimal(&cost, &places.capacity, &assigned.school, &assigned.price));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{}", peak.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(())
}
