//! Revealing a masked value (显示): who may, for which reason, and the line that says who read what and why.
//!
//! The line is written before the value is given, in the transaction that reads it: nobody sees a value without a trace.
//! For the rest of that day the record's page shows the value to that person; another field of the record takes another
//! line, for which the reason of the first stands filled in.

use crate::Actor;
use crate::bureau::{Bureau, broken};
use crate::event::{self, About};
use crate::record::{self, Seen};
use crate::refusal::{No, Refusal};
use crate::row::satisfies;
use crate::several;
use crate::view::{FieldFault, RegisterHead, RevealLine, RevealView};
use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::ExprTrait;
use luoshi_kernel::{Context, Lang, kind};
use luoshi_pack::{Action, Field, Kind, Register, Value};
use luoshi_store::{Act, Reader, Record, StoreError, Writer};
use std::sync::Arc;

/// The kind of the event that a reveal writes.
const EVENT: &str = "reveal";
/// Characters that a reason has.
const REASON: std::ops::RangeInclusive<usize> = 2..=500;

/// What is to be revealed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reveal {
    /// The register's name.
    pub register: String,
    /// The record.
    pub id: i64,
    /// The masked field.
    pub field: String,
    /// Why.
    pub reason: String,
    /// The form's request id.
    pub request: String,
}

/// Whether a value can be revealed at all: it is hidden, and there is one. Files have no value to show.
pub(crate) fn can_be(field: &Field, value: &Value) -> bool {
    field.mask && !field.holds_files() && !value.is_null() && !crate::say::erased(field, value)
}

/// The page that asks for the reason.
pub fn form(bureau: &Bureau, actor: &Actor, register: &str, id: i64, field: &str) -> Result<RevealView, Refusal> {
    let asked = Reveal { register: register.into(), id, field: field.into(), ..Reveal::default() };
    let read = |reader: &mut Reader| {
        let found = match authorise(bureau, actor, reader, &asked)? {
            Ok(found) => (found.title, found.declared.clone(), found.masked),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let reason = today(bureau, actor, reader, register, id)?.into_iter().next().map(|(_, reason, _)| reason);
        Ok(Ok((found, reason.unwrap_or_default())))
    };
    let ((title, declared, masked), reason) = bureau.store.read(read).map_err(broken)??;
    Ok(RevealView { reason, ..view(bureau, actor, &asked, title, &declared, masked, None) })
}

/// Gives the value and writes who read it and why.
///
/// # Errors
/// As the record's page; D070 when the field is not masked or empty; D071 without a reason.
pub fn reveal(bureau: &Arc<Bureau>, actor: &Actor, asked: &Reveal) -> Result<RevealView, Refusal> {
    let length = asked.reason.trim().chars().count();
    if !REASON.contains(&length) || asked.request.chars().count() > 64 {
        let mut view = form(bureau, actor, &asked.register, asked.id, &asked.field)?;
        let no = reason_wanted();
        view.fault = Some(FieldFault { code: no.code.clone(), text: no.sentence(actor.lang).to_string() });
        view.reason = asked.reason.chars().take(*REASON.end()).collect();
        return Ok(view);
    }
    let act = Act {
        at: bureau.clock.now(),
        by: actor.account,
        request: Some(asked.request.clone()).filter(|request| !request.is_empty()),
        background: false,
    };
    let (held, person, wanted) = (bureau.clone(), actor.clone(), asked.clone());
    let written = bureau.store.write(act, move |writer: &mut Writer| {
        let found = authorise(&held, &person, writer, &wanted)?.map_err(Stop::Refused)?;
        let subject = record::subject(&wanted.register, wanted.id, found.record.version);
        let (title, declared, masked) = (found.title, found.declared.clone(), found.masked);
        let value = plain(&held, writer, &declared, found.record.value(&wanted.field), person.lang)?;
        writer.event(EVENT, &subject, &format!("{} {}", wanted.field, wanted.reason.trim()))?;
        Ok::<_, Stop>((title, declared, masked, value))
    });
    match written {
        Ok((title, declared, masked, value)) => Ok(view(bureau, actor, asked, title, &declared, masked, Some(value))),
        Err(Stop::Refused(refusal)) => Err(refusal),
        // The same form sent twice: what was shown once is asked for anew, with a reason of its own.
        Err(Stop::Store(StoreError::Repeated { .. })) => form(bureau, actor, &asked.register, asked.id, &asked.field),
        Err(Stop::Store(error)) => Err(broken(error)),
    }
}

/// A masked value as it is.
pub(crate) fn plain(
    bureau: &Bureau,
    reader: &mut Reader,
    field: &Field,
    value: &Value,
    lang: Lang,
) -> Result<String, StoreError> {
    match &field.kind {
        Kind::Refs { to } => {
            let labels = several::shown(bureau, reader, to, value, None)?;
            Ok(several::joined(labels.into_iter().map(|(_, label)| label), lang))
        }
        kind => Ok(kind::show(kind, value, lang)),
    }
}

fn reason_wanted() -> Refusal {
    Refusal::new(
        No::Refused,
        "D071",
        format!("请写明查看的事由，{}到{}个字。没有显示任何内容。", REASON.start(), REASON.end()),
        format!("Say why you need to see it, in {} to {} characters. Nothing was shown.", REASON.start(), REASON.end()),
    )
}

enum Stop {
    Store(StoreError),
    Refused(Refusal),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

/// A masked value that a person may have revealed.
struct Found<'b> {
    record: Record,
    declared: &'b Field,
    title: String,
    masked: String,
}

/// Who may: whoever sees the record and has the action `reveal` on it. What is hidden and what does not exist answer alike.
fn authorise<'b>(
    bureau: &'b Bureau,
    actor: &Actor,
    reader: &mut Reader,
    asked: &Reveal,
) -> Result<Result<Found<'b>, Refusal>, StoreError> {
    let Ok(register) = bureau.register(&asked.register) else { return Ok(Err(Refusal::absent())) };
    let context = bureau.context(bureau.clock.today());
    let Some(record) = seen(bureau, actor, reader, &context, register, asked.id)? else {
        return Ok(Err(Refusal::absent()));
    };
    if let Some((zh, en)) = &bureau.read_only {
        return Ok(Err(Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone())));
    }
    if !may(bureau, actor, reader, &context, register, asked.id)? {
        return Ok(Err(Refusal::forbidden()));
    }
    let Some(declared) = bureau.packs.field(&register.name, &asked.field) else { return Ok(Err(Refusal::absent())) };
    let looked = Seen { bureau, actor, register, context: &context, known: None, day: context.today, now: true };
    let masked = looked.field_shown(reader, declared, &record)?;
    if !can_be(declared, record.value(&declared.name)) {
        return Ok(Err(Refusal::new(
            No::Refused,
            "D070",
            format!("“{}”没有隐去的内容可以显示。", declared.title),
            format!("“{}” holds nothing that is hidden.", declared.en),
        )));
    }
    let title = looked.title(reader, &record)?;
    Ok(Ok(Found { record, declared, title, masked }))
}

fn seen(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    id: i64,
) -> Result<Option<Record>, StoreError> {
    let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { return Ok(None) };
    if !satisfies(bureau, reader, context, &register.name, id, &scope)? {
        return Ok(None);
    }
    reader.record(bureau.table(&register.name), id, None)
}

/// Whether the person may have masked values of a record revealed.
pub(crate) fn may(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    id: i64,
) -> Result<bool, StoreError> {
    match actor.scope(bureau, &register.name, Action::Reveal) {
        Some(scope) => satisfies(bureau, reader, context, &register.name, id, &scope),
        None => Ok(false),
    }
}

fn view(
    bureau: &Bureau,
    actor: &Actor,
    asked: &Reveal,
    title: String,
    declared: &Field,
    masked: String,
    value: Option<String>,
) -> RevealView {
    let register = bureau.packs.register(&asked.register);
    RevealView {
        register: RegisterHead {
            name: register.name.clone(),
            title: crate::list::title(register, actor.lang),
            count: None,
        },
        id: asked.id,
        title,
        field: declared.name.clone(),
        label: actor.lang.pick(&declared.title, &declared.en).to_string(),
        masked,
        value,
        reason: String::new(),
        request: crate::random::hex(16),
        fault: None,
    }
}

/// The fields of a record that were revealed to this person today, each with the reason and the version whose value it was,
/// newest first.
pub(crate) fn today(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    register: &str,
    id: i64,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    let since = kind::start_of(bureau.clock.today());
    let mut select = event::found(EVENT, About::Begins(&record::versions(register, id)));
    select.and_where(col("p", "by").eq(actor.account)).and_where(col("p", "since").gte(since));
    let told = |event: &event::Event| {
        let (field, reason) = field_and_reason(&event.detail);
        let version = event.subject.rsplit(':').next().and_then(|version| version.parse().ok());
        (field, reason, version.unwrap_or(0))
    };
    Ok(event::read(reader, &select)?.iter().map(told).collect())
}

/// What the event says: the field and the reason.
fn field_and_reason(detail: &str) -> (String, String) {
    let (field, reason) = detail.split_once(' ').unwrap_or((detail, ""));
    (field.to_string(), reason.to_string())
}

/// Who had which masked value of a record revealed and why, newest first, as far as it was known then.
pub(crate) fn lines(
    looked: &Seen<'_>,
    reader: &mut Reader,
    id: i64,
    lang: Lang,
) -> Result<Vec<RevealLine>, StoreError> {
    let name = &looked.register.name;
    let mut select = event::found(EVENT, About::Begins(&record::versions(name, id)));
    select.and_where(col("p", "since").lte(looked.known.unwrap_or(i64::MAX)));
    let mut out = vec![];
    for event in event::read(reader, &select)? {
        let (field, reason) = field_and_reason(&event.detail);
        let declared = looked.bureau.packs.field(name, &field);
        out.push(RevealLine {
            at: crate::say::moment(event.at, looked.day, lang),
            by: record::who(reader, event.by, lang)?,
            field: declared.map_or(field, |declared| lang.pick(&declared.title, &declared.en).to_string()),
            reason,
        });
    }
    Ok(out)
}
