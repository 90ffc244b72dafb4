//! `luoshi engine`

use clap::Subcommand;
use std::process::ExitCode;

/// The engines.
#[derive(Debug, Subcommand)]
pub enum Verb {}

/// Runs one.
pub fn run(verb: &Verb) -> Result<ExitCode, String> {
    match *verb {}
}
