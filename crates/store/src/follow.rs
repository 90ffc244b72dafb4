//! What follows a change: the owner of records whose path passes through a changed column, and values copied across it.
//!
//! Followers are new versions in the transaction of the change itself while it has room for them ([`Options::followers`]).
//! From the first change on that would exceed it, everything that still has to follow is left to jobs, queued in the same
//! transaction. A job finds what still differs, so it may be begun anew at any time; a record that is filed or changed
//! meanwhile takes what belongs to it by itself. Until a job is done, [`Reader`] and [`luoshi_kernel::query::Planner`]
//! read what is behind from where it comes.
//!
//! [`Options::followers`]: crate::Options::followers

use crate::error::StoreError;
use crate::link::Link;
use crate::reader::{Line, Reader};
use crate::shape::{Follower, Schema, Shape};
use crate::writer::{Step, Writer};
use crate::{copied, derived, owner};
use luoshi_kernel::context::Behind;
use luoshi_kernel::table::{Owner, Table};
use luoshi_pack::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

/// The kind of the jobs that let records follow. The subject says which and why: `visit.owner project.school 12` is what
/// visits have as their owner because of the school of project 12.
pub const KIND: &str = "follow";
/// How many records may follow a change within its own transaction, unless [`crate::Options::followers`] says otherwise.
pub const MOST: usize = 10_000;
/// How many versions one write of a job makes at most.
pub const AT_ONCE: usize = 500;

/// Jobs that are not done.
const UNDONE: &str = "kind = 'follow' AND state IN ('waiting', 'running', 'failed')";

/// What a process knows to be behind, with the size of the ledger at which it was so.
#[derive(Debug, Default)]
pub(crate) struct Known(RwLock<(i64, Arc<Behind>)>);

impl Known {
    /// What is behind.
    pub fn now(&self) -> Arc<Behind> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Notes what was behind when the ledger had this size; an older snapshot changes nothing.
    pub fn note(&self, size: i64, behind: &Arc<Behind>) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.0 > size || known.1 == *behind {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.0 <= size {
            *known = (size, behind.clone());
        }
    }
}

/// How many jobs of following are not done.
pub(crate) fn undone(link: &mut Link) -> Result<i64, StoreError> {
    Ok(link.one(&format!("SELECT count(*) FROM job WHERE {UNDONE}"), &[], |row| row.int(0))?.unwrap_or(0))
}

/// Every column that is behind: what jobs have left to do, and what is copied or owned through that.
pub(crate) fn behind(link: &mut Link, schema: &Schema) -> Result<Behind, StoreError> {
    let mut behind = Behind::new();
    for subject in link.all(&format!("SELECT subject FROM job WHERE {UNDONE}"), &[], |row| row.text(0))? {
        if let Some(cause) = Cause::read(&subject) {
            spread(&mut behind, schema, cause.table, cause.held);
        }
    }
    Ok(behind)
}

fn spread(behind: &mut Behind, schema: &Schema, table: &str, held: &str) {
    let Ok(shape) = schema.shape(table) else { return };
    if behind.entry(table.to_string()).or_default().insert(held.to_string()) {
        let through = shape.followers.iter().filter(|follower| follower.column == held);
        through.for_each(|follower| spread(behind, schema, &follower.table, &follower.held));
    }
}

/// What a job is about.
struct Cause<'a> {
    /// The register that follows, and its column.
    table: &'a str,
    held: &'a str,
    /// The register that is passed through, the column that changed, the record.
    source: &'a str,
    column: &'a str,
    id: i64,
}

impl<'a> Cause<'a> {
    fn read(subject: &'a str) -> Option<Cause<'a>> {
        let mut words = subject.split(' ');
        let (table, held) = words.next()?.split_once('.')?;
        let (source, column) = words.next()?.split_once('.')?;
        Some(Cause { table, held, source, column, id: words.next()?.parse().ok()? })
    }

    fn subject(follower: &Follower, source: &Shape, id: i64) -> String {
        format!("{}.{} {}.{} {id}", follower.table, follower.held, source.table.name, follower.column)
    }
}

/// The register whose records a job of following brings along, and the record that changed: its register and id.
pub fn about(subject: &str) -> Option<(&str, &str, i64)> {
    Cause::read(subject).map(|cause| (cause.table, cause.source, cause.id))
}

/// Lets everything that depends on a changed row follow, or leaves it to jobs.
pub(crate) fn follow(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    let Some(before) = step.before else { return Ok(()) };
    for follower in &step.shape.followers {
        let changed = match step.shape.place(&follower.column) {
            Some(place) => before.values[place] != step.after.values[place],
            None => before.state != step.after.state,
        };
        if changed {
            follow_one(writer, step.shape, follower, step.after.id)?;
        }
    }
    Ok(())
}

fn follow_one(writer: &mut Writer, source: &Shape, follower: &Follower, id: i64) -> Result<(), StoreError> {
    let room = *writer.room();
    let found = differing(writer, source, follower, id, 0, room + 1)?;
    if found.len() > room {
        return leave(writer, source, follower, id);
    }
    for record in found {
        // What followed the one before may have taken the room.
        if *writer.room() == 0 {
            return leave(writer, source, follower, id);
        }
        catch_up_one(writer, &follower.table, record)?;
    }
    Ok(())
}

/// Leaves a follower to a job; from here on, everything else that has to follow in this closure too.
fn leave(writer: &mut Writer, source: &Shape, follower: &Follower, id: i64) -> Result<(), StoreError> {
    *writer.room() = 0;
    writer.queue_follow(&Cause::subject(follower, source, id))?;
    let schema = writer.schema.clone();
    let mut behind = Behind::clone(&writer.behind);
    spread(&mut behind, &schema, &follower.table, &follower.held);
    writer.behind = Arc::new(behind);
    Ok(())
}

/// Followers of a record whose value is not what it leads to, by id, after one of them.
fn differing(
    reader: &mut Reader,
    source: &Shape,
    follower: &Follower,
    id: i64,
    after: i64,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let value = match &follower.value {
        None => owner::onward(reader, Some(id), &source.table.name, &follower.rest)?.map_or(Value::Null, Value::Int),
        Some(value) => copied::onward(reader, Some(id), &source.table.name, &follower.rest, value)?,
    };
    let params = [id.into(), (&value).into(), after.into(), (most as i64).into()];
    reader.link()?.all(&follower.find, &params, |row| row.int(0))
}

/// Brings a record to where it belongs: its owner, all that it copies and what is derived of it, in one version. Nothing
/// where nothing differs.
pub(crate) fn catch_up_one(writer: &mut Writer, table: &str, id: i64) -> Result<(), StoreError> {
    let shape = writer.schema.shape(table)?.clone();
    let Some(before) = writer.line(&shape, id, None)? else { return Ok(()) };
    let mut after = Line { version: before.version + 1, ..before.clone() };
    let copied = copied::fill(writer, &shape, &mut after)?;
    after.owner = writer.owner_of(&shape, &after)?;
    let derived = derived::fill(writer, &shape, &mut after, false)?;
    if after.owner == before.owner && !copied && !derived {
        return Ok(());
    }
    let room = writer.room();
    *room = room.saturating_sub(1);
    let act = match (copied, derived) {
        (true, _) => copied::ACT,
        (false, true) => derived::ACT,
        (false, false) => owner::ACT,
    };
    // Both rows of a record share its version.
    if let Some(base) = writer.base(&shape)?
        && let Some(below) = writer.line(&base, id, None)?
    {
        let raised = Line { version: after.version, ..below.clone() };
        writer.put(&Step { shape: &base, before: Some(&below), after: &raised, act })?;
    }
    writer.put(&Step { shape: &shape, before: Some(&before), after: &after, act })
}

impl Reader {
    /// Records that a job of following has left to do, by id, after one of them, at most so many.
    pub fn following(&mut self, subject: &str, after: i64, most: usize) -> Result<Vec<i64>, StoreError> {
        let Some(cause) = Cause::read(subject) else { return Ok(vec![]) };
        let Ok(source) = self.schema.shape(cause.source).cloned() else { return Ok(vec![]) };
        let mut found = BTreeSet::new();
        let is_meant = |follower: &&Follower| {
            (&*follower.table, &*follower.held, &*follower.column) == (cause.table, cause.held, cause.column)
        };
        for follower in source.followers.iter().filter(is_meant) {
            found.extend(differing(self, &source, follower, cause.id, after, most)?);
        }
        Ok(found.into_iter().take(most).collect())
    }

    /// Records of a range of ids whose column is behind for a reason that a job knows.
    pub(crate) fn explained(
        &mut self,
        table: &str,
        held: &str,
        after: i64,
        last: i64,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let sql = format!("SELECT subject FROM job WHERE {UNDONE}");
        let subjects = self.link()?.all(&sql, &[], |row| row.text(0))?;
        let of = |subject: &&String| Cause::read(subject).is_some_and(|it| (it.table, it.held) == (table, held));
        let mut found = BTreeSet::new();
        for subject in subjects.iter().filter(of) {
            found.extend(self.following(subject, after, crate::verify::PAGE as usize)?);
        }
        found.retain(|id| *id <= last);
        Ok(found)
    }

    /// A row as it will be when what is behind has followed.
    pub(crate) fn caught_up(&mut self, shape: &Shape, line: &mut Line) -> Result<(), StoreError> {
        if !self.behind.contains_key(&shape.table.name) {
            return Ok(());
        }
        copied::fill(self, shape, line)?;
        if let Owner::Path(steps) = &shape.table.owner {
            line.owner = owner::along(self, shape, line, steps)?;
        }
        derived::fill(self, shape, line, false)?;
        Ok(())
    }
}

impl Writer {
    /// Lets these records follow, as many as one write of a job takes; gives how many of them were looked at.
    ///
    /// # Errors
    /// What stands against one of them; nothing is written then.
    pub fn catch_up(&mut self, table: &Table, ids: &[i64]) -> Result<usize, StoreError> {
        self.whole(|writer| {
            let room = (*writer.room()).min(AT_ONCE);
            *writer.room() = room;
            for (at, id) in ids.iter().enumerate() {
                if *writer.room() == 0 && at > 0 {
                    return Ok(at);
                }
                catch_up_one(writer, &table.name, *id)?;
            }
            Ok(ids.len())
        })
    }
}
