//! The spans and their attributes, by the names of the semantic conventions for messaging.
//!
//! Samplers see the attributes that the conventions ask for at the start of a span: those are made without a copy of a
//! string. The others are made for spans that are recorded.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _,
};
use opentelemetry::{Context, KeyValue, StringValue};

use super::handed::Handed;
use super::w3c::{carried, carry, carry_current};
use crate::Headers;
use crate::interned::interned;
use crate::observe::attempt_error::AttemptError;
use crate::observe::instruments::otel::SCOPE;
use crate::observe::names::{self, KAFKA};

/// The offset of a record.
const OFFSET: &str = "messaging.kafka.offset";
/// Whether a record has no value.
const TOMBSTONE: &str = "messaging.kafka.message.tombstone";
/// The number of records of a batch.
const BATCH: &str = "messaging.batch.message_count";
/// The most records to whose contexts a span is linked, which is the limit of the SDK's default.
pub(super) const MOST_LINKS: usize = 128;
/// The most attributes of a span.
const MOST_ATTRIBUTES: usize = 8;

/// Makes the spans of one producer or consumer.
pub(super) struct Spans {
    tracer: BoxedTracer,
    /// Whether there is no tracer provider, or one that was shut down: then spans are not made.
    is_noop: AtomicBool,
    group: Option<StringValue>,
    operation: &'static str,
    /// The topics, and the names of their spans.
    topics: Vec<(&'static str, &'static str)>,
}

impl Spans {
    pub(super) fn new(group: Option<&str>, operation: &'static str, topics: &[&'static str]) -> Self {
        let name = |topic: &&'static str| (*topic, interned(format!("{operation} {topic}")));
        Self {
            tracer: global::tracer(SCOPE),
            is_noop: AtomicBool::new(false),
            group: group.map(|group| group.to_owned().into()),
            operation,
            topics: topics.iter().map(name).collect(),
        }
    }

    pub(super) fn is_noop(&self) -> bool {
        self.is_noop.load(Ordering::Relaxed)
    }

    /// A span of the operation at a topic.
    fn builder(&self, topic: &str, kind: SpanKind) -> SpanBuilder {
        let (topic, name) = match self.topics.iter().find(|(of, _)| *of == topic) {
            Some(&(topic, name)) => (topic.into(), Cow::Borrowed(name)),
            // An outbox has records of any topic.
            None => (topic.to_owned().into(), Cow::Owned(format!("{} {topic}", self.operation))),
        };
        self.named(name, kind, self.operation, Some(topic))
    }

    fn named(
        &self,
        name: Cow<'static, str>,
        kind: SpanKind,
        operation: &'static str,
        topic: Option<StringValue>,
    ) -> SpanBuilder {
        let mut attributes = Vec::with_capacity(MOST_ATTRIBUTES);
        attributes.push(KeyValue::new(names::SYSTEM, KAFKA));
        attributes.push(KeyValue::new(names::OPERATION_NAME, operation));
        attributes.push(KeyValue::new(names::OPERATION_TYPE, operation));
        attributes.extend(topic.map(|topic| KeyValue::new(names::DESTINATION, topic)));
        attributes.extend(self.group.clone().map(|group| KeyValue::new(names::GROUP, group)));
        SpanBuilder { attributes: Some(attributes), ..SpanBuilder::from_name(name).with_kind(kind) }
    }

    /// Starts a span. `None` if there is neither a context to carry nor a span to end.
    fn start(&self, builder: SpanBuilder, parent: &Context) -> Option<Started> {
        let span = self.tracer.build_with_context(builder, parent);
        let context = span.span_context();
        // A provider makes a valid context also for a span that is not sampled.
        if !context.is_valid() && !parent.is_telemetry_suppressed() {
            self.is_noop.store(true, Ordering::Relaxed);
        }
        if span.is_recording() {
            return Some(Started { context: parent.with_span(span), is_recorded: true });
        }
        // Such a span has a context to carry, and no end.
        let context = context.is_valid().then(|| parent.with_remote_span_context(context.clone()))?;
        Some(Started { context, is_recorded: false })
    }

    pub(super) fn send(&self, topic: &str, is_tombstone: bool, headers: &mut Headers) -> Option<Started> {
        if self.is_noop() {
            carry_current(headers);
            return None;
        }
        let mut builder = self.builder(topic, SpanKind::Producer);
        if is_tombstone {
            builder = with(builder, [KeyValue::new(TOMBSTONE, true)]);
        }
        // An outbox stores records with the context in which they were made.
        let created = carried(headers);
        let is_created = created.is_some();
        if let Some(created) = created {
            builder = builder.with_links(vec![Link::with_context(created)]);
        }
        let started = Context::map_current(|current| self.start(builder, current))?;
        if !is_created {
            carry(started.context.span().span_context(), headers);
        }
        Some(started)
    }

    pub(super) fn process(&self, record: Handed<'_>) -> Option<Started> {
        let created = carried(record.headers);
        let parent = created.as_ref().map_or_else(Context::new, remote);
        if self.is_noop() {
            return created.map(|_| Started { context: parent, is_recorded: false });
        }
        let mut builder = self.builder(record.topic, SpanKind::Consumer);
        builder = with(
            builder,
            [KeyValue::new(names::PARTITION, number(record.partition)), KeyValue::new(OFFSET, record.offset)],
        );
        if let Some(created) = created {
            builder = builder.with_links(vec![Link::with_context(created)]);
        }
        self.start(builder, &parent)
    }

    pub(super) fn process_batch<'a>(&self, batch: impl Iterator<Item = Handed<'a>>) -> Option<Started> {
        if self.is_noop() {
            return None;
        }
        let (mut first, mut count, mut links) = (None, 0, Vec::new());
        for record in batch {
            first.get_or_insert(record);
            count += 1;
            if links.len() < MOST_LINKS {
                links.extend(carried(record.headers).map(Link::with_context));
            }
        }
        let first = first?;
        let builder = self.builder(first.topic, SpanKind::Consumer);
        let partition = KeyValue::new(names::PARTITION, number(first.partition));
        let builder = with(builder, [partition, KeyValue::new(BATCH, count)]);
        self.start(builder.with_links(links), &Context::new())
    }

    /// `topic` is `None` if the records are of several.
    pub(super) fn received(
        &self,
        topic: Option<&'static str>,
        began: SystemTime,
        count: usize,
        links: Vec<Link>,
    ) {
        const OPERATION: &str = "receive";
        let name = topic.map_or(Cow::Borrowed(OPERATION), |topic| format!("{OPERATION} {topic}").into());
        let builder = self.named(name, SpanKind::Client, OPERATION, topic.map(StringValue::from));
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let builder = with(builder.with_start_time(began), [KeyValue::new(BATCH, count)]).with_links(links);
        if let Some(started) = self.start(builder, &Context::new()) {
            started.context.span().end();
        }
    }
}

/// A span that has been started.
pub(super) struct Started {
    pub(super) context: Context,
    /// Whether it is sampled.
    is_recorded: bool,
}

impl Started {
    pub(super) fn sent(self, outcome: Result<(i32, i64), &str>) {
        if !self.is_recorded {
            return;
        }
        let span = self.context.span();
        match outcome {
            Ok((partition, offset)) => span.set_attributes([
                KeyValue::new(names::PARTITION, number(partition)),
                KeyValue::new(OFFSET, offset),
            ]),
            Err(error) => self.fail(error.to_owned().into()),
        }
        span.end();
    }

    pub(super) fn processed(self, error: Option<AttemptError>) {
        if !self.is_recorded {
            return;
        }
        if let Some(error) = error {
            self.fail(error.as_str().into());
        }
        self.context.span().end();
    }

    fn fail(&self, error: Cow<'static, str>) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(names::ERROR_TYPE, error.clone()));
        span.set_status(Status::error(error));
    }
}

fn remote(context: &SpanContext) -> Context {
    Context::new().with_remote_span_context(context.clone())
}

fn with(mut builder: SpanBuilder, attributes: impl IntoIterator<Item = KeyValue>) -> SpanBuilder {
    builder.attributes.get_or_insert_default().extend(attributes);
    builder
}

/// The text of a partition's number, without an allocation if it has at most two digits.
fn number(partition: i32) -> StringValue {
    const DIGITS: &str = "00010203040506070809101112131415161718192021222324252627282930313233343536373839\
        40414243444546474849505152535455565758596061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899";
    match usize::try_from(partition) {
        Ok(number @ 0..10) => DIGITS[2 * number + 1..2 * number + 2].into(),
        Ok(number @ 10..100) => DIGITS[2 * number..2 * number + 2].into(),
        _ => partition.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_partitions_are_written_as_numbers() {
        for partition in (0..120).chain([12_345, i32::MAX, -1]) {
            assert_eq!(number(partition).as_str(), partition.to_string());
        }
    }
}
