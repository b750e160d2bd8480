//! Measures the partitions, and what was fetched and committed. Reports commits that failed.

use std::ops::Range;
use std::time::{Duration, Instant, SystemTime};

use super::Poller;
use crate::consumer::finish::{Refusal, Work};
use crate::consumer::health::HoldReason;
use crate::consumer::scheduler::Positions;
use crate::consumer::topics::TopicPartition;
use crate::observe::{Began, ConsumerEvent, ENABLED};

/// How often the cluster is asked for the starts and the ends of logs. What the client knows of them is old while it does
/// not fetch.
const LOGS_INTERVAL: Duration = Duration::from_secs(5);

impl Poller {
    /// Begins a commit. A transaction takes all that is done, also if it commits partitions that leave: what was done later of
    /// a key may have been read from another partition.
    pub(super) fn begin_commit(&mut self, mut positions: Positions) {
        if self.partitions.is_exactly_once {
            positions.extend(self.partitions.take_moved());
        }
        self.measuring.committing = positions.iter().map(|position| (position.at, position.offset)).collect();
        let Self { pending, partitions, departure, .. } = self;
        // The commit of partitions that leave may be refused and repeated.
        let departure = departure.as_ref().filter(|departure| !departure.is_over());
        let leaves = |id| departure.is_some_and(|departure| departure.assignments.contains(&id));
        let finished = pending.take(&positions, |id| partitions.is_current(id) || leaves(id));
        self.finish.begin(Work { positions, finished });
        self.commit_is_open = true;
    }

    /// A commit was answered.
    pub(super) fn note_committed(&mut self, refusal: Option<&Refusal>) {
        let committed = std::mem::take(&mut self.measuring.committing);
        match refusal {
            None => committed.into_iter().for_each(|(at, offset)| self.partitions.set_committed(at, offset)),
            // It is not repeated, and the error that stops the consumer says why.
            Some(Refusal::Final(_)) => {}
            Some(refusal) => {
                let named = |(at, offset): (TopicPartition, i64)| {
                    (self.topics.get(at.topic).name, at.partition, offset)
                };
                let positions: Vec<_> = committed.into_iter().map(named).collect();
                let cause = refusal.to_string();
                self.observers.notify(&ConsumerEvent::CommitFailed { positions: &positions, cause: &cause });
            }
        }
    }

    /// Whether no commit is accepted any more, so that the consumer stops without another one.
    pub(super) fn commits_no_more(&self) -> bool {
        matches!(self.refusal, Some(Refusal::Final(_)))
    }

    /// The cluster has answered where logs start and end.
    pub(super) fn note_logs(&mut self, logs: Vec<(TopicPartition, Range<i64>)>) {
        self.measuring.is_asking = false;
        if logs.is_empty() {
            // A leader has not answered, as may be for a moment after an assignment.
            self.measuring.asked = None;
        }
        for (at, log) in logs {
            self.partitions.set_log(at, log);
        }
    }

    /// Partitions were assigned: their logs are asked for with the next measurement.
    pub(super) fn measure_soon(&mut self) {
        self.measuring.asked = None;
    }

    /// Adds the records that were fetched since the last call to their counters.
    pub(super) fn count_fetched(&mut self) {
        if ENABLED {
            for (at, count) in self.partitions.take_fetched() {
                self.observers.meters().consumed(at.topic, at.partition, count);
            }
        }
    }

    /// Records were fetched together.
    pub(super) fn trace_received(&mut self, began: Began, count: usize) {
        if cfg!(feature = "otel") {
            let topics = self.topics.source_names();
            let topic = topics.first().copied().filter(|_| topics.len() == 1);
            let links = std::mem::take(&mut self.measuring.received);
            let began = SystemTime::now() - began.elapsed();
            self.observers.spans().received(topic, began, count, links);
        }
    }

    /// Sets the gauges of all partitions.
    pub(super) fn measure(&mut self) {
        if !ENABLED {
            return;
        }
        self.count_fetched();
        let measured = self.partitions.measure(&self.topics);
        if !self.measuring.is_asking
            && !measured.is_empty()
            && self.measuring.asked.is_none_or(|asked| asked.elapsed() >= LOGS_INTERVAL)
        {
            self.measuring.asked = Some(Instant::now());
            self.measuring.is_asking = true;
            self.checks.ask_for_logs(measured.iter().map(|(at, _)| *at).collect());
        }
        let with_health = measured.into_iter().map(|(at, mut values)| {
            let reasons = self.health.holds.reasons(at);
            values.delayed_records += self.health.delays.of(at);
            values.breaker_is_open = reasons.contains(&HoldReason::Breaker);
            values.held = reasons.into_iter().map(HoldReason::as_str).collect();
            values
        });
        self.observers.meters().publish(&with_health.collect::<Vec<_>>());
    }
}
