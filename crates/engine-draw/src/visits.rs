//! Inspections at random (双随机): which objects are visited, and by which two officers each.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::draw::{Witness, check_sheet_texts, seed};
use crate::list::{check_names, lines_digest, sorted_numbers};
use crate::order::key;
use crate::refusal::Refusal;
use crate::text::{Text, is_number, is_plain};
use crate::time;

/// A whole, in hundredths of a percent.
const WHOLE: u64 = 10_000;
const OBJECTS_MAX: usize = 100_000;
const OFFICERS_MAX: usize = 1_000;

/// What may be drawn, frozen once it has its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster<'a> {
    /// Batch number, used once.
    #[serde(borrow)]
    pub batch: Text<'a>,
    /// When the roster was frozen.
    #[serde(borrow)]
    pub frozen_at: Text<'a>,
    /// Who may edit the roster; at least one.
    #[serde(borrow)]
    pub keepers: Vec<Text<'a>>,
    /// Classes with the share of each that is drawn; ascending by class once frozen.
    #[serde(borrow)]
    pub strata: Vec<Stratum<'a>>,
    /// 检查对象; ascending by number once frozen.
    #[serde(borrow)]
    pub objects: Vec<Object<'a>>,
    /// 执法检查人员; ascending once frozen.
    #[serde(borrow)]
    pub officers: Vec<Text<'a>>,
    /// 回避: who may not visit whom; ascending once frozen.
    #[serde(borrow)]
    pub avoid: Vec<Avoid<'a>>,
    /// SM3 of the canonical text, lower-case hex; absent before the freeze.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Text<'a>>,
}

/// A class of objects, for example by credit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum<'a> {
    /// Its name.
    #[serde(borrow)]
    pub class: Text<'a>,
    /// The share that is drawn, in hundredths of a percent, 0 to 10,000; rounded up to a whole object.
    pub share: u64,
}

/// Somebody who may be visited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object<'a> {
    /// Its number, unique.
    #[serde(borrow)]
    pub number: Text<'a>,
    /// Its class.
    #[serde(borrow)]
    pub class: Text<'a>,
}

/// An officer who must not visit an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Avoid<'a> {
    /// The object's number.
    #[serde(borrow)]
    pub object: Text<'a>,
    /// The officer's number.
    #[serde(borrow)]
    pub officer: Text<'a>,
    /// Why.
    #[serde(borrow)]
    pub ground: Text<'a>,
}

/// The sources of one draw.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitSheet<'a> {
    /// Who runs the draw; must not be one who may edit the roster.
    #[serde(borrow)]
    pub operator: Text<'a>,
    /// At least three, in the order they drew.
    #[serde(borrow)]
    pub witnesses: Vec<Witness<'a>>,
}

/// A draw with its outcome: enough to recompute it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitPlan<'a> {
    /// What could be drawn.
    #[serde(borrow)]
    pub roster: Roster<'a>,
    /// Who ran it.
    #[serde(borrow)]
    pub operator: Text<'a>,
    /// The witnesses in the order they drew.
    #[serde(borrow)]
    pub witnesses: Vec<Witness<'a>>,
    /// The seed, lower-case hex.
    #[serde(borrow)]
    pub seed: Text<'a>,
    /// By class, then in order of the draw.
    #[serde(borrow)]
    pub visits: Vec<Visit<'a>>,
}

/// An object that is visited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit<'a> {
    /// The object's number.
    #[serde(borrow)]
    pub object: Text<'a>,
    /// Its class.
    #[serde(borrow)]
    pub class: Text<'a>,
    /// The officer who leads.
    #[serde(borrow)]
    pub lead: Text<'a>,
    /// The second officer.
    #[serde(borrow)]
    pub second: Text<'a>,
    /// Whose turn it was, but who has to keep away, and why.
    #[serde(borrow)]
    pub passed: Vec<Avoid<'a>>,
}

/// Freezes a roster: checks and sorts it and writes its digest.
///
/// # Errors
/// [`Refusal`] `PW-02`, `PW-04`, `PW-05`, `PW-10`, `PW-40`, `PW-41` with the first offending row.
pub fn freeze_roster(mut roster: Roster<'_>) -> Result<Roster<'_>, Refusal> {
    check_roster(&roster)?;
    roster.strata.sort();
    roster.objects.sort();
    roster.officers.sort();
    roster.avoid.sort();
    roster.digest = Some(roster_digest(&roster).into());
    Ok(roster)
}

/// Draws the objects of each class and two officers for each of them.
///
/// Of a class those with the smallest keys under the seed are drawn, its share rounded up. For each of them the officers
/// stand in the order of how many visits they have already, then of their keys for this object; the first two who need
/// not keep away are taken.
///
/// # Errors
/// [`Refusal`]: a faulty or changed roster, faulty sources (`PW-02`, `PW-10`, `PW-13`, `PW-14`, `PW-43`), or `PW-42` with
/// the object for which no two officers are left.
pub fn draw_visits<'a>(roster: Roster<'a>, sheet: VisitSheet<'a>) -> Result<VisitPlan<'a>, Refusal> {
    let frozen = freeze_roster(roster.clone())?;
    if frozen != roster {
        return Err(Refusal::new("PW-09"));
    }
    accept_witnesses(&frozen, &sheet)?;
    let seed = seed(frozen.digest.as_deref().unwrap_or_default(), &sheet.witnesses, None);
    let visits = assigned(&frozen, &seed)?;
    let VisitSheet { operator, witnesses } = sheet;
    Ok(VisitPlan { roster: frozen, operator, witnesses, seed: seed.into(), visits })
}

/// Recomputes a draw.
///
/// # Errors
/// What [`draw_visits`] refuses, or `PW-44` with the first visit that differs (none if the seed does).
pub fn check_visits(plan: &VisitPlan) -> Result<(), Refusal> {
    let sheet = VisitSheet { operator: plan.operator.clone(), witnesses: plan.witnesses.clone() };
    let drawn = draw_visits(plan.roster.clone(), sheet)?;
    if let Some(place) = (0..drawn.visits.len()).find(|place| plan.visits.get(*place) != Some(&drawn.visits[*place])) {
        return Err(Refusal::new("PW-44").at_row(place + 1));
    }
    if drawn == *plan { Ok(()) } else { Err(Refusal::new("PW-44")) }
}

fn check_roster(roster: &Roster) -> Result<(), Refusal> {
    check_names(&roster.batch, &roster.batch, &roster.keepers)?;
    if roster.objects.len() > OBJECTS_MAX || roster.officers.len() > OFFICERS_MAX {
        return Err(Refusal::new("PW-04"));
    }
    let numbers: Vec<Text> = roster.objects.iter().map(|object| object.number.clone()).collect();
    sorted_numbers(&numbers)?;
    if roster.officers.len() < 2 {
        return Err(Refusal::new("PW-41"));
    }
    sorted_numbers(&roster.officers)?;
    let classes: BTreeSet<&str> = roster.strata.iter().map(|stratum| &*stratum.class).collect();
    let faulty = |stratum: &Stratum| !is_plain(&stratum.class) || stratum.share > WHOLE;
    if classes.len() != roster.strata.len() || roster.strata.iter().any(faulty) {
        return Err(Refusal::new("PW-40"));
    }
    if let Some(place) = roster.objects.iter().position(|object| !classes.contains(&*object.class)) {
        return Err(Refusal::new("PW-40").about(&*roster.objects[place].class).at_row(place + 1));
    }
    let faulty = |avoid: &Avoid| !is_number(&avoid.object) || !is_number(&avoid.officer) || !is_plain(&avoid.ground);
    if let Some(place) = roster.avoid.iter().position(faulty) {
        return Err(Refusal::new("PW-02").at_row(place + 1));
    }
    match time::seconds(&roster.frozen_at) {
        Some(_) => Ok(()),
        None => Err(Refusal::new("PW-10")),
    }
}

/// SM3 of `batch`, then one line for each class, object, officer and avoidance.
fn roster_digest(roster: &Roster) -> String {
    let strata = roster.strata.iter().map(|stratum| format!("share|{}|{}", &*stratum.class, stratum.share));
    let objects = roster.objects.iter().map(|object| format!("object|{}|{}", &*object.number, &*object.class));
    let officers = roster.officers.iter().map(|officer| format!("officer|{}", &**officer));
    let avoid =
        roster.avoid.iter().map(|avoid| format!("avoid|{}|{}|{}", &*avoid.object, &*avoid.officer, &*avoid.ground));
    let head = roster.batch.to_string();
    let lines: Vec<String> = std::iter::once(head).chain(strata).chain(objects).chain(officers).chain(avoid).collect();
    lines_digest(lines.iter().map(String::as_str))
}

fn accept_witnesses(roster: &Roster, sheet: &VisitSheet) -> Result<(), Refusal> {
    check_sheet_texts(&sheet.operator, &sheet.witnesses)?;
    let witnesses = &sheet.witnesses;
    let (Some(frozen), Some(times)) = (
        time::seconds(&roster.frozen_at),
        witnesses.iter().map(|witness| time::seconds(&witness.drawn_at)).collect::<Option<Vec<_>>>(),
    ) else {
        return Err(Refusal::new("PW-10"));
    };
    let names: BTreeSet<&str> = witnesses.iter().map(|witness| &*witness.name).collect();
    if names.len() != witnesses.len() || names.len() < 3 || times.iter().any(|drawn| *drawn < frozen) {
        return Err(Refusal::new("PW-43"));
    }
    let two_digits = |ball: &str| ball.len() == 2 && ball.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(place) = witnesses.iter().position(|witness| !two_digits(&witness.ball)) {
        return Err(Refusal::new("PW-13").at_row(place + 1));
    }
    if roster.keepers.contains(&sheet.operator) {
        return Err(Refusal::new("PW-14"));
    }
    Ok(())
}

/// Of a class of `size` objects so many are drawn.
fn wanted(size: usize, share: u64) -> usize {
    (size as u64 * share).div_ceil(WHOLE) as usize
}

fn assigned<'a>(roster: &Roster<'a>, seed: &str) -> Result<Vec<Visit<'a>>, Refusal> {
    let avoid: BTreeMap<(&str, &str), &Avoid> =
        roster.avoid.iter().map(|avoid| ((&*avoid.object, &*avoid.officer), avoid)).collect();
    let mut visits_of = vec![0_u32; roster.officers.len()];
    let mut visits = vec![];
    for stratum in &roster.strata {
        let mut objects: Vec<&Object> = roster.objects.iter().filter(|object| object.class == stratum.class).collect();
        objects.sort_by_cached_key(|object| (key(seed, &object.number), object.number.clone()));
        objects.truncate(wanted(objects.len(), stratum.share));
        for object in objects {
            let mut order: Vec<usize> = (0..roster.officers.len()).collect();
            order.sort_by_cached_key(|officer| {
                let number = &*roster.officers[*officer];
                (visits_of[*officer], key(seed, &format!("{}|{number}", &*object.number)), *officer)
            });
            let (mut chosen, mut passed) = (vec![], vec![]);
            for officer in order {
                match avoid.get(&(&*object.number, &*roster.officers[officer])) {
                    Some(ground) => passed.push((*ground).clone()),
                    None => chosen.push(officer),
                }
                if chosen.len() == 2 {
                    break;
                }
            }
            let [lead, second] = chosen[..] else {
                return Err(Refusal::new("PW-42").about(&*object.number));
            };
            visits_of[lead] += 1;
            visits_of[second] += 1;
            let name = |officer: usize| roster.officers[officer].clone();
            let (number, class) = (object.number.clone(), object.class.clone());
            visits.push(Visit { object: number, class, lead: name(lead), second: name(second), passed });
        }
    }
    Ok(visits)
}
