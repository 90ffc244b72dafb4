//! 运行: whether the system itself is well. For roles that operate it; nothing of any record is shown.

use crate::bureau::{Bureau, broken};
use crate::refusal::Refusal;
use crate::view::{JobLine, Lang, OperationsView};
use crate::{Actor, duty, job, say, watch};
use luoshi_store::{Dialect, Job, Reader};

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
        let line = |job: Job| JobLine {
            id: job.id,
            what: what(bureau, &job, lang),
            message: job.message.clone().unwrap_or_default(),
            attempts: job.attempts,
            at: say::moment(job.taken.unwrap_or(job.due), today, lang),
        };
        let mut lists = vec![];
        for state in ["failed", "running", "waiting"] {
            lists.push(reader.jobs(state, SHOWN)?.into_iter().map(line).collect());
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
fn what(bureau: &Bureau, job: &Job, lang: Lang) -> String {
    let watch = || bureau.packs.watches.get(&job.subject).map(|watch| lang.pick(&watch.title, &watch.en));
    let duty = || bureau.packs.duties.get(&job.subject).map(|duty| lang.pick(&duty.title, &duty.en));
    match job.kind.as_str() {
        watch::JOB => format!("{}{}", lang.pick("预警：", "watch: "), watch().unwrap_or(&job.subject)),
        duty::JOB => format!("{}{}", lang.pick("定期义务：", "duty: "), duty().unwrap_or(&job.subject)),
        crate::import::IMPORT => {
            let register = job.subject.split_once(' ').and_then(|(name, _)| bureau.packs.registers.get(name));
            let title = register.map_or(job.subject.clone(), |register| crate::list::title(register, lang));
            format!("{}{title}", lang.pick("导入：", "import: "))
        }
        job::SWEEP => lang.pick("清理已办结的作业", "clear away what is done").to_string(),
        kind => format!("{kind} {}", job.subject),
    }
}
