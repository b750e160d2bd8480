//! A record copied out of librdkafka's memory, so that it can wait and be handled on any thread.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::DateTime;

use super::Delivery;
use super::topics::{TopicIndex, TopicPartition};
use crate::kafka::Message;
use crate::{Ordering, Topic};

/// A fetched record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) at: TopicPartition,
    pub(crate) delivery: Delivery,
    pub(crate) payload: Option<Vec<u8>>,
}

/// Identifies a queue. Records of one queue are handled one after another. Keys with equal hashes share a queue, which
/// makes them slower but not incorrect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct QueueId(u64);

impl Record {
    pub(crate) fn from_message(topic: (TopicIndex, &Topic), message: &Message<'_>) -> Self {
        let delivery = Delivery {
            topic: topic.1.name,
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp_millis().and_then(DateTime::from_timestamp_millis),
            key: message.key().map(<[u8]>::to_vec),
            headers: message.headers(),
            attempt: 1,
        };
        let at = TopicPartition { topic: topic.0, partition: delivery.partition };
        Self { at, delivery, payload: message.value().map(<[u8]>::to_vec) }
    }

    /// The bytes of memory that the record takes while it waits.
    pub(crate) fn size(&self) -> usize {
        // The entry of a header, in addition to its bytes.
        const ENTRY: usize = 48;
        let headers = self
            .delivery
            .headers
            .iter()
            .map(|(name, value)| ENTRY + name.len() + value.map_or(0, <[u8]>::len));
        self.payload.as_ref().map_or(0, Vec::len)
            + self.delivery.key.as_ref().map_or(0, Vec::len)
            + headers.sum::<usize>()
    }

    /// The queue of the record under an ordering. A queue never spans partitions, because each is assigned and revoked
    /// separately.
    pub(crate) fn queue(&self, ordering: Ordering) -> QueueId {
        let mut hasher = DefaultHasher::new();
        self.at.hash(&mut hasher);
        match (ordering, &self.delivery.key) {
            (Ordering::Total, _) => {}
            (Ordering::Key, Some(key)) => key.hash(&mut hasher),
            // A record without a key has no order to keep.
            (Ordering::Key, None) | (Ordering::None, _) => self.delivery.offset.hash(&mut hasher),
        }
        QueueId(hasher.finish())
    }
}
