//! How the records of a topic are handled.

use std::time::Duration;

use super::{Handling, WorkerContext};
use crate::consumer::BatchOptions;
use crate::consumer::dead_letter::DeadLetters;
use crate::consumer::decode::Decoder;
use crate::consumer::failure::retry_topics::RetryTopics;
use crate::consumer::record::Record;
use crate::consumer::subscription::Subscription;
use crate::consumer::topics::TopicIndex;

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

impl Handling {
    /// How the records of a topic are handled, which may be a retry topic.
    pub(super) fn route(&self, topic: TopicIndex) -> &Route {
        &self.routes[self.topics.source(topic)]
    }
}

impl WorkerContext {
    /// Whether a topic's records are handled in batches, and how large they are.
    pub(crate) fn batch_options(&self, topic: TopicIndex) -> Option<BatchOptions> {
        match self.shared.route(topic).handler {
            Subscription::Batches(_, options) => Some(options),
            Subscription::Events(_) => None,
        }
    }

    /// Whether any topic's records are handled in batches.
    pub(crate) fn has_batches(&self) -> bool {
        (0..self.shared.routes.len()).any(|topic| self.batch_options(topic).is_some())
    }
}
