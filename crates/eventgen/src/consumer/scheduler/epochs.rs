//! The leader epochs of the records of a partition, for its commits.
//!
//! A commit states the epoch of the leader that wrote the last record before the position. The next owner compares it with
//! the log, and finds out whether that part was truncated after an unclean election (KIP-320).

use std::collections::VecDeque;

/// The epochs of what was fetched, by the first offset of each.
#[derive(Debug, Default)]
pub(super) struct Epochs(VecDeque<(i64, i32)>);

impl Epochs {
    /// A record was fetched. Offsets ascend, unless they went back: then what followed no longer counts.
    pub(super) fn note(&mut self, offset: i64, epoch: Option<i32>) {
        let Some(epoch) = epoch else { return };
        match self.0.back() {
            // The usual case: the leader has not changed.
            Some(&(from, last)) if last == epoch && from <= offset => return,
            _ => {}
        }
        while self.0.back().is_some_and(|(from, _)| *from >= offset) {
            self.0.pop_back();
        }
        if self.0.back().is_none_or(|(_, last)| *last != epoch) {
            self.0.push_back((offset, epoch));
        }
    }

    /// The epoch of the last record before a position. Earlier ones are forgotten, because positions do not go back unless
    /// offsets do.
    pub(super) fn before(&mut self, position: i64) -> Option<i32> {
        while self.0.get(1).is_some_and(|(from, _)| *from < position) {
            self.0.pop_front();
        }
        self.0.front().filter(|(from, _)| *from < position).map(|(_, epoch)| *epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_has_the_epoch_of_the_record_before_it() {
        let mut epochs = Epochs::default();
        assert_eq!(epochs.before(0), None);
        for (offset, epoch) in [(10, 3), (11, 3), (12, 5), (20, 5), (21, 6)] {
            epochs.note(offset, Some(epoch));
        }
        epochs.note(22, None);
        assert_eq!(epochs.before(10), None, "nothing was fetched before it");
        assert_eq!(epochs.before(12), Some(3), "the record at 12 is not done");
        assert_eq!(epochs.before(13), Some(5));
        assert_eq!(epochs.before(21), Some(5));
        assert_eq!(epochs.before(30), Some(6));
    }

    #[test]
    fn offsets_that_go_back_replace_what_followed() {
        let mut epochs = Epochs::default();
        for (offset, epoch) in [(0, 1), (10, 2), (20, 3)] {
            epochs.note(offset, Some(epoch));
        }
        epochs.note(5, Some(4));
        assert_eq!(epochs.before(5), Some(1));
        assert_eq!(epochs.before(6), Some(4));
        assert_eq!(epochs.before(30), Some(4));
        // A topic that was deleted and created begins anew.
        epochs.note(0, Some(0));
        assert_eq!(epochs.before(1), Some(0));
    }
}
