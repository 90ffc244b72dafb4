//! Numbers as they are told: one figure with its breakdown and its evidence, for the command line and the API.

use crate::Actor;
use crate::bureau::{Bureau, broken};
use crate::refusal::{No, Refusal};
use crate::view::When;
use jiff::civil::Date;
use luoshi_kernel::number::{self, Number};
use luoshi_kernel::query::Known;
use luoshi_kernel::sentence::{plain, sentence};
use luoshi_kernel::{Context, decimal, list};
use luoshi_pack::{Action, Condition, Indicator, Stands, Value};
use luoshi_store::{Reader, StoreError};
use serde_json::json;

/// A computed figure and what it rests on. Values are exact decimal strings; `None` is 待填报.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The indicator's name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The value.
    pub value: Option<String>,
    /// Its unit.
    pub unit: String,
    /// A share's counted part, else the value.
    pub numerator: String,
    /// A share's whole.
    pub denominator: Option<String>,
    /// Why it is missing.
    pub missing: Option<String>,
    /// The day it is as known on.
    pub as_of: Option<Date>,
    /// The day it is counted up to.
    pub on: Date,
    /// The breakdown asked for.
    pub by: Vec<Part>,
    /// The rule in a sentence.
    pub rule: String,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A row of a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The choice's key or the record's id; empty where nothing is given.
    pub key: String,
    /// Its label.
    pub title: String,
    /// The value.
    pub value: Option<String>,
    /// As in [`Figure`].
    pub numerator: String,
    /// As in [`Figure`].
    pub denominator: Option<String>,
}

/// What a figure rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The register.
    pub register: String,
    /// The condition as a sentence.
    pub sentence: String,
    /// Records that count.
    pub count: u64,
    /// Of them, those the person may not see.
    pub hidden: u64,
    /// Those the person may see: id, serial, label; at most 5,000.
    pub records: Vec<(i64, Option<String>, String)>,
}

impl Figure {
    /// The figure as the command line and the API write it; values are exact decimals in text, `null` what is missing.
    pub fn json(&self) -> serde_json::Value {
        let part = |part: &Part| {
            json!({
                "key": part.key, "title": part.title, "value": part.value, "numerator": part.numerator,
                "denominator": part.denominator,
            })
        };
        let record =
            |(id, serial, title): &(i64, Option<String>, String)| json!({ "id": id, "serial": serial, "title": title });
        let evidence = &self.evidence;
        json!({
            "id": self.id, "title": self.title, "value": self.value, "unit": self.unit, "numerator": self.numerator,
            "denominator": self.denominator, "missing": self.missing, "as_of": self.as_of.map(|day| day.to_string()),
            "on": self.on.to_string(), "by": self.by.iter().map(part).collect::<Vec<_>>(), "rule": self.rule,
            "evidence": {
                "register": evidence.register, "sentence": evidence.sentence, "count": evidence.count,
                "hidden": evidence.hidden, "records": evidence.records.iter().map(record).collect::<Vec<_>>(),
            },
        })
    }
}

/// Computes a figure for a person.
pub fn figure(bureau: &Bureau, actor: &Actor, name: &str, when: When, by: Option<&str>) -> Result<Figure, Refusal> {
    let indicator = bureau.packs.indicators.get(name).ok_or_else(|| unknown(bureau, name))?;
    let (known, day) = bureau.instant(when)?;
    if when.on.is_some() && indicator.stands == Stands::Still {
        return Err(Refusal::new(
            No::Wrong,
            "D013",
            format!("“{}”没有业务日期，不能按“截至某日、按现在所知”计算。可改用 as-of。", indicator.title),
            format!("“{}” has no business date, so it cannot be counted up to a day. Ask as-of instead.", indicator.en),
        ));
    }
    let path = match by {
        None => None,
        Some(dimension) => Some(indicator.by.get(dimension).ok_or_else(|| no_dimension(indicator, dimension))?),
    };
    let context = bureau.context(day);
    let digits = number::digits(&bureau.packs, indicator);
    let read = |reader: &mut Reader| {
        let total = read_number(bureau, reader, &context, known, indicator)?;
        let parts = match path {
            None => vec![],
            Some(path) => read_parts(bureau, reader, &context, known, indicator, path, actor)?,
        };
        Ok((total, parts, read_evidence(bureau, reader, &context, known, indicator, actor)?))
    };
    let (total, by, evidence) = bureau.store.read(read).map_err(broken)?;
    let value = total.value().map(|value| decimal::exact(value, digits));
    Ok(Figure {
        id: indicator.name.clone(),
        title: actor.lang.pick(&indicator.title, &indicator.en).to_string(),
        missing: value.is_none().then(|| missing(actor.lang)),
        value,
        unit: indicator.unit.clone(),
        numerator: numerator(total, digits),
        denominator: total.whole.map(|whole| whole.to_string()),
        as_of: when.as_of,
        on: day,
        by,
        rule: actor.lang.pick(&indicator.rule, &indicator.rule_en).to_string(),
        evidence,
    })
}

/// A statement that a figure rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it gives.
    pub what: String,
    /// The statement with its values.
    pub sql: String,
    /// Registers it reads: the answer is remembered until one of them is written.
    pub registers: Vec<String>,
    /// How the database carries it out: the indexes that it uses, and how many rows it read where the database tells.
    pub plan: Vec<String>,
}

/// The statements that a figure rests on.
pub fn explain(bureau: &Bureau, name: &str, when: When) -> Result<Vec<Statement>, Refusal> {
    let indicator = bureau.packs.indicators.get(name).ok_or_else(|| unknown(bureau, name))?;
    let (known, day) = bureau.instant(when)?;
    let context = bureau.context(day);
    let value = number::value(&bureau.packs, &context, known, indicator, None);
    let by = indicator.by.iter().map(|(name, path)| {
        (format!("by {name}"), number::value(&bureau.packs, &context, known, indicator, Some(path)))
    });
    let axes = [("counted", number::Axis::Counted), ("due", number::Axis::Due), ("expected", number::Axis::Expected)];
    let curve =
        |(name, axis)| Some((format!("curve {name}"), number::curve(&bureau.packs, &context, known, indicator, axis)?));
    let reads = std::iter::once(("value".to_string(), value)).chain(by).chain(axes.into_iter().filter_map(curve));
    let explained = |reader: &mut Reader| {
        reads
            .map(|(what, read)| {
                let plan = reader.explain(&read.select)?;
                Ok(Statement { what, sql: read.sql(), registers: read.registers, plan })
            })
            .collect::<Result<Vec<_>, StoreError>>()
    };
    bureau.store.read(explained).map_err(broken)
}

/// Why a share has no value.
pub fn missing(lang: luoshi_kernel::Lang) -> String {
    lang.pick("分母为零：还没有可计的记录", "the whole is zero: nothing to count yet").to_string()
}

fn numerator(number: Number, digits: u8) -> String {
    if number.whole.is_some() { number.part.to_string() } else { decimal::exact(number.part, digits) }
}

fn unknown(bureau: &Bureau, name: &str) -> Refusal {
    let names: Vec<&str> = bureau.packs.indicators.keys().map(String::as_str).collect();
    Refusal::new(
        No::Absent,
        "D014",
        format!("没有叫“{name}”的指标。现有：{}。", names.join("、")),
        format!("There is no indicator “{name}”. There are: {}.", names.join(", ")),
    )
}

fn no_dimension(indicator: &Indicator, dimension: &str) -> Refusal {
    let names: Vec<&str> = indicator.by.keys().map(String::as_str).collect();
    Refusal::new(
        No::Wrong,
        "D015",
        format!("“{}”不能按“{dimension}”分。可分：{}。", indicator.title, names.join("、")),
        format!("“{}” has no breakdown “{dimension}”. There are: {}.", indicator.en, names.join(", ")),
    )
}

/// The number of the whole bureau.
pub fn read_number(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    indicator: &Indicator,
) -> Result<Number, StoreError> {
    let read = number::value(&bureau.packs, context, known, indicator, None);
    let rows = bureau.rows(reader, &read)?;
    let row = rows.first();
    Ok(Number { part: row.and_then(|row| row[0].int()).unwrap_or(0), whole: row.and_then(|row| row[1].int()) })
}

/// A breakdown as numbers: key, label, number.
pub fn read_by(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    indicator: &Indicator,
    path: &[String],
) -> Result<Vec<(Value, String, Number)>, StoreError> {
    let read = number::value(&bureau.packs, context, known, indicator, Some(path));
    let rows = bureau.rows(reader, &read)?;
    Ok(rows
        .iter()
        .map(|row| {
            let number = Number { part: row[2].int().unwrap_or(0), whole: row[3].int() };
            (row[0].clone(), row[1].text().unwrap_or("").to_string(), number)
        })
        .collect())
}

fn read_parts(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    indicator: &Indicator,
    path: &[String],
    actor: &Actor,
) -> Result<Vec<Part>, StoreError> {
    let digits = number::digits(&bureau.packs, indicator);
    let kind = number::end(&bureau.packs, &indicator.of, path);
    let parts =
        read_by(bureau, reader, context, known, indicator, path)?.into_iter().map(|(key, label, number)| Part {
            title: part_title(kind.as_ref(), &key, &label, actor.lang),
            key: match &key {
                Value::Int(id) => id.to_string(),
                Value::Text(key) => key.clone(),
                _ => String::new(),
            },
            value: number.value().map(|value| decimal::exact(value, digits)),
            numerator: numerator(number, digits),
            denominator: number.whole.map(|whole| whole.to_string()),
        });
    Ok(parts.collect())
}

/// The label of a breakdown's row: of the choice, of the record, or that nothing is given.
pub fn part_title(kind: Option<&luoshi_pack::Kind>, key: &Value, label: &str, lang: luoshi_kernel::Lang) -> String {
    match (kind, key) {
        (_, Value::Null) => lang.pick("未填", "not given").to_string(),
        (Some(kind @ luoshi_pack::Kind::Choice { .. }), key) => luoshi_kernel::kind::show(kind, key, lang),
        _ => label.to_string(),
    }
}

fn read_evidence(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    indicator: &Indicator,
    actor: &Actor,
) -> Result<Evidence, StoreError> {
    let condition = number::evidence(indicator);
    let count = crate::list::count(bureau, reader, known, context, &indicator.of, &list::EVERYTHING, &condition)?;
    let mine = actor.scope(bureau, &indicator.of, Action::See).unwrap_or(Condition::Any(vec![]));
    let seen = crate::list::count(bureau, reader, known, context, &indicator.of, &mine, &condition)?;
    let label = vec![bureau.packs.register(&indicator.of).label.clone()];
    let columns = crate::cell::columns(&bureau.packs, &indicator.of, &[label]);
    let sort = [(vec!["id".to_string()], false)];
    let page = list::Page { scope: &mine, ..list::Page::first(&condition, &sort, 5_000) };
    let read = list::rows(&bureau.packs, context, known, &indicator.of, &columns, &page);
    let rows = reader.rows(&read.select, &read.kinds)?;
    let record = |row: &Vec<Value>| {
        (row[0].int().unwrap_or(0), row[2].text().map(str::to_string), shown_label(&row[5], row.get(6)))
    };
    Ok(Evidence {
        register: indicator.of.clone(),
        sentence: plain(&sentence(&bureau.packs, context, &indicator.of, &condition, actor.lang)),
        count,
        hidden: count.saturating_sub(seen),
        records: rows.iter().map(record).collect(),
    })
}

/// A record's label: its text, or the label of the record its label refers to.
fn shown_label(value: &Value, referred: Option<&Value>) -> String {
    let text = referred.and_then(Value::text).or_else(|| value.text());
    text.unwrap_or("").to_string()
}
