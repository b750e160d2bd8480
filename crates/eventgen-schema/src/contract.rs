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
    /// Every Avro type, events' and plain ones.
    pub types: TypeGraph,
    /// Every Protobuf file, with its messages.
    pub protobuf: Protobuf,
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

    /// The graph that an event's types are in.
    pub fn types_of(&self, event: &Event) -> &TypeGraph {
        match event.format {
            EventFormat::Avro { .. } => &self.types,
            EventFormat::Protobuf { .. } => &self.protobuf.types,
        }
    }

    /// The files that a Protobuf file needs, in the order of registering: each behind those that it needs itself.
    pub fn protobuf_references<'a>(&'a self, file: &'a ProtobufFile) -> Vec<&'a ProtobufFile> {
        let mut ordered: Vec<&ProtobufFile> = Vec::new();
        // Depth first, by hand: a chain of imports may be longer than the stack is deep. The compiler has refused cycles.
        let mut open: Vec<(&ProtobufFile, usize)> = vec![(file, 0)];
        while let Some((current, next)) = open.pop() {
            match current.imports.get(next).map(|name| self.protobuf.files.get(name)) {
                Some(import) => {
                    open.push((current, next + 1));
                    let new = import.filter(|import| !ordered.iter().any(|known| known.name == import.name));
                    open.extend(new.map(|import| (import, 0)));
                }
                None if current.name != file.name => ordered.push(current),
                None => {}
            }
        }
        ordered
    }
}

/// The Protobuf files of a contract.
#[derive(Debug, Clone, Default)]
pub struct Protobuf {
    /// Messages as records and enums: what keys and headers are resolved against. A union with null is what may be
    /// absent; a message that is absent counts as its default, as Protobuf has it, and so is no union.
    pub types: TypeGraph,
    /// Every file by the name that others import it by; Google's well-known types and our vocabulary aside.
    pub files: BTreeMap<String, ProtobufFile>,
    /// A `google.protobuf.FileDescriptorSet` of them, encoded, with comments and without our option; empty if there are
    /// none.
    pub descriptor_set: Vec<u8>,
}

/// A Protobuf file as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtobufFile {
    /// The name that others import it by; as a reference it is registered under a subject of this name.
    pub name: String,
    /// The author's text without our option and our import.
    pub text: String,
    /// The names of the files that it imports and that are registered too.
    pub imports: Vec<String>,
}

/// A record or message that is an event: it has a topic and a key.
#[derive(Debug, Clone)]
pub struct Event {
    /// Full name of the record or message.
    pub name: String,
    /// The record, in the graph of [`Contract::types_of`].
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
    /// The schema as registered, without the annotation: for Avro self-contained JSON on one line, for Protobuf the
    /// text of the file.
    pub schema: String,
    /// The schema language, and what only it has.
    pub format: EventFormat,
}

/// The schema language of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFormat {
    /// Apache Avro.
    Avro {
        /// CRC-64-AVRO of the schema's parsing canonical form (specification 1.12, "Schema Fingerprints").
        fingerprint: u64,
    },
    /// Protocol Buffers.
    Protobuf {
        /// The file that defines the message: a key of [`Protobuf::files`].
        file: String,
        /// Which of the messages that the file declares it is: the index of the outermost message, then those of nested
        /// ones (Confluent's wire format).
        message_indexes: Vec<u32>,
    },
}

/// A path to a field, through nested records or messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// Field names from the event's record inwards; never empty.
    pub fields: Vec<String>,
    /// The type of the last field, the union taken off if it is nullable.
    pub type_id: TypeId,
    /// For each field of the path, in order: is its type a union of null and one other? (In a key only where records have no order.)
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
