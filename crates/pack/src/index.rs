//! Which indexes indicators need: one per register and shape, holding every column that their numbers read, so that a number is
//! read from the index alone. A shape is what narrows: the fields that `where` binds to a value or a few, and the day. And
//! which the links of views need, that they are counted by.

use crate::condition::{Compare, Condition, Path, Source};
use crate::model::{Aggregate, Indicator, Kind, Packs, Register, Stands};
use crate::reads::paths;

/// Most covering indexes of a register: each costs every write.
pub const MOST: usize = 4;

/// A planned index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covering {
    /// The register.
    pub register: String,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// The indicators that it serves.
    pub serves: Vec<String>,
}

/// The indexes that a register's indicators need, in the order of their declaration.
pub fn covering(packs: &Packs, register: &str) -> Vec<Covering> {
    let mut found: Vec<(Shape, Vec<String>)> = vec![];
    let indicators = packs.indicators.values().chain(packs.numbers.values());
    for indicator in indicators.filter(|indicator| indicator.of == register) {
        let shape = shape(packs, indicator);
        match found.iter_mut().find(|(other, _)| other.takes_in(&shape)) {
            Some((other, serves)) => {
                other.join(shape);
                serves.push(indicator.name.clone());
            }
            None => found.push((shape, vec![indicator.name.clone()])),
        }
    }
    let index = |(shape, serves): (Shape, Vec<String>)| {
        let mut columns: Vec<String> = vec![];
        join(&mut columns, shape.equal.into_iter().chain(shape.day).chain(shape.rest));
        Covering { register: register.to_string(), columns, serves }
    };
    // An index on one column is what a reference has anyway.
    found.into_iter().map(index).filter(|index| index.columns.len() > 1).collect()
}

/// The index from which the links of a register's views are counted that are bounded by a day or an amount: all that these
/// ask, after the owner, since most people see the records of few units; who sees all skips from owner to owner. Links that
/// ask for owner and state alone are counted otherwise.
pub fn of_views(packs: &Packs, register: &Register) -> Option<Vec<String>> {
    let own = |name: &String| own(packs, &register.name, name);
    let bounded: Vec<(String, &Condition)> =
        register.views.values().filter_map(|view| Some((bounded(&view.filter).filter(own)?, &view.filter))).collect();
    if bounded.is_empty() {
        return None;
    }
    let mut columns: Vec<String> = register.owner.iter().map(|_| "owner".to_string()).collect();
    join(&mut columns, bounded.iter().map(|(name, _)| name.clone()));
    join(&mut columns, bounded.iter().flat_map(|(_, filter)| asked(filter, &register.name)).filter(own));
    Some(columns)
}

/// The first column of its own that a condition bounds.
fn bounded(condition: &Condition) -> Option<String> {
    match condition {
        Condition::All(parts) => parts.iter().find_map(bounded),
        Condition::Compare(path, Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast, operand)
            if path.len() == 1 && !matches!(operand.source, Source::Field(_)) =>
        {
            path.first().cloned()
        }
        _ => None,
    }
}

/// The first steps of the paths that a condition asks of a register.
fn asked(condition: &Condition, of: &str) -> Vec<String> {
    let mut names = vec![];
    paths(condition, of, &mut |register, path| {
        if register == of {
            names.extend(path.first().cloned());
        }
    });
    names
}

/// Adds what is not there yet.
fn join(columns: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for name in more {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
}

/// Whether an index of a register may hold a column: what is kept with another register is read there.
fn own(packs: &Packs, register: &str, name: &str) -> bool {
    let Some(declared) = packs.registers.get(register) else { return false };
    match name {
        "state" => declared.flow.is_some(),
        "owner" => declared.owner.is_some(),
        _ => declared.fields.get(name).is_some_and(|field| {
            !field.sealed && !matches!(field.kind, Kind::LongText { .. } | Kind::Files { .. } | Kind::Area)
        }),
    }
}

/// What an indicator reads of its own register.
struct Shape {
    /// Asked to be equal to something: these narrow an index from the left. `state` is not among them, since an index
    /// led by it is taken where few records are in scope.
    equal: Vec<String>,
    /// The day that it counts by.
    day: Option<String>,
    /// The other columns of the condition, what is added up, and what it is broken down by.
    rest: Vec<String>,
}

impl Shape {
    /// Whether one index serves both: one binds what the other binds, or more.
    fn takes_in(&self, other: &Shape) -> bool {
        let within = |one: &Shape, other: &Shape| one.equal.iter().all(|name| other.equal.contains(name));
        self.day == other.day
            && self.equal.is_empty() == other.equal.is_empty()
            && (within(self, other) || within(other, self))
    }

    /// What both bind stands first.
    fn join(&mut self, other: Shape) {
        let (mut few, many) = if self.equal.len() <= other.equal.len() {
            (self.equal.clone(), other.equal)
        } else {
            (other.equal, self.equal.clone())
        };
        few.extend(many.into_iter().filter(|name| !few.contains(name)).collect::<Vec<_>>());
        self.equal = few;
        self.rest.extend(other.rest);
    }
}

fn shape(packs: &Packs, indicator: &Indicator) -> Shape {
    let own = |name: &String| own(packs, &indicator.of, name);
    // A path is followed from its first step.
    let firsts = |all: Vec<&Path>| all.into_iter().filter_map(|path| path.first().cloned()).filter(own).collect();
    let mut equal = vec![];
    match &indicator.per {
        // Numbers of a record are found by their reference, whatever else they ask.
        Some(per) => equal.extend(per.path.first().cloned()),
        None => narrow(&indicator.filter, &mut equal),
    }
    equal.retain(|name| own(name) && name != "state");
    let asked = asked(&indicator.filter, &indicator.of);
    let mut rest: Vec<&Path> = indicator.by.values().collect();
    let mut summed = vec![];
    match &indicator.aggregate {
        Aggregate::Count => {}
        Aggregate::Sum(field) => summed.push(field.clone()),
        Aggregate::Distinct(path) => rest.push(path),
        Aggregate::Share(part) => paths(part, &indicator.of, &mut |register, path| {
            if register == indicator.of {
                rest.push(path);
            }
        }),
    }
    let (day, until) = match &indicator.stands {
        Stands::Dated(day) => (Some(day.clone()), None),
        Stands::During(since, until) => (Some(since.clone()), Some(until.clone())),
        Stands::Still => (None, None),
    };
    let rest: Vec<String> = firsts(rest);
    let since = day.clone();
    let day = day.filter(|day| own(day) && indicator.per.is_none());
    Shape {
        day,
        equal,
        rest: asked.into_iter().chain(since).chain(until).chain(summed).chain(rest).filter(own).collect(),
    }
}

/// Columns that a condition binds to one value or a few, whichever record it is.
fn narrow(condition: &Condition, equal: &mut Vec<String>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| narrow(part, equal)),
        Condition::Compare(path, Compare::Equal, operand)
            if path.len() == 1 && !matches!(operand.source, Source::Field(_)) =>
        {
            equal.push(path[0].clone());
        }
        Condition::OneOf(path, _) if path.len() == 1 => equal.push(path[0].clone()),
        _ => {}
    }
}
