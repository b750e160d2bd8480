//! Dead letters: records that cannot be handled, kept with the reason, so that they can be inspected and sent again.
//!
//! A dead letter has the key, value, timestamp and headers of the record. Headers are added: those of
//! [KIP-1191](https://cwiki.apache.org/confluence/x/SQ7xF) and others with the same prefix, all UTF-8 text.
//!
//! A letter that is too large for its topic is written without the value, and if necessary without the headers and the key
//! of the record; [`OMITTED`] states which. The record itself stays at its topic, partition and offset until its retention
//! ends.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Mutex;

use super::history::History;
use super::letter_writer::{HandedOver, LetterWriter};
use crate::consumer::HandlerError;
use crate::consumer::outputs::Output;
use crate::consumer::record::Record;
use crate::kafka::{NotDelivered, OutgoingRecord};
use crate::producer::largest_record;
use crate::{Client, DeadLetterTopic, Error, Headers, Text};

/// The topic of the record.
pub const TOPIC: &str = "__dlq.errors.topic";
/// The partition of the record.
pub const PARTITION: &str = "__dlq.errors.partition";
/// The offset of the record.
pub const OFFSET: &str = "__dlq.errors.offset";
/// The group that could not handle the record.
pub const GROUP: &str = "__dlq.errors.group";
/// How often the handler was called with the event: 0 if the record does not decode or its kind is unknown.
pub const DELIVERY_COUNT: &str = "__dlq.errors.delivery.count";
/// The error with its causes, at most [`MAX_MESSAGE`] bytes.
pub const MESSAGE: &str = "__dlq.errors.message";
/// When the dead letter was written, milliseconds since the Unix epoch.
pub const TIMESTAMP: &str = "__dlq.errors.timestamp";
/// The Rust type of the error.
pub const EXCEPTION: &str = "__dlq.errors.exception";
/// The kind of reason: see [`Disposition`].
pub const DISPOSITION: &str = "__dlq.errors.disposition";

/// When the handler failed first, milliseconds since the Unix epoch, if the record was in retry topics.
pub const FIRST_FAILURE: &str = "__dlq.errors.first.failure";
/// How many delays the record has waited for in retry topics. Absent if it was in none.
pub const DELAYS: &str = "__dlq.errors.delays";

/// The timestamp of the record, milliseconds since the Unix epoch, if the timestamp of the letter is the time at which it was
/// written. That is the case if with the record's timestamp the letter would expire before half of the dead-letter topic's
/// `retention.ms` is over, or if the topic refuses the record's timestamp (KIP-937).
pub const RECORD_TIMESTAMP: &str = "__dlq.errors.record.timestamp";
/// The parts that are omitted because the letter was too large: `value`, `value,headers` or `value,headers,key`. Absent if
/// no part is omitted.
pub const OMITTED: &str = "__dlq.errors.omitted";

/// The group that a record was sent back for, by `eventgen dlq redrive`. Consumers of other groups skip the record.
pub const REDRIVE_GROUP: &str = "__dlq.redrive.group";

/// The most bytes of an error message that are kept, so that the reason does not make a dead letter larger than
/// `max.message.bytes`.
pub const MAX_MESSAGE: usize = 2_048;

/// Why a record is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Disposition {
    /// The bytes do not decode.
    Poison,
    /// The kind of the event is none of those that this build knows on the topic.
    Unknown,
    /// The handler rejected the event.
    Rejected,
    /// The handler failed at the last retry too.
    Exhausted,
}

impl Disposition {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Poison => "poison",
            Self::Unknown => "unknown",
            Self::Rejected => "rejected",
            Self::Exhausted => "exhausted",
        }
    }
}

/// Why a record cannot be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The kind of reason.
    pub disposition: Disposition,
    /// The Rust type of the error.
    pub exception: &'static str,
    /// The error with its causes, at most [`MAX_MESSAGE`] bytes.
    pub message: String,
}

impl Reason {
    pub(crate) fn poison<E: StdError>(error: &E) -> Self {
        Self::new(Disposition::Poison, std::any::type_name::<E>(), &error.to_string())
    }

    pub(crate) fn unknown<E: StdError>(error: &E) -> Self {
        Self::new(Disposition::Unknown, std::any::type_name::<E>(), &error.to_string())
    }

    pub(crate) fn handler(disposition: Disposition, error: &HandlerError) -> Self {
        Self::new(disposition, error.type_name(), &error.chain())
    }

    pub(crate) fn new(disposition: Disposition, exception: &'static str, message: &str) -> Self {
        let end = (0..=message.len().min(MAX_MESSAGE)).rev().find(|&end| message.is_char_boundary(end));
        Self { disposition, exception, message: message[..end.unwrap_or(0)].to_owned() }
    }
}

/// The parts that a dead letter omits because with them it would be larger than its topic accepts. The topic, partition and
/// offset of the record are never omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Omitted {
    Nothing,
    Value,
    Headers,
    Key,
}

impl Omitted {
    /// From the whole record to its topic, partition and offset only.
    const STEPS: [Self; 4] = [Self::Nothing, Self::Value, Self::Headers, Self::Key];

    /// The value of the header [`OMITTED`]; `None` if no part is omitted.
    pub(crate) const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Value => Some("value"),
            Self::Headers => Some("value,headers"),
            Self::Key => Some("value,headers,key"),
        }
    }
}

/// A dead letter that is written.
pub(crate) struct Letter {
    /// The parts that were omitted.
    pub(crate) omitted: Omitted,
    /// The letter, if it is to be written in the transaction that commits its record.
    pub(crate) output: Option<Output>,
}

/// Writes the dead letters of one topic.
pub(crate) struct DeadLetters {
    client: Client,
    writer: Arc<LetterWriter>,
    topic: &'static str,
    /// The retention of the contract in milliseconds; `None` is unlimited.
    retention: Option<i64>,
    /// The largest record of the contract in bytes; `None` leaves it to the broker.
    largest: Option<usize>,
    group: String,
    /// The number of partitions of the topic when it was last requested.
    partitions: Mutex<u32>,
}

impl DeadLetters {
    /// A writer to a dead-letter topic.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::BrokersUnreachable`], [`Error::Authentication`].
    pub(crate) async fn new(
        client: &Client,
        writer: Arc<LetterWriter>,
        topic: &DeadLetterTopic,
        group: &str,
    ) -> Result<Self, Error> {
        let partitions = Mutex::new(client.partition_count_of(topic.name).await?);
        let retention = topic.config.iter().find(|(name, _)| *name == "retention.ms");
        // A negative value is unlimited.
        let retention = retention.and_then(|(_, millis)| millis.parse().ok()).filter(|millis| *millis >= 0);
        writer.begin(topic.name).await;
        let (client, group) = (client.clone(), group.to_owned());
        let largest = largest_record(topic.config);
        Ok(Self { client, writer, topic: topic.name, retention, largest, group, partitions })
    }

    /// The name of the topic in the cluster.
    pub(crate) fn topic(&self) -> &'static str {
        self.topic
    }

    /// Writes a record as a dead letter and waits for the acknowledgement, unless it is part of a transaction.
    pub(crate) async fn write(
        &self,
        record: &Record,
        attempts: u32,
        history: &History,
        reason: &Reason,
    ) -> Result<Letter, Error> {
        let mut refused = None;
        for omitted in Omitted::STEPS {
            let headers = self.headers(record, attempts, history, reason, omitted);
            match self.send(record, &headers, omitted).await {
                Ok(output) => return Ok(Letter { omitted, output }),
                Err(error) if error.is_too_large() => refused = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused
            .expect("the loop has at least one step, and returns unless the letter is too large")
            .into())
    }

    async fn send(
        &self,
        record: &Record,
        headers: &Headers,
        omitted: Omitted,
    ) -> Result<Option<Output>, NotDelivered> {
        let delivery = &record.delivery;
        let mut known = *self.partitions.lock().await;
        let made = delivery.timestamp.map(|timestamp| timestamp.timestamp_millis());
        // A topic refuses timestamps in the future, and with them a whole transaction.
        let is_safe = |made: &i64| !self.writer.is_transactional() || *made <= now();
        let mut timestamp = made.filter(|made| !self.would_expire(*made)).filter(is_safe);
        let mut headers = headers.clone();
        loop {
            if let (Some(made), None) = (made, timestamp) {
                headers.set(RECORD_TIMESTAMP, made);
            }
            // The cluster numbers partitions with positive 32-bit integers.
            let partitions = i32::try_from(known).unwrap_or(i32::MAX).max(1);
            let outgoing = OutgoingRecord {
                topic: self.topic,
                partition: Some(delivery.partition % partitions),
                key: delivery.key.as_deref().filter(|_| omitted != Omitted::Key),
                payload: record.payload.as_deref().filter(|_| omitted == Omitted::Nothing),
                headers: &headers,
                timestamp,
            };
            match self.writer.send(outgoing, self.largest).await {
                Ok(HandedOver::At(_)) => return Ok(None),
                Ok(HandedOver::Output(output)) => return Ok(Some(output)),
                // The topic was deleted and created with fewer partitions.
                Err(error) if error.is_unknown_partition() => {
                    let now = self.count_again(known).await;
                    if now.is_none_or(|now| now == known) {
                        return Err(error);
                    }
                    known = now.unwrap_or(known);
                }
                // The topic does not accept a timestamp this old or this far in the future: the letter gets the time at
                // which it is written.
                Err(error) if error.is_bad_timestamp() && timestamp.is_some() => timestamp = None,
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a letter with this timestamp, in milliseconds since the Unix epoch, would be kept for less than half of the
    /// topic's retention. Kafka measures retention from the timestamp of a record, not from the time at which it was written.
    fn would_expire(&self, made: i64) -> bool {
        self.retention.is_some_and(|retention| now().saturating_sub(made) > retention / 2)
    }

    /// Requests the number of partitions, unless another task has done so in the meantime. `None` if there is no answer.
    async fn count_again(&self, known: u32) -> Option<u32> {
        let mut partitions = self.partitions.lock().await;
        if *partitions == known {
            *partitions = self.client.partition_count_of(self.topic).await.ok()?;
        }
        Some(*partitions)
    }

    fn headers(
        &self,
        record: &Record,
        attempts: u32,
        history: &History,
        reason: &Reason,
        omitted: Omitted,
    ) -> Headers {
        let delivery = &record.delivery;
        let mut headers = match omitted {
            Omitted::Nothing | Omitted::Value => delivery.headers.clone(),
            Omitted::Headers | Omitted::Key => Headers::new(),
        };
        let entries: [(&str, &dyn Text); 9] = [
            (TOPIC, &delivery.topic),
            (PARTITION, &delivery.partition),
            (OFFSET, &delivery.offset),
            (GROUP, &self.group),
            (DELIVERY_COUNT, &i64::from(attempts)),
            (MESSAGE, &reason.message),
            (TIMESTAMP, &now()),
            (EXCEPTION, &reason.exception),
            (DISPOSITION, &reason.disposition.as_str()),
        ];
        for (name, value) in entries {
            // Replaces the headers of an earlier dead letter that was sent again and failed again.
            headers.set(name, value);
        }
        headers.remove(OMITTED);
        headers.remove(RECORD_TIMESTAMP);
        headers.remove(FIRST_FAILURE);
        headers.remove(DELAYS);
        if let Some(first) = history.first_failure {
            headers.set(FIRST_FAILURE, first);
            headers.set(DELAYS, i64::try_from(history.delays).unwrap_or(i64::MAX));
        }
        if let Some(omitted) = omitted.as_str() {
            headers.set(OMITTED, omitted);
        }
        headers
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_between_characters() {
        let reason = Reason::new(Disposition::Poison, "T", &"é".repeat(MAX_MESSAGE));
        assert_eq!(reason.message.len(), MAX_MESSAGE);
        let reason = Reason::new(Disposition::Poison, "T", &format!("x{}", "é".repeat(MAX_MESSAGE)));
        assert_eq!(reason.message.len(), MAX_MESSAGE - 1);
    }
}
