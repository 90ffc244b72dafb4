//! `luoshi keys`: makes the wrapping keys of sealed fields, and puts the database under a new one.

use super::{Global, out};
use crate::open;
use clap::Subcommand;
use luoshi_desk::clock::Clock;
use luoshi_store::Act;
use std::process::ExitCode;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Makes the first key of a new bureau in the folder named with `--keys`.
    Make,
    /// Makes a new key and puts everything that is sealed under it; finishes a run that was broken off.
    Rotate,
}

/// Does it.
pub fn run(global: &Global, verb: &Verb) -> Result<ExitCode, String> {
    let say = |error: luoshi_store::StoreError| global.say(&error.chinese(), &error.to_string());
    let keys = open::keys(global)?.ok_or_else(|| {
        global.say(
            "请用 --keys 指明密钥文件夹；它不能在数据文件夹里，也不进备份。",
            "name the folder of keys with `--keys`; it lies outside the data folder and is in no backup",
        )
    })?;
    let place = keys.folder().display().to_string();
    match verb {
        Verb::Make => {
            if let Some(newest) = keys.newest().map_err(say)? {
                return Err(global.say(
                    &format!("{place} 里已有第 {newest} 号密钥。换新密钥请用 luoshi keys rotate。"),
                    &format!("{place} holds key {newest} already; `luoshi keys rotate` makes a new one"),
                ));
            }
            let number = keys.make().map_err(say)?;
            out(global.say(
                &format!("已在 {place} 生成第 {number} 号密钥。请另行妥善备份：没有它，加密的内容谁也打不开。"),
                &format!("key {number} is made in {place}. Keep a copy of it elsewhere: without it nobody opens what is sealed."),
            ));
        }
        Verb::Rotate => {
            if !open::exists(global) {
                return Err(global.say("没有数据库。", "there is no database."));
            }
            let store = open::store(global)?;
            let act = Act { at: Clock::System.now(), ..Act::default() };
            let done = store.rotate_keys(&act, &mut |_| true).map_err(say)?;
            for (register, id) in &done.failed {
                out(global.say(
                    &format!("{register} {id}：密钥打不开，未换；请运行 luoshi verify。"),
                    &format!("{register} {id}: its key does not open and was left; run `luoshi verify`"),
                ));
            }
            let (number, count) = (done.number, done.rewrapped);
            out(global.say(
                &format!("现用第 {number} 号密钥，{count} 条记录的密钥已换包；账本不变。"),
                &format!(
                    "key {number} is in use; the keys of {count} records are wrapped by it; the ledger is as it was."
                ),
            ));
            if done.unfinished {
                return Ok(ExitCode::from(1));
            }
            // What the older keys opened is not to be found in the free space of the files either.
            store.compact().map_err(say)?;
            out(global.say(
                "旧密钥文件不再需要。销毁它，就连旧备份里的加密内容也打不开了。",
                "The older key files are needed no more. Once they are destroyed, older backups do not open either.",
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
