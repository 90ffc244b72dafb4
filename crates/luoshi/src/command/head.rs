//! `luoshi head`

use super::{Global, out};
use crate::open;
use luoshi_store::{Act, ExportedHead, StoreError, Writer};
use std::process::ExitCode;

/// Seals the ledger as it stands and prints the head, to be kept elsewhere.
pub fn run(global: &Global) -> Result<ExitCode, String> {
    let bureau = open::bureau(global)?;
    if let Some((zh, en)) = &bureau.read_only {
        return Err(global.say(zh, en));
    }
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    let head = bureau
        .store
        .write(act, |writer: &mut Writer| writer.make_head())
        .map_err(|error: StoreError| global.say(&error.chinese(), &error.to_string()))?;
    out(ExportedHead::from(&head).to_json());
    Ok(ExitCode::SUCCESS)
}
