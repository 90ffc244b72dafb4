//! `luoshi number`

use super::{Global, out, print};
use crate::open;
use luoshi_desk::Actor;
use luoshi_desk::figure::Statement;
use luoshi_desk::view::When;
use serde_json::json;
use std::process::ExitCode;

/// Computes a number, with a breakdown if one is asked for.
pub fn run(global: &Global, id: &str, when: When, by: Option<&str>, as_json: bool) -> Result<ExitCode, String> {
    let desk = open::desk(global, false, None)?;
    let figure = desk
        .figure(&Actor::system(global.lang()), id, when, by)
        .map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if as_json {
        print(&figure.json());
        return Ok(ExitCode::SUCCESS);
    }
    let shown = figure.value.clone().unwrap_or_else(|| global.say("待填报", "missing"));
    out(format!("{} {shown} {}", figure.title, figure.unit));
    out(figure.rule);
    for part in &figure.by {
        out(format!("  {:<20} {}", part.title, part.value.clone().unwrap_or_else(|| global.say("待填报", "missing"))));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the statements that a number rests on.
pub fn explain(global: &Global, id: &str, when: When, as_json: bool) -> Result<ExitCode, String> {
    let desk = open::desk(global, false, None)?;
    let statements = desk.explain(id, when).map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if as_json {
        let value = |statement: &Statement| json!({"what": statement.what, "sql": statement.sql, "registers": statement.registers, "plan": statement.plan});
        print(&statements.iter().map(value).collect());
        return Ok(ExitCode::SUCCESS);
    }
    for statement in &statements {
        out(format!("-- {} ({})\n{}", statement.what, statement.registers.join(", "), statement.sql));
        statement.plan.iter().for_each(|line| out(format!("--   {line}")));
    }
    Ok(ExitCode::SUCCESS)
}
