//! What is measured of one partition.
//!
//! The timestamps of records are kept as marks, one for each second of them, so that a fetched record costs a comparison.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Instant;

use crate::observe::ENABLED;

/// The least difference between the timestamps of two marks, in milliseconds.
const STEP: i64 = 1_000;
/// The most marks. With more, every second one is dropped.
const MOST_MARKS: usize = 1_024;

/// What is measured of one partition, beside its progress.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// Records that were fetched and not counted yet.
    pub(super) fetched: u64,
    /// The offset that the group has committed.
    pub(super) committed: Option<i64>,
    /// The start and the end of its log, when they were last asked for.
    pub(super) log: Option<Range<i64>>,
    /// In the order of their offsets. The first one is at the record that is done next, or before it.
    marks: VecDeque<Mark>,
    /// When marks were last taken. Later records get a mark of their own.
    pub(super) looked_at: Option<Instant>,
    pub(super) has_new: bool,
    /// Since when there are records that are not fetched.
    pub(super) behind_since: Option<Instant>,
}

/// A record that was fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    offset: i64,
    /// Milliseconds since the Unix epoch.
    pub(super) timestamp: i64,
    pub(super) fetched: Instant,
}

impl Measured {
    /// A record was fetched.
    pub(super) fn fetched(&mut self, offset: i64, timestamp: Option<i64>) {
        if !ENABLED {
            return;
        }
        self.fetched += 1;
        let Some(timestamp) = timestamp else { return };
        let is_near = |last: &Mark| offset > last.offset && (timestamp - last.timestamp).abs() < STEP;
        if !self.has_new || !self.marks.back().is_some_and(is_near) {
            self.mark(offset, timestamp);
        }
    }

    fn mark(&mut self, offset: i64, timestamp: i64) {
        // Offsets go back when the partition is read from elsewhere.
        while self.marks.back().is_some_and(|last| last.offset >= offset) {
            self.marks.pop_back();
        }
        if self.marks.len() >= MOST_MARKS {
            let mut index = 0;
            self.marks.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        let fetched = self.looked_at.unwrap_or_else(Instant::now);
        self.marks.push_back(Mark { offset, timestamp, fetched });
        self.has_new = true;
    }

    /// The mark of the record at an offset, which is that of an earlier one if they are close to each other. Drops those
    /// before it.
    pub(super) fn mark_of(&mut self, offset: i64) -> Option<Mark> {
        while self.marks.get(1).is_some_and(|second| second.offset <= offset) {
            self.marks.pop_front();
        }
        self.marks.front().copied().filter(|mark| mark.offset <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    #[cfg_attr(not(any(feature = "metrics", feature = "otel")), ignore = "nothing is measured")]
    fn marks_are_bounded_and_follow_offsets_that_go_back() {
        let mut measured = Measured::default();
        for offset in 0..100_000 {
            measured.fetched(offset, Some(offset * HOUR));
        }
        assert!(measured.marks.len() <= MOST_MARKS);
        measured.fetched(10, Some(7));
        assert_eq!(measured.mark_of(12).map(|mark| mark.timestamp), Some(7));
    }
}
