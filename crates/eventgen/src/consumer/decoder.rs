//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use apache_avro::Schema as AvroSchema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use thiserror::Error;

use crate::client::blocking;
use crate::registry::{RegistryClient, RegistryError, SchemaId};
use crate::wire::{self, FrameError};
use crate::{EventKind, TopicEvents};

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
    #[error("schema id {id} does not parse: {reason}")]
    InvalidSchema { id: SchemaId, reason: String },
    #[error(
        "the value was written with schema id {id} and does not resolve to the schema of this consumer: {reason}"
    )]
    Unresolvable { id: SchemaId, reason: String },
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
}

/// Decodes the values of one topic.
pub(super) struct Decoder {
    registry: RegistryClient,
    kinds: &'static [EventKind],
    /// Our schemas, parsed, in the order of `kinds`.
    readers: Vec<AvroSchema>,
    writers: RwLock<HashMap<SchemaId, Arc<Writer>>>,
}

impl Decoder {
    pub(super) fn new<T: TopicEvents>(registry: RegistryClient) -> Result<Self, crate::Error> {
        let parse = |kind: &EventKind| {
            AvroSchema::parse_str(kind.schema.text).map_err(|error| crate::Error::ConsumerStopped {
                topic: T::TOPIC.name.to_owned(),
                group: String::new(),
                reason: format!("the embedded schema of `{}` does not parse: {error}", kind.name),
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
                let bytes = resolve(writer, &self.readers[*kind], bytes)
                    .map_err(|error| Undecodable::Unresolvable { id, reason: error.to_string() })?;
                Ok(Payload { kind: *kind, bytes: bytes.into() })
            }
        }
    }

    async fn look_up(&self, id: SchemaId) -> Result<Arc<Writer>, DecodeFailure> {
        let registry = self.registry.clone();
        let found = blocking(move || registry.schema_by_id(id)).await.map_err(DecodeFailure::Registry)?;
        let schema = found.ok_or(Undecodable::UnknownSchema(id))?;
        let writer = Arc::new(self.writer(id, &schema.text)?);
        self.writers.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&writer));
        Ok(writer)
    }

    fn writer(&self, id: SchemaId, text: &str) -> Result<Writer, Undecodable> {
        let schema = AvroSchema::parse_str(text)
            .map_err(|error| Undecodable::InvalidSchema { id, reason: error.to_string() })?;
        let name = schema.name().map(|name| name.fullname(None)).unwrap_or_default();
        let kind = self.kinds.iter().position(|kind| kind.name == name);
        let kind = kind.ok_or(Undecodable::ForeignEvent { id, name })?;
        // Equality compares what is on the wire and logical types with their attributes, so that a decimal of another
        // scale is not taken for ours.
        if schema == self.readers[kind] {
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
