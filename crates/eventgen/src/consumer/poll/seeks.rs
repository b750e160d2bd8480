//! The state of seeks.

use std::time::Instant;

use crate::consumer::finish::SeekAnswer;
use crate::consumer::scheduler::AssignmentId;
use crate::consumer::topics::TopicPartition;

/// An operator's seek whose offset is known.
pub(super) struct Seek {
    pub(super) assignment: AssignmentId,
    pub(super) at: TopicPartition,
    pub(super) offset: i64,
    pub(super) answer: SeekAnswer,
}

/// Assignments whose first position is not committed yet. They take no record before, so that a restart does not find another
/// position.
#[derive(Default)]
pub(super) struct Uncommitted {
    waiting: Vec<AssignmentId>,
    /// Those that the commit under way covers.
    in_commit: Vec<AssignmentId>,
}

impl Uncommitted {
    pub(super) fn add(&mut self, assignment: AssignmentId) {
        self.waiting.push(assignment);
    }

    pub(super) fn contains(&self, assignment: AssignmentId) -> bool {
        self.waiting.contains(&assignment) || self.in_commit.contains(&assignment)
    }

    /// Whether a commit is due because of them.
    pub(super) fn any_waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// A commit begins, of all positions that have moved.
    pub(super) fn begin(&mut self) {
        self.in_commit.append(&mut self.waiting);
    }

    /// A commit was answered. Returns whether it covered any of them.
    pub(super) fn end(&mut self, is_committed: bool) -> bool {
        let covered = std::mem::take(&mut self.in_commit);
        let any = !covered.is_empty();
        if !is_committed {
            self.waiting.extend(covered);
        }
        any
    }
}

/// The state of all seeks.
#[derive(Default)]
pub(super) struct Seeks {
    /// Those that wait for their turn.
    pub(super) waiting: Vec<Seek>,
    /// The one whose partition is being drained.
    pub(super) draining: Option<Seek>,
    /// Those of which librdkafka has to be told, with their new assignments.
    pub(super) told: Vec<Seek>,
    pub(super) uncommitted: Uncommitted,
    /// Whether a partition has to be sought.
    pub(super) pending: bool,
    pub(super) not_before: Option<Instant>,
}
