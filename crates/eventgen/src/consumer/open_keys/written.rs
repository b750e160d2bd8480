//! Records in the retry topics, and what identifies them before their offsets are known.

use crate::consumer::queue_id::QueueId;
use crate::consumer::topics::TopicPartition;

/// Where a record is in the retry topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) tier: usize,
    pub(crate) offset: i64,
}

/// Identifies a record of one key in the retry topics by what its headers say. It is known before the record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryId {
    /// How many delays are behind the record, with the one that it waits for: 0 for a follower.
    pub(crate) delays: u32,
    /// Its offset in the source.
    pub(crate) offset: i64,
}

/// A record that goes to the retry topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is acknowledged there.
    At(Written),
    /// It is to be part of the transaction that commits the record from which it comes.
    InTransaction(RetryId),
}

/// A record that was read from the retry topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retried {
    pub(crate) written: Written,
    /// `None` if somebody else has written it there.
    pub(crate) id: Option<RetryId>,
}

/// Where a record with an order was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The partition of its source.
    pub(crate) source: TopicPartition,
    pub(crate) queue: QueueId,
    /// Where it is in the retry topics; `None` in the source.
    pub(crate) retried: Option<Retried>,
}

/// A lead that is to be part of a transaction. Until it is, it may be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promise {
    /// The partition of its source.
    pub(crate) source: TopicPartition,
    pub(crate) queue: QueueId,
    pub(crate) id: RetryId,
}
