//! Encoded records, which an outbox stores.

use crate::Headers;
use crate::kafka::OutgoingRecord;

/// A record with its bytes, ready to be sent by [`Producer::send_encoded`](crate::Producer::send_encoded).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedRecord {
    /// The name of the topic in the cluster.
    pub topic: String,
    /// The key, which decides the partition.
    pub key: Option<Vec<u8>>,
    /// The headers.
    pub headers: Headers,
    /// The value in Confluent's wire format; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
}

impl EncodedRecord {
    /// A record from its parts, such as one that an outbox has stored.
    pub fn new(
        topic: impl Into<String>,
        key: Option<Vec<u8>>,
        headers: Headers,
        value: Option<Vec<u8>>,
    ) -> Self {
        Self { topic: topic.into(), key, headers, value }
    }

    /// The record with these headers.
    pub(crate) fn outgoing<'a>(&'a self, headers: &'a Headers) -> OutgoingRecord<'a> {
        OutgoingRecord {
            topic: &self.topic,
            partition: None,
            key: self.key.as_deref(),
            payload: self.value.as_deref(),
            headers,
            timestamp: None,
        }
    }
}
