//! The text boundary: JSON in, JSON out, for the command line and anybody who rechecks a result.

mod assign;
mod forecast;
mod median;
mod zones;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::refusal::Refusal;

pub use assign::{Places, read_assign};
pub use median::{Question, read_median};

const VERBS: [&str; 9] =
    ["assign", "assign-check", "median", "median-check", "cover", "zones", "zones-check", "forecast", "need"];

/// Answers one question.
///
/// | verb | asks |
/// |---|---|
/// | `assign` | `pupil`, `school`, `capacity`, optional `"price": true`: pupils to schools at least total distance |
/// | `assign-check` | the same with `assign` and `price` as answered: do the prices prove it? |
/// | `median` | `p`, `weight`, `dist`, optional `capacity`, `work`: which sites to open |
/// | `median-check` | the same with `open` and `assign`: do they keep the rules, and what do they cost? |
/// | `cover` | `radius`, `dist`, optional `work`: fewest sites with everybody within the radius |
/// | `zones` | `pupils`, `border`, `seat`, `capacity`, `dist`: connected catchments with reasons |
/// | `zones-check` | the same with `zone`: what is wrong, if anything? |
/// | `forecast` | births, histories, rates: pupils to come with backtest and band |
/// | `need` | pupils against classes and projects: what is missing |
///
/// # Errors
/// [`Refusal`] when the text is not the JSON asked for, breaks a rule or cannot be met; it names the first offending row.
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    match verb {
        "assign" => assign::answer(input),
        "assign-check" => assign::check(input),
        "median" => median::answer(input),
        "median-check" => median::check(input),
        "cover" => median::cover(input),
        "zones" => zones::answer(input),
        "zones-check" => zones::check(input),
        "forecast" => forecast::answer(input),
        "need" => forecast::need(input),
        _ => Err(Refusal::whole(
            "PL-10",
            format!("没有“{verb}”这种计算，可用：{}。", VERBS.join("、")),
            format!("There is no computation \"{verb}\"; use one of {}.", VERBS.join(", ")),
        )),
    }
}

fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Refusal> {
    let mut text = serde_json::to_vec(value).map_err(|fault| {
        Refusal::whole("PL-01", "结果无法写成 JSON。", format!("The answer cannot be written: {fault}."))
    })?;
    text.push(b'\n');
    Ok(text)
}

fn parse<T: DeserializeOwned>(input: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(input).map_err(|fault| {
        let (table, row) = place_of_fault::<T>(input);
        let place = match (table.as_str(), row) {
            ("", _) => [String::new(), String::new()],
            (table, None) => [format!(" {table} "), format!(" in {table}")],
            (table, Some(row)) => [format!(" {table} 第 {row} 行"), format!(" in {table}, row {row}")],
        };
        Refusal {
            row,
            ..Refusal::whole(
                "PL-01",
                format!("输入{}不是所要求的 JSON（{fault}）。", place[0]),
                format!("The input is not the JSON asked for{}: {fault}.", place[1]),
            )
        }
    })
}

/// The key and row at which reading fails, found by reading once more with an eye on the place.
fn place_of_fault<T: DeserializeOwned>(input: &[u8]) -> (String, Option<usize>) {
    let mut deserializer = serde_json::Deserializer::from_slice(input);
    let Err(fault) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return (String::new(), None);
    };
    let mut table = String::new();
    for segment in fault.path() {
        match segment {
            Segment::Seq { index } => return (table, Some(*index)),
            Segment::Map { key } => key.clone_into(&mut table),
            _ => {}
        }
    }
    (table, None)
}
