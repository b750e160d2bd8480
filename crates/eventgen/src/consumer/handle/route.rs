//! How the records of a topic are handled.

use std::time::Duration;

use crate::consumer::dead_letter::DeadLetters;
use crate::consumer::decode::Decoder;
use crate::consumer::failure::retry_topics::RetryTopics;
use crate::consumer::record::Record;
use crate::consumer::subscription::Subscription;

/// How the records of one topic are handled.
pub(crate) struct Route {
    pub(crate) handler: Subscription,
    pub(crate) decoder: Decoder,
    pub(crate) dead_letters: Option<DeadLetters>,
    /// `None` if retries are in place only.
    pub(crate) retry_topics: Option<RetryTopics>,
    /// How long the handler may take for one event; unlimited if `None`.
    pub(crate) handler_timeout: Option<Duration>,
}

impl Route {
    /// The key that a record deletes: it has no value, and its topic is compacted.
    pub(super) fn deletion<'a>(&self, record: &'a Record) -> Option<&'a [u8]> {
        match (&record.payload, &record.delivery.key) {
            (None, Some(key)) if self.handler.topic().is_compacted() => Some(key),
            _ => None,
        }
    }
}
