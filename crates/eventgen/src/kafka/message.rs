//! A fetched record, still in librdkafka's memory.

use bytes::{Bytes, BytesMut};
use rdkafka::message::{BorrowedMessage, Message as _};

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

/// The memory that records share, and the largest part of it that one may have. A record that waits for long is copied out
/// of it.
const BLOCK: usize = 64 * 1024;
const LARGEST_PART: usize = 8 * 1024;

fn copy(bytes: &[u8], buffer: &mut BytesMut) -> Bytes {
    if bytes.len() > LARGEST_PART {
        return Bytes::copy_from_slice(bytes);
    }
    reserve(buffer, bytes.len());
    buffer.extend_from_slice(bytes);
    buffer.split().freeze()
}

/// Makes room for `more` bytes, if necessary in a new block.
pub(super) fn reserve(buffer: &mut BytesMut, more: usize) {
    if buffer.capacity() - buffer.len() < more {
        *buffer = BytesMut::with_capacity(BLOCK.max(more));
    }
}
