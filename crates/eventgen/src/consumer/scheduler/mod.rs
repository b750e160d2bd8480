//! The scheduler between the polling thread and the workers: which records are fetched, which are being handled, and
//! which offsets may be committed.
//!
//! One lock guards all of it. The polling thread pushes records, takes positions to commit, and waits here while revoked
//! partitions drain. Workers take jobs and report them done. Each assignment of a partition has an epoch: a report for
//! an earlier epoch is ignored, because another consumer may own the partition by then.

mod delay;
mod delays;
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
pub(crate) use delays::SignalId;
pub(crate) use key_queues::Job;
use key_queues::KeyQueues;
use partition::Partition;
pub(crate) use partition::{Gap, Rewind};

/// See the module.
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
    /// Whether the workers are gone, so that nothing will ever be done.
    abandoned: AtomicBool,
    /// Whether an offset was reset since the start: from then on, what is skipped may have been removed.
    watches_gaps: AtomicBool,
}

/// Partitions with the offsets to be handled next.
pub(crate) type Positions = Vec<(TopicPartition, i64)>;

/// Gaps that are kept until they are looked at. Beyond these they are not reported.
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
    /// Goes back where the offsets of a partition do. From this offset on, records fetched before count no more: others
    /// may have their offsets now. Those before it are not fetched again, so they stay.
    fn rewind(&mut self, at: TopicPartition, found: i64) {
        let Some(partition) = self.partitions.get_mut(&at) else { return };
        let Some(expected) = partition.next_fetch.filter(|expected| found < *expected) else { return };
        partition.progress.rewind(found);
        partition.first_fetch = partition.first_fetch.map(|first| first.min(found));
        partition.furthest = partition.furthest.map(|furthest| furthest.min(found - 1));
        for record in self.queues.discard(|queued, offset| queued == at && offset >= found) {
            partition.lets_go(&record);
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

    /// Starts partitions afresh that were assigned.
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
        // The partition was revoked meanwhile: its next owner fetches the record.
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

    /// Returns the paused partitions that have room again, and marks them as not paused.
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

    /// Positions that have moved since the last call: partition and the offset to be handled next.
    pub(crate) fn take_uncommitted(&self) -> Positions {
        let mut state = self.state();
        let moved = |(&at, partition): (&TopicPartition, &mut Partition)| {
            partition.progress.take_uncommitted().map(|offset| (at, offset))
        };
        state.partitions.iter_mut().filter_map(moved).collect()
    }

    /// A commit failed: all positions are to be committed again.
    pub(crate) fn not_committed(&self) {
        for partition in self.state().partitions.values_mut() {
            partition.progress.not_committed();
        }
    }

    /// Continues behind what is gone: the log of a partition starts at this offset, after the one that the group was to read
    /// next. Without this the group would stay behind for as long as no record comes. Returns the offset that the group
    /// continues at, which is earlier where records were fetched before they were removed; `None` if the partition has
    /// another owner by now.
    pub(crate) fn log_starts_at(&self, at: TopicPartition, start: i64) -> Option<i64> {
        let mut state = self.state();
        let partition = state.partitions.get_mut(&at)?;
        let next = partition.first_fetch.map_or(start, |first| first.min(start));
        partition.progress.starts_at(next);
        Some(next)
    }

    /// An offset was out of range and has been reset: gaps are kept from now on.
    pub(crate) fn watch_gaps(&self) {
        self.watches_gaps.store(true, AtomicOrdering::Release);
    }

    /// Keeps gaps that could not be looked at.
    pub(crate) fn keep_gaps(&self, gaps: Vec<Gap>) {
        let mut state = self.state();
        let room = MOST_GAPS.saturating_sub(state.gaps.len());
        state.gaps.extend(gaps.into_iter().take(room));
    }

    /// Partitions whose offsets went back since the last call.
    pub(crate) fn take_rewinds(&self) -> Vec<Rewind> {
        std::mem::take(&mut self.state().rewinds)
    }

    /// Gaps since the last call.
    pub(crate) fn take_gaps(&self) -> Vec<Gap> {
        std::mem::take(&mut self.state().gaps)
    }

    /// Drains and removes partitions, and returns their positions. A position is returned even if it was committed
    /// before, because that commit may have failed.
    ///
    /// Keys overtake each other, so records after one that is being retried may be done although no commit can include
    /// them. Until the deadline, every record before the furthest one begun is therefore finished. Records after it are
    /// dropped; the partition's next owner fetches them again.
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
            // A record that has stopped the consumer is never done: then only what runs is waited for.
            let settled = match &state.failure {
                None => going.all(Partition::has_no_gap),
                Some(_) => going.all(|partition| partition.running == 0),
            };
            if settled {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.abandoned.load(AtomicOrdering::Acquire) {
                tracing::warn!("partitions go before all their records are done: some are handled again");
                break;
            }
            state = self.settled.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        // A job that is still delayed would run again while the next owner handles the same record.
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
                        // Its partition has another owner, who handles it.
                        queues.finish(job.queue);
                        continue;
                    };
                    partition.running += 1;
                    partition.furthest = partition.furthest.max(Some(job.record.delivery.offset));
                    // Notify keeps one permit only: who takes a job wakes the next worker.
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
            partition.lets_go(&job.record);
        });
    }

    /// Stops the consumer because of a job; its record stays uncommitted. No job begins from then on, because the next one
    /// of the same key would overtake it.
    pub(crate) fn fail(&self, job: &Job, error: Error) {
        self.stop(error);
        self.leave(job, |_| {});
    }

    /// Stops the consumer with an error. The first error is the one returned.
    pub(crate) fn stop(&self, error: Error) {
        self.state().failure.get_or_insert(error);
        self.request_stop();
        self.settled.notify_all();
    }

    /// The consumer is to stop.
    pub(crate) fn request_stop(&self) {
        self.stopping.store(true, AtomicOrdering::Release);
    }

    /// The consumer is to stop, and nothing that runs will be finished.
    pub(crate) fn abandon(&self) {
        // Under the lock, so that whoever waits in `release` sees it.
        let state = self.state();
        self.abandoned.store(true, AtomicOrdering::Release);
        drop(state);
        self.request_stop();
        self.settled.notify_all();
    }

    /// Whether the consumer is to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(AtomicOrdering::Acquire)
    }

    /// The error to stop with, if there is one.
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

    /// Takes a job off the running ones.
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
