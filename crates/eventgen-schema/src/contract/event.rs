//! Events: what a topic carries, under which key and with which headers.

use super::compatibility::Compatibility;
use super::key::KeySchema;
use super::language::{Data, RegisteredSchema};
use crate::types::TypeId;

/// A record or message that is an event: it has a topic and a key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// Full name of the record or message.
    pub name: String,
    /// The record, in the graph of [`Contract::types_of`](crate::Contract::types_of).
    pub type_id: TypeId,
    /// The topic that carries it: a key of [`Contract::topics`](crate::Contract::topics).
    pub topic: String,
    /// Fields that make the record key, in order; empty only under [`Ordering::None`](crate::contract::Ordering::None).
    pub key: Vec<FieldPath>,
    /// The schema of the key, if it is typed; `None` for keys of text.
    pub typed_key: Option<KeySchema>,
    /// Headers on every record, in the order of the annotation; `event-type` is always there.
    pub headers: Vec<(String, HeaderValue)>,
    /// The registry subject: the one that the annotation names, else by the topic's
    /// [`SubjectStrategy`](crate::contract::SubjectStrategy).
    pub subject: String,
    /// Whether the annotation names the subject.
    pub names_subject: bool,
    /// The compatibility level of the subject.
    pub compatibility: Compatibility,
    /// Whether the contract states that level. Otherwise it is the default, and a registry keeps its own.
    pub states_compatibility: bool,
    /// The language of the schema, by its name in the API of a Schema Registry, such as `AVRO`.
    pub schema_type: &'static str,
    /// The schema as it is registered, without the annotation.
    pub schema: String,
    /// The names of the schemas that it refers to; [`Contract::references`](crate::Contract::references) has them with
    /// their texts.
    pub references: Vec<String>,
    /// What else the language knows.
    pub(crate) data: Data,
}

impl Event {
    /// The schema as it is registered.
    pub fn registered(&self) -> RegisteredSchema<'_> {
        RegisteredSchema { schema_type: self.schema_type, text: &self.schema, references: &self.references }
    }

    /// What the folder of the event's language stored.
    pub(crate) fn data<T: 'static>(&self) -> Option<&T> {
        self.data.downcast_ref()
    }
}

/// A path to a field, through nested records or messages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
