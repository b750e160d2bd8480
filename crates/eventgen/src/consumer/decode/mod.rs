//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.

mod messages;
mod schema_lookup;
mod writer_schema;

use std::sync::Arc;

use thiserror::Error;

pub(crate) use schema_lookup::{Inquiry, Pending, SchemaLookup};
pub(crate) use writer_schema::Readers;

use crate::Delivery;
use crate::avro::{self, Limits};
use crate::consumer::topics::TopicIndex;
use crate::registry::SchemaId;
use crate::wire::{self, FrameError};
use schema_lookup::Found;
use writer_schema::{Unusable, Writer};

/// Why a value does not decode to an event of its topic.
#[derive(Debug, Error)]
pub(crate) enum Undecodable {
    #[error("the record has no value (a tombstone)")]
    NoValue,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("schema id {0} is not in the registry")]
    UnknownSchema(SchemaId),
    #[error("schema id {id} has no message at the indexes {indexes:?}")]
    UnknownMessage { id: SchemaId, indexes: Vec<u32> },
    #[error("schema id {id} is a union without a branch {index}")]
    UnknownBranch { id: SchemaId, index: i64 },
    #[error(transparent)]
    Schema(#[from] Unusable),
    #[error("the value does not decode with schema id {id}: {error}")]
    Unreadable { id: SchemaId, error: avro::DecodeError },
}

/// Why there is no payload.
#[derive(Debug)]
pub(crate) enum DecodeFailure {
    /// The record is to blame.
    Poison(Undecodable),
    /// The registry has not said yet what the record's schema is.
    Pending(Pending),
    /// The look-up of the schema panicked, with this message.
    Panicked(String),
}

impl<E: Into<Undecodable>> From<E> for DecodeFailure {
    fn from(error: E) -> Self {
        Self::Poison(error.into())
    }
}

/// A payload in the schema of this consumer.
#[derive(Debug)]
pub(crate) struct Payload<'a> {
    /// Index into the topic's events.
    pub(crate) kind: usize,
    pub(crate) bytes: &'a [u8],
    /// What decoding it may use up.
    pub(crate) limits: Limits,
}

/// What a worker keeps from one record to the next.
#[derive(Debug, Default)]
pub(crate) struct DecodeBuffer {
    /// The writer seen last: almost always the next one too, and cheaper than a look at the shared table.
    last: Option<(TopicIndex, SchemaId, Arc<Writer>)>,
    /// The payload that came of another version.
    resolved: Vec<u8>,
}

/// Decodes the values of one topic.
pub(crate) struct Decoder {
    topic: TopicIndex,
    lookup: SchemaLookup,
    limits: Limits,
}

impl Decoder {
    pub(crate) fn new(topic: TopicIndex, lookup: SchemaLookup, limits: Limits) -> Self {
        Self { topic, lookup, limits }
    }

    /// The payload of a value. An id that is seen for the first time is looked up meanwhile: see [`SchemaLookup`].
    pub(crate) fn payload<'a>(
        &self,
        value: Option<&'a [u8]>,
        delivery: &Delivery,
        buffer: &'a mut DecodeBuffer,
    ) -> Result<Payload<'a>, DecodeFailure> {
        let (id, bytes) = wire::parse(value.ok_or(Undecodable::NoValue)?).map_err(Undecodable::from)?;
        let writer = match &buffer.last {
            Some((topic, last, writer)) if (*topic, *last) == (self.topic, id) => writer,
            _ => {
                let writer = match self.lookup.find(id, delivery) {
                    Found::Known(writer) => writer,
                    Found::Unknown => return Err(Undecodable::UnknownSchema(id).into()),
                    Found::Pending(pending) => return Err(DecodeFailure::Pending(pending)),
                    Found::Panicked(message) => return Err(DecodeFailure::Panicked(message)),
                };
                &buffer.last.insert((self.topic, id, writer)).2
            }
        };
        let (writer, bytes) = match &**writer {
            Writer::Union(branches) => {
                let (index, bytes) =
                    avro::split_branch(bytes).map_err(|error| Undecodable::Unreadable { id, error })?;
                let branch = usize::try_from(index).ok().and_then(|index| branches.get(index));
                (branch.ok_or(Undecodable::UnknownBranch { id, index })?, bytes)
            }
            writer => (writer, bytes),
        };
        match writer {
            Writer::Same { kind } => Ok(Payload { kind: *kind, bytes, limits: self.limits }),
            Writer::Other { kind, plan } => {
                let limits = plan
                    .resolve(bytes, self.limits, &mut buffer.resolved)
                    .map_err(|error| Undecodable::Unreadable { id, error })?;
                Ok(Payload { kind: *kind, bytes: &buffer.resolved, limits })
            }
            Writer::Protobuf(messages) => {
                let (indexes, bytes) = wire::parse_message_indexes(bytes).map_err(Undecodable::from)?;
                let kind = messages.kind(&indexes).map_err(|name| match name {
                    Some(name) => Undecodable::from(Unusable::ForeignEvent { id, name: name.to_owned() }),
                    None => Undecodable::UnknownMessage { id, indexes: indexes.clone() },
                })?;
                Ok(Payload { kind, bytes, limits: self.limits })
            }
            Writer::Unusable(reason) => Err(Undecodable::from(reason.clone()).into()),
            // Unions do not contain unions (specification 1.12, "Unions").
            Writer::Union(_) => Err(Undecodable::UnknownBranch { id, index: 0 }.into()),
        }
    }
}
