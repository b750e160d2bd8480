//! The subscriptions of a consumer: topics, each with the handler of its events.

use super::batch::erased::ErasedBatchHandler;
use super::handle::attempt::{self, Attempt, AttemptOutcome};
use super::middleware::{Call, MiddlewareStack};
use super::{BatchOptions, Delivery, Handler};
use crate::{DecodeOptions, EventKind, Topic, TopicEvents};

/// How the events of a topic are handled.
pub(crate) enum Subscription {
    /// One by one.
    Events(Box<dyn ErasedHandler>),
    /// In batches.
    Batches(Box<dyn ErasedBatchHandler>, BatchOptions),
}

impl Subscription {
    /// The topic of the events.
    pub(crate) fn topic(&self) -> &'static Topic {
        match self {
            Self::Events(handler) => handler.topic(),
            Self::Batches(handler, _) => handler.topic(),
        }
    }

    /// The kinds of events on the topic.
    pub(crate) fn kinds(&self) -> &'static [EventKind] {
        match self {
            Self::Events(handler) => handler.kinds(),
            Self::Batches(handler, _) => handler.kinds(),
        }
    }

    /// The handler of single events.
    ///
    /// # Panics
    /// If the events are handled in batches, whose records the workers keep apart.
    pub(crate) fn events(&self) -> &dyn ErasedHandler {
        match self {
            Self::Events(handler) => &**handler,
            Self::Batches(..) => unreachable!("the workers keep the records of batches apart"),
        }
    }
}

/// A handler of any events, as a trait object. [`Handler`] itself cannot be one, because it returns a future of an unnamed
/// type.
pub(crate) trait ErasedHandler: Send + Sync {
    /// The topic of the events.
    fn topic(&self) -> &'static Topic;

    /// The kinds of events on the topic.
    fn kinds(&self) -> &'static [EventKind];

    /// Decodes a payload and begins to handle its event, through the middleware if there is any.
    ///
    /// # Errors
    /// The outcome, if the payload does not decode.
    fn begin<'a>(
        &'a self,
        kind: usize,
        payload: &[u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> Result<Attempt<'a>, AttemptOutcome>;

    /// Begins to handle the deletion of a key, through the middleware if there is any.
    fn begin_deletion<'a>(
        &'a self,
        key: &'a [u8],
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> Attempt<'a>;
}

impl<H: Handler> ErasedHandler for H {
    fn topic(&self) -> &'static Topic {
        H::Events::TOPIC
    }

    fn kinds(&self) -> &'static [EventKind] {
        H::Events::EVENTS
    }

    fn begin<'a>(
        &'a self,
        kind: usize,
        payload: &[u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> Result<Attempt<'a>, AttemptOutcome> {
        let event =
            H::Events::read_payload(kind, payload, options).map_err(|error| attempt::poison(&error))?;
        Ok(match middleware {
            None => Box::pin(attempt::call(self, event, delivery)),
            Some(middleware) => {
                let call = Call::of_event(delivery, H::Events::EVENTS[kind].name);
                // A handler that is not an `async fn` may act before its future is polled.
                let handler = Box::pin(async move { attempt::call(self, event, delivery).await });
                middleware.around(call, handler)
            }
        })
    }

    fn begin_deletion<'a>(
        &'a self,
        key: &'a [u8],
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> Attempt<'a> {
        match middleware {
            None => Box::pin(attempt::call_deleted(self, key, delivery)),
            Some(middleware) => {
                let handler = Box::pin(async move { attempt::call_deleted(self, key, delivery).await });
                middleware.around(Call::of_deletion(delivery), handler)
            }
        }
    }
}
