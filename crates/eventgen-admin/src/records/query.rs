//! Which records are read.

use std::collections::BTreeSet;

/// Where reading begins, in each partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// At the oldest record.
    Beginning,
    /// Behind the newest record.
    End,
    /// This many offsets before the end. Offsets of markers of transactions and of records that compaction has removed count, too.
    Last(u64),
    /// At the first record with this timestamp or a later one, in milliseconds since the Unix epoch.
    Timestamp(i64),
    /// At this offset, or at the oldest record if that is later.
    Offset(i64),
}

/// Which records of a topic are read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct RecordQuery {
    /// The topic.
    pub topic: String,
    /// The partitions; empty for all.
    pub partitions: BTreeSet<i32>,
    /// Where reading begins.
    pub start: Start,
    /// Where reading ends: before the first record with this timestamp or a later one, in milliseconds since the Unix epoch.
    pub until: Option<i64>,
    /// Whether records are read that are written from now on. Otherwise, and with `until`, reading ends where the topic ends when it
    /// begins.
    pub follow: bool,
}

impl RecordQuery {
    /// All records that a topic has.
    pub fn new(topic: impl Into<String>) -> Self {
        Self {
            topic: topic.into(),
            partitions: BTreeSet::new(),
            start: Start::Beginning,
            until: None,
            follow: false,
        }
    }

    /// Reads these partitions only.
    pub fn partitions(mut self, partitions: impl IntoIterator<Item = i32>) -> Self {
        self.partitions.extend(partitions);
        self
    }

    /// Sets where reading begins.
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Ends before the first record with this timestamp or a later one, in milliseconds since the Unix epoch.
    pub fn until(mut self, timestamp: Option<i64>) -> Self {
        self.until = timestamp;
        self
    }

    /// Sets whether records are read that are written from now on.
    pub fn follow(mut self, follow: bool) -> Self {
        self.follow = follow;
        self
    }
}
