//! From a record's value to an event's payload: the frame, the writer's schema, and its resolution to ours.

use std::sync::Arc;

use thiserror::Error;

use super::schema_lookup::{Found, Pending, SchemaLookup};
use super::writer_schema::{Unusable, Writer};
use crate::Delivery;
use crate::avro::{self, Limits};
use crate::registry::SchemaId;
use crate::wire::{self, FrameError};

/// A value that is no event of the topic.
#[derive(Debug, Error)]
pub(super) enum Undecodable {
    #[error("the record has no value (a tombstone)")]
    NoValue,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("schema id {0} is not in the registry")]
    UnknownSchema(SchemaId),
    #[error("schema id {id} has no message at the indexes {indexes:?}")]
    UnknownMessage { id: SchemaId, indexes: Vec<u32> },
    #[error(transparent)]
    Schema(#[from] Unusable),
    #[error("the value does not decode with schema id {id}: {error}")]
    Unreadable { id: SchemaId, error: avro::DecodeError },
}

/// Why there is no payload.
#[derive(Debug)]
pub(super) enum DecodeFailure {
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
pub(super) struct Payload<'a> {
    /// Index into the topic's events.
    pub(super) kind: usize,
    pub(super) bytes: &'a [u8],
    /// What decoding it may use up.
    pub(super) limits: Limits,
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
    lookup: SchemaLookup,
    limits: Limits,
}

impl Decoder {
    pub(super) fn new(lookup: SchemaLookup, limits: Limits) -> Self {
        Self { lookup, limits }
    }

    /// The payload of a value. An id that is seen for the first time is looked up meanwhile: see [`SchemaLookup`].
    pub(super) fn payload<'a>(
        &self,
        value: Option<&'a [u8]>,
        delivery: &Delivery,
        desk: &'a mut Desk,
    ) -> Result<Payload<'a>, DecodeFailure> {
        let (id, bytes) = wire::parse(value.ok_or(Undecodable::NoValue)?).map_err(Undecodable::from)?;
        let writer = match &desk.last {
            Some((last, writer)) if *last == id => writer,
            _ => {
                let writer = match self.lookup.find(id, delivery) {
                    Found::Known(writer) => writer,
                    Found::Unknown => return Err(Undecodable::UnknownSchema(id).into()),
                    Found::Pending(pending) => return Err(DecodeFailure::Pending(pending)),
                    Found::Panicked(message) => return Err(DecodeFailure::Panicked(message)),
                };
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
            Writer::Protobuf(messages) => {
                let (indexes, bytes) = wire::parse_message_indexes(bytes).map_err(Undecodable::from)?;
                let kind = messages.kind(&indexes).map_err(|name| match name {
                    Some(name) => Undecodable::from(Unusable::ForeignEvent { id, name: name.to_owned() }),
                    None => Undecodable::UnknownMessage { id, indexes: indexes.clone() },
                })?;
                Ok(Payload { kind, bytes, limits: self.limits })
            }
            Writer::Unusable(reason) => Err(Undecodable::from(reason.clone()).into()),
        }
    }
}
