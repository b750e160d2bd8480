//! Answers rebalances of the group.

use super::Poller;
use crate::consumer::scheduler::mailbox::Message;
use crate::consumer::scheduler::{AssignmentId, Partitions};
use crate::consumer::topics::TopicPartition;
use crate::kafka::{GroupEvent, KafkaFailure, PartitionList};
use crate::observe::{Began, ConsumerEvent, RebalanceKind};
#[cfg(eventgen_planted)]
use crate::planted;

impl Poller {
    /// Answers the rebalance that is under way, or begins to.
    pub(super) fn rebalance(&mut self) {
        if self.revoked.is_some() && self.consumer.is_lost() {
            self.health.vitals.lose();
            self.depart_lost();
        }
        self.advance_departure();
        if self.departure.as_ref().is_some_and(|departure| !departure.is_over()) {
            return;
        }
        self.end_seek_drain();
        if let Some(revoked) = self.revoked.take() {
            self.departure = None;
            self.count_fetched();
            let partitions = self.topics.partitions(&revoked);
            let answered = self.consumer.unassign(&self.with_retry_topics(&revoked));
            self.close_keys(&partitions);
            self.publish();
            let named = self.topics.named(&partitions);
            self.report_rebalance(&ConsumerEvent::Revoked { partitions: &named }, answered);
            self.observers.meters().rebalanced(RebalanceKind::Revoke, self.revocation_began);
            self.measure();
        }
        // A partition may return to this member at once, after a heartbeat that was answered too late. With KIP-848, the member
        // may have the same epoch as before, so that the group accepts the offsets of the open transaction: they must not be
        // read before it has ended, or its records would be handled again.
        if self.assigned.is_some() && self.is_transactional && self.commit_is_open {
            return;
        }
        if let Some(partitions) = self.assigned.take() {
            return self.on_assigned(&partitions);
        }
        match self.consumer.take_event() {
            Some(GroupEvent::Assigned(partitions)) => {
                self.assigned = Some(partitions);
                self.rebalance();
            }
            Some(GroupEvent::Revoked(partitions)) => self.on_revoked(partitions),
            None => self.begin_seek(),
        }
    }

    fn on_assigned(&mut self, assigned: &PartitionList) {
        let began = Began::now();
        self.count_fetched();
        let list = &self.with_retry_topics(assigned);
        // librdkafka keeps the pause of a partition across assignments. A partition that was full when it was revoked would
        // still be paused, and nothing would resume it.
        #[cfg(not(eventgen_planted))]
        let resumed = self.consumer.resume(list);
        #[cfg(eventgen_planted)]
        let resumed = if planted::is_planted(planted::Bug::PauseNotReset) {
            Ok(())
        } else {
            self.consumer.resume(list)
        };
        if let Err(error) = resumed {
            self.observers.cluster_error(&format!("resuming failed: {error}"));
        }
        let partitions = self.topics.partitions(list);
        let assignments = partitions.iter().map(|at| (*at, self.partitions.assign(*at))).collect();
        let answered = self.consumer.assign(list);
        self.publish();
        self.for_each_position(Partitions::set_read_before);
        let named = self.topics.named(&self.topics.partitions(assigned));
        self.report_rebalance(&ConsumerEvent::Assigned { partitions: &named }, answered);
        self.checks.check_assigned(assignments);
        self.observers.meters().rebalanced(RebalanceKind::Assign, began);
        self.measure_soon();
        self.health.vitals.join();
    }

    /// Begins to drain partitions. They are given up once they are drained and committed.
    fn on_revoked(&mut self, list: PartitionList) {
        self.health.vitals.set_stable(false);
        let gone = self.topics.with_retry_partitions(&self.topics.partitions(&list));
        let assignments: Vec<AssignmentId> =
            self.partitions.assigned().filter(|(at, _)| gone.contains(at)).map(|(_, id)| id).collect();
        self.revoked = Some(list);
        self.revocation_began = Began::now();
        self.depart(assignments);
        self.rebalance();
    }

    /// Answers the rebalances that are left when all partitions have left. Without an answer, closing would wait for it.
    pub(super) fn answer_rebalances(&mut self) {
        if let Some(revoked) = self.revoked.take() {
            self.report("a revocation", self.consumer.unassign(&self.with_retry_topics(&revoked)));
        }
        if let Some(assigned) = self.assigned.take() {
            self.report("an assignment", self.consumer.assign(&assigned));
        }
        while let Some(event) = self.consumer.take_event() {
            match event {
                GroupEvent::Assigned(partitions) => {
                    self.report("an assignment", self.consumer.assign(&partitions));
                }
                GroupEvent::Revoked(partitions) => {
                    let partitions = self.with_retry_topics(&partitions);
                    self.report("a revocation", self.consumer.unassign(&partitions));
                }
            }
        }
    }

    /// Partitions together with those of their retry topics. The group does not assign these: the member that has a partition
    /// reads them, so that one member sees all records of a key.
    fn with_retry_topics(&self, list: &PartitionList) -> PartitionList {
        if !self.topics.have_retry_topics() {
            return list.clone();
        }
        self.topics.list(&self.topics.with_retry_partitions(&self.topics.partitions(list)))
    }

    /// Forgets which keys of partitions have records in retry topics.
    fn close_keys(&mut self, partitions: &[TopicPartition]) {
        if self.topics.have_retry_topics() {
            for at in partitions {
                self.workers.tell(|| Message::CloseKeys(*at));
            }
        }
    }

    fn report_rebalance(&self, event: &ConsumerEvent<'_>, answered: Result<(), KafkaFailure>) {
        match answered {
            Ok(()) => self.observers.notify(event),
            Err(error) => self.observers.cluster_error(&format!("{event:?} failed: {error}")),
        }
    }
}
