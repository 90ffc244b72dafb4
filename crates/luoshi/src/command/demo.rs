//! `luoshi demo`

use super::Global;
use crate::demo::{Shown, make, recipe};
use crate::open;
use crate::source::Sources;
use luoshi_desk::clock::Clock;
use luoshi_desk::{Bureau, Desk};
use luoshi_store::{Keys, Options, Store, StoreError};
use std::path::{Path, PathBuf};
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
    let making = making(global)?;
    build(&Global { data: making.clone(), keys: None, ..global.clone() })?;
    settle(&making, &global.data).map_err(|error| format!("{}: {error}", global.data.display()))?;
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

/// A folder beside the data folder in which the demo is made, so that a run that was broken off leaves nothing half made.
fn making(global: &Global) -> Result<PathBuf, String> {
    let mut name = global.data.file_name().unwrap_or_else(|| "data".as_ref()).to_os_string();
    name.push(".making");
    let making = global.data.with_file_name(name);
    if making.exists() {
        std::fs::remove_dir_all(&making).map_err(|error| format!("{}: {error}", making.display()))?;
    }
    std::fs::create_dir_all(&making).map_err(|error| format!("{}: {error}", making.display()))?;
    only_mine(&making, 0o700)?;
    Ok(making)
}

fn build(global: &Global) -> Result<(), String> {
    let sources = Sources::read(global.home().as_deref())?;
    let (packs, plans) = open::checked(global)?;
    let recipe =
        recipe(sources.recipe().ok_or_else(|| global.say("没有计划带有 demo.toml。", "no plan brings a demo.toml"))?)?;
    let say = |error: StoreError| global.say(&error.chinese(), &error.to_string());
    let keys = Keys::of_demo(global.data.join(open::KEYS));
    keys.make().map_err(say)?;
    let store = Store::open(Options { keys: Some(keys), ..open::options(global)? }).map_err(say)?;
    store
        .apply(&luoshi_kernel::table::tables(&packs), &[])
        .map_err(|error| global.say(&error.chinese(), &error.to_string()))?;
    let clock = Clock::Hand(AtomicI64::new(0));
    let bureau = Bureau::new(recipe.bureau.clone(), packs, plans, store, clock, luoshi_rules::exits())
        .map_err(|missing| missing.join(", "))?;
    let shown = make(&Desk::new(Arc::new(bureau), false), &recipe, false)?;
    keep(global, &shown)
}

/// What was made becomes the data folder; its database has been closed.
fn settle(making: &Path, data: &Path) -> std::io::Result<()> {
    if !data.exists() {
        return std::fs::rename(making, data);
    }
    for entry in std::fs::read_dir(making)? {
        let entry = entry?;
        std::fs::rename(entry.path(), data.join(entry.file_name()))?;
    }
    std::fs::remove_dir(making)
}

/// Nobody else on the machine reads it.
fn only_mine(path: &Path, mode: u32) -> Result<(), String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mine = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mine).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

/// Keeps the random passwords beside the demo's data, so that later starts can print them.
fn keep(global: &Global, shown: &[Shown]) -> Result<(), String> {
    let lines: Vec<String> =
        shown.iter().map(|shown| format!("{}\t{}\t{}\n", shown.name, shown.password, shown.title)).collect();
    let file = global.data.join(PASSWORDS);
    std::fs::write(&file, "").map_err(|error| error.to_string())?;
    only_mine(&file, 0o600)?;
    std::fs::write(&file, lines.concat()).map_err(|error| error.to_string())
}
