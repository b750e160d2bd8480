//! The polling thread. It does nothing that takes long, so that this member stays in its group however slow the handlers
//! are.

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

/// The longest wait for a record, and the longest delay of a stop.
const POLL: Duration = Duration::from_millis(50);
/// The longest wait while partitions are paused until there is room for their records.
const POLL_PAUSED: Duration = Duration::from_millis(2);
/// How often jobs that are done are finished.
const FINISH_INTERVAL: Duration = Duration::from_secs(1);

/// How often observers summarise and gaps are checked, even while a commit is under way.
const TICK_INTERVAL: Duration = Duration::from_secs(1);

/// Fetches the records of one consumer.
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
    /// Polls until the scheduler is stopped, then drains, commits and leaves the group. A panic in any step, including the
    /// callbacks of librdkafka, ends the consumer with an error; the later steps still run.
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
                Some(Err(error)) => self.on_error(error),
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
                "the offsets of `{topic}` partition {} went back from {expected} to {found}: records were fetched twice \
                 during a rebalance, the topic was deleted and created, or its log was truncated; the records from \
                 offset {found} on are handled",
                at.partition
            ));
        }
    }

    /// Passes a record to the scheduler. Returns whether its partition was paused because it is full.
    fn accept(&self, message: &Message<'_>) -> bool {
        // librdkafka fetches only topics that the consumer subscribes to.
        let Some(topic) = self.topics.find(message.topic()) else { return false };
        let record = Record::from_message((topic, self.topics.get(topic)), message);
        let at = record.at;
        let full = self.scheduler.push(record);
        if full {
            self.report("pausing", self.consumer.pause(&self.topics.list(&[at])));
        }
        full
    }

    /// Resumes partitions that have room again. Returns whether any is still paused.
    fn resume(&self) -> bool {
        let resumable = self.scheduler.take_resumable();
        if !resumable.is_empty() {
            self.report("resuming", self.consumer.resume(&self.topics.list(&resumable)));
        }
        self.scheduler.has_paused()
    }

    /// Reports an error of the cluster and continues, or stops the consumer if waiting cannot resolve the error.
    fn on_error(&self, error: PollError) {
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

/// Why records with an unknown compression cannot be read.
const UNREADABLE_COMPRESSION: &str = "records are compressed with a codec that this build does not support: enable \
    the feature `zstd` of eventgen if they use zstd";
