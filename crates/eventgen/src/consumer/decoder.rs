//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use apache_avro::Schema as AvroSchema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use thiserror::Error;

use super::messages::Messages;
use crate::client::blocking;
use crate::registry::{RegisteredSchema, RegistryClient, RegistryError, SchemaId, schema_type};
use crate::wire::{self, FrameError};
use crate::{EventKind, SchemaFormat, TopicEvents};

/// A value that is no event of the topic.
#[derive(Debug, Error)]
pub(super) enum Undecodable {
    #[error("the record has no value (a tombstone)")]
    NoValue,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("schema id {0} is not in the registry")]
    UnknownSchema(SchemaId),
    #[error("schema id {id} is `{name}`, which is not an event of this topic")]
    ForeignEvent { id: SchemaId, name: String },
    #[error("schema id {id} has no message at the indexes {indexes:?}")]
    UnknownMessage { id: SchemaId, indexes: Vec<u32> },
    #[error("schema id {id} does not parse: {reason}")]
    InvalidSchema { id: SchemaId, reason: String },
    #[error(
        "the value was written with schema id {id} and does not resolve to the schema of this consumer: {reason}"
    )]
    Unresolvable { id: SchemaId, reason: String },
}

impl Undecodable {
    fn foreign(id: SchemaId, name: &str) -> Self {
        Self::ForeignEvent { id, name: name.to_owned() }
    }
}

/// Why there is no payload.
#[derive(Debug)]
pub(super) enum DecodeFailure {
    /// The record is to blame.
    Poison(Undecodable),
    /// The registry is to blame; it may answer later.
    Registry(RegistryError),
}

impl<E: Into<Undecodable>> From<E> for DecodeFailure {
    fn from(error: E) -> Self {
        Self::Poison(error.into())
    }
}

/// A payload in the schema of this consumer.
#[derive(Debug)]
pub(super) struct Payload<'a> {
    /// Index into the topic's events.
    pub(super) kind: usize,
    pub(super) bytes: std::borrow::Cow<'a, [u8]>,
}

/// What is known of a writer's schema.
#[derive(Debug)]
enum Writer {
    /// The schema of one of the topic's events, byte for byte the same on the wire.
    Same { kind: usize },
    /// Another version of one of them: resolved by `apache-avro`, written anew in ours.
    Other { kind: usize, writer: Box<AvroSchema> },
    /// A Protobuf file: each value says which of its messages it is, and needs no resolution.
    Protobuf(Messages),
}

/// Decodes the values of one topic.
pub(super) struct Decoder {
    registry: RegistryClient,
    kinds: &'static [EventKind],
    /// Our Avro schemas, parsed, in the order of `kinds`.
    readers: Vec<Option<AvroSchema>>,
    writers: RwLock<HashMap<SchemaId, Arc<Writer>>>,
}

impl Decoder {
    pub(super) fn new<T: TopicEvents>(registry: RegistryClient) -> Result<Self, crate::Error> {
        let parse = |kind: &EventKind| {
            if kind.schema.format() != SchemaFormat::Avro {
                return Ok(None);
            }
            AvroSchema::parse_str(kind.schema.text()).map(Some).map_err(|error| {
                crate::Error::ConsumerStopped {
                    topic: T::TOPIC.name.to_owned(),
                    group: String::new(),
                    reason: format!("the embedded schema of `{}` does not parse: {error}", kind.name),
                }
            })
        };
        let readers = T::EVENTS.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { registry, kinds: T::EVENTS, readers, writers: RwLock::default() })
    }

    /// The payload of a value. Only an id seen for the first time asks the registry.
    pub(super) async fn payload<'a>(&self, value: Option<&'a [u8]>) -> Result<Payload<'a>, DecodeFailure> {
        let (id, bytes) = wire::parse(value.ok_or(Undecodable::NoValue)?).map_err(Undecodable::from)?;
        let known = self.writers.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let writer = match known {
            Some(writer) => writer,
            None => self.look_up(id).await?,
        };
        match &*writer {
            Writer::Same { kind } => Ok(Payload { kind: *kind, bytes: bytes.into() }),
            Writer::Other { kind, writer } => {
                let reader = self.readers[*kind].as_ref();
                let reader = reader.ok_or_else(|| Undecodable::foreign(id, self.kinds[*kind].name))?;
                let bytes = resolve(writer, reader, bytes)
                    .map_err(|error| Undecodable::Unresolvable { id, reason: error.to_string() })?;
                Ok(Payload { kind: *kind, bytes: bytes.into() })
            }
            Writer::Protobuf(messages) => {
                let (indexes, bytes) = wire::parse_message_indexes(bytes).map_err(Undecodable::from)?;
                let kind = messages.kind(&indexes).map_err(|name| match name {
                    Some(name) => Undecodable::foreign(id, name),
                    None => Undecodable::UnknownMessage { id, indexes: indexes.clone() },
                })?;
                Ok(Payload { kind, bytes: bytes.into() })
            }
        }
    }

    async fn look_up(&self, id: SchemaId) -> Result<Arc<Writer>, DecodeFailure> {
        let registry = self.registry.clone();
        let found = blocking(move || registry.schema_by_id(id)).await.map_err(DecodeFailure::Registry)?;
        let schema = found.ok_or(Undecodable::UnknownSchema(id))?;
        let writer = Arc::new(self.writer(id, &schema)?);
        self.writers.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&writer));
        Ok(writer)
    }

    fn writer(&self, id: SchemaId, registered: &RegisteredSchema) -> Result<Writer, Undecodable> {
        if registered.schema_type == schema_type(SchemaFormat::Protobuf) {
            return Ok(Writer::Protobuf(Messages::of(&registered.text, self.kinds)));
        }
        let schema = AvroSchema::parse_str(&registered.text)
            .map_err(|error| Undecodable::InvalidSchema { id, reason: error.to_string() })?;
        let name = schema.name().map(|name| name.fullname(None)).unwrap_or_default();
        let is_it = |kind: &EventKind| kind.name == name && kind.schema.format() == SchemaFormat::Avro;
        let kind = self.kinds.iter().position(is_it);
        let kind = kind.ok_or(Undecodable::ForeignEvent { id, name })?;
        // Equality compares what is on the wire and logical types with their attributes, so that a decimal of another
        // scale is not taken for ours.
        if self.readers[kind].as_ref() == Some(&schema) {
            Ok(Writer::Same { kind })
        } else {
            Ok(Writer::Other { kind, writer: Box::new(schema) })
        }
    }
}

/// Reads with the writer's schema, resolves, writes with the reader's (specification 1.12, "Schema Resolution").
fn resolve(
    writer: &AvroSchema,
    reader: &AvroSchema,
    bytes: &[u8],
) -> Result<Vec<u8>, Box<apache_avro::Error>> {
    let mut rest = bytes;
    let value = GenericDatumReader::builder(writer).reader_schema(reader).build()?.read_value(&mut rest)?;
    Ok(GenericDatumWriter::builder(reader).build()?.write_value_to_vec(value)?)
}
