//! `luoshi apply`

use super::{Global, out, print};
use crate::open;
use serde_json::json;
use std::process::ExitCode;

/// Shows the schema's difference, then carries it out; a second run is empty.
pub fn run(global: &Global, drop: &[String], dry: bool, as_json: bool) -> Result<ExitCode, String> {
    let (packs, _) = open::checked(global)?;
    let tables = luoshi_kernel::table::tables(&packs);
    let store = open::store(global)?;
    let say = |error: luoshi_store::StoreError| global.say(&error.chinese(), &error.to_string());
    let changes = store.difference(&tables).map_err(say)?;
    let sentences: Vec<String> =
        changes.iter().map(|change| global.say(&change.chinese(), &change.to_string())).collect();
    if !dry {
        store.apply(&tables, drop).map_err(say)?;
    }
    if as_json {
        print(&json!({ "changes": sentences, "applied": !dry }));
    } else if sentences.is_empty() {
        out(global.say("数据库与业务包一致，无需改动。", "the database is as the packs declare it; nothing to do."));
    } else {
        sentences.iter().for_each(out);
    }
    Ok(ExitCode::SUCCESS)
}
