//! A record that a flush reports as failed.

use std::fmt;

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
    /// Why it failed.
    pub reason: String,
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
        write!(f, ": {}", self.reason)
    }
}
