//! Judges one unit on one day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::scorecard::{ItemResult, Scorecard, VetoFound};
use crate::{
    Choice, Combine, Direction, EventLine, Exact, Facts, How, Item, NumberFact, NumberRule, Refusal, Standard, Verdict,
    VerdictFact, Version, check,
};

mod event;

/// Judges one unit by a standard on a day. Events before `period_start` do not count.
///
/// Numbers, verdicts, points and grades go by the version in force on `on`; an event goes by the version in force on
/// its own day, applied to the same item of today's tree.
///
/// # Errors
/// `SC-02` unsound standard, `SC-03` no version in force, `SC-04` unknown item, kind or event, `SC-05` repeated row, `SC-06` a value
/// that does not fit its item or kind, `SC-07` days out of order. `row` counts within the list that the sentence names.
pub fn judge(standard: &Standard, facts: &Facts, on: Date, period_start: Option<Date>) -> Result<Scorecard, Refusal> {
    check(standard)?;
    let version = standard.in_force(on).ok_or_else(|| no_version(on))?;
    let tree = Tree::new(&version.root);
    let known = Known::read(&tree, facts)?;
    let events = event::judge_events(standard, &tree, facts, on, period_start)?;
    let mut items = Vec::new();
    let root = judge_item(version, &version.root, 0, &known, &events.changes, &mut items);
    Ok(scorecard(standard, version, on, root, items, events))
}

/// Today's items by identity.
struct Tree<'a>(BTreeMap<&'a str, &'a Item>);

impl<'a> Tree<'a> {
    fn new(root: &'a Item) -> Self {
        let mut tree = BTreeMap::new();
        let mut open = vec![root];
        while let Some(item) = open.pop() {
            tree.insert(item.item.as_str(), item);
            if let How::Group { items, .. } = &item.how {
                open.extend(items);
            }
        }
        Self(tree)
    }
}

/// The facts by item, checked against the tree.
struct Known<'a> {
    numbers: BTreeMap<&'a str, &'a NumberFact>,
    verdicts: BTreeMap<&'a str, (&'a VerdictFact, Option<&'a Choice>)>,
}

impl<'a> Known<'a> {
    fn read(tree: &Tree<'a>, facts: &'a Facts) -> Result<Self, Refusal> {
        let mut known = Known { numbers: BTreeMap::new(), verdicts: BTreeMap::new() };
        for (index, fact) in facts.numbers.iter().enumerate() {
            known.add_number(tree, fact).map_err(|refusal| refusal.at_row(index + 1))?;
        }
        for (index, fact) in facts.verdicts.iter().enumerate() {
            known.add_verdict(tree, fact).map_err(|refusal| refusal.at_row(index + 1))?;
        }
        Ok(known)
    }

    fn add_number(&mut self, tree: &Tree<'a>, fact: &'a NumberFact) -> Result<(), Refusal> {
        let item = &fact.item;
        match tree.0.get(item.as_str()).map(|item| &item.how) {
            None => return Err(unknown("numbers", "指标", "item", item)),
            Some(How::Number { .. }) => {}
            Some(_) => {
                return Err(misfit(
                    &format!("numbers: 指标 {item} 不按数值计分"),
                    &format!("numbers: item {item} is not judged from a number"),
                ));
            }
        }
        match self.numbers.insert(item, fact) {
            None => Ok(()),
            Some(_) => Err(repeated("numbers", item)),
        }
    }

    fn add_verdict(&mut self, tree: &Tree<'a>, fact: &'a VerdictFact) -> Result<(), Refusal> {
        let id = &fact.item;
        let choices = match tree.0.get(id.as_str()).map(|item| &item.how) {
            None => return Err(unknown("verdicts", "指标", "item", id)),
            Some(How::Verdict { choices, .. }) => choices,
            Some(_) => {
                return Err(misfit(
                    &format!("verdicts: 指标 {id} 不按人工结论计分"),
                    &format!("verdicts: item {id} is not judged by a human verdict"),
                ));
            }
        };
        let given = fact.choice.as_ref();
        let choice = given.and_then(|given| choices.iter().find(|choice| &choice.choice == given));
        if let (Some(given), None) = (given, choice) {
            return Err(misfit(
                &format!("verdicts: 指标 {id} 没有结论 {given}"),
                &format!("verdicts: item {id} has no verdict `{given}`"),
            ));
        }
        match self.verdicts.insert(id, (fact, choice)) {
            None => Ok(()),
            Some(_) => Err(repeated("verdicts", id)),
        }
    }
}

/// What an item comes to: points (absent while missing), and a verdict where it gives one.
#[derive(Clone)]
struct Outcome {
    points: Option<Exact>,
    best: Exact,
    verdict: Option<Verdict>,
    value: Option<Exact>,
    shown: Option<String>,
    reason: Option<&'static str>,
}

impl Outcome {
    fn scored(item: &Item, points: Exact, best: Exact) -> Self {
        let verdict = item.pass.as_ref().map(|pass| if &points >= pass { Verdict::Pass } else { Verdict::Fail });
        Self { points: Some(points), best, verdict, value: None, shown: None, reason: None }
    }

    fn judged(verdict: Verdict, points: Exact, best: Exact) -> Self {
        Self { points: Some(points), best, verdict: Some(verdict), value: None, shown: None, reason: None }
    }

    fn missing(best: Exact, reason: &'static str) -> Self {
        Self { points: None, best, verdict: Some(Verdict::Missing), value: None, shown: None, reason: Some(reason) }
    }

    fn is_missing(&self) -> bool {
        self.points.is_none()
    }
}

/// Judges an item and everything below it, and writes their rows in the order of the tree.
fn judge_item(
    version: &Version,
    item: &Item,
    depth: u32,
    known: &Known<'_>,
    changes: &BTreeMap<&str, Exact>,
    rows: &mut Vec<ItemResult>,
) -> Outcome {
    let place = rows.len();
    rows.push(row(item, depth, &Outcome::missing(Exact::zero(), "")));
    let outcome = match &item.how {
        How::Group { items, combine, most } => {
            let below: Vec<Outcome> =
                items.iter().map(|below| judge_item(version, below, depth + 1, known, changes, rows)).collect();
            combined(item, items, combine, most.as_ref(), &below)
        }
        How::Number { rule, times, decimals } => {
            number(item, rule, times, *decimals, version.compare_after_rounding, known)
        }
        How::Verdict { document, .. } => verdict(item, *document, known),
        How::Events { direction, .. } => {
            let change = changes.get(item.item.as_str()).cloned().unwrap_or_default();
            let points = match direction {
                Direction::Deduct => item.points.clone() + &change,
                Direction::Add => change,
            };
            Outcome::scored(item, points, item.points.clone())
        }
    };
    rows[place] = row(item, depth, &outcome);
    outcome
}

fn row(item: &Item, depth: u32, outcome: &Outcome) -> ItemResult {
    let Outcome { points, best, verdict, value, shown, reason } = outcome.clone();
    ItemResult { item: item.item.clone(), depth, points, best, verdict, value, shown, reason }
}

fn combined(item: &Item, items: &[Item], combine: &Combine, most: Option<&Exact>, below: &[Outcome]) -> Outcome {
    let one = Exact::one();
    let weights = || items.iter().map(|item| item.weight.as_ref().unwrap_or(&one));
    let capped = |sum: Exact| most.map_or(sum.clone(), |most| sum.min(most.clone()));
    let best = capped(below.iter().zip(weights()).map(|(outcome, weight)| outcome.best.clone() * weight).sum());
    if below.iter().any(Outcome::is_missing) {
        return Outcome::missing(best, "下级指标待填报");
    }
    let points =
        below.iter().zip(weights()).map(|(outcome, weight)| outcome.points.clone().unwrap_or_default() * weight).sum();
    let count = |verdict: Verdict| below.iter().filter(|outcome| outcome.verdict == Some(verdict)).count();
    let passes = match combine {
        Combine::Sum | Combine::Weighted => return Outcome::scored(item, capped(points), best),
        Combine::All => count(Verdict::Pass) == below.len(),
        Combine::Least(least) => count(Verdict::Pass) >= *least as usize && count(Verdict::Fail) == 0,
    };
    Outcome::judged(if passes { Verdict::Pass } else { Verdict::Fail }, capped(points), best)
}

fn number(item: &Item, rule: &NumberRule, times: &Exact, decimals: u32, round: bool, known: &Known<'_>) -> Outcome {
    let best = item.points.clone();
    let fact = known.numbers.get(item.item.as_str());
    let Some(value) = fact.and_then(|fact| fact.value.clone()) else { return Outcome::missing(best, "待填报") };
    let one = Exact::one();
    let over = fact.and_then(|fact| fact.over.as_ref()).unwrap_or(&one);
    let Some(value) = (value * times).over(over) else { return Outcome::missing(best, "分母为零") };
    let compared = if round { value.rounded(decimals) } else { value.clone() };
    let shown = value.shown(decimals);
    Outcome { value: Some(value), shown: Some(shown), ..by_rule(item, rule, &compared) }
}

fn by_rule(item: &Item, rule: &NumberRule, value: &Exact) -> Outcome {
    let best = item.points.clone();
    let verdict = match rule {
        NumberRule::AtLeast { limit, floor } => match floor {
            _ if value >= limit => Verdict::Pass,
            Some(floor) if value >= floor => Verdict::Partial,
            _ => Verdict::Fail,
        },
        NumberRule::AtMost { limit } => {
            if value <= limit {
                Verdict::Pass
            } else {
                Verdict::Fail
            }
        }
        NumberRule::Below { limit } => {
            if value < limit {
                Verdict::Pass
            } else {
                Verdict::Fail
            }
        }
        NumberRule::Linear { zero_at, full_at } => {
            let span = full_at.clone() - zero_at;
            let share = (value.clone() - zero_at).over(&span).unwrap_or_default().clamp(Exact::zero(), Exact::one());
            return Outcome::scored(item, best.clone() * &share, best);
        }
        NumberRule::Bands { bands } => {
            let band = bands.iter().find(|band| value >= &band.least);
            return Outcome::scored(item, band.map(|band| band.points.clone()).unwrap_or_default(), best);
        }
    };
    let points = if verdict == Verdict::Pass { best.clone() } else { Exact::zero() };
    Outcome::judged(verdict, points, best)
}

fn verdict(item: &Item, document: bool, known: &Known<'_>) -> Outcome {
    let best = item.points.clone();
    match known.verdicts.get(item.item.as_str()) {
        Some((fact, Some(_))) if document && fact.documents == 0 => Outcome::missing(best, "缺佐证材料"),
        Some((_, Some(choice))) => Outcome::judged(choice.verdict, choice.points.clone(), best),
        Some((_, None)) => Outcome::missing(best, "缺人工结论"),
        None => Outcome::missing(best, "待填报"),
    }
}

fn scorecard(
    standard: &Standard,
    version: &Version,
    on: Date,
    root: Outcome,
    items: Vec<ItemResult>,
    events: event::Judged<'_>,
) -> Scorecard {
    let vetoes: Vec<VetoFound> = events.vetoes;
    let lines: Vec<EventLine> = events.lines;
    let vetoed = !vetoes.is_empty();
    let by_points = || {
        root.points.as_ref().and_then(|points| {
            version.grades.iter().find(|grade| grade.least.as_ref().is_none_or(|least| points >= least))
        })
    };
    let by_veto = || version.veto_grade.clone().or_else(|| version.grades.last().map(|grade| grade.grade.clone()));
    let grade = if vetoed { by_veto() } else { by_points().map(|grade| grade.grade.clone()) };
    let leaf_missing = |item: &&ItemResult| item.points.is_none() && item.reason != Some("下级指标待填报");
    Scorecard {
        standard: standard.standard.clone(),
        version: version.version.clone(),
        on,
        shown: root.points.as_ref().map(|points| points.shown(2)),
        total: root.points,
        grade,
        verdict: if vetoed { Some(Verdict::Fail) } else { root.verdict },
        missing: items.iter().filter(leaf_missing).map(|item| item.item.clone()).collect(),
        vetoes,
        items,
        lines,
    }
}

fn no_version(on: Date) -> Refusal {
    Refusal::new("SC-03", format!("{on} 没有有效的标准版本"), format!("no version of the standard is in force on {on}"))
}

fn unknown(list: &str, zh: &str, en: &str, name: &str) -> Refusal {
    Refusal::new("SC-04", format!("{list}: 没有{zh} {name}"), format!("{list}: there is no {en} {name}"))
}

fn repeated(list: &str, name: &str) -> Refusal {
    Refusal::new("SC-05", format!("{list}: {name} 重复"), format!("{list}: {name} is there twice"))
}

fn misfit(zh: &str, en: &str) -> Refusal {
    Refusal::new("SC-06", zh, en)
}
