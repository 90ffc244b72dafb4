//! Pupils to come and places needed, as text.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{parse, write};
use crate::forecast::{Births, Entry, Homes, Rates, Rows, Stage, backtest, forecast, needs_note, shown};
use crate::need::{Colour, Project, balance};
use crate::reading::Table;
use crate::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForecastText {
    years: usize,
    /// "2015" for September 2014 to August 2015, or "2014-09" for one month.
    births: BTreeMap<String, f64>,
    stage: Vec<StageText>,
    scenario: Vec<ScenarioText>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageText {
    name: String,
    /// Age at entry by 31 August; or `after`.
    age: Option<i32>,
    /// The stage before.
    after: Option<String>,
    base: i32,
    history: Table,
    #[serde(default)]
    homes: Vec<HomesText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomesText {
    year: i32,
    households: f64,
    persons: f64,
    per_thousand: f64,
    #[serde(default = "at_once")]
    moving_in: Vec<f64>,
}

fn at_once() -> Vec<f64> {
    vec![1.0]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioText {
    name: String,
    rates: Vec<RatesText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesText {
    survival: Option<f64>,
    retention: Option<f64>,
    migrant: Option<f64>,
    transfer: Option<f64>,
}

/// Longest forecast; beyond it even the children are not yet thought of.
const YEARS_MAX: usize = 40;

pub(super) fn answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: ForecastText = parse(input)?;
    if text.years == 0 || text.years > YEARS_MAX || text.scenario.is_empty() || text.stage.is_empty() {
        return Err(Refusal::whole(
            "PL-04",
            format!("years 应为 1 到 {YEARS_MAX}，且至少有一个学段和一个情景。"),
            format!("years must be from 1 to {YEARS_MAX}, and there must be a stage and a scenario."),
        ));
    }
    let births = read_births(&text.births)?;
    let stages = read_stages(&text.stage)?;
    let scenarios = text.scenario.iter().map(|scenario| read_rates(scenario, &stages, text.note.as_deref()));
    let scenarios: Vec<Vec<Rates>> = scenarios.collect::<Result<_, _>>()?;
    let middle = (scenarios.len() - 1) / 2;
    let tested = backtest(&stages, &births, &scenarios[middle], text.years)?;
    let mut answers = Vec::new();
    for (scenario, rates) in text.scenario.iter().zip(&scenarios) {
        let rows = forecast(&stages, &births, rates, text.years)?;
        let stages = stages.iter().zip(&rows).enumerate();
        let stages: Vec<Value> =
            stages.map(|(index, (stage, rows))| show_stage(stage, rows, &tested.band[index])).collect();
        answers.push(json!({ "name": scenario.name, "stage": stages }));
    }
    let comparisons: Vec<Value> = tested
        .tested
        .iter()
        .map(|tested| {
            json!({
                "stage": stages[tested.stage].name, "origin": tested.origin, "year": tested.year,
                "forecast": shown(tested.forecast), "actual": shown(tested.actual), "error": (tested.error * 1e6).round() / 1e6
            })
        })
        .collect();
    let recalibrate = stages.iter().zip(&tested.recalibrate).filter(|(_, recalibrate)| **recalibrate);
    let recalibrate: Vec<&str> = recalibrate.map(|(stage, _)| stage.name.as_str()).collect();
    write(&json!({ "scenario": answers, "backtest": comparisons, "recalibrate": recalibrate }))
}

fn show_stage(stage: &Stage, rows: &Rows, band: &[Option<f64>]) -> Value {
    let year = |(step, (row, band)): (usize, (&Vec<f64>, &Option<f64>))| {
        let total: f64 = row.iter().sum();
        json!({
            "year": stage.base + step as i32 + 1,
            "grade": row.iter().map(|&pupils| shown(pupils)).collect::<Vec<_>>(),
            "total": shown(total),
            "low": band.map(|band| shown(total * (1.0 - band).max(0.0))),
            "high": band.map(|band| shown(total * (1.0 + band))),
        })
    };
    json!({ "name": stage.name, "year": rows.iter().zip(band).enumerate().map(year).collect::<Vec<_>>() })
}

fn read_births(text: &BTreeMap<String, f64>) -> Result<Births, Refusal> {
    let mut births = Births::new();
    for (row, (key, &number)) in text.iter().enumerate() {
        let wrong = || {
            Refusal::at(
                "PL-04",
                row,
                format!("births 的“{key}”应写成“2015”或“2014-09”，人数为 0 到 10 亿。"),
                format!("births: \"{key}\" must read like \"2015\" or \"2014-09\", with a number from 0 to 1e9."),
            )
        };
        let (year, month) = match key.split_once('-') {
            Some((year, month)) => {
                (year, month.parse::<i32>().ok().filter(|month| (1..=12).contains(month)).ok_or_else(wrong)?)
            }
            None => (key.as_str(), 1),
        };
        let year = year.parse::<i32>().ok().filter(|year| (1900..=2200).contains(year)).ok_or_else(wrong)?;
        if !(0.0..=1e9).contains(&number) {
            return Err(wrong());
        }
        // Who is born from September on starts school with those of the next year.
        *births.entry(year + i32::from(month >= 9)).or_insert(0.0) += number;
    }
    Ok(births)
}

fn read_stages(text: &[StageText]) -> Result<Vec<Stage>, Refusal> {
    let stage = |(row, stage): (usize, &StageText)| {
        let earlier = |name: &String| text[..row].iter().position(|stage| stage.name == *name);
        let entry = match (stage.age, &stage.after) {
            (Some(age), None) if (1..=20).contains(&age) => Some(Entry::Births { age }),
            (None, Some(name)) => earlier(name).map(Entry::Stage),
            _ => None,
        };
        let entry = entry.ok_or_else(|| {
            Refusal::at(
                "PL-30",
                row,
                format!("学段“{}”应写明 age（1 到 20）或 after（列在它之前的学段）之一。", stage.name),
                format!("Stage \"{}\" needs either age (1 to 20) or after (a stage listed before it).", stage.name),
            )
        })?;
        let grades = stage.history.width();
        stage.history.check("history", grades)?;
        if !(1900..=2200).contains(&stage.base) || grades == 0 {
            return Err(Refusal::at(
                "PL-30",
                row,
                format!("学段“{}”的基年应在 1900 到 2200 之间，且历年在校数不能为空。", stage.name),
                format!(
                    "Stage \"{}\": the base year must be from 1900 to 2200 and the history must not be empty.",
                    stage.name
                ),
            ));
        }
        Ok(Stage {
            name: stage.name.clone(),
            entry,
            history: stage.history.values.chunks_exact(grades).map(<[f64]>::to_vec).collect(),
            base: stage.base,
            homes: stage.homes.iter().map(read_homes).collect(),
        })
    };
    text.iter().enumerate().map(stage).collect()
}

fn read_homes(text: &HomesText) -> Homes {
    Homes {
        year: text.year.clamp(0, 10_000),
        households: text.households,
        persons: text.persons,
        per_thousand: text.per_thousand,
        moving_in: text.moving_in.clone(),
    }
}

/// Rates of a scenario; what a stage does not use may be left out.
fn read_rates(scenario: &ScenarioText, stages: &[Stage], note: Option<&str>) -> Result<Vec<Rates>, Refusal> {
    crate::reading::same("rates", scenario.rates.len(), stages.len())?;
    let rates = |(row, (text, stage)): (usize, (&RatesText, &Stage))| {
        let born = matches!(stage.entry, Entry::Births { .. });
        let needed = if born { [text.survival, text.retention, text.migrant] } else { [text.transfer; 3] };
        if needed.iter().any(Option::is_none) {
            return Err(Refusal::at(
                "PL-30",
                row,
                format!(
                    "情景“{}”的学段“{}”缺参数：由出生数入学的要 survival、retention、migrant，承接的要 transfer。",
                    scenario.name, stage.name
                ),
                format!(
                    "Scenario \"{}\", stage \"{}\": a stage entered from births needs survival, retention and migrant, one that follows needs transfer.",
                    scenario.name, stage.name
                ),
            ));
        }
        let rates = Rates {
            survival: text.survival.unwrap_or(1.0),
            retention: text.retention.unwrap_or(1.0),
            migrant: text.migrant.unwrap_or(0.0),
            transfer: text.transfer.unwrap_or(1.0),
        };
        match needs_note(&rates).filter(|_| born && note.is_none_or(|note| note.trim().is_empty())) {
            None => Ok(rates),
            Some(name) => Err(Refusal::at(
                "XW-03",
                row,
                format!("情景“{}”的 {name} 超出通常范围，请在 note 里说明理由。", scenario.name),
                format!("Scenario \"{}\": {name} is outside its usual range; give the reason in note.", scenario.name),
            )),
        }
    };
    scenario.rates.iter().zip(stages).enumerate().map(rates).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedText {
    /// Pairs of year and pupils.
    pupils: Table,
    #[serde(default)]
    private: f64,
    class_size: u64,
    classes: u64,
    #[serde(default)]
    project: Vec<ProjectText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectText {
    classes: u64,
    delivered: String,
    count_from: Option<i32>,
}

pub(super) fn need(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: NeedText = parse(input)?;
    text.pupils.check("pupils", 2)?;
    let projects = text.project.iter().enumerate().map(|(row, project)| read_project(row, project));
    let projects: Vec<Project> = projects.collect::<Result<_, _>>()?;
    let mut septembers = Vec::new();
    for (row, pair) in text.pupils.values.chunks_exact(2).enumerate() {
        if !(1900.0..=2200.0).contains(&pair[0]) || pair[0].fract() != 0.0 {
            return Err(Refusal::at(
                "PL-04",
                row,
                format!("pupils 第 {row} 行的年份应在 1900 到 2200 之间。"),
                format!("pupils, row {row}: the year must be from 1900 to 2200."),
            ));
        }
        let year = pair[0] as i32;
        let balance = balance(year, pair[1], text.private, text.class_size, text.classes, &projects)?;
        septembers.push(json!({
            "year": year, "public": balance.public, "classes_needed": balance.classes_needed, "classes": balance.classes,
            "gap_classes": balance.gap_classes, "gap_seats": balance.gap_seats, "counted": balance.counted,
            "colour": match balance.colour {
                Colour::Red => "红",
                Colour::Orange => "橙",
                Colour::Yellow => "黄",
                Colour::Green => "绿",
            },
        }));
    }
    write(&json!({ "september": septembers }))
}

fn read_project(row: usize, text: &ProjectText) -> Result<Project, Refusal> {
    let parts: Vec<Option<u32>> = text.delivered.split('-').map(|part| part.parse().ok()).collect();
    let &[Some(year), Some(month), Some(day)] = parts.as_slice() else {
        return Err(Refusal::at(
            "PL-04",
            row,
            format!("project 第 {row} 行的交付日期应写成“2023-08-20”。"),
            format!("project, row {row}: write the day of delivery like \"2023-08-20\"."),
        ));
    };
    Ok(Project { classes: text.classes, delivered: (year.min(9_999) as i32, month, day), count_from: text.count_from })
}
