//! Events: what a topic carries, under which key and with which headers.

use super::compatibility::Compatibility;
use crate::types::TypeId;

/// A record or message that is an event: it has a topic and a key.
#[derive(Debug, Clone)]
pub struct Event {
    /// Full name of the record or message.
    pub name: String,
    /// The record, in the graph of [`Contract::types_of`](crate::Contract::types_of).
    pub type_id: TypeId,
    /// The topic that carries it: a key of [`Contract::topics`](crate::Contract::topics).
    pub topic: String,
    /// Fields that make the record key, in order; empty only under [`Ordering::None`](crate::contract::Ordering::None).
    pub key: Vec<FieldPath>,
    /// Headers on every record, in the order of the annotation; `event-type` is always there.
    pub headers: Vec<(String, HeaderValue)>,
    /// The registry subject, by the topic's [`SubjectStrategy`](crate::contract::SubjectStrategy).
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
        /// The file that defines the message: a key of [`Protobuf::files`](crate::contract::Protobuf::files).
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
