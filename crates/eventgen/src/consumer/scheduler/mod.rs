//! The scheduler between the polling thread and the workers. It holds the records that were fetched, hands them to workers
//! in the order of their keys, and tracks the offsets that may be committed.
//!
//! One lock guards its state. The polling thread pushes records, takes positions to commit, and waits here while revoked
//! partitions drain. Workers take jobs and report them as done, delayed or failed. Each assignment of a partition has an
//! epoch. A report for an earlier epoch is ignored, because another consumer may own the partition by then.

mod delay;
mod delay_index;
mod key_queues;
mod partition;
mod progress;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering as AtomicOrdering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::consumer::record::Record;
use crate::consumer::topics::TopicPartition;
use crate::{Error, Ordering};
pub(crate) use delay::{Delay, Signal};
pub(crate) use delay_index::SignalId;
pub(crate) use key_queues::Job;
use key_queues::KeyQueues;
use partition::Partition;
pub(crate) use partition::{Gap, Rewind};

/// Schedules the records of one consumer.
#[derive(Debug)]
pub(crate) struct Scheduler {
    /// By the index of the topic.
    orderings: Vec<Ordering>,
    state: Mutex<State>,
    /// Wakes a worker: a queue is ready, or the scheduler is closed.
    ready: Notify,
    /// Wakes the timers: another delayed job is due first, or the scheduler is closed.
    first_due_changed: Notify,
    /// Wakes the polling thread that waits for running jobs.
    settled: Condvar,
    stopping: AtomicBool,
    /// Whether the workers are gone, so that no job will be done.
    abandoned: AtomicBool,
    /// Whether an offset was reset since the start. From then on, offsets that are skipped may have been removed.
    watches_gaps: AtomicBool,
}

/// Partitions, each with the offset of the record to be handled next.
pub(crate) type Positions = Vec<(TopicPartition, i64)>;

/// The most gaps that are kept until they are checked. Further ones are not reported.
const MOST_GAPS: usize = 1_000;

#[derive(Debug, Default)]
struct State {
    queues: KeyQueues,
    partitions: BTreeMap<TopicPartition, Partition>,
    epoch: u64,
    closed: bool,
    failure: Option<Error>,
    gaps: Vec<Gap>,
    rewinds: Vec<Rewind>,
}

impl State {
    /// Goes back if the offsets of a partition do. Records at or after this offset no longer count, because other records may
    /// have their offsets now. Records before it are not fetched again, so they stay.
    fn rewind(&mut self, at: TopicPartition, found: i64) {
        let Some(partition) = self.partitions.get_mut(&at) else { return };
        let Some(expected) = partition.next_fetch.filter(|expected| found < *expected) else { return };
        partition.progress.rewind(found);
        partition.first_fetch = partition.first_fetch.map(|first| first.min(found));
        partition.furthest = partition.furthest.map(|furthest| furthest.min(found - 1));
        for record in self.queues.discard(|queued, offset| queued == at && offset >= found) {
            partition.remove(&record);
        }
        self.rewinds.push(Rewind { at, expected, found });
    }
}

impl Scheduler {
    /// A scheduler of topics with these orderings.
    pub(crate) fn new(orderings: Vec<Ordering>) -> Self {
        Self {
            orderings,
            state: Mutex::default(),
            ready: Notify::new(),
            first_due_changed: Notify::new(),
            settled: Condvar::new(),
            stopping: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            watches_gaps: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a new assignment of partitions.
    pub(crate) fn assign(&self, partitions: impl IntoIterator<Item = TopicPartition>) {
        let mut state = self.state();
        state.epoch += 1;
        let epoch = state.epoch;
        for partition in partitions {
            state.partitions.insert(partition, Partition { epoch, ..Partition::default() });
        }
    }

    /// Adds a fetched record. Returns whether the partition is full and its fetching must be paused.
    pub(crate) fn push(&self, record: Record) -> bool {
        let mut state = self.state();
        let at = record.at;
        state.rewind(at, record.delivery.offset);
        // The partition was revoked in the meantime: its next owner fetches the record.
        let Some(partition) = state.partitions.get_mut(&at) else { return false };
        let offset = record.delivery.offset;
        partition.first_fetch.get_or_insert(offset);
        let expected = partition.next_fetch.replace(offset + 1).unwrap_or(offset);
        let round = partition.progress.fetched(offset);
        partition.held += 1;
        partition.held_bytes += record.size();
        let pause = partition.is_full() && !partition.paused;
        partition.paused |= pause;
        let epoch = partition.epoch;
        if offset > expected
            && self.watches_gaps.load(AtomicOrdering::Acquire)
            && state.gaps.len() < MOST_GAPS
        {
            state.gaps.push(Gap { at, offsets: expected..offset });
        }
        let queue = record.queue(self.orderings[at.topic]);
        state.queues.push(Job { queue, epoch, round, record, dead_letter: None, failed_letters: 0 });
        drop(state);
        self.ready.notify_one();
        pause
    }

    /// Returns the paused partitions that have room again and marks them as not paused.
    pub(crate) fn take_resumable(&self) -> Vec<TopicPartition> {
        let mut resumable = Vec::new();
        for (&at, partition) in &mut self.state().partitions {
            if partition.paused && partition.has_room() {
                partition.paused = false;
                resumable.push(at);
            }
        }
        resumable
    }

    /// Whether a partition is paused.
    pub(crate) fn has_paused(&self) -> bool {
        self.state().partitions.values().any(|partition| partition.paused)
    }

    /// The positions that have moved since the last call.
    pub(crate) fn take_uncommitted(&self) -> Positions {
        let mut state = self.state();
        let moved = |(&at, partition): (&TopicPartition, &mut Partition)| {
            partition.progress.take_uncommitted().map(|offset| (at, offset))
        };
        state.partitions.iter_mut().filter_map(moved).collect()
    }

    /// Called after a failed commit: the next call of [`take_uncommitted`](Self::take_uncommitted) returns all positions.
    pub(crate) fn not_committed(&self) {
        for partition in self.state().partitions.values_mut() {
            partition.progress.not_committed();
        }
    }

    /// Moves the position of a partition to the start of its log, which is after the offset that the group was to read next.
    /// Otherwise the group would lag for as long as no record arrives. Returns the offset at which the group continues,
    /// which is earlier if records were fetched before they were removed; `None` if the partition has been revoked.
    pub(crate) fn log_starts_at(&self, at: TopicPartition, start: i64) -> Option<i64> {
        let mut state = self.state();
        let partition = state.partitions.get_mut(&at)?;
        let next = partition.first_fetch.map_or(start, |first| first.min(start));
        partition.progress.starts_at(next);
        Some(next)
    }

    /// Called after an offset that was out of range has been reset: gaps are kept from now on.
    pub(crate) fn watch_gaps(&self) {
        self.watches_gaps.store(true, AtomicOrdering::Release);
    }

    /// Keeps gaps whose check failed.
    pub(crate) fn keep_gaps(&self, gaps: Vec<Gap>) {
        let mut state = self.state();
        let room = MOST_GAPS.saturating_sub(state.gaps.len());
        state.gaps.extend(gaps.into_iter().take(room));
    }

    /// The partitions whose offsets went back since the last call.
    pub(crate) fn take_rewinds(&self) -> Vec<Rewind> {
        std::mem::take(&mut self.state().rewinds)
    }

    /// The gaps since the last call.
    pub(crate) fn take_gaps(&self) -> Vec<Gap> {
        std::mem::take(&mut self.state().gaps)
    }

    /// Drains and removes partitions and returns their positions. A position is returned even if it was committed before,
    /// because that commit may have failed.
    ///
    /// Records of other keys overtake a record that is being retried, and no commit can include them before it is done.
    /// Therefore draining finishes every record up to the furthest one that was begun. Later records are dropped; the
    /// partition's next owner fetches them again.
    pub(crate) fn release(&self, gone: impl Fn(TopicPartition) -> bool, within: Duration) -> Positions {
        let deadline = Instant::now() + within;
        let mut state = self.state();
        let State { queues, partitions, .. } = &mut *state;
        queues.discard(|at, offset| {
            let begun = partitions.get(&at).and_then(|partition| partition.furthest);
            gone(at) && begun.is_none_or(|furthest| offset > furthest)
        });
        loop {
            let mut going = state.partitions.iter().filter(|(at, _)| gone(**at)).map(|(_, p)| p);
            // A record that has stopped the consumer is never done. Then draining waits only for running jobs.
            let settled = match &state.failure {
                None => going.all(Partition::has_no_gap),
                Some(_) => going.all(|partition| partition.running == 0),
            };
            if settled {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.abandoned.load(AtomicOrdering::Acquire) {
                tracing::warn!(
                    "the drain deadline passed before all records were done: some are delivered again"
                );
                break;
            }
            state = self.settled.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        // A job that is still delayed must not run while the next owner handles the same record.
        state.queues.discard(|at, _| gone(at));
        let mut positions = Vec::new();
        state.partitions.retain(|&at, partition| {
            if gone(at) {
                positions.extend(partition.progress.position().map(|offset| (at, offset)));
            }
            !gone(at)
        });
        positions
    }

    /// The next job; `None` once the scheduler is closed.
    pub(crate) async fn next(&self) -> Option<Job> {
        loop {
            let mut ready = std::pin::pin!(self.ready.notified());
            ready.as_mut().enable();
            {
                let mut state = self.state();
                if state.closed {
                    self.ready.notify_one();
                    return None;
                }
                let State { queues, partitions, failure, .. } = &mut *state;
                while let Some(job) = if failure.is_none() { queues.take() } else { None } {
                    let partition = partitions.get_mut(&job.record.at);
                    let Some(partition) = partition.filter(|partition| partition.epoch == job.epoch) else {
                        // Its partition was revoked: the next owner handles the record.
                        queues.finish(job.queue);
                        continue;
                    };
                    partition.running += 1;
                    partition.furthest = partition.furthest.max(Some(job.record.delivery.offset));
                    // `Notify` keeps one permit only, so a worker that takes a job wakes the next one.
                    if queues.has_ready() {
                        self.ready.notify_one();
                    }
                    return Some(job);
                }
            }
            ready.await;
        }
    }

    /// Marks a job as done: handled, or acknowledged in the dead-letter topic.
    pub(crate) fn done(&self, job: &Job) {
        self.leave(job, |partition| {
            partition.progress.done(job.record.delivery.offset, job.round);
            partition.remove(&job.record);
        });
    }

    /// Stops the consumer because of a job, whose record stays uncommitted. No job begins from then on, because the next one
    /// of the same key would overtake it.
    pub(crate) fn fail(&self, job: &Job, error: Error) {
        self.stop(error);
        self.leave(job, |_| {});
    }

    /// Stops the consumer with an error. Only the first error is kept.
    pub(crate) fn stop(&self, error: Error) {
        self.state().failure.get_or_insert(error);
        self.request_stop();
        self.settled.notify_all();
    }

    /// Asks the consumer to stop.
    pub(crate) fn request_stop(&self) {
        self.stopping.store(true, AtomicOrdering::Release);
    }

    /// Asks the consumer to stop without waiting for running jobs, because the workers are gone.
    pub(crate) fn abandon(&self) {
        // Under the lock, so that a thread that waits in `release` sees it.
        let state = self.state();
        self.abandoned.store(true, AtomicOrdering::Release);
        drop(state);
        self.request_stop();
        self.settled.notify_all();
    }

    /// Whether the consumer has been asked to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(AtomicOrdering::Acquire)
    }

    /// The error that stopped the consumer, if there is one.
    pub(crate) fn take_failure(&self) -> Option<Error> {
        self.state().failure.take()
    }

    /// Ends the workers and the timers.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.first_due_changed.notify_one();
        self.ready.notify_waiters();
        self.ready.notify_one();
    }

    /// Removes a job from the running ones.
    fn leave(&self, job: &Job, account: impl FnOnce(&mut Partition)) {
        let mut state = self.state();
        let partition = state.partitions.get_mut(&job.record.at);
        if let Some(partition) = partition.filter(|partition| partition.epoch == job.epoch) {
            partition.running -= 1;
            account(partition);
        }
        state.queues.finish(job.queue);
        drop(state);
        self.settled.notify_all();
        self.ready.notify_one();
    }
}

#[cfg(test)]
mod tests;
