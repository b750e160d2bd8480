//! The state of partitions that leave this consumer.

use std::time::Instant;

use crate::consumer::scheduler::{AssignmentId, Positions};

/// The departure of partitions.
pub(super) struct Departure {
    pub(super) assignments: Vec<AssignmentId>,
    /// How many times a worker still has to report that it has left one of the assignments.
    pub(super) outstanding: usize,
    pub(super) stage: Stage,
    /// What is to be committed.
    pub(super) positions: Positions,
}

/// How far they are.
pub(super) enum Stage {
    /// Running handlers may finish until then.
    Draining {
        until: Instant,
    },
    /// Running handlers are being cancelled.
    Cancelling {
        until: Instant,
    },
    /// An earlier commit is under way.
    BeforeCommit {
        until: Instant,
    },
    Committing {
        until: Instant,
    },
    /// The commit was refused, as it may be while a rebalance is under way, and is repeated.
    Repeating {
        until: Instant,
        from: Instant,
    },
    Over,
}

impl Departure {
    /// A worker has left an assignment.
    pub(super) fn left(&mut self, id: AssignmentId) {
        if self.assignments.contains(&id) {
            self.outstanding -= 1;
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }
}
