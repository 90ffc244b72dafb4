//! The `luoshi` program: command line, configuration, wiring. It decides nothing.
//!
//! Without a verb it opens the demo bureau in `./data`, making it first if there is none, and serves it.

mod command;
mod demo;
mod files;
mod heads;
mod open;
mod source;

use clap::Parser;
use command::{Global, Verb};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "luoshi", version, about = "落实： the executable work plan")]
struct Line {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Option<Verb>,
}

fn main() -> ExitCode {
    let line = Line::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match command::run(&line.global, line.verb) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("luoshi: {message}");
            ExitCode::from(2)
        }
    }
}
