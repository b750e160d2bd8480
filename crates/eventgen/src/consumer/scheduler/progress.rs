//! The progress of a partition: the offset that may be committed.

use std::collections::VecDeque;

/// The records of one partition that were fetched and not yet committed.
///
/// The position is the offset after the longest prefix of records that are all done. A record that is still being retried
/// holds it back, even if later records are done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// In ascending order of offsets. Compaction and transactions leave gaps between them.
    pending: VecDeque<Fetched>,
    /// How often offsets went back.
    round: Round,
    position: Option<i64>,
    committed: Option<i64>,
}

/// Distinguishes records that were fetched at one offset: an offset that is fetched again has a later round.
pub(crate) type Round = u32;

#[derive(Debug)]
struct Fetched {
    offset: i64,
    round: Round,
    done: bool,
}

impl Progress {
    /// Adds a record that was fetched. Returns its round, which [`done`](Self::done) takes.
    pub(crate) fn fetched(&mut self, offset: i64) -> Round {
        // It was fetched before retention removed it, and the position moved on to the start of the log.
        self.position = self.position.map(|position| position.min(offset));
        self.pending.push_back(Fetched { offset, round: self.round, done: false });
        self.round
    }

    /// Marks a record as done, unless its offset has been fetched again since: then only the later record counts.
    pub(crate) fn done(&mut self, offset: i64, round: Round) {
        if let Some(index) = self.index(offset, round) {
            self.pending[index].done = true;
        }
        while let Some(&Fetched { offset, done: true, .. }) = self.pending.front() {
            self.position = Some(offset + 1);
            self.pending.pop_front();
        }
    }

    /// Whether a record is still to be done: its offset has not been fetched again since.
    pub(crate) fn awaits(&self, offset: i64, round: Round) -> bool {
        self.index(offset, round).is_some_and(|index| !self.pending[index].done)
    }

    /// Where the record of this offset and round is in `pending`.
    fn index(&self, offset: i64, round: Round) -> Option<usize> {
        let index = self.pending.binary_search_by_key(&offset, |fetched| fetched.offset).ok()?;
        (self.pending[index].round == round).then_some(index)
    }

    /// Goes back to an offset, which is fetched again, as are those after it. Records before it are not affected.
    pub(crate) fn rewind(&mut self, offset: i64) {
        self.round += 1;
        let kept = self.pending.partition_point(|fetched| fetched.offset < offset);
        self.pending.truncate(kept);
        self.position = self.position.map(|position| position.min(offset));
    }

    /// Whether everything that was fetched up to this offset is done.
    pub(crate) fn is_done_to(&self, offset: i64) -> bool {
        self.pending.front().is_none_or(|fetched| fetched.offset > offset)
    }

    /// Sets the position of a partition in which no record is done yet. No record was fetched before this offset.
    pub(crate) fn starts_at(&mut self, offset: i64) {
        self.position.get_or_insert(offset);
    }

    /// The offset of the record that the group handles next; `None` before the first record is done.
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

    /// Called after a failed commit: the position counts as not committed.
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
        progress.done(4, 0);
        progress.done(8, 0);
        assert_eq!(progress.position(), None);
        progress.done(3, 0);
        assert_eq!(progress.position(), Some(5));
        progress.done(7, 0);
        assert_eq!(progress.position(), Some(9));
    }

    #[test]
    fn a_record_before_the_start_of_the_log_is_not_passed() {
        let mut progress = Progress::default();
        progress.starts_at(700);
        progress.fetched(3);
        assert_eq!(progress.position(), Some(3));
    }

    #[test]
    fn a_position_is_committed_once() {
        let mut progress = Progress::default();
        progress.fetched(0);
        assert_eq!(progress.take_uncommitted(), None);
        progress.done(0, 0);
        progress.done(0, 0);
        assert_eq!(progress.take_uncommitted(), Some(1));
        assert_eq!(progress.take_uncommitted(), None);
        progress.not_committed();
        assert_eq!(progress.take_uncommitted(), Some(1));
    }

    #[test]
    fn records_before_an_offset_that_is_fetched_again_stay() {
        let mut progress = Progress::default();
        for offset in 0..3 {
            progress.fetched(offset);
        }
        progress.done(1, 0);
        progress.done(2, 0);
        progress.rewind(2);
        let round = progress.fetched(2);
        progress.done(2, round);
        assert_eq!(progress.position(), None, "offset 0 is not done");
        progress.done(0, 0);
        assert_eq!(progress.position(), Some(3));
    }

    #[test]
    fn a_position_goes_back_when_offsets_do() {
        let mut progress = Progress::default();
        progress.fetched(7);
        progress.done(7, 0);
        assert_eq!(progress.take_uncommitted(), Some(8));
        progress.rewind(0);
        let round = progress.fetched(0);
        assert_eq!(progress.take_uncommitted(), Some(0));
        progress.done(0, 0);
        assert_eq!(progress.position(), Some(0), "the first record at this offset no longer counts");
        progress.done(0, round);
        assert_eq!(progress.position(), Some(1));
    }
}
