//! 到期清单: records whose term of keeping is over, register by register, from which an order of erasure is filed.

use crate::bureau::{Bureau, broken};
use crate::erase;
use crate::list::title;
use crate::record::Seen;
use crate::refusal::Refusal;
use crate::view::{KeptList, KeptRow, RegisterHead, RetentionView};
use crate::{Actor, say};
use luoshi_kernel::access::both;
use luoshi_kernel::{Context, keep};
use luoshi_pack::{Action, Condition, Keep, Register};
use luoshi_store::{Reader, StoreError};

/// Rows of a page; as many as an order may name at most.
const ROWS: u64 = 50;

/// Everything that is due, for whoever may order its erasure; `page` from 1, of the register named.
pub fn retention(bureau: &Bureau, actor: &Actor, of: Option<&str>, page: u64) -> Result<RetentionView, Refusal> {
    if !erase::may_order(bureau, actor) {
        return Err(Refusal::absent());
    }
    let context = bureau.context(bureau.clock.today());
    let read = |reader: &mut Reader| {
        let mut lists = vec![];
        for (register, keep, due) in terms(bureau, actor) {
            let page = if of == Some(&register.name) { page.max(1) } else { 1 };
            lists.push(list(bureau, actor, reader, &context, (register, keep, &due), page)?);
        }
        Ok(RetentionView { lists, given: erase::given(bureau, actor, "", None) })
    };
    bureau.store.read(read).map_err(broken)
}

/// Registers with a term, each with what of it is due and seen by the person.
fn terms<'b>(bureau: &'b Bureau, actor: &Actor) -> Vec<(&'b Register, &'b Keep, Condition)> {
    let due = |register: &'b Register| {
        let seen = actor.scope(bureau, &register.name, Action::See)?;
        Some((register, register.keep.as_ref()?, both(seen, keep::due(register)?)))
    };
    bureau.packs.registers.values().filter_map(due).collect()
}

/// How much is due of each register that has something due: for the workbench of whoever may order its erasure.
pub fn counts(bureau: &Bureau, actor: &Actor, reader: &mut Reader) -> Result<Vec<RegisterHead>, StoreError> {
    let context = bureau.context(bureau.clock.today());
    let mut out = vec![];
    if !erase::may_order(bureau, actor) {
        return Ok(out);
    }
    for (register, keep, due) in terms(bureau, actor) {
        let (count, _) = erase::with_something(bureau, reader, &context, register, &due, &keep.day, (0, 0))?;
        if count > 0 {
            out.push(head(register, actor, count));
        }
    }
    Ok(out)
}

fn head(register: &Register, actor: &Actor, count: u64) -> RegisterHead {
    RegisterHead { name: register.name.clone(), title: title(register, actor.lang), count: Some(count) }
}

fn list(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    (register, keep, due): (&Register, &Keep, &Condition),
    page: u64,
) -> Result<KeptList, StoreError> {
    let skip = (page - 1).saturating_mul(ROWS);
    let (count, ids) = erase::with_something(bureau, reader, context, register, due, &keep.day, (skip, ROWS))?;
    let seen = Seen { bureau, actor, register, context, known: None, day: context.today, now: true };
    let mut rows = vec![];
    for id in ids {
        let Some(record) = reader.record(bureau.table(&register.name), id, None)? else { continue };
        let line = erase::line(&register.name, id);
        rows.push(KeptRow {
            id,
            title: seen.title(reader, &record)?,
            serial: record.serial.clone().unwrap_or_default(),
            since: record
                .value(&keep.day)
                .date()
                .map_or_else(String::new, |day| say::day(day, context.today, actor.lang)),
            order: erase::open_orders(&seen, reader, &line)?.pop(),
            line,
        });
    }
    Ok(KeptList {
        register: head(register, actor, count),
        term: keep::term(register, keep, actor.lang),
        rows,
        page,
        pages: count.div_ceil(ROWS).max(1),
    })
}
