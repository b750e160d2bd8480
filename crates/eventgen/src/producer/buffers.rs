//! Buffers for encoding events, reused so that producing allocates little.

use std::sync::{Mutex, PoisonError};

use super::EncodedRecord;
use crate::kafka::{OutgoingRecord, Sending};
use crate::observe::trace::Spans;
use crate::registry::SchemaId;
use crate::{EncodeError, Headers, KafkaEvent, KeyBuffer, wire};

/// The most buffers that are kept for later events. On most machines fewer are in use at once.
const KEPT: usize = 64;

/// An encoded event.
#[derive(Default)]
pub(super) struct Buffers {
    key: KeyBuffer,
    headers: Headers,
    payload: Vec<u8>,
}

impl Buffers {
    /// Encodes an event and frames it with the id of its schema.
    pub(super) fn fill<E: KafkaEvent>(&mut self, event: &E, id: SchemaId) -> Result<(), EncodeError> {
        self.key.clear();
        event.ordered_key(&mut self.key)?;
        self.headers.clear();
        event.headers(&mut self.headers);
        self.payload.clear();
        wire::frame(id, &mut self.payload);
        if let Some(indexes) = E::schema().message_indexes() {
            wire::message_indexes(indexes, &mut self.payload);
        }
        event.write_payload(&mut self.payload)
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
