//! Saving: the one road for every change. Authorise, read what was typed, check, write the version, all in one
//! transaction; or give the form back with everything that was typed.

use crate::bureau::{Bureau, broken, said};
use crate::form::{self, Faults, Filled, Typed, Which};
use crate::hand::{self, Asked, Hands, Right, Traces};
use crate::record::{need_message, subject, who};
use crate::refusal::{No, NotSaved, Refusal};
use crate::row::{judged, satisfies};
use crate::view::{Conflict, FieldFault};
use crate::{
    Actor, Save, Saved, account, apart, check, derive, duty, effect, erase, event, file, part, say, setting, several,
    watch,
};
use luoshi_kernel::digest;
use luoshi_kernel::kind::files;
use luoshi_kernel::{Complaint, Context, Lang, kind};
use luoshi_pack::condition::Condition;
use luoshi_pack::{Action, Field, FileType, Kind, Move, Register, Sign, Value};
use luoshi_store::{Act, Draft, Reader, Record, StoreError, Version, Writer};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// Saves a new record, changed fields or a move.
///
/// # Errors
/// [`NotSaved::Form`] with everything that was typed when a value, a rule or another person stands against it;
/// [`NotSaved::Refused`] when the person may not, or the system cannot. Nothing is written either way.
pub fn save(bureau: &Arc<Bureau>, actor: &Actor, save: &Save) -> Result<Saved, NotSaved> {
    if let Some((zh, en)) = &bureau.read_only {
        return Err(Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone()).into());
    }
    let which = form::which(bureau, &save.register, save.id, save.by_move.as_deref())?;
    well_formed(save)?;
    let context = Context { me: actor.person, ..bureau.context(bureau.clock.today()) };
    let read = |reader: &mut Reader| Reading::new(bureau, actor, &context).prepare(reader, which, save);
    let prepared = bureau.store.read(read).map_err(broken)??;
    if !prepared.faults.is_empty() {
        return Err(back(bureau, actor, which, save, prepared.faults));
    }
    let mut change = Change::of(bureau, &Arc::new(actor.clone()), save, prepared, &Arc::new(context));
    change.save.request = known_by(actor, save);
    let request = Some(change.save.request.clone()).filter(|request| !request.is_empty());
    let act = Act { at: bureau.clock.now(), by: actor.account, request, background: false };
    match bureau.store.write(act, move |writer: &mut Writer| change.write(writer)) {
        Ok(saved) => {
            settle(bureau, [save]);
            Ok(saved)
        }
        Err(Stop::Store(StoreError::Repeated { .. })) => Err(used_up().into()),
        Err(stop) => Err(stopped(bureau, actor, which, save, stop)),
    }
}

/// By what a form is known when it comes again: its id with who sends it, where to and with which words. A form that somebody
/// went back to and filled in anew is another one. A job may say it in other words when it is begun again.
fn known_by(actor: &Actor, save: &Save) -> String {
    if save.request.is_empty() || actor.account == 0 {
        return save.request.clone();
    }
    let asked = (&save.request, actor.account, &save.register, save.id, &save.by_move, &save.typed, &save.reason);
    digest::hex(&digest::of(format!("{asked:?}").as_bytes()))
}

/// Longest request id and reason that are taken, in characters.
const REQUEST_MOST: usize = 64;
const REASON_MOST: usize = 500;

/// What a form may bring: a request id and a reason of due length.
fn well_formed(save: &Save) -> Result<(), Refusal> {
    if save.request.chars().count() > REQUEST_MOST {
        return Err(used_up());
    }
    let length = save.reason.chars().count();
    if length > REASON_MOST {
        return Err(Refusal::new(
            No::Wrong,
            "V001",
            format!("缘由最多{REASON_MOST}个字，现有{length}个字。请删去{}个字。", length - REASON_MOST),
            format!("A reason has at most {REASON_MOST} characters; there are {length}."),
        ));
    }
    Ok(())
}

/// A request id that was used before, by somebody else or for something else.
fn used_up() -> Refusal {
    Refusal::new(
        No::Refused,
        "D038",
        "这张表单的编号已经用过，没有写入任何内容。请刷新页面后重填。",
        "The form's id was used before; nothing was written. Reload the page and fill it in again.",
    )
}

/// What is kept in memory changes after the commit only.
fn settle<'s>(bureau: &Bureau, saves: impl IntoIterator<Item = &'s Save>) {
    if saves.into_iter().any(|save| save.register == setting::REGISTER)
        && let Err(error) = bureau.store.read(|reader| bureau.refresh(reader))
    {
        tracing::error!(%error, "settings could not be read again");
    }
}

fn stopped(bureau: &Bureau, actor: &Actor, which: Which<'_>, save: &Save, stop: Stop) -> NotSaved {
    match stop {
        Stop::Store(StoreError::Changed { current, .. }) => conflict(bureau, actor, which, save, &current),
        Stop::Store(error) => match store_faults(bureau, which.register, &error, actor.lang) {
            Some(faults) => back(bureau, actor, which, save, faults),
            None => broken(error).into(),
        },
        Stop::Refused(refusal) => refusal.into(),
        Stop::Faults(faults) => back(bureau, actor, which, save, faults),
        Stop::Row(row, stop) => row_stopped(bureau, actor, which, save, &row, *stop),
    }
}

/// What stands against a row of the form is told at the row.
fn row_stopped(bureau: &Bureau, actor: &Actor, which: Which<'_>, save: &Save, row: &part::Row, stop: Stop) -> NotSaved {
    if let Stop::Store(StoreError::Changed { current, .. }) = stop {
        return row_conflict(bureau, actor, which, save, row, &current);
    }
    match faults_of(bureau, bureau.packs.register(&row.register), stop, actor.lang) {
        Ok(faults) => back(bureau, actor, which, save, part::named(row, faults)),
        Err(refusal) => refusal.into(),
    }
}

/// What a stop says as faults of its form; a refusal when it is the system's own.
fn faults_of(bureau: &Bureau, register: &Register, stop: Stop, lang: Lang) -> Result<Faults, Refusal> {
    match stop {
        Stop::Store(error) => store_faults(bureau, register, &error, lang).ok_or_else(|| broken(error)),
        Stop::Refused(no) => Ok(vec![refused(&no, lang)]),
        Stop::Faults(faults) => Ok(faults),
        Stop::Row(..) => Err(Refusal::absent()),
    }
}

fn refused(no: &Refusal, lang: Lang) -> (Option<String>, FieldFault) {
    (None, FieldFault { code: no.code.clone(), text: no.sentence(lang).to_string() })
}

/// Saves that are prepared in one snapshot, which must not live long.
const TOGETHER: usize = 1_000;
/// Such portions that may be prepared before those before them are written.
const AHEAD: usize = 8;

/// By what many saves are known, so that they are written once: an event in their own transaction.
pub(crate) struct Once {
    /// The event's kind.
    pub kind: &'static str,
    /// What it is about.
    pub subject: String,
    /// What is to be known of it.
    pub detail: String,
    /// What is answered when it is there already, from its detail.
    pub done: fn(&str) -> Refusal,
}

/// Saves many things in one transaction, all or none: an import, or a demo bureau being made. References name records that
/// were there before; a record without a stated version is taken as it stands.
///
/// # Errors
/// The place of the first one that is refused, and why; nothing is written.
pub fn save_all(bureau: &Arc<Bureau>, actor: &Actor, saves: &[Save]) -> Result<Vec<Saved>, (usize, NotSaved)> {
    save_many(bureau, actor, saves, None)
}

/// As [`save_all`], once: with an event that refuses the same again.
///
/// # Errors
/// Those of [`save_all`].
pub(crate) fn save_once(
    bureau: &Arc<Bureau>,
    actor: &Actor,
    saves: &[Save],
    once: Once,
) -> Result<Vec<Saved>, (usize, NotSaved)> {
    save_many(bureau, actor, saves, Some(once))
}

fn save_many(
    bureau: &Arc<Bureau>,
    actor: &Actor,
    saves: &[Save],
    once: Option<Once>,
) -> Result<Vec<Saved>, (usize, NotSaved)> {
    if let Some((zh, en)) = &bureau.read_only {
        return Err((0, Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone()).into()));
    }
    let forms = forms(bureau, saves).map_err(|(place, refusal)| (place, refusal.into()))?;
    let context = Context { me: actor.person, ..bureau.context(bureau.clock.today()) };
    let act = Act { at: bureau.clock.now(), by: actor.account, request: None, background: false };
    let count = saves.len();
    // What comes next is prepared while what came before is written.
    let written = thread::scope(|scope| {
        let (send, portions) = sync_channel(AHEAD);
        let (forms, context) = (&forms, &context);
        scope.spawn(move || Many::new(bureau, actor, context, saves, forms).prepare_all(&send));
        let ready = Arc::new(Mutex::new(Ready { portions, changes: vec![], stopped: None }));
        let held = ready.clone();
        let written = bureau.store.write(act, move |writer: &mut Writer| {
            if let Some(once) = &once {
                if let Some(before) = event::detail(writer, once.kind, &once.subject)? {
                    return Err(At(0, Box::new(Stop::Refused((once.done)(&before)))));
                }
                writer.event(once.kind, &once.subject, &once.detail)?;
            }
            let mut ready = held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let mut written = Vec::with_capacity(count);
            for place in 0..count {
                let change = ready.change(place)?;
                written.push(change.write(writer).map_err(|stop| At(place, Box::new(stop)))?);
            }
            Ok(written)
        });
        // Nobody waits until the memory of so many is given back.
        thread::spawn(move || drop(ready));
        written
    });
    if written.is_ok() {
        settle(bureau, saves);
    }
    written.map_err(|At(place, stop)| (place, stopped(bureau, actor, forms[place], &saves[place], *stop)))
}

/// The form of each save.
fn forms<'s>(bureau: &'s Bureau, saves: &'s [Save]) -> Result<Vec<Which<'s>>, (usize, Refusal)> {
    let each = saves.iter().enumerate();
    each.map(|(place, save)| {
        form::which(bureau, &save.register, save.id, save.by_move.as_deref()).map_err(|refusal| (place, refusal))
    })
    .collect()
}

/// Changes as they are prepared, kept: the lane may run a write twice.
struct Ready {
    portions: Receiver<Result<Vec<Change>, At>>,
    changes: Vec<Change>,
    stopped: Option<At>,
}

impl Ready {
    /// The change at a place, all before it having been asked for.
    fn change(&mut self, place: usize) -> Result<&Change, At> {
        while self.changes.len() <= place {
            if let Some(stopped) = &self.stopped {
                return Err(stopped.clone());
            }
            match self.portions.recv() {
                Ok(Ok(portion)) => self.changes.extend(portion),
                Ok(Err(stopped)) => self.stopped = Some(stopped),
                // Who prepares has panicked; that is told where it is waited for.
                Err(_) => self.stopped = Some(StoreError::Closed.into()),
            }
        }
        Ok(&self.changes[place])
    }
}

/// The place of a save among many, and what became of reading it.
type Placed = (usize, Result<Prepared, Refusal>);

/// Many saves of one person.
struct Many<'s> {
    bureau: &'s Arc<Bureau>,
    by: Arc<Actor>,
    context: Arc<Context>,
    saves: &'s [Save],
    forms: &'s [Which<'s>],
    reading: Reading<'s>,
}

impl<'s> Many<'s> {
    fn new(
        bureau: &'s Arc<Bureau>,
        actor: &'s Actor,
        context: &'s Context,
        saves: &'s [Save],
        forms: &'s [Which<'s>],
    ) -> Many<'s> {
        let reading = Reading::new(bureau, actor, context);
        Many { bureau, by: Arc::new(actor.clone()), context: Arc::new(context.clone()), saves, forms, reading }
    }

    /// Authorises and reads those from a place on that one snapshot may serve.
    fn prepare(&self, from: usize) -> Result<Vec<Placed>, Refusal> {
        let places = from..self.saves.len().min(from + TOGETHER);
        let read = |reader: &mut Reader| {
            let one = |at: usize| Ok((at, self.reading.prepare(reader, self.forms[at], &self.saves[at])?));
            places.clone().map(one).collect::<Result<Vec<_>, StoreError>>()
        };
        self.bureau.store.read(read).map_err(broken)
    }

    /// Prepares all in portions, up to the first that something stands against.
    fn prepare_all(&self, to: &SyncSender<Result<Vec<Change>, At>>) {
        for from in (0..self.saves.len()).step_by(TOGETHER) {
            let portion = self.portion(from);
            let last = portion.is_err();
            // Nobody waits any more once the write has stopped.
            if to.send(portion).is_err() || last {
                return;
            }
        }
    }

    fn portion(&self, from: usize) -> Result<Vec<Change>, At> {
        let refused = |place, refusal| At(place, Box::new(Stop::Refused(refusal)));
        let prepared = self.prepare(from).map_err(|refusal| refused(from, refusal))?.into_iter();
        prepared
            .map(|(place, prepared)| match prepared {
                Err(refusal) => Err(refused(place, refusal)),
                Ok(prepared) if !prepared.faults.is_empty() => Err(At(place, Box::new(Stop::Faults(prepared.faults)))),
                Ok(prepared) => Ok(self.change(place, prepared)),
            })
            .collect()
    }

    fn change(&self, place: usize, prepared: Prepared) -> Change {
        Change::of(self.bureau, &self.by, &self.saves[place], prepared, &self.context)
    }
}

/// What stands against some of many saves.
pub(crate) struct Tried {
    /// By place.
    pub faults: Vec<(usize, Faults)>,
    /// Not all were tried: there were too many faults.
    pub more: bool,
}

/// Saves that are tried in one write, which is undone.
const TRIED: usize = 100;

/// Tries many saves, each by the road of any save, and undoes them; ends after so many with faults. What one of them leaves
/// for another a hundred further on is not seen here but when they are written.
///
/// # Errors
/// What the system itself cannot do.
pub(crate) fn try_all(bureau: &Arc<Bureau>, actor: &Actor, saves: &[Save], most: usize) -> Result<Tried, Refusal> {
    let forms = forms(bureau, saves).map_err(|(_, refusal)| refusal)?;
    let context = Context { me: actor.person, ..bureau.context(bureau.clock.today()) };
    let many = Many::new(bureau, actor, &context, saves, &forms);
    let mut faults: Vec<(usize, Faults)> = vec![];
    for from in (0..saves.len()).step_by(TOGETHER) {
        let mut changes = vec![];
        for (place, prepared) in many.prepare(from)? {
            match prepared {
                Err(refusal) => faults.push((place, vec![refused(&refusal, actor.lang)])),
                Ok(prepared) if !prepared.faults.is_empty() => faults.push((place, prepared.faults)),
                Ok(prepared) => changes.push((place, many.change(place, prepared))),
            }
        }
        for some in changes.chunks(TRIED) {
            if faults.len() >= most {
                return Ok(Tried { faults, more: true });
            }
            faults.extend(try_some(bureau, actor, some.to_vec())?);
        }
    }
    Ok(Tried { faults, more: false })
}

/// Why a write that tries is undone.
enum Undone {
    /// Nothing stands against it.
    Well,
    /// The change at this place stops, and why.
    Stopped(usize, Box<Stop>),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Undone {
        Undone::Stopped(0, Box::new(error.into()))
    }
}

fn try_some(
    bureau: &Arc<Bureau>,
    actor: &Actor,
    mut changes: Vec<(usize, Change)>,
) -> Result<Vec<(usize, Faults)>, Refusal> {
    let mut faults = vec![];
    while !changes.is_empty() {
        let act = Act { at: bureau.clock.now(), by: actor.account, request: None, background: true };
        let all = changes.clone();
        let undone: Result<(), Undone> = bureau.store.write(act, move |writer: &mut Writer| {
            for (at, (_, change)) in all.iter().enumerate() {
                change.write(writer).map_err(|stop| Undone::Stopped(at, Box::new(stop)))?;
            }
            Err(Undone::Well)
        });
        let Err(Undone::Stopped(at, stop)) = undone else { break };
        let (place, change) = changes.remove(at);
        faults.push((place, faults_of(bureau, change.register(), *stop, actor.lang)?));
    }
    Ok(faults)
}

/// Where among many a change stopped, and why.
#[derive(Clone)]
struct At(usize, Box<Stop>);

impl From<StoreError> for At {
    fn from(error: StoreError) -> At {
        At(0, Box::new(error.into()))
    }
}

/// What was typed, read into values, and why some of it is refused.
#[derive(Default)]
struct Prepared {
    given: BTreeMap<String, Value>,
    /// Rows of the form, each with the field that refers to the whole and what was given.
    rows: Vec<(part::Row, String, BTreeMap<String, Value>)>,
    faults: Faults,
}

/// What saves are prepared with, one or many of an import.
struct Reading<'a> {
    bureau: &'a Bureau,
    actor: &'a Actor,
    context: &'a Context,
    /// Records that references have named already, by register and what was typed.
    named: RefCell<HashMap<&'a str, HashMap<String, i64>>>,
    /// The fields of forms, by register and move.
    fields: RefCell<HashMap<Form<'a>, Rc<[&'a Field]>>>,
}

/// A register, and the move whose fields are asked.
type Form<'a> = (&'a str, Option<&'a str>);

impl<'a> Reading<'a> {
    fn new(bureau: &'a Bureau, actor: &'a Actor, context: &'a Context) -> Reading<'a> {
        Reading { bureau, actor, context, named: RefCell::default(), fields: RefCell::default() }
    }

    /// Authorises, then reads what was typed.
    fn prepare(
        &self,
        reader: &mut Reader,
        which: Which<'a>,
        save: &Save,
    ) -> Result<Result<Prepared, Refusal>, StoreError> {
        match form::authorise(self.bureau, self.actor, reader, self.context, which)? {
            Ok(record) => {
                let (given, mut faults) = self.typed(reader, which, record.as_ref(), &save.typed)?;
                let mut rows = vec![];
                for (row, by) in part::to_save(&self.bureau.packs, which, &save.typed) {
                    let (given, wrong) = self.row(reader, &row)?;
                    faults.extend(part::named(&row, wrong));
                    rows.push((row, by, given));
                }
                Ok(Ok(Prepared { given, rows, faults }))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    fn row(&self, reader: &mut Reader, row: &part::Row) -> Result<(BTreeMap<String, Value>, Faults), StoreError> {
        let none = |no: &Refusal| (BTreeMap::new(), vec![refused(no, self.actor.lang)]);
        let which = match form::which(self.bureau, &row.register, row.id, row.by_move.as_deref()) {
            Ok(which) => which,
            Err(no) => return Ok(none(&no)),
        };
        match form::authorise(self.bureau, self.actor, reader, self.context, which)? {
            Ok(_) if which.by_move.is_some() => Ok((BTreeMap::new(), vec![])),
            Ok(record) => {
                Reading::new(self.bureau, self.actor, self.context).typed(reader, which, record.as_ref(), &row.typed)
            }
            Err(no) => Ok(none(&no)),
        }
    }

    /// Reads what was typed into values. Fields that were not sent, and masked ones left empty, stay as they are.
    fn typed(
        &self,
        reader: &mut Reader,
        which: Which<'a>,
        record: Option<&Record>,
        typed: &Typed,
    ) -> Result<(BTreeMap<String, Value>, Faults), StoreError> {
        let mut given = BTreeMap::new();
        let computed = self.bureau.packs.fields(&which.register.name).into_iter().filter(|field| field.computed());
        let computed = computed.filter(|field| typed.contains_key(&field.name));
        let mut faults: Faults =
            computed.map(|field| (Some(field.name.clone()), written_by_nobody(field, self.actor.lang))).collect();
        let form = (which.register.name.as_str(), which.by_move.map(|(name, _)| name));
        let fields = self.fields.borrow_mut().entry(form).or_insert_with(|| which.fields(self.bureau).into()).clone();
        for field in fields.iter() {
            let Some(text) = typed.get(&field.name) else { continue };
            if field.mask && text.trim().is_empty() && which.id.is_some() {
                continue;
            }
            let kept = record.map_or(&Value::Null, |record| record.value(&field.name));
            let value = match crate::erase::is_what(which.register, field) {
                true => crate::erase::value(self.bureau, self.actor, reader, self.context, field, text)?,
                false => self.value(reader, field, text, kept)?,
            };
            match value {
                Ok(value) => {
                    given.insert(field.name.clone(), value);
                }
                Err(complaint) => faults.push((Some(field.name.clone()), fault_of(&complaint, self.actor.lang))),
            }
        }
        Ok((given, faults))
    }

    fn value(
        &self,
        reader: &mut Reader,
        field: &'a Field,
        text: &str,
        kept: &Value,
    ) -> Result<Result<Value, Complaint>, StoreError> {
        let text = text.trim();
        let typed = |to| several::Typed { bureau: self.bureau, actor: self.actor, context: self.context, to, kept };
        match &field.kind {
            Kind::Ref { .. } if text.is_empty() => Ok(Ok(Value::Null)),
            // What a record refers to already may be named by a label that means another one elsewhere.
            Kind::Ref { to } if !kept.is_null() => Ok(typed(to).one(reader, text)?.map(Value::Int)),
            Kind::Ref { to } => {
                if let Some(id) = self.named.borrow().get(to.as_str()).and_then(|named| named.get(text)) {
                    return Ok(Ok(Value::Int(*id)));
                }
                let found = typed(to).one(reader, text)?;
                if let Ok(id) = &found {
                    self.named.borrow_mut().entry(to).or_default().insert(text.to_string(), *id);
                }
                Ok(found.map(Value::Int))
            }
            Kind::Refs { to } => typed(to).value(reader, text),
            kind => Ok(kind::parse(kind, text)),
        }
    }
}

fn written_by_nobody(field: &Field, lang: Lang) -> FieldFault {
    let text = said(
        lang,
        format!("“{}”由系统算出，不能填写。请去掉这一项。", field.title),
        format!("“{}” is computed by the system and cannot be given. Leave it out.", field.en),
    );
    FieldFault { code: "D064".into(), text }
}

fn fault_of(complaint: &Complaint, lang: Lang) -> FieldFault {
    FieldFault { code: complaint.code.to_string(), text: lang.pick(&complaint.zh, &complaint.en).to_string() }
}

/// A change on its way into the store; carried by value, since the lane may run it twice.
#[derive(Clone)]
struct Change {
    bureau: Arc<Bureau>,
    actor: Arc<Actor>,
    /// What is asked, without what was typed: that is in the draft by now.
    save: Save,
    /// The fields that are given; of a new record all that it starts with.
    draft: Draft,
    context: Arc<Context>,
    /// Rows of the form, each with the field that refers to this record.
    rows: Vec<(part::Row, String, Change)>,
}

/// Why a change stops inside the transaction.
#[derive(Clone)]
enum Stop {
    Store(StoreError),
    Refused(Refusal),
    Faults(Faults),
    /// A row of the form, and what stands against it.
    Row(part::Row, Box<Stop>),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

fn none_of(faults: Faults) -> Result<(), Stop> {
    if faults.is_empty() { Ok(()) } else { Err(Stop::Faults(faults)) }
}

impl Change {
    fn of(bureau: &Arc<Bureau>, actor: &Arc<Actor>, save: &Save, prepared: Prepared, context: &Arc<Context>) -> Change {
        let change = |save: Save, values| Change {
            bureau: bureau.clone(),
            actor: actor.clone(),
            draft: match save.id {
                Some(_) => Draft { values, ..Draft::default() },
                None => effect::draft(bureau, &save.register, None, values),
            },
            save,
            context: context.clone(),
            rows: vec![],
        };
        let rows = prepared.rows.into_iter().map(|(row, by, given)| {
            let (register, id, version) = (row.register.clone(), row.id, row.id.map(|_| row.version.unwrap_or(0)));
            let (by_move, reason) = (row.by_move.clone(), save.reason.clone());
            let own = Save { register, id, version, by_move, reason, ..Save::default() };
            (row, by, change(own, given))
        });
        let rows = rows.collect();
        let save = Save {
            register: save.register.clone(),
            id: save.id,
            version: save.version,
            by_move: save.by_move.clone(),
            typed: Typed::new(),
            reason: save.reason.clone(),
            request: save.request.clone(),
        };
        Change { rows, ..change(save, prepared.given) }
    }

    /// Writes the rows of the form, each by the road of any record; gives their records.
    fn put_rows(&self, writer: &mut Writer, whole: i64) -> Result<Vec<i64>, Stop> {
        let mut put = vec![];
        for (row, by, change) in &self.rows {
            let written = match row.id {
                None => {
                    let mut change = change.clone();
                    change.draft.values.insert(by.clone(), Value::Int(whole));
                    change.put(writer)
                }
                Some(id) => {
                    let record = writer.record(self.bureau.table(&row.register), id, None)?;
                    match record.is_some_and(|record| record.value(by).int() == Some(whole)) {
                        true => change.put(writer),
                        false => Err(Stop::Refused(Refusal::absent())),
                    }
                }
            };
            put.push(written.map_err(|stop| Stop::Row(row.clone(), Box::new(stop)))?.id);
        }
        Ok(put)
    }

    fn register(&self) -> &Register {
        self.bureau.packs.register(&self.save.register)
    }

    fn write(&self, writer: &mut Writer) -> Result<Saved, Stop> {
        if let Some(first) = self.first_answer(writer)? {
            return Ok(first);
        }
        writer.note_written(&self.bureau.watched);
        let saved = self.carry_out(writer)?;
        none_of(watch::settle_written(&self.bureau, writer, &self.context, self.actor.lang)?)?;
        Ok(saved)
    }

    /// Writes the record and the rows of its form; what watches make of it comes after the whole.
    fn carry_out(&self, writer: &mut Writer) -> Result<Saved, Stop> {
        if let Some(known) = self.known_already(writer)? {
            return Ok(known);
        }
        let saved = self.put(writer)?;
        let (id, versions) = (saved.id, writer.versions());
        let rows = self.put_rows(writer, id)?;
        let own = Some((self.save.register.as_str(), id));
        let others = derive::settle(&self.bureau, writer, &self.context, self.actor.lang, own)?;
        for ((row, _, change), id) in self.rows.iter().zip(rows) {
            let judged = change.stands(writer, id).and_then(|record| change.judge(writer, &record));
            judged.map_err(|stop| Stop::Row(row.clone(), Box::new(stop)))?;
        }
        // Nothing was written since: it stands as it was put.
        let saved = if writer.versions() == versions { saved } else { self.stands(writer, id)? };
        let saved = self.judge(writer, &saved)?;
        none_of(others)?;
        Ok(saved)
    }

    /// The record as it stands.
    fn stands(&self, writer: &mut Writer, id: i64) -> Result<Record, Stop> {
        let found = writer.record(self.bureau.table(&self.save.register), id, None)?;
        found.ok_or_else(|| Stop::Refused(Refusal::absent()))
    }

    /// Writes the record itself.
    fn put(&self, writer: &mut Writer) -> Result<Record, Stop> {
        let known = self.known_files(writer)?;
        let saved = match (&self.save.by_move, self.save.id) {
            (Some(name), Some(id)) => self.make_move(writer, name, id)?,
            (_, Some(id)) => self.edit(writer, id)?,
            (_, None) => self.file(writer)?,
        };
        let saved = duty::link(&self.bureau, writer, &self.context, &self.save.register, saved)?;
        self.name_files(writer, &saved, &known)?;
        Ok(saved)
    }

    /// Judges the record as it stands after everything that was written with it.
    fn judge(&self, writer: &mut Writer, saved: &Record) -> Result<Saved, Stop> {
        debug_assert_eq!(Some(saved), self.stands(writer, saved.id).ok().as_ref(), "it is judged as it stands");
        let made = self.save.by_move.as_ref().and_then(|name| self.register().flow.as_ref()?.moves.get(name));
        none_of(check::faults(&self.bureau, writer, &self.context, self.register(), saved, made, self.actor.lang)?)?;
        if self.save.register == account::POSTS {
            none_of(account::writer_faults(&self.bureau, writer, &self.actor, saved)?)?;
        }
        if self.save.register == erase::REGISTER {
            none_of(erase::follow(&self.bureau, &self.actor, writer, &self.context, saved, made)?)?;
        }
        // A reason belongs to a version; where nothing changed there is none.
        if !self.save.reason.trim().is_empty() && self.save.version != Some(saved.version) {
            writer.event("reason", &subject(&self.save.register, saved.id, saved.version), self.save.reason.trim())?;
        }
        Ok(Saved { id: saved.id, version: saved.version })
    }

    /// The shared record that is there already under the key that is being filed; it stays as it is.
    fn known_already(&self, writer: &mut Writer) -> Result<Option<Saved>, Stop> {
        let register = self.register();
        if self.save.id.is_some() || !register.shared {
            return Ok(None);
        }
        let may = self.actor.scope(&self.bureau, &register.name, Action::File);
        may.ok_or_else(|| Stop::Refused(Refusal::forbidden()))?;
        let lang = self.actor.lang;
        match crate::shared::known_already(&self.bureau, writer, &self.context, register, &self.draft.values, lang)? {
            None => Ok(None),
            Some(Err((field, fault))) => Err(Stop::Faults(vec![(Some(field), fault)])),
            Some(Ok(id)) => {
                let record = writer.record(self.bureau.table(&register.name), id, None)?;
                Ok(record.map(|record| Saved { id, version: record.version }))
            }
        }
    }

    /// Fields of files that are given.
    fn file_fields(&self) -> Vec<(&Field, &[FileType])> {
        let fields = self.bureau.packs.fields(&self.save.register).into_iter();
        let files = fields.filter_map(|field| match &field.kind {
            Kind::Files { types, .. } => Some((field, types.as_slice())),
            _ => None,
        });
        files.filter(|(field, _)| self.draft.values.contains_key(&field.name)).collect()
    }

    /// Digests that the record has named before this change.
    fn known_files(&self, writer: &mut Writer) -> Result<BTreeSet<String>, StoreError> {
        match self.save.id {
            Some(id) if !self.file_fields().is_empty() => {
                let history = writer.history(self.bureau.table(&self.save.register), id)?;
                file::may_name(&self.bureau, writer, self.register(), id, &history)
            }
            _ => Ok(BTreeSet::new()),
        }
    }

    /// Every file that is new to the record was sent by this person and is of a type that its field takes.
    fn name_files(&self, writer: &mut Writer, record: &Record, known: &BTreeSet<String>) -> Result<(), Stop> {
        let mut faults = vec![];
        for (field, types) in self.file_fields() {
            let text = record.value(&field.name).text().unwrap_or_default();
            for entry in files::entries(text).filter(|entry| !known.contains(&entry.digest)) {
                if erase::is_file_erased(writer, self.register(), record.id, field, &entry.digest)? {
                    let text = file::erased_from(&entry.name, self.actor.lang);
                    faults.push((Some(field.name.clone()), FieldFault { code: "D079".into(), text }));
                    continue;
                }
                match writer.upload(&entry.digest, self.actor.account)? {
                    Some(content) if types.contains(&content.known) => writer.name_file(&content)?,
                    _ => {
                        let text = file::not_sent(&entry.name, self.actor.lang);
                        faults.push((Some(field.name.clone()), FieldFault { code: "D063".into(), text }));
                    }
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Stop::Faults(faults)) }
    }

    /// What the same form was answered when it came before: a doubled post is no conflict with oneself. An id that somebody
    /// else used, or that was used for another record, tells nothing and saves nothing.
    fn first_answer(&self, writer: &mut Writer) -> Result<Option<Saved>, Stop> {
        if self.save.request.is_empty() {
            return Ok(None);
        }
        let Some((register, id, version)) = writer.by_request(&self.save.request)? else { return Ok(None) };
        if let Some(whole) = self.whole_of(writer, &register, id, version)? {
            return Ok(Some(whole));
        }
        // A school's first row is that of the unit it extends.
        let same = register == self.save.register || self.register().extends.as_ref() == Some(&register);
        let history = if same { writer.history(self.bureau.table(&self.save.register), id)? } else { vec![] };
        let mut mine = history.iter().filter(|other| other.by == self.actor.account);
        if mine.any(|other| other.record.version == version) && self.save.id.is_none_or(|asked| asked == id) {
            // What it was linked to is a version of its own, and was part of the answer.
            let linked =
                mine.take_while(|next| next.request.as_ref() == Some(&self.save.request) && next.act == "edit");
            return Ok(Some(Saved { id, version: linked.last().map_or(version, |next| next.record.version) }));
        }
        Err(Stop::Refused(used_up()))
    }

    /// The answer to a form of which only a row was written first: its whole.
    fn whole_of(
        &self,
        writer: &mut Writer,
        register: &str,
        id: i64,
        version: i64,
    ) -> Result<Option<Saved>, StoreError> {
        let parts = part::registers(&self.bureau.packs, &self.save.register);
        let Some((_, by)) = parts.into_iter().find(|(part, _)| part.name == register) else { return Ok(None) };
        let history = writer.history(self.bureau.table(register), id)?;
        let mine = history.iter().find(|other| other.record.version == version && other.by == self.actor.account);
        let whole = mine.and_then(|mine| mine.record.value(by).int()).filter(|whole| self.save.id == Some(*whole));
        let Some(whole) = whole else { return Ok(None) };
        let found = writer.record(self.bureau.table(&self.save.register), whole, None)?;
        Ok(found.map(|record| Saved { id: whole, version: record.version }))
    }

    fn file(&self, writer: &mut Writer) -> Result<Record, Stop> {
        let register = self.register();
        // Asked first: a refusal of the values must not tell what exists to somebody who may not file anyway.
        let scope = self.actor.scope(&self.bureau, &register.name, Action::File);
        let scope = scope.ok_or_else(|| Stop::Refused(Refusal::forbidden()))?;
        let record = writer.file(self.bureau.table(&register.name), &self.draft)?;
        // A shared record lies in no unit: whoever may file one anywhere may file it. Of others the owner is known only now;
        // what may not be filed there is undone with the whole change.
        if !register.shared {
            // Where it belongs nowhere yet, what is missing is told, not that nobody may file there.
            if record.owner.is_none() {
                none_of(check::faults(&self.bureau, writer, &self.context, register, &record, None, self.actor.lang)?)?;
            }
            self.allow(writer, record.id, Some(scope))?;
        }
        self.note_behalf(writer, &record, Action::File)?;
        Ok(record)
    }

    fn edit(&self, writer: &mut Writer, id: i64) -> Result<Record, Stop> {
        let register = self.register();
        let before = self.current(writer, id)?;
        let scope = self.actor.scope(&self.bureau, &register.name, Action::Edit);
        self.allow(writer, id, scope.clone())?;
        let table = self.bureau.table(&register.name);
        let record =
            writer.change(table, id, self.save.version.unwrap_or(before.version), self.draft.clone(), "edit")?;
        self.allow(writer, id, scope)?;
        self.note_behalf(writer, &record, Action::Edit)?;
        Ok(record)
    }

    fn note_behalf(&self, writer: &mut Writer, record: &Record, action: Action) -> Result<(), StoreError> {
        let register = &self.save.register;
        let giver = self.actor.behalf(&self.bureau, writer, &self.context, register, record.id, action)?;
        self.note_giver(writer, record, giver)
    }

    fn make_move(&self, writer: &mut Writer, name: &str, id: i64) -> Result<Record, Stop> {
        let register = self.register();
        let made = register
            .flow
            .as_ref()
            .and_then(|flow| flow.moves.get(name))
            .ok_or_else(|| Stop::Refused(Refusal::absent()))?;
        let before = self.current(writer, id)?;
        let scope = self.actor.move_scope(&self.bureau, &register.name, made);
        self.allow(writer, id, scope.clone())?;
        let lang = self.actor.lang;
        let expected = self.save.version.unwrap_or(before.version);
        if before.version == expected && !made.from.iter().any(|from| Some(from) == before.state.as_ref()) {
            let state = before
                .state
                .as_deref()
                .map_or_else(String::new, |state| crate::cell::state_title(register, state, lang));
            return Err(self.fault(
                "D030",
                format!("现在是“{state}”，不能办理“{}”。请刷新后再看。", made.title),
                format!("It is “{state}” now; “{}” cannot be done from there. Reload and look again.", made.en),
            ));
        }
        let table = self.bureau.table(&register.name);
        let asks_who = self.actor.account != 0 && hand::asks_who(made);
        let history = if asks_who { writer.history(table, id)? } else { vec![] };
        let traces = Traces::read(&self.bureau, writer, &register.name, &history)?;
        let mut after = before.clone();
        after.values.extend(self.draft.values.clone());
        let signed = traces.signatures(name, &hand::content(&self.bureau, &register.name, name, made), &after);
        let right = self.right(writer, name, made, &before, &traces, &signed)?;
        if made.reason && self.save.reason.trim().is_empty() {
            return Err(self.fault(
                "D032",
                format!("办理“{}”必须写缘由。", made.title),
                format!("“{}” needs a reason.", made.en),
            ));
        }
        let mut values = self.draft.values.clone();
        // Before the last signature the record stays where it is.
        let leads_on = right.is_none() || signed.len() + 1 >= hand::wanted(made, &self.context);
        let (state, act) = if leads_on {
            values.extend(made.clear.iter().map(|name| (name.clone(), Value::Null)));
            let set = effect::set(&self.bureau, writer, &self.context, &register.name, &before, made, &values);
            values.extend(set?.map_err(|(field, complaint)| self.unset(&register.name, &field, &complaint))?);
            (Some(made.to.clone()), format!("move:{name}"))
        } else {
            (None, format!("{}{name}", hand::SIGN))
        };
        let record = writer.change(table, id, expected, Draft { values, state, ..Draft::default() }, &act)?;
        if let Some(right) = &right {
            self.note_right(writer, made, &record, right)?;
        }
        let (mut record, mut opened) = (record, vec![]);
        if leads_on {
            let all = effect::open(&self.bureau, writer, &self.context, &register.name, &record, made)?;
            opened = all.map_err(|(register, field, complaint)| self.unset(&register, &field, &complaint))?;
            let own = Some((register.name.as_str(), id));
            none_of(derive::settle(&self.bureau, writer, &self.context, lang, own)?)?;
            record = writer.record(table, id, None)?.unwrap_or(record);
            let now = writer.now();
            for job in &made.run {
                writer.add_job(job, &format!("{} {id}", register.name), &record.version.to_string(), now)?;
            }
        }
        if let Some(need) = &made.need {
            let held = judged(&self.bureau, writer, &self.context, &register.name, &record, need)?;
            if held != Some(true) {
                let message = need_message(made, lang);
                return Err(self.fault("D033", message.clone(), message));
            }
        }
        let faults = effect::faults(&self.bureau, writer, &self.context, &opened, lang)?;
        if !faults.is_empty() {
            return Err(Stop::Faults(faults));
        }
        Ok(record)
    }

    /// An assignment that could not be computed.
    fn unset(&self, register: &str, field: &str, complaint: &Complaint) -> Stop {
        let lang = self.actor.lang;
        let title = self.bureau.packs.field(register, field);
        let title = title.map_or_else(|| field.to_string(), |field| lang.pick(&field.title, &field.en).to_string());
        self.fault(complaint.code, format!("“{title}”：{}", complaint.zh), format!("“{title}”: {}", complaint.en))
    }

    /// The right in which the person makes a move: the first that neither four eyes, signatures nor what is apart stand
    /// against. `None`: the system, which acts in no role.
    fn right(
        &self,
        writer: &mut Writer,
        name: &str,
        made: &Move,
        before: &Record,
        traces: &Traces<'_>,
        signed: &[(&Version, &Hands)],
    ) -> Result<Option<Right>, Stop> {
        if self.actor.account == 0 {
            return Ok(None);
        }
        let register = self.register();
        let rights = self.actor.rights(&self.bureau, writer, &self.context, &register.name, made, before.id)?;
        let asked = Asked { actor: &self.actor, made, traces, signed };
        let right = asked.choose(writer, rights)?;
        let right = right.map_err(|barred| self.fault(barred.code, barred.zh, barred.en))?;
        let right = right.ok_or_else(|| Stop::Refused(Refusal::forbidden()))?;
        let hands = self.actor.hands(right.giver);
        if let Some(other) = apart::conflict(&self.bureau, writer, &register.name, before, name, &hands)? {
            let other = apart::title(&self.bureau, "", &other, self.actor.lang);
            return Err(self.fault(
                "D035",
                format!("“{}”与“{other}”不相容，同一人不得兼办；“{other}”是您办理的。请由另一位同事办理。", made.title),
                format!("“{}” and “{other}” must be apart, and you have made the other. Ask a colleague.", made.en),
            ));
        }
        Ok(Some(right))
    }

    /// Notes beside a version in which role it was signed, and in whose place it was written.
    fn note_right(&self, writer: &mut Writer, made: &Move, record: &Record, right: &Right) -> Result<(), StoreError> {
        if made.sign != Sign::One {
            writer.event(hand::SIGNED, &subject(&self.save.register, record.id, record.version), &right.role)?;
        }
        self.note_giver(writer, record, right.giver)
    }

    fn note_giver(&self, writer: &mut Writer, record: &Record, giver: Option<i64>) -> Result<(), StoreError> {
        if let Some(giver) = giver {
            let subject = subject(&self.save.register, record.id, record.version);
            writer.event(hand::BEHALF, &subject, &giver.to_string())?;
        }
        Ok(())
    }

    fn current(&self, writer: &mut Writer, id: i64) -> Result<Record, Stop> {
        self.allow_or(writer, id, self.actor.scope(&self.bureau, &self.save.register, Action::See), Refusal::absent)?;
        let found = writer.record(self.bureau.table(&self.save.register), id, None)?;
        found.ok_or_else(|| Stop::Refused(Refusal::absent()))
    }

    fn allow(&self, writer: &mut Writer, id: i64, scope: Option<Condition>) -> Result<(), Stop> {
        self.allow_or(writer, id, scope, Refusal::forbidden)
    }

    fn allow_or(
        &self,
        writer: &mut Writer,
        id: i64,
        scope: Option<Condition>,
        no: fn() -> Refusal,
    ) -> Result<(), Stop> {
        let Some(scope) = scope else { return Err(Stop::Refused(no())) };
        if satisfies(&self.bureau, writer, &self.context, &self.save.register, id, &scope)? {
            Ok(())
        } else {
            Err(Stop::Refused(no()))
        }
    }

    fn fault(&self, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Stop {
        Stop::Faults(vec![(None, FieldFault { code: code.to_string(), text: said(self.actor.lang, zh, en) })])
    }
}

/// What the store refuses about single fields, in the words of the form.
fn store_faults(bureau: &Bureau, register: &Register, error: &StoreError, lang: Lang) -> Option<Faults> {
    let (StoreError::Taken { table, .. } | StoreError::Dangling { table, .. } | StoreError::Unfit { table, .. }) =
        error
    else {
        return own_faults(bureau, register, error, lang);
    };
    // A record that a move opens stands in no field of the form.
    let own = *table == register.name || register.extends.as_ref() == Some(table);
    match bureau.packs.registers.get(table).filter(|_| !own) {
        Some(opened) => own_faults(bureau, opened, error, lang).map(|faults| effect::of_opened(opened, faults, lang)),
        None => own_faults(bureau, register, error, lang),
    }
}

fn own_faults(bureau: &Bureau, register: &Register, error: &StoreError, lang: Lang) -> Option<Faults> {
    let title = |name: &str| {
        bureau
            .packs
            .field(&register.name, name)
            .map_or_else(|| name.to_string(), |field| lang.pick(&field.title, &field.en).to_string())
    };
    match error {
        StoreError::Taken { columns, .. } => {
            let names: Vec<String> = columns.iter().map(|name| title(name)).collect();
            let text = said(
                lang,
                format!("已有另一条{}的“{}”与此相同。请核对，或打开那一条修改。", register.title, names.join("、")),
                format!(
                    "Another {} already has the same {}. Check it, or change that one.",
                    register.en,
                    names.join(", ")
                ),
            );
            Some(vec![(columns.first().cloned(), FieldFault { code: error.code().into(), text })])
        }
        StoreError::Dangling { column, .. } | StoreError::Unfit { column, .. } => {
            let text = said(
                lang,
                format!("“{}”所选的记录不存在。请重新选。", title(column)),
                format!("What “{}” refers to does not exist. Choose again.", title(column)),
            );
            Some(vec![(Some(column.clone()), FieldFault { code: error.code().into(), text })])
        }
        StoreError::Cycle { .. } => {
            let text = said(
                lang,
                "一个单位不能隶属于它自己的下级。请另选上级单位。",
                "A unit cannot lie within a unit below it. Choose another.",
            );
            Some(vec![(Some("parent".into()), FieldFault { code: error.code().into(), text })])
        }
        _ => None,
    }
}

/// The form again, with everything that was typed.
fn back(bureau: &Bureau, actor: &Actor, which: Which<'_>, save: &Save, faults: Faults) -> NotSaved {
    let filled = Filled { typed: &save.typed, faults: &faults, reason: &save.reason, request: &save.request };
    let built = bureau.store.read(|reader| {
        let record = match which.id {
            None => None,
            Some(id) => reader.record(bureau.table(&which.register.name), id, None)?,
        };
        form::build(bureau, actor, reader, which, record.as_ref(), &filled)
    });
    match built {
        // The version the person started from is kept: a later save must still notice the other change.
        Ok(view) => NotSaved::Form(Box::new(crate::view::FormView { version: save.version.or(view.version), ..view })),
        Err(error) => NotSaved::Refused(broken(error)),
    }
}

/// Two people at once: both values, side by side; saving again then overwrites knowingly.
fn conflict(bureau: &Bureau, actor: &Actor, which: Which<'_>, save: &Save, current: &Record) -> NotSaved {
    let told = bureau.store.read(|reader| both_values(bureau, reader, which, &save.typed, current, actor.lang));
    let save = Save { version: Some(current.version), ..save.clone() };
    told_back(bureau, actor, which, &save, told)
}

/// The same for a row of the form.
fn row_conflict(
    bureau: &Bureau,
    actor: &Actor,
    which: Which<'_>,
    save: &Save,
    row: &part::Row,
    current: &Record,
) -> NotSaved {
    let told = bureau.store.read(|reader| {
        let register = bureau.packs.register(&row.register);
        let of_row = Which { register, id: row.id, by_move: None };
        let mut told = both_values(bureau, reader, of_row, &row.typed, current, actor.lang)?;
        for (label, ..) in &mut told.fields {
            *label = part::labelled(&bureau.packs, row, label, actor.lang);
        }
        Ok(told)
    });
    let mut save = save.clone();
    save.typed.insert(row.name("_version"), current.version.to_string());
    told_back(bureau, actor, which, &save, told)
}

/// Who saved first, when, and both values of each field that differs.
fn both_values(
    bureau: &Bureau,
    reader: &mut Reader,
    which: Which<'_>,
    typed: &Typed,
    current: &Record,
    lang: Lang,
) -> Result<Conflict, StoreError> {
    let newest = reader.history(bureau.table(&which.register.name), current.id)?.pop();
    let mut fields = vec![];
    for field in which.fields(bureau) {
        let Some(mine) = typed.get(&field.name).filter(|_| !field.mask) else { continue };
        let theirs = form::kept_text(field, current.value(&field.name));
        if mine.trim() == theirs {
            continue;
        }
        let theirs = shown(bureau, reader, field, &theirs, lang)?;
        let mine = shown(bureau, reader, field, mine, lang)?;
        // A reference comes as its label where no list is offered: the same label is the same record.
        if theirs.trim() != mine.trim() {
            fields.push((lang.pick(&field.title, &field.en).to_string(), theirs, mine));
        }
    }
    let (by, since) = newest.map_or((0, 0), |version| (version.by, version.since));
    Ok(Conflict { by: who(reader, by, lang)?, at: say::moment(since, bureau.clock.today(), lang), fields })
}

/// The form again with both values; saving it once more overwrites knowingly.
fn told_back(
    bureau: &Bureau,
    actor: &Actor,
    which: Which<'_>,
    save: &Save,
    told: Result<Conflict, StoreError>,
) -> NotSaved {
    let text = said(
        actor.lang,
        "您填写期间，另一位同事已经保存了改动。两边的值都列在下面；核对后再保存，将以您的为准。",
        "Somebody else saved a change while you were typing. Both values are below; saving again will take yours.",
    );
    let faults = vec![(None, FieldFault { code: "S003".into(), text })];
    match (told, back(bureau, actor, which, save, faults)) {
        (Ok(told), NotSaved::Form(mut view)) => {
            view.request = crate::random::hex(16);
            view.conflict = Some(told);
            NotSaved::Form(view)
        }
        (Err(error), _) => NotSaved::Refused(broken(error)),
        (_, other) => other,
    }
}

/// What was typed, as it would be shown.
fn shown(bureau: &Bureau, reader: &mut Reader, field: &Field, typed: &str, lang: Lang) -> Result<String, StoreError> {
    match (&field.kind, kind::parse(&field.kind, typed)) {
        (Kind::Ref { to }, Ok(Value::Int(id))) => crate::list::label(bureau, reader, to, id, None),
        (Kind::Refs { to }, Ok(value)) => {
            let labels = several::shown(bureau, reader, to, &value, None)?;
            Ok(several::joined(labels.into_iter().map(|(_, label)| label), lang))
        }
        (kind, Ok(value)) => Ok(kind::show(kind, &value, lang)),
        (_, Err(_)) => Ok(typed.to_string()),
    }
}
