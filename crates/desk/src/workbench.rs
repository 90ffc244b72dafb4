//! 工作台: what awaits me, which numbers are mine, what changed since yesterday.

use crate::Actor;
use crate::bureau::{Bureau, broken};
use crate::list::Pick;
use crate::plan;
use crate::record::{Seen, who};
use crate::refusal::Refusal;
use crate::view::{ChangeLine, MeasureRow, Owed, Todo, WorkbenchView};
use crate::{cell, say};
use jiff::ToSpan;
use luoshi_kernel::kind::start_of;
use luoshi_kernel::list::Page;
use luoshi_kernel::query::{Planner, col};
use luoshi_kernel::sea_query::{Alias, ExprTrait, Order, Query, SelectStatement};
use luoshi_kernel::table::ColumnKind;
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Action, Kind, Move, Register, Value};
use luoshi_store::{Reader, StoreError};

/// Things to do that are shown.
const TODO_MOST: u64 = 30;
/// Of one move, so many records are shown; the last one says how many more await it.
const ALIKE_MOST: u64 = 4;
/// Owed records that are shown.
const OWED_MOST: u64 = 20;
/// Changes that are shown.
const CHANGES_MOST: usize = 12;

/// The workbench of a person.
pub fn workbench(bureau: &Bureau, actor: &Actor) -> Result<WorkbenchView, Refusal> {
    let today = bureau.clock.today();
    let read = |reader: &mut Reader| {
        Ok(WorkbenchView {
            name: actor.name.clone(),
            todo: todo(bureau, actor, reader)?,
            owed: owed(bureau, actor, reader)?,
            measures: measures(bureau, actor, reader, today)?,
            changes: changes(bureau, actor, reader)?,
            kept: crate::retention::counts(bureau, actor, reader)?,
        })
    };
    bureau.store.read(read).map_err(broken)
}

/// What the person owes, or one of the units of their posts, and has not fulfilled.
fn owed(bureau: &Bureau, actor: &Actor, reader: &mut Reader) -> Result<Vec<Owed>, StoreError> {
    let mut out = vec![];
    let today = bureau.clock.today();
    let context = bureau.context(today);
    for duty in bureau.packs.duties.values() {
        let register = bureau.packs.register(&duty.open.register);
        let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { continue };
        let me = match bureau.packs.field(&register.name, &duty.owes).map(|field| &field.kind) {
            Some(Kind::Ref { to }) if to == "person" => actor.person.into_iter().map(Value::Int).collect(),
            _ => actor.posts.iter().map(|post| Value::Int(post.unit)).collect(),
        };
        let mine = Condition::OneOf(vec![duty.owes.clone()], me);
        let filter = Condition::All(vec![mine, scope, crate::duty::open_ones(bureau, duty)]);
        let sort = [(vec![duty.due.clone()], false), (vec!["id".to_string()], false)];
        let page = Page::first(&filter, &sort, OWED_MOST);
        let read = luoshi_kernel::list::rows(&bureau.packs, &context, None, &register.name, &[], &page);
        let ids: Vec<i64> = reader.rows(&read.select, &read.kinds)?.iter().filter_map(|row| row[0].int()).collect();
        let seen = Seen { bureau, actor, register, context: &context, known: None, day: today, now: false };
        for id in ids {
            let Some(record) = reader.record(bureau.table(&register.name), id, None)? else { continue };
            let due = record.value(&duty.due).date();
            let may = |name: &str| actor.scope(bureau, name, Action::File).is_some();
            let fulfil = duty.fulfil.as_ref().filter(|fulfil| may(&fulfil.register)).map(|fulfil| {
                let subject = record.value(&fulfil.to).int().unwrap_or_default();
                (fulfil.register.clone(), vec![(fulfil.by.clone(), subject.to_string())])
            });
            out.push(Owed {
                duty: actor.lang.pick(&duty.title, &duty.en).to_string(),
                title: seen.title(reader, &record)?,
                due,
                left: due.map_or(0, |due| luoshi_kernel::light::days(today, due)),
                record: (register.name.clone(), id),
                fulfil,
            });
        }
    }
    out.sort_by_key(|owed| owed.due);
    out.truncate(OWED_MOST as usize);
    Ok(out)
}

fn todo(bureau: &Bureau, actor: &Actor, reader: &mut Reader) -> Result<Vec<Todo>, StoreError> {
    let mut out = vec![];
    for register in bureau.packs.registers.values() {
        let Some(flow) = &register.flow else { continue };
        for (name, made) in
            flow.moves.iter().filter(|(_, made)| made.from.iter().all(|from| flow.leads_on(from, &made.to)))
        {
            out.extend(awaiting(bureau, actor, reader, register, name, made)?);
        }
    }
    out.sort_by_key(|todo| (todo.due.is_none(), todo.due));
    out.truncate(TODO_MOST as usize);
    Ok(out)
}

/// Records that wait for this move of mine and have a due day.
fn awaiting(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    register: &Register,
    name: &str,
    made: &Move,
) -> Result<Vec<Todo>, StoreError> {
    let Some(scope) = actor.move_scope(bureau, &register.name, made) else { return Ok(vec![]) };
    let flow = register.flow.as_ref();
    let due = flow.and_then(|flow| flow.states.get(&made.to)).and_then(|state| state.due.clone());
    let due = due.or_else(|| cell::tell(&bureau.packs, &register.name).paths.get(1).map(|path| path[0].clone()));
    let Some(due) = due else { return Ok(vec![]) };
    let today = bureau.clock.today();
    let context = bureau.context(today);
    let states = made.from.iter().map(|state| Value::Text(state.clone())).collect();
    let soon = today.saturating_add(30.days());
    let filter = Condition::All(vec![
        Condition::OneOf(vec!["state".into()], states),
        Condition::Compare(vec![due.clone()], Compare::AtMost, Operand::literal(Value::Date(soon))),
    ]);
    let sort = [(vec![due.clone()], false)];
    let columns = cell::columns(&bureau.packs, &register.name, &[vec![register.label.clone()], vec!["state".into()]]);
    let pick = Pick {
        register,
        columns: &columns,
        scope: &scope,
        filter: &filter,
        sort: &sort,
        context: &context,
        known: None,
        day: today,
        lang: actor.lang,
    };
    let seen = Seen { bureau, actor, register, context: &context, known: None, day: today, now: true };
    let rows = pick.rows(bureau, reader, 0, ALIKE_MOST)?;
    let more = pick.totals(bureau, reader)?.0.saturating_sub(rows.len() as u64);
    let mut out = vec![];
    for row in rows {
        let record = reader.record(bureau.table(&register.name), row.id, None)?;
        if let Some(record) = &record
            && made.sign != luoshi_pack::Sign::One
            && seen.is_barred(reader, record, name, made)?
        {
            continue;
        }
        let day = record.as_ref().and_then(|record| record.value(&due).date());
        let owner = match record.as_ref().and_then(|record| record.owner) {
            Some(owner) => crate::list::label(bureau, reader, luoshi_kernel::table::UNIT, owner, None)?,
            None => String::new(),
        };
        let serial = record.and_then(|record| record.serial).unwrap_or_default();
        out.push(Todo {
            due: day,
            late: day.map(|day| luoshi_kernel::light::days(day, today)),
            act: actor.lang.pick(&made.title, &made.en).to_string(),
            record: (register.name.clone(), row.id),
            title: row.cells[0].text.clone(),
            note: format!(
                "{} {serial} · {owner} · {}",
                actor.lang.pick(&register.title, &register.en),
                row.cells[1].text
            ),
        });
    }
    if let Some(last) = out.last_mut().filter(|_| more > 0) {
        let also = crate::bureau::said(actor.lang, format!(" · 同类还有 {more} 条"), format!(" · {more} more like it"));
        last.note.push_str(&also);
    }
    Ok(out)
}

/// Bound measures that my unit leads; all of them for those who lead none.
fn measures(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    today: jiff::civil::Date,
) -> Result<Vec<(String, MeasureRow)>, StoreError> {
    let mut out = vec![];
    for declared in &bureau.plans {
        let judged = plan::judge_all(bureau, reader, declared, None, today)?;
        let bound: Vec<_> =
            declared.measures().filter_map(|measure| Some((measure, judged.get(measure.id.as_str())?))).collect();
        let mine = |lead: &Option<String>| {
            lead.as_ref().is_some_and(|lead| actor.posts.iter().any(|post| post.unit_title == *lead))
        };
        let leads = bound.iter().any(|(measure, _)| mine(&measure.lead));
        for (measure, judged) in bound.into_iter().filter(|(measure, _)| !leads || mine(&measure.lead)) {
            out.push((declared.name.clone(), plan::measure_row(measure, measure.title.clone(), judged, actor.lang)));
        }
    }
    Ok(out)
}

/// Versions that others made since yesterday, in my scope.
fn changes(bureau: &Bureau, actor: &Actor, reader: &mut Reader) -> Result<Vec<ChangeLine>, StoreError> {
    let today = bureau.clock.today();
    let yesterday = today.yesterday().unwrap_or(today);
    let context = bureau.context(today);
    let mut found = vec![];
    for register in bureau.packs.registers.values() {
        let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { continue };
        let mut planner = Planner::new(&bureau.packs, &context, None, &register.name);
        let (id, seen) = (planner.column(&["id".to_string()]).0, planner.condition(&scope));
        let mut mine = planner.select();
        mine.expr(id).and_where(seen);
        for (id, version, since) in newest(reader, register, mine, start_of(yesterday), actor.account)? {
            found.push((since, register, id, version));
        }
    }
    found.sort_by_key(|(since, ..)| std::cmp::Reverse(*since));
    found.truncate(CHANGES_MOST);
    let mut out = vec![];
    for (since, register, id, version) in found {
        let history = reader.history(bureau.table(&register.name), id)?;
        let Some(place) = history.iter().position(|other| other.record.version == version) else { continue };
        let seen = Seen { bureau, actor, register, context: &context, known: None, day: today, now: false };
        let changes = match place.checked_sub(1) {
            Some(before) => seen.changes(reader, &history[before].record, &history[place].record)?,
            None => vec![],
        };
        out.push(ChangeLine {
            at: say::moment(since, today, actor.lang),
            by: who(reader, history[place].by, actor.lang)?,
            record: (register.name.clone(), id),
            title: seen.title(reader, &history[place].record)?,
            changes,
            act: say::act(register, &history[place].act, actor.lang),
        });
    }
    Ok(out)
}

/// The newest versions of these records of a register since a moment, by others: id, version, since.
fn newest(
    reader: &mut Reader,
    register: &Register,
    mine: SelectStatement,
    since: i64,
    me: i64,
) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    let mut select = Query::select();
    select.exprs([col("p", "id"), col("p", "version"), col("p", "since")]);
    select.from_as(Alias::new(format!("{}_past", register.name)), Alias::new("p"));
    select.and_where(col("p", "since").gte(since)).and_where(col("p", "by").ne(me));
    select.and_where(col("p", "id").in_subquery(mine));
    select.order_by_expr(col("p", "since"), Order::Desc).limit(CHANGES_MOST as u64);
    let rows = reader.rows(&select, &[ColumnKind::Int; 3])?;
    Ok(rows.iter().filter_map(|row| Some((row[0].int()?, row[1].int()?, row[2].int()?))).collect())
}
