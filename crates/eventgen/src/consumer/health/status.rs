//! What a handle reports of a partition.

use std::time::Duration;

use crate::consumer::topics::TopicPartition;

/// The states of the partitions of a consumer, each in the order of topics and numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statuses {
    /// Those that the group has assigned.
    pub(crate) assigned: Vec<(TopicPartition, PartitionStatus)>,
    /// Those of retry topics that belong to them.
    pub(crate) retry_topics: Vec<(TopicPartition, PartitionStatus)>,
}

/// The state of a partition that is assigned to a consumer, or of one of its retry topics.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionStatus {
    /// The topic, by its name in the cluster.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset that is committed next: every record before it is done. `None` if nothing is done yet.
    pub position: Option<i64>,
    /// How many records are fetched and not done: they are handled, wait for a retry, or wait for their turn.
    pub in_flight: usize,
    /// The bytes of these records.
    pub in_flight_bytes: usize,
    /// Whether fetching is paused until records in flight are done, because there are too many of them. That is no fault.
    pub is_paused: bool,
    /// Whether the partition is being drained, because it leaves this consumer.
    pub is_leaving: bool,
    /// How many of the records in flight wait for their next attempt.
    pub delayed: usize,
    /// Why records of the partition cannot be handled, if it is held.
    pub held: Option<Hold>,
}

/// Why a partition is held. Its offsets are not committed past the records that wait.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hold {
    /// What has to change.
    pub reason: HoldReason,
    /// How long it has been held.
    pub since: Duration,
    /// The latest error.
    pub cause: String,
}

/// What holds a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HoldReason {
    /// A dead letter cannot be written.
    DeadLetterTopic,
    /// A record cannot be written to a retry topic.
    RetryTopic,
    /// The breaker is open, because too many records do not decode.
    Breaker,
    /// A record has an event of a kind that this build does not know, and the policy is
    /// [`UnknownEvents::Hold`](crate::UnknownEvents::Hold).
    UnknownEvent,
    /// The Schema Registry does not answer, and a record has a schema id that is not cached.
    Registry,
}

impl HoldReason {
    /// The value of [`HOLD_REASON`](crate::observe::names::HOLD_REASON).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeadLetterTopic => "dead_letter_topic",
            Self::RetryTopic => "retry_topic",
            Self::Breaker => "breaker",
            Self::UnknownEvent => "unknown_event",
            Self::Registry => "registry",
        }
    }
}
