//! `cargo xtask bench`: measures a part of the program, in release.

use crate::cargo;

/// How a part is measured.
enum How {
    /// An example that prints a table.
    Example(&'static str),
    /// A bench target.
    Bench(&'static str),
}
use How::{Bench, Example};

/// Name, package, what is run one after the other.
type Part = (&'static str, &'static str, &'static [How]);

const PARTS: &[Part] = &[
    ("desk", "luoshi-desk", &[Bench("desk")]),
    ("drafting", "luoshi-drafting", &[Example("score")]),
    ("draw", "engine-draw", &[Example("million"), Bench("draw")]),
    ("items", "engine-items", &[Bench("fit")]),
    ("matching", "engine-matching", &[Example("time_matching"), Bench("matching")]),
    ("places", "engine-places", &[Example("time_assign"), Example("time_median"), Bench("places")]),
    ("seating", "engine-seating", &[Example("county"), Bench("seating")]),
    ("store", "luoshi-store", &[Bench("store")]),
];

/// Prints the parts.
pub fn list() {
    println!("cargo xtask bench NAME, where NAME is one of");
    PARTS.iter().for_each(|(name, package, _)| println!("    {name:<10} {package}"));
}

/// Measures a part.
pub fn run(name: &str) -> Result<(), String> {
    let part = PARTS.iter().find(|(known, ..)| *known == name);
    let (_, package, steps) = part.ok_or_else(|| {
        let names: Vec<&str> = PARTS.iter().map(|(name, ..)| *name).collect();
        format!("there is no bench `{name}`; there are {}", names.join(", "))
    })?;
    steps.iter().try_for_each(|step| measure(package, step))
}

fn measure(package: &str, step: &How) -> Result<(), String> {
    let mut command = cargo();
    match step {
        Example(name) => command.args(["run", "--release", "--package", package, "--example", name]),
        Bench(name) => command.args(["bench", "--package", package, "--bench", name]),
    };
    let ended = command.status().map_err(|error| format!("cargo: {error}"))?;
    if ended.success() { Ok(()) } else { Err(format!("{package}: {ended}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn what_is_measured_exists() {
        for (_, package, steps) in PARTS {
            for step in *steps {
                let inside = match step {
                    Example(name) => format!("examples/{name}"),
                    Bench(name) => format!("benches/{name}"),
                };
                let folder = root().join("crates").join(package.trim_start_matches("luoshi-"));
                let is_there =
                    folder.join(format!("{inside}.rs")).is_file() || folder.join(&inside).join("main.rs").is_file();
                assert!(is_there, "{package}: no {inside}");
            }
        }
    }
}
