//! The subscriptions of a consumer: topics, each with the handler of its events.

use std::pin::Pin;
use std::time::Duration;

use thiserror::Error;

use super::handle::attempt::{self, AttemptOutcome};
use super::{Delivery, Handler, HandlerError};
use crate::{DecodeOptions, EventKind, Topic, TopicEvents};

/// A handler of any events, as a trait object. [`Handler`] itself cannot be one, because it returns a future of an unnamed
/// type.
pub(crate) trait ErasedHandler: Send + Sync {
    /// The topic of the events.
    fn topic(&self) -> &'static Topic;

    /// The kinds of events on the topic.
    fn kinds(&self) -> &'static [EventKind];

    /// Decodes a payload and begins to handle its event.
    ///
    /// # Errors
    /// The outcome, if the payload does not decode.
    fn begin<'a>(
        &'a self,
        kind: usize,
        payload: &[u8],
        options: DecodeOptions,
        delivery: &'a Delivery,
    ) -> Result<Attempt<'a>, AttemptOutcome>;

    /// The outcome of an attempt that took longer than `limit`.
    fn timed_out(&self, limit: Duration, delivery: &Delivery) -> AttemptOutcome;
}

/// A running attempt.
pub(crate) type Attempt<'a> = Pin<Box<dyn Future<Output = AttemptOutcome> + Send + 'a>>;

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
    ) -> Result<Attempt<'a>, AttemptOutcome> {
        let event =
            H::Events::read_payload(kind, payload, options).map_err(|error| attempt::poison(&error))?;
        Ok(Box::pin(attempt::call(self, event, delivery)))
    }

    fn timed_out(&self, limit: Duration, delivery: &Delivery) -> AttemptOutcome {
        let error = HandlerError::retry(HandlerTimeout(limit));
        attempt::failed(&H::Events::TOPIC.retry, &error, delivery.attempt)
    }
}

/// The error of a handler that was cancelled.
#[derive(Debug, Error)]
#[error("the handler took longer than {} s and was cancelled", .0.as_secs_f32())]
struct HandlerTimeout(Duration);
