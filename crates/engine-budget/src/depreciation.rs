//! Straight-line depreciation by the month (年限平均法), exact to the 分.
//!
//! The monthly charge is `floor(amount / months)`; the last month takes the rest. There is no residual value. The
//! first charge falls in the month of acquisition, and the month of disposal bears none (当月增加当月计提, 当月减少当月不提).
//! Source: 政府会计准则第3号——固定资产 and its guide 财会〔2017〕4号.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::day;
use crate::{Fen, Refusal};

/// The longest life that is accepted, in months: two hundred years.
pub const MONTHS_MOST: u32 = 2_400;

/// A calendar month, `2021-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(i32);

impl Month {
    /// The month, or `None` outside years 1 to 9999 and months 1 to 12.
    pub fn new(year: i16, month: i8) -> Option<Month> {
        let sound = (1..=9999).contains(&year) && (1..=12).contains(&month);
        sound.then(|| Month(i32::from(year) * 12 + i32::from(month) - 1))
    }

    /// The month of a day.
    pub fn of(day: Date) -> Month {
        Month(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// The month `months` later.
    pub fn later(self, months: u32) -> Month {
        Month(self.0.saturating_add_unsigned(months))
    }

    /// Months from `earlier` up to and without `self`; zero when `self` comes first.
    pub fn since(self, earlier: Month) -> u32 {
        u32::try_from(self.0 - earlier.0).unwrap_or(0)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no month such as 2021-05");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(wrong());
        }
        let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        Month::new(year, month).ok_or_else(wrong)
    }
}

/// One row of a table of lives: what a class lives for an acquisition from `since` on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// The class of fixed asset.
    pub class: String,
    /// First day of force. The latest row of a class not after the acquisition is the one that counts.
    #[serde(with = "day")]
    pub since: Date,
    /// Shortest life in years; absent for what is not depreciated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years_least: Option<u32>,
    /// Longest life in years, where the table gives a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years_most: Option<u32>,
    /// The document that says so.
    #[serde(default)]
    pub source: String,
}

/// One asset as its card has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// 资产编号, unique within one input.
    pub asset: String,
    /// Its class in the table of lives; may be absent when `months` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// 原值, in 分.
    pub cost: Fen,
    /// 折旧月数; by default the class's shortest life. Must be given where the table has a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// 取得日期.
    #[serde(with = "day")]
    pub acquired_on: Date,
    /// 处置日期.
    #[serde(default, with = "day::optional", skip_serializing_if = "Option::is_none")]
    pub disposed_on: Option<Date>,
    /// Capital repairs that change cost and life, earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
}

/// A capital repair: from its month on, net value plus `added` is spread over `months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// The first month of the new life.
    pub month: Month,
    /// What the repair adds to the cost, in 分.
    pub added: Fen,
    /// The new 折旧年限, in months.
    pub months: u32,
}

/// A run of months with the same charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// Its first month.
    pub first: Month,
    /// How many months, at least one.
    pub months: u32,
    /// The charge of each month, in 分.
    pub monthly: Fen,
}

/// What an asset has been charged through a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// 原值 with the repairs made so far.
    pub cost: Fen,
    /// 累计折旧.
    pub accumulated: Fen,
    /// 净值 = cost - accumulated.
    pub net: Fen,
    /// The charge of the month itself.
    pub charge: Fen,
}

/// The charges of an asset over its life, as runs in order of time. Empty for what is not depreciated.
///
/// # Errors
/// `ZJ-01` unknown class, `ZJ-02` no row in force on the day, `ZJ-03` a life outside the class's limits or not given where
/// it must be, `ZJ-04` days or repairs out of order, `ZJ-05` cost above the limit.
pub fn charges(asset: &Asset, lives: &[Life]) -> Result<Vec<Charge>, Refusal> {
    check_days(asset)?;
    let Some(months) = life_months(asset, lives)? else { return Ok(Vec::new()) };
    let end = asset.disposed_on.map(Month::of);
    let mut start = Month::of(asset.acquired_on);
    let (mut amount, mut months) = (asset.cost, months);
    let mut runs = Vec::new();
    for repair in &asset.repairs {
        let until = end.map_or(repair.month, |end| end.min(repair.month));
        let charged = spread(amount, start, months, Some(until), &mut runs);
        amount = rest(amount, charged)?.plus(repair.added).ok_or_else(|| too_much(asset))?;
        (start, months) = (repair.month, repair.months);
    }
    spread(amount, start, months, end, &mut runs);
    Ok(runs)
}

/// What the asset's charges come to at the end of a month. The charge of a disposed asset stops; its last net value stays.
///
/// # Errors
/// `ZJ-05` cost above the limit.
pub fn standing(asset: &Asset, charges: &[Charge], through: Month) -> Result<Standing, Refusal> {
    let mut accumulated = Fen::ZERO;
    let mut charge = Fen::ZERO;
    for run in charges {
        let months = through.later(1).since(run.first).min(run.months);
        let sum = i64::from(months) * run.monthly.get();
        accumulated = Fen::new(sum).and_then(|sum| accumulated.plus(sum)).ok_or_else(|| too_much(asset))?;
        if through >= run.first && through < run.first.later(run.months) {
            charge = run.monthly;
        }
    }
    let mut cost = asset.cost;
    for repair in asset.repairs.iter().filter(|repair| repair.month <= through) {
        cost = cost.plus(repair.added).ok_or_else(|| too_much(asset))?;
    }
    Ok(Standing { cost, accumulated, net: rest(cost, accumulated)?, charge })
}

/// Checks a table of lives: classes named, days unique within a class, ranges in order.
///
/// # Errors
/// `ZJ-06` names the first wrong row.
pub fn check_lives(lives: &[Life]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for (index, life) in lives.iter().enumerate() {
        let in_order = match (life.years_least, life.years_most) {
            (Some(least), Some(most)) => least > 0 && least <= most && most <= MONTHS_MOST / 12,
            (Some(least), None) => least > 0 && least <= MONTHS_MOST / 12,
            (None, most) => most.is_none(),
        };
        if !in_order || life.class.trim().is_empty() || !seen.insert((life.class.as_str(), life.since)) {
            let refusal = Refusal::new(
                "ZJ-06",
                format!("折旧年限表中 {} 的年限有误或重复", life.class),
                format!("the row of class {} is repeated or its years are out of order", life.class),
            );
            return Err(refusal.at_row(index + 1));
        }
    }
    Ok(())
}

/// Appends the charges of one life that ends early at `until`, and returns their sum.
fn spread(amount: Fen, start: Month, months: u32, until: Option<Month>, runs: &mut Vec<Charge>) -> Fen {
    let charged = until.map_or(months, |until| until.since(start).min(months));
    let monthly = amount.get() / i64::from(months.max(1));
    let last = amount.get() - monthly * (i64::from(months) - 1);
    let whole = if charged == months { charged.saturating_sub(1) } else { charged };
    let parts = [(start, whole, monthly), (start.later(whole), charged - whole, last)];
    let mut sum = 0;
    for (first, months, monthly) in parts {
        if let (1.., Some(fen)) = (months, Fen::new(monthly)) {
            sum += i64::from(months) * monthly;
            runs.push(Charge { first, months, monthly: fen });
        }
    }
    Fen::new(sum).unwrap_or(amount)
}

fn rest(amount: Fen, charged: Fen) -> Result<Fen, Refusal> {
    amount
        .minus(charged)
        .ok_or_else(|| Refusal::new("ZJ-05", "累计折旧超过原值", "more would be charged than the asset cost"))
}

/// The asset's life in months, `None` for what is not depreciated.
fn life_months(asset: &Asset, lives: &[Life]) -> Result<Option<u32>, Refusal> {
    let name = &asset.asset;
    let Some(class) = &asset.class else {
        return match asset.months {
            Some(months) => Ok(Some(sound_months(name, months)?)),
            None => Err(Refusal::new(
                "ZJ-03",
                format!("资产 {name} 须填类别或折旧月数"),
                format!("asset {name} needs a class or its months"),
            )),
        };
    };
    let life = life_in_force(name, class, asset.acquired_on, lives)?;
    let Some(least) = life.years_least else {
        return match asset.months {
            None => Ok(None),
            Some(_) => Err(Refusal::new(
                "ZJ-03",
                format!("{class} 不计提折旧, 不应填折旧月数"),
                format!("class {class} is not depreciated; leave the months out"),
            )),
        };
    };
    match (asset.months, life.years_most) {
        (None, None) => Ok(Some(least * 12)),
        (None, Some(most)) => Err(Refusal::new(
            "ZJ-03",
            format!("{class} 年限为 {least} 至 {most} 年, 资产 {name} 须填折旧月数"),
            format!("class {class} lives {least} to {most} years; asset {name} must say its months"),
        )),
        (Some(months), most) => {
            sound_months(name, months)?;
            if months >= least * 12 && most.is_none_or(|most| months <= most * 12) {
                return Ok(Some(months));
            }
            let limits = most.map_or(format!("{least}+"), |most| format!("{least}-{most}"));
            Err(Refusal::new(
                "ZJ-03",
                format!("资产 {name} 的折旧月数 {months} 不合 {class} 的年限 {limits} 年"),
                format!("the {months} months of asset {name} are outside the {limits} years of class {class}"),
            ))
        }
    }
}

fn sound_months(name: &str, months: u32) -> Result<u32, Refusal> {
    if (1..=MONTHS_MOST).contains(&months) {
        return Ok(months);
    }
    Err(Refusal::new(
        "ZJ-03",
        format!("资产 {name} 的折旧月数应在 1 至 {MONTHS_MOST} 之间"),
        format!("the months of asset {name} must be 1 to {MONTHS_MOST}"),
    ))
}

fn life_in_force<'a>(name: &str, class: &str, acquired_on: Date, lives: &'a [Life]) -> Result<&'a Life, Refusal> {
    let mut of_class = lives.iter().filter(|life| life.class == class).peekable();
    if of_class.peek().is_none() {
        return Err(Refusal::new(
            "ZJ-01",
            format!("折旧年限表没有类别 {class}"),
            format!("the table of lives has no class {class}"),
        ));
    }
    of_class.filter(|life| life.since <= acquired_on).max_by_key(|life| life.since).ok_or_else(|| {
        Refusal::new(
            "ZJ-02",
            format!("{acquired_on} 尚无 {class} 的年限规定; 资产 {name} 请不填类别而填折旧月数"),
            format!("no life of class {class} was in force on {acquired_on}; give asset {name} its months instead of the class"),
        )
    })
}

/// Disposal not before acquisition; repairs after acquisition, before disposal, one a month, earliest first, with a sound life.
fn check_days(asset: &Asset) -> Result<(), Refusal> {
    let name = &asset.asset;
    let wrong =
        |zh: &str, en: &str| Err(Refusal::new("ZJ-04", format!("资产 {name}: {zh}"), format!("asset {name}: {en}")));
    if asset.disposed_on.is_some_and(|disposed| disposed < asset.acquired_on) {
        return wrong("处置日期早于取得日期", "it was disposed of before it was acquired");
    }
    let mut earlier = Month::of(asset.acquired_on);
    for repair in &asset.repairs {
        if repair.month <= earlier || asset.disposed_on.is_some_and(|disposed| repair.month > Month::of(disposed)) {
            return wrong(
                "大修月份须晚于取得或上次大修且不晚于处置",
                "each repair must come after acquisition and the repair before it, and not after disposal",
            );
        }
        sound_months(name, repair.months)?;
        earlier = repair.month;
    }
    Ok(())
}

fn too_much(asset: &Asset) -> Refusal {
    let (name, most) = (&asset.asset, Fen::MAX);
    Refusal::new(
        "ZJ-05",
        format!("资产 {name} 的原值合计超过 {most} 元"),
        format!("the cost of asset {name} adds up to more than {most} yuan"),
    )
}
