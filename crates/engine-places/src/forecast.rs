//! Pupils to come, by the cohort method of domain rule 11.
//!
//! The entry grade of September of year Y is `B x s x r x (1 + mu)` plus pupils of new homes, where B are the children
//! born from September of year Y - age - 1 to August of year Y - age, s their survival, r the share that stays, mu the
//! migrants for each local child. Grade g + 1 of year Y + 1 is grade g of year Y times the progression p of g: the mean
//! of the last three observed ratios, weighted 0.5, 0.3, 0.2 from the latest back, each first drawn to within 3 % of
//! their median. A stage that follows another (junior after primary) takes a share of its last grade instead of births.
//! Nothing is rounded on the way; counts are rounded half up when shown.
//!
//! Only multiplication, division and addition of IEEE doubles in a fixed order, so every machine answers alike.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// Ratios further than this from their median are drawn to it.
const DAMPING: f64 = 0.03;
/// Weights of the ratios, latest first.
const WEIGHTS: [f64; 3] = [0.5, 0.3, 0.2];
/// A backtest error beyond this asks for new migrants and progressions.
const RECALIBRATE: f64 = 0.05;

/// Births by year: `births[Y]` are those of September of Y - 1 to August of Y.
pub type Births = BTreeMap<i32, f64>;

/// What differs between scenarios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// s: share of the born who live at entry.
    pub survival: f64,
    /// r: share of these who stay.
    pub retention: f64,
    /// mu: migrant children for each local child.
    pub migrant: f64,
    /// Share of the last grade of the stage before that enters; for stages entered from births it is not used.
    pub transfer: f64,
}

/// Homes to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Homes {
    /// The first September with children living there.
    pub year: i32,
    /// Number of households.
    pub households: f64,
    /// Persons in a household.
    pub persons: f64,
    /// 千人指标: pupils of this stage for each 1,000 persons.
    pub per_thousand: f64,
    /// Shares of the homes lived in by the first, second, … September; they sum to 1.
    pub moving_in: Vec<f64>,
}

/// Where the entry grade comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// Children of this age by 31 August.
    Births {
        /// 3 for kindergarten, 6 for primary school.
        age: i32,
    },
    /// The last grade of the stage with this index, earlier in the list.
    Stage(usize),
}

/// One stage of school.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Name, as shown.
    pub name: String,
    /// Where the entry grade comes from.
    pub entry: Entry,
    /// Pupils by year and grade, oldest year first, years without gap; the last is the base year.
    pub history: Vec<Vec<f64>>,
    /// Year of the last row of the history.
    pub base: i32,
    /// New homes.
    pub homes: Vec<Homes>,
}

/// Pupils of one stage: one row for each year after the base year, one column for each grade, not rounded.
pub type Rows = Vec<Vec<f64>>;

/// The entry grade from births: local children, migrants and both, not rounded.
///
/// The worked example of domain rule 11: 8,200 births, s 0.995, r 0.96, mu 0.85 give 7,833, 6,658 and 14,490.
pub fn entry_from_births(births: f64, rates: &Rates) -> [f64; 3] {
    let local = births * rates.survival * rates.retention;
    [local, local * rates.migrant, local * (1.0 + rates.migrant)]
}

/// Forecasts every stage for `years` years after its base year.
///
/// # Errors
/// [`Refusal`] `PL-30` names the stage whose births, history or homes do not suffice.
pub fn forecast(stages: &[Stage], births: &Births, rates: &[Rates], years: usize) -> Result<Vec<Rows>, Refusal> {
    check(stages, rates)?;
    let mut all: Vec<Rows> = Vec::new();
    for (index, (stage, rates)) in stages.iter().zip(rates).enumerate() {
        let progression = progressions(&stage.history);
        let mut rows: Rows = Vec::new();
        for step in 1..=years {
            let year = stage.base + step as i32;
            let before = rows.last().unwrap_or(&stage.history[stage.history.len() - 1]);
            let mut row = Vec::with_capacity(before.len());
            row.push(match stage.entry {
                Entry::Births { age } => {
                    let born = births.get(&(year - age)).ok_or_else(|| no_births(index, &stage.name, year - age))?;
                    entry_from_births(*born, rates)[2]
                }
                Entry::Stage(earlier) => {
                    rates.transfer
                        * last_grade(&stages[earlier], &all[earlier], year - 1)
                            .ok_or_else(|| no_year(index, &stage.name, &stages[earlier].name, year - 1))?
                }
            });
            row.extend(before.iter().zip(&progression).map(|(pupils, progression)| pupils * progression));
            add_homes(stage, year, &mut row);
            rows.push(row);
        }
        all.push(rows);
    }
    Ok(all)
}

/// Pupils of the last grade in a year, observed or forecast.
fn last_grade(stage: &Stage, rows: &Rows, year: i32) -> Option<f64> {
    let after = year - stage.base;
    let row = match after {
        1.. => rows.get(after as usize - 1)?,
        _ => stage.history.get((stage.history.len() as i32 - 1 + after) as usize)?,
    };
    row.last().copied()
}

/// Homes raise every grade in the Septembers when people move in, and the entry grade from then on.
fn add_homes(stage: &Stage, year: i32, row: &mut [f64]) {
    let grades = row.len() as f64;
    for homes in &stage.homes {
        let each = homes.households * homes.persons / 1_000.0 * homes.per_thousand / grades;
        let since = year - homes.year;
        if since < 0 {
            continue;
        }
        let now = homes.moving_in.get(since as usize).copied().unwrap_or(0.0);
        let so_far: f64 = homes.moving_in.iter().take(since as usize + 1).sum();
        for (grade, pupils) in row.iter_mut().enumerate() {
            *pupils += each * if grade == 0 { so_far } else { now };
        }
    }
}

/// p of each grade but the last. A grade that was empty in all years passes on what it has.
pub fn progressions(history: &[Vec<f64>]) -> Vec<f64> {
    let grades = history.first().map_or(0, Vec::len);
    (1..grades)
        .map(|grade| {
            let pairs = history.windows(2).rev().take(WEIGHTS.len());
            let ratios: Vec<f64> =
                pairs.filter(|pair| pair[0][grade - 1] > 0.0).map(|pair| pair[1][grade] / pair[0][grade - 1]).collect();
            weighted(&ratios)
        })
        .collect()
}

fn weighted(ratios: &[f64]) -> f64 {
    if ratios.is_empty() {
        return 1.0;
    }
    let mut sorted = ratios.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 };
    let (low, high) = (median * (1.0 - DAMPING), median * (1.0 + DAMPING));
    let sum: f64 = ratios.iter().zip(WEIGHTS).map(|(ratio, weight)| ratio.clamp(low, high) * weight).sum();
    sum / WEIGHTS[..ratios.len()].iter().sum::<f64>()
}

/// One comparison of a forecast made from an earlier year with what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// Index of the stage.
    pub stage: usize,
    /// Last year the forecast knew.
    pub origin: i32,
    /// Year forecast.
    pub year: i32,
    /// Pupils of the stage as forecast, not rounded.
    pub forecast: f64,
    /// Pupils of the stage as they came.
    pub actual: f64,
    /// (forecast - actual) / actual.
    pub error: f64,
}

/// Backtest and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// All comparisons, by stage, origin and year.
    pub tested: Vec<Tested>,
    /// For each stage the half width of the band 1, 2, … years ahead, as a share; `None` before any comparison.
    /// The largest error seen up to that distance, beyond the longest distance seen growing with its square root.
    pub band: Vec<Vec<Option<f64>>>,
    /// For each stage whether the last error one year ahead is beyond 5 %.
    pub recalibrate: Vec<bool>,
}

/// Forecasts from every earlier year that knows at least two years of all stages, and compares.
///
/// # Errors
/// [`Refusal`] as for [`forecast`]; births of past cohorts must be given.
pub fn backtest(stages: &[Stage], births: &Births, rates: &[Rates], years: usize) -> Result<Backtest, Refusal> {
    check(stages, rates)?;
    let known = stages.iter().map(|stage| stage.history.len()).min().unwrap_or(0);
    let mut tested = Vec::new();
    for back in 1..known.saturating_sub(1) {
        let earlier: Vec<Stage> = stages.iter().map(|stage| shortened(stage, back)).collect();
        let rows = forecast(&earlier, births, rates, back)?;
        for (index, (stage, rows)) in earlier.iter().zip(&rows).enumerate() {
            let real = &stages[index].history[stage.history.len()..];
            for (step, (row, real)) in rows.iter().zip(real).enumerate() {
                let (forecast, actual) = (row.iter().sum::<f64>(), real.iter().sum::<f64>());
                if actual > 0.0 {
                    tested.push(Tested {
                        stage: index,
                        origin: stage.base,
                        year: stage.base + step as i32 + 1,
                        forecast,
                        actual,
                        error: (forecast - actual) / actual,
                    });
                }
            }
        }
    }
    tested.sort_by_key(|tested| (tested.stage, tested.origin, tested.year));
    let band = (0..stages.len()).map(|stage| band(&tested, stage, years)).collect();
    let recalibrate = (0..stages.len())
        .map(|stage| {
            let ahead = tested.iter().filter(|tested| tested.stage == stage && tested.year - tested.origin == 1);
            ahead.max_by_key(|tested| tested.year).is_some_and(|tested| tested.error.abs() > RECALIBRATE)
        })
        .collect();
    Ok(Backtest { tested, band, recalibrate })
}

fn shortened(stage: &Stage, back: usize) -> Stage {
    let mut stage = stage.clone();
    stage.history.truncate(stage.history.len() - back);
    stage.base -= back as i32;
    // Homes stay: what is delivered after the origin was planned then.
    stage
}

fn band(tested: &[Tested], stage: usize, years: usize) -> Vec<Option<f64>> {
    let mut widest: Option<(f64, usize)> = None;
    let width = |ahead: usize| {
        let here =
            tested.iter().filter(|tested| tested.stage == stage && (tested.year - tested.origin) as usize == ahead);
        let here = here.map(|tested| tested.error.abs()).max_by(f64::total_cmp);
        if let Some(here) = here {
            widest = Some((widest.map_or(here, |widest| widest.0.max(here)), ahead));
        }
        widest.map(|(width, seen)| width * (ahead as f64 / seen as f64).max(1.0).sqrt())
    };
    (1..=years).map(width).collect()
}

/// A count as shown: rounded half up, after removing what floating point adds to a half.
pub fn shown(pupils: f64) -> i64 {
    (pupils + 0.5 + 1e-9).floor() as i64
}

/// The ranges of domain rule 11 outside which a rate needs a note (XW-03).
pub fn needs_note(rates: &Rates) -> Option<&'static str> {
    if !(0.995..=0.998).contains(&rates.survival) {
        return Some("survival");
    }
    (!(0.9..=1.0).contains(&rates.retention)).then_some("retention")
}

fn check(stages: &[Stage], rates: &[Rates]) -> Result<(), Refusal> {
    let at = |row: usize, zh: String, en: String| Err(Refusal::at("PL-30", row, zh, en));
    if stages.len() != rates.len() {
        return Err(Refusal::whole("PL-03", "各学段都要有一组参数。", "Every stage needs one set of rates."));
    }
    for (row, (stage, rates)) in stages.iter().zip(rates).enumerate() {
        let name = &stage.name;
        let grades = stage.history.first().map_or(0, Vec::len);
        let number = |value: &f64| value.is_finite() && (0.0..=1e9).contains(value);
        if grades == 0 || stage.history.iter().any(|years| years.len() != grades || !years.iter().all(number)) {
            return at(
                row,
                format!("学段“{name}”的历年在校数每年应有同样多的年级，且为 0 到 10 亿的数。"),
                format!(
                    "Stage \"{name}\": every year of the history needs the same grades, with numbers from 0 to 1e9."
                ),
            );
        }
        if matches!(stage.entry, Entry::Stage(earlier) if earlier >= row || stages[earlier].base < stage.base) {
            return at(
                row,
                format!("学段“{name}”应承接列在它之前、基年不早于它的学段。"),
                format!(
                    "Stage \"{name}\" must follow a stage listed before it with a base year no earlier than its own."
                ),
            );
        }
        let in_range = |value: f64, most: f64| value.is_finite() && (0.0..=most).contains(&value);
        let rated = in_range(rates.survival, 1.0)
            && in_range(rates.retention, 2.0)
            && in_range(rates.migrant, 20.0)
            && in_range(rates.transfer, 20.0);
        let homes = stage.homes.iter().all(|homes| {
            let sum: f64 = homes.moving_in.iter().sum();
            let sizes = in_range(homes.households, 1e7)
                && in_range(homes.persons, 20.0)
                && in_range(homes.per_thousand, 1_000.0);
            sizes && homes.moving_in.iter().all(|share| in_range(*share, 1.0)) && (sum - 1.0).abs() < 1e-9
        });
        if !rated || !homes {
            return at(
                row,
                format!("学段“{name}”的参数或楼盘超出范围：成活率不超过 1，入住比例之和应为 1。"),
                format!(
                    "Stage \"{name}\": a rate or home is out of range; survival is at most 1, shares of moving in sum to 1."
                ),
            );
        }
    }
    Ok(())
}

fn no_births(row: usize, name: &str, year: i32) -> Refusal {
    Refusal::at(
        "PL-31",
        row,
        format!("学段“{name}”需要 {} 年 9 月至 {year} 年 8 月的出生数。", year - 1),
        format!("Stage \"{name}\" needs the births from September {} to August {year}.", year - 1),
    )
}

fn no_year(row: usize, name: &str, earlier: &str, year: i32) -> Refusal {
    Refusal::at(
        "PL-31",
        row,
        format!("学段“{name}”需要学段“{earlier}”{year} 年的人数。"),
        format!("Stage \"{name}\" needs the pupils of stage \"{earlier}\" in {year}."),
    )
}
