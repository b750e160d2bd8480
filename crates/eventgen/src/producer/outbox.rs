//! The two halves of an outbox: one encodes events when they are stored, the other sends stored records.
//!
//! A service stores events while the cluster is away. So the first half asks the registry for the ids of schemas, and the
//! cluster for nothing.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::EncodedRecord;
use super::outlets::Outlets;
use crate::client::StartUp;
use crate::kafka::{NotDelivered, Receipt, RecordWriter, Sending, Settings, Settled};
use crate::observe::trace::Spans;
use crate::{Client, Error, EventKind, Headers, KafkaEvent, KeyBuffer, Topic, TopicEvents};

/// The setting for the largest record, the size that topics accept by default, and the largest value of the setting.
const LARGEST: &str = "message.max.bytes";
const LARGEST_DEFAULT: usize = 1_000_000;
const LARGEST_RECORD: &str = "1000000000";

/// Encodes the events of some topics.
pub struct OutboxEncoder {
    outlets: Outlets,
}

impl OutboxEncoder {
    /// Looks up the ids of the schemas of topics, and waits for at most `wait` while the registry does not answer.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::Registry`].
    pub async fn look_up(
        client: &Client,
        topics: &[(&'static Topic, &'static [EventKind])],
        wait: Duration,
    ) -> Result<Self, Error> {
        let limit = client.settings().get(LARGEST).and_then(|bytes| bytes.parse().ok());
        let start = StartUp::new("outbox", wait);
        let limit = limit.unwrap_or(LARGEST_DEFAULT);
        Ok(Self { outlets: Outlets::look_up_schemas(client, &start, topics, limit).await? })
    }

    /// The record of an event; `None` if its topic is none of these.
    ///
    /// # Errors
    /// [`Error::Encode`], [`Error::OutputTooLarge`].
    pub fn encode<E: KafkaEvent>(&self, event: &E) -> Option<Result<EncodedRecord, Error>> {
        self.outlets.encode(event)
    }

    /// The record that deletes a key; `None` if the topic is none of these.
    ///
    /// # Errors
    /// [`Error::NotCompacted`], [`Error::AbsentKey`].
    pub fn deletion<T: TopicEvents>(&self, key: &KeyBuffer) -> Option<Result<EncodedRecord, Error>> {
        self.outlets.deletion::<T>(key)
    }
}

/// The cluster of stored records, and how to connect to it.
#[derive(Debug, Clone)]
pub struct SenderSettings(Settings);

impl From<&Client> for SenderSettings {
    fn from(client: &Client) -> Self {
        Self(client.settings().clone())
    }
}

impl FromIterator<(String, String)> for SenderSettings {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(properties: I) -> Self {
        let mut settings = Settings::default();
        for (name, value) in properties {
            settings.set(name, value);
        }
        Self(settings)
    }
}

/// Sends stored records of any topics. Unacknowledged ones are discarded when it is dropped.
pub struct RecordSender {
    writer: RecordWriter,
    settled: Arc<Settled>,
    spans: Spans,
}

impl RecordSender {
    /// An idempotent producer without a limit to the time and size of a record, unless settings say otherwise.
    ///
    /// # Errors
    /// [`Error::InvalidSettings`], [`Error::RefusedSetting`].
    pub fn new(cluster: &SenderSettings, settings: &[(String, String)]) -> Result<Self, Error> {
        // A record that is given up after a time would be overtaken by later ones of its key.
        let mut own = Settings::of(&[("delivery.timeout.ms", "0"), (LARGEST, LARGEST_RECORD)]);
        for (name, value) in settings {
            own.set(name, value);
        }
        let writer = RecordWriter::discarding(&cluster.0, &own)?;
        Ok(Self { writer, settled: Arc::default(), spans: Spans::of_producer(&[]) })
    }

    /// Hands a record over, with a number by which [`take_settled`](Self::take_settled) tells what became of it. Waits while
    /// the buffer is full. The headers of the record carry the context of its span.
    ///
    /// # Errors
    /// [`NotSent`] if librdkafka refuses this record.
    pub async fn submit(&self, number: i64, record: &mut EncodedRecord) -> Result<(), NotSent> {
        let mut headers = std::mem::replace(&mut record.headers, Headers::new());
        let sending = Sending::begin(self.spans.send(&record.topic, record.value.is_none(), &mut headers));
        let submitted = self.writer.begin(record.outgoing(&headers), &self.settled, number, sending).await;
        record.headers = headers;
        Ok(submitted?)
    }

    /// Resolves when there is something for [`take_settled`](Self::take_settled). For one caller at a time; it may be dropped
    /// and called again.
    pub async fn settled(&self) {
        self.settled.filled().await;
    }

    /// The records that are acknowledged or have failed since the last call, by their numbers.
    pub fn take_settled(&self) -> impl Iterator<Item = (i64, Result<Receipt, NotSent>)> + use<> {
        let outcomes = self.settled.take().into_iter();
        outcomes.map(|(number, outcome)| (number, outcome.map_err(NotSent::from)))
    }
}

/// A stored record that was not sent.
#[derive(Debug, Clone)]
pub struct NotSent {
    /// What follows from it.
    pub kind: NotSentKind,
    /// What librdkafka reports.
    pub reason: String,
}

/// What a failure means for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSentKind {
    /// Sending this record again would be in vain. Brokers refuse whole batches: the cause may be another record of its
    /// partition.
    Refused,
    /// The cluster does not have the topic.
    UnknownTopic,
    /// The producer is broken.
    Fatal,
    /// It may succeed later.
    Other,
}

impl From<NotDelivered> for NotSent {
    fn from(failure: NotDelivered) -> Self {
        let kind = if failure.is_fatal() {
            NotSentKind::Fatal
        } else if failure.is_unknown_topic() {
            NotSentKind::UnknownTopic
        } else if failure.is_refusal() {
            NotSentKind::Refused
        } else {
            NotSentKind::Other
        };
        Self { kind, reason: failure.reason().to_owned() }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
