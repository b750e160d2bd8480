//! The contract: topics, the events on them, and the types the events are made of.
//!
//! This is what every later step reads. Values here are checked and normalised: durations are milliseconds, sizes are
//! bytes, field paths name fields that exist, and `[defaults]` of `eventgen.toml` are merged in.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::types::{TypeGraph, TypeId};

/// Everything that a set of annotated schemas says.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// Every type, events' and plain ones.
    pub types: TypeGraph,
    /// Topics by name.
    pub topics: BTreeMap<String, Topic>,
    /// Events, ordered by full name.
    pub events: Vec<Event>,
}

impl Contract {
    /// The events carried by `topic`, ordered by full name.
    pub fn events_on<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.topic == topic)
    }
}

/// A record that is an event: it has a topic and a key.
#[derive(Debug, Clone)]
pub struct Event {
    /// Full name of the record.
    pub name: String,
    /// The record.
    pub type_id: TypeId,
    /// The topic that carries it: a key of [`Contract::topics`].
    pub topic: String,
    /// Fields that make the record key, in order; empty only under [`Ordering::None`].
    pub key: Vec<FieldPath>,
    /// Headers on every record, in the order of the annotation; `event-type` is always there.
    pub headers: Vec<(String, HeaderValue)>,
    /// The registry subject, by the topic's [`SubjectStrategy`].
    pub subject: String,
    /// The compatibility level of the subject.
    pub compatibility: Compatibility,
    /// The schema as registered: self-contained JSON, one line, without the annotation.
    pub schema: String,
    /// CRC-64-AVRO of the schema's parsing canonical form (specification 1.12, "Schema Fingerprints").
    pub fingerprint: u64,
}

/// A path to a field, through nested records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// Field names from the event's record inwards; never empty.
    pub fields: Vec<String>,
    /// The type of the last field, the union taken off if it is nullable.
    pub type_id: TypeId,
    /// For each field of the path, in order: is its type a union of null and one other? (Never so in a key.)
    pub nullable: Vec<bool>,
}

/// What a header holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    /// The same text on every record.
    Literal(String),
    /// The text form of a field; no header when the field is null.
    Field(FieldPath),
}

/// A topic, as the contract wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Number of partitions; `None` leaves it to the broker.
    pub partitions: Option<u32>,
    /// Number of replicas; `None` leaves it to the broker.
    pub replication_factor: Option<u16>,
    /// Kafka topic configuration, values as Kafka takes them.
    pub config: BTreeMap<String, String>,
    /// Which records stay in order.
    pub ordering: Ordering,
    /// What happens after a handler fails.
    pub retry: Retry,
    /// Where records go that cannot be handled; `None` stops the consumer instead.
    pub dead_letter: Option<DeadLetter>,
    /// How subjects are named.
    pub subject_strategy: SubjectStrategy,
    /// Services that write.
    pub producers: Vec<String>,
    /// Groups that read.
    pub consumers: Vec<ConsumerGroup>,
    /// The team that owns it.
    pub owner: Option<String>,
}

/// Which records of a topic keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ordering {
    /// Records of one key.
    #[default]
    Key,
    /// None.
    None,
    /// All of them: one partition.
    Total,
}

/// The retry policy after a handler's error.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Retries after the first attempt; 0 turns them off.
    pub attempts: u32,
    /// How the pause grows.
    pub backoff: Backoff,
    /// The pause before the first retry.
    pub initial: Duration,
    /// The longest pause.
    pub max: Duration,
    /// Whether pauses are shortened at random, so that failing consumers do not beat in time.
    pub jitter: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: Backoff::Exponential,
            initial: Duration::from_millis(200),
            max: Duration::from_secs(30),
            jitter: true,
        }
    }
}

/// How the pause between retries grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backoff {
    /// Always the initial pause.
    Fixed,
    /// Twice the pause before.
    #[default]
    Exponential,
}

/// The dead-letter topic of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Its name, `<topic>.dlq` unless the contract says otherwise.
    pub topic: String,
    /// Number of partitions; `None` leaves it to the source's.
    pub partitions: Option<u32>,
    /// Kafka topic configuration, `retention.ms` included.
    pub config: BTreeMap<String, String>,
}

/// How registry subjects are named (Confluent's subject name strategies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectStrategy {
    /// `<topic>-value`.
    TopicName,
    /// The event's full name.
    RecordName,
    /// `<topic>-<full name>`.
    TopicRecordName,
}

/// A registry compatibility level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compatibility {
    /// Anything goes.
    None,
    /// The new schema reads what the latest wrote.
    #[default]
    Backward,
    /// The new schema reads what any version wrote.
    BackwardTransitive,
    /// The latest schema reads what the new one writes.
    Forward,
    /// Every version reads what the new one writes.
    ForwardTransitive,
    /// Both ways, with the latest.
    Full,
    /// Both ways, with every version.
    FullTransitive,
}

impl Compatibility {
    /// Every level.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// The registry's word for it, such as `BACKWARD_TRANSITIVE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }
}

/// A consumer group that reads a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroup {
    /// Its group id.
    pub group: String,
    /// The lag from which somebody should be told.
    pub max_lag: Option<MaxLag>,
}

/// A lag limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxLag {
    /// In records.
    Records(u64),
    /// In time between the newest record and the last one handled.
    Time(Duration),
}

/// A word that is no compatibility level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a compatibility level")]
pub struct UnknownCompatibility(pub String);

impl std::str::FromStr for Compatibility {
    type Err = UnknownCompatibility;

    fn from_str(text: &str) -> Result<Self, UnknownCompatibility> {
        let level = Self::ALL.into_iter().find(|level| level.as_str() == text);
        level.ok_or_else(|| UnknownCompatibility(text.to_owned()))
    }
}
