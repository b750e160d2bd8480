//! What the polling thread and the workers exchange: jobs, and what is done.

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

#[cfg(test)]
impl AssignmentId {
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

/// A record that was handled, or is acknowledged in the dead-letter topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) assignment: AssignmentId,
    pub(crate) ticket: Ticket,
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
