//! `luoshi jobs`

use super::{Global, out};
use crate::open;
use std::process::ExitCode;

/// Lists jobs that wait or were given up; with `run`, runs what is due first.
pub fn run(global: &Global, run: bool, json: bool) -> Result<ExitCode, String> {
    let bureau = open::bureau(global)?;
    let lang = global.lang();
    let desk = luoshi_desk::Desk::new(bureau.clone(), false);
    let mut ran = luoshi_desk::job::Ran::default();
    if run {
        if let Some((zh, en)) = &bureau.read_only {
            return Err(global.say(zh, en));
        }
        ran = luoshi_desk::job::run(&bureau, usize::MAX).map_err(|refusal| refusal.sentence(lang).to_string())?;
    }
    let view = desk.operations(&luoshi_desk::Actor::system(lang)).map_err(|no| no.sentence(lang).to_string())?;
    let states = [("failed", &view.failed), ("running", &view.running), ("waiting", &view.waiting)];
    if json {
        let line = |job: &luoshi_desk::view::JobLine, state: &str| serde_json::json!({ "id": job.id, "state": state, "what": job.what, "tries": job.attempts, "at": job.at, "message": job.message });
        let jobs: Vec<_> = states.iter().flat_map(|(state, jobs)| jobs.iter().map(|job| line(job, state))).collect();
        super::print(&serde_json::json!({ "done": ran.done, "failed": ran.failed, "jobs": jobs }));
        return Ok(ExitCode::SUCCESS);
    }
    if run {
        out(global.say(
            &format!("办成 {} 件，未办成 {} 件", ran.done, ran.failed),
            &format!("{} done, {} failed", ran.done, ran.failed),
        ));
    }
    for (state, jobs) in states {
        let word = match state {
            "failed" => global.say("放弃", "given up"),
            "running" => global.say("运行中", "running"),
            _ => global.say("等待", "waiting"),
        };
        for job in jobs {
            out(format!("{word}\t{}\t{}\t{}\t{}", job.id, job.at, job.what, job.message));
        }
    }
    Ok(ExitCode::SUCCESS)
}
