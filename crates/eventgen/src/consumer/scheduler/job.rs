//! What the polling thread and the workers exchange: jobs, and what is done.

use crate::consumer::outputs::Output;
use crate::consumer::record::{QueueId, Record};

/// Identifies a record that was fetched under one assignment of its partition. Tickets ascend in the order of fetching. An
/// offset that is fetched twice has two.
pub(crate) type Ticket = u64;

/// One assignment of a partition to this consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AssignmentId {
    /// The index of the partition among those that were ever assigned.
    pub(super) slot: u32,
    /// Counts the assignments.
    pub(super) epoch: u32,
}

impl AssignmentId {
    /// Whether it began before another one, of whatever partition.
    pub(crate) fn is_before(self, other: Self) -> bool {
        self.epoch < other.epoch
    }

    #[cfg(test)]
    pub(crate) const fn for_test(slot: u32, epoch: u32) -> Self {
        Self { slot, epoch }
    }
}

/// A record that is to be handled.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) assignment: AssignmentId,
    pub(crate) ticket: Ticket,
    pub(crate) queue: QueueId,
    pub(crate) record: Record,
}

impl Job {
    /// The record is done. Its outputs leave it.
    pub(crate) fn done(&mut self) -> Done {
        let outputs = std::mem::take(&mut self.record.outputs);
        Done { assignment: self.assignment, ticket: self.ticket, outputs }
    }
}

/// A record that was handled, or is acknowledged in the dead-letter topic.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) assignment: AssignmentId,
    pub(crate) ticket: Ticket,
    /// What is to be written in the transaction that commits it. Empty outside of transactions.
    pub(crate) outputs: Vec<Output>,
}

/// A record that is done under a current assignment, and what it has led to.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) assignment: AssignmentId,
    pub(crate) offset: i64,
    pub(crate) outputs: Vec<Output>,
}

/// What a worker reports of a queue whose records are deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deferral {
    pub(crate) assignment: AssignmentId,
    pub(crate) queue: QueueId,
    pub(crate) change: DeferralChange,
}

/// What has become of such a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeferralChange {
    /// The jobs from this ticket on were dropped.
    Dropped(Ticket),
    /// The jobs that were not dropped have ended.
    CaughtUp,
}
