//! What becomes of letters while a run goes on, until it is committed.

use std::collections::{BTreeMap, BTreeSet};

use super::offsets::Offsets;
use super::progress::{Discard, Progress};

/// The letters of a topic that are open, and what is committed of the others.
#[derive(Debug)]
pub(crate) struct Ledger {
    open: BTreeMap<i32, BTreeSet<i64>>,
    progress: BTreeMap<i32, Progress>,
    /// The end of each partition when the letters were read.
    ends: BTreeMap<i32, i64>,
    /// The partitions whose progress is not committed.
    changed: BTreeSet<i32>,
}

impl Ledger {
    pub(crate) fn new(
        open: BTreeMap<i32, BTreeSet<i64>>,
        progress: BTreeMap<i32, Progress>,
        ends: BTreeMap<i32, i64>,
    ) -> Self {
        Self { open, progress, ends, changed: BTreeSet::new() }
    }

    pub(crate) fn is_done(&self, partition: i32, offset: i64) -> bool {
        self.progress.get(&partition).is_some_and(|progress| progress.is_done(offset))
    }

    /// A letter is done. The offsets up to its open neighbours, which have no letters or such that are done, are part of the
    /// same run.
    pub(crate) fn settle(&mut self, partition: i32, offset: i64) {
        let open = self.open.entry(partition).or_default();
        open.remove(&offset);
        let before = open.range(..offset).next_back().map_or(0, |open| open + 1);
        let end = self.ends.get(&partition).copied().unwrap_or(offset + 1).max(offset + 1);
        let behind = open.range(offset..).next().copied().unwrap_or(end);
        let progress = self.progress.entry(partition).or_default();
        progress.done.insert(before..behind);
        let first_open = open.first().copied().unwrap_or(end);
        progress.position = progress.position.max(first_open);
        progress.done.forget_before(progress.position);
        self.changed.insert(partition);
    }

    /// Notes why letters of a partition are discarded. Reasons for letters that retention has deleted are forgotten.
    pub(crate) fn discard(
        &mut self,
        partition: i32,
        offsets: &[i64],
        start: i64,
        why: (&str, Option<&str>, i64),
    ) {
        let mut runs = Offsets::default();
        for offset in offsets {
            runs.insert(*offset..offset + 1);
        }
        let progress = self.progress.entry(partition).or_default();
        for discard in &mut progress.discards {
            discard.offsets.forget_before(start);
        }
        progress.discards.retain(|discard| !discard.offsets.is_empty());
        let (reason, by, at) = why;
        progress.discards.push(Discard {
            offsets: runs,
            reason: reason.to_owned(),
            by: by.map(str::to_owned),
            at,
        });
        self.changed.insert(partition);
    }

    /// The offsets and the metadata to commit.
    ///
    /// # Errors
    /// A partition whose metadata has no room in a commit.
    pub(crate) fn take_changed(&mut self) -> Result<Vec<(i32, i64, String)>, i32> {
        let changed = std::mem::take(&mut self.changed);
        let commit = |partition: i32| {
            let progress = self.progress.get(&partition).ok_or(partition)?;
            Ok((partition, progress.position(), progress.metadata().ok_or(partition)?))
        };
        changed.into_iter().map(commit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(open: &[i64], position: i64, end: i64) -> Ledger {
        Ledger::new(
            BTreeMap::from([(0, open.iter().copied().collect())]),
            BTreeMap::from([(0, Progress { position, ..Progress::default() })]),
            BTreeMap::from([(0, end)]),
        )
    }

    fn committed(ledger: &mut Ledger) -> (i64, Progress) {
        let [(0, position, metadata)] = &ledger.take_changed().expect("room")[..] else { panic!("one") };
        (*position, Progress::parse(*position, metadata.as_bytes()).expect("readable"))
    }

    #[test]
    fn the_position_is_the_first_open_letter_and_gaps_are_no_letters() {
        // The markers of transactions stand between the letters.
        let mut ledger = ledger(&[0, 2, 4, 6], 0, 8);
        ledger.settle(0, 4);
        let (position, progress) = committed(&mut ledger);
        assert_eq!(position, 0);
        assert!([3, 4, 5].iter().all(|offset| progress.is_done(*offset)) && !progress.is_done(6));
        ledger.settle(0, 0);
        assert_eq!(committed(&mut ledger).0, 2);
        ledger.settle(0, 2);
        let (position, progress) = committed(&mut ledger);
        assert_eq!((position, progress.done.is_empty()), (6, true));
        ledger.settle(0, 6);
        assert_eq!(committed(&mut ledger).0, 8, "the end");
        assert!(ledger.take_changed().expect("room").is_empty());
    }

    #[test]
    fn thousands_of_letters_that_are_done_one_by_one_are_one_run() {
        let letters: Vec<i64> = (0..10_000).map(|number| number * 2).collect();
        let mut ledger = ledger(&letters, 0, 20_000);
        for letter in letters.iter().skip(1) {
            ledger.settle(0, *letter);
            assert!(ledger.take_changed().is_ok());
        }
        ledger.settle(0, 0);
        assert_eq!(committed(&mut ledger).0, 20_000);
    }

    #[test]
    fn reasons_are_kept_as_long_as_their_letters() {
        let mut ledger = ledger(&[5, 7, 9], 5, 10);
        ledger.discard(0, &[5, 9], 5, ("test data", Some("ada"), 1));
        ledger.settle(0, 5);
        ledger.settle(0, 9);
        let (_, progress) = committed(&mut ledger);
        assert_eq!(progress.discard(9).map(|discard| discard.reason.as_str()), Some("test data"));
        assert!(progress.discard(7).is_none());
        ledger.discard(0, &[7], 10, ("later", None, 2));
        let (_, progress) = committed(&mut ledger);
        assert!(progress.discard(9).is_none() && progress.discard(7).is_some());
    }
}
