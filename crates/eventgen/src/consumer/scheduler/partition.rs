//! The state of one partition on the polling thread.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::time::Instant;

use super::epochs::Epochs;
use super::job::{AssignmentId, Job, Ticket};
use super::measured::Measured;
use super::offset_map::OffsetMap;
use super::progress::Progress;
use super::refetch::Refetch;
use super::sent::{Sent, Sight};
use crate::consumer::health::PartitionStatus;
use crate::consumer::record::{QueueId, Record};
use crate::consumer::topics::{Place, TopicPartition};

/// The most records and bytes of one partition that are held before its fetching is paused. A pause discards what librdkafka
/// has prefetched, so the limits are far above what handlers that keep up need.
pub(super) const HIGH_WATER_RECORDS: usize = 20_000;
pub(super) const HIGH_WATER_BYTES: usize = 16 * 1024 * 1024;
/// The same for the records of a partition that wait until they are due.
const MOST_WAITING_RECORDS: usize = 1_000;
const MOST_WAITING_BYTES: usize = 1024 * 1024;
/// The most records since the position, which a deferred record holds back.
const MOST_ENTRIES: usize = 1_000_000;

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
    /// Records with earlier tickets at or after `found` no longer count.
    pub(crate) before: Ticket,
}

/// How far the assignment of a partition has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Stays,
    /// It is being drained: records that still arrive are left to its next owner.
    Leaves,
    Gone,
}

/// A partition from its assignment to its revocation.
#[derive(Debug)]
pub(super) struct Partition {
    pub(super) at: TopicPartition,
    pub(super) place: Place,
    pub(super) id: AssignmentId,
    pub(super) stage: Stage,
    /// The records that are not due yet, with the time at which they are, in milliseconds since the Unix epoch.
    pub(super) waiting: VecDeque<(i64, Job)>,
    pub(super) progress: Progress,
    pub(super) epochs: Epochs,
    /// Whether a record was done since positions were last taken.
    pub(super) moved: bool,
    /// What the previous owner did beyond the committed offset.
    pub(super) done_before: Option<OffsetMap>,
    /// The records that wait until it is known what the previous owner did.
    pub(super) unknown: Option<Vec<(Record, QueueId)>>,
    /// Their bytes.
    pub(super) unknown_bytes: usize,
    /// The offset of the record that was fetched first, and the offset after the one that was fetched last.
    pub(super) first_fetch: Option<i64>,
    pub(super) next_fetch: Option<i64>,
    /// The number of records that are fetched and not done, and their bytes.
    pub(super) held: usize,
    pub(super) held_bytes: usize,
    /// Since when its fetching is paused.
    pub(super) paused_since: Option<Instant>,
    /// The queues whose records are deferred.
    pub(super) deferred: HashSet<QueueId>,
    /// Those of them that go on once the client reads from the offset of `refetch`. Until then their records are not kept,
    /// because earlier ones of theirs are missing.
    pub(super) returning: HashSet<QueueId>,
    pub(super) refetch: Option<Refetch>,
    /// Where the client is, while it reads what it has fetched before.
    pub(super) rereads_from: Option<i64>,
    /// Where the client was told to continue without confirming it, in the order of the attempts.
    pub(super) told_to_reread: VecDeque<i64>,
    /// What the client reported as read before this assignment.
    pub(super) read_before: Option<i64>,
    /// Where the client was sent.
    pub(super) sent: Option<Sent>,
    /// Where the client has to continue. Until it does, its records are from elsewhere.
    pub(super) seek: Option<i64>,
    /// The committed offset, until the first record shows whether the client begins there.
    pub(super) committed: Option<i64>,
    pub(super) measured: Measured,
    /// When its offset was last committed again.
    pub(super) renewed: Option<Instant>,
    /// The most records since the position before its fetching is paused.
    pub(super) most_entries: usize,
}

impl Partition {
    pub(super) fn new(at: TopicPartition, place: Place, id: AssignmentId) -> Self {
        Self {
            at,
            place,
            id,
            stage: Stage::Stays,
            waiting: VecDeque::new(),
            progress: Progress::default(),
            epochs: Epochs::default(),
            moved: false,
            done_before: None,
            unknown: Some(Vec::new()),
            unknown_bytes: 0,
            first_fetch: None,
            next_fetch: None,
            held: 0,
            held_bytes: 0,
            paused_since: None,
            deferred: HashSet::new(),
            returning: HashSet::new(),
            refetch: None,
            rereads_from: None,
            told_to_reread: VecDeque::new(),
            read_before: None,
            sent: None,
            seek: None,
            committed: None,
            measured: Measured::default(),
            renewed: None,
            most_entries: MOST_ENTRIES,
        }
    }

    /// What handles report of it.
    pub(super) fn status(&self, topic: &str) -> PartitionStatus {
        PartitionStatus {
            topic: topic.to_owned(),
            partition: self.at.partition,
            position: self.progress.position(),
            in_flight: self.held + self.unknown.as_ref().map_or(0, Vec::len),
            in_flight_bytes: self.held_bytes + self.unknown_bytes,
            is_paused: self.paused_since.is_some(),
            is_leaving: self.stage == Stage::Leaves,
            delayed: self.waiting.len(),
            held: None,
        }
    }

    /// Whether it neither leaves nor has left.
    pub(super) fn stays(&self) -> bool {
        self.stage == Stage::Stays
    }

    /// Whether it has not left.
    pub(super) fn is_here(&self) -> bool {
        self.stage != Stage::Gone
    }

    /// Sets what the previous owner did beyond the committed offset.
    pub(super) fn set_done_before(&mut self, map: OffsetMap) {
        self.done_before = Some(map).filter(|map| !map.is_empty());
    }

    /// The offset behind what the previous owner did beyond the committed offset, as far as it was not fetched again.
    pub(super) fn done_before_end(&self) -> Option<i64> {
        self.done_before.as_ref().and_then(OffsetMap::end)
    }

    /// Notes that an offset was fetched. Returns the offsets that were skipped, and the rewind if the offsets went back.
    pub(super) fn note_fetch(&mut self, offset: i64) -> (Option<Gap>, Option<Rewind>) {
        let rewind = self.next_fetch.filter(|expected| offset < *expected).map(|expected| {
            let (count, bytes) = self.progress.rewind(offset);
            self.held -= count;
            self.held_bytes -= bytes;
            self.moved = true;
            // What the previous owner did may have been another record at this offset.
            self.done_before = None;
            self.end_reading_again(offset);
            self.forget_waiting(self.progress.next_ticket(), offset);
            self.first_fetch = self.first_fetch.map(|first| first.min(offset));
            Rewind { at: self.at, expected, found: offset, before: self.progress.next_ticket() }
        });
        self.first_fetch.get_or_insert(offset);
        let expected = self.next_fetch.replace(offset + 1).unwrap_or(offset);
        ((offset > expected).then_some(Gap { at: self.at, offsets: expected..offset }), rewind)
    }

    /// The client was sent to the offset of `seek`.
    pub(super) fn has_sought(&mut self) {
        if let Some(from) = self.seek.take() {
            self.sent = Some(Sent::to(from, self.sent.as_ref()));
        }
    }

    /// Whether a record is from before the place that the client was sent to. Then `seek` is set again.
    pub(super) fn strays(&mut self, offset: i64) -> bool {
        let Some(sent) = &mut self.sent else { return false };
        match sent.look(offset, self.next_fetch) {
            Sight::Right => {}
            Sight::Strays => self.seek = Some(sent.from(self.next_fetch)),
            Sight::GoneBack => self.sent = None,
        }
        self.seek.is_some()
    }

    /// Adds a record. `None` if the previous owner has done it, or if its queue is deferred.
    pub(super) fn add(&mut self, offset: i64, queue: QueueId, size: usize) -> Option<Ticket> {
        if !self.deferred.is_empty() && self.deferred.contains(&queue) && !self.was_done_before(offset) {
            self.progress.fetched_deferred(offset, queue);
            return None;
        }
        let ticket = self.progress.fetched(offset, queue, size);
        if let Some(map) = &self.done_before {
            if map.contains(offset) {
                self.progress.done(ticket);
                self.moved = true;
                return None;
            }
            if map.end().is_some_and(|end| offset >= end) {
                self.done_before = None;
            }
        }
        self.held += 1;
        self.held_bytes += size;
        Some(ticket)
    }

    /// Marks a record as done. Returns its offset if it was open.
    pub(super) fn done(&mut self, ticket: Ticket) -> Option<i64> {
        let offset = self.progress.offset(ticket)?;
        let size = self.progress.done(ticket)?;
        self.held -= 1;
        self.held_bytes -= size;
        self.moved = true;
        Some(offset)
    }

    /// Whether an offset was fetched under this assignment, or passed.
    pub(super) fn has_fetched(&self, offset: i64) -> bool {
        self.next_fetch.is_some_and(|next| offset < next)
    }

    /// Moves the position to an offset up to which the client has read the partition.
    pub(super) fn read_up_to(&mut self, offset: i64) {
        // Until something was read under this assignment, the client reports where an earlier one ended.
        let is_current = match self.next_fetch {
            Some(next) => offset >= next,
            None => Some(offset) != self.read_before,
        };
        if is_current && self.unknown.is_none() {
            let before = self.progress.position();
            self.progress.read_up_to(offset);
            self.moved |= self.progress.position() != before;
        }
    }

    /// Marks it as paused if it is full. Returns whether its fetching must be paused now.
    pub(super) fn pause_if_full(&mut self) -> bool {
        let pause = self.paused_since.is_none() && self.is_full();
        if pause {
            self.paused_since = Some(Instant::now());
        }
        pause
    }

    fn is_full(&self) -> bool {
        let unknown = self.unknown.as_ref().map_or(0, Vec::len);
        let (records, bytes) = self.high_water();
        self.held + unknown >= records || self.held_bytes + self.unknown_bytes >= bytes || self.is_far_ahead()
    }

    /// Whether too many records are noted. What is read again is noted already.
    fn is_far_ahead(&self) -> bool {
        self.progress.len() >= self.most_entries && self.refetch.is_none()
    }

    fn was_done_before(&self, offset: i64) -> bool {
        self.done_before.as_ref().is_some_and(|map| map.contains(offset))
    }

    pub(super) fn has_room(&self) -> bool {
        let (records, bytes) = self.high_water();
        self.held <= records / 2 && self.held_bytes <= bytes / 2 && !self.is_far_ahead()
    }

    /// How many records and bytes may be held before fetching is paused. Those that wait for their time have no use in memory
    /// before it has come.
    fn high_water(&self) -> (usize, usize) {
        match self.place {
            Place::Retry { tier: 1.., .. } => (MOST_WAITING_RECORDS, MOST_WAITING_BYTES),
            _ => (HIGH_WATER_RECORDS, HIGH_WATER_BYTES),
        }
    }
}
