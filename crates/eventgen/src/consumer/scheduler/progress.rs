//! How far a partition is handled: the offset that may be committed.

use std::collections::VecDeque;

/// The records of one partition between fetching and committing.
///
/// The committable position is the offset behind the longest row of handled records without a gap: a record that is
/// still being retried holds it back, whatever is done behind it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Offsets in the order of fetching, with whether each is done. Offsets rise, but not by one: compaction and
    /// transactions leave holes.
    pending: VecDeque<(i64, bool)>,
    position: Option<i64>,
    committed: Option<i64>,
}

impl Progress {
    pub(crate) fn fetched(&mut self, offset: i64) {
        self.pending.push_back((offset, false));
    }

    /// Marks a record as done with.
    pub(crate) fn done(&mut self, offset: i64) {
        if let Ok(index) = self.pending.binary_search_by_key(&offset, |&(offset, _)| offset) {
            self.pending[index].1 = true;
        }
        while let Some(&(offset, true)) = self.pending.front() {
            self.position = Some(offset + 1);
            self.pending.pop_front();
        }
    }

    /// Sets the position of a partition of which nothing is done yet. No record was fetched before that offset.
    pub(crate) fn starts_at(&mut self, offset: i64) {
        self.position.get_or_insert(offset);
    }

    /// The offset that the group handles next; `None` before the first record is done.
    pub(crate) fn position(&self) -> Option<i64> {
        self.position
    }

    /// The position, if it has moved since the last call.
    pub(crate) fn take_uncommitted(&mut self) -> Option<i64> {
        if self.position == self.committed {
            return None;
        }
        self.committed = self.position;
        self.position
    }

    /// A commit failed: the position is to be committed again.
    pub(crate) fn not_committed(&mut self) {
        self.committed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_holds_the_position_back() {
        let mut progress = Progress::default();
        for offset in [3, 4, 7, 8] {
            progress.fetched(offset);
        }
        assert_eq!(progress.position(), None);
        progress.done(4);
        progress.done(8);
        assert_eq!(progress.position(), None);
        progress.done(3);
        assert_eq!(progress.position(), Some(5));
        progress.done(7);
        assert_eq!(progress.position(), Some(9));
    }

    #[test]
    fn a_position_is_committed_once() {
        let mut progress = Progress::default();
        progress.fetched(0);
        assert_eq!(progress.take_uncommitted(), None);
        progress.done(0);
        progress.done(0);
        assert_eq!(progress.take_uncommitted(), Some(1));
        assert_eq!(progress.take_uncommitted(), None);
        progress.not_committed();
        assert_eq!(progress.take_uncommitted(), Some(1));
    }
}
