//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.
#![cfg_attr(
    not(any(feature = "avro", feature = "protobuf")),
    allow(
        dead_code,
        unused_variables,
        clippy::unused_self,
        reason = "without a schema language nothing is decoded"
    )
)]

#[cfg(feature = "avro")]
mod avro;
#[cfg(feature = "protobuf")]
mod protobuf;
mod schema_lookup;
mod writer_schema;

use std::sync::Arc;

use thiserror::Error;

pub(crate) use schema_lookup::{Inquiry, SchemaLookup};
pub(crate) use writer_schema::Readers;

use crate::consumer::scheduler::SignalId;
use crate::consumer::topics::TopicIndex;
use crate::registry::SchemaId;
use crate::wire::{self, FrameError};
use crate::{DecodeOptions, Delivery};
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
    #[cfg(feature = "protobuf")]
    #[error("schema id {id} has no message at the indexes {indexes:?}")]
    UnknownMessage { id: SchemaId, indexes: Vec<u32> },
    #[cfg(feature = "avro")]
    #[error("schema id {id} is a union without a branch {index}")]
    UnknownBranch { id: SchemaId, index: i64 },
    #[error(transparent)]
    Schema(#[from] Unusable),
    #[cfg(feature = "avro")]
    #[error("the value does not decode with schema id {id}: {error}")]
    Unreadable { id: SchemaId, error: crate::avro::DecodeError },
}

/// Why there is no payload.
#[derive(Debug)]
pub(crate) enum DecodeFailure {
    /// The record is to blame.
    Poison(Undecodable),
    /// The registry has not answered yet what the record's schema is. This signal is raised when it has.
    Pending(SignalId),
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
    /// What decoding it may use.
    pub(crate) options: DecodeOptions,
}

/// What a worker keeps from one record to the next.
#[derive(Debug, Default)]
pub(crate) struct DecodeBuffer {
    /// The writer seen last: almost always the next one too, and cheaper than a look at the shared table.
    last: Option<(TopicIndex, SchemaId, Arc<Writer>)>,
    /// A payload of another version, resolved to ours.
    #[cfg(feature = "avro")]
    resolved: Vec<u8>,
}

/// Decodes the values of one topic.
pub(crate) struct Decoder {
    topic: TopicIndex,
    lookup: SchemaLookup,
    options: DecodeOptions,
}

impl Decoder {
    pub(crate) fn new(topic: TopicIndex, lookup: SchemaLookup, options: DecodeOptions) -> Self {
        Self { topic, lookup, options }
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
                    Found::Pending(settled) => return Err(DecodeFailure::Pending(settled)),
                    Found::Panicked(message) => return Err(DecodeFailure::Panicked(message)),
                };
                &buffer.last.insert((self.topic, id, writer)).2
            }
        };
        let options = self.options;
        match &**writer {
            #[cfg(feature = "avro")]
            Writer::Avro(writer) => {
                let (kind, bytes, limits) =
                    writer.payload(id, bytes, options.into(), &mut buffer.resolved)?;
                Ok(Payload { kind, bytes, options: limits.into() })
            }
            #[cfg(feature = "protobuf")]
            Writer::Protobuf(messages) => {
                let (indexes, bytes) = wire::parse_message_indexes(bytes).map_err(Undecodable::from)?;
                let kind = messages.kind(&indexes).map_err(|name| match name {
                    Some(name) => Undecodable::from(Unusable::ForeignEvent { id, name: name.to_owned() }),
                    None => Undecodable::UnknownMessage { id, indexes: indexes.clone() },
                })?;
                Ok(Payload { kind, bytes, options })
            }
            Writer::Unusable(reason) => Err(Undecodable::from(reason.clone()).into()),
        }
    }
}
