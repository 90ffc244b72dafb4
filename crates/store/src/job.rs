//! Jobs: work that is done after a commit, kept in a table so that a restart loses none.

use crate::error::StoreError;
use crate::follow;
use crate::link::Row;
use crate::reader::Reader;
use crate::writer::Writer;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: i64,
    /// What is to be done: the name of the exit that does it.
    pub kind: String,
    /// What it is about (`project 12`); two waiting jobs of one kind never share it.
    pub subject: String,
    /// What the work needs to know.
    pub detail: String,
    /// Not before this instant, microseconds since 1970 UTC.
    pub due: i64,
    /// `waiting`, `running`, `done`, `failed`.
    pub state: String,
    /// How often it has been begun.
    pub attempts: i64,
    /// When it was last begun.
    pub taken: Option<i64>,
    /// Why it failed last.
    pub message: Option<String>,
}

const JOB: &str = "SELECT id, kind, subject, detail, due, state, attempts, taken, message FROM job";

/// What may be taken at `$1`, and has been lost since before `$2`.
const DUE: &str = "(state = 'waiting' AND due <= $1) OR (state = 'running' AND taken < $2)";

fn job(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.int(0)?,
        kind: row.text(1)?,
        subject: row.text(2)?,
        detail: row.text(3)?,
        due: row.int(4)?,
        state: row.text(5)?,
        attempts: row.int(6)?,
        taken: row.maybe_int(7)?,
        message: row.maybe_text(8)?,
    })
}

impl Reader {
    /// The jobs in a state, the next due first, at most so many.
    pub fn jobs(&mut self, state: &str, limit: i64) -> Result<Vec<Job>, StoreError> {
        let sql = format!("{JOB} WHERE state = $1 ORDER BY due, id LIMIT $2");
        self.link()?.all(&sql, &[state.into(), limit.into()], job)
    }

    /// Whether [`Writer::take_job`] would find one at this instant, which is never before the last commit's.
    pub fn is_job_due(&mut self, now: i64, stale: i64) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM job WHERE {DUE} LIMIT 1");
        let now = now.max(crate::ledger::tip(&mut *self.link()?)?.at + 1);
        Ok(self.link()?.one(&sql, &[now.into(), stale.into()], |_| Ok(()))?.is_some())
    }

    /// How many jobs are in each state, by the state's name.
    pub fn job_counts(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT state, count(*) FROM job GROUP BY state ORDER BY state";
        self.link()?.all(sql, &[], |row| Ok((row.text(0)?, row.int(1)?)))
    }
}

impl Writer {
    /// Adds a job that waits until `due`; one of the same kind and subject that waits already is kept instead. Gives
    /// its id.
    pub fn add_job(&mut self, kind: &str, subject: &str, detail: &str, due: i64) -> Result<i64, StoreError> {
        self.whole(|writer| {
            writer.half_done();
            writer.insert_job(kind, subject, detail, due)
        })
    }

    /// As [`Writer::add_job`], inside a step that writes.
    fn insert_job(&mut self, kind: &str, subject: &str, detail: &str, due: i64) -> Result<i64, StoreError> {
        let sql = "SELECT id FROM job WHERE kind = $1 AND subject = $2 AND state = 'waiting'";
        if let Some(id) = self.link()?.one(sql, &[kind.into(), subject.into()], |row| row.int(0))? {
            return Ok(id);
        }
        let next = "SELECT coalesce(max(id), 0) + 1 FROM job";
        let id = self.link()?.one(next, &[], |row| row.int(0))?.unwrap_or(1);
        let sql = "INSERT INTO job (id, kind, subject, detail, due, state, attempts)
                   VALUES ($1, $2, $3, $4, $5, 'waiting', 0)";
        self.link()?.execute(sql, &[id.into(), kind.into(), subject.into(), detail.into(), due.into()])?;
        Ok(id)
    }

    /// Adds a job of following; the same one that was given up is begun anew in its place.
    pub(crate) fn queue_follow(&mut self, subject: &str) -> Result<(), StoreError> {
        let now = self.now();
        let again = "UPDATE job SET state = 'waiting', attempts = 0, due = $1 WHERE kind = $2 AND subject = $3
                     AND state = 'failed'";
        if self.link()?.execute(again, &[now.into(), follow::KIND.into(), subject.into()])? == 0 {
            self.insert_job(follow::KIND, subject, "", now)?;
        }
        Ok(())
    }

    /// Says that a running job goes on, so that it is not taken as lost.
    pub fn go_on(&mut self, id: i64) -> Result<(), StoreError> {
        let now = self.now();
        let sql = "UPDATE job SET taken = $1 WHERE id = $2 AND state = 'running'";
        self.plain(sql, &[now.into(), id.into()]).map(|_| ())
    }

    /// Takes the next job that is due at this closure's instant. A job that has been running since before `stale` is
    /// taken as lost and begun again.
    pub fn take_job(&mut self, stale: i64) -> Result<Option<Job>, StoreError> {
        let now = self.now();
        let sql = format!("{JOB} WHERE {DUE} ORDER BY due, id LIMIT 1");
        let Some(found) = self.link()?.one(&sql, &[now.into(), stale.into()], job)? else { return Ok(None) };
        let sql = "UPDATE job SET state = 'running', attempts = attempts + 1, taken = $1 WHERE id = $2";
        self.plain(sql, &[now.into(), found.id.into()])?;
        let sql = format!("{JOB} WHERE id = $1");
        self.link()?.one(&sql, &[found.id.into()], job)
    }

    /// Lets a job that was begun and is not done wait for its next turn.
    pub fn put_back_job(&mut self, id: i64) -> Result<(), StoreError> {
        let now = self.now();
        let sql = "UPDATE job SET state = 'waiting', attempts = 0, due = $1 WHERE id = $2";
        self.plain(sql, &[now.into(), id.into()]).map(|_| ())
    }

    /// Notes that a job is done.
    pub fn finish_job(&mut self, id: i64) -> Result<(), StoreError> {
        self.plain("UPDATE job SET state = 'done', message = NULL WHERE id = $1", &[id.into()]).map(|_| ())
    }

    /// Notes why a job failed; `again`: when it is tried again, `None` when it is given up.
    pub fn fail_job(&mut self, id: i64, message: &str, again: Option<i64>) -> Result<(), StoreError> {
        let state = if again.is_some() { "waiting" } else { "failed" };
        let sql = "UPDATE job SET state = $1, message = $2, due = coalesce($3, due) WHERE id = $4";
        self.plain(sql, &[state.into(), message.into(), again.into(), id.into()]).map(|_| ())
    }

    /// Lets a job that was given up wait again, due now and as if never begun; whether there was such a one.
    pub fn retry_job(&mut self, id: i64) -> Result<bool, StoreError> {
        let now = self.now();
        let sql = "UPDATE job SET state = 'waiting', attempts = 0, due = $1 WHERE id = $2 AND state = 'failed'";
        Ok(self.plain(sql, &[now.into(), id.into()])? > 0)
    }

    /// Removes the jobs that were done and due before an instant; gives how many there were.
    pub fn sweep_jobs(&mut self, before: i64) -> Result<u64, StoreError> {
        self.plain("DELETE FROM job WHERE state = 'done' AND due < $1", &[before.into()])
    }
}
