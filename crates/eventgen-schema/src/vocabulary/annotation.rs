//! The properties of the `kafka` annotation.

use super::{Form, Property, words};
use crate::contract::{Backoff, Compatibility, KeyFormat, Ordering, SubjectStrategy};

/// The most partitions of a topic (`NumPartitions` of Kafka's protocol is an int32).
pub(crate) const MOST_PARTITIONS: u32 = 2_147_483_647;
/// The most replicas of a partition (`ReplicationFactor` is an int16).
pub(crate) const MOST_REPLICAS: u16 = 32_767;
const PARTITIONS: Form = Form::Number { least: 1, most: MOST_PARTITIONS as u64 };
const REPLICAS: Form = Form::Number { least: 1, most: MOST_REPLICAS as u64 };

/// The values of `ordering`.
pub(crate) const ORDERINGS: [(&str, Ordering); 3] =
    [("key", Ordering::Key), ("none", Ordering::None), ("total", Ordering::Total)];
/// The values of `keyFormat`.
pub(crate) const KEY_FORMATS: [(&str, KeyFormat); 4] = [
    ("string", KeyFormat::String),
    ("avro", KeyFormat::Typed("AVRO")),
    ("protobuf", KeyFormat::Typed("PROTOBUF")),
    ("bytes", KeyFormat::Bytes),
];
/// The values of `subjectStrategy`.
pub(crate) const STRATEGIES: [(&str, SubjectStrategy); 3] = [
    ("TopicName", SubjectStrategy::TopicName),
    ("RecordName", SubjectStrategy::RecordName),
    ("TopicRecordName", SubjectStrategy::TopicRecordName),
];
/// The values of `backoff`.
pub(crate) const BACKOFFS: [(&str, Backoff); 2] =
    [("fixed", Backoff::Fixed), ("exponential", Backoff::Exponential)];
/// The values of `mode`.
pub(crate) const RETRY_MODES: [(&str, RetryMode); 2] =
    [("inPlace", RetryMode::InPlace), ("topics", RetryMode::Topics)];

/// Where a record waits that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryMode {
    InPlace,
    Topics,
}

const LEVELS: [&str; Compatibility::ALL.len()] = {
    let mut levels = [""; Compatibility::ALL.len()];
    let mut index = 0;
    while index < levels.len() {
        levels[index] = Compatibility::ALL[index].as_str();
        index += 1;
    }
    levels
};

/// The properties of an event.
pub const EVENT: [Property; 4] = [
    Property::new("topic", Form::TopicName, "The topic that carries the event.").required(),
    Property::new(
        "key",
        Form::Either(&[Form::Text, Form::ListOf { item: &Form::Text, least: 1, most: None }]),
        "The record key, and with it the partition and the order.",
    ),
    Property::new(
        "headers",
        Form::MapOf(&Form::Either(&[Form::Text, Form::Object(&LITERAL)])),
        "Record headers on every record.",
    ),
    Property::new("subject", Form::Text, "The subject of the registry, whatever `subjectStrategy` says."),
];

/// A header with a text that is the same on every record.
pub(crate) const LITERAL: [Property; 1] =
    [Property::new("literal", Form::AnyText, "The same text on every record.").required()];

/// The properties of a topic.
pub const TOPIC: [Property; 15] = [
    Property::new("partitions", PARTITIONS, "Number of partitions when the topic is created."),
    Property::new("replicationFactor", REPLICAS, "Number of replicas when the topic is created."),
    Property::new("config", Form::Config, "Topic configuration when the topic is created."),
    Property::new(
        "ordering",
        Form::OneOf(&words(&ORDERINGS)),
        "Which records a consumer handles one after another.",
    )
    .default("\"key\""),
    Property::new(
        "keyFormat",
        // `bytes` is reserved.
        Form::OneOf(&["string", "avro", "protobuf"]),
        "The form of the record key: text, or a value with a schema of its own in the registry.",
    )
    .default("\"string\""),
    Property::new(
        "keyName",
        Form::Text,
        "The name of the record or message that a typed key is. In Avro, also a key of one field is a record then.",
    ),
    Property::new(
        "keySubjectStrategy",
        Form::OneOf(&words(&STRATEGIES)),
        "The name of the subject of a typed key: `<topic>-key`, or by the name of its record.",
    )
    .default("\"TopicName\""),
    Property::new("retry", Form::Object(&RETRY), "What follows a handler's error."),
    Property::new("handlerTimeout", Form::PositiveDuration, "How long a handler may take for one event."),
    Property::new(
        "deadLetter",
        Form::Either(&[Form::Object(&DEAD_LETTER), Form::Off]),
        "Where records go that cannot be handled.",
    ),
    Property::new("compatibility", Form::OneOf(&LEVELS), "The registry's level for the subjects."),
    Property::new("subjectStrategy", Form::OneOf(&words(&STRATEGIES)), "The names of the subjects."),
    Property::new(
        "producers",
        Form::ListOf { item: &Form::AnyText, least: 0, most: None },
        "Services that write. Documentation, listed by `eventgen check`.",
    ),
    Property::new(
        "consumers",
        Form::ListOf { item: &Form::Object(&CONSUMER), least: 0, most: None },
        "Groups that read: constants in generated code.",
    ),
    Property::new("owner", Form::Text, "The team. A label of its alerts, listed by `eventgen check`."),
];

/// The properties of `retry`.
pub const RETRY: [Property; 7] = [
    Property::new(
        "attempts",
        Form::Number { least: 0, most: 4_294_967_295 },
        "Retries in place after the first attempt. 0 turns them off.",
    ),
    Property::new(
        "backoff",
        Form::OneOf(&words(&BACKOFFS)),
        "Each pause is twice the one before, or all are `initial`.",
    )
    .default("\"exponential\""),
    Property::new("initial", Form::Duration, "The pause before the first retry.").default("\"200ms\""),
    Property::new("max", Form::Duration, "The longest pause."),
    Property::new("jitter", Form::Boolean, "Shortens each pause by up to half, at random.").default("true"),
    Property::new(
        "mode",
        Form::OneOf(&words(&RETRY_MODES)),
        "Where a record waits that fails: in the consumer, or in retry topics.",
    )
    .default("\"inPlace\""),
    Property::new(
        "delays",
        Form::ListOf { item: &Form::PositiveDuration, least: 1, most: Some(MAX_DELAYS) },
        "How long it waits in retry topics. Required with `topics`, an error without.",
    ),
];

/// The most delays: each one is a topic, with all partitions of its source, for every group.
pub(crate) const MAX_DELAYS: usize = 10;

/// The properties of `deadLetter`.
pub const DEAD_LETTER: [Property; 3] = [
    Property::new("topic", Form::TopicName, "Its name. Not a topic that carries events (EG0314)."),
    Property::new(
        "partitions",
        PARTITIONS,
        "Number of partitions. A letter goes to the source's partition number, modulo this.",
    ),
    Property::new("config", Form::Config, "Topic configuration."),
];

/// The properties of an entry of `consumers`.
pub const CONSUMER: [Property; 2] = [
    Property::new("group", Form::Text, "The id of the group.").required(),
    Property::new(
        "maxLag",
        Form::Either(&[Form::Duration, Form::Number { least: 0, most: u64::MAX }]),
        "The limit of the alerts: a duration, or a number of records. It changes nothing at run time.",
    ),
];
