//! What events do to items, one by one, in the order of their days.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Tree, misfit, no_version, repeated, unknown};
use crate::scorecard::{EventLine, Note, VetoFound};
use crate::{Appeal, Direction, EventFact, Exact, Facts, How, Item, Kind, KindPoints, Refusal, Standard};

/// All events judged: their lines, what they change each item by, and the vetoes they make.
pub(super) struct Judged<'a> {
    pub lines: Vec<EventLine>,
    pub changes: BTreeMap<&'a str, Exact>,
    pub vetoes: Vec<VetoFound>,
}

/// One event with the rule of its own day.
struct Case<'a> {
    event: &'a EventFact,
    kind: &'a Kind,
    version: &'a str,
    /// The item of today's tree that it changes.
    item: Option<&'a Item>,
}

pub(super) fn judge_events<'a>(
    standard: &'a Standard,
    tree: &Tree<'a>,
    facts: &'a Facts,
    on: Date,
    period_start: Option<Date>,
) -> Result<Judged<'a>, Refusal> {
    let mut cases = Vec::new();
    let mut seen = BTreeMap::new();
    for (index, event) in facts.events.iter().enumerate() {
        let at_row = |refusal: Refusal| refusal.at_row(index + 1);
        cases.push(case(standard, tree, event).map_err(at_row)?);
        if event.event.trim().is_empty() || seen.insert(event.event.as_str(), event).is_some() {
            return Err(at_row(repeated("events", &event.event)));
        }
    }
    let appeals = appeals(facts, &seen)?;
    cases.sort_by(|a, b| (a.event.day, &a.event.event).cmp(&(b.event.day, &b.event.event)));
    let mut judged = Judged { lines: Vec::new(), changes: BTreeMap::new(), vetoes: Vec::new() };
    let mut used = BTreeMap::new();
    let mut veto_events = BTreeMap::new();
    for case in &cases {
        let appeal = appeals.get(case.event.event.as_str()).copied();
        let (share, mut notes) = share(case, appeal, on, period_start);
        if !share.is_zero() {
            count_veto(case, &mut veto_events, &mut judged.vetoes);
        }
        let full = full_points(case);
        let wanted = full.clone() * &share;
        let counted = limit(case, wanted, &mut used, &judged.changes, &mut notes);
        let points = match case.item.map(|item| &item.how) {
            Some(How::Events { direction: Direction::Deduct, .. }) => Exact::zero() - &counted,
            _ => counted,
        };
        if let Some(item) = case.item {
            let change = judged.changes.entry(item.item.as_str()).or_default();
            *change = change.clone() + &points;
        }
        judged.lines.push(line(case, full, points, notes));
    }
    Ok(judged)
}

fn case<'a>(standard: &'a Standard, tree: &Tree<'a>, event: &'a EventFact) -> Result<Case<'a>, Refusal> {
    let version = standard.in_force(event.day).ok_or_else(|| no_version(event.day))?;
    let found = version.kinds.iter().find(|kind| kind.kind == event.kind);
    let kind = found.ok_or_else(|| unknown("events", "事件种类", "kind", &event.kind))?;
    let item = match &kind.item {
        None => None,
        Some(name) => {
            let item = tree.0.get(name.as_str()).filter(|item| matches!(item.how, How::Events { .. }));
            Some(*item.ok_or_else(|| {
                unknown("events", "现行版本的事件指标", "item judged from events in today's version", name)
            })?)
        }
    };
    check_event(event, kind)?;
    Ok(Case { event, kind, version: &version.version, item })
}

fn check_event(event: &EventFact, kind: &Kind) -> Result<(), Refusal> {
    let id = &event.event;
    if event.cases == 0 {
        return Err(misfit(&format!("events: {id} 件数应大于 0"), &format!("events: {id} needs at least one case")));
    }
    let fits = match (&kind.points, &event.points) {
        (Some(KindPoints::Between { least, most }), Some(points)) => least <= points && points <= most,
        (Some(KindPoints::Between { .. }), None) => false,
        (_, points) => points.is_none(),
    };
    if !fits {
        return Err(misfit(
            &format!("events: {id} 的分值不合其种类的规定"),
            &format!("events: the points of {id} do not fit its kind"),
        ));
    }
    let in_order = [Some(event.day), event.fixed_on, event.repaired_on].into_iter().flatten().is_sorted();
    if in_order && (event.repaired_on.is_none() || event.fixed_on.is_some()) {
        return Ok(());
    }
    Err(Refusal::new(
        "SC-07",
        format!("events: {id} 应先发生、再整改、后修复"),
        format!("events: {id} must happen first, then be fixed, then be repaired"),
    ))
}

fn appeals<'a>(
    facts: &'a Facts,
    events: &BTreeMap<&str, &EventFact>,
) -> Result<BTreeMap<&'a str, &'a Appeal>, Refusal> {
    let mut appeals = BTreeMap::new();
    for (index, appeal) in facts.appeals.iter().enumerate() {
        let at_row = |refusal: Refusal| refusal.at_row(index + 1);
        let Some(event) = events.get(appeal.event.as_str()) else {
            return Err(at_row(unknown("appeals", "事件", "event", &appeal.event)));
        };
        if appeals.insert(appeal.event.as_str(), appeal).is_some() {
            return Err(at_row(repeated("appeals", &appeal.event)));
        }
        if appeal.decided_on < event.day {
            let id = &appeal.appeal;
            let refusal = Refusal::new(
                "SC-07",
                format!("appeals: {id} 早于其事件"),
                format!("appeals: {id} was decided before its event"),
            );
            return Err(at_row(refusal));
        }
    }
    Ok(appeals)
}

/// How much of an event counts on a day, from 0 to 1, and why not all of it.
fn share(case: &Case<'_>, appeal: Option<&Appeal>, on: Date, period_start: Option<Date>) -> (Exact, Vec<Note>) {
    let event = case.event;
    if event.day > on || period_start.is_some_and(|start| event.day < start) {
        return (Exact::zero(), vec![Note::OutsidePeriod]);
    }
    if let Some(appeal) = appeal.filter(|appeal| appeal.granted && appeal.decided_on <= on) {
        return (Exact::zero(), vec![Note::Voided { appeal: appeal.appeal.clone() }]);
    }
    let mut share = Exact::one();
    let mut notes = Vec::new();
    let decayed =
        case.kind.decay.iter().rev().find(|step| later(event.day, step.months).is_some_and(|from| from <= on));
    if let Some(step) = decayed {
        share = step.share.clone();
        notes.push(Note::Decayed { share: step.share.clone() });
    }
    if let Some((restored, note)) = repair(case, on) {
        share = share * &(Exact::one() - &restored);
        notes.push(note);
    }
    (share, notes)
}

/// The share that a repair restores, when one was decided by that day.
fn repair(case: &Case<'_>, on: Date) -> Option<(Exact, Note)> {
    let (fixed, repaired) = (case.event.fixed_on?, case.event.repaired_on.filter(|day| *day <= on)?);
    let possible_from = case.kind.repair.as_ref().and_then(|repair| later(fixed, repair.months));
    match (&case.kind.repair, possible_from) {
        (Some(repair), Some(from)) if from <= repaired => {
            Some((repair.share.clone(), Note::Repaired { share: repair.share.clone() }))
        }
        _ => Some((Exact::zero(), Note::RepairTooEarly { possible_from })),
    }
}

fn later(day: Date, months: u16) -> Option<Date> {
    day.checked_add(i32::from(months).months()).ok()
}

/// Cases times points, as the rule of the event's own day has it.
fn full_points(case: &Case<'_>) -> Exact {
    let cases = Exact::whole(i64::from(case.event.cases));
    match (&case.kind.points, case.item) {
        (Some(KindPoints::Each(points)), _) => cases * points,
        (Some(KindPoints::Between { .. }), _) => cases * &case.event.points.clone().unwrap_or_default(),
        (Some(KindPoints::Whole), Some(item)) => item.points.clone(),
        _ => Exact::zero(),
    }
}

/// Cuts an event to what its kind's cap and its item still leave.
fn limit<'a>(
    case: &Case<'a>,
    wanted: Exact,
    used: &mut BTreeMap<&'a str, Exact>,
    changes: &BTreeMap<&str, Exact>,
    notes: &mut Vec<Note>,
) -> Exact {
    let Some(item) = case.item else { return Exact::zero() };
    let mut counted = wanted;
    let so_far = used.entry(case.kind.kind.as_str()).or_default();
    if let Some(cap) = &case.kind.cap {
        let left = (cap.clone() - so_far).max(Exact::zero());
        cut(&mut counted, left, Note::KindCap, notes);
    }
    let change = changes.get(item.item.as_str()).cloned().unwrap_or_default();
    let left = match &item.how {
        How::Events { direction: Direction::Deduct, floor } => item.points.clone() + &change - floor,
        _ => item.points.clone() - &change,
    };
    cut(&mut counted, left, Note::ItemLimit, notes);
    *so_far = so_far.clone() + &counted;
    counted
}

fn cut(counted: &mut Exact, left: Exact, note: Note, notes: &mut Vec<Note>) {
    if *counted > left {
        *counted = left;
        notes.push(note);
    }
}

/// Counts the cases of a veto kind; the event that reaches the number of its own rule makes the veto.
fn count_veto<'a>(case: &Case<'a>, counts: &mut BTreeMap<&'a str, (u64, Vec<String>)>, vetoes: &mut Vec<VetoFound>) {
    let Some(least) = case.kind.veto else { return };
    let kind = case.kind.kind.as_str();
    let (count, events) = counts.entry(kind).or_default();
    *count += u64::from(case.event.cases);
    events.push(case.event.event.clone());
    if let Some(veto) = vetoes.iter_mut().find(|veto| veto.kind == kind) {
        veto.events.clone_from(events);
    } else if *count >= u64::from(least) {
        vetoes.push(VetoFound { kind: kind.to_owned(), version: case.version.to_owned(), events: events.clone() });
    }
}

fn line(case: &Case<'_>, full: Exact, points: Exact, notes: Vec<Note>) -> EventLine {
    EventLine {
        event: case.event.event.clone(),
        kind: case.event.kind.clone(),
        day: case.event.day,
        version: case.version.to_owned(),
        item: case.item.map(|item| item.item.clone()),
        full,
        points,
        notes,
    }
}
