//! Choice of sites, as text.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{parse, write};
use crate::median::{Problem, median, usual_work};
use crate::reading::{Column, Table, not_whole, whole};
use crate::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MedianText {
    p: u64,
    weight: Column,
    dist: Table,
    capacity: Option<Column>,
    work: Option<u64>,
    open: Option<Vec<u32>>,
    assign: Option<Vec<u32>>,
}

/// A median problem as read.
#[derive(Debug)]
pub struct Question {
    /// The problem, distances in units of `1 / unit` metre.
    pub problem: Problem,
    /// Parts of a metre: 1, 10, 100 or 1000.
    pub unit: u64,
    /// Relaxations allowed.
    pub work: u64,
}

/// Reads a median problem.
///
/// # Errors
/// [`Refusal`] as for [`super::answer`].
pub fn read_median(input: &[u8]) -> Result<Question, Refusal> {
    question(&parse(input)?)
}

fn question(text: &MedianText) -> Result<Question, Refusal> {
    let points = text.weight.values.len();
    text.weight.check("weight", points)?;
    let sites = text.dist.width();
    text.dist.check("dist", sites)?;
    crate::reading::same("dist", text.dist.rows(), points)?;
    let (distance, unit) = distances(&text.dist.values, sites)?;
    let capacity = text.capacity.as_ref().map(|capacity| {
        capacity.check("capacity", sites)?;
        capacity.whole("capacity", 1 << 53)
    });
    let weight = text.weight.whole("weight", u64::from(u32::MAX))?;
    let problem = Problem::new(text.p as usize, weight, &distance, capacity.transpose()?)?;
    Ok(Question { work: text.work.unwrap_or_else(|| usual_work(&problem)), problem, unit })
}

/// Distances in the coarsest of m, dm, cm and mm that holds them all exactly; finer ones are rounded to mm.
fn distances(values: &[f64], sites: usize) -> Result<(Vec<u64>, u64), Refusal> {
    // A NaN must be refused too, so the test asks what is right.
    let right = |value: &f64| (0.0..=1e9).contains(value);
    if let Some(at) = values.iter().position(|value| !right(value)) {
        return Err(not_whole("dist", at / sites.max(1), 1_000_000_000));
    }
    let exact = |unit: u64| {
        let scaled = |value: &f64| {
            let scaled = value * unit as f64;
            (scaled - scaled.round()).abs() <= scaled.abs() * 1e-12
        };
        values.iter().all(scaled)
    };
    let unit = [1, 10, 100].into_iter().find(|&unit| exact(unit)).unwrap_or(1_000);
    Ok((values.iter().map(|value| (value * unit as f64).round() as u64).collect(), unit))
}

/// A cost in metres: whole where distances are, else a decimal.
fn metres(cost: i64, unit: u64) -> serde_json::Value {
    match unit {
        1 => json!(cost),
        _ => json!(cost as f64 / unit as f64),
    }
}

pub(super) fn answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Answer {
        open: Vec<u32>,
        assign: Vec<u32>,
        cost: serde_json::Value,
        bound: serde_json::Value,
    }
    let Question { problem, unit, work } = read_median(input)?;
    let located = median(&problem, work)?;
    write(&Answer {
        cost: metres(located.cost, unit),
        bound: metres(located.bound, unit),
        open: located.open,
        assign: located.assign,
    })
}

pub(super) fn check(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: MedianText = parse(input)?;
    let Question { problem, unit, .. } = question(&text)?;
    let (Some(open), Some(assign)) = (&text.open, &text.assign) else {
        return Err(Refusal::whole("PL-02", "缺少 open 或 assign。", "open or assign is missing."));
    };
    write(&match problem.cost_of(open, assign) {
        Some(cost) => json!({ "holds": true, "cost": metres(cost, unit) }),
        None => json!({ "holds": false }),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverText {
    radius: f64,
    dist: Table,
    work: Option<u64>,
}

pub(super) fn cover(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: CoverText = parse(input)?;
    let points = text.dist.rows();
    let sites = text.dist.width();
    text.dist.check("dist", sites)?;
    distances(&text.dist.values, sites)?;
    if whole(text.radius.floor(), 1_000_000_000).is_none() {
        return Err(not_whole("radius", 0, 1_000_000_000));
    }
    let inside: Vec<bool> = text.dist.values.iter().map(|&metres| metres <= text.radius).collect();
    let cover = crate::cover::cover(&inside, points, text.work.unwrap_or(100_000))?;
    write(&json!({ "open": cover.open, "bound": cover.bound }))
}
