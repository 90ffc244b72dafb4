//! 定期义务: what is owed is opened ahead of its period, once; what fulfils it is linked to it.
//!
//! What is owed is a record like any other. Its key makes opening it idempotent, so a duty may be looked at every day.

use crate::bureau::Bureau;
use crate::row::satisfies;
use crate::{check, effect, watch};
use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_kernel::period::{self, Period};
use luoshi_kernel::{Context, Lang};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Duty, Fulfil, Value};
use luoshi_store::{Draft, Reader, Record, StoreError, Writer};

/// Subjects read at once.
const PAGE: u64 = 500;
/// Periods that are opened ahead at most.
const AHEAD_MOST: usize = 100;
/// The kind of the job that opens what a duty wants.
pub const JOB: &str = "duty";

/// The periods that are open on a day: the one it lies in, and those that begin within the time ahead.
pub fn periods(bureau: &Bureau, duty: &Duty, today: Date) -> Vec<Period> {
    let calendar = &bureau.packs.calendar;
    let (days, months) = duty.ahead;
    let reach = today.saturating_add(i64::from(months).months()).saturating_add(i64::from(days).days());
    let mut out: Vec<Period> = period::around(duty.every, today, calendar).into_iter().collect();
    let mut day = today;
    while let Some(next) = period::after(duty.every, day, calendar).filter(|(first, _)| *first <= reach) {
        out.push(next);
        day = next.1;
        if out.len() >= AHEAD_MOST {
            break;
        }
    }
    out
}

/// Subjects of a period that may owe something not yet opened, those after `last`, at most a page.
///
/// # Errors
/// What the store cannot read.
pub fn subjects(bureau: &Bureau, context: &Context, duty: &Duty, last: i64) -> Result<Vec<i64>, StoreError> {
    let more = Condition::Compare(vec!["id".into()], Compare::More, Operand::literal(Value::Int(last)));
    let filter = Condition::All(vec![duty.filter.clone(), more]);
    bureau.store.read(|reader| watch::ids(bureau, reader, context, &duty.of, &filter, PAGE))
}

/// Opens what one subject owes in the context's period, unless it is there; links what fulfilled it before it was opened.
/// A sentence says why it cannot be.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn open(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    duty: &Duty,
    subject: i64,
    lang: Lang,
) -> Result<Result<bool, String>, StoreError> {
    if !satisfies(bureau, writer, context, &duty.of, subject, &duty.filter)? {
        return Ok(Ok(false));
    }
    let Some(record) = writer.record(bureau.table(&duty.of), subject, None)? else { return Ok(Ok(false)) };
    let target = bureau.packs.register(&duty.open.register);
    let given = effect::given(bureau, writer, context, (&duty.of, &record), &target.name, &duty.open.set)?;
    let values = match given {
        Ok(values) => values,
        Err((field, complaint)) => return Ok(Err(format!("{field}: {}", lang.pick(&complaint.zh, &complaint.en)))),
    };
    let value = |name: &String| values.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    let same = duty.key.iter().map(|name| is(name, value(name).unwrap_or_default())).collect();
    if !watch::ids(bureau, writer, context, &target.name, &Condition::All(same), 1)?.is_empty() {
        return Ok(Ok(false));
    }
    let owed = effect::file(bureau, writer, &target.name, duty.open.state.as_deref(), values)?;
    let faults = check::faults(bureau, writer, context, target, &owed, None, lang)?;
    if let Some((_, fault)) = faults.into_iter().next() {
        return Ok(Err(format!("{} [{}]", fault.text, fault.code)));
    }
    if let Some(fulfil) = &duty.fulfil {
        link_earlier(bureau, writer, context, fulfil, &owed)?;
    }
    Ok(Ok(true))
}

/// Links the records that lie in the period and were written before what is owed was opened.
fn link_earlier(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    fulfil: &Fulfil,
    owed: &Record,
) -> Result<(), StoreError> {
    let within =
        |compare, day| Condition::Compare(vec![fulfil.dated.clone()], compare, Operand::literal(Value::Date(day)));
    let (first, last) = context.period;
    let filter = Condition::All(vec![
        is(&fulfil.by, owed.value(&fulfil.to).clone()),
        within(Compare::AtLeast, first),
        within(Compare::AtMost, last),
        Condition::Empty(vec![fulfil.link.clone()], true),
        fulfil.filter.clone(),
    ]);
    let table = bureau.table(&fulfil.register);
    for id in watch::ids(bureau, writer, context, &fulfil.register, &filter, PAGE)? {
        let Some(record) = writer.record(table, id, None)? else { continue };
        let values = [(fulfil.link.clone(), Value::Int(owed.id))].into();
        writer.change(table, id, record.version, Draft { values, ..Draft::default() }, "edit")?;
    }
    Ok(())
}

/// Links a record that was just written to what it fulfils; gives the record as it is then. One that no longer fulfils
/// is linked to nothing.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn link(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    register: &str,
    mut record: Record,
) -> Result<Record, StoreError> {
    for duty in bureau.packs.duties.values() {
        let Some(fulfil) = duty.fulfil.as_ref().filter(|fulfil| fulfil.register == register) else { continue };
        let owed = owed_by(bureau, writer, context, duty, fulfil, &record)?;
        let owed = owed.map_or(Value::Null, Value::Int);
        if *record.value(&fulfil.link) == owed || is_linked_elsewhere(bureau, duty, fulfil, &record) {
            continue;
        }
        let values = [(fulfil.link.clone(), owed)].into();
        let draft = Draft { values, ..Draft::default() };
        record = writer.change(bureau.table(register), record.id, record.version, draft, "edit")?;
    }
    Ok(record)
}

/// Another duty opens records of the same register and keeps its link in the same field.
fn is_linked_elsewhere(bureau: &Bureau, duty: &Duty, fulfil: &Fulfil, record: &Record) -> bool {
    let shared = |other: &&Duty| {
        other.name != duty.name
            && other
                .fulfil
                .as_ref()
                .is_some_and(|theirs| theirs.register == fulfil.register && theirs.link == fulfil.link)
    };
    bureau.packs.duties.values().any(|other| shared(&other)) && !record.value(&fulfil.link).is_null()
}

/// What a record fulfils: the one owed for the same subject in the period of its day.
fn owed_by(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    duty: &Duty,
    fulfil: &Fulfil,
    record: &Record,
) -> Result<Option<i64>, StoreError> {
    let (Some(day), subject) = (record.value(&fulfil.dated).date(), record.value(&fulfil.by)) else { return Ok(None) };
    let Some((first, _)) = period::around(duty.every, day, &bureau.packs.calendar) else { return Ok(None) };
    if subject.is_null() || !satisfies(bureau, reader, context, &fulfil.register, record.id, &fulfil.filter)? {
        return Ok(None);
    }
    let begins = duty.key.iter().find(|name| {
        duty.open.set.get(*name).is_some_and(|operand| operand.source == luoshi_pack::condition::Source::PeriodStart)
    });
    let Some(begins) = begins else { return Ok(None) };
    let filter = Condition::All(vec![is(&fulfil.to, subject.clone()), is(begins, Value::Date(first))]);
    Ok(watch::ids(bureau, reader, context, &duty.open.register, &filter, 1)?.first().copied())
}

fn is(name: &str, value: Value) -> Condition {
    Condition::Compare(vec![name.to_string()], Compare::Equal, Operand::literal(value))
}

/// Whether a field is the system's link to what a record fulfils: it is never typed.
pub fn is_link(bureau: &Bureau, register: &str, field: &str) -> bool {
    let fulfils = bureau.packs.duties.values().filter_map(|duty| duty.fulfil.as_ref());
    fulfils.into_iter().any(|fulfil| fulfil.register == register && fulfil.link == field)
}

/// What is owed and not fulfilled, of a duty: in a state of the main line, with nothing linked to it.
pub fn open_ones(bureau: &Bureau, duty: &Duty) -> Condition {
    let mut parts = vec![];
    if let Some(flow) = &bureau.packs.register(&duty.open.register).flow {
        let main = flow.states.iter().filter(|(_, state)| !state.aside);
        parts.push(Condition::OneOf(vec!["state".into()], main.map(|(name, _)| Value::Text(name.clone())).collect()));
    }
    if let Some(fulfil) = &duty.fulfil {
        parts.push(Condition::Has {
            register: fulfil.register.clone(),
            by: fulfil.link.clone(),
            filter: Box::new(fulfil.filter.clone()),
            least: 0,
            most: Some(0),
        });
    }
    Condition::All(parts)
}
