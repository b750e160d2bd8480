//! Spans of OpenTelemetry, and the context that records carry in the headers of
//! [W3C Trace Context](https://www.w3.org/TR/trace-context/). Without the feature `otel` spans are empty.
//!
//! | span | kind | parent, links |
//! |---|---|---|
//! | `send TOPIC` | producer | the current context; the record carries the span |
//! | `receive TOPIC` | client | none |
//! | `process TOPIC` | consumer | the context of the record, to which it is also linked; a batch has links only |

#![cfg_attr(
    not(all(feature = "metrics", feature = "otel")),
    allow(
        clippy::needless_pass_by_value,
        clippy::unused_self,
        clippy::zero_sized_map_values,
        reason = "what a feature turns off is empty"
    )
)]

#[cfg(feature = "otel")]
mod spans;
#[cfg(feature = "otel")]
mod w3c;

use std::pin::Pin;
use std::task::{Context, Poll};

use super::attempt_error::AttemptError;
use crate::{Delivery, Headers};

/// A span, until it ends.
#[derive(Default)]
pub(crate) struct Span {
    /// `None` if nobody traces.
    #[cfg(feature = "otel")]
    context: Option<opentelemetry::Context>,
}

impl Span {
    /// A record is sent. Its headers carry the context of the span.
    pub(crate) fn send(topic: &str, is_tombstone: bool, headers: &mut Headers) -> Self {
        let _ = (topic, is_tombstone, &headers);
        Self {
            #[cfg(feature = "otel")]
            context: spans::send(topic, is_tombstone, headers),
        }
    }

    /// A record is acknowledged at a position, or has failed with an error of this type.
    pub(crate) fn sent(self, outcome: Result<(i32, i64), &str>) {
        let _ = outcome;
        #[cfg(feature = "otel")]
        spans::sent(self.context, outcome);
    }

    /// An event or a deletion is handled.
    pub(crate) fn process(group: &str, delivery: &Delivery) -> Self {
        let _ = (group, delivery);
        Self {
            #[cfg(feature = "otel")]
            context: spans::process(group, delivery),
        }
    }

    /// A batch is handled.
    pub(crate) fn process_batch<'a>(group: &str, batch: impl Iterator<Item = &'a Delivery>) -> Self {
        let _ = (group, &batch);
        Self {
            #[cfg(feature = "otel")]
            context: spans::process_batch(group, batch),
        }
    }

    /// A call of the handler has ended.
    pub(crate) fn processed(self, error: Option<AttemptError>) {
        let _ = error;
        #[cfg(feature = "otel")]
        spans::processed(self.context, error);
    }

    /// Makes this span the current one while a future is polled.
    pub(crate) fn enter<F>(&self, future: F) -> InSpan<F> {
        InSpan {
            future,
            #[cfg(feature = "otel")]
            context: self.context.clone(),
        }
    }
}

/// A future that is polled within a span.
pub(crate) struct InSpan<F> {
    future: F,
    #[cfg(feature = "otel")]
    context: Option<opentelemetry::Context>,
}

impl<F: Future + Unpin> Future for InSpan<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        #[cfg(feature = "otel")]
        let _current = self.context.clone().map(opentelemetry::Context::attach);
        Pin::new(&mut self.future).poll(context)
    }
}

/// Records were fetched together: a span that has begun when they were waited for, and ends now. `topic` is `None` if they
/// are of several.
pub(crate) fn received(group: &str, topic: Option<&str>, began: std::time::SystemTime, count: usize) {
    let _ = (group, topic, began, count);
    #[cfg(feature = "otel")]
    spans::received(group, topic, began, count);
}

/// Adds the current context to headers that carry none.
pub(crate) fn carry_current(headers: &mut Headers) {
    let _ = &headers;
    #[cfg(feature = "otel")]
    w3c::carry_current(headers);
}
