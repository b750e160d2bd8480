//! A record copied out of librdkafka, so that it can wait and be handled on any thread.

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

/// Names a queue: records of one queue are handled one after another. Two keys with one hash share a queue, which costs
/// them speed and nothing else.
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

    /// Bytes held while the record waits.
    pub(crate) fn size(&self) -> usize {
        // A header without a value still takes an entry.
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

    /// The queue of the record under an ordering. A queue never spans partitions: they come and go one by one.
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
