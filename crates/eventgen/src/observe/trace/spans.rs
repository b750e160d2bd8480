//! The spans and their attributes, by the names of the semantic conventions for messaging.

use std::time::SystemTime;

use opentelemetry::trace::{Link, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, global};

use super::w3c::{carried, carry};
use crate::observe::attempt_error::AttemptError;
use crate::observe::instruments::otel::SCOPE;
use crate::observe::names::{self, KAFKA};
use crate::{Delivery, Headers};

/// The offset of a record.
const OFFSET: &str = "messaging.kafka.offset";
/// Whether a record has no value.
const TOMBSTONE: &str = "messaging.kafka.message.tombstone";
/// The number of records of a batch.
const BATCH: &str = "messaging.batch.message_count";
/// The most records of a batch to whose contexts a span is linked, which is the limit of the SDK's default.
const MOST_LINKS: usize = 128;

fn builder(name: &str, kind: SpanKind, operation: &'static str, topic: Option<&str>) -> SpanBuilder {
    let named = topic.map_or_else(|| name.to_owned(), |topic| format!("{name} {topic}"));
    let mut attributes = Vec::with_capacity(9);
    attributes.push(KeyValue::new(names::SYSTEM, KAFKA));
    attributes.push(KeyValue::new(names::OPERATION_NAME, operation));
    attributes.push(KeyValue::new(names::OPERATION_TYPE, operation));
    attributes.extend(topic.map(|topic| KeyValue::new(names::DESTINATION, topic.to_owned())));
    SpanBuilder::from_name(named).with_kind(kind).with_attributes(attributes)
}

fn start(builder: SpanBuilder, parent: &Context) -> Option<Context> {
    let span = global::tracer(SCOPE).build_with_context(builder, parent);
    let context = parent.with_span(span);
    // Without a tracer provider there is nothing to carry or to end.
    context.span().span_context().is_valid().then_some(context)
}

fn with(mut builder: SpanBuilder, attributes: impl IntoIterator<Item = KeyValue>) -> SpanBuilder {
    builder.attributes.get_or_insert_default().extend(attributes);
    builder
}

pub(super) fn send(topic: &str, is_tombstone: bool, headers: &mut Headers) -> Option<Context> {
    let mut builder = builder("send", SpanKind::Producer, "send", Some(topic));
    if is_tombstone {
        builder = with(builder, [KeyValue::new(TOMBSTONE, true)]);
    }
    // An outbox stores records with the context in which they were made.
    let created = carried(headers);
    if let Some(created) = &created {
        builder = builder.with_links(vec![Link::with_context(created.clone())]);
    }
    let context = start(builder, &Context::current())?;
    if created.is_none() {
        carry(context.span().span_context(), headers);
    }
    Some(context)
}

pub(super) fn sent(context: Option<Context>, outcome: Result<(i32, i64), &str>) {
    let Some(context) = context else { return };
    let span = context.span();
    match outcome {
        Ok((partition, offset)) => {
            span.set_attribute(KeyValue::new(names::PARTITION, partition.to_string()));
            span.set_attribute(KeyValue::new(OFFSET, offset));
        }
        Err(error) => fail(&context, error),
    }
    span.end();
}

pub(super) fn process(group: &str, delivery: &Delivery) -> Option<Context> {
    let mut builder = builder("process", SpanKind::Consumer, "process", Some(delivery.topic));
    builder = with(
        builder,
        [
            KeyValue::new(names::PARTITION, delivery.partition.to_string()),
            KeyValue::new(names::GROUP, group.to_owned()),
            KeyValue::new(OFFSET, delivery.offset),
        ],
    );
    let Some(created) = carried(&delivery.headers) else { return start(builder, &Context::new()) };
    let parent = Context::new().with_remote_span_context(created.clone());
    start(builder.with_links(vec![Link::with_context(created)]), &parent)
}

pub(super) fn process_batch<'a>(group: &str, batch: impl Iterator<Item = &'a Delivery>) -> Option<Context> {
    let (mut first, mut count, mut links) = (None, 0, Vec::new());
    for delivery in batch {
        first.get_or_insert(delivery);
        count += 1;
        if links.len() < MOST_LINKS {
            links.extend(carried(&delivery.headers).map(Link::with_context));
        }
    }
    let first = first?;
    let builder = builder("process", SpanKind::Consumer, "process", Some(first.topic));
    let builder = with(
        builder,
        [
            KeyValue::new(names::PARTITION, first.partition.to_string()),
            KeyValue::new(names::GROUP, group.to_owned()),
            KeyValue::new(BATCH, count),
        ],
    );
    start(builder.with_links(links), &Context::new())
}

pub(super) fn processed(context: Option<Context>, error: Option<AttemptError>) {
    let Some(context) = context else { return };
    if let Some(error) = error {
        fail(&context, error.as_str());
    }
    context.span().end();
}

pub(super) fn received(group: &str, topic: Option<&str>, began: SystemTime, count: usize) {
    let builder = builder("receive", SpanKind::Client, "receive", topic).with_start_time(began);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let builder = with(builder, [KeyValue::new(names::GROUP, group.to_owned()), KeyValue::new(BATCH, count)]);
    if let Some(context) = start(builder, &Context::new()) {
        context.span().end();
    }
}

fn fail(context: &Context, error: &str) {
    let span = context.span();
    span.set_attribute(KeyValue::new(names::ERROR_TYPE, error.to_owned()));
    span.set_status(Status::error(error.to_owned()));
}
