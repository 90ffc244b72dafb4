//! The text boundary: JSON in, JSON out, the same arithmetic as the functions.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Refusal;
use crate::depreciation::{Asset, Charge, Life, Month, Standing, charges, check_lives, standing};
use crate::encumbrance::{Budget, Event, Line, Opening, Request};

/// The table of lives shipped with the engine, as data.
const LIVES: &str = include_str!("../data/lives.json");

/// Answers one question in text.
///
/// | verb | input | output |
/// |---|---|---|
/// | `run` | `{"opening": …, "events": […]}` | lines and requests as they stand; the first refused event is a refusal |
/// | `trace` | the same | the same, with the refused events, which change nothing |
/// | `depreciate` | `{"through": "2021-12", "assets": […], "lives": […] or absent}` | cost, accumulated, net value and charges of each asset |
/// | `lives` | empty | the shipped table |
///
/// # Errors
/// `YS-01` for input that is no such JSON, with the row of an event or asset where one is at fault; `YS-00` for an unknown verb;
/// every refusal of [`Budget::apply`], [`charges`] and [`check_lives`].
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    match verb {
        "run" => run(input, true),
        "trace" => run(input, false),
        "depreciate" => depreciate(input),
        "lives" => Ok(LIVES.into()),
        _ => Err(Refusal::new(
            "YS-00",
            format!("没有命令 {verb}; 可用 run, trace, depreciate, lives"),
            format!("there is no verb {verb}; use run, trace, depreciate or lives"),
        )),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunInput<'a> {
    opening: Opening,
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct RunOutput<'a> {
    year: i16,
    closed: bool,
    lines: Vec<LineRow<'a>>,
    requests: Vec<RequestRow<'a>>,
    refused: Vec<Refusal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_opening: Option<Opening>,
}

#[derive(Serialize)]
struct LineRow<'a> {
    line: &'a str,
    #[serde(flatten)]
    amounts: &'a Line,
    available: i64,
}

#[derive(Serialize)]
struct RequestRow<'a> {
    request: &'a str,
    #[serde(flatten)]
    of: &'a Request,
    held: i64,
}

fn run(input: &[u8], stop: bool) -> Result<Vec<u8>, Refusal> {
    let input: RunInput<'_> = read(input)?;
    let mut budget = Budget::open(&input.opening)?;
    let mut refused = Vec::new();
    for (index, event) in input.events.iter().enumerate() {
        let event: Event = read_row(event, index)?;
        match budget.apply(&event).map_err(|refusal| refusal.at_row(index + 1)) {
            Err(refusal) if stop => return Err(refusal),
            Err(refusal) => refused.push(refusal),
            Ok(()) => {}
        }
    }
    let next_opening = if budget.is_closed() { Some(budget.next_opening()?) } else { None };
    let lines = budget.lines().iter().map(|(line, amounts)| LineRow { line, amounts, available: amounts.available() });
    let requests = budget.requests().iter().map(|(request, of)| RequestRow { request, of, held: of.held().get() });
    let output = RunOutput {
        year: budget.year(),
        closed: budget.is_closed(),
        lines: lines.collect(),
        requests: requests.collect(),
        refused,
        next_opening,
    };
    Ok(write(&output))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepreciateInput<'a> {
    through: Month,
    #[serde(borrow)]
    assets: Vec<&'a RawValue>,
    lives: Option<Vec<Life>>,
}

#[derive(Serialize)]
struct AssetRow {
    asset: String,
    #[serde(flatten)]
    standing: Standing,
    charges: Vec<Charge>,
}

fn depreciate(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let input: DepreciateInput<'_> = read(input)?;
    let lives = match input.lives {
        Some(lives) => lives,
        None => read(LIVES.as_bytes())?,
    };
    check_lives(&lives)?;
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for (index, asset) in input.assets.iter().enumerate() {
        let asset: Asset = read_row(asset, index)?;
        let row = asset_row(&asset, &lives, input.through).map_err(|refusal| refusal.at_row(index + 1))?;
        if asset.asset.trim().is_empty() || !seen.insert(asset.asset.clone()) {
            let name = &asset.asset;
            let refusal = Refusal::new(
                "ZJ-07",
                format!("资产编号 {name} 为空或重复"),
                format!("asset {name} has no name or is there already"),
            );
            return Err(refusal.at_row(index + 1));
        }
        rows.push(row);
    }
    Ok(write(&rows))
}

fn asset_row(asset: &Asset, lives: &[Life], through: Month) -> Result<AssetRow, Refusal> {
    let charges = charges(asset, lives)?;
    let standing = standing(asset, &charges, through)?;
    Ok(AssetRow { asset: asset.asset.clone(), standing, charges })
}

fn read<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(input).map_err(|fault| unreadable(&fault))
}

fn read_row<T: DeserializeOwned>(row: &RawValue, index: usize) -> Result<T, Refusal> {
    serde_json::from_str(row.get()).map_err(|fault| unreadable(&fault).at_row(index + 1))
}

fn unreadable(fault: &serde_json::Error) -> Refusal {
    Refusal::new("YS-01", format!("输入格式有误: {fault}"), format!("the input cannot be read: {fault}"))
}

fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain rows of text and numbers: serialising them cannot fail.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Days as `2021-05-20`, nothing else.
pub(crate) mod day {
    use jiff::civil::Date;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day: Option<Date> =
            text.parse().ok().filter(|day: &Date| (1..=9999).contains(&day.year()) && day.to_string() == text);
        day.ok_or_else(|| D::Error::custom(format!("`{text}` is no day such as 2021-05-20")))
    }

    pub mod optional {
        use super::{Date, Deserializer, Serializer};
        use serde::Deserialize;

        pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
            match day {
                Some(day) => serializer.collect_str(day),
                None => serializer.serialize_none(),
            }
        }

        #[derive(Deserialize)]
        struct Day(#[serde(with = "super")] Date);

        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
            Ok(Option::<Day>::deserialize(deserializer)?.map(|Day(day)| day))
        }
    }
}
