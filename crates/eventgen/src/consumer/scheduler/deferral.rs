//! Defers the records of keys that hold back their partition.
//!
//! A partition that is full of records is paused. If most of them wait behind one record of their key, the other keys of the
//! partition would stop. So, after a moment, the jobs of such a key in excess are dropped, and its further records too: they
//! are only noted. When those that were kept have ended, the partition is read again from the first record that was dropped.

use std::time::{Duration, Instant};

use super::job::{AssignmentId, Deferral, DeferralChange, Ticket};
use super::partition::{HIGH_WATER_BYTES, HIGH_WATER_RECORDS, Partition};
use super::progress::Refetched;
use super::refetch::Refetch;
use super::{Partitions, TopicPartition};
use crate::consumer::record::QueueId;

/// How long a partition has been full before records are deferred.
const PATIENCE: Duration = Duration::from_secs(1);

/// The pause before the client is told again where to continue.
const REPEAT: Duration = Duration::from_millis(100);

/// How many attempts without an answer are remembered.
const MOST_TOLD: usize = 64;

/// A queue whose records are to be deferred.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Crowded {
    pub(crate) assignment: AssignmentId,
    pub(crate) at: TopicPartition,
    pub(crate) queue: QueueId,
    /// The ticket of the first record that is not kept.
    pub(crate) from: Ticket,
}

impl Partitions {
    /// The queues that have held back a full partition for a while, of the topics that have several queues in a partition.
    /// Their further records are not kept.
    pub(crate) fn take_crowded(
        &mut self,
        now: Instant,
        has_queues: impl Fn(TopicPartition) -> bool,
    ) -> Vec<Crowded> {
        let mut all = Vec::new();
        for partition in &mut self.by_slot {
            let is_stuck = partition.paused_since.is_some_and(|since| now >= since + PATIENCE);
            if !partition.stays() || !is_stuck || partition.has_room() || !has_queues(partition.at) {
                continue;
            }
            partition.paused_since = Some(now);
            let crowded = partition.progress.crowded(HIGH_WATER_RECORDS / 2, HIGH_WATER_BYTES / 2);
            for (queue, from) in crowded {
                // A queue that is deferred may have to give up more of what it kept.
                partition.deferred.insert(queue);
                partition.returning.remove(&queue);
                all.push(Crowded { assignment: partition.id, at: partition.at, queue, from });
            }
        }
        all
    }

    /// Notes what a worker reports.
    pub(crate) fn deferred(&mut self, Deferral { assignment, queue, change }: Deferral) {
        let Some(partition) = self.current(assignment) else { return };
        match change {
            DeferralChange::Dropped(from) => partition.dropped(queue, from),
            DeferralChange::CaughtUp => partition.caught_up(queue),
        }
        self.has_refetches = true;
    }

    /// The partitions that are to be read from another offset, if the client was not told in vain a moment ago. Call
    /// [`refetching`](Self::refetching) once it is told.
    pub(crate) fn take_refetches(&mut self, now: Instant) -> Vec<(TopicPartition, i64)> {
        if !self.has_refetches || self.refetch_not_before.is_some_and(|from| now < from) {
            return Vec::new();
        }
        (self.has_refetches, self.refetch_not_before) = (false, None);
        let mut due = Vec::new();
        for partition in self.by_slot.iter_mut().filter(|partition| partition.stays()) {
            let Some(refetch) = partition.refetch.as_ref().filter(|refetch| refetch.is_due) else { continue };
            if partition.paused_since.is_some() {
                // It is resumed first.
                self.has_refetches = true;
            } else {
                let from = refetch.from;
                if partition.told_to_reread.len() == MOST_TOLD {
                    partition.told_to_reread.pop_front();
                }
                partition.told_to_reread.push_back(from);
                partition.sent = None;
                due.push((partition.at, from));
            }
        }
        due
    }

    /// The client reads a partition from the offset of [`take_refetches`](Self::take_refetches).
    pub(crate) fn refetching(&mut self, at: TopicPartition) {
        if let Some(partition) = self.find(at) {
            // It does what it is told in order.
            partition.told_to_reread.clear();
            partition.refetching();
        }
    }

    /// The client did not answer, and is told again after a pause. It may do what it was told all the same.
    pub(crate) fn refetch_failed(&mut self, now: Instant) {
        (self.has_refetches, self.refetch_not_before) = (true, Some(now + REPEAT));
    }
}

impl Partition {
    /// The jobs of a queue were dropped.
    fn dropped(&mut self, queue: QueueId, from: Ticket) {
        let (count, bytes) = self.progress.defer(queue, from);
        self.held -= count;
        self.held_bytes -= bytes;
        // If it was being read again for this queue only, nothing is left to read again.
        if let Some(refetch) = self.refetch.as_ref().filter(|refetch| !refetch.is_due)
            && self.first_wanted(refetch.cursor).is_none()
            && let Some(next) = self.next_fetch
        {
            let cursor = self.progress.next_ticket();
            self.refetch = Some(Refetch { is_due: true, from: next, cursor });
        }
    }

    /// The jobs of a queue that were kept have ended: what was dropped is read again.
    fn caught_up(&mut self, queue: QueueId) {
        let Some((cursor, from)) = self.progress.first_deferred(0, |deferred| deferred == queue) else {
            self.deferred.remove(&queue);
            return;
        };
        match &self.refetch {
            Some(refetch) if refetch.cursor <= cursor && !refetch.is_due => {
                // It is being read again from an earlier record.
                self.deferred.remove(&queue);
            }
            Some(refetch) if refetch.cursor <= cursor => {
                self.returning.insert(queue);
            }
            _ => {
                self.returning.insert(queue);
                self.refetch = Some(Refetch { is_due: true, from, cursor });
            }
        }
    }

    /// The client reads from the offset of the refetch, so that all records of the returning queues follow in their order.
    fn refetching(&mut self) {
        let Some(refetch) = &mut self.refetch else { return };
        refetch.is_due = false;
        self.rereads_from = Some(refetch.from);
        for queue in self.returning.drain() {
            self.deferred.remove(&queue);
        }
    }

    /// The offsets went back to this one: what follows is fetched anyway.
    pub(super) fn end_reading_again(&mut self, offset: i64) {
        self.rereads_from = None;
        self.told_to_reread.clear();
        if self.refetch.take_if(|refetch| refetch.from >= offset).is_some() {
            for queue in self.returning.drain() {
                self.deferred.remove(&queue);
            }
        }
    }

    /// The first record that is deferred although its queue is not.
    fn first_wanted(&self, from: Ticket) -> Option<(Ticket, i64)> {
        self.progress.first_deferred(from, |queue| !self.deferred.contains(&queue))
    }

    /// Whether a record was fetched before and is expected again. Reading again ends at the first record that is new.
    pub(super) fn expects_again(&mut self, offset: i64) -> bool {
        if let Some(index) = self.told_to_reread.iter().position(|told| *told == offset) {
            self.told_to_reread.drain(..=index);
            // The client has not answered, but did it. Another offset may be wanted by now: then it is told again.
            self.rereads_from = Some(offset);
            if self.refetch.as_ref().is_some_and(|refetch| refetch.is_due && refetch.from == offset) {
                self.refetching();
            }
        }
        let Some(from) = self.rereads_from else { return false };
        let is_new = self.next_fetch.is_none_or(|next| offset >= next);
        if !is_new && offset >= from {
            self.rereads_from = Some(offset + 1);
            return true;
        }
        self.rereads_from = None;
        if let Some(mut refetch) = self.refetch.take_if(|refetch| !refetch.is_due)
            && is_new
        {
            // What was not found is no longer in the log.
            self.progress.refetched(&mut refetch.cursor, offset, 0, |queue| !self.deferred.contains(&queue));
        }
        false
    }

    /// A record that was fetched before. `None` if it is not to be handled now.
    pub(super) fn fetched_again(&mut self, offset: i64, size: usize) -> Option<Ticket> {
        let Self { refetch, progress, deferred, .. } = self;
        // If the client is about to continue elsewhere, it passes this record again.
        let cursor = &mut refetch.as_mut().filter(|refetch| !refetch.is_due)?.cursor;
        match progress.refetched(cursor, offset, size, |queue| !deferred.contains(&queue)) {
            Refetched::Known => None,
            Refetched::Reopened(ticket) => {
                self.held += 1;
                self.held_bytes += size;
                Some(ticket)
            }
        }
    }
}

#[cfg(test)]
mod tests;
