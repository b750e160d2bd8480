//! What a consumer measures. The counts of failures come from the [`ConsumerEvent`]s; the polling thread, the thread for
//! commits and the workers add durations and the state of the partitions.

use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use super::attempt_error::AttemptError;
use super::began::Began;
use super::calls::ShortCall;
use super::gauges::{PartitionGauges, PartitionValues};
use super::instruments::{Counter, ENABLED, Histogram, UpDownCounter};
use super::names::{self, KAFKA, Metric};
use super::{ConsumerEvent, Observer};

/// The most short calls that stay with a worker while another one records.
const MOST_SHORT_CALLS: usize = 4_096;

/// What a rebalance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RebalanceKind {
    Assign,
    Revoke,
}

/// The metrics of one consumer.
pub(crate) struct ConsumerMeters {
    group: String,
    /// In the order of the subscriptions.
    topics: Vec<TopicMeters>,
    /// Empty once the run has ended.
    lives: Mutex<Vec<Life>>,
    /// `None` once the run has ended.
    partitions: Mutex<Option<PartitionGauges>>,
    receives: Histogram,
    commits: Histogram,
    failed_commits: Histogram,
    commit_failures: Counter,
    cluster_errors: Counter,
    assigns: (Counter, Histogram),
    revokes: (Counter, Histogram),
    /// Held by the worker that records its short calls.
    recording: Mutex<()>,
}

struct TopicMeters {
    name: &'static str,
    retries: Counter,
    skipped: Counter,
    lost: Counter,
    /// By disposition.
    dead_letters: [(&'static str, Counter); 4],
    processed: Histogram,
    /// By [`AttemptError`]. A series begins with its first value.
    failed: [OnceLock<Histogram>; AttemptError::COUNT],
    /// By partition.
    consumed: Mutex<Vec<Option<Counter>>>,
}

/// Whether the consumer runs, as the series of one topic.
struct Life {
    up: UpDownCounter,
    live: UpDownCounter,
    ready: UpDownCounter,
    assigned: UpDownCounter,
}

impl ConsumerMeters {
    pub(crate) fn new(group: &str, topics: &[&'static str]) -> Self {
        let of_group = |metric| Counter::new(metric, &[(names::GROUP, group)]);
        let rebalances = |kind| {
            let labels = [(names::GROUP, group), (names::REBALANCE_KIND, kind)];
            (Counter::new(&names::REBALANCES, &labels), Histogram::new(&names::REBALANCE_DURATION, &labels))
        };
        let commit = [
            (names::SYSTEM, KAFKA),
            (names::OPERATION_NAME, "commit"),
            (names::OPERATION_TYPE, "settle"),
            (names::GROUP, group),
        ];
        let receive = [
            (names::SYSTEM, KAFKA),
            (names::OPERATION_NAME, "receive"),
            (names::OPERATION_TYPE, "receive"),
            (names::GROUP, group),
        ];
        let failed = [&commit[..], &[(names::ERROR_TYPE, "commit_failed")]].concat();
        Began::calibrate();
        Self {
            group: group.to_owned(),
            topics: topics.iter().map(|topic| TopicMeters::new(group, topic)).collect(),
            lives: Mutex::new(topics.iter().map(|topic| Life::new(group, topic)).collect()),
            partitions: Mutex::new(Some(PartitionGauges::new(group))),
            receives: Histogram::new(&names::OPERATION_DURATION, &receive),
            commits: Histogram::new(&names::OPERATION_DURATION, &commit),
            failed_commits: Histogram::new(&names::OPERATION_DURATION, &failed),
            commit_failures: of_group(&names::COMMIT_FAILURES),
            cluster_errors: of_group(&names::CLUSTER_ERRORS),
            assigns: rebalances("assign"),
            revokes: rebalances("revoke"),
            recording: Mutex::default(),
        }
    }

    /// Sets whether the consumer is live and ready. Called on a timer that does not depend on the polling thread.
    pub(crate) fn lives(&self, is_live: bool, is_ready: bool) {
        for life in &mut *self.lives.lock().unwrap_or_else(PoisonError::into_inner) {
            life.up.set(1);
            life.live.set(i32::from(is_live));
            life.ready.set(i32::from(is_ready));
        }
    }

    /// The run has ended.
    pub(crate) fn ended(&self) {
        // Dropped, they take back what they have added.
        *self.partitions.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.lives.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Sets the state of the partitions that the consumer has.
    pub(crate) fn publish(&self, partitions: &[PartitionValues]) {
        if let Some(gauges) = &mut *self.partitions.lock().unwrap_or_else(PoisonError::into_inner) {
            gauges.publish(partitions);
        }
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        for (life, topic) in lives.iter_mut().zip(&self.topics) {
            let assigned = partitions.iter().filter(|partition| partition.topic == topic.name).count();
            life.assigned.set(i32::try_from(assigned).unwrap_or(i32::MAX));
        }
    }

    /// Records of a partition were fetched.
    pub(crate) fn consumed(&self, topic: usize, partition: i32, count: u64) {
        if !ENABLED || count == 0 {
            return;
        }
        let meters = &self.topics[topic];
        let Ok(number) = usize::try_from(partition) else { return };
        let mut consumed = meters.consumed.lock().unwrap_or_else(PoisonError::into_inner);
        if consumed.len() <= number {
            consumed.resize_with(number + 1, || None);
        }
        let counter = consumed[number].get_or_insert_with(|| {
            let labels = [
                (names::SYSTEM, KAFKA),
                (names::OPERATION_NAME, "receive"),
                (names::DESTINATION, meters.name),
                (names::PARTITION, &*partition.to_string()),
                (names::GROUP, &*self.group),
            ];
            Counter::new(&names::CONSUMED_MESSAGES, &labels)
        });
        counter.add(count);
    }

    /// Records were fetched together.
    pub(crate) fn received(&self, began: Began) {
        self.receives.record(began.elapsed());
    }

    /// A commit was answered.
    pub(crate) fn committed(&self, began: Began, succeeded: bool) {
        if succeeded {
            self.commits.record(began.elapsed());
        } else {
            self.failed_commits.record(began.elapsed());
            self.commit_failures.add(1);
        }
    }

    /// A rebalance was answered.
    pub(crate) fn rebalanced(&self, kind: RebalanceKind, began: Began) {
        let (count, duration) = match kind {
            RebalanceKind::Assign => &self.assigns,
            RebalanceKind::Revoke => &self.revokes,
        };
        count.add(1);
        duration.record(began.elapsed());
    }

    /// A call of the handler has ended. A short one that has succeeded is returned, to be [recorded](Self::short_calls) with
    /// others.
    pub(crate) fn processed(
        &self,
        topic: usize,
        began: Began,
        error: Option<AttemptError>,
    ) -> Option<ShortCall> {
        if !ENABLED {
            return None;
        }
        let meters = &self.topics[topic];
        let took = began.elapsed();
        let Some(error) = error else {
            let short = ShortCall::new(topic, took);
            if short.is_none() {
                meters.processed.record(took);
            }
            return short;
        };
        let failed = &meters.failed[error as usize];
        failed.get_or_init(|| process(&self.group, meters.name, Some(error))).record(took);
        None
    }

    /// Records short calls. Those of a busy worker may stay with it until a later time, while another worker records its own:
    /// a histogram that two threads write to at once takes twice the time of both.
    pub(crate) fn short_calls(&self, calls: &mut Vec<ShortCall>, is_busy: bool) {
        if calls.is_empty() {
            return;
        }
        let _recording = match self.recording.try_lock() {
            Ok(recording) => recording,
            Err(TryLockError::WouldBlock) if is_busy && calls.len() < MOST_SHORT_CALLS => return,
            Err(_) => self.recording.lock().unwrap_or_else(PoisonError::into_inner),
        };
        calls.drain(..).for_each(|call| self.short_call(call));
    }

    /// Records a short call.
    pub(crate) fn short_call(&self, call: ShortCall) {
        self.topics[call.topic as usize].processed.record(call.took());
    }

    fn of(&self, name: &str) -> Option<&TopicMeters> {
        self.topics.iter().find(|topic| topic.name == name)
    }
}

impl Observer for ConsumerMeters {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        match event {
            ConsumerEvent::Retried { delivery, .. } => {
                self.of(delivery.topic).inspect(|topic| topic.retries.add(1));
            }
            ConsumerEvent::Skipped { delivery, .. } => {
                self.of(delivery.topic).inspect(|topic| topic.skipped.add(1));
            }
            ConsumerEvent::DeadLettered { delivery, reason, .. } => {
                let disposition = reason.disposition.as_str();
                let counters = self.of(delivery.topic).map(|topic| &topic.dead_letters);
                let counter = counters.and_then(|all| all.iter().find(|(of, _)| *of == disposition));
                counter.inspect(|(_, counter)| counter.add(1));
            }
            ConsumerEvent::Lost { topic, count, .. } => {
                self.of(topic).inspect(|topic| topic.lost.add(*count));
            }
            ConsumerEvent::ClusterError { .. } | ConsumerEvent::CommitFailed { .. } => {
                self.cluster_errors.add(1);
            }
            _ => {}
        }
    }
}

impl TopicMeters {
    fn new(group: &str, topic: &'static str) -> Self {
        let counter =
            |metric: &Metric| Counter::new(metric, &[(names::GROUP, group), (names::DESTINATION, topic)]);
        let dead_letters = ["poison", "unknown", "rejected", "exhausted"].map(|disposition| {
            let labels =
                [(names::GROUP, group), (names::DESTINATION, topic), (names::DISPOSITION, disposition)];
            (disposition, Counter::new(&names::DEAD_LETTERS, &labels))
        });
        Self {
            name: topic,
            retries: counter(&names::RETRIES),
            skipped: counter(&names::SKIPPED),
            lost: counter(&names::LOST_RECORDS),
            dead_letters,
            processed: process(group, topic, None),
            failed: Default::default(),
            consumed: Mutex::default(),
        }
    }
}

impl Life {
    fn new(group: &str, topic: &str) -> Self {
        let part = |metric| UpDownCounter::new(metric, &[(names::GROUP, group), (names::DESTINATION, topic)]);
        Self {
            up: part(&names::UP),
            live: part(&names::LIVE),
            ready: part(&names::READY),
            assigned: part(&names::ASSIGNED_PARTITIONS),
        }
    }
}

fn process(group: &str, topic: &str, error: Option<AttemptError>) -> Histogram {
    let mut labels = vec![
        (names::SYSTEM, KAFKA),
        (names::OPERATION_NAME, "process"),
        (names::DESTINATION, topic),
        (names::GROUP, group),
    ];
    labels.extend(error.map(|error| (names::ERROR_TYPE, error.as_str())));
    Histogram::new(&names::PROCESS_DURATION, &labels)
}

#[cfg(all(test, feature = "metrics"))]
mod tests;
