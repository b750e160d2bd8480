//! Batch queues of one worker: the records of a partition wait for others, and for the batch before them.
//!
//! Records of topics whose handlers take batches are here instead of in the [key queues](super::key_queues). A queue has
//! the records of one partition.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::job::{AssignmentId, Done, Job, Ticket};
use crate::consumer::BatchOptions;
use crate::consumer::dead_letter::Reason;
use crate::consumer::failure::history::History;
use crate::consumer::health::DelayGuard;
use crate::consumer::open_keys::{Origin, Sent};
use crate::consumer::record::QueueId;

/// From this wait on, records are copied out of the memory that they share with others.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// A record that is handled in a batch.
#[derive(Debug)]
pub(crate) struct BatchJob {
    pub(crate) job: Job,
    pub(crate) past: Past,
    pub(crate) turn: Turn,
    /// When a batch that begins with it is no longer waited for.
    due: Instant,
    /// Set if it is handled in a batch of its own, because a batch with it failed and nobody knows which of its events
    /// failed: the number of attempts before that.
    pub(crate) alone_after: Option<u32>,
    /// Whether its record has memory of its own.
    is_detached: bool,
    /// Whether the breaker has counted it.
    pub(crate) is_counted: bool,
    /// Set while it waits for its next attempt.
    pub(crate) delayed: Option<DelayGuard>,
}

/// What a record has been through before it was fetched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    /// Where it was read, if its topic has retry topics and it has an order.
    pub(crate) origin: Option<Origin>,
    /// Its offset in the partition in which it was read.
    pub(crate) offset: i64,
    pub(crate) history: History,
}

/// A record that is done.
#[derive(Debug)]
pub(crate) struct BatchDone {
    pub(crate) done: Done,
    pub(crate) origin: Option<Origin>,
    /// Which record of the retry topics it has become.
    pub(crate) sent: Option<Sent>,
}

impl BatchJob {
    /// The record is done.
    pub(crate) fn done(&mut self, sent: Option<Sent>) -> BatchDone {
        BatchDone { done: self.job.done(), origin: self.past.origin, sent }
    }

    /// Whether it is handled in a batch of its own. A record without a value is: it deletes a key, or does not decode.
    fn is_alone(&self) -> bool {
        self.alone_after.is_some() || self.job.record.payload.is_none()
    }
}

/// What happens when it is the turn of a record.
#[derive(Debug)]
pub(crate) enum Turn {
    /// It is passed to the handler.
    Handle,
    /// The same, from this time on.
    Retry(Instant),
    /// Its dead letter is written.
    DeadLetter(Reason),
    /// It is written to the retry topic of the delay with this number.
    Later { tier: usize, reason: Reason },
    /// It is written to the retry topic of followers.
    Follow,
    /// It waits until its partition leaves this consumer, for this reason.
    Hold(String),
}

/// Records of one partition, in order, that are handled together.
#[derive(Debug)]
pub(crate) struct JobBatch {
    pub(crate) assignment: AssignmentId,
    pub(crate) queue: QueueId,
    /// At least one.
    pub(crate) jobs: VecDeque<BatchJob>,
}

/// The batches of one worker that have not begun.
#[derive(Debug, Default)]
pub(super) struct BatchQueues {
    /// The queues that are running or have jobs.
    by_id: HashMap<QueueId, BatchQueue>,
    /// The queues whose next batch may begin.
    ready: VecDeque<QueueId>,
    /// The queues that wait for a time.
    due: BTreeSet<(Instant, QueueId)>,
    /// By key: the followers that wait for a record of it that is out on retry.
    followers: HashMap<QueueId, Followers>,
}

/// Followers of one key that were read, in order.
#[derive(Debug)]
struct Followers {
    /// The queue of their partition.
    queue: QueueId,
    options: BatchOptions,
    jobs: VecDeque<BatchJob>,
}

#[derive(Debug)]
struct BatchQueue {
    options: BatchOptions,
    waiting: VecDeque<BatchJob>,
    /// The bytes of the waiting jobs.
    bytes: usize,
    is_running: bool,
    scheduled: Scheduled,
    /// While it is running: what was superseded meanwhile.
    superseded: Vec<Superseded>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheduled {
    No,
    /// It is in `due`.
    At(Instant),
    /// It is in `ready`.
    Ready,
}

#[derive(Debug, Clone, Copy)]
struct Superseded {
    assignment: AssignmentId,
    before: Ticket,
    offset: i64,
}

impl Superseded {
    fn includes(&self, BatchJob { job, past, .. }: &BatchJob) -> bool {
        job.assignment == self.assignment && job.ticket < self.before && past.offset >= self.offset
    }
}

impl BatchQueue {
    fn new(options: BatchOptions) -> Self {
        Self {
            options,
            waiting: VecDeque::new(),
            bytes: 0,
            is_running: false,
            scheduled: Scheduled::No,
            superseded: Vec::new(),
        }
    }

    fn is_full(&self) -> bool {
        self.waiting.len() >= self.options.max_events || self.bytes >= BatchOptions::MOST_BYTES
    }

    /// When its next batch may begin; `None` while one is running, or without a job.
    fn starts_at(&self, now: Instant) -> Option<Instant> {
        let first = self.waiting.front().filter(|_| !self.is_running)?;
        Some(match first.turn {
            Turn::DeadLetter(_) | Turn::Later { .. } | Turn::Follow | Turn::Hold(_) => now,
            Turn::Retry(at) => at,
            Turn::Handle if self.is_full() || first.is_alone() => now,
            Turn::Handle => first.due,
        })
    }

    /// Takes the jobs of the next batch.
    fn take(&mut self) -> VecDeque<BatchJob> {
        let mut taken = VecDeque::new();
        let mut bytes = 0;
        while let Some(next) = self.waiting.front() {
            let joins = match taken.back() {
                None => true,
                Some(last @ BatchJob { turn: Turn::Handle | Turn::Retry(_), .. }) => {
                    taken.len() < self.options.max_events
                        && bytes < BatchOptions::MOST_BYTES
                        && last.job.assignment == next.job.assignment
                        && !last.is_alone()
                        && !next.is_alone()
                        && matches!(next.turn, Turn::Handle)
                }
                Some(_) => false,
            };
            if !joins {
                break;
            }
            let size = next.job.record.size();
            bytes += size;
            self.bytes -= size;
            taken.extend(self.waiting.pop_front());
        }
        taken
    }

    fn retain(&mut self, keep: impl Fn(&BatchJob) -> bool) {
        self.waiting.retain(keep);
        self.bytes = self.waiting.iter().map(|waiting| waiting.job.record.size()).sum();
    }
}

impl BatchQueues {
    /// Adds jobs in the order of their offsets.
    pub(super) fn add(&mut self, jobs: impl IntoIterator<Item = (Job, Past, BatchOptions)>, now: Instant) {
        for (mut job, past, options) in jobs {
            let id = job.queue;
            let queue = self.by_id.entry(id).or_insert_with(|| BatchQueue::new(options));
            let is_detached = queue.is_running || options.max_wait > LONG_WAIT;
            if is_detached {
                job.record.detach();
            }
            queue.bytes += job.record.size();
            let due = now + options.max_wait;
            queue.waiting.push_back(BatchJob {
                job,
                past,
                turn: Turn::Handle,
                due,
                alone_after: None,
                is_detached,
                is_counted: past.history.attempts > 0,
                delayed: None,
            });
            if queue.waiting.len() == 1 || queue.is_full() {
                self.schedule(id, now);
            }
        }
    }

    /// Notes when the next batch of a queue may begin. Removes the queue if it has nothing to do.
    fn schedule(&mut self, id: QueueId, now: Instant) {
        let Some(queue) = self.by_id.get_mut(&id) else { return };
        if queue.scheduled == Scheduled::Ready {
            return;
        }
        if let Scheduled::At(at) = std::mem::replace(&mut queue.scheduled, Scheduled::No) {
            self.due.remove(&(at, id));
        }
        match queue.starts_at(now) {
            Some(at) if at <= now => {
                queue.scheduled = Scheduled::Ready;
                self.ready.push_back(id);
            }
            Some(at) => {
                queue.scheduled = Scheduled::At(at);
                self.due.insert((at, id));
            }
            None if queue.is_running => {}
            None => {
                self.by_id.remove(&id);
            }
        }
    }

    /// When the next batch begins that waits for a time.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|&(at, _)| at)
    }

    /// Whether [`take`](Self::take) is likely to find a batch.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Makes those batches ready that have waited until now.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.due.first()
            && at <= now
        {
            self.schedule(id, now);
        }
    }

    /// Takes the next batch. Its queue is running until [`goes_on`](Self::goes_on) or [`ended`](Self::ended).
    pub(super) fn take(&mut self, now: Instant) -> Option<JobBatch> {
        while let Some(id) = self.ready.pop_front() {
            let Some(queue) = self.by_id.get_mut(&id) else { continue };
            queue.scheduled = Scheduled::No;
            // Its jobs may have been removed since it became ready.
            if queue.starts_at(now).is_none_or(|at| at > now) {
                self.schedule(id, now);
                continue;
            }
            let jobs = queue.take();
            let Some(first) = jobs.front() else { continue };
            queue.is_running = true;
            return Some(JobBatch { assignment: first.job.assignment, queue: id, jobs });
        }
        None
    }

    /// A batch has ended, and these jobs of it are not done. They come first in the next one, and it does not wait.
    pub(super) fn goes_on(&mut self, id: QueueId, rest: VecDeque<BatchJob>, now: Instant) {
        if let Some(queue) = self.by_id.get_mut(&id) {
            for mut job in rest.into_iter().rev() {
                if !queue.superseded.iter().any(|superseded| superseded.includes(&job)) {
                    if !std::mem::replace(&mut job.is_detached, true) {
                        job.job.record.detach();
                    }
                    job.due = now;
                    queue.bytes += job.job.record.size();
                    queue.waiting.push_front(job);
                }
            }
        }
        self.ended(id, now);
    }

    /// A batch has ended, and its jobs are done or leave this consumer.
    pub(super) fn ended(&mut self, id: QueueId, now: Instant) {
        if let Some(queue) = self.by_id.get_mut(&id) {
            queue.is_running = false;
            queue.superseded.clear();
            self.schedule(id, now);
        }
    }

    /// A follower that was taken from this queue waits for a record of its key.
    pub(super) fn wait(&mut self, id: QueueId, mut job: BatchJob) {
        let Some(origin) = job.past.origin else { return };
        let Some(queue) = self.by_id.get(&id) else { return };
        if !std::mem::replace(&mut job.is_detached, true) {
            job.job.record.detach();
        }
        let followers = self.followers.entry(origin.queue).or_insert_with(|| Followers {
            queue: id,
            options: queue.options,
            jobs: VecDeque::new(),
        });
        followers.jobs.push_back(job);
    }

    /// No record of a key is out on retry any more: its followers come next.
    pub(super) fn go_on(&mut self, key: QueueId, now: Instant) {
        let Some(Followers { queue: id, options, jobs }) = self.followers.remove(&key) else { return };
        let queue = self.by_id.entry(id).or_insert_with(|| BatchQueue::new(options));
        for mut job in jobs.into_iter().rev() {
            job.due = now;
            queue.bytes += job.job.record.size();
            queue.waiting.push_front(job);
        }
        self.schedule(id, now);
    }

    /// Removes the jobs of an assignment.
    pub(super) fn remove_assignment(&mut self, id: AssignmentId, now: Instant) {
        self.retain(now, |job| job.job.assignment != id);
    }

    /// Removes the jobs of an assignment with earlier tickets and with this offset or a later one, because their offsets
    /// were fetched again.
    pub(super) fn remove_superseded(
        &mut self,
        assignment: AssignmentId,
        before: Ticket,
        offset: i64,
        now: Instant,
    ) {
        let superseded = Superseded { assignment, before, offset };
        for queue in self.by_id.values_mut().filter(|queue| queue.is_running) {
            queue.superseded.push(superseded);
        }
        self.retain(now, |job| !superseded.includes(job));
    }

    fn retain(&mut self, now: Instant, keep: impl Fn(&BatchJob) -> bool) {
        self.followers.retain(|_, followers| {
            followers.jobs.retain(&keep);
            !followers.jobs.is_empty()
        });
        let ids: Vec<QueueId> = self.by_id.keys().copied().collect();
        for id in ids {
            if let Some(queue) = self.by_id.get_mut(&id) {
                queue.retain(&keep);
                self.schedule(id, now);
            }
        }
    }
}

#[cfg(test)]
mod tests;
