//! Buffers for encoding events, reused so that producing allocates little.

use std::sync::{Mutex, PoisonError};

use super::EncodedRecord;
use super::key_frame::KeyFrame;
use super::latest::Conversion;
use crate::kafka::{OutgoingRecord, Sending};
use crate::observe::trace::Spans;
use crate::registry::{SchemaId, SchemaKey};
use crate::{EncodeError, Headers, KafkaEvent, KeyBuffer, wire};

/// The most buffers that are kept for later events. On most machines fewer are in use at once.
const KEPT: usize = 64;

/// How values of an event are written.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) stamp: Stamp,
    /// How payloads become those of another version of the schema.
    pub(super) conversion: Option<Box<dyn Conversion>>,
}

/// Where a record names the schema of its value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stamp {
    /// In a frame before the payload.
    Frame(SchemaId),
    /// In the header [`wire::VALUE_HEADER`].
    Header(SchemaKey),
}

/// An encoded event.
#[derive(Default)]
pub(super) struct Buffers {
    key: KeyBuffer,
    headers: Headers,
    payload: Vec<u8>,
    /// The payload before its conversion, and the memory that this takes.
    own: [Vec<u8>; 2],
}

impl Buffers {
    /// Encodes an event and names its schema. `key` is the frame of a typed key.
    pub(super) fn fill<E: KafkaEvent>(
        &mut self,
        event: &E,
        form: &Form,
        key: Option<&KeyFrame>,
    ) -> Result<(), EncodeError> {
        self.key.clear();
        event.ordered_key(&mut self.key)?;
        if let Some(frame) = key {
            self.key.frame(frame.bytes());
        }
        self.headers.clear();
        event.headers(&mut self.headers);
        self.payload.clear();
        let mut header = Vec::new();
        let place = match form.stamp {
            Stamp::Frame(id) => {
                wire::frame(id, &mut self.payload);
                &mut self.payload
            }
            Stamp::Header(schema) => {
                wire::header(schema, &mut header);
                &mut header
            }
        };
        let conversion = form.conversion.as_deref();
        let converted = conversion.and_then(Conversion::message_indexes);
        if let Some(indexes) = converted.or_else(|| E::schema().message_indexes()) {
            wire::message_indexes(indexes, place);
        }
        if matches!(form.stamp, Stamp::Header(_)) {
            self.headers.append(wire::VALUE_HEADER, Some(header));
        }
        let Some(conversion) = conversion else { return event.write_payload(&mut self.payload) };
        let [own, scratch] = &mut self.own;
        own.clear();
        event.write_payload(own)?;
        conversion.convert(own, scratch, &mut self.payload)
    }

    /// The record begins its way. Its headers carry the context of the span.
    pub(super) fn begin(&mut self, spans: &Spans, topic: &str) -> Sending {
        Sending::begin(spans.send(topic, false, &mut self.headers))
    }

    pub(super) fn to_record(&self, topic: &str) -> EncodedRecord {
        let key = self.key.as_bytes().map(<[u8]>::to_vec);
        EncodedRecord::new(topic, key, self.headers.clone(), Some(self.payload.clone()))
    }

    pub(super) fn record<'a>(&'a self, topic: &'a str) -> OutgoingRecord<'a> {
        OutgoingRecord {
            topic,
            partition: None,
            key: self.key.as_bytes(),
            payload: Some(&self.payload),
            headers: &self.headers,
            timestamp: None,
        }
    }
}

/// Buffers that are not in use.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Buffers>>);

impl Pool {
    pub(super) fn take(&self) -> Buffers {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub(super) fn give_back(&self, buffers: Buffers) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(buffers);
        }
    }
}
