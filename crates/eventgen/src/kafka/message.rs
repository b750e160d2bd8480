//! A fetched record, still in librdkafka's memory.

// `rdkafka` does not know leader epochs, and validates the topic's name of each record as UTF-8.
#![allow(unsafe_code)]

use std::ffi::CStr;

use bytes::{Bytes, BytesMut};
use rdkafka::bindings::{rd_kafka_message_leader_epoch, rd_kafka_topic_name};
use rdkafka::message::{BorrowedMessage, Message as _, Timestamp};

use super::block::copy;
use super::headers;
use crate::Headers;

/// A fetched record. Key, value and topic are borrowed from librdkafka, and copied on request.
pub(crate) struct Message<'a>(pub(super) BorrowedMessage<'a>);

impl Message<'_> {
    /// The topic's name, which is ASCII.
    pub(crate) fn topic(&self) -> &[u8] {
        // SAFETY: the message is valid for as long as it is borrowed, and holds a reference to its topic.
        unsafe { CStr::from_ptr(rd_kafka_topic_name((*self.0.ptr()).rkt)).to_bytes() }
    }

    pub(crate) fn partition(&self) -> i32 {
        self.0.partition()
    }

    pub(crate) fn offset(&self) -> i64 {
        self.0.offset()
    }

    /// The epoch of the leader that wrote the record; `None` if the broker does not tell it.
    pub(crate) fn leader_epoch(&self) -> Option<i32> {
        // SAFETY: the message is valid for as long as it is borrowed.
        let epoch = unsafe { rd_kafka_message_leader_epoch(self.0.ptr()) };
        (epoch >= 0).then_some(epoch)
    }

    /// When the record was created or appended, in milliseconds since the Unix epoch.
    pub(crate) fn timestamp_millis(&self) -> Option<i64> {
        self.0.timestamp().to_millis()
    }

    /// When the broker appended the record, in milliseconds since the Unix epoch; `None` if the topic keeps the time of the producer.
    pub(crate) fn appended_millis(&self) -> Option<i64> {
        match self.0.timestamp() {
            Timestamp::LogAppendTime(millis) if millis >= 0 => Some(millis),
            _ => None,
        }
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
