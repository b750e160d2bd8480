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

/// The state of all seeks.
#[derive(Default)]
pub(super) struct Seeks {
    /// Those that wait for their turn.
    pub(super) waiting: Vec<Seek>,
    /// The one whose partition is being drained.
    pub(super) draining: Option<Seek>,
    /// Those of which librdkafka has to be told, with their offsets.
    pub(super) told: Vec<(AssignmentId, i64, SeekAnswer)>,
    /// Whether a partition has to be sought.
    pub(super) pending: bool,
    pub(super) not_before: Option<Instant>,
}
