//! Why a record was not delivered, with the error code of librdkafka.

use std::fmt::Write as _;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::refusals::{is_refusal, is_size};
use crate::Error;
use crate::key::displayed;

/// What to do about a record that is too large.
const TOPIC_ADVICE: &str =
    "`max.message.bytes` of the topic's contract, which `eventgen topics plan` compares with the cluster";

/// A record that the cluster has not acknowledged.
#[derive(Debug)]
pub(crate) struct NotDelivered {
    pub(super) topic: String,
    pub(super) code: Option<RDKafkaErrorCode>,
    pub(super) reason: String,
}

impl NotDelivered {
    /// A record whose producer was closed before it was acknowledged.
    pub(crate) fn closed(topic: &str) -> Self {
        Self { topic: topic.to_owned(), code: None, reason: "the producer was closed".to_owned() }
    }

    /// What the cluster or librdkafka answered.
    pub(super) fn failed(topic: String, error: &KafkaError) -> Self {
        let code = error.rdkafka_error_code();
        let mut reason = error.to_string();
        if let Some(right) = code.and_then(missing_right) {
            let _ = write!(reason, "; the user needs the operation {right}");
        }
        Self { topic, code, reason }
    }

    /// A record that is larger than the producer accepts, which has not sent it.
    pub(super) fn larger_than_the_producer_accepts(
        topic: &str,
        key: Option<&[u8]>,
        size: usize,
        limit: usize,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            code: Some(RDKafkaErrorCode::MessageSizeTooLarge),
            reason: format!(
                "it was not sent: with {} it takes {size} bytes, and the producer accepts at most {limit}: raise \
                 `message.max.bytes` of the producer, and {TOPIC_ADVICE}",
                keyed(key)
            ),
        }
    }

    /// A record that the cluster refuses for the size of its batch, which has these bytes of key and value.
    pub(super) fn larger_than_the_topic_accepts(
        topic: &str,
        key: Option<&[u8]>,
        size: usize,
        reason: &str,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            code: Some(RDKafkaErrorCode::MessageSizeTooLarge),
            reason: format!(
                "the topic refuses it with {}, {size} bytes: {reason}; raise {TOPIC_ADVICE}",
                keyed(key)
            ),
        }
    }

    /// Whether it says only that the producer or its transaction had failed before.
    pub(crate) fn is_effect(&self) -> bool {
        matches!(self.code, Some(RDKafkaErrorCode::State | RDKafkaErrorCode::Fatal))
    }

    /// Why it was not delivered.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether the record is refused for what it is, so that sending it again would be in vain. Brokers refuse whole batches:
    /// the cause may be another record.
    pub(crate) fn is_refusal(&self) -> bool {
        self.code.is_some_and(|code| is_refusal(code) || code == RDKafkaErrorCode::InvalidArgument)
    }

    /// Whether the cluster has no such topic, or can have none of its name.
    pub(crate) fn is_unknown_topic(&self) -> bool {
        matches!(
            self.code,
            Some(
                RDKafkaErrorCode::UnknownTopic
                    | RDKafkaErrorCode::UnknownTopicOrPartition
                    | RDKafkaErrorCode::InvalidTopic
            )
        )
    }

    /// A record that is larger than its topic accepts.
    pub(crate) fn too_large(topic: &str, size: usize, limit: usize) -> Self {
        Self {
            topic: topic.to_owned(),
            code: Some(RDKafkaErrorCode::MessageSizeTooLarge),
            reason: format!("it takes {size} bytes, and at most {limit} are accepted"),
        }
    }

    /// Whether the record is larger than the client, the broker or the topic accepts.
    pub(crate) fn is_too_large(&self) -> bool {
        self.code.is_some_and(is_size)
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

/// The key of a record in a message.
fn keyed(key: Option<&[u8]>) -> String {
    key.map_or_else(|| "no key".to_owned(), |key| format!("key `{}`", displayed(key)))
}

/// The right that a record needs.
pub(crate) const WRITE_ON_TOPIC: &str = "Write on the topic";

/// The right that is missing, in the words of Kafka's access control lists.
pub(super) fn missing_right(code: RDKafkaErrorCode) -> Option<&'static str> {
    match code {
        RDKafkaErrorCode::TopicAuthorizationFailed => Some(WRITE_ON_TOPIC),
        RDKafkaErrorCode::GroupAuthorizationFailed => Some("Read on the group"),
        RDKafkaErrorCode::TransactionalIdAuthorizationFailed => Some("Write on the transactional id"),
        // Brokers before 2.8 have a right of its own for idempotent producers (KIP-679).
        RDKafkaErrorCode::ClusterAuthorizationFailed => Some("IdempotentWrite on the cluster"),
        _ => None,
    }
}

impl From<NotDelivered> for Error {
    fn from(NotDelivered { topic, reason, .. }: NotDelivered) -> Self {
        Self::NotDelivered { topic, reason }
    }
}
