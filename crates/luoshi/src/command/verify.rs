//! `luoshi verify`

use super::{Global, out, print};
use crate::open;
use luoshi_store::{ExportedHead, Finding};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Proves that nothing was altered behind the system's back; exit 1 and the names of records when something was.
pub fn run(global: &Global, head: Option<&Path>, as_json: bool) -> Result<ExitCode, String> {
    let head = match head {
        None => None,
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Some(ExportedHead::from_json(text.trim()).ok_or_else(|| {
                format!("{}: {}", file.display(), global.say("不是导出的链头", "is no exported head"))
            })?)
        }
    };
    if !open::exists(global) {
        return Err(global.say("没有数据库可核验。", "there is no database to verify."));
    }
    let store = open::store(global)?;
    let report = luoshi_store::verify(&store, head.as_ref(), &mut |_, _| {})
        .map_err(|error| global.say(&error.chinese(), &error.to_string()))?;
    if as_json {
        let finding = |finding: &Finding| json!({"subject": finding.subject, "what": finding.what});
        print(&json!({
            "clean": report.is_clean(),
            "lines": report.head.size,
            "versions": report.versions,
            "records": report.records,
            "sealed": report.sealed,
            "closed": report.closed,
            "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
            "more": report.more,
            "following": report.following,
            "followers": report.followers,
        }));
    } else {
        for finding in &report.findings {
            out(format!("{}: {}", finding.subject, global.say(&finding.chinese, &finding.what)));
        }
        let (versions, records) = (report.versions, report.records);
        for record in &report.following {
            out(format!("{record}: {}", global.say("仍在随迁，由后台作业办理", "still follows a change, by a job")));
        }
        if report.followers > 0 {
            out(global.say(
                &format!("有 {} 条记录仍在随迁，不是异常。", report.followers),
                &format!("{} records still follow a change; that is no finding.", report.followers),
            ));
        }
        if report.closed > 0 {
            out(global.say(
                &format!("有 {} 个加密值没有打开核对：没有给出密钥（--keys）；其印记已经核对。", report.closed),
                &format!(
                    "{} sealed values were not opened: no keys were given (`--keys`); their marks are proven.",
                    report.closed
                ),
            ));
        }
        out(match report.is_clean() {
            true => global.say(
                &format!("核验无误：{versions} 个版本，{records} 条记录。"),
                &format!("nothing was altered: {versions} versions, {records} records."),
            ),
            false => global.say(
                &format!("发现 {} 处异常。", report.findings.len() as u64 + report.more),
                &format!("{} findings.", report.findings.len() as u64 + report.more),
            ),
        });
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
