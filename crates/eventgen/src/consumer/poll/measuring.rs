//! What the polling thread remembers for the metrics of its partitions.

use std::time::Instant;

use crate::consumer::topics::TopicPartition;

/// What the metrics of partitions need.
#[derive(Default)]
pub(super) struct Measuring {
    /// The offsets of the commit that is not answered yet.
    pub(super) committing: Vec<(TopicPartition, i64)>,
    /// When the ends of logs were last asked for.
    pub(super) asked: Option<Instant>,
    /// Whether the cluster has not answered yet.
    pub(super) is_asking: bool,
}
