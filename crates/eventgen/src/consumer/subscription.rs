//! The subscriptions of a consumer: topics, each with the handler of its events.

use std::pin::Pin;

use super::handle::attempt::{AttemptOutcome, attempt};
use super::{Delivery, Handler};
use crate::{DecodeOptions, EventKind, Topic, TopicEvents};

/// A handler of any events, as a trait object. [`Handler`] itself cannot be one, because it returns a future of an unnamed
/// type.
pub(crate) trait ErasedHandler: Send + Sync {
    /// The topic of the events.
    fn topic(&self) -> &'static Topic;

    /// The kinds of events on the topic.
    fn kinds(&self) -> &'static [EventKind];

    /// Hands one record to the handler: see [`attempt`].
    fn attempt<'a>(
        &'a self,
        kind: usize,
        payload: &'a [u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
    ) -> Pin<Box<dyn Future<Output = AttemptOutcome> + Send + 'a>>;
}

impl<H: Handler> ErasedHandler for H {
    fn topic(&self) -> &'static Topic {
        H::Events::TOPIC
    }

    fn kinds(&self) -> &'static [EventKind] {
        H::Events::EVENTS
    }

    fn attempt<'a>(
        &'a self,
        kind: usize,
        payload: &'a [u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
    ) -> Pin<Box<dyn Future<Output = AttemptOutcome> + Send + 'a>> {
        Box::pin(attempt(self, kind, payload, options, delivery))
    }
}
