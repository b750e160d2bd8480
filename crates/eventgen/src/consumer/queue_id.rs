//! Which records are handled one after another.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::topics::{TopicPartition, Topics};
use crate::Ordering;
#[cfg(eventgen_planted)]
use crate::planted;

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

    /// The queue in which the records of a key wait for their turn: of a topic that is handled in batches, all records of a
    /// partition are in one.
    pub(crate) fn scheduled(self, topics: &Topics, source: TopicPartition) -> Self {
        if topics.is_batched(source.topic) { Self::of(source, Ordering::Total, None, 0) } else { self }
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
