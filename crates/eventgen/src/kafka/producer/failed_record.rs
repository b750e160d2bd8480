//! A record that a flush reports as failed.

use std::fmt;

use rdkafka::error::RDKafkaErrorCode;

use super::refusals::{is_refusal, is_size};

/// An enqueued record that the cluster did not acknowledge. It may have been written all the same: see
/// [`Error::NotFlushed`](crate::Error::NotFlushed).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRecord {
    /// The topic, by its name in the cluster.
    pub topic: String,
    /// The partition; `None` if none had been chosen yet.
    pub partition: Option<i32>,
    /// The key, of a long one the first 1,024 bytes; `None` if the record has none.
    pub key: Option<Vec<u8>>,
    /// The bytes of the key and the value together.
    pub size: usize,
    /// Why it failed.
    pub reason: String,
}

/// What a failure says about its record. The later, the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blame {
    /// It failed together with others: it was discarded with its transaction or with its producer, or another record of its
    /// batch was refused.
    Innocent,
    /// Any error.
    Unknown,
    /// It, or its batch, was refused for what it is.
    Refused,
    /// It, or its batch, was refused for its size in bytes: the largest record of the batch is the likely cause.
    Size(usize),
}

impl Blame {
    pub(super) fn of(code: Option<RDKafkaErrorCode>, size: usize) -> Self {
        match code {
            Some(
                RDKafkaErrorCode::PurgeQueue
                | RDKafkaErrorCode::PurgeInflight
                | RDKafkaErrorCode::Fatal
                | RDKafkaErrorCode::State
                | RDKafkaErrorCode::InvalidDifferentRecord,
            ) => Self::Innocent,
            Some(code) if is_size(code) => Self::Size(size),
            Some(code) if is_refusal(code) => Self::Refused,
            _ => Self::Unknown,
        }
    }

    /// Whether the cause is a record, so that sending it again would be in vain.
    pub(super) fn is_refusal(self) -> bool {
        self >= Self::Refused
    }
}

/// The record that is the likely cause of the failures of a transaction.
#[derive(Debug)]
pub(super) struct Cause {
    pub(super) blame: Blame,
    pub(super) record: FailedRecord,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { blame, record } = self;
        write!(f, "topic `{}`, {record}", record.topic)?;
        match blame {
            Blame::Innocent | Blame::Unknown => Ok(()),
            Blame::Refused => f.write_str("; `eventgen topics plan` compares the topic with its contract"),
            Blame::Size(_) => f.write_str(
                "; the topic accepts less (`max.message.bytes`): raise it, `eventgen topics plan` compares the topic with its \
                 contract",
            ),
        }
    }
}

impl fmt::Display for FailedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "key `{}`", key.escape_ascii())?,
            None => f.write_str("no key")?,
        }
        if let Some(partition) = self.partition {
            write!(f, ", partition {partition}")?;
        }
        write!(f, ", {} bytes: {}", self.size, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_record_of_a_batch_that_is_too_large_is_named() {
        let blame = |code, size| Blame::of(Some(code), size);
        let mut failures = [
            blame(RDKafkaErrorCode::MessageSizeTooLarge, 300),
            blame(RDKafkaErrorCode::PurgeQueue, 9_000),
            blame(RDKafkaErrorCode::MessageSizeTooLarge, 50_000),
            blame(RDKafkaErrorCode::InvalidDifferentRecord, 70_000),
            blame(RDKafkaErrorCode::MessageTimedOut, 60_000),
            blame(RDKafkaErrorCode::InvalidRecord, 80_000),
        ];
        failures.sort();
        assert_eq!(failures[5], Blame::Size(50_000));
        assert_eq!(failures[3], Blame::Refused);
        assert_eq!(failures.map(Blame::is_refusal), [false, false, false, true, true, true]);
    }
}
