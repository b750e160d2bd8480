//! Dead letters: records that cannot be handled, kept with the reason, so that somebody can look at them and send them
//! back.
//!
//! A dead letter is the record as it was (key, value, timestamp and headers untouched) with headers added by the names of
//! [KIP-1191](https://cwiki.apache.org/confluence/x/SQ7xF) and five more of the same family, all UTF-8 text.
//!
//! A letter that is too large for its topic is written without its value, and if need be without the record's own headers
//! and key; [`OMITTED`] says so. The record itself is at the source's topic, partition and offset until its retention ends.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Mutex;

use super::letter_writer::LetterWriter;
use crate::consumer::HandlerError;
use crate::consumer::record::Record;
use crate::kafka::{NotDelivered, OutgoingRecord};
use crate::{Client, DeadLetterTopic, Error, Headers, Text};

/// The topic that the record came from.
pub const TOPIC: &str = "__dlq.errors.topic";
/// The partition that it came from.
pub const PARTITION: &str = "__dlq.errors.partition";
/// Its offset there.
pub const OFFSET: &str = "__dlq.errors.offset";
/// The group that could not handle it.
pub const GROUP: &str = "__dlq.errors.group";
/// How often the handler was given it: 0 when it does not decode.
pub const DELIVERY_COUNT: &str = "__dlq.errors.delivery.count";
/// The error with its causes, at most [`MAX_MESSAGE`] bytes.
pub const MESSAGE: &str = "__dlq.errors.message";
/// When the dead letter was written, milliseconds since the Unix epoch.
pub const TIMESTAMP: &str = "__dlq.errors.timestamp";
/// The Rust type of the error.
pub const EXCEPTION: &str = "__dlq.errors.exception";
/// Why it is a dead letter: see [`Disposition`].
pub const DISPOSITION: &str = "__dlq.errors.disposition";

/// When the record was made, milliseconds since the Unix epoch, if the letter does not have its timestamp: because the letter
/// would expire before half of the dead-letter topic's `retention.ms` is over, or because the topic refuses the timestamp
/// (KIP-937). Such a letter has the time at which it was written.
pub const RECORD_TIMESTAMP: &str = "__dlq.errors.record.timestamp";
/// What the letter leaves out because it was too large: `value`, `value,headers` or `value,headers,key`. Absent from a
/// whole letter.
pub const OMITTED: &str = "__dlq.errors.omitted";

/// The most bytes of an error message that are kept: a dead letter must not outgrow `max.message.bytes` by its reason.
pub const MAX_MESSAGE: usize = 2_048;

/// Why a record is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Disposition {
    /// Its bytes do not decode.
    Poison,
    /// The handler refused it.
    Rejected,
    /// The handler failed at the last retry too.
    Exhausted,
}

impl Disposition {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Poison => "poison",
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

    pub(crate) fn handler(disposition: Disposition, error: &HandlerError) -> Self {
        Self::new(disposition, error.type_name(), &error.chain())
    }

    fn new(disposition: Disposition, exception: &'static str, message: &str) -> Self {
        let end = (0..=message.len().min(MAX_MESSAGE)).rev().find(|&end| message.is_char_boundary(end));
        Self { disposition, exception, message: message[..end.unwrap_or(0)].to_owned() }
    }
}

/// What a dead letter leaves out, because with it the letter is larger than its topic takes. The source's topic,
/// partition and offset are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Omitted {
    Nothing,
    Value,
    Headers,
    Key,
}

impl Omitted {
    /// From the whole record to its place alone.
    const STEPS: [Self; 4] = [Self::Nothing, Self::Value, Self::Headers, Self::Key];

    /// The value of the header [`OMITTED`], which a whole letter does not have.
    pub(crate) const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Value => Some("value"),
            Self::Headers => Some("value,headers"),
            Self::Key => Some("value,headers,key"),
        }
    }
}

/// Writes the dead letters of one topic.
pub(crate) struct DeadLetters {
    client: Client,
    writer: Arc<LetterWriter>,
    topic: &'static str,
    /// By the contract, in milliseconds; `None` for ever.
    retention: Option<i64>,
    group: String,
    /// How many partitions the topic has, as far as is known.
    partitions: Mutex<u32>,
}

impl DeadLetters {
    /// Dead letters to a topic.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], and what says that the cluster does not answer.
    pub(crate) async fn new(
        client: &Client,
        writer: Arc<LetterWriter>,
        topic: &DeadLetterTopic,
        group: &str,
    ) -> Result<Self, Error> {
        let partitions = Mutex::new(client.partition_count_of(topic.name).await?);
        let retention = topic.config.iter().find(|(name, _)| *name == "retention.ms");
        // Negative is for ever.
        let retention = retention.and_then(|(_, millis)| millis.parse().ok()).filter(|millis| *millis >= 0);
        let (client, group) = (client.clone(), group.to_owned());
        Ok(Self { client, writer, topic: topic.name, retention, group, partitions })
    }

    /// Writes a record as a dead letter and waits for the acknowledgement. Says what had to be left out.
    pub(crate) async fn write(
        &self,
        record: &Record,
        attempts: u32,
        reason: &Reason,
    ) -> Result<Omitted, Error> {
        let mut refused = None;
        for omitted in Omitted::STEPS {
            let headers = self.headers(record, attempts, reason, omitted);
            match self.send(record, &headers, omitted).await {
                Ok(()) => return Ok(omitted),
                Err(error) if error.is_too_large() => refused = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused.expect("there are steps, and each ended here").into())
    }

    async fn send(&self, record: &Record, headers: &Headers, omitted: Omitted) -> Result<(), NotDelivered> {
        let delivery = &record.delivery;
        let mut known = *self.partitions.lock().await;
        let made = delivery.timestamp.map(|timestamp| timestamp.timestamp_millis());
        let mut timestamp = made.filter(|made| !self.would_expire(*made));
        let mut headers = headers.clone();
        loop {
            if let (Some(made), None) = (made, timestamp) {
                headers.set(RECORD_TIMESTAMP, made);
            }
            // The number of partitions comes from the cluster, which counts them in 31 bits.
            let partitions = i32::try_from(known).unwrap_or(i32::MAX).max(1);
            let outgoing = OutgoingRecord {
                topic: self.topic,
                partition: Some(delivery.partition % partitions),
                key: delivery.key.as_deref().filter(|_| omitted != Omitted::Key),
                payload: record.payload.as_deref().filter(|_| omitted == Omitted::Nothing),
                headers: &headers,
                timestamp,
            };
            match self.writer.send(outgoing).await {
                Ok(_) => return Ok(()),
                // The topic was made anew with fewer partitions.
                Err(error) if error.is_unknown_partition() => {
                    let now = self.count_again(known).await;
                    if now.is_none_or(|now| now == known) {
                        return Err(error);
                    }
                    known = now.unwrap_or(known);
                }
                // Older, or younger, than the topic takes: the letter has the time at which it is written.
                Err(error) if error.is_bad_timestamp() && timestamp.is_some() => timestamp = None,
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a letter of that time, in milliseconds since the Unix epoch, would be kept for less than half of the topic's
    /// retention: Kafka counts retention by the time of the record, not of its writing.
    fn would_expire(&self, made: i64) -> bool {
        self.retention.is_some_and(|retention| now().saturating_sub(made) > retention / 2)
    }

    /// Asks how many partitions the topic has, unless somebody else has asked meanwhile. `None` without an answer.
    async fn count_again(&self, known: u32) -> Option<u32> {
        let mut partitions = self.partitions.lock().await;
        if *partitions == known {
            *partitions = self.client.partition_count_of(self.topic).await.ok()?;
        }
        Some(*partitions)
    }

    fn headers(&self, record: &Record, attempts: u32, reason: &Reason, omitted: Omitted) -> Headers {
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
            // Setting replaces: a dead letter that was sent back and failed again does not pile up headers.
            headers.set(name, value);
        }
        headers.remove(OMITTED);
        headers.remove(RECORD_TIMESTAMP);
        if let Some(omitted) = omitted.as_str() {
            headers.set(OMITTED, omitted);
        }
        headers
    }
}

/// Milliseconds since the Unix epoch.
fn now() -> i64 {
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
