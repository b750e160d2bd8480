//! Errors of the runtime. Every message names the broker, topic, subject or setting concerned and says what to do.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::EncodeError;
use crate::kafka::FailedRecord;
use crate::registry::RegistryError;

/// An error of the runtime.
///
/// Its `Debug` is the readable text: that is what is printed if `main` returns it, and by `expect`.
#[derive(Clone, Error)]
#[non_exhaustive]
pub enum Error {
    /// A required setting is missing.
    #[error(
        "`{setting}` is not set: set the environment variable {variable}, or call `ClientBuilder::{method}`"
    )]
    #[non_exhaustive]
    MissingSetting {
        /// Kafka's name of the setting.
        setting: &'static str,
        /// The builder's method that sets it.
        method: &'static str,
        /// The environment variable that sets it.
        variable: &'static str,
    },
    /// A setting would break a guarantee of the runtime.
    #[error("`{setting}={value}` is refused: {why}")]
    #[non_exhaustive]
    RefusedSetting {
        /// Kafka's name of the setting.
        setting: String,
        /// The refused value.
        value: String,
        /// The guarantee that it would break.
        why: &'static str,
    },
    /// A setting that librdkafka does not know, or a value that it does not accept.
    #[error("librdkafka refuses the settings of the {client}: {reason}")]
    #[non_exhaustive]
    InvalidSettings {
        /// `producer`, `consumer` or `admin client`.
        client: &'static str,
        /// What librdkafka reports.
        reason: String,
    },
    /// No broker answered.
    #[error(
        "no broker of `{bootstrap_servers}` answered within {} s: {reason}; {}", waited.as_secs_f32(),
        eventgen_admin::unreachable(reason)
    )]
    #[non_exhaustive]
    BrokersUnreachable {
        /// The addresses.
        bootstrap_servers: String,
        /// How long the client waited.
        waited: Duration,
        /// What librdkafka reported.
        reason: String,
    },
    /// The brokers answered and refused the credentials.
    #[error(
        "`{bootstrap_servers}` refused the credentials: {reason}; {}",
        eventgen_admin::refused_credentials(reason)
    )]
    #[non_exhaustive]
    Authentication {
        /// The addresses.
        bootstrap_servers: String,
        /// What the broker reports.
        reason: String,
    },
    /// A topic that the contract names and the cluster does not have.
    #[error(
        "topic `{topic}` does not exist on `{bootstrap_servers}`: create it with `Client::create_topics`, or check the \
         name and the address"
    )]
    #[non_exhaustive]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// The addresses of the cluster.
        bootstrap_servers: String,
    },
    /// The cluster refused to create a topic.
    #[error("topic `{topic}` could not be created: {reason}")]
    #[non_exhaustive]
    TopicNotCreated {
        /// The topic.
        topic: String,
        /// What the cluster reports.
        reason: String,
    },
    /// A schema that the registry does not have under its subject.
    #[error(
        "the schema of `{event}` is not registered under subject `{subject}` at {registry}: run `eventgen register`, \
         or call `Client::register`"
    )]
    #[non_exhaustive]
    NotRegistered {
        /// The event's full name.
        event: &'static str,
        /// The subject.
        subject: &'static str,
        /// The registry's address.
        registry: String,
    },
    /// The latest version of a subject, which
    /// [`ClientBuilder::use_latest_version`](crate::ClientBuilder::use_latest_version) asks for, cannot be written.
    #[error(
        "`{event}` cannot be written in version {version} of subject `{subject}`, which is the latest: {reason}; register a \
         version that reads it, or do not use the latest version"
    )]
    #[non_exhaustive]
    LatestVersion {
        /// The event's full name.
        event: &'static str,
        /// The subject.
        subject: &'static str,
        /// The version.
        version: u32,
        /// Why.
        reason: String,
    },
    /// A request to the registry failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A value that its schema cannot represent.
    #[error("`{event}` cannot be encoded: {source}")]
    #[non_exhaustive]
    Encode {
        /// The event's full name.
        event: &'static str,
        /// Why the schema cannot represent it.
        source: EncodeError,
    },
    /// A record that the cluster did not acknowledge within `delivery.timeout.ms`, or that it refused.
    ///
    /// It may have been written: if the last answer was lost, the record stands on the topic. Sending it again may write it
    /// twice, because idempotence covers the retries of one `send` only.
    #[error("a record for topic `{topic}` was not acknowledged: {reason}")]
    #[non_exhaustive]
    NotDelivered {
        /// The topic.
        topic: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// A deletion for a topic that is not compacted: its consumers would not take it for one.
    #[error(
        "a key of topic `{topic}` cannot be deleted, because the topic is not compacted: set `cleanup.policy: compact` in its contract"
    )]
    #[non_exhaustive]
    NotCompacted {
        /// The topic.
        topic: String,
    },
    /// A deletion without a key.
    #[error("a deletion for topic `{topic}` has no key")]
    #[non_exhaustive]
    AbsentKey {
        /// The topic.
        topic: String,
    },
    /// A handler sent an event with [`Delivery::send`](crate::Delivery::send) where it cannot be sent.
    #[error("an event for topic `{topic}` cannot be an output of this handler: {reason}")]
    #[non_exhaustive]
    NotAnOutput {
        /// The topic, as its contract names it.
        topic: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// An output of a handler that is larger than its topic accepts.
    #[error(
        "an output for topic `{topic}` with {} takes {size} bytes, and at most {limit} are accepted: raise \
         `max.message.bytes` of the topic's contract, which `eventgen topics plan` compares with the cluster, and \
         `message.max.bytes` if it is set",
        keyed(key.as_ref())
    )]
    #[non_exhaustive]
    OutputTooLarge {
        /// The topic, by its name in the cluster.
        topic: String,
        /// The key, with escaped control characters and at most 64 characters; `None` if the record has none.
        key: Option<String>,
        /// The size of the record without compression.
        size: usize,
        /// The largest size.
        limit: usize,
    },
    /// Enqueued records that the cluster did not acknowledge. Each of them may have been written, as with
    /// [`NotDelivered`](Self::NotDelivered).
    #[error("{count} record{} for topic `{topic}` not acknowledged: {}", plural(*count), listed(records, *count))]
    #[non_exhaustive]
    NotFlushed {
        /// The topic of the producer.
        topic: String,
        /// How many records.
        count: u64,
        /// The records that failed first, at most 100.
        records: Vec<FailedRecord>,
    },
    /// A consumer that subscribes to no topic, to one topic twice, or to one whose retry topics have too few partitions, or do not
    /// exist because the contract does not name the group.
    #[error("the consumer of group `{group}` cannot run: {reason}")]
    #[non_exhaustive]
    InvalidSubscription {
        /// The group.
        group: String,
        /// What is wrong.
        reason: String,
    },
    /// A handler returned [`HandlerError::fatal`](crate::HandlerError::fatal), or it panicked under
    /// [`OnPanic::Stop`](crate::OnPanic::Stop). The record is not committed and is delivered again.
    #[error(
        "the handler stopped the consumer at `{topic}` partition {partition} offset {offset} ({}, attempt {attempt}): \
         {reason}",
        keyed(key.as_ref())
    )]
    #[non_exhaustive]
    HandlerStopped {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
        /// The record's key as text, with escaped control characters, at most 64 characters.
        key: Option<String>,
        /// The number of the attempt.
        attempt: u32,
        /// The handler's error or the panic's message.
        reason: String,
    },
    /// A record cannot be handled, and the contract of its topic has no dead-letter topic.
    #[error(
        "`{topic}` partition {partition} offset {offset} ({}) cannot be handled and the contract turns dead letters off: \
         {reason}",
        keyed(key.as_ref())
    )]
    #[non_exhaustive]
    NoDeadLetter {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
        /// The record's key as text, with escaped control characters, at most 64 characters.
        key: Option<String>,
        /// How often the handler was called with it: 0 if it does not decode or its kind is unknown.
        attempts: u32,
        /// Why it cannot be handled.
        reason: String,
    },
    /// A partition cannot be read from another offset: see [`ConsumerHandle::seek`](crate::ConsumerHandle::seek).
    #[error("`{topic}` partition {partition} is not read from another offset: {reason}")]
    #[non_exhaustive]
    NotSought {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Why.
        reason: String,
    },
    /// The consumer cannot continue.
    #[error("the consumer of `{topics}` in group `{group}` stopped: {reason}")]
    #[non_exhaustive]
    ConsumerStopped {
        /// The topics that it subscribes to, separated by commas.
        topics: String,
        /// The group.
        group: String,
        /// Why.
        reason: String,
    },
    /// A request that librdkafka reports as failed.
    #[error("{what} failed: {reason}")]
    #[non_exhaustive]
    Kafka {
        /// The request.
        what: String,
        /// What librdkafka reports.
        reason: String,
    },
}

/// How many failed records an error displays.
const DISPLAYED: usize = 3;

/// The key of a record in a message.
fn keyed(key: Option<&String>) -> String {
    key.map_or_else(|| "no key".to_owned(), |key| format!("key `{key}`"))
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The first failed records, and how many more there are.
fn listed(records: &[FailedRecord], count: u64) -> String {
    let mut parts: Vec<String> = records.iter().take(DISPLAYED).map(ToString::to_string).collect();
    let more = count.saturating_sub(DISPLAYED as u64);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    parts.join("; ")
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// The error of a request.
    #[doc(hidden)]
    pub fn kafka(what: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Kafka { what: what.into(), reason: reason.to_string() }
    }

    /// The settings of a client, refused by librdkafka.
    #[cfg(feature = "kafka")]
    pub(crate) fn invalid_settings(client: &'static str, reason: impl fmt::Display) -> Self {
        Self::InvalidSettings { client, reason: eventgen_admin::refused_settings(reason) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_leaves_main_is_its_text() {
        let error = Error::NotRegistered {
            event: "com.example.Order",
            subject: "orders-value",
            registry: "http://localhost:8081".to_owned(),
        };
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(format!("{error:?}").contains("run `eventgen register`"), "{error:?}");
        let missing =
            RegistryError::Setup { url: "http://localhost".to_owned(), reason: "no roots".to_owned() };
        assert_eq!(format!("{missing:?}"), missing.to_string());
    }

    #[cfg(all(feature = "kafka", not(feature = "tls")))]
    #[test]
    fn settings_that_need_openssl_name_the_feature() {
        use crate::kafka::{RecordWriter, Settings};

        let scram = [
            ("security.protocol", "SASL_PLAINTEXT"),
            ("sasl.mechanism", "SCRAM-SHA-256"),
            ("sasl.username", "ada"),
            ("sasl.password", "secret"),
        ];
        for settings in [&[("security.protocol", "SASL_SSL")][..], &[("ssl.ca.location", "/ca.pem")], &scram]
        {
            let refused = RecordWriter::new(&Settings::of(settings), &Settings::default()).err();
            let error = refused.expect("librdkafka is built without OpenSSL").to_string();
            assert!(error.contains("need the feature `tls` of the package `eventgen`"), "{error}");
        }
    }
}
