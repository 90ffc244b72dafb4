//! `luoshi demo`

use super::Global;
use crate::demo::{Shown, make, recipe};
use crate::open;
use crate::source::Sources;
use luoshi_desk::clock::Clock;
use luoshi_desk::{Bureau, Desk};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// The file in the data folder that holds the demo's random passwords.
pub const PASSWORDS: &str = "demo-accounts.txt";

/// Makes the demo bureau; refused where there is a database already.
pub fn run(global: &Global) -> Result<ExitCode, String> {
    if global.database.is_none() && open::exists(global) {
        let place = global.data.display().to_string();
        return Err(global.say(
            &format!("{place} 里已有数据库。演示库另建：luoshi --data 别的文件夹 demo"),
            &format!("there is a database in {place} already; make the demo elsewhere: luoshi --data DIR demo"),
        ));
    }
    let started = std::time::Instant::now();
    let sources = Sources::read(global.home().as_deref())?;
    let (packs, plans) = open::checked(global)?;
    let recipe = recipe(sources.recipe().ok_or("no plan brings a demo.toml")?)?;
    let store = open::store(global)?;
    store.apply(&luoshi_kernel::table::tables(&packs), &[]).map_err(|error| error.to_string())?;
    let clock = Clock::Hand(AtomicI64::new(0));
    let bureau = Bureau::new(recipe.bureau.clone(), packs, plans, store, clock, luoshi_rules::exits())
        .map_err(|missing| missing.join(", "))?;
    let shown = make(&Desk::new(Arc::new(bureau), false), &recipe, false)?;
    keep(global, &shown)?;
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{}",
        global.say(
            &format!("演示库已建好，用时 {seconds:.1} 秒。"),
            &format!("the demo bureau is made, in {seconds:.1} s.")
        )
    );
    Ok(ExitCode::SUCCESS)
}

/// Keeps the random passwords beside the demo's data, so that later starts can print them.
fn keep(global: &Global, shown: &[Shown]) -> Result<(), String> {
    let lines: Vec<String> =
        shown.iter().map(|shown| format!("{}\t{}\t{}\n", shown.name, shown.password, shown.title)).collect();
    std::fs::create_dir_all(&global.data).map_err(|error| error.to_string())?;
    std::fs::write(global.data.join(PASSWORDS), lines.concat()).map_err(|error| error.to_string())
}
