//! The state of one partition in the scheduler.

use std::ops::Range;

use super::progress::Progress;
use crate::consumer::record::Record;
use crate::consumer::topics::TopicPartition;

/// The most records and bytes of one partition that are held before its fetching is paused.
const HIGH_WATER_RECORDS: usize = 2_000;
const HIGH_WATER_BYTES: usize = 16 * 1024 * 1024;

/// Offsets of a partition without a fetched record: they were removed by retention or compaction, or belong to control
/// records of transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) at: TopicPartition,
    pub(crate) offsets: Range<i64>,
}

/// Offsets of a partition that went back within one assignment. Either librdkafka fetched records twice, as it may during a
/// rebalance; or the topic was deleted and created; or its log was truncated after an unclean election.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rewind {
    pub(crate) at: TopicPartition,
    pub(crate) expected: i64,
    pub(crate) found: i64,
}

/// A partition from its assignment to its revocation.
#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) epoch: u64,
    pub(super) progress: Progress,
    /// The offset of the record that was fetched first, and the offset after the one that was fetched last.
    pub(super) first_fetch: Option<i64>,
    pub(super) next_fetch: Option<i64>,
    /// The highest offset that was handed to a worker.
    pub(super) furthest: Option<i64>,
    /// The number of records that are fetched and not done, and their bytes.
    pub(super) held: usize,
    pub(super) held_bytes: usize,
    pub(super) running: usize,
    pub(super) paused: bool,
}

impl Partition {
    pub(super) fn is_full(&self) -> bool {
        self.held >= HIGH_WATER_RECORDS || self.held_bytes >= HIGH_WATER_BYTES
    }

    /// Whether every record up to the furthest one that was begun is done, so that after a commit none is handled again.
    pub(super) fn has_no_gap(&self) -> bool {
        self.running == 0 && self.furthest.is_none_or(|furthest| self.progress.is_done_to(furthest))
    }

    /// Removes a record from those that are held.
    pub(super) fn remove(&mut self, record: &Record) {
        self.held -= 1;
        self.held_bytes -= record.size();
    }

    pub(super) fn has_room(&self) -> bool {
        self.held <= HIGH_WATER_RECORDS / 2 && self.held_bytes <= HIGH_WATER_BYTES / 2
    }
}
