//! `luoshi plan`

use super::{Global, out, print};
use crate::open;
use clap::Subcommand;
use luoshi_desk::view::{Light, When};
use luoshi_desk::{Actor, MeasureFact, TargetFact};
use luoshi_pack::plan::Uncovered;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to do with a plan.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Lists measures with their targets, numbers and lights.
    Measures {
        /// The plan's name.
        plan: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows which of the plan's text no measure quotes.
    Coverage {
        /// The plan's name.
        plan: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Drafts measures and targets from the text of a plan.
    Draft {
        /// The text: UTF-8, GBK or docx.
        file: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub fn run(global: &Global, verb: &Verb) -> Result<ExitCode, String> {
    match verb {
        Verb::Measures { plan, json } => measures(global, plan, *json),
        Verb::Coverage { plan, json } => coverage(global, plan, *json),
        Verb::Draft { file, json } => draft(file, *json),
    }
}

fn measures(global: &Global, plan: &str, as_json: bool) -> Result<ExitCode, String> {
    let desk = open::desk(global, false, None)?;
    let facts = desk
        .measures(&Actor::system(global.lang()), plan, When::default())
        .map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if as_json {
        print(&facts.iter().map(measure_value).collect());
        return Ok(ExitCode::SUCCESS);
    }
    for fact in &facts {
        out(format!("{} {}", fact.id, fact.quote));
        for target in &fact.targets {
            let number = target.number.clone().unwrap_or_else(|| "—".into());
            out(format!(
                "    {} {number} / {}{} {} {}",
                target.light.word(global.lang()),
                target.target.quantity,
                target.target.unit,
                target.target.what,
                target.reason
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn measure_value(fact: &MeasureFact) -> serde_json::Value {
    json!({
        "id": fact.id,
        "quote": fact.quote,
        "start": fact.span.start,
        "end": fact.span.end,
        "targets": fact.targets.iter().map(target_value).collect::<Vec<_>>(),
    })
}

fn target_value(fact: &TargetFact) -> serde_json::Value {
    json!({
        "quantity": fact.target.quantity,
        "unit": fact.target.unit,
        "comparator": fact.target.comparator.sign(),
        "what": fact.target.what,
        "indicator": fact.target.indicator,
        "number": fact.number,
        "as_of": fact.day.to_string(),
        "light": light(fact.light),
        "reason": fact.reason,
    })
}

fn light(light: Light) -> &'static str {
    light.word(luoshi_desk::view::Lang::En)
}

fn coverage(global: &Global, name: &str, as_json: bool) -> Result<ExitCode, String> {
    let (_, plans) = open::checked(global)?;
    let plan = plans
        .iter()
        .find(|plan| plan.name == name)
        .ok_or_else(|| global.say(&format!("没有叫“{name}”的计划。"), &format!("there is no plan “{name}”.")))?;
    let coverage = plan.coverage();
    if as_json {
        let stretch =
            |stretch: &Uncovered| json!({"start": stretch.span.start, "end": stretch.span.end, "text": stretch.text});
        let uncovered: Vec<_> = coverage.uncovered.iter().map(stretch).collect();
        print(&json!({ "characters": coverage.characters, "bound": coverage.bound, "uncovered": uncovered }));
    } else {
        out(format!("{} / {}", coverage.bound, coverage.characters));
        coverage
            .uncovered
            .iter()
            .for_each(|stretch| out(format!("{}–{} {}", stretch.span.start, stretch.span.end, stretch.text)));
    }
    Ok(ExitCode::SUCCESS)
}

fn draft(file: &std::path::Path, as_json: bool) -> Result<ExitCode, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let draft = luoshi_drafting::answer(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    if as_json {
        print(&serde_json::to_value(&draft).map_err(|error| error.to_string())?);
    } else {
        out(draft.to_text().trim_end());
    }
    Ok(ExitCode::SUCCESS)
}
