//! Why a record was not delivered, while librdkafka's code is still needed to decide what follows.

use rdkafka::error::RDKafkaErrorCode;

use crate::Error;

/// A record that the cluster has not acknowledged.
#[derive(Debug)]
pub(crate) struct NotDelivered {
    pub(super) topic: String,
    pub(super) code: Option<RDKafkaErrorCode>,
    pub(super) reason: String,
}

impl NotDelivered {
    /// Whether the record is larger than the client, the broker or the topic takes.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(
            self.code,
            Some(
                RDKafkaErrorCode::MessageSizeTooLarge
                    | RDKafkaErrorCode::MessageBatchTooLarge
                    // Alone in the buffer and without room: see `RecordWriter`.
                    | RDKafkaErrorCode::QueueFull
            )
        )
    }

    /// Whether the producer can deliver nothing any more: an idempotent one, whose sequence is broken or whose rights were
    /// taken, ends for good.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.code, Some(RDKafkaErrorCode::Fatal))
    }

    /// Whether the broker refuses the record for its timestamp (`message.timestamp.before.max.ms`, KIP-937).
    pub(crate) fn is_bad_timestamp(&self) -> bool {
        matches!(self.code, Some(RDKafkaErrorCode::InvalidTimestamp))
    }

    /// Whether the topic has no such partition.
    pub(crate) fn is_unknown_partition(&self) -> bool {
        matches!(
            self.code,
            Some(RDKafkaErrorCode::UnknownPartition | RDKafkaErrorCode::UnknownTopicOrPartition)
        )
    }
}

impl From<NotDelivered> for Error {
    fn from(NotDelivered { topic, reason, .. }: NotDelivered) -> Self {
        Self::NotDelivered { topic, reason }
    }
}
