//! The polling thread: the only one that polls, so that the group sees this member alive however slow its handlers are.

mod rebalance;

pub(crate) use rebalance::Rebalance;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::consumer::finish::{self, Finish, RetentionChecks};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::record::Record;
use crate::consumer::scheduler::{Rewind, Scheduler};
use crate::consumer::topics::Topics;
use crate::kafka::{GroupConsumer, KafkaFailure, Message, PollError};

/// The longest wait for a record; a stop is noticed within it.
const POLL: Duration = Duration::from_millis(50);
/// The same while partitions are paused and wait for room.
const POLL_PAUSED: Duration = Duration::from_millis(2);
/// How often jobs that are done are finished.
const FINISH_INTERVAL: Duration = Duration::from_secs(1);

/// How often observers summarise and gaps are checked, even while a commit is under way.
const TICK_INTERVAL: Duration = Duration::from_secs(1);

/// Fetches for one consumer.
pub(crate) struct Poller {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) finish: Arc<dyn Finish>,
    pub(crate) retention_checks: RetentionChecks,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) drain: Duration,
}

impl Poller {
    /// Polls until the scheduler is stopped, then drains, commits and leaves the group. A panic at any step, in a callback
    /// of librdkafka too, ends the consumer with an error; the steps after it are still taken.
    pub(crate) fn run(self) {
        self.guard("polling", || self.poll_until_stopped());
        self.guard("draining", || {
            finish::release(&self.scheduler, &*self.finish, |_| true, self.drain);
            self.retention_checks.check_gaps(self.scheduler.take_gaps());
        });
        self.scheduler.close();
        self.finish.close();
        // Dropping the consumer leaves the group.
        let Self { consumer, scheduler, observers, .. } = self;
        if let Err(panic) = catch_panic_in(|| drop(consumer)) {
            scheduler.stop(observers.stopped(format!("leaving the group panicked: {panic}")));
        }
    }

    fn guard(&self, what: &str, step: impl FnOnce()) {
        if let Err(panic) = catch_panic_in(step) {
            self.scheduler.stop(self.observers.stopped(format!("{what} panicked: {panic}")));
        }
    }

    fn poll_until_stopped(&self) {
        let (mut last_finish, mut last_tick) = (Instant::now(), Instant::now());
        let mut paused = false;
        while !self.scheduler.is_stopping() {
            match self.consumer.poll(if paused { POLL_PAUSED } else { POLL }) {
                Some(Ok(message)) => paused |= self.accept(&message),
                Some(Err(error)) => self.consider(error),
                None => {}
            }
            if paused {
                paused = self.resume();
            }
            if last_finish.elapsed() >= FINISH_INTERVAL && finish::finish_done(&self.scheduler, &*self.finish)
            {
                last_finish = Instant::now();
            }
            if last_tick.elapsed() >= TICK_INTERVAL {
                last_tick = Instant::now();
                self.retention_checks.check_gaps(self.scheduler.take_gaps());
                self.report_rewinds();
                self.observers.tick();
            }
        }
    }

    fn report_rewinds(&self) {
        for Rewind { at, expected, found } in self.scheduler.take_rewinds() {
            let topic = self.topics.get(at.topic).name;
            self.observers.cluster_error(&format!(
                "offsets of `{topic}` partition {} went back from {expected} to {found}: records were fetched twice around a \
                 rebalance, the topic was created anew or its log was truncated; the records from there on are handled",
                at.partition
            ));
        }
    }

    /// Takes a record. Says whether its partition is paused for that.
    fn accept(&self, message: &Message<'_>) -> bool {
        // librdkafka fetches what was subscribed to, and nothing else.
        let Some(topic) = self.topics.find(message.topic()) else { return false };
        let record = Record::from_message((topic, self.topics.get(topic)), message);
        let at = record.at;
        let full = self.scheduler.push(record);
        if full {
            self.report("pausing", self.consumer.pause(&self.topics.list(&[at])));
        }
        full
    }

    /// Resumes partitions that have room again. Says whether any may still be paused.
    fn resume(&self) -> bool {
        let resumable = self.scheduler.take_resumable();
        if !resumable.is_empty() {
            self.report("resuming", self.consumer.resume(&self.topics.list(&resumable)));
        }
        self.scheduler.has_paused()
    }

    /// Faults of the cluster pass or are an operator's to mend: the consumer waits. Only what no waiting mends ends it.
    fn consider(&self, error: PollError) {
        let reason = match error {
            PollError::Transient(failure) => return self.observers.cluster_error(&failure.to_string()),
            PollError::Fatal(reason) => reason,
            PollError::UnreadableCompression => UNREADABLE_COMPRESSION.to_owned(),
            PollError::NoOffset(code) => {
                format!(
                    "{code}: the group has no valid offset on a partition and `auto.offset.reset=error` is set"
                )
            }
        };
        self.scheduler.stop(self.observers.stopped(reason));
    }

    fn report(&self, what: &str, result: Result<(), KafkaFailure>) {
        if let Err(error) = result {
            self.observers.cluster_error(&format!("{what} failed: {error}"));
        }
    }
}

/// Why records cannot be read whose compression this build does not know.
const UNREADABLE_COMPRESSION: &str = "records are compressed by a codec that this build cannot read, which is zstd \
    where the feature `zstd` of eventgen is off: turn it on";
