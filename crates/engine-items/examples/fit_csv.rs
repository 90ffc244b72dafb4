//! Fits a CSV of answers as `luoshi engine items fit` does, and prints how long it took and the most memory it held.
//!
//! `fit_csv RESPONSES.csv OUT_DIR`

use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, input, folder] = &arguments[..] else { return Err("fit_csv RESPONSES.csv OUT_DIR".into()) };
    let start = Instant::now();
    let text = std::fs::read(input)?;
    for output in engine_items::answer("fit", &text)? {
        std::fs::write(Path::new(folder).join(output.name), output.bytes)?;
    }
    println!("seconds {:.4}", start.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
    Ok(())
}
