//! A record copied out of librdkafka's memory, so that it can wait and be handled on any thread.
//!
//! Records are copied into blocks that many of them share. librdkafka's own memory is shared by whole fetch responses, which
//! a record that waits would keep alive.

use bytes::{Bytes, BytesMut};
use chrono::DateTime;

use super::Delivery;
use super::outputs::{Output, Outputs};
pub(crate) use super::queue_id::{QueueId, is_ordered};
use super::topics::{TopicIndex, TopicPartition};
#[cfg(test)]
use crate::Ordering;
use crate::Topic;
use crate::kafka::Message;

/// A fetched record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) at: TopicPartition,
    pub(crate) delivery: Delivery,
    pub(crate) payload: Option<Bytes>,
    /// What the record has led to, once it is done.
    pub(crate) outputs: Vec<Output>,
}

impl Record {
    /// Copies a message. `buffer` is memory that the record shares with others.
    pub(crate) fn from_message(
        topic: (TopicIndex, &Topic),
        message: &Message<'_>,
        buffer: &mut BytesMut,
    ) -> Self {
        let delivery = Delivery {
            topic: topic.1.name,
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp_millis().and_then(DateTime::from_timestamp_millis),
            key: message.copy_key(buffer),
            headers: message.headers(buffer),
            attempt: 1,
            outputs: Outputs::default(),
        };
        let at = TopicPartition { topic: topic.0, partition: delivery.partition };
        Self { at, delivery, payload: message.copy_value(buffer), outputs: Vec::new() }
    }

    /// Copies the record into memory of its own, because it waits longer than the others that it shares memory with.
    pub(crate) fn detach(&mut self) {
        let own = |bytes: &mut Option<Bytes>| {
            if let Some(bytes) = bytes {
                *bytes = Bytes::copy_from_slice(bytes);
            }
        };
        own(&mut self.delivery.key);
        own(&mut self.payload);
        self.delivery.headers.detach();
    }

    /// When the record was created or appended, in milliseconds since the Unix epoch.
    pub(crate) fn timestamp_millis(&self) -> Option<i64> {
        self.delivery.timestamp.map(|timestamp| timestamp.timestamp_millis())
    }

    /// The bytes of memory that the record takes while it waits.
    pub(crate) fn size(&self) -> usize {
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, Bytes::len);
        length(&self.payload) + length(&self.delivery.key) + self.delivery.headers.size()
    }

    /// The queue of the record under an ordering.
    #[cfg(test)]
    pub(crate) fn queue(&self, ordering: Ordering) -> QueueId {
        QueueId::of(self.at, ordering, self.delivery.key.as_deref(), self.delivery.offset)
    }
}
