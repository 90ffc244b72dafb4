//! `cargo xtask test`: every test of the workspace, built once, run package by package, with one summary.
//!
//! Everything is built by one `cargo test --workspace --no-run`. Testing with `-p` would unite features anew for each
//! package and build half of the dependencies several times. The test programs are then run one after the other, each with
//! as many threads as there are cores; what they print is kept in `target/xtask/` and shown when one fails.
//! `cargo nextest` is not used: it starts a process for each test, and the tests on a database server or a demo bureau,
//! which share one within their process, would each make their own.

use crate::{cargo, need, packages, root};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A test program that runs longer hangs.
const LIMIT: Duration = Duration::from_secs(900);

/// Parts of names of tests that need more than Rust.
const DEMANDING: [&str; 2] = ["browser::", "postgres::"];

/// A program that holds tests.
struct Program {
    /// The folder of its package, as `crates/desk`.
    package: String,
    /// What is tested: `desk`, `it`.
    name: String,
    executable: PathBuf,
}

/// What a run of tests gave.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    left_out: u64,
}

/// Runs every test; `quick`: without those that need a browser or a database server.
pub fn run(quick: bool) -> Result<(), String> {
    let started = Instant::now();
    if !quick {
        need::provide()?;
    }
    let programs = build()?;
    let built = started.elapsed();
    println!("Built {} test programs in {}", programs.len(), seconds(built));
    let mut total = Tally::default();
    for package in packages()? {
        println!("\n== {package}");
        for program in programs.iter().filter(|program| program.package == package) {
            add(&mut total, &one(program, quick)?);
        }
    }
    println!("\n== documentation");
    add(&mut total, &documentation()?);
    println!("\n{}", summary(&total, started.elapsed(), built));
    Ok(())
}

fn summary(total: &Tally, took: Duration, built: Duration) -> String {
    let left_out = match total.left_out {
        0 => String::new(),
        number => format!(", {number} left out by --quick"),
    };
    let ignored = match total.ignored {
        0 => String::new(),
        number => format!(", {number} ignored"),
    };
    let (took, built) = (seconds(took), seconds(built));
    format!("All {} tests passed{left_out}{ignored}, in {took} ({built} of it building).", total.passed)
}

/// Builds all test programs and answers them in cargo's order.
fn build() -> Result<Vec<Program>, String> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"]);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cargo: {error}"))?;
    let lines = child.stdout.take().map(|out| BufReader::new(out).lines()).into_iter().flatten();
    let programs = lines.map_while(Result::ok).filter_map(|line| program(&line)).collect();
    match child.wait() {
        Ok(status) if status.success() => Ok(programs),
        _ => Err("the tests could not be built".into()),
    }
}

/// The test program that a line of cargo's JSON tells of.
fn program(line: &str) -> Option<Program> {
    let said: Value = serde_json::from_str(line).ok()?;
    let is_test = said["profile"]["test"].as_bool()?;
    let folder = Path::new(said["manifest_path"].as_str()?).parent()?;
    let inside = folder.strip_prefix(root()).ok()?;
    let program = Program {
        package: inside.to_string_lossy().replace('\\', "/"),
        name: said["target"]["name"].as_str()?.to_string(),
        executable: said["executable"].as_str()?.into(),
    };
    is_test.then_some(program)
}

/// Runs one program.
fn one(program: &Program, quick: bool) -> Result<Tally, String> {
    let mut command = Command::new(&program.executable);
    command.current_dir(root().join(&program.package)).env("CARGO_MANIFEST_DIR", root().join(&program.package));
    if quick {
        DEMANDING.iter().for_each(|part| {
            command.args(["--skip", part]);
        });
    }
    watched(command, &program.package, &program.name)
}

/// Documentation that holds code.
fn documentation() -> Result<Tally, String> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--doc", "--quiet"]);
    watched(command, "documentation", "examples")
}

/// Runs a command that tests; shows what it said when a test failed.
fn watched(mut command: Command, package: &str, name: &str) -> Result<Tally, String> {
    let log = root().join("target/xtask").join(format!("{}-{name}.log", package.replace('/', "-")));
    let file = create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let also = file.try_clone().map_err(|error| error.to_string())?;
    print!("   {name:<24} ");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(file).stderr(also).spawn().map_err(|error| error.to_string())?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break Some(status);
        }
        if started.elapsed() > LIMIT {
            // It may have ended in this very moment; either way it is over.
            child.kill().and_then(|()| child.wait()).ok();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = std::fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let tally = tally(&said);
    println!("{:>5} passed {:>9}", tally.passed, seconds(started.elapsed()));
    match status {
        Some(status) if status.success() => Ok(tally),
        Some(status) => Err(broken(&said, package, name, &status.to_string())),
        None => Err(broken(&said, package, name, &format!("stopped after {}", seconds(LIMIT)))),
    }
}

fn create(file: &Path) -> std::io::Result<File> {
    file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    File::create(file)
}

/// Everything a failed program said, then the names of the tests that failed.
fn broken(said: &str, package: &str, name: &str, how: &str) -> String {
    println!("\n{said}");
    let names = failed(said);
    if names.is_empty() {
        return format!("{package}, {name}: {how}");
    }
    format!("{package}, {name}: {} failed\n    {}", names.len(), names.join("\n    "))
}

/// The names of the failed tests in what a test program said.
fn failed(said: &str) -> Vec<&str> {
    let names = said.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    names.collect()
}

/// The sum of all `test result:` lines.
fn tally(said: &str) -> Tally {
    let mut sum = Tally::default();
    for line in said.lines().filter(|line| line.starts_with("test result:")) {
        let number = |word: &str| {
            let part = line.split([';', '.']).find(|part| part.trim_end().ends_with(word))?;
            part.split_whitespace().rev().nth(word.split(' ').count())?.parse::<u64>().ok()
        };
        add(
            &mut sum,
            &Tally {
                passed: number("passed").unwrap_or(0),
                failed: number("failed").unwrap_or(0),
                ignored: number("ignored").unwrap_or(0),
                left_out: number("filtered out").unwrap_or(0),
            },
        );
    }
    sum
}

fn add(sum: &mut Tally, more: &Tally) {
    sum.passed += more.passed;
    sum.failed += more.failed;
    sum.ignored += more.ignored;
    sum.left_out += more.left_out;
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..100 => format!("{:.1} s", time.as_secs_f64()),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
running 3 tests
test page::a_list_shows_its_total ... ok
test page::a_title_is_text ... FAILED
test api::a_number_is_exact ... ok

failures:
    page::a_title_is_text

test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 12 filtered out; finished in 0.01s
test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    #[test]
    fn results_are_summed() {
        assert_eq!(tally(SAID), Tally { passed: 6, failed: 1, ignored: 1, left_out: 12 });
    }

    #[test]
    fn failed_tests_are_named() {
        assert_eq!(failed(SAID), ["page::a_title_is_text"]);
    }

    #[test]
    fn only_test_programs_are_taken_from_what_cargo_says() {
        let line = |test: bool| {
            serde_json::json!({
                "reason": "compiler-artifact",
                "manifest_path": root().join("crates/desk/Cargo.toml"),
                "target": { "name": "desk" },
                "profile": { "test": test },
                "executable": "target/debug/deps/desk-1",
            })
            .to_string()
        };
        assert_eq!(program(&line(true)).map(|program| program.package), Some("crates/desk".to_string()));
        assert!(program(&line(false)).is_none());
        assert!(program("{\"reason\":\"build-finished\",\"success\":true}").is_none());
    }
}
