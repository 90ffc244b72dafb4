//! The text boundary: JSON in, JSON out, the same arithmetic as the functions.

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Facts, Refusal, Scorecard, Standard, check, day, judge};

/// Answers one question in text.
///
/// | verb | input | output |
/// |---|---|---|
/// | `judge` | `{"standard", "on", "period_start"?, "numbers"?, "verdicts"?, "events"?, "appeals"?}` | the scorecard |
/// | `check` | a standard | the standard as read |
///
/// # Errors
/// `SC-00` for an unknown verb, `SC-01` for input that is no such JSON, with the row of a fact where one is at fault; every
/// refusal of [`judge`] and [`check`].
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    match verb {
        "judge" => Ok(write(&judge_text(input)?)),
        "check" => {
            let standard: Standard = serde_json::from_slice(input).map_err(|fault| unreadable("standard", &fault))?;
            check(&standard)?;
            Ok(write(&standard))
        }
        _ => Err(Refusal::new(
            "SC-00",
            format!("没有命令 {verb}; 可用 judge, check"),
            format!("there is no verb {verb}; use judge or check"),
        )),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgeInput<'a> {
    standard: Standard,
    #[serde(with = "day")]
    on: Date,
    #[serde(default, with = "day::optional")]
    period_start: Option<Date>,
    #[serde(default, borrow)]
    numbers: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    verdicts: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    events: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    appeals: Vec<&'a RawValue>,
}

fn judge_text(input: &[u8]) -> Result<Scorecard, Refusal> {
    let input: JudgeInput<'_> = serde_json::from_slice(input).map_err(|fault| unreadable("input", &fault))?;
    let facts = Facts {
        numbers: read_rows("numbers", &input.numbers)?,
        verdicts: read_rows("verdicts", &input.verdicts)?,
        events: read_rows("events", &input.events)?,
        appeals: read_rows("appeals", &input.appeals)?,
    };
    judge(&input.standard, &facts, input.on, input.period_start)
}

fn read_rows<T: DeserializeOwned>(list: &str, rows: &[&RawValue]) -> Result<Vec<T>, Refusal> {
    let read = |(index, row): (usize, &&RawValue)| {
        serde_json::from_str(row.get()).map_err(|fault| unreadable(list, &fault).at_row(index + 1))
    };
    rows.iter().enumerate().map(read).collect()
}

fn unreadable(list: &str, fault: &serde_json::Error) -> Refusal {
    Refusal::new(
        "SC-01",
        format!("{list}: 输入格式有误: {fault}"),
        format!("{list}: the input cannot be read: {fault}"),
    )
}

fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain rows of text and numbers: serialising them cannot fail.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
