//! The admin requests that the crate `rdkafka` lacks, or whose errors it shortens to a code, and bytes that it takes for text.
//! The only unsafe code of this crate.
//!
//! `rdkafka` has no `IncrementalAlterConfigs` (KIP-339). Its `alter_configs` resets every configuration of a topic that it is
//! not told about. It also drops what a broker says about a topic that it refuses to create.
//!
//! The invariants:
//! - A pointer that librdkafka allocates for the caller is wrapped at once in a type of `owned`, whose drop frees it once.
//! - Requests copy what they are given (`rd_kafka_NewTopic_copy` and its siblings), so that it may be dropped after the call.
//! - The names and values in an answer belong to its event. They are copied before the event is dropped, and never
//!   returned by reference.
//! - An event is asked only for the result of the request whose queue it came from. A queue is made for one request.
//! - The client outlives its queues and events: each borrows it.
#![expect(unsafe_code, reason = "librdkafka's interface in C; see the invariants above")]

#[cfg(feature = "contract")]
mod alter_configs;
mod configs;
mod header;
#[cfg(feature = "dead-letters")]
mod headers;
mod owned;
#[cfg(feature = "contract")]
mod partitions;
#[cfg(feature = "records")]
mod record_headers;
mod request;
mod topics;

use rdkafka::client::Client;
use rdkafka::error::RDKafkaErrorCode;
#[cfg(feature = "records")]
pub(super) use record_headers::record_headers;

use super::Context;
use super::silence::is_silence;
use crate::AdminError;
pub(super) use header::header;
#[cfg(feature = "dead-letters")]
pub(super) use headers::{headers, metadata, to_native};

/// What a broker, or librdkafka, refuses, and why.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) code: RDKafkaErrorCode,
    /// The broker's own words, where it has some.
    pub(super) reason: String,
}

impl Refusal {
    /// The error of a request that got no answer, or was refused as a whole.
    pub(super) fn into_error(self, what: &str) -> AdminError {
        if is_silence(self.code) {
            AdminError::Unanswered { what: what.to_owned(), reason: self.to_string() }
        } else {
            AdminError::request(what, self)
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let reason = self.reason.trim().trim_start_matches("Broker: ").trim_end_matches('.');
        write!(f, "{reason} ({:?})", self.code)
    }
}

/// The answer to a request about several topics, by topic.
pub(super) type Answers<T> = Vec<(String, Result<T, Refusal>)>;

/// A topic to be created.
pub(super) struct NewTopic<'a> {
    pub(super) name: &'a str,
    /// `None` leaves it to the broker.
    pub(super) partitions: Option<u32>,
    /// `None` leaves it to the broker.
    pub(super) replication_factor: Option<u16>,
    pub(super) config: Vec<(&'a str, &'a str)>,
}

/// A configuration of a topic as a broker reports it.
#[derive(Debug, Clone)]
pub(super) struct ConfigEntry {
    pub(super) name: String,
    /// `None` if it is sensitive.
    pub(super) value: Option<String>,
}

/// Whether a request changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The brokers check it and change nothing.
    Validate,
    Change,
}

/// The admin requests of a client. Each blocks until it is answered, at most 16 seconds.
pub(super) struct Requests<'c> {
    client: &'c Client<Context>,
}

impl<'c> Requests<'c> {
    pub(super) fn new(client: &'c Client<Context>) -> Self {
        Self { client }
    }
}
