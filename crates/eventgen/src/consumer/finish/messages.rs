//! The messages between the polling thread and the thread for requests to the group.

use std::sync::mpsc::Sender;

use crate::consumer::scheduler::{AssignmentId, Gap, OffsetMap, Positions};
use crate::consumer::topics::TopicPartition;

/// A request to the thread. Requests are served in order, so that the committed offsets of a new assignment are read before
/// the first commit replaces them.
pub(super) enum Request {
    Commit(Positions),
    CheckAssigned(Vec<(TopicPartition, AssignmentId)>),
    CheckGaps(Vec<Gap>),
    Stop { done: Sender<()> },
}

/// The result of a check.
#[derive(Debug)]
pub(crate) enum Check {
    /// What the previous owner of a partition did beyond the committed offset.
    DoneBefore { assignment: AssignmentId, map: OffsetMap },
    /// The log of a partition starts after the offset that the group was to read next.
    StartsLate { at: TopicPartition, assignment: AssignmentId, from: i64, start: i64 },
    /// Gaps whose check failed.
    Unchecked(Vec<Gap>),
}
