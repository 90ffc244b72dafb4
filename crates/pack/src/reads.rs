//! What a condition reads: every path in it, and the numbers of records at their ends.

use crate::condition::{Condition, Operand, Path, Source};
use crate::model::{Aggregate, Indicator, Kind, Packs};

/// Visits every path of a condition with the register it starts at, operands and `has` included.
pub fn paths<'c>(condition: &'c Condition, register: &str, visit: &mut dyn FnMut(&str, &'c Path)) {
    let operand = |operand: &'c Operand, visit: &mut dyn FnMut(&str, &'c Path)| {
        if let Source::Field(path) = &operand.source {
            visit(register, path);
        }
    };
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| paths(part, register, visit)),
        Condition::Not(part) => paths(part, register, visit),
        Condition::Compare(path, _, right) | Condition::InUnit(path, right) => {
            visit(register, path);
            operand(right, visit);
        }
        Condition::OneOf(path, _)
        | Condition::Empty(path, _)
        | Condition::Contains(path, _)
        | Condition::Holds(path, _)
        | Condition::Day(path, _) => visit(register, path),
        Condition::Has { register, filter, .. } => paths(filter, register, visit),
    }
}

impl Packs {
    /// The number of records that a path leads to, if it leads to one.
    pub fn number_at(&self, register: &str, path: &[String]) -> Option<&Indicator> {
        let (last, steps) = path.split_last()?;
        let mut at = register;
        for step in steps {
            match &self.field(at, step)?.kind {
                Kind::Ref { to } => at = to,
                _ => return None,
            }
        }
        self.number(at, last)
    }

    /// The numbers of records that a condition reads, in the order in which it names them.
    pub fn numbers_in(&self, register: &str, condition: &Condition) -> Vec<&Indicator> {
        let mut read = vec![];
        paths(condition, register, &mut |register, path| read.extend(self.number_at(register, path)));
        read
    }

    /// The numbers of records that an indicator's own conditions read.
    pub fn numbers_read(&self, indicator: &Indicator) -> Vec<&Indicator> {
        let mut read = self.numbers_in(&indicator.of, &indicator.filter);
        if let Aggregate::Share(part) = &indicator.aggregate {
            read.extend(self.numbers_in(&indicator.of, part));
        }
        read
    }
}
