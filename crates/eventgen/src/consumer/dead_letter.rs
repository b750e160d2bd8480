//! Dead letters: records that cannot be handled, kept with the reason, so that somebody can look at them and send them
//! back.
//!
//! A dead letter is the record as it was (key, value, timestamp and headers untouched) with headers added by the names of
//! [KIP-1191](https://cwiki.apache.org/confluence/x/SQ7xF) and three more of the same family, all UTF-8 text.

use std::error::Error as StdError;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{HandlerError, Record};
use crate::producer::{OutgoingRecord, RecordWriter};
use crate::{Error, Headers, Text};

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

/// The most bytes of an error message that are kept: a dead letter must not outgrow `max.message.bytes` by its reason.
pub const MAX_MESSAGE: usize = 2_048;

/// Why a record is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Writes the dead letters of one consumer.
pub(super) struct DeadLetters {
    pub(super) writer: RecordWriter,
    pub(super) topic: &'static str,
    pub(super) partitions: u32,
    pub(super) group: String,
}

impl DeadLetters {
    /// Writes a record as a dead letter and waits for the acknowledgement.
    pub(super) async fn write(&self, record: &Record, attempts: u32, reason: &Reason) -> Result<(), Error> {
        let headers = self.headers(record, attempts, reason);
        // The number of partitions comes from the cluster, which counts them in 31 bits.
        let partitions = i32::try_from(self.partitions).unwrap_or(i32::MAX).max(1);
        let outgoing = OutgoingRecord {
            topic: self.topic,
            partition: Some(record.delivery.partition % partitions),
            key: record.delivery.key.as_deref(),
            payload: record.payload.as_deref(),
            headers: &headers,
            timestamp: record.delivery.timestamp.map(|timestamp| timestamp.timestamp_millis()),
        };
        self.writer.send(outgoing).await.map(|_| ())
    }

    fn headers(&self, record: &Record, attempts: u32, reason: &Reason) -> Headers {
        let delivery = &record.delivery;
        let mut headers = delivery.headers.clone();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis());
        let entries: [(&str, &dyn Text); 9] = [
            (TOPIC, &delivery.topic),
            (PARTITION, &delivery.partition),
            (OFFSET, &delivery.offset),
            (GROUP, &self.group),
            (DELIVERY_COUNT, &i64::from(attempts)),
            (MESSAGE, &reason.message),
            (TIMESTAMP, &i64::try_from(now).unwrap_or(i64::MAX)),
            (EXCEPTION, &reason.exception),
            (DISPOSITION, &reason.disposition.as_str()),
        ];
        for (name, value) in entries {
            // Setting replaces: a dead letter that was sent back and failed again does not pile up headers.
            headers.set(name, value);
        }
        headers
    }
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
