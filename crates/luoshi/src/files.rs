//! Where the bytes of files lie, and what opens it.

use crate::command::Global;
use luoshi_store::{Access, Bucket, Files};
use std::collections::BTreeMap;
use std::path::Path;

const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
const REGION: &str = "AWS_REGION";
/// What servers take that have no regions.
const REGION_USUAL: &str = "us-east-1";

/// The place that was named, or the folder in the data folder.
pub fn files(global: &Global) -> Result<Files, String> {
    match global.files.as_deref() {
        None => Ok(Files::Folder(global.data.join("files"))),
        Some(address) if address.starts_with("s3://") => bucket(global, address).map(Files::Bucket),
        Some(folder) => Ok(Files::Folder(folder.into())),
    }
}

fn bucket(global: &Global, address: &str) -> Result<Bucket, String> {
    let endpoint = global.files_endpoint.clone().or_else(|| set(ENDPOINT)).ok_or_else(|| {
        global.say(
            &format!("{address} 的存储在哪里？请用 --files-endpoint https://主机名 或环境变量 {ENDPOINT} 指明。"),
            &format!(
                "where does the store of {address} answer? Name it with `--files-endpoint https://HOST` or {ENDPOINT}"
            ),
        )
    })?;
    let region = global.files_region.clone().or_else(|| set(REGION)).unwrap_or_else(|| REGION_USUAL.into());
    Bucket::new(address, &endpoint, &region, access(global)?)
        .map_err(|error| global.say(&error.chinese(), &error.to_string()))
}

fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn access(global: &Global) -> Result<Access, String> {
    let given = match &global.files_keys {
        Some(file) => read(global, file)?,
        None => [KEY, SECRET, TOKEN].into_iter().filter_map(|name| Some((name.to_string(), set(name)?))).collect(),
    };
    match (given.get(KEY), given.get(SECRET)) {
        (Some(key), Some(secret)) => Ok(Access::new(key, secret, given.get(TOKEN).cloned())),
        _ => Err(global.say(
            &format!("没有存储桶的密钥：请设置环境变量 {KEY} 和 {SECRET}，或用 --files-keys 指明写有它们的文件。"),
            &format!(
                "no keys of the bucket: set {KEY} and {SECRET}, or name a file that holds them with `--files-keys`"
            ),
        )),
    }
}

/// Lines `NAME=VALUE`, as services are given their environment.
fn read(global: &Global, file: &Path) -> Result<BTreeMap<String, String>, String> {
    if crate::open::is_within(file, &global.data)? {
        return Err(global.say(
            "存储桶的密钥不能放在数据文件夹里：谁拿到数据就拿到了密钥。请另选一处。",
            "keys of the bucket cannot lie in the data folder: whoever takes the data would take them too; choose another place",
        ));
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines = text.lines().filter_map(|line| line.split_once('='));
    Ok(lines.map(|(name, value)| (name.trim().to_string(), value.trim().to_string())).collect())
}
