//! Errors of librdkafka as text. Error codes that decide how to continue are examined where they occur.

use std::fmt;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// A failed call of librdkafka.
#[derive(Debug)]
pub(crate) struct KafkaFailure {
    code: Option<RDKafkaErrorCode>,
    text: String,
}

impl KafkaFailure {
    /// Whether a broker refuses the metadata of a commit because of its size.
    pub(crate) fn is_too_large_metadata(&self) -> bool {
        self.code == Some(RDKafkaErrorCode::OffsetMetadataTooLarge)
    }

    /// Whether the user may not read a topic.
    pub(crate) fn is_denied_topic(&self) -> bool {
        self.code == Some(RDKafkaErrorCode::TopicAuthorizationFailed)
    }

    /// Whether the user may not be a member of the group, or commit its offsets.
    pub(crate) fn is_denied_group(&self) -> bool {
        self.code == Some(RDKafkaErrorCode::GroupAuthorizationFailed)
    }

    /// Whether the coordinator refuses a commit because the group rebalances.
    pub(crate) fn is_rebalance(&self) -> bool {
        self.code == Some(RDKafkaErrorCode::RebalanceInProgress)
    }

    /// Whether the coordinator refuses a commit because the group went on without this member.
    pub(crate) fn is_removal(&self) -> bool {
        matches!(
            self.code,
            Some(
                RDKafkaErrorCode::UnknownMemberId
                    | RDKafkaErrorCode::IllegalGeneration
                    | RDKafkaErrorCode::FencedMemberEpoch
            )
        )
    }
}

impl fmt::Display for KafkaFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<KafkaError> for KafkaFailure {
    fn from(error: KafkaError) -> Self {
        Self { code: error.rdkafka_error_code(), text: error.to_string() }
    }
}
