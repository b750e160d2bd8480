//! What can go wrong between an application and its cluster. Every message names the broker, topic, subject or setting it
//! is about and what to do.

use std::time::Duration;

use thiserror::Error;

use crate::EncodeError;
use crate::registry::RegistryError;

/// An error of the runtime.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting without which there is no client.
    #[error(
        "`{setting}` is not set: call `Client::builder().{method}(…)` or set the environment variable {variable}"
    )]
    MissingSetting {
        /// Kafka's name of the setting.
        setting: &'static str,
        /// The builder's method for it.
        method: &'static str,
        /// The environment variable for it.
        variable: &'static str,
    },
    /// A setting that would break a promise of the runtime.
    #[error("`{setting}={value}` is refused: {why}")]
    RefusedSetting {
        /// Kafka's name of the setting.
        setting: String,
        /// The value asked for.
        value: String,
        /// Which promise it would break.
        why: &'static str,
    },
    /// A setting that librdkafka does not know or a value that it does not take.
    #[error("librdkafka refuses the settings of the {client}: {reason}")]
    InvalidSettings {
        /// `producer`, `consumer` or `admin client`.
        client: &'static str,
        /// What librdkafka says.
        reason: String,
    },
    /// No broker answered.
    #[error(
        "no broker of `{bootstrap_servers}` answered within {} s: {reason}; check the addresses, that the brokers run \
         and that `security.protocol` is what the listener speaks", waited.as_secs_f32()
    )]
    BrokersUnreachable {
        /// The addresses asked.
        bootstrap_servers: String,
        /// How long.
        waited: Duration,
        /// What librdkafka reported.
        reason: String,
    },
    /// The brokers answered and refused the credentials.
    #[error(
        "`{bootstrap_servers}` refused the credentials: {reason}; check `sasl.username`, `sasl.password` and \
         `sasl.mechanism`"
    )]
    Authentication {
        /// The addresses asked.
        bootstrap_servers: String,
        /// What the broker said.
        reason: String,
    },
    /// A topic that the contract names and the cluster does not have.
    #[error(
        "topic `{topic}` does not exist on `{bootstrap_servers}`: create it with `Client::create_topics`, or check the \
         name and the address"
    )]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// The cluster asked.
        bootstrap_servers: String,
    },
    /// The cluster refused to create a topic.
    #[error("topic `{topic}` could not be created: {reason}")]
    TopicNotCreated {
        /// The topic.
        topic: String,
        /// What the cluster says.
        reason: String,
    },
    /// A schema that the registry does not have under its subject.
    #[error(
        "the schema of `{event}` is not registered under subject `{subject}` at {registry}: run `eventgen register`, \
         or call `Client::register`"
    )]
    NotRegistered {
        /// The event's full name.
        event: &'static str,
        /// The subject.
        subject: &'static str,
        /// The registry's address.
        registry: String,
    },
    /// The registry failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A value that its schema cannot hold.
    #[error("`{event}` cannot be encoded: {source}")]
    Encode {
        /// The event's full name.
        event: &'static str,
        /// What does not fit.
        source: EncodeError,
    },
    /// A record that the cluster did not acknowledge. It may or may not have been written.
    #[error("a record for topic `{topic}` was not acknowledged: {reason}")]
    NotDelivered {
        /// The topic.
        topic: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// Records enqueued before a flush that the cluster did not acknowledge.
    #[error("{count} record{} for topic `{topic}` not acknowledged; the first: {first}", if *count == 1 { "" } else { "s" })]
    NotFlushed {
        /// The topic.
        topic: String,
        /// How many.
        count: u64,
        /// The first failure.
        first: Box<Error>,
    },
    /// A consumer without a topic, or with one topic twice.
    #[error("the consumer of group `{group}` cannot run: {reason}")]
    InvalidSubscription {
        /// The group.
        group: String,
        /// What is wrong.
        reason: String,
    },
    /// A handler failed for good: with [`HandlerError::fatal`](crate::HandlerError::fatal), or by a panic past its
    /// retries. The record is not committed and will be delivered again.
    #[error("the handler stopped the consumer at `{topic}` partition {partition} offset {offset}: {reason}")]
    HandlerStopped {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
        /// The handler's error or the panic's message.
        reason: String,
    },
    /// A record that cannot be handled, on a topic whose contract has no dead letter.
    #[error(
        "`{topic}` partition {partition} offset {offset} cannot be handled and the contract turns dead letters off: \
         {reason}"
    )]
    NoDeadLetter {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
        /// Why it cannot be handled.
        reason: String,
    },
    /// The consumer cannot go on.
    #[error("the consumer of `{topics}` in group `{group}` stopped: {reason}")]
    ConsumerStopped {
        /// The topics that it subscribes to, separated by commas.
        topics: String,
        /// The group.
        group: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// A request that librdkafka reports as failed.
    #[error("{what} failed: {reason}")]
    Kafka {
        /// What was asked.
        what: String,
        /// What librdkafka reports.
        reason: String,
    },
}

impl Error {
    /// The error of a request.
    #[doc(hidden)]
    pub fn kafka(what: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Kafka { what: what.into(), reason: reason.to_string() }
    }
}
