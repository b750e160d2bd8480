//! A fetched record, still in librdkafka's memory.

use bytes::{Bytes, BytesMut};
use rdkafka::message::{BorrowedMessage, Message as _};

use super::block::copy;
use super::headers;
use crate::Headers;

/// A fetched record. Key, value and topic are borrowed from librdkafka, and copied on request.
pub(crate) struct Message<'a>(pub(super) BorrowedMessage<'a>);

impl Message<'_> {
    pub(crate) fn topic(&self) -> &str {
        self.0.topic()
    }

    pub(crate) fn partition(&self) -> i32 {
        self.0.partition()
    }

    pub(crate) fn offset(&self) -> i64 {
        self.0.offset()
    }

    /// When the record was created or appended, in milliseconds since the Unix epoch.
    pub(crate) fn timestamp_millis(&self) -> Option<i64> {
        self.0.timestamp().to_millis()
    }

    pub(crate) fn key(&self) -> Option<&[u8]> {
        self.0.key()
    }

    pub(crate) fn value(&self) -> Option<&[u8]> {
        self.0.payload()
    }

    /// Copies the headers to the end of a buffer.
    pub(crate) fn headers(&self, buffer: &mut BytesMut) -> Headers {
        headers::from_native(&self.0, buffer)
    }

    /// Copies the key to the end of a buffer.
    pub(crate) fn copy_key(&self, buffer: &mut BytesMut) -> Option<Bytes> {
        self.key().map(|key| copy(key, buffer))
    }

    /// Copies the value to the end of a buffer.
    pub(crate) fn copy_value(&self, buffer: &mut BytesMut) -> Option<Bytes> {
        self.value().map(|value| copy(value, buffer))
    }
}
