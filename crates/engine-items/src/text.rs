//! The text boundary: CSV or JSON in, CSV or JSON out, the same arithmetic as the functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Fit, Item, Link, Refusal, Responses, abilities, classical, fit, mastery, mean_sigma, options, scored, stocking_lord,
};

/// One output of an engine: a file name without folder, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOutput {
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Answers one question in text.
///
/// | verb | input | output |
/// |---|---|---|
/// | `fit` | CSV of `0`, `1` or nothing, no header | `items.csv` (item,a,b,se_a,se_b), `persons.csv` (person,theta,se), `fit.json` |
/// | `analyse` | CSV of chosen options, the first line the key | `items.csv`, `options.csv`, `paper.json` |
/// | `mastery` | `{"points": {name: [item, …]}, "responses": [[1, 0, null], …]}` | `mastery.csv`, `points.json` |
/// | `equate` | `{"old": [{"item", "a", "b"}, …], "new": […]}` | `equating.json` |
///
/// # Errors
/// `IT-00` for an unknown verb, `IT-01` for input that is no such text, and every refusal of the functions.
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<NamedOutput>, Refusal> {
    match verb {
        "fit" => fit_text(input),
        "analyse" => analyse_text(input),
        "mastery" => mastery_text(input),
        "equate" => equate_text(input),
        _ => Err(Refusal::new(
            "IT-00",
            format!("没有命令 {verb}; 可用 fit, analyse, mastery, equate"),
            format!("there is no verb {verb}; use fit, analyse, mastery or equate"),
        )),
    }
}

#[derive(Serialize)]
struct FitSummary {
    persons: usize,
    items: usize,
    log_likelihood: f64,
    gradient: f64,
    passes: usize,
}

fn fit_text(input: &[u8]) -> Result<Vec<NamedOutput>, Refusal> {
    let responses = Responses::from_csv(input)?;
    let Fit { items, log_likelihood, gradient, passes } = fit(&responses)?;
    let persons = abilities(&responses, &items)?;
    let mut item_rows = String::from("item,a,b,se_a,se_b\n");
    for (place, item) in items.iter().enumerate() {
        line(
            &mut item_rows,
            format_args!("{},{:.9},{:.9},{:.9},{:.9}", place + 1, item.a, item.b, item.se_a, item.se_b),
        );
    }
    let mut person_rows = String::from("person,theta,se\n");
    for (place, ability) in persons.iter().enumerate() {
        match ability {
            Some(ability) => {
                line(&mut person_rows, format_args!("{},{:.6},{:.6}", place + 1, ability.theta, ability.se))
            }
            None => line(&mut person_rows, format_args!("{},,", place + 1)),
        }
    }
    let summary = FitSummary { persons: persons.len(), items: items.len(), log_likelihood, gradient, passes };
    Ok(vec![csv("items.csv", item_rows), csv("persons.csv", person_rows), json("fit.json", &summary)])
}

#[derive(Serialize)]
struct PaperSummary {
    persons: usize,
    complete: usize,
    mean: Option<f64>,
    deviation: Option<f64>,
    alpha: Option<f64>,
    measurement_error: Option<f64>,
}

fn analyse_text(input: &[u8]) -> Result<Vec<NamedOutput>, Refusal> {
    let text = std::str::from_utf8(input).map_err(|fault| unreadable(&fault))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = text.lines().map(|row| row.split(',').map(str::trim).collect::<Vec<&str>>());
    let key = rows.next().unwrap_or_default();
    let choices: Vec<Vec<&str>> = rows.collect();
    let responses = scored(&key, &choices)?;
    let paper = classical(&responses);
    let mut item_rows = String::from("item,given,right,difficulty,discrimination,upper_lower,alpha_without\n");
    for (place, item) in paper.items.iter().enumerate() {
        let [p, r, d, alpha] = [item.difficulty, item.discrimination, item.upper_lower, item.alpha_without].map(cell);
        line(&mut item_rows, format_args!("{},{},{},{p},{r},{d},{alpha}", place + 1, item.given, item.right));
    }
    let mut option_rows = String::from("item,option,key,count,share,discrimination\n");
    for figures in options(&key, &choices)? {
        let (key, discrimination) = (u8::from(figures.key), cell(figures.discrimination));
        line(
            &mut option_rows,
            format_args!(
                "{},{},{key},{},{:.6},{discrimination}",
                figures.item + 1,
                figures.option,
                figures.count,
                figures.share
            ),
        );
    }
    let summary = PaperSummary {
        persons: responses.persons(),
        complete: paper.complete,
        mean: paper.mean,
        deviation: paper.deviation,
        alpha: paper.alpha,
        measurement_error: paper.measurement_error,
    };
    Ok(vec![csv("items.csv", item_rows), csv("options.csv", option_rows), json("paper.json", &summary)])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MasteryInput<'a> {
    #[serde(borrow)]
    points: &'a RawValue,
    #[serde(borrow)]
    responses: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct PointSummary {
    point: String,
    items: Vec<usize>,
    masters: f64,
    slip: Vec<f64>,
    guess: Vec<f64>,
}

fn mastery_text(input: &[u8]) -> Result<Vec<NamedOutput>, Refusal> {
    let input: MasteryInput<'_> = serde_json::from_slice(input).map_err(|fault| unreadable(&fault))?;
    let points: BTreeMap<String, Vec<usize>> =
        serde_json::from_str(input.points.get()).map_err(|fault| unreadable(&fault))?;
    let mut rows: Vec<Vec<Option<bool>>> = Vec::new();
    for (index, row) in input.responses.iter().enumerate() {
        let at_row = |refusal: Refusal| refusal.at_row(index + 1);
        let cells: Vec<Option<u8>> = serde_json::from_str(row.get()).map_err(|fault| at_row(unreadable(&fault)))?;
        if cells.iter().flatten().any(|cell| *cell > 1) {
            return Err(at_row(unreadable(&"an answer is 0, 1 or null")));
        }
        rows.push(cells.into_iter().map(|cell| cell.map(|cell| cell == 1)).collect());
    }
    let responses = Responses::from_rows(rows.iter().map(Vec::as_slice))?;
    let mut person_rows = String::from("person,point,mastered\n");
    let mut summaries = Vec::new();
    for (point, items) in points {
        let from_zero: Vec<usize> = items.iter().map(|item| item.wrapping_sub(1)).collect();
        let fitted = mastery(&responses, &from_zero)?;
        for (person, chance) in fitted.mastered.iter().enumerate() {
            line(&mut person_rows, format_args!("{},{},{}", person + 1, quoted(&point), cell(*chance)));
        }
        summaries.push(PointSummary { point, items, masters: fitted.masters, slip: fitted.slip, guess: fitted.guess });
    }
    Ok(vec![csv("mastery.csv", person_rows), json("points.json", &summaries)])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EquateInput<'a> {
    #[serde(borrow)]
    old: Vec<&'a RawValue>,
    #[serde(borrow)]
    new: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemRow {
    item: String,
    a: f64,
    b: f64,
}

#[derive(Serialize)]
struct EquatingSummary {
    common: usize,
    mean_sigma: LinkRow,
    stocking_lord: LinkRow,
    items: Vec<LinkedRow>,
}

#[derive(Serialize)]
struct LinkRow {
    slope: f64,
    intercept: f64,
}

/// An item of the old paper on the new scale by characteristic curves; for a common item, how far its difficulty then lies from the new one.
#[derive(Serialize)]
struct LinkedRow {
    item: String,
    a: f64,
    b: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<f64>,
}

fn equate_text(input: &[u8]) -> Result<Vec<NamedOutput>, Refusal> {
    let input: EquateInput<'_> = serde_json::from_slice(input).map_err(|fault| unreadable(&fault))?;
    let (old, new) = (item_rows(&input.old)?, item_rows(&input.new)?);
    let of_new: BTreeMap<&str, Item> = new.iter().map(|(name, item)| (name.as_str(), *item)).collect();
    let common: Vec<(Item, Item)> =
        old.iter().filter_map(|(name, item)| Some((*item, *of_new.get(name.as_str())?))).collect();
    let (by_mean, by_curve) = (mean_sigma(&common)?, stocking_lord(&common)?);
    let linked = |(name, item): &(String, Item)| {
        let linked = by_curve.item(item);
        LinkedRow {
            item: name.clone(),
            a: linked.a,
            b: linked.b,
            drift: of_new.get(name.as_str()).map(|new| linked.b - new.b),
        }
    };
    let row = |link: Link| LinkRow { slope: link.slope, intercept: link.intercept };
    let items = old.iter().map(linked).collect();
    Ok(vec![json(
        "equating.json",
        &EquatingSummary { common: common.len(), mean_sigma: row(by_mean), stocking_lord: row(by_curve), items },
    )])
}

fn item_rows(rows: &[&RawValue]) -> Result<Vec<(String, Item)>, Refusal> {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let at_row = |refusal: Refusal| refusal.at_row(index + 1);
        let ItemRow { item, a, b } = serde_json::from_str(row.get()).map_err(|fault| at_row(unreadable(&fault)))?;
        if item.trim().is_empty() || !seen.insert(item.clone()) {
            let refusal = Refusal::new(
                "IT-08",
                format!("题号 {item} 为空或重复"),
                format!("item `{item}` has no name or is there twice"),
            );
            return Err(at_row(refusal));
        }
        items.push((item, Item { a, b, se_a: 0.0, se_b: 0.0 }));
    }
    Ok(items)
}

fn cell(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| format!("{value:.6}"))
}

/// A text cell of CSV; quoted where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(content);
    text.push('\n');
}

fn unreadable(fault: &dyn std::fmt::Display) -> Refusal {
    Refusal::new("IT-01", format!("输入格式有误: {fault}"), format!("the input cannot be read: {fault}"))
}

fn csv(name: &str, text: String) -> NamedOutput {
    NamedOutput { name: name.into(), bytes: text.into_bytes() }
}

fn json<T: Serialize>(name: &str, value: &T) -> NamedOutput {
    // Plain rows of text and finite numbers: serialising them cannot fail.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    NamedOutput { name: name.into(), bytes }
}
