//! Why a record was not delivered, with the error code of librdkafka.

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
    /// Whether the record is larger than the client, the broker or the topic accepts.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(
            self.code,
            Some(
                RDKafkaErrorCode::MessageSizeTooLarge
                    | RDKafkaErrorCode::MessageBatchTooLarge
                    // The buffer has no room although it contains no other record: see `RecordWriter`.
                    | RDKafkaErrorCode::QueueFull
            )
        )
    }

    /// Whether the producer cannot deliver any more records. That is the case for an idempotent producer whose sequence is
    /// broken or whose authorisation was revoked.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.code, Some(RDKafkaErrorCode::Fatal))
    }

    /// Whether the broker refuses the record because of its timestamp (`message.timestamp.before.max.ms`, KIP-937).
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
