//! The record that a letter is about, where it was read.

use super::header::Header;
use crate::AdminError;

/// A record of a source topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceRecord {
    /// When it was made or appended, in milliseconds since the Unix epoch.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// The headers.
    pub headers: Vec<Header>,
}

/// Why the record that a letter is about cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The letter does not say where it is.
    #[error("the letter does not say where its record is")]
    Unknown,
    /// Retention has deleted it, or compaction has removed it.
    #[error(
        "the record at {place} is gone: retention has deleted it, or the topic was compacted or created anew"
    )]
    Gone {
        /// Topic, partition and offset.
        place: String,
    },
    /// Another record is there.
    #[error("the record at {place} has another key than the letter: the topic was created anew")]
    Other {
        /// Topic, partition and offset.
        place: String,
    },
    /// The cluster does not answer, or does not let this user read.
    #[error(transparent)]
    Admin(#[from] AdminError),
}
