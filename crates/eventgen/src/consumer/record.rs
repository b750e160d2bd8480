//! A record copied out of librdkafka's memory, so that it can wait and be handled on any thread.
//!
//! Records are copied into blocks that many of them share. librdkafka's own memory is shared by whole fetch responses, which
//! a record that waits would keep alive.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::{Bytes, BytesMut};
use chrono::DateTime;

use super::Delivery;
use super::outputs::{Output, Outputs};
#[cfg(eventgen_planted)]
use super::planted;
use super::topics::{TopicIndex, TopicPartition};
use crate::kafka::Message;
use crate::{Ordering, Topic};

/// A fetched record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) at: TopicPartition,
    pub(crate) delivery: Delivery,
    pub(crate) payload: Option<Bytes>,
    /// What the record has led to, once it is done.
    pub(crate) outputs: Vec<Output>,
}

/// Whether a record of a topic with this ordering keeps its place among others.
pub(crate) fn is_ordered(ordering: Ordering, key: Option<&[u8]>) -> bool {
    match ordering {
        Ordering::Total => true,
        Ordering::Key => key.is_some(),
        Ordering::None => false,
    }
}

/// Identifies a queue. Records of one queue are handled one after another. Keys with equal hashes share a queue, which
/// makes them slower but not incorrect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct QueueId(u64);

impl QueueId {
    /// The queue of a record. A queue never spans partitions, because each is assigned and revoked separately.
    pub(crate) fn of(at: TopicPartition, ordering: Ordering, key: Option<&[u8]>, offset: i64) -> Self {
        #[cfg(eventgen_planted)]
        let key = key.filter(|_| !planted::is_planted(planted::Bug::KeyOrderBroken));
        let mut hasher = DefaultHasher::new();
        at.hash(&mut hasher);
        match (ordering, key) {
            (Ordering::Total, _) => {}
            (Ordering::Key, Some(key)) => key.hash(&mut hasher),
            // A record without a key has no order to keep.
            (Ordering::Key, None) | (Ordering::None, _) => offset.hash(&mut hasher),
        }
        Self(hasher.finish())
    }

    #[cfg(test)]
    pub(crate) const fn from_hash(hash: u64) -> Self {
        Self(hash)
    }

    /// The hash that the queue is identified by.
    pub(crate) fn hash(self) -> u64 {
        self.0
    }
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
