//! Handlers of batches as trait objects.

use std::pin::Pin;

use futures_util::FutureExt as _;

use super::{Batch, BatchError, BatchHandler};
use crate::consumer::Delivery;
use crate::consumer::handle::attempt::{self, AttemptOutcome, Returned, catching};
use crate::consumer::middleware::{Call, MiddlewareStack};
use crate::{DecodeOptions, EventKind, Topic, TopicEvents};

/// A handler of batches of any events, as a trait object.
pub(crate) trait ErasedBatchHandler: Send + Sync {
    /// The topic of the events.
    fn topic(&self) -> &'static Topic;

    /// The kinds of events on the topic.
    fn kinds(&self) -> &'static [EventKind];

    /// Starts a batch.
    fn collect(&self) -> Box<dyn Collect<'_> + '_>;

    /// Passes the deletion of a key to the handler, through the middleware if there is any.
    fn delete<'a>(
        &'a self,
        key: &'a [u8],
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> BatchAttempt<'a>;
}

/// A batch that is being decoded.
pub(crate) trait Collect<'a>: Send {
    /// Decodes a payload and adds its event.
    ///
    /// # Errors
    /// The outcome, if the payload does not decode.
    fn push(
        &mut self,
        kind: usize,
        payload: &[u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
    ) -> Result<(), AttemptOutcome>;

    /// Passes the batch to the handler, through the middleware if there is any.
    fn handle(self: Box<Self>, middleware: Option<&'a MiddlewareStack>) -> BatchAttempt<'a>;
}

/// What a handler returned, or the message of its panic.
pub(crate) type BatchReturned = Result<Result<(), BatchError>, String>;

/// A running attempt at a batch.
pub(crate) type BatchAttempt<'a> = Pin<Box<dyn Future<Output = BatchReturned> + Send + 'a>>;

impl<H: BatchHandler> ErasedBatchHandler for H {
    fn topic(&self) -> &'static Topic {
        H::Events::TOPIC
    }

    fn kinds(&self) -> &'static [EventKind] {
        H::Events::EVENTS
    }

    fn collect(&self) -> Box<dyn Collect<'_> + '_> {
        Box::new(Collected { handler: self, events: Vec::new(), deliveries: Vec::new() })
    }

    fn delete<'a>(
        &'a self,
        key: &'a [u8],
        delivery: &'a Delivery,
        middleware: Option<&'a MiddlewareStack>,
    ) -> BatchAttempt<'a> {
        let without_index = |returned: Returned| returned.map(|result| result.map_err(BatchError::from));
        match middleware {
            None => Box::pin(catching(|| self.deleted(key, delivery)).map(without_index)),
            Some(middleware) => {
                let handler = Box::pin(async move { catching(|| self.deleted(key, delivery)).await });
                Box::pin(middleware.around(Call::of_deletion(delivery), handler).map(without_index))
            }
        }
    }
}

struct Collected<'a, H: BatchHandler> {
    handler: &'a H,
    events: Vec<H::Events>,
    deliveries: Vec<&'a Delivery>,
}

impl<'a, H: BatchHandler> Collect<'a> for Collected<'a, H> {
    fn push(
        &mut self,
        kind: usize,
        payload: &[u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
    ) -> Result<(), AttemptOutcome> {
        let event =
            H::Events::read_payload(kind, payload, options).map_err(|error| attempt::poison(&error))?;
        self.events.push(event);
        self.deliveries.push(delivery);
        Ok(())
    }

    fn handle(self: Box<Self>, middleware: Option<&'a MiddlewareStack>) -> BatchAttempt<'a> {
        let Self { handler, events, deliveries } = *self;
        let Some(middleware) = middleware else {
            return Box::pin(catching(|| handler.handle(Batch { events, deliveries })));
        };
        Box::pin(async move {
            let listed = deliveries.clone();
            // The middleware sees the error without its index.
            let mut failed = None;
            let handler = Box::pin(async {
                let returned = catching(|| handler.handle(Batch { events, deliveries })).await;
                let without_index = |error: BatchError| {
                    let (index, error) = error.into_parts();
                    failed = index;
                    error
                };
                returned.map(|result| result.map_err(without_index))
            });
            let returned = middleware.around(Call::of_batch(&listed), handler).await;
            returned.map(|result| result.map_err(|error| BatchError::from_parts(failed, error)))
        })
    }
}
