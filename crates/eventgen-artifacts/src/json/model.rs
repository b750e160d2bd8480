//! The objects of the JSON file. A property that is not set is left out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use eventgen_schema::contract::{
    Backoff, Contract, Event, FieldPath, HeaderValue, MaxLag, Ordering, ReferencedSchema, RegisteredSchema,
    RetryTopic, SubjectStrategy, Topic,
};
use serde::Serialize;

use super::governance::{GovernedObject, governed};
use super::types::{self, NamedType};
use crate::cluster::with_room;

/// The version of the form: raised when a property is removed or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct Document<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    topics: Vec<TopicObject<'a>>,
    events: Vec<EventObject<'a>>,
    types: Vec<NamedType<'a>>,
}

impl<'a> Document<'a> {
    pub(super) fn new(contract: &'a Contract, environment: Option<&'a str>) -> Self {
        Self {
            version: VERSION,
            environment,
            topics: contract.topics.values().map(|topic| TopicObject::new(contract, topic)).collect(),
            events: contract.events.iter().map(|event| EventObject::new(contract, event)).collect(),
            types: types::named(contract),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TopicObject<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partitions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replication_factor: Option<u16>,
    config: &'a BTreeMap<String, String>,
    ordering: &'static str,
    retry: RetryObject,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retry_topics: Vec<RetryTopicObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handler_timeout_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter: Option<DeadLetterObject<'a>>,
    subject_strategy: &'static str,
    producers: &'a [String],
    consumers: Vec<ConsumerObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    events: Vec<&'a str>,
}

impl<'a> TopicObject<'a> {
    fn new(contract: &'a Contract, topic: &'a Topic) -> Self {
        let consumers = topic.consumers.iter().map(|consumer| ConsumerObject {
            group: &consumer.group,
            max_lag: consumer.max_lag.map(|limit| match limit {
                MaxLag::Records(records) => MaxLagObject::Records { records },
                MaxLag::Time(time) => MaxLagObject::Time { ms: millis(time) },
            }),
        });
        Self {
            name: &topic.name,
            partitions: topic.partitions,
            replication_factor: topic.replication_factor,
            config: &topic.config,
            ordering: match topic.ordering {
                Ordering::Key => "key",
                Ordering::None => "none",
                Ordering::Total => "total",
            },
            retry: RetryObject {
                attempts: topic.retry.attempts,
                backoff: match topic.retry.backoff {
                    Backoff::Fixed => "fixed",
                    Backoff::Exponential => "exponential",
                },
                initial_ms: millis(topic.retry.initial),
                max_ms: millis(topic.retry.max),
                jitter: topic.retry.jitter,
            },
            retry_topics: retry_topics(topic),
            handler_timeout_ms: topic.handler_timeout.map(millis),
            dead_letter: topic.dead_letter.as_ref().map(|dead_letter| DeadLetterObject {
                topic: &dead_letter.topic,
                partitions: dead_letter.partitions.or(topic.partitions),
                config: with_room(&dead_letter.config),
            }),
            subject_strategy: subject_strategy(topic.subject_strategy),
            producers: &topic.producers,
            consumers: consumers.collect(),
            owner: topic.owner.as_deref(),
            events: contract.events_on(&topic.name).map(|event| event.name.as_str()).collect(),
        }
    }
}

fn retry_topics(topic: &Topic) -> Vec<RetryTopicObject<'_>> {
    let object = |retry_topic: RetryTopic| RetryTopicObject {
        topic: retry_topic.name,
        group: retry_topic.group,
        delay_ms: retry_topic.delay.map(millis),
        partitions: topic.partitions,
        config: with_room(&topic.retry_config),
    };
    topic.retry_topics().into_iter().map(object).collect()
}

/// The name of a strategy in the annotation.
fn subject_strategy(strategy: SubjectStrategy) -> &'static str {
    match strategy {
        SubjectStrategy::TopicName => "TopicName",
        SubjectStrategy::RecordName => "RecordName",
        SubjectStrategy::TopicRecordName => "TopicRecordName",
    }
}

/// The contract has no duration of more milliseconds than this.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RetryObject {
    attempts: u32,
    backoff: &'static str,
    initial_ms: u64,
    max_ms: u64,
    jitter: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RetryTopicObject<'a> {
    topic: String,
    group: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partitions: Option<u32>,
    config: Cow<'a, BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct DeadLetterObject<'a> {
    topic: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partitions: Option<u32>,
    config: Cow<'a, BTreeMap<String, String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsumerObject<'a> {
    group: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_lag: Option<MaxLagObject>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum MaxLagObject {
    Records { records: u64 },
    Time { ms: u64 },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventObject<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'a str>,
    topic: &'a str,
    key: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_schema: Option<KeySchemaObject<'a>>,
    headers: Vec<HeaderObject<'a>>,
    subject: &'a str,
    compatibility: &'static str,
    schema_type: &'static str,
    schema: &'a str,
    references: Vec<ReferenceObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    governed: Vec<GovernedObject>,
}

impl<'a> EventObject<'a> {
    fn new(contract: &'a Contract, event: &'a Event) -> Self {
        let reference = |schema: &'a ReferencedSchema| ReferenceObject {
            name: &schema.name,
            subject: contract.reference_strategy.subject(&schema.name),
            schema: &schema.text,
        };
        let references_of = |schema: &RegisteredSchema<'a>| -> Vec<ReferenceObject<'a>> {
            contract.references(schema).into_iter().map(reference).collect()
        };
        let header = |(name, value): &'a (String, HeaderValue)| match value {
            HeaderValue::Literal(literal) => HeaderObject::Literal { name, literal },
            HeaderValue::Field(path) => HeaderObject::Field { name, field: dotted(path) },
        };
        Self {
            name: &event.name,
            doc: types::doc(contract.types_of(event), event.type_id),
            topic: &event.topic,
            key: event.key.iter().map(dotted).collect(),
            key_schema: event.typed_key.as_ref().map(|key| KeySchemaObject {
                subject: &key.subject,
                schema_type: key.schema_type,
                schema: &key.text,
                references: references_of(&key.registered()),
            }),
            headers: event.headers.iter().map(header).collect(),
            subject: &event.subject,
            compatibility: event.compatibility.as_str(),
            schema_type: event.schema_type,
            schema: &event.schema,
            references: references_of(&event.registered()),
            governed: governed(contract, event),
        }
    }
}

/// The schema of a typed key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeySchemaObject<'a> {
    subject: &'a str,
    schema_type: &'static str,
    schema: &'a str,
    references: Vec<ReferenceObject<'a>>,
}

fn dotted(path: &FieldPath) -> String {
    path.fields.join(".")
}

#[derive(Serialize)]
#[serde(untagged)]
enum HeaderObject<'a> {
    Literal { name: &'a str, literal: &'a str },
    Field { name: &'a str, field: String },
}

#[derive(Serialize)]
struct ReferenceObject<'a> {
    name: &'a str,
    subject: String,
    schema: &'a str,
}
