//! 运行: whether the system itself is well. For roles that operate it; nothing of any record is shown.

use crate::bureau::{Bureau, broken, said};
use crate::refusal::Refusal;
use crate::view::{JobLine, Lang, OperationsView};
use crate::{Actor, duty, import, job, list, say, watch};
use luoshi_store::{Dialect, Job, Reader, StoreError, follow};

/// Records that still follow are counted so far.
const LEFT_MOST: usize = 100_000;
/// Jobs that are shown of one state.
const SHOWN: i64 = 30;

impl Actor {
    /// Whether one of the person's roles operates the system; the command line does.
    pub(crate) fn operates(&self, bureau: &Bureau) -> bool {
        let operates = |role: &str| bureau.packs.roles.get(role).is_some_and(|role| role.operates);
        self.account == 0 || self.posts.iter().any(|post| operates(&post.role))
    }
}

/// The page of whoever operates the system.
pub fn operations(bureau: &Bureau, actor: &Actor) -> Result<OperationsView, Refusal> {
    if !actor.operates(bureau) {
        return Err(Refusal::absent());
    }
    let lang = actor.lang;
    let work = bureau.store.work();
    let today = bureau.clock.today();
    let read = |reader: &mut Reader| {
        let line = |reader: &mut Reader, job: Job| {
            Ok(JobLine {
                id: job.id,
                what: what(bureau, reader, &job, lang)?,
                message: job.message.clone().unwrap_or_default(),
                attempts: job.attempts,
                at: say::moment(job.taken.unwrap_or(job.due), today, lang),
            })
        };
        let mut lists = vec![];
        for state in ["failed", "running", "waiting"] {
            let jobs = reader.jobs(state, SHOWN)?.into_iter();
            lists.push(jobs.map(|job| line(reader, job)).collect::<Result<_, StoreError>>()?);
        }
        let head = reader.last_head()?;
        let [failed, running, waiting] = <[Vec<JobLine>; 3]>::try_from(lists).unwrap_or_default();
        Ok(OperationsView {
            today,
            last_day: reader.meta(job::DAY)?.and_then(|day| day.parse().ok()),
            failed,
            running,
            waiting,
            heads: bureau.heads.clone(),
            unsealed: bureau.unsealed().map(|(zh, en)| said(lang, zh, en)),
            head: head.map(|head| (head.size, say::moment(head.at, today, lang))),
            lines: reader.head()?.size,
            database: match bureau.store.dialect() {
                Dialect::Sqlite => "SQLite".to_string(),
                Dialect::Postgres => "PostgreSQL".to_string(),
            },
            size: say::size(reader.size()?),
            commits: work.commits,
            people: work.people,
            background: work.background,
            writable: bureau.read_only.is_none(),
        })
    };
    bureau.store.read(read).map_err(broken)
}

/// Lets a job that was given up be tried again.
pub fn retry(bureau: &Bureau, actor: &Actor, id: i64) -> Result<(), Refusal> {
    if !actor.operates(bureau) {
        return Err(Refusal::absent());
    }
    job::retry(bureau, actor, id)
}

/// What a job does, in words.
fn what(bureau: &Bureau, reader: &mut Reader, job: &Job, lang: Lang) -> Result<String, StoreError> {
    let watch = || bureau.packs.watches.get(&job.subject).map(|watch| lang.pick(&watch.title, &watch.en));
    let duty = || bureau.packs.duties.get(&job.subject).map(|duty| lang.pick(&duty.title, &duty.en));
    Ok(match job.kind.as_str() {
        follow::KIND => following(bureau, reader, &job.subject, lang)?,
        watch::JOB => format!("{}{}", lang.pick("预警：", "watch: "), watch().unwrap_or(&job.subject)),
        duty::JOB => format!("{}{}", lang.pick("定期义务：", "duty: "), duty().unwrap_or(&job.subject)),
        import::IMPORT => {
            let register = job.subject.split_once(' ').and_then(|(name, _)| bureau.packs.registers.get(name));
            let title = register.map_or(job.subject.clone(), |register| list::title(register, lang));
            format!("{}{title}", lang.pick("导入：", "import: "))
        }
        job::SWEEP => lang.pick("清理已办结的作业", "clear away what is done").to_string(),
        kind => format!("{kind} {}", job.subject),
    })
}

/// Which records still follow which, and how many are left.
fn following(bureau: &Bureau, reader: &mut Reader, subject: &str, lang: Lang) -> Result<String, StoreError> {
    let Some((register, source, id)) = follow::about(subject) else { return Ok(subject.to_string()) };
    let title =
        |name: &str| bureau.packs.registers.get(name).map_or(name.to_string(), |found| list::title(found, lang));
    let of = match bureau.packs.registers.contains_key(source) {
        true => list::label(bureau, reader, source, id, None)?,
        false => id.to_string(),
    };
    let left = reader.following(subject, 0, LEFT_MOST + 1)?.len();
    let left = match left > LEFT_MOST {
        true => said(lang, format!("{LEFT_MOST} 条以上"), format!("more than {LEFT_MOST}")),
        false => said(lang, format!("{left} 条"), left.to_string()),
    };
    let (register, source) = (title(register), title(source));
    Ok(said(
        lang,
        format!("随迁：{register}随{source}“{of}”，还有 {left}"),
        format!("follow: {register} after {source} “{of}”, {left} left"),
    ))
}
