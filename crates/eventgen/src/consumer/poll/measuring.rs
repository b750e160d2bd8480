//! What the polling thread remembers for metrics and traces.

use std::time::Instant;

use crate::consumer::topics::TopicPartition;
use crate::observe::trace::Links;

/// What the metrics of partitions and the spans of receiving need.
#[derive(Default)]
pub(super) struct Measuring {
    /// The offsets of the commit that is not answered yet.
    pub(super) committing: Vec<(TopicPartition, i64)>,
    /// The contexts of the records that were received since the last span.
    pub(super) received: Links,
    /// When the ends of logs were last asked for.
    pub(super) asked: Option<Instant>,
    /// Whether the cluster has not answered yet.
    pub(super) is_asking: bool,
}
