//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use apache_avro::Schema as AvroSchema;
use thiserror::Error;

use super::messages::Messages;
use crate::avro::{self, Limits, Plan};
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
    #[error("the value is no value of its schema id {id}: {error}")]
    Unreadable { id: SchemaId, error: avro::DecodeError },
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
    pub(super) bytes: &'a [u8],
    /// What decoding it may use up.
    pub(super) limits: Limits,
}

/// What is known of a writer's schema.
#[derive(Debug)]
enum Writer {
    /// The schema of one of the topic's events, byte for byte the same on the wire.
    Same { kind: usize },
    /// Another version of one of them.
    Other { kind: usize, plan: Box<Plan> },
    /// A version that does not resolve: every value of it is told why.
    Unresolvable { reason: String },
    /// A Protobuf file: each value says which of its messages it is, and needs no resolution.
    Protobuf(Messages),
}

/// What a worker keeps from one record to the next.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// The writer seen last: almost always the next one too, and cheaper than a look at the shared table.
    last: Option<(SchemaId, Arc<Writer>)>,
    /// The payload that came of another version.
    resolved: Vec<u8>,
}

/// Decodes the values of one topic.
pub(super) struct Decoder {
    registry: RegistryClient,
    kinds: &'static [EventKind],
    limits: Limits,
    /// Our Avro schemas, parsed, in the order of `kinds`.
    readers: Vec<Option<AvroSchema>>,
    writers: RwLock<HashMap<SchemaId, Arc<Writer>>>,
}

impl Decoder {
    pub(super) fn new<T: TopicEvents>(
        registry: RegistryClient,
        limits: Limits,
    ) -> Result<Self, crate::Error> {
        let parse = |kind: &EventKind| {
            if kind.schema().format() != SchemaFormat::Avro {
                return Ok(None);
            }
            AvroSchema::parse_str(kind.schema().text()).map(Some).map_err(|error| {
                crate::Error::ConsumerStopped {
                    topic: T::TOPIC.name.to_owned(),
                    group: String::new(),
                    reason: format!("the embedded schema of `{}` does not parse: {error}", kind.name),
                }
            })
        };
        let readers = T::EVENTS.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { registry, kinds: T::EVENTS, limits, readers, writers: RwLock::default() })
    }

    /// The payload of a value. Only an id seen for the first time asks the registry.
    pub(super) async fn payload<'a>(
        &self,
        value: Option<&'a [u8]>,
        desk: &'a mut Desk,
    ) -> Result<Payload<'a>, DecodeFailure> {
        let (id, bytes) = wire::parse(value.ok_or(Undecodable::NoValue)?).map_err(Undecodable::from)?;
        let writer = match &desk.last {
            Some((last, writer)) if *last == id => writer,
            _ => {
                let writer = self.known(id).await?;
                &desk.last.insert((id, writer)).1
            }
        };
        match &**writer {
            Writer::Same { kind } => Ok(Payload { kind: *kind, bytes, limits: self.limits }),
            Writer::Other { kind, plan } => {
                let limits = plan
                    .resolve(bytes, self.limits, &mut desk.resolved)
                    .map_err(|error| Undecodable::Unreadable { id, error })?;
                Ok(Payload { kind: *kind, bytes: &desk.resolved, limits })
            }
            Writer::Unresolvable { reason } => {
                Err(Undecodable::Unresolvable { id, reason: reason.clone() }.into())
            }
            Writer::Protobuf(messages) => {
                let (indexes, bytes) = wire::parse_message_indexes(bytes).map_err(Undecodable::from)?;
                let kind = messages.kind(&indexes).map_err(|name| match name {
                    Some(name) => Undecodable::foreign(id, name),
                    None => Undecodable::UnknownMessage { id, indexes: indexes.clone() },
                })?;
                Ok(Payload { kind, bytes, limits: self.limits })
            }
        }
    }

    async fn known(&self, id: SchemaId) -> Result<Arc<Writer>, DecodeFailure> {
        let known = self.writers.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        match known {
            Some(writer) => Ok(writer),
            None => self.look_up(id).await,
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
        let (kind, reader) =
            reader_of(&name, &self.readers).ok_or_else(|| Undecodable::foreign(id, &name))?;
        Ok(match Plan::of(&schema, reader) {
            Ok(plan) if plan.is_identity() => Writer::Same { kind },
            Ok(plan) => Writer::Other { kind, plan: Box::new(plan) },
            Err(error) => Writer::Unresolvable { reason: error.to_string() },
        })
    }
}

/// The schema among a topic's that reads a writer's record: the one of its name; else one with an alias of this name;
/// else the only one of its short name, as a namespace may change (specification 1.12, "Schema Resolution"; Java's
/// reader compares short names too).
fn reader_of<'a>(writer: &str, readers: &'a [Option<AvroSchema>]) -> Option<(usize, &'a AvroSchema)> {
    let named = || {
        let readers = readers.iter().enumerate();
        readers.filter_map(|(index, reader)| {
            let reader = reader.as_ref()?;
            Some((index, reader, reader.name()?))
        })
    };
    let short = writer.rsplit('.').next().unwrap_or(writer);
    let own = named().find(|(.., name)| name.fullname(None) == writer);
    let known_as = || {
        named().find(|(_, reader, name)| {
            let aliases = reader.aliases().into_iter().flatten();
            aliases.map(|alias| alias.fullname(name.namespace())).any(|alias| alias == writer)
        })
    };
    let moved = || {
        let mut namesakes = named().filter(|(.., name)| name.name() == short);
        namesakes.next().filter(|_| namesakes.next().is_none())
    };
    own.or_else(known_as).or_else(moved).map(|(index, reader, _)| (index, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_by_its_namesake_or_by_who_was_called_so() {
        let readers: Vec<Option<AvroSchema>> = [
            r#"{"type":"record","name":"shop.Placed","aliases":["Ordered","old.Bought"],"fields":[]}"#,
            r#"{"type":"record","name":"shop.Paid","fields":[]}"#,
            r#"{"type":"record","name":"bank.Paid","aliases":["shop.Placed"],"fields":[]}"#,
        ]
        .iter()
        .map(|text| AvroSchema::parse_str(text).ok())
        .chain([None])
        .collect();
        let index = |writer: &str| reader_of(writer, &readers).map(|(index, _)| index);
        assert_eq!(index("shop.Placed"), Some(0));
        assert_eq!(index("shop.Ordered"), Some(0));
        assert_eq!(index("old.Bought"), Some(0));
        assert_eq!(index("moved.Placed"), Some(0));
        assert_eq!(index("Placed"), Some(0));
        assert_eq!(index("bank.Paid"), Some(2));
        assert_eq!(index("moved.Paid"), None, "two have this short name");
        assert_eq!(index("moved.Ordered"), None, "an alias is a full name");
        assert_eq!(index("shop.Sent"), None);
    }
}
