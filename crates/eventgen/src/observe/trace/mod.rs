//! Spans of OpenTelemetry, and the context that records carry in the headers of
//! [W3C Trace Context](https://www.w3.org/TR/trace-context/). Without the feature `otel` spans are empty.
//!
//! | span | kind | parent, links |
//! |---|---|---|
//! | `send TOPIC` | producer | the current context; the record carries the span |
//! | `receive TOPIC` | client | no parent; linked to the contexts of its records |
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

mod handed;
#[cfg(feature = "otel")]
mod spans;
#[cfg(feature = "otel")]
mod w3c;

use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) use handed::Handed;

use super::attempt_error::AttemptError;
use crate::Headers;

/// Makes the spans of one producer or consumer, by the tracer provider that is set when this is made.
pub(crate) struct Spans {
    #[cfg(feature = "otel")]
    spans: spans::Spans,
}

impl Spans {
    /// The spans of a producer of these topics. Records of others have spans too.
    pub(crate) fn of_producer(topics: &[&'static str]) -> Self {
        let _ = topics;
        Self {
            #[cfg(feature = "otel")]
            spans: spans::Spans::new(None, "send", topics),
        }
    }

    /// The spans of a consumer in a group.
    pub(crate) fn of_consumer(group: &str, topics: &[&'static str]) -> Self {
        let _ = (group, topics);
        Self {
            #[cfg(feature = "otel")]
            spans: spans::Spans::new(Some(group), "process", topics),
        }
    }

    /// A record is sent. Its headers carry the context of the span.
    pub(crate) fn send(&self, topic: &str, is_tombstone: bool, headers: &mut Headers) -> Span {
        let _ = (topic, is_tombstone, &headers);
        Span {
            #[cfg(feature = "otel")]
            started: self.spans.send(topic, is_tombstone, headers),
        }
    }

    /// Records were fetched together: a span that has begun when they were waited for, and ends now. `topic` is `None` if
    /// they are of several.
    pub(crate) fn received(
        &self,
        topic: Option<&'static str>,
        began: std::time::SystemTime,
        count: usize,
        links: Links,
    ) {
        let _ = (topic, began, count, &links);
        #[cfg(feature = "otel")]
        if !self.spans.is_noop() {
            self.spans.received(topic, began, count, links.contexts);
        }
    }

    /// An event or a deletion is handled.
    pub(crate) fn process(&self, record: Handed<'_>) -> Span {
        let _ = record;
        Span {
            #[cfg(feature = "otel")]
            started: self.spans.process(record),
        }
    }

    /// A batch is handled.
    pub(crate) fn process_batch<'a>(&self, batch: impl Iterator<Item = Handed<'a>>) -> Span {
        let _ = &batch;
        Span {
            #[cfg(feature = "otel")]
            started: self.spans.process_batch(batch),
        }
    }
}

/// A span, until it ends.
#[derive(Default)]
pub(crate) struct Span {
    /// `None` if nobody traces.
    #[cfg(feature = "otel")]
    started: Option<spans::Started>,
}

impl Span {
    /// A record is acknowledged at a position, or has failed with an error of this type.
    pub(crate) fn sent(self, outcome: Result<(i32, i64), &str>) {
        let _ = outcome;
        #[cfg(feature = "otel")]
        if let Some(started) = self.started {
            started.sent(outcome);
        }
    }

    /// A call of the handler has ended.
    pub(crate) fn processed(self, error: Option<AttemptError>) {
        let _ = error;
        #[cfg(feature = "otel")]
        if let Some(started) = self.started {
            started.processed(error);
        }
    }

    /// Makes this span the current one while a future is polled.
    pub(crate) fn enter<F>(&self, future: F) -> InSpan<F> {
        InSpan {
            future,
            #[cfg(feature = "otel")]
            context: self.started.as_ref().map(|started| started.context.clone()),
        }
    }
}

/// The contexts of records that are received together, to which their span is linked.
#[derive(Default)]
pub(crate) struct Links {
    #[cfg(feature = "otel")]
    contexts: Vec<opentelemetry::trace::Link>,
}

impl Links {
    /// Adds the context that a record carries.
    pub(crate) fn add(&mut self, spans: &Spans, headers: &Headers) {
        let _ = (spans, headers);
        #[cfg(feature = "otel")]
        if self.contexts.len() < spans::MOST_LINKS && !spans.spans.is_noop() {
            self.contexts.extend(w3c::carried(headers).map(opentelemetry::trace::Link::with_context));
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

/// Adds the current context to headers that carry none.
pub(crate) fn carry_current(headers: &mut Headers) {
    let _ = &headers;
    #[cfg(feature = "otel")]
    w3c::carry_current(headers);
}
