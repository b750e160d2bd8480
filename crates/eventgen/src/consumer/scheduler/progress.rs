//! The progress of a partition: the offset that may be committed, and what is done beyond it.

mod deferred;

use std::collections::VecDeque;

use super::job::Ticket;
use super::offset_map::OffsetMap;
use crate::consumer::record::QueueId;

/// The records of one partition that were fetched and not yet committed.
///
/// The position is the offset after the longest prefix of records that are all done. A record that is still being retried
/// holds it back, even if later records are done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The ticket of the first entry.
    first: Ticket,
    /// By ticket, without a gap. Offsets ascend among the entries that are not superseded. Compaction and transactions leave
    /// gaps between them.
    entries: VecDeque<Entry>,
    position: Option<i64>,
}

#[derive(Debug)]
struct Entry {
    offset: i64,
    queue: QueueId,
    /// The bytes of memory that the record takes.
    size: u32,
    state: EntryState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryState {
    Open,
    Done,
    /// The record is not held in memory. It is fetched again once its queue has room.
    Deferred,
    /// The offset was fetched again and only the later record counts, or its record is no longer in the log.
    Superseded,
}

/// What is known of a record that is fetched again after it was deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refetched {
    /// It is to be handled now.
    Reopened(Ticket),
    /// It is done, held, or still deferred.
    Known,
}

impl Progress {
    /// Adds a record that was fetched.
    pub(crate) fn fetched(&mut self, offset: i64, queue: QueueId, size: usize) -> Ticket {
        self.add(offset, queue, size, EntryState::Open)
    }

    /// Adds a record that was fetched and is not kept.
    pub(super) fn fetched_deferred(&mut self, offset: i64, queue: QueueId) {
        self.add(offset, queue, 0, EntryState::Deferred);
    }

    fn add(&mut self, offset: i64, queue: QueueId, size: usize, state: EntryState) -> Ticket {
        // It was fetched before retention removed it, and the position moved on to the start of the log.
        self.position = self.position.map(|position| position.min(offset));
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.entries.push_back(Entry { offset, queue, size, state });
        self.next_ticket() - 1
    }

    /// The number of records since the position.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The ticket of the record that is fetched next.
    pub(crate) fn next_ticket(&self) -> Ticket {
        self.first + self.entries.len() as Ticket
    }

    /// The offset of a record that is not passed yet.
    pub(super) fn offset(&self, ticket: Ticket) -> Option<i64> {
        let index = usize::try_from(ticket.checked_sub(self.first)?).ok()?;
        self.entries.get(index).map(|entry| entry.offset)
    }

    /// Marks a record as done. Returns its size if it was open.
    pub(crate) fn done(&mut self, ticket: Ticket) -> Option<usize> {
        let index = usize::try_from(ticket.checked_sub(self.first)?).ok()?;
        let entry = self.entries.get_mut(index)?;
        if entry.state != EntryState::Open {
            return None;
        }
        entry.state = EntryState::Done;
        let size = entry.size as usize;
        self.pass_closed();
        Some(size)
    }

    /// Removes the entries at the front that are not open, and moves the position past those that are done.
    fn pass_closed(&mut self) {
        while let Some(entry) = self.entries.front() {
            match entry.state {
                EntryState::Open | EntryState::Deferred => break,
                EntryState::Done => self.position = Some(entry.offset + 1),
                EntryState::Superseded => {}
            }
            self.entries.pop_front();
            self.first += 1;
        }
    }

    /// Goes back to an offset, which is fetched again, as are those after it. Records before it are not affected. Returns
    /// the number and the size of the open records that no longer count.
    pub(crate) fn rewind(&mut self, offset: i64) -> (usize, usize) {
        let (mut count, mut size) = (0, 0);
        for entry in &mut self.entries {
            if entry.offset >= offset && entry.state != EntryState::Superseded {
                if entry.state == EntryState::Open {
                    count += 1;
                    size += entry.size as usize;
                }
                entry.state = EntryState::Superseded;
            }
        }
        self.position = self.position.map(|position| position.min(offset));
        self.pass_closed();
        (count, size)
    }

    /// Moves the position to an offset before which no record was fetched.
    pub(crate) fn starts_at(&mut self, offset: i64) {
        self.position = self.position.max(Some(offset));
    }

    /// Moves the position to an offset up to which the client has read, if no record is open: what lies between was not
    /// delivered, because it is a marker of a transaction or belongs to an aborted one.
    pub(crate) fn read_up_to(&mut self, offset: i64) {
        if self.entries.is_empty() {
            self.position = self.position.max(Some(offset));
        }
    }

    /// The offset of the record that the group handles next; `None` before the first record is done.
    pub(crate) fn position(&self) -> Option<i64> {
        self.position
    }

    /// The offset of the first record that is not done.
    pub(super) fn first_open(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.offset)
    }

    /// The offset at which the group continues after a restart, and what is done beyond it; `None` if nothing is done.
    pub(crate) fn to_commit(&self) -> Option<(i64, OffsetMap)> {
        let is_open = |entry: &&Entry| matches!(entry.state, EntryState::Open | EntryState::Deferred);
        let first_open = self.entries.iter().find(is_open);
        let offset = match (self.position, first_open) {
            (Some(position), _) => position,
            // Nothing was committed under this assignment, so that the first open record is where the group continues. That
            // is worth a commit only if something is done beyond it.
            (None, Some(open)) => open.offset,
            (None, None) => return None,
        };
        let mut map = OffsetMap::starting_at(offset);
        for entry in &self.entries {
            if map.is_full() {
                break;
            }
            match entry.state {
                EntryState::Open | EntryState::Deferred => map.close_run(),
                EntryState::Done => map.add(entry.offset),
                EntryState::Superseded => {}
            }
        }
        (self.position.is_some() || !map.is_empty()).then_some((offset, map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: QueueId = QueueId::from_hash(0);

    /// A progress with these offsets fetched; each ticket equals the index of its offset.
    fn fetched(offsets: &[i64]) -> Progress {
        let mut progress = Progress::default();
        for (index, offset) in offsets.iter().enumerate() {
            assert_eq!(progress.fetched(*offset, QUEUE, 1), index as Ticket);
        }
        progress
    }

    fn runs(progress: &Progress) -> Option<(i64, Vec<(i64, i64)>)> {
        let (offset, map) = progress.to_commit()?;
        Some((offset, map.runs().iter().map(|run| (run.start, run.end)).collect()))
    }

    #[test]
    fn a_gap_holds_the_position_back() {
        let mut progress = fetched(&[3, 4, 7, 8]);
        assert_eq!(progress.position(), None);
        progress.done(1);
        progress.done(3);
        assert_eq!(progress.position(), None);
        assert_eq!(progress.done(0), Some(1));
        assert_eq!(progress.position(), Some(5));
        progress.done(2);
        assert_eq!(progress.position(), Some(9));
        assert_eq!(progress.done(2), None, "it is done already");
        assert_eq!(progress.done(99), None, "it was never fetched");
    }

    #[test]
    fn what_is_done_beyond_the_position_is_known() {
        let mut progress = fetched(&[3, 4, 7, 8, 9]);
        assert_eq!(runs(&progress), None, "nothing is done");
        progress.done(1);
        progress.done(2);
        progress.done(4);
        assert_eq!(runs(&progress), Some((3, vec![(4, 8), (9, 10)])));
        progress.done(0);
        assert_eq!(runs(&progress), Some((8, vec![(9, 10)])));
        progress.done(3);
        assert_eq!(runs(&progress), Some((10, vec![])));
    }

    #[test]
    fn a_record_before_the_start_of_the_log_is_not_passed() {
        let mut progress = Progress::default();
        progress.starts_at(700);
        progress.fetched(3, QUEUE, 1);
        assert_eq!(progress.position(), Some(3));
    }

    #[test]
    fn markers_of_transactions_are_passed_once_everything_is_done() {
        let mut progress = fetched(&[0, 1]);
        progress.read_up_to(3);
        assert_eq!(progress.position(), None);
        progress.done(0);
        progress.done(1);
        progress.read_up_to(3);
        assert_eq!(progress.position(), Some(3));
        progress.read_up_to(2);
        assert_eq!(progress.position(), Some(3));
    }

    #[test]
    fn records_before_an_offset_that_is_fetched_again_stay() {
        let mut progress = fetched(&[0, 1, 2]);
        progress.done(1);
        progress.done(2);
        assert_eq!(progress.rewind(2), (0, 0), "offset 2 was done");
        let again = progress.fetched(2, QUEUE, 1);
        progress.done(again);
        assert_eq!(progress.position(), None, "offset 0 is not done");
        progress.done(0);
        assert_eq!(progress.position(), Some(3));
    }

    #[test]
    fn a_position_goes_back_when_offsets_do() {
        let mut progress = fetched(&[7]);
        progress.done(0);
        assert_eq!(progress.position(), Some(8));
        progress.rewind(0);
        let again = progress.fetched(0, QUEUE, 1);
        assert_eq!(progress.position(), Some(0));
        progress.done(0);
        assert_eq!(progress.position(), Some(0), "the first record at this offset no longer counts");
        progress.done(again);
        assert_eq!(progress.position(), Some(1));
    }

    #[test]
    fn an_open_record_that_is_fetched_again_counts_once() {
        let mut progress = fetched(&[5, 6]);
        assert_eq!(progress.rewind(5), (2, 2));
        let again = progress.fetched(5, QUEUE, 1);
        progress.done(0);
        progress.done(1);
        assert_eq!(progress.position(), None);
        progress.done(again);
        assert_eq!(progress.position(), Some(6));
    }
}
