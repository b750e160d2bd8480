//! Which route a topic has.

use super::{Handling, Route, WorkerContext};
use crate::consumer::BatchOptions;
use crate::consumer::subscription::Subscription;
use crate::consumer::topics::TopicIndex;

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
