//! Reacts to rebalances, on the polling thread.

use std::sync::Arc;
use std::time::Duration;

use crate::consumer::finish::{self, Finish, RetentionChecks};
use crate::consumer::observers::Observers;
use crate::consumer::scheduler::Scheduler;
use crate::consumer::topics::Topics;
use crate::kafka::{GroupListener, KafkaFailure, PartitionList, Rebalancing};
use crate::observe::ConsumerEvent;

/// Reacts to assignments and revocations by the group.
pub(crate) struct Rebalance {
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) drain: Duration,
    pub(crate) observers: Arc<Observers>,
    pub(crate) finish: Arc<dyn Finish>,
    pub(crate) retention_checks: RetentionChecks,
}

impl Rebalance {
    fn report(&self, event: &ConsumerEvent<'_>, result: Result<(), KafkaFailure>) {
        match result {
            Ok(()) => self.observers.notify(event),
            Err(error) => self.observers.cluster_error(&format!("{event:?} failed: {error}")),
        }
    }
}

impl GroupListener for Rebalance {
    fn on_assign(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList) {
        // librdkafka keeps the pause of a partition across assignments. A partition that was full when it was revoked would
        // still be paused, and the scheduler, which starts a new assignment without pauses, would never resume it.
        if let Err(error) = rebalancing.resume() {
            self.observers.cluster_error(&format!("resuming failed: {error}"));
        }
        self.scheduler.assign(self.topics.partitions(partitions));
        let assigned = rebalancing.assign();
        let named = self.topics.named(&self.topics.partitions(partitions));
        self.report(&ConsumerEvent::Assigned { partitions: &named }, assigned);
        self.retention_checks.check_assigned(self.topics.partitions(partitions));
    }

    /// Drains the partitions, commits the records that are done, then gives the partitions up.
    fn on_revoke(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList) {
        let gone = self.topics.partitions(partitions);
        // If the group has removed this member, its partitions have new owners: there is nothing to drain or to commit.
        let lost = rebalancing.is_lost();
        if lost {
            self.scheduler.release(|at| gone.contains(&at), Duration::ZERO);
        } else {
            finish::release(&self.scheduler, &*self.finish, |at| gone.contains(&at), self.drain);
        }
        let revoked = rebalancing.unassign();
        let named = self.topics.named(&gone);
        self.report(&ConsumerEvent::Revoked { partitions: &named }, revoked);
    }

    fn on_offset_reset(&self) {
        self.scheduler.watch_gaps();
    }
}
