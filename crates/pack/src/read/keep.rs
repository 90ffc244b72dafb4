//! `keep = "1 year after closed"`: how long the sealed values of a register are kept.

use super::condition::read_stretch;
use super::cursor::Item;
use crate::condition::{Plus, Step};
use crate::fault;
use crate::model::{Field, Keep, Register};
use crate::words::did_you_mean;

/// Reads the term; the register's fields and states are known.
pub(super) fn read_keep(item: &Item, register: &Register) -> Option<Keep> {
    let text = item.text()?;
    let complain = |what: String, hint: String| item.fault(fault::KEEP, what, hint);
    if !register.fields.values().any(Field::is_erasable) {
        let what = format!("register `{}` has no sealed field and no files that could be destroyed", register.name);
        complain(what, "declare `sealed = true` on what is personal, or drop `keep`".to_owned());
        return None;
    }
    let read = text.split_once(" after ").and_then(|(stretch, after)| match read_stretch(stretch)? {
        Plus::Stretch(length, step) if length > 0 && step != Step::Workdays => Some((length, step, after)),
        _ => None,
    });
    let Some((length, step, after)) = read else {
        let hint = "write such as \"1 year after closed\": days, weeks, months or years, and a state of the flow";
        complain(format!("`keep = \"{text}\"` cannot be read"), hint.to_owned());
        return None;
    };
    let states = register.flow.as_ref().map(|flow| &flow.states);
    let Some(state) = states.and_then(|states| states.get(after)) else {
        let names = states.into_iter().flat_map(|states| states.keys().map(String::as_str));
        complain(format!("no state `{after}` in the flow of `{}`", register.name), did_you_mean(after, names));
        return None;
    };
    let Some(day) = state.day.clone() else {
        let hint = format!("add `day` to [flow.state.{after}]: the date field that a move sets then");
        complain(format!("state `{after}` does not say when it came about"), hint);
        return None;
    };
    Some(Keep { length, step, after: after.to_owned(), day })
}
