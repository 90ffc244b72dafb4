//! The writing lane: one connection, every write.
//!
//! A write that finds the lane free runs on its own thread; else it waits in a queue that the lane's thread serves.
//! Writes that wait are committed together: each runs inside a savepoint, one commit serves all, then all are answered.
//! An error or a panic undoes its own savepoint only. When the whole transaction is lost, its members run again one by
//! one, once.

use crate::error::StoreError;
use crate::record::Act;
use crate::writer::Writer;
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// How many writes share a commit at most.
const GROUP: usize = 32;
/// How much work shares a commit at most.
const WORK: Duration = Duration::from_millis(20);
/// How long the lane waits for the writers of the last group to come back before it commits with fewer.
const GATHER: Duration = Duration::from_micros(500);
/// A write that takes longer is logged.
const SLOW: Duration = Duration::from_millis(200);

/// What waits for the lane.
pub(crate) enum Task {
    /// A write; shares a commit with others.
    Write(Box<dyn Member>),
    /// Runs alone, outside any transaction of the lane.
    Alone(Box<dyn FnOnce(&mut Writer) + Send>),
}

/// A write with its result.
pub(crate) trait Member: Send {
    /// Who writes, when and why.
    fn act(&self) -> &Act;
    /// Runs the closure and keeps its result; whether it succeeded.
    fn run(&mut self, writer: &mut Writer) -> bool;
    /// Puts a failure in the place of the result.
    fn fail(&mut self, error: StoreError);
    /// Hands the result to whoever waits for it; what the closure held is let go before.
    fn answer(self: Box<Self>);
}

/// A closure that waits for its answer.
pub(crate) struct Closure<T, E, F> {
    pub act: Act,
    pub body: F,
    pub result: Option<Result<T, E>>,
    pub to: SyncSender<Result<T, E>>,
}

impl<T, E, F> Member for Closure<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: Fn(&mut Writer) -> Result<T, E> + Send,
{
    fn act(&self) -> &Act {
        &self.act
    }

    fn run(&mut self, writer: &mut Writer) -> bool {
        let result = match catch_unwind(AssertUnwindSafe(|| (self.body)(writer))) {
            Ok(result) => result,
            Err(panic) => Err(StoreError::Panicked { message: words(panic.as_ref()) }.into()),
        };
        self.result.insert(result).is_ok()
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let Closure { body, result, to, .. } = *self;
        // It may hold the store itself, which must not end on the lane's own thread.
        drop(body);
        // Whoever asked may have gone away; the write stands all the same.
        let _ = to.send(result.unwrap_or_else(|| Err(StoreError::Closed.into())));
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".into())
}

/// The queue before the lane, and what the lane counts.
#[derive(Default)]
pub(crate) struct Lane {
    queue: Mutex<Queue>,
    arrived: Condvar,
    /// Commits made.
    pub commits: AtomicU64,
    /// Writes answered.
    pub answered: AtomicU64,
    /// How many members the last group had.
    last: AtomicU64,
    /// Backups under way; meanwhile the write-ahead log may grow.
    pub backups: AtomicU64,
    /// Microseconds added to every commit; tests of slow disks set it.
    pub delay: AtomicU64,
    /// How many of the next commits are lost; tests of broken commits set it.
    pub losses: AtomicU64,
}

#[derive(Default)]
struct Queue {
    people: VecDeque<Task>,
    background: VecDeque<Task>,
    /// The lane's own thread is about to take a task; nobody goes ahead of it.
    wanted: bool,
    closed: bool,
}

impl Queue {
    fn next(&mut self) -> Option<Task> {
        self.people.pop_front().or_else(|| self.background.pop_front())
    }

    /// The next task if it is a write.
    fn next_write(&mut self) -> Option<Box<dyn Member>> {
        let queue = if self.people.is_empty() { &mut self.background } else { &mut self.people };
        match queue.front() {
            Some(Task::Write(_)) => match queue.pop_front() {
                Some(Task::Write(member)) => Some(member),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.background.is_empty()
    }
}

impl Lane {
    /// Puts a task into its queue.
    pub fn submit(&self, task: Task) -> Result<(), StoreError> {
        let mut queue = self.held();
        if queue.closed {
            return Err(StoreError::Closed);
        }
        match &task {
            Task::Write(member) if member.act().background => queue.background.push_back(task),
            _ => queue.people.push_back(task),
        }
        drop(queue);
        self.arrived.notify_one();
        Ok(())
    }

    /// Refuses further tasks; the lane ends when those that wait are done.
    pub fn close(&self) {
        self.held().closed = true;
        self.arrived.notify_all();
    }

    /// How many tasks wait: of people, in the background.
    pub fn waiting(&self) -> (usize, usize) {
        let queue = self.held();
        (queue.people.len(), queue.background.len())
    }

    fn held(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Carries a write out: on the calling thread when nobody else wants the lane, else through the queue. Either way
    /// its answer is sent when it is committed.
    pub fn write(&self, writer: &Mutex<Writer>, member: Box<dyn Member>) -> Result<(), StoreError> {
        let queue = self.held();
        if !queue.closed && !queue.wanted && queue.is_empty() {
            let free = match writer.try_lock() {
                Ok(free) => Some(free),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            };
            if let Some(mut writer) = free {
                drop(queue);
                self.group(&mut writer, member);
                return Ok(());
            }
        }
        drop(queue);
        self.submit(Task::Write(member))
    }

    /// Serves the queue until it is closed and empty.
    pub fn serve(&self, writer: &Mutex<Writer>) {
        while self.await_task() {
            let mut writer = writer.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let task = {
                let mut queue = self.held();
                queue.wanted = false;
                queue.next()
            };
            match task {
                Some(Task::Write(first)) => self.group(&mut writer, first),
                Some(Task::Alone(work)) => {
                    // A panic inside must not end the lane; whoever asked sees its answer missing.
                    let _ = catch_unwind(AssertUnwindSafe(|| work(&mut writer)));
                    self.rest(&mut writer);
                }
                // A writer that had the lane has taken it along.
                None => {}
            }
        }
    }

    /// Waits for a task and claims the lane for it; `false` when there will be none.
    fn await_task(&self) -> bool {
        let mut queue = self.held();
        while queue.is_empty() {
            if queue.closed {
                return false;
            }
            queue = self.arrived.wait(queue).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        queue.wanted = true;
        true
    }

    fn rest(&self, writer: &mut Writer) {
        writer.rest(self.backups.load(Ordering::Relaxed) == 0);
    }

    /// Carries out a group that starts with `first`.
    fn group(&self, writer: &mut Writer, first: Box<dyn Member>) {
        let expected = self.last.load(Ordering::Relaxed);
        let size = self.grouped(writer, first, expected as usize);
        self.last.store(size as u64, Ordering::Relaxed);
        self.rest(writer);
    }

    /// As [`Lane::group`]; `expected`: waits a moment for so many members. Gives how many there were.
    fn grouped(&self, writer: &mut Writer, first: Box<dyn Member>, expected: usize) -> usize {
        let mut members = vec![first];
        if let Err(error) = writer.begin() {
            refuse(members, &error);
            return 1;
        }
        let start = Instant::now();
        let mut lost = !self.member(writer, &mut members[0]);
        while !lost && members.len() < GROUP && start.elapsed() < WORK {
            let Some(member) = self.another(members.len() < expected) else { break };
            members.push(member);
            let at = members.len() - 1;
            lost = !self.member(writer, &mut members[at]);
        }
        let size = members.len();
        if !lost && self.commit(writer).is_ok() {
            self.answer(members);
            return size;
        }
        writer.abandon();
        for member in members {
            self.alone(writer, member);
        }
        size
    }

    /// The next write that waits; `worth`: a short wait for one is worth while.
    fn another(&self, worth: bool) -> Option<Box<dyn Member>> {
        let idle = Instant::now();
        let mut queue = self.held();
        loop {
            if let Some(member) = queue.next_write() {
                return Some(member);
            }
            let left = GATHER.saturating_sub(idle.elapsed());
            if !worth || queue.closed || !queue.is_empty() || left.is_zero() {
                return None;
            }
            queue = self.arrived.wait_timeout(queue, left).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }

    /// Runs a member inside its savepoint; `false` when the whole transaction is lost.
    fn member(&self, writer: &mut Writer, member: &mut Box<dyn Member>) -> bool {
        let start = Instant::now();
        if let Err(error) = writer.enter(member.act()) {
            member.fail(error);
            return writer.stands();
        }
        let succeeded = member.run(writer);
        if let Err(error) = writer.leave(succeeded) {
            member.fail(error);
        }
        let took = start.elapsed();
        if took > SLOW {
            tracing::warn!(milliseconds = took.as_millis() as u64, request = member.act().request, "a write was slow");
        }
        writer.stands()
    }

    fn commit(&self, writer: &mut Writer) -> Result<(), StoreError> {
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            std::thread::sleep(Duration::from_micros(delay));
        }
        if self.losses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            return Err(writer.loss());
        }
        writer.commit()?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Second try of a member whose group was lost.
    fn alone(&self, writer: &mut Writer, mut member: Box<dyn Member>) {
        let done = writer
            .begin()
            .and_then(|()| if self.member(writer, &mut member) { self.commit(writer) } else { Err(writer.loss()) });
        if let Err(error) = done {
            writer.abandon();
            member.fail(StoreError::Lost { message: error.to_string() });
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        member.answer();
    }

    fn answer(&self, members: Vec<Box<dyn Member>>) {
        self.answered.fetch_add(members.len() as u64, Ordering::Relaxed);
        for member in members {
            member.answer();
        }
    }
}

fn refuse(members: Vec<Box<dyn Member>>, error: &StoreError) {
    for mut member in members {
        member.fail(error.clone());
        member.answer();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_that_is_closed_takes_nothing() {
        let lane = Lane::default();
        lane.close();
        assert!(matches!(lane.submit(Task::Alone(Box::new(|_| {}))), Err(StoreError::Closed)));
    }
}
