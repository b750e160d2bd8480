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

    /// The partitions that are to be read from another offset.
    pub(crate) fn take_refetches(&mut self) -> Vec<(TopicPartition, i64)> {
        if !std::mem::take(&mut self.has_refetches) {
            return Vec::new();
        }
        let mut due = Vec::new();
        for partition in self.by_slot.iter_mut().filter(|partition| partition.stays()) {
            let Some(refetch) = partition.refetch.as_mut().filter(|refetch| refetch.is_due) else { continue };
            if partition.paused_since.is_some() {
                // It is resumed first.
                self.has_refetches = true;
            } else {
                refetch.is_due = false;
                due.push((partition.at, refetch.from));
            }
        }
        due
    }

    /// The client could not be told, and is told again.
    pub(crate) fn refetch_failed(&mut self, at: TopicPartition) {
        if let Some(refetch) = self.find(at).and_then(|partition| partition.refetch.as_mut()) {
            refetch.is_due = true;
            self.has_refetches = true;
        }
    }
}

impl Partition {
    /// The jobs of a queue were dropped.
    fn dropped(&mut self, queue: QueueId, from: Ticket) {
        let (count, bytes) = self.progress.defer(queue, from);
        self.held -= count;
        self.held_bytes -= bytes;
        // If it was being read again for this queue only, nothing is left to read again.
        if let Some(refetch) = &self.refetch
            && self.first_wanted(refetch.cursor).is_none()
            && let Some(next) = self.next_fetch
        {
            let cursor = self.progress.next_ticket();
            self.refetch = Some(Refetch { is_due: true, from: next, cursor });
        }
    }

    /// The jobs of a queue that were kept have ended: what was dropped is read again.
    fn caught_up(&mut self, queue: QueueId) {
        self.deferred.remove(&queue);
        let Some((cursor, from)) = self.progress.first_deferred(0, |deferred| deferred == queue) else {
            return;
        };
        if self.refetch.as_ref().is_none_or(|refetch| cursor < refetch.cursor) {
            self.refetch = Some(Refetch { is_due: true, from, cursor });
        }
    }

    /// The first record that is deferred although its queue is not.
    fn first_wanted(&self, from: Ticket) -> Option<(Ticket, i64)> {
        self.progress.first_deferred(from, |queue| !self.deferred.contains(&queue))
    }

    /// Whether a record was fetched before and is expected again. Ends reading again at the first record that is new.
    pub(super) fn expects_again(&mut self, offset: i64) -> bool {
        let Some(refetch) = self.refetch.as_mut().filter(|refetch| !refetch.is_due) else { return false };
        let is_new = self.next_fetch.is_none_or(|next| offset >= next);
        if is_new {
            // What was not found is no longer in the log.
            self.progress.refetched(&mut refetch.cursor, offset, 0, |queue| !self.deferred.contains(&queue));
        }
        let goes_on = !is_new && offset >= refetch.from;
        if !goes_on {
            self.refetch = None;
        }
        goes_on
    }

    /// A record that was fetched before. `None` if it is not to be handled now.
    pub(super) fn fetched_again(&mut self, offset: i64, size: usize) -> Option<Ticket> {
        let Self { refetch, progress, deferred, .. } = self;
        let cursor = &mut refetch.as_mut()?.cursor;
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
mod tests {
    use super::*;
    use crate::consumer::Delivery;
    use crate::consumer::record::Record;
    use crate::consumer::scheduler::key_queues::KeyQueues;
    use crate::consumer::scheduler::{Done, Fetched, Job, OffsetMap};

    const AT: TopicPartition = TopicPartition { topic: 0, partition: 0 };
    const HOT: QueueId = QueueId::from_hash(u64::MAX);
    const HOT_TOO: QueueId = QueueId::from_hash(u64::MAX - 1);
    const SINGLE: QueueId = QueueId::from_hash(u64::MAX - 2);

    /// The queue of a key that no other record has.
    fn own(offset: i64) -> QueueId {
        QueueId::from_hash(offset.unsigned_abs())
    }

    /// A partition with a client and a worker.
    struct Simulation {
        length: i64,
        /// The queue of the record at an offset.
        queue: fn(i64) -> QueueId,
        partitions: Partitions,
        queues: KeyQueues,
        /// The offset that the client fetches next.
        next: i64,
        fetched: usize,
        is_paused: bool,
        /// The jobs of stuck keys, which have begun and do not end.
        blocked: Vec<Job>,
        handled: Vec<i64>,
        now: Instant,
    }

    impl Simulation {
        /// Every second record belongs to one key.
        fn new(length: i64) -> Self {
            Self::with(length, |offset| if offset % 2 == 0 { HOT } else { own(offset) })
        }

        fn with(length: i64, queue: fn(i64) -> QueueId) -> Self {
            let mut partitions = Partitions::new(1);
            let id = partitions.assign(AT);
            partitions.set_done_before(id, OffsetMap::default());
            Self {
                length,
                queue,
                partitions,
                queues: KeyQueues::default(),
                next: 0,
                fetched: 0,
                is_paused: false,
                blocked: Vec::new(),
                handled: Vec::new(),
                now: Instant::now(),
            }
        }

        /// One round of the poller and of the worker, a second later. `blocks` says whether the keys are stuck.
        fn round(&mut self, blocks: bool) {
            self.now += PATIENCE;
            let mut jobs = Vec::new();
            while !self.is_paused && self.next < self.length && jobs.len() < 1_000 {
                let delivery = Delivery::new("t", 0, self.next);
                let record = Record { at: AT, delivery, payload: None };
                let Fetched { job, rewind, pause } =
                    self.partitions.fetched(record, (self.queue)(self.next), None, false);
                assert!(rewind.is_none(), "offset {}", self.next);
                jobs.extend(job);
                self.is_paused |= pause;
                self.next += 1;
                self.fetched += 1;
            }
            self.queues.add(jobs);
            while let Some(job) = self.queues.take() {
                if blocks && [HOT, HOT_TOO, SINGLE].contains(&job.queue) {
                    self.queues.began(job.queue);
                    self.blocked.push(job);
                } else {
                    self.done(&job);
                }
            }
            for deferral in std::mem::take(self.queues.deferrals()) {
                self.partitions.deferred(deferral);
            }
            self.is_paused &= self.partitions.take_resumable().is_empty();
            for crowded in self.partitions.take_crowded(self.now, |_| true) {
                assert!([HOT, HOT_TOO].contains(&crowded.queue));
                self.queues.defer(crowded.assignment, crowded.queue, crowded.from);
            }
            for (_, offset) in self.partitions.take_refetches() {
                self.next = offset;
            }
        }

        fn done(&mut self, job: &Job) {
            self.handled.push(job.record.delivery.offset);
            self.partitions.done(Done { assignment: job.assignment, ticket: job.ticket });
            self.queues.ended(job.queue);
        }
    }

    #[test]
    fn other_keys_go_on_behind_a_key_that_is_stuck_and_its_records_are_handled_in_order_later() {
        let mut simulation = Simulation::new(100_000);
        for _ in 0..400 {
            simulation.round(true);
        }
        assert_eq!(simulation.handled.len(), 50_000, "all records of other keys");
        let blocked = simulation.blocked.pop().expect("the first record of the key");
        simulation.done(&blocked);
        for _ in 0..400 {
            simulation.round(false);
        }
        let hot: Vec<i64> = simulation.handled.iter().copied().filter(|offset| offset % 2 == 0).collect();
        assert_eq!(hot, (0..100_000).step_by(2).collect::<Vec<_>>());
        assert_eq!(simulation.handled.len(), 100_000, "each once");
        let positions = simulation.partitions.take_moved();
        assert_eq!((positions[0].offset, positions[0].done_beyond.as_deref()), (100_000, None));
        assert!(simulation.fetched < 250_000, "{} records were fetched", simulation.fetched);
    }

    #[test]
    fn several_keys_that_are_stuck_hold_back_no_other_key() {
        let mut simulation = Simulation::with(100_000, |offset| match offset {
            0 => SINGLE,
            // The second key begins when the first one is deferred.
            1..40_000 if offset % 2 == 0 => HOT,
            40_000.. if offset % 2 == 0 => HOT_TOO,
            _ => own(offset),
        });
        for _ in 0..400 {
            simulation.round(true);
        }
        assert_eq!(simulation.handled.len(), 50_000, "all records of other keys");
        for blocked in std::mem::take(&mut simulation.blocked) {
            simulation.done(&blocked);
        }
        for _ in 0..400 {
            simulation.round(false);
        }
        assert_eq!(simulation.handled.len(), 100_000, "each once");
        assert_eq!(simulation.partitions.take_moved()[0].offset, 100_000);
    }

    #[test]
    fn memory_is_bounded_behind_a_key_that_is_stuck_for_long() {
        let mut simulation = Simulation::new(1_050_000);
        let mut before = -1;
        while simulation.next > before {
            before = simulation.next;
            for _ in 0..50 {
                simulation.round(true);
                assert!(simulation.partitions.by_slot[0].held <= HIGH_WATER_RECORDS);
            }
        }
        assert!(simulation.is_paused, "too many records would have to be remembered");
        assert!((1_000_000..1_001_000).contains(&simulation.next), "{}", simulation.next);
        let blocked = simulation.blocked.pop().expect("the first record of the key");
        simulation.done(&blocked);
        for _ in 0..10_000 {
            if simulation.handled.len() == 1_050_000 {
                return;
            }
            simulation.round(false);
        }
        panic!("{} records were handled", simulation.handled.len());
    }
}
