//! Checks of partitions, which block and therefore run on the thread for requests to the group.

use std::sync::mpsc::{Receiver, Sender};

use super::messages::{Check, Request};
use crate::consumer::scheduler::{AssignmentId, Gap};
use crate::consumer::topics::TopicPartition;

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
