//! Jobs: what is done after a commit, and what a new day brings. Carried out by whoever calls [`run`]: the serving
//! program every few seconds, the command line, a test. It looks at the bureau's clock only.
//!
//! A job is taken in a write of its own, so no two take the same. A program that dies in the middle leaves it `running`;
//! it is begun again after [`STALE`]. So everything a job writes must be the same when it is written twice: exits save
//! under request ids of the job, watches and duties ask what is there already.

use crate::bureau::{Bureau, broken};
use crate::refusal::Refusal;
use crate::{Actor, No, NotSaved, Save, Saved, duty, erase, file, import, watch};
use jiff::civil::Date;
use luoshi_kernel::Lang;
use luoshi_kernel::kind::MICROS;
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Kind, Value};
pub use luoshi_store::Record;
use luoshi_store::{Act, Job, Reader, StoreError, Writer, follow};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A job that has run so long is taken as lost.
pub const STALE: i64 = 10 * 60 * MICROS;
/// The key under which the last day is kept whose work was put into the table of jobs.
pub const DAY: &str = "day_run";
/// The kind of the job that clears away what is done, and files that no record names.
pub(crate) const SWEEP: &str = "sweep";
/// How long done jobs are kept.
const KEPT: i64 = 30 * 86_400 * MICROS;
/// The code of a move from a state that the record has left: a job that begins again finds it as it is.
const MOVED_ON: &str = "D030";
/// Records read at once.
const PAGE: u64 = 500;
/// Groups of records that follow before others have their turn.
const TURN: usize = 20;
/// Records settled in one write.
const BATCH: usize = 50;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs done.
    pub done: usize,
    /// Jobs that failed; they wait, or were given up.
    pub failed: usize,
    /// Jobs of which a part was done; the rest waits for its turn.
    pub left: usize,
}

/// What a job's exit works with.
pub struct Work<'a> {
    bureau: &'a Arc<Bureau>,
    job: &'a Job,
    saves: Cell<u32>,
}

impl Work<'_> {
    /// What it is about: register and id (`project 12`).
    pub fn subject(&self) -> Option<(&str, i64)> {
        let (register, id) = self.job.subject.split_once(' ')?;
        Some((register, id.parse().ok()?))
    }

    /// What it needs to know.
    pub fn detail(&self) -> &str {
        &self.job.detail
    }

    /// Today.
    pub fn today(&self) -> Date {
        self.bureau.clock.today()
    }

    /// Now, in microseconds.
    pub fn now(&self) -> i64 {
        self.bureau.clock.now()
    }

    /// The records of a register that satisfy a condition, in the order of their ids.
    ///
    /// # Errors
    /// There is no such register; the read failed.
    pub fn records(&self, register: &str, filter: &Condition) -> Result<Vec<Record>, NotDone> {
        let register = self.bureau.register(register)?;
        let context = self.bureau.context(self.today());
        let (mut all, mut last) = (vec![], 0);
        loop {
            let more = Condition::Compare(vec!["id".into()], Compare::More, Operand::literal(Value::Int(last)));
            let filter = Condition::All(vec![filter.clone(), more]);
            let read = |reader: &mut Reader| {
                let ids = watch::ids(self.bureau, reader, &context, &register.name, &filter, PAGE)?;
                let each = ids.into_iter().map(|id| reader.record(self.bureau.table(&register.name), id, None));
                each.collect::<Result<Vec<_>, _>>()
            };
            let found = self.bureau.store.read(read)?;
            all.extend(found.into_iter().flatten());
            match all.last() {
                Some(newest) if newest.id > last => last = newest.id,
                _ => return Ok(all),
            }
        }
    }

    /// The Chinese label of a choice.
    pub fn choice(&self, register: &str, field: &str, key: &str) -> String {
        match self.bureau.packs.field(register, field).map(|field| &field.kind) {
            Some(Kind::Choice { choices }) => choices.get(key).map_or(key, |choice| &choice.title).to_string(),
            _ => key.to_string(),
        }
    }

    /// The record it is about, as it is now.
    ///
    /// # Errors
    /// There is no such register; the read failed.
    pub fn record(&self) -> Result<Option<Record>, NotDone> {
        let Some((register, id)) = self.subject() else { return Ok(None) };
        let register = self.bureau.register(register)?;
        Ok(self.bureau.store.read(|reader| reader.record(self.bureau.table(&register.name), id, None))?)
    }

    /// Saves something on the one road, as the system. The same job begun again saves the same once.
    ///
    /// # Errors
    /// As [`Work::save_once`].
    pub fn save(&self, save: Save) -> Result<Saved, NotDone> {
        let number = self.saves.get();
        self.saves.set(number + 1);
        self.save_once(&number.to_string(), save)
    }

    /// Saves something under a key of the job's own: for jobs whose saves need not come in the same order when they are
    /// begun again.
    ///
    /// # Errors
    /// [`NotDone::Refused`] for what a form would be told; [`NotDone::Failed`] where the system failed, or somebody changed
    /// the record meanwhile.
    pub fn save_once(&self, key: &str, save: Save) -> Result<Saved, NotDone> {
        let request = format!("job:{}:{key}", self.job.id);
        let saved = crate::save::save(self.bureau, &Actor::system(Lang::Zh), &Save { request, ..save });
        saved.map_err(NotDone::from)
    }
}

/// Why a job was not done, in Chinese, for the operations page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotDone {
    /// The system failed, or what was read has changed meanwhile: it is tried again.
    Failed(String),
    /// It is refused, and would be refused again: it is given up at once, until a person lets it be tried.
    Refused(String),
}

impl NotDone {
    fn message(&self) -> &str {
        let (NotDone::Failed(message) | NotDone::Refused(message)) = self;
        message
    }
}

impl From<String> for NotDone {
    fn from(message: String) -> NotDone {
        NotDone::Failed(message)
    }
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> NotDone {
        NotDone::Failed(error.chinese())
    }
}

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> NotDone {
        match refusal.kind {
            No::Busy | No::Broken => NotDone::Failed(refusal.to_string()),
            _ if refusal.code == MOVED_ON => NotDone::Failed(refusal.to_string()),
            No::Stranger | No::Forbidden | No::Absent | No::Wrong | No::Refused => {
                NotDone::Refused(refusal.to_string())
            }
        }
    }
}

impl From<NotSaved> for NotDone {
    fn from(not: NotSaved) -> NotDone {
        let form = match not {
            NotSaved::Refused(refusal) => return refusal.into(),
            NotSaved::Form(form) => form,
        };
        let all = form.every_fault().map(|(_, fault)| format!("{} [{}]", fault.text, fault.code));
        let message = all.collect::<Vec<_>>().join("；");
        let moved_on = form.every_fault().any(|(_, fault)| fault.code == MOVED_ON);
        if form.conflict.is_some() || moved_on { NotDone::Failed(message) } else { NotDone::Refused(message) }
    }
}

/// How much of a job was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Some,
}

/// Runs what is due, at most so many jobs. A new day puts its own work into the table first.
///
/// # Errors
/// What the store refuses. A job's own failure is kept beside it and is no error here.
pub fn run(bureau: &Arc<Bureau>, most: usize) -> Result<Ran, Refusal> {
    let mut ran = Ran::default();
    if bureau.read_only.is_some() {
        return Ok(ran);
    }
    begin_day(bureau).map_err(broken)?;
    for _ in 0..most {
        let (now, stale) = (bureau.clock.now(), bureau.clock.now() - STALE);
        // Most of the time there is none: a read finds out and holds up nobody.
        if !bureau.store.read(|reader| reader.is_job_due(now, stale)).map_err(broken)? {
            break;
        }
        let taken =
            bureau.store.write(act(bureau), move |writer: &mut Writer| writer.take_job(stale)).map_err(broken)?;
        let Some(job) = taken else { break };
        let done = catch_unwind(AssertUnwindSafe(|| carry_out(bureau, &job)));
        let done = done.unwrap_or_else(|_| Err("运行中断（程序内部错误）".to_string().into()));
        match &done {
            Ok(Part::Whole) => ran.done += 1,
            Ok(Part::Some) => ran.left += 1,
            Err(not) => {
                ran.failed += 1;
                tracing::warn!(job = job.id, kind = %job.kind, message = not.message(), "a job failed");
            }
        }
        end(bureau, &job, done).map_err(broken)?;
    }
    Ok(ran)
}

fn act(bureau: &Bureau) -> Act {
    Act { at: bureau.clock.now(), background: true, ..Act::default() }
}

/// Notes that a job is done, or why not and when it is tried again.
fn end(bureau: &Bureau, job: &Job, done: Result<Part, NotDone>) -> Result<(), StoreError> {
    let (id, again) = (job.id, again(bureau, job));
    bureau.store.write(act(bureau), move |writer: &mut Writer| match &done {
        Ok(Part::Whole) => writer.finish_job(id),
        Ok(Part::Some) => writer.put_back_job(id),
        Err(NotDone::Failed(message)) => writer.fail_job(id, message, again),
        Err(NotDone::Refused(message)) => writer.fail_job(id, message, None),
    })
}

/// When a job that failed is tried again: after one, two, four … times the wait, then no more.
fn again(bureau: &Bureau, job: &Job) -> Option<i64> {
    let settings = bureau.settings(bureau.clock.today());
    let whole = |name: &str, otherwise: i64| settings.get(name).and_then(luoshi_pack::Value::int).unwrap_or(otherwise);
    let wait = whole("job_wait_minutes", 1).max(1).saturating_mul(60 * MICROS);
    (job.attempts < whole("job_attempts_most", 5)).then(|| {
        let times = 1_i64.checked_shl(u32::try_from(job.attempts - 1).unwrap_or(0).min(16)).unwrap_or(1);
        bureau.clock.now().saturating_add(wait.saturating_mul(times))
    })
}

/// The first to come on a new day puts its work into the table: all watches, all duties, clearing away.
fn begin_day(bureau: &Bureau) -> Result<(), StoreError> {
    let today = bureau.clock.today().to_string();
    if bureau.store.read(|reader| reader.meta(DAY))?.is_some_and(|day| day >= today) {
        return Ok(());
    }
    let watches = bureau.packs.watches.keys().map(|name| (watch::JOB, name.clone()));
    let duties = bureau.packs.duties.keys().map(|name| (duty::JOB, name.clone()));
    let jobs: Vec<(&str, String)> = duties.chain(watches).chain([(SWEEP, String::new())]).collect();
    bureau.store.write(act(bureau), move |writer: &mut Writer| {
        if writer.meta(DAY)?.is_some_and(|day| day >= today) {
            return Ok(());
        }
        let now = writer.now();
        for (kind, subject) in &jobs {
            writer.add_job(kind, subject, &today, now)?;
        }
        writer.set_meta(DAY, &today)
    })
}

fn carry_out(bureau: &Arc<Bureau>, job: &Job) -> Result<Part, NotDone> {
    match job.kind.as_str() {
        watch::JOB => bureau.packs.watches.get(&job.subject).map_or(Ok(()), |watch| look_at_all(bureau, watch))?,
        duty::JOB => bureau.packs.duties.get(&job.subject).map_or(Ok(()), |duty| open_all(bureau, duty))?,
        import::IMPORT => import::by_job(bureau, job)?,
        luoshi_store::ERASE_FILE => erase::by_job(bureau, act(bureau), &job.subject)?,
        follow::KIND => return Ok(follow_all(bureau, job)?),
        SWEEP => {
            let before = bureau.clock.now() - KEPT;
            bureau.store.write(act(bureau), move |writer: &mut Writer| {
                erase::again(writer)?;
                writer.sweep_jobs(before)
            })?;
            bureau.store.sweep_files(act(bureau), file::KEPT)?;
        }
        kind => match bureau.exits.jobs.get(kind) {
            Some(exit) => exit(&Work { bureau, job, saves: Cell::new(0) })?,
            None => return Err(format!("没有叫“{kind}”的后台作业").into()),
        },
    }
    Ok(Part::Whole)
}

/// Settles a watch on every record on which it is astray. One that cannot be settled does not stop the others.
fn look_at_all(bureau: &Arc<Bureau>, watch: &luoshi_pack::Watch) -> Result<(), String> {
    let context = bureau.context(bureau.clock.today());
    let astray = watch::astray(bureau, &context, watch).map_err(|error| error.chinese())?;
    let mut failed = vec![];
    for some in astray.chunks(BATCH) {
        failed.extend(settle_some(bureau, watch, some));
    }
    in_words(failed)
}

fn settle_some(bureau: &Arc<Bureau>, watch: &luoshi_pack::Watch, ids: &[i64]) -> Vec<String> {
    let (desk, name, all) = (bureau.clone(), watch.name.clone(), ids.to_vec());
    let written = bureau.store.write(act(bureau), move |writer: &mut Writer| {
        let context = desk.context(desk.clock.today());
        writer.note_written(&desk.watched);
        for id in &all {
            let faults = watch::settle(&desk, writer, &context, &desk.packs.watches[&name], *id, Lang::Zh)?;
            none_of(faults)?;
        }
        none_of(watch::settle_written(&desk, writer, &context, Lang::Zh)?)
    });
    match (written, ids) {
        (Ok(()), _) => vec![],
        (Err(Stopped(why)), [id]) => vec![format!("{} {id}：{why}", watch.of)],
        // One of them stands in the way of all: one by one.
        (Err(_), ids) => ids.iter().flat_map(|id| settle_some(bureau, watch, &[*id])).collect(),
    }
}

/// Lets the records follow that a change has left to this job; after so many others have their turn. One that cannot does
/// not stop the others.
fn follow_all(bureau: &Arc<Bureau>, job: &Job) -> Result<Part, String> {
    let Some((register, ..)) = follow::about(&job.subject) else { return Ok(Part::Whole) };
    let (mut after, mut failed) = (0, vec![]);
    for turn in 0.. {
        if turn == TURN && failed.is_empty() {
            return Ok(Part::Some);
        }
        let read = bureau.store.read(|reader| reader.following(&job.subject, after, follow::AT_ONCE));
        let found = read.map_err(|error| error.chinese())?;
        let Some(last) = found.last() else { break };
        after = *last;
        failed.extend(follow_some(bureau, job.id, register, &found));
    }
    in_words(failed).map(|()| Part::Whole)
}

fn follow_some(bureau: &Arc<Bureau>, job: i64, register: &str, ids: &[i64]) -> Vec<String> {
    let mut failed = vec![];
    let mut left = ids;
    while !left.is_empty() {
        let (desk, table, some) = (bureau.clone(), register.to_string(), left.to_vec());
        let written = bureau.store.write(act(bureau), move |writer: &mut Writer| {
            writer.note_written(&desk.watched);
            writer.go_on(job)?;
            let done = writer.catch_up(desk.table(&table), &some)?;
            none_of(watch::settle_written(&desk, writer, &desk.context(desk.clock.today()), Lang::Zh)?)?;
            Ok(done)
        });
        match (written, left) {
            (Ok(done), _) => left = &left[done..],
            (Err(Stopped(why)), [id]) => return [failed, vec![format!("{register} {id}：{why}")]].concat(),
            // One of them stands in the way of all: one by one.
            (Err(_), all) => {
                failed.extend(all.iter().flat_map(|id| follow_some(bureau, job, register, &[*id])));
                return failed;
            }
        }
    }
    failed
}

/// Opens everything a duty wants today.
fn open_all(bureau: &Arc<Bureau>, duty: &luoshi_pack::Duty) -> Result<(), String> {
    let today = bureau.clock.today();
    let mut failed = vec![];
    for period in duty::periods(bureau, duty, today) {
        let context = luoshi_kernel::Context { period, ..bureau.context(today) };
        let mut last = 0;
        loop {
            let subjects = duty::subjects(bureau, &context, duty, last).map_err(|error| error.chinese())?;
            let Some(newest) = subjects.last() else { break };
            last = *newest;
            for some in subjects.chunks(BATCH) {
                failed.extend(open_some(bureau, duty, &context, some));
            }
        }
    }
    in_words(failed)
}

fn open_some(
    bureau: &Arc<Bureau>,
    duty: &luoshi_pack::Duty,
    context: &luoshi_kernel::Context,
    ids: &[i64],
) -> Vec<String> {
    let (desk, name, all, around) = (bureau.clone(), duty.name.clone(), ids.to_vec(), context.clone());
    let written = bureau.store.write(act(bureau), move |writer: &mut Writer| {
        writer.note_written(&desk.watched);
        for id in &all {
            duty::open(&desk, writer, &around, &desk.packs.duties[&name], *id, Lang::Zh)?.map_err(Stopped)?;
        }
        none_of(watch::settle_written(&desk, writer, &desk.context(desk.clock.today()), Lang::Zh)?)
    });
    match (written, ids) {
        (Ok(()), _) => vec![],
        (Err(Stopped(why)), [id]) => vec![format!("{} {id}：{why}", duty.of)],
        (Err(_), ids) => ids.iter().flat_map(|id| open_some(bureau, duty, context, &[*id])).collect(),
    }
}

/// Why a write of a job is undone.
struct Stopped(String);

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Stopped {
        Stopped(error.chinese())
    }
}

fn none_of(faults: crate::form::Faults) -> Result<(), Stopped> {
    match faults.into_iter().next() {
        Some((_, fault)) => Err(Stopped(format!("{} [{}]", fault.text, fault.code))),
        None => Ok(()),
    }
}

fn in_words(failed: Vec<String>) -> Result<(), String> {
    let more = failed.len().saturating_sub(3);
    let mut first = failed.into_iter().take(3).collect::<Vec<_>>().join("；");
    if more > 0 {
        first.push_str(&format!("；另有 {more} 条"));
    }
    if first.is_empty() { Ok(()) } else { Err(first) }
}

/// Lets a job that was given up be tried again.
///
/// # Errors
/// When there is no such job, or the bureau is open for reading only.
pub fn retry(bureau: &Bureau, by: &Actor, id: i64) -> Result<(), Refusal> {
    if let Some((zh, en)) = &bureau.read_only {
        return Err(Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone()));
    }
    let act = Act { at: bureau.clock.now(), by: by.account, ..Act::default() };
    let write = move |writer: &mut Writer| {
        let found = writer.retry_job(id)?;
        if found {
            writer.event("job_retry", &id.to_string(), "")?;
        }
        Ok::<bool, StoreError>(found)
    };
    let found = bureau.store.write(act, write).map_err(broken)?;
    if found { Ok(()) } else { Err(Refusal::absent()) }
}
