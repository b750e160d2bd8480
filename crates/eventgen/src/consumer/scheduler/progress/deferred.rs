//! Records of a partition that are deferred: they wait behind a record of their key for so long that they are dropped from
//! memory and fetched again.

use std::collections::HashMap;

use super::{EntryState, Progress, Refetched};
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::job::Ticket;

/// A queue is small if it holds at most one part in this number of the room.
const SMALL: usize = 16;

/// What a queue holds.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    records: usize,
    bytes: usize,
}

impl Held {
    fn add(&mut self, size: u32) {
        self.records += 1;
        self.bytes += size as usize;
    }
}

impl Progress {
    /// The queues that leave no room for others, each with the ticket of the first record in excess. Without what is in
    /// excess, at most this number of records and bytes is held, unless smaller queues hold more than that.
    pub(in crate::consumer::scheduler) fn crowded(
        &self,
        records: usize,
        bytes: usize,
    ) -> Vec<(QueueId, Ticket)> {
        let open = || (self.first..).zip(&self.entries).filter(|(_, entry)| entry.state == EntryState::Open);
        let mut large: HashMap<QueueId, Held> = HashMap::new();
        for (_, entry) in open() {
            large.entry(entry.queue).or_default().add(entry.size);
        }
        let mut rest = Held::default();
        large.retain(|_, held| {
            let is_large = held.records > records / SMALL || held.bytes > bytes / SMALL;
            if !is_large {
                rest.records += held.records;
                rest.bytes += held.bytes;
            }
            is_large
        });
        // An eighth stays free, so that there is room for some time.
        let share = |most: usize, rest: usize| (most - most / 8).saturating_sub(rest) / large.len().max(1);
        let most = Held { records: share(records, rest.records), bytes: share(bytes, rest.bytes) };
        for held in large.values_mut() {
            *held = Held::default();
        }
        let mut crowded: HashMap<QueueId, Ticket> = HashMap::new();
        for (ticket, entry) in open() {
            let Some(held) = large.get_mut(&entry.queue) else { continue };
            let is_first = held.records == 0;
            held.add(entry.size);
            // A record that is larger than the limit must not be deferred for ever.
            if !is_first && (held.records > most.records || held.bytes > most.bytes) {
                crowded.entry(entry.queue).or_insert(ticket);
            }
        }
        crowded.into_iter().collect()
    }

    /// Defers the open records of a queue from a ticket on. Returns their number and size.
    pub(in crate::consumer::scheduler) fn defer(&mut self, queue: QueueId, from: Ticket) -> (usize, usize) {
        let (mut count, mut size) = (0, 0);
        for (_, entry) in (self.first..).zip(&mut self.entries).filter(|(ticket, _)| *ticket >= from) {
            if entry.queue == queue && entry.state == EntryState::Open {
                count += 1;
                size += entry.size as usize;
                entry.state = EntryState::Deferred;
            }
        }
        (count, size)
    }

    /// The first deferred record, from a ticket on, of the queues that are wanted: its ticket and its offset.
    pub(in crate::consumer::scheduler) fn first_deferred(
        &self,
        from: Ticket,
        is_wanted: impl Fn(QueueId) -> bool,
    ) -> Option<(Ticket, i64)> {
        let mut entries = (self.first..).zip(&self.entries);
        let found = entries.find(|(ticket, entry)| {
            *ticket >= from && entry.state == EntryState::Deferred && is_wanted(entry.queue)
        });
        found.map(|(ticket, entry)| (ticket, entry.offset))
    }

    /// A record is fetched again. `cursor` is the ticket from which it is looked for; it moves on. Deferred records that are
    /// passed and wanted are no longer in the log, and no longer count.
    pub(in crate::consumer::scheduler) fn refetched(
        &mut self,
        cursor: &mut Ticket,
        offset: i64,
        size: usize,
        is_wanted: impl Fn(QueueId) -> bool,
    ) -> Refetched {
        *cursor = (*cursor).max(self.first);
        let mut result = Refetched::Known;
        loop {
            let index = usize::try_from(*cursor - self.first).expect("fewer than 2^64 records are held");
            let Some(entry) = self.entries.get_mut(index) else { break };
            if entry.state != EntryState::Superseded && entry.offset > offset {
                break;
            }
            if entry.state == EntryState::Deferred && is_wanted(entry.queue) {
                if entry.offset == offset {
                    entry.state = EntryState::Open;
                    entry.size = u32::try_from(size).unwrap_or(u32::MAX);
                    result = Refetched::Reopened(*cursor);
                } else {
                    entry.state = EntryState::Superseded;
                }
            }
            *cursor += 1;
        }
        self.pass_closed();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: QueueId = QueueId::from_hash(1);
    const B: QueueId = QueueId::from_hash(2);

    /// Offsets 0 to 5, of which the odd ones belong to `B`.
    fn alternating() -> Progress {
        let mut progress = Progress::default();
        for offset in 0..6 {
            progress.fetched(offset, if offset % 2 == 0 { A } else { B }, 10);
        }
        progress
    }

    /// The queues that are crowded, by their hash.
    fn crowded(progress: &Progress, records: usize, bytes: usize) -> Vec<(QueueId, Ticket)> {
        let mut crowded = progress.crowded(records, bytes);
        crowded.sort_unstable();
        crowded
    }

    #[test]
    fn a_queue_is_crowded_by_records_or_by_bytes() {
        let progress = alternating();
        assert_eq!(crowded(&progress, 16, 1_600), [], "both are small");
        assert_eq!(crowded(&progress, 7, 1_600), []);
        assert_eq!(crowded(&progress, 5, 1_600), [(A, 4), (B, 5)]);
        assert_eq!(crowded(&progress, 16, 5), [(A, 2), (B, 3)], "the first record is kept");
    }

    #[test]
    fn small_queues_keep_their_records_and_large_ones_share_what_is_left() {
        let mut progress = Progress::default();
        for offset in 0..300_u32 {
            let queue = match offset {
                0..10 => QueueId::from_hash(10 + u64::from(offset)),
                _ if offset % 2 == 0 => A,
                _ => B,
            };
            progress.fetched(offset.into(), queue, 1);
        }
        // Of 160 records 20 stay free and 10 are in small queues.
        assert_eq!(crowded(&progress, 160, 1_000_000), [(A, 10 + 130), (B, 11 + 130)]);
    }

    #[test]
    fn deferred_records_hold_the_position_back_until_they_are_fetched_again_and_done() {
        let mut progress = alternating();
        assert_eq!(progress.defer(A, 2), (2, 20));
        for ticket in [0, 1, 3, 5] {
            progress.done(ticket);
        }
        assert_eq!(progress.position(), Some(2));
        assert_eq!(progress.done(2), None, "it is not held");
        let (mut cursor, from) = progress.first_deferred(0, |queue| queue == A).expect("deferred");
        assert_eq!((cursor, from), (2, 2));
        let again: Vec<Refetched> =
            (2..6).map(|offset| progress.refetched(&mut cursor, offset, 10, |queue| queue == A)).collect();
        let [again_2, again_4] = [2, 4].map(Refetched::Reopened);
        assert_eq!(again, [again_2, Refetched::Known, again_4, Refetched::Known]);
        progress.done(2);
        progress.done(4);
        assert_eq!(progress.position(), Some(6));
    }

    #[test]
    fn deferred_records_that_left_the_log_do_not_hold_the_position_back() {
        let mut progress = alternating();
        progress.defer(A, 0);
        for ticket in [1, 3, 5] {
            progress.done(ticket);
        }
        assert_eq!(progress.position(), None);
        let mut cursor = 0;
        assert_eq!(progress.refetched(&mut cursor, 4, 10, |_| true), Refetched::Reopened(4));
        progress.done(4);
        assert_eq!(progress.position(), Some(6));
    }
}
