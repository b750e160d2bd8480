//! The record of an event, as its handler sees it.

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::outputs::Outputs;
use crate::key::displayed;
use crate::{Error, Headers, KafkaEvent, KeyBuffer, TopicEvents};

/// The position of an event's record, its key and headers, and the number of the attempt.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The topic.
    pub topic: &'static str,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
    /// When the record was created or appended, depending on the topic's `message.timestamp.type`.
    pub timestamp: Option<DateTime<Utc>>,
    /// The record key.
    pub key: Option<Bytes>,
    /// The record headers.
    pub headers: Headers,
    /// The number of this consumer's attempt: 1 for the first attempt, 2 for the first retry.
    pub attempt: u32,
    pub(crate) outputs: Outputs,
}

impl Delivery {
    /// Sends an event as an output of this record, if the consumer is [transactional](crate::Consumer::transactional). It is
    /// written in the transaction that commits the record, when the handler has returned `Ok`: readers with
    /// `isolation.level=read_committed` see it once, and nothing of attempts that fail. It may be an event of any topic that
    /// [`TransactionOptions::writes`](crate::TransactionOptions::writes) names.
    ///
    /// Outputs wait in memory. Events of one key are written in the order in which they are sent.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot represent. [`Error::OutputTooLarge`] if its topic would refuse the
    /// event: a handler that returns this error makes a dead letter of its record, without retries. So does one that returns
    /// `Ok` although an output has failed: what it has asked for is written as a whole, or not at all.
    /// [`Error::NotAnOutput`] if the attempt is over, if the consumer is not transactional, and for a topic that the options
    /// do not name. The last two stop the consumer, also if the handler does not return the error: no attempt could succeed.
    pub fn send<E: KafkaEvent>(&self, event: &E) -> Result<(), Error> {
        self.outputs.send(event)
    }

    /// Sends the deletion of a key of the topic `T` as an output of this record: see
    /// [`Producer::delete`](crate::Producer::delete).
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`Error::NotCompacted`], [`Error::AbsentKey`].
    pub fn delete<T: TopicEvents>(&self, key: &KeyBuffer) -> Result<(), Error> {
        self.outputs.delete::<T>(key)
    }

    /// The key for messages: its text with escaped control characters, at most 64 characters.
    pub(crate) fn displayed_key(&self) -> Option<String> {
        self.key.as_deref().map(displayed)
    }

    /// The first attempt at a record without key, headers and timestamp.
    #[doc(hidden)]
    pub fn new(topic: &'static str, partition: i32, offset: i64) -> Self {
        Self {
            topic,
            partition,
            offset,
            timestamp: None,
            key: None,
            headers: Headers::new(),
            attempt: 1,
            outputs: Outputs::default(),
        }
    }
}
