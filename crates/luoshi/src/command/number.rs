//! `luoshi number`

use super::{Global, out, print};
use crate::open;
use luoshi_desk::Actor;
use luoshi_desk::figure::{Figure, Part, Statement};
use luoshi_desk::view::When;
use serde_json::json;
use std::process::ExitCode;

/// Computes a number, with a breakdown if one is asked for.
pub fn run(global: &Global, id: &str, when: When, by: Option<&str>, as_json: bool) -> Result<ExitCode, String> {
    let desk = open::desk(global, false)?;
    let figure = desk
        .figure(&Actor::system(global.lang()), id, when, by)
        .map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if as_json {
        print(&value(&figure));
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
    let desk = open::desk(global, false)?;
    let statements = desk.explain(id, when).map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if as_json {
        let value = |statement: &Statement| json!({"what": statement.what, "sql": statement.sql, "registers": statement.registers});
        print(&statements.iter().map(value).collect());
        return Ok(ExitCode::SUCCESS);
    }
    for statement in &statements {
        out(format!("-- {} ({})\n{}", statement.what, statement.registers.join(", "), statement.sql));
    }
    Ok(ExitCode::SUCCESS)
}

fn value(figure: &Figure) -> serde_json::Value {
    let part = |part: &Part| json!({"key": part.key, "title": part.title, "value": part.value, "numerator": part.numerator, "denominator": part.denominator});
    let record =
        |(id, serial, title): &(i64, Option<String>, String)| json!({"id": id, "serial": serial, "title": title});
    json!({
        "id": figure.id,
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "missing": figure.missing,
        "as_of": figure.as_of.map(|day| day.to_string()),
        "on": figure.on.to_string(),
        "by": figure.by.iter().map(part).collect::<Vec<_>>(),
        "rule": figure.rule,
        "evidence": {
            "register": figure.evidence.register,
            "sentence": figure.evidence.sentence,
            "count": figure.evidence.count,
            "records": figure.evidence.records.iter().map(record).collect::<Vec<_>>(),
        },
    })
}
