//! Writes the records of one topic to its retry topics.
//!
//! They go through the same writer as dead letters, so that whatever makes those part of something larger has these too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::letter_writer::{HandedOver, LetterWriter};
use crate::Headers;
use crate::consumer::record::Record;
use crate::kafka::{NotDelivered, OutgoingRecord};

/// The retry topics of one topic.
pub(crate) struct RetryTopics {
    writer: Arc<LetterWriter>,
    /// By tier: that of followers, then one for each delay. There is no tier 0 for a topic without an order.
    names: Vec<Option<&'static str>>,
    /// The largest record of the contract in bytes; `None` leaves it to the broker.
    largest: Option<usize>,
    /// Whether a handler has asked for a longer wait than there is, and that was logged.
    has_warned: AtomicBool,
}

impl RetryTopics {
    /// A writer to these topics, each with its tier. `largest` is the largest record that they accept, in bytes, if the contract
    /// states it.
    pub(crate) async fn new(
        writer: Arc<LetterWriter>,
        topics: impl IntoIterator<Item = (usize, &'static str)>,
        largest: Option<usize>,
    ) -> Self {
        let mut names = Vec::new();
        for (tier, name) in topics {
            if names.len() <= tier {
                names.resize(tier + 1, None);
            }
            names[tier] = Some(name);
            writer.begin(name).await;
        }
        Self { writer, names, largest, has_warned: AtomicBool::new(false) }
    }

    /// Whether it is the first time that this is called.
    pub(crate) fn is_first_warning(&self) -> bool {
        !self.has_warned.swap(true, Ordering::Relaxed)
    }

    /// The topic of a tier.
    pub(crate) fn name(&self, tier: usize) -> &'static str {
        let Some(topic) = self.names.get(tier).copied().flatten() else {
            unreachable!("there is a topic for each delay, and one for followers where there is an order")
        };
        topic
    }

    /// Writes a record to a tier and waits for the acknowledgement, unless it is part of a transaction.
    pub(crate) async fn write(
        &self,
        record: &Record,
        tier: usize,
        headers: &Headers,
    ) -> Result<HandedOver, NotDelivered> {
        let outgoing = OutgoingRecord {
            topic: self.name(tier),
            // The owner of a partition reads the partitions of the retry topics with its number.
            partition: Some(record.at.partition),
            key: record.delivery.key.as_deref(),
            payload: record.payload.as_deref(),
            headers,
            // Retention counts from the timestamp.
            timestamp: None,
        };
        self.writer.send(outgoing, self.largest).await
    }
}
