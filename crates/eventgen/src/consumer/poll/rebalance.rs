//! Reacts to rebalances, on the polling thread.

use std::sync::Arc;
use std::time::Duration;

use crate::consumer::finish::Committer;
use crate::consumer::observers::Observers;
use crate::consumer::scheduler::Scheduler;
use crate::consumer::topics::Topics;
use crate::kafka::{GroupListener, KafkaFailure, PartitionList, Rebalancing};
use crate::observe::ConsumerEvent;

/// Reacts to what the group assigns and revokes.
pub(crate) struct Rebalance {
    scheduler: Arc<Scheduler>,
    topics: Arc<Topics>,
    drain: Duration,
    observers: Arc<Observers>,
    committer: Committer,
}

impl Rebalance {
    pub(crate) fn new(
        scheduler: Arc<Scheduler>,
        committer: Committer,
        observers: Arc<Observers>,
        topics: Arc<Topics>,
        drain: Duration,
    ) -> Self {
        Self { scheduler, topics, drain, observers, committer }
    }

    fn report(&self, event: &ConsumerEvent<'_>, result: Result<(), KafkaFailure>) {
        match result {
            Ok(()) => self.observers.notify(event),
            Err(error) => self.observers.cluster_error(&format!("{event:?} failed: {error}")),
        }
    }
}

impl GroupListener for Rebalance {
    fn on_assign(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList) {
        // librdkafka keeps a pause through unassign and assign. A partition that was revoked while it was full would come
        // back paused, and the scheduler, which starts afresh, would never resume it.
        if let Err(error) = rebalancing.resume() {
            self.observers.cluster_error(&format!("resuming failed: {error}"));
        }
        self.scheduler.assign(self.topics.partitions(partitions));
        let assigned = rebalancing.assign();
        let named = self.topics.named(&self.topics.partitions(partitions));
        self.report(&ConsumerEvent::Assigned { partitions: &named }, assigned);
        self.committer.examine_assigned(self.topics.partitions(partitions));
    }

    /// Running work drains, what is done is committed, then the partitions go.
    fn on_revoke(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList) {
        let gone = self.topics.partitions(partitions);
        // A member that the group has given up on has nothing to finish or to commit: its partitions have new owners.
        let lost = rebalancing.is_lost();
        let within = if lost { Duration::ZERO } else { self.drain };
        let positions = self.scheduler.release(|at| gone.contains(&at), within);
        if !lost {
            self.committer.commit_within_deadline(positions);
        }
        let revoked = rebalancing.unassign();
        let named = self.topics.named(&gone);
        self.report(&ConsumerEvent::Revoked { partitions: &named }, revoked);
    }

    fn on_offset_reset(&self) {
        self.scheduler.watch_gaps();
    }
}
