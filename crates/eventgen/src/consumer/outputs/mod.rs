//! What a record leads to: the events that its handler sends, its dead letter and its copy in a retry topic, if they are part
//! of a transaction.
//!
//! | file | what it does |
//! |---|---|
//! | `options` | the settings of a consumer's transactions |
//! | `collected` | what one attempt of a handler has sent |
//!
//! An attempt collects its outputs in memory. If it fails they are dropped; if it succeeds they go with the record to the
//! polling thread, which adds them to the next transaction together with the record's offset.

mod collected;
mod options;

pub(crate) use collected::Outputs;
pub use options::TransactionOptions;

use crate::EncodedRecord;
use crate::consumer::open_keys::Promise;
use crate::kafka::{OutgoingRecord, Sending};
use crate::key::displayed;
use crate::observe::trace::{Span, Spans};

/// A record to be written in the transaction that commits the record that it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    record: EncodedRecord,
    /// `None` chooses the partition by the key.
    partition: Option<i32>,
    /// Milliseconds since the Unix epoch; `None` is when it is written.
    timestamp: Option<i64>,
    /// Whether it is an event, whose sending has a span. A letter carries the context of its record.
    is_event: bool,
    /// What its key waits for, if it is written to a retry topic.
    promise: Option<Box<Promise>>,
}

impl Output {
    /// An event that a handler has sent.
    pub(crate) fn event(record: EncodedRecord) -> Self {
        Self { record, partition: None, timestamp: None, is_event: true, promise: None }
    }

    /// A copy of a record that the runtime writes.
    pub(crate) fn copied(record: OutgoingRecord<'_>) -> Self {
        let OutgoingRecord { topic, partition, key, payload, headers, timestamp } = record;
        let [key, value] = [key, payload].map(|bytes| bytes.map(<[u8]>::to_vec));
        let record = EncodedRecord::new(topic, key, headers.clone(), value);
        Self { record, partition, timestamp, is_event: false, promise: None }
    }

    /// A record that has failed, on its way to a retry topic, where its key waits for it.
    pub(crate) fn promising(self, promise: Promise) -> Self {
        Self { promise: Some(Box::new(promise)), ..self }
    }

    /// What its key waits for.
    pub(crate) fn promise(&self) -> Option<&Promise> {
        self.promise.as_deref()
    }

    /// The record.
    pub(crate) fn into_record(self) -> EncodedRecord {
        self.record
    }

    /// The topic.
    pub(crate) fn topic(&self) -> &str {
        &self.record.topic
    }

    /// The key, for messages.
    pub(crate) fn displayed_key(&self) -> String {
        let key = self.record.key.as_deref().map(displayed);
        key.map_or_else(|| "no key".to_owned(), |key| format!("key `{key}`"))
    }

    /// The bytes of memory that it takes.
    pub(crate) fn size(&self) -> usize {
        let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        length(&self.record.key) + length(&self.record.value) + self.record.headers.size()
    }

    /// Hands the record to a producer.
    pub(crate) fn write<R>(
        &self,
        spans: &Spans,
        hand_over: impl FnOnce(OutgoingRecord<'_>, Sending) -> R,
    ) -> R {
        let Self { record, partition, timestamp, is_event, .. } = self;
        let (partition, timestamp) = (*partition, *timestamp);
        if !is_event || cfg!(not(feature = "otel")) {
            let record = OutgoingRecord { partition, timestamp, ..record.outgoing(&record.headers) };
            return hand_over(record, Sending::begin(Span::default()));
        }
        let mut headers = record.headers.clone();
        let sending = Sending::begin(spans.send(&record.topic, record.value.is_none(), &mut headers));
        hand_over(OutgoingRecord { partition, timestamp, ..record.outgoing(&headers) }, sending)
    }
}
