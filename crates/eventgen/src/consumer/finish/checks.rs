//! Checks of partitions, which block and therefore run on the thread for requests to the group.

use std::sync::mpsc::{Receiver, Sender};

use super::group_thread::Request;
use crate::consumer::scheduler::{AssignmentId, Gap, OffsetMap};
use crate::consumer::topics::TopicPartition;

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

/// Requests checks and receives their results.
pub(crate) struct Checks {
    pub(super) requests: Sender<Request>,
    pub(super) results: Receiver<Check>,
}

impl Checks {
    /// Checks partitions that were just assigned.
    pub(crate) fn check_assigned(&self, partitions: Vec<(TopicPartition, AssignmentId)>) {
        if !partitions.is_empty() {
            let _ = self.requests.send(Request::CheckAssigned(partitions));
        }
    }

    /// Checks offsets that were skipped.
    pub(crate) fn check_gaps(&self, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            let _ = self.requests.send(Request::CheckGaps(gaps));
        }
    }

    /// The next result.
    pub(crate) fn result(&self) -> Option<Check> {
        self.results.try_recv().ok()
    }
}
