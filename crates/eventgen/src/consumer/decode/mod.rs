//! Decodes a record's value to an event's payload: parses the frame, looks up the writer's schema, and resolves the value to
//! the schema of this consumer.

#[cfg(feature = "avro")]
mod avro;
mod errors;
mod language;
mod list;
#[cfg(feature = "protobuf")]
mod protobuf;
mod schema_lookup;
mod writer_schema;

use std::sync::Arc;

pub(crate) use errors::Undecodable;
pub(crate) use language::Payload;
pub(crate) use schema_lookup::{Inquiry, SchemaLookup, Settled};
pub(crate) use writer_schema::Readers;

use crate::consumer::topics::TopicIndex;
use crate::registry::SchemaKey;
use crate::wire::{self, ParsedValue};
use crate::{DecodeOptions, Delivery};
use schema_lookup::Found;
use writer_schema::WriterSchema;

/// Why there is no payload.
#[derive(Debug)]
pub(crate) enum DecodeFailure {
    /// The record cannot be decoded.
    Poison(Undecodable),
    /// The schema of the record is being looked up.
    Pending(Settled),
    /// The look-up of the schema panicked, with this message.
    Panicked(String),
}

impl<E: Into<Undecodable>> From<E> for DecodeFailure {
    fn from(error: E) -> Self {
        Self::Poison(error.into())
    }
}

/// State that a worker reuses from one record to the next.
#[derive(Debug, Default)]
pub(crate) struct DecodeBuffer {
    /// The last schema. Most records have the same one as the record before, which saves a look-up in the shared table.
    last: Option<(TopicIndex, SchemaKey, Arc<WriterSchema>)>,
    /// The memory of payloads that are resolved to the schema of this consumer.
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

    /// The payload of a value. A schema id that is not known yet is looked up in the background: see [`SchemaLookup`].
    pub(crate) fn payload<'a>(
        &self,
        value: Option<&'a [u8]>,
        delivery: &'a Delivery,
        buffer: &'a mut DecodeBuffer,
    ) -> Result<Payload<'a>, DecodeFailure> {
        let value = value.ok_or(Undecodable::NoValue)?;
        let parsed = wire::parse_value(value, delivery.headers.bytes(wire::VALUE_HEADER));
        let ParsedValue { schema: id, payload: bytes, header } = parsed.map_err(Undecodable::from)?;
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
        match &**writer {
            Ok(writer) => Ok(writer.payload(id, bytes, header, self.options, &mut buffer.resolved)?),
            Err(reason) => Err(Undecodable::from(reason.clone()).into()),
        }
    }
}
