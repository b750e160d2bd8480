//! Drains and commits partitions that leave this consumer, step by step, while polling goes on.

use std::time::{Duration, Instant};

use super::Poller;
use super::departure::{Departure, Stage};
use crate::consumer::finish::Refusal;
use crate::consumer::scheduler::mailbox::Message;
use crate::consumer::scheduler::{AssignmentId, Positions};
use crate::observe::Partitions;

/// How long cancelled handlers may take to end. A handler that blocks its thread cannot be cancelled.
const CANCEL: Duration = Duration::from_secs(1);
/// How long a commit may delay a rebalance or a shutdown. Records that are not committed by then are delivered again.
const COMMIT: Duration = Duration::from_secs(10);
/// How long it may delay a shutdown whose drain deadline has passed.
const LAST_COMMIT: Duration = Duration::from_secs(3);

impl Poller {
    /// Begins the departure of partitions: no further job of them begins.
    pub(super) fn depart(&mut self, assignments: Vec<AssignmentId>) {
        for &id in &assignments {
            self.partitions.leave(id);
            self.workers.tell(|| Message::Drain(id));
        }
        self.checks.leave(assignments.clone());
        let outstanding = assignments.len() * self.workers.count();
        let until = self.drained_by.unwrap_or_else(|| Instant::now() + self.drain);
        let stage = Stage::Draining { until };
        let positions = Positions::new();
        self.departure = Some(Departure { assignments, outstanding, stage, positions });
    }

    /// Ends the departure of partitions at once: they have new owners, so that there is nothing to drain or to commit.
    pub(super) fn depart_lost(&mut self) {
        let Some(departure) = &mut self.departure else { return };
        departure.stage = Stage::Over;
        for id in departure.assignments.clone() {
            self.workers.tell(|| Message::End(id));
            self.partitions.end(id);
        }
    }

    /// Until when a commit that begins now may delay a rebalance, or a shutdown: that may use what is left of its drain.
    fn commit_by(&self, now: Instant) -> Instant {
        match self.drained_by {
            Some(drained_by) => drained_by.max(now + LAST_COMMIT).min(now + COMMIT),
            None => now + COMMIT,
        }
    }

    /// Takes the next step of a departure, if it is due.
    pub(super) fn advance_departure(&mut self) {
        let now = Instant::now();
        let (commit_by, commits_no_more) = (self.commit_by(now), self.commits_no_more());
        let Some(departure) = &mut self.departure else { return };
        let is_drained = departure.outstanding == 0 || self.stop.is_abandoned();
        match departure.stage {
            Stage::Draining { .. } | Stage::Cancelling { .. } if is_drained => {
                departure.stage = Stage::BeforeCommit { until: commit_by };
            }
            Stage::Draining { until } if now >= until || commits_no_more => {
                tracing::warn!(
                    group = self.observers.group(),
                    partitions = %Partitions(&departure.named(&self.topics, &self.partitions)),
                    "{}: running handlers are cancelled and their records delivered again",
                    if commits_no_more { "nothing more can be committed" } else { "the drain deadline has passed" },
                );
                departure.stage = Stage::Cancelling { until: now + CANCEL };
                for id in departure.assignments.clone() {
                    self.workers.tell(|| Message::End(id));
                }
                return;
            }
            Stage::Cancelling { until } if now >= until => {
                tracing::warn!(
                    group = self.observers.group(),
                    partitions = %Partitions(&departure.named(&self.topics, &self.partitions)),
                    "a handler blocks its thread and cannot be cancelled: it may run beside the next owner of its partition"
                );
                departure.stage = Stage::BeforeCommit { until: commit_by };
            }
            Stage::BeforeCommit { until } | Stage::Committing { until } | Stage::Repeating { until, .. }
                if now >= until =>
            {
                tracing::warn!(
                    group = self.observers.group(),
                    partitions = %Partitions(&departure.named(&self.topics, &self.partitions)),
                    "a commit takes too long: its records may be delivered again"
                );
                departure.stage = Stage::Over;
                for id in departure.assignments.clone() {
                    self.partitions.end(id);
                }
            }
            _ => {}
        }
        self.commit_departure();
    }

    fn commit_departure(&mut self) {
        let Some(departure) = &mut self.departure else { return };
        if self.commit_is_open {
            return;
        }
        let now = Instant::now();
        match departure.stage {
            Stage::BeforeCommit { until } => {
                departure.positions =
                    departure.assignments.iter().filter_map(|id| self.partitions.end(*id)).collect();
                if matches!(self.refusal, Some(Refusal::Final(_))) {
                    departure.stage = Stage::Over;
                    return;
                }
                departure.stage = Stage::Repeating { until, from: now };
                self.commit_departure();
            }
            Stage::Repeating { until, from } if now >= from => {
                if departure.positions.is_empty() {
                    departure.stage = Stage::Over;
                } else {
                    departure.stage = Stage::Committing { until };
                    let positions = departure.positions.clone();
                    self.begin_commit(positions);
                }
            }
            Stage::Committing { until } => {
                let answer = match &self.refusal {
                    Some(Refusal::Final(reason)) => Some(Refusal::Final(reason.clone())),
                    _ => self.refusal.take(),
                };
                if matches!(answer, Some(Refusal::Removal(_))) && self.revoked.is_some() {
                    tracing::warn!(
                        group = self.observers.group(),
                        partitions = %Partitions(&departure.named(&self.topics, &self.partitions)),
                        "the group went on without this consumer: what it has not committed is delivered again"
                    );
                }
                departure.stage = Stage::after_commit(answer.as_ref(), self.revoked.is_some(), until, now);
            }
            _ => {}
        }
    }
}
