//! Errors of administration.

use std::time::Duration;

use thiserror::Error;

use crate::connection::{refused_credentials, refused_settings, unreachable};

/// Why the cluster could not be asked or changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AdminError {
    /// A setting that librdkafka does not know, or a value that it refuses.
    #[error("librdkafka refuses the settings of the admin client: {reason}")]
    InvalidSettings {
        /// What librdkafka reports.
        reason: String,
    },
    /// No broker answered.
    #[error(
        "no broker of `{bootstrap_servers}` answered within {} s: {reason}; {}", waited.as_secs_f32(), unreachable(reason)
    )]
    BrokersUnreachable {
        /// The addresses.
        bootstrap_servers: String,
        /// The timeout.
        waited: Duration,
        /// What librdkafka reports.
        reason: String,
    },
    /// A broker that is needed, such as the leader of a partition, does not answer. Others may.
    #[error("{what}: a broker does not answer: {reason}")]
    Unanswered {
        /// The request.
        what: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// The brokers refused the credentials.
    #[error("`{bootstrap_servers}` refused the credentials: {reason}; {}", refused_credentials(reason))]
    Authentication {
        /// The addresses.
        bootstrap_servers: String,
        /// What the broker reports.
        reason: String,
    },
    /// A topic that the cluster does not have.
    #[error("topic `{topic}` does not exist on `{bootstrap_servers}`")]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// The addresses.
        bootstrap_servers: String,
    },
    /// The user has not the right.
    #[error("{what} is denied: the user needs {right}")]
    Denied {
        /// The request.
        what: String,
        /// What is missing, in the words of Kafka's access control lists.
        right: String,
    },
    /// A partition that the topic does not have.
    #[error("topic `{topic}` has no partition {partition}: it has {partitions}, counted from 0")]
    UnknownPartition {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The number of partitions.
        partitions: u32,
    },
    /// The cluster refused to create a topic.
    #[error("topic `{topic}` could not be created: {reason}")]
    TopicNotCreated {
        /// The topic.
        topic: String,
        /// What the cluster reports.
        reason: String,
    },
    /// Another request failed.
    #[error("{what} failed: {reason}")]
    Request {
        /// The request.
        what: String,
        /// What librdkafka reports.
        reason: String,
    },
}

impl AdminError {
    /// Settings that librdkafka refuses.
    pub(crate) fn invalid_settings(reason: impl std::fmt::Display) -> Self {
        Self::InvalidSettings { reason: refused_settings(reason) }
    }

    pub(crate) fn request(what: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Request { what: what.into(), reason: reason.to_string() }
    }

    /// Whether brokers do not answer, so that the same request may succeed later.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::BrokersUnreachable { .. } | Self::Unanswered { .. })
    }
}
