//! Who may do what on which records: a condition that becomes part of every query.

use crate::table::UNIT;
use luoshi_pack::condition::{Condition, Operand, Path, Source};
use luoshi_pack::{Action, Grant, Kind, Packs, Scope, Value};

/// A post as access sees it: the role's name and the unit's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The role.
    pub role: &'a str,
    /// The unit.
    pub unit: i64,
}

/// The records of a register on which these posts allow an action; `None`: none at all, whatever the record.
pub fn scope<'p>(packs: &'p Packs, seats: &[Seat<'_>], register: &'p str, action: Action) -> Option<Condition> {
    let held_by = |seat: &'_ Seat<'_>| {
        let unit = seat.unit;
        grants(packs, *seat, register, action).map(move |grant| (unit, grant))
    };
    if seats.iter().flat_map(held_by).any(|(_, grant)| is_unbounded(grant)) {
        return Some(Condition::All(vec![]));
    }
    let mut parts: Vec<Condition> = seats.iter().flat_map(held_by).map(|(unit, grant)| held(unit, grant)).collect();
    let follows = matches!(action, Action::See | Action::Export);
    if follows && packs.registers.get(register).is_some_and(|declared| declared.shared) {
        parts.extend(referring(packs, seats, register, action));
    }
    if parts.iter().any(|part| *part == Condition::All(vec![])) {
        return Some(Condition::All(vec![]));
    }
    (!parts.is_empty()).then_some(Condition::Any(parts))
}

fn is_unbounded(grant: &Grant) -> bool {
    grant.scope == Scope::All && grant.filter == Condition::All(vec![])
}

fn grants<'p>(
    packs: &'p Packs,
    seat: Seat<'_>,
    register: &'p str,
    action: Action,
) -> impl Iterator<Item = &'p Grant> + use<'p> {
    packs.roles.get(seat.role).into_iter().flat_map(|role| &role.may).filter(move |grant| {
        grant.actions.contains(&action) && (grant.on.is_empty() || grant.on.iter().any(|on| on == register))
    })
}

/// A grant seen from the post's unit.
fn held(unit: i64, grant: &Grant) -> Condition {
    let owner = vec!["owner".to_string()];
    let unit = Operand::literal(Value::Int(unit));
    let place = match grant.scope {
        Scope::All => None,
        Scope::Unit => Some(Condition::Compare(owner, luoshi_pack::condition::Compare::Equal, unit)),
        Scope::Subtree => Some(Condition::InUnit(owner, unit)),
    };
    let filter = (grant.filter != Condition::All(vec![])).then(|| grant.filter.clone());
    match (place, filter) {
        (None, None) => Condition::All(vec![]),
        (Some(part), None) | (None, Some(part)) => part,
        (Some(place), Some(filter)) => Condition::All(vec![place, filter]),
    }
}

/// A shared record may be read, or exported, when a record that one may read, or export, refers to it.
fn referring(packs: &Packs, seats: &[Seat<'_>], register: &str, action: Action) -> Vec<Condition> {
    let owned = packs.registers.values().filter(|other| !other.shared);
    let mut parts = vec![];
    for other in owned {
        for field in other.fields.values() {
            if !matches!(&field.kind, Kind::Ref { to } if to == register) {
                continue;
            }
            let Some(filter) = scope(packs, seats, &other.name, action) else { continue };
            let (register, by) = (other.name.clone(), field.name.clone());
            parts.push(Condition::Has { register, by, filter: Box::new(filter), least: 1, most: None });
        }
    }
    parts
}

/// What a condition says of the record at the end of a path; `None` where it looks back from there, or at its moves.
pub fn at(steps: &[String], condition: &Condition) -> Option<Condition> {
    let path = |path: &Path| steps.iter().chain(path).cloned().collect::<Path>();
    let operand = |operand: &Operand| match &operand.source {
        Source::Field(field) => Some(Operand { source: Source::Field(path(field)), ..operand.clone() }),
        Source::Move(_) | Source::Asked(..) => None,
        _ => Some(operand.clone()),
    };
    let all = |parts: &[Condition]| parts.iter().map(|part| at(steps, part)).collect::<Option<Vec<_>>>();
    Some(match condition {
        Condition::All(parts) => Condition::All(all(parts)?),
        Condition::Any(parts) => Condition::Any(all(parts)?),
        Condition::Not(part) => Condition::Not(Box::new(at(steps, part)?)),
        Condition::Compare(left, compare, right) => Condition::Compare(path(left), *compare, operand(right)?),
        Condition::InUnit(left, right) => Condition::InUnit(path(left), operand(right)?),
        Condition::OneOf(left, values) => Condition::OneOf(path(left), values.clone()),
        Condition::Empty(left, empty) => Condition::Empty(path(left), *empty),
        Condition::Contains(left, part) => Condition::Contains(path(left), part.clone()),
        Condition::Holds(left, right) => Condition::Holds(path(left), operand(right)?),
        Condition::Day(left, day) => Condition::Day(path(left), *day),
        Condition::Has { .. } => return None,
    })
}

/// Two conditions joined by *and*; one that always holds leaves the other.
pub fn both(left: Condition, right: Condition) -> Condition {
    match (left, right) {
        (Condition::All(parts), other) | (other, Condition::All(parts)) if parts.is_empty() => other,
        (left, right) => Condition::All(vec![left, right]),
    }
}

/// Whether a register's records are places of the organisation itself.
pub fn is_unit(packs: &Packs, register: &str) -> bool {
    register == UNIT || packs.registers.get(register).is_some_and(|declared| declared.extends.as_deref() == Some(UNIT))
}
