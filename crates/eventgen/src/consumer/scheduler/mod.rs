//! The scheduler between the polling thread and the workers.
//!
//! The polling thread owns the state of all [`Partitions`] without a lock: what was fetched, what is done, what may be
//! committed. Each record goes to the [worker](worker) that its key belongs to, in a batch with others, and the worker
//! reports batches of records that are done. Only the [mailbox] of a worker is shared.
//!
//! Records that wait for long behind one of their key are [deferred](deferral), so that the other keys go on.
//!
//! Each assignment of a partition has an [`AssignmentId`]. A report for an earlier one is ignored, because another consumer
//! may own the partition by then.

mod batch_queues;
mod deferral;
mod due;
mod epochs;
mod job;
mod key_queues;
pub(crate) mod leaving;
pub(crate) mod mailbox;
mod measure;
mod measured;
mod offset_map;
mod partition;
mod position;
mod progress;
mod refetch;
mod renewal;
mod sent;
mod start;
mod statuses;
mod withdrawn;
pub(crate) mod worker;

pub(crate) use batch_queues::{BatchDone, BatchJob, JobBatch, Past, Turn};
pub(crate) use deferral::Crowded;
pub(crate) use job::{AssignmentId, Deferral, Done, Finished, Job, Ticket};
pub(crate) use key_queues::QueueIds;
pub(crate) use offset_map::OffsetMap;
pub(crate) use partition::{Gap, Rewind};
use partition::{Partition, Stage};
use position::position;
pub(crate) use position::{Position, Positions};
pub(crate) use withdrawn::Withdrawn;

use std::time::Instant;

use super::record::{QueueId, Record};
use super::topics::{Place, TopicPartition, Topics};
#[cfg(eventgen_planted)]
use crate::planted;

/// The most records since the position whose state a commit can state in any case.
const MOST_STATED: usize = 12_000;

/// The most gaps that are kept until they are checked. Further ones are not reported.
const MOST_GAPS: usize = 1_000;

/// All partitions of one consumer. Owned by its polling thread.
#[derive(Debug)]
pub(crate) struct Partitions {
    /// The slot of each partition, by the index of the topic.
    slots: Vec<Vec<Option<u32>>>,
    /// By the index of the topic.
    places: Vec<Place>,
    by_slot: Vec<Partition>,
    /// When the next record is due that waits, in milliseconds since the Unix epoch.
    next_due: Option<i64>,
    epoch: u32,
    gaps: Vec<Gap>,
    /// Whether a partition may have to be read from another offset.
    has_refetches: bool,
    refetch_not_before: Option<Instant>,
    /// Whether a record that is done must not be handled again.
    pub(crate) is_exactly_once: bool,
    /// What was promised of records that do not count as done.
    pub(crate) withdrawn: Withdrawn,
}

/// What becomes of a record that was fetched.
#[derive(Default)]
pub(crate) struct Fetched {
    /// The job for the workers; `None` if the record is not to be handled now.
    pub(crate) job: Option<Job>,
    /// Set if the offsets of its partition went back.
    pub(crate) rewind: Option<(AssignmentId, Rewind)>,
    /// Whether the partition is full and its fetching must be paused.
    pub(crate) pause: bool,
    /// Whether the client does not read the partition from where it was sent: it is to be sent again.
    pub(crate) strays: bool,
}

impl Partitions {
    /// Partitions of this number of topics.
    pub(crate) fn new(topics: usize) -> Self {
        let slots = vec![Vec::new(); topics];
        Self {
            slots,
            places: vec![Place::Source; topics],
            by_slot: Vec::new(),
            next_due: None,
            epoch: 0,
            gaps: Vec::new(),
            has_refetches: false,
            refetch_not_before: None,
            is_exactly_once: false,
            withdrawn: Withdrawn::default(),
        }
    }

    /// Partitions of these topics.
    pub(crate) fn of(topics: &Topics) -> Self {
        let count = topics.names().len();
        Self { places: (0..count).map(|topic| topics.place(topic)).collect(), ..Self::new(count) }
    }

    /// The same, for a consumer that hands over no record a second time under one assignment: librdkafka may fetch records
    /// twice during a rebalance. A partition is paused before more is done than a commit can state.
    pub(crate) fn exactly_once(self) -> Self {
        Self { is_exactly_once: true, ..self }
    }

    /// Starts an assignment of a partition. Its records wait until [`set_done_before`](Self::set_done_before).
    pub(crate) fn assign(&mut self, at: TopicPartition) -> AssignmentId {
        self.epoch += 1;
        let Ok(number) = usize::try_from(at.partition) else { unreachable!("partitions are not negative") };
        let slots = &mut self.slots[at.topic];
        if slots.len() <= number {
            slots.resize(number + 1, None);
        }
        let next = u32::try_from(self.by_slot.len()).expect("fewer than 2^32 partitions");
        let slot = *slots[number].get_or_insert(next);
        let id = AssignmentId { slot, epoch: self.epoch };
        let partition = Partition::new(at, self.places[at.topic], id);
        if slot == next {
            self.by_slot.push(partition);
        } else {
            self.by_slot[slot as usize] = partition;
        }
        if self.is_exactly_once {
            self.by_slot[slot as usize].most_entries = MOST_STATED;
        }
        id
    }

    /// The partition, unless it leaves or has left.
    fn find(&mut self, at: TopicPartition) -> Option<&mut Partition> {
        let slot = *self.slots.get(at.topic)?.get(usize::try_from(at.partition).ok()?)?;
        self.by_slot.get_mut(slot? as usize).filter(|partition| partition.stays())
    }

    /// The partition of an assignment, unless it has ended.
    fn current(&mut self, id: AssignmentId) -> Option<&mut Partition> {
        let partition = self.by_slot.get_mut(id.slot as usize)?;
        (partition.id == id && partition.is_here()).then_some(partition)
    }

    /// The partition, if its records are taken.
    fn receiving(&mut self, at: TopicPartition) -> Option<&mut Partition> {
        self.find(at).filter(|partition| partition.seek.is_none())
    }

    /// The assignment of a partition that stays.
    pub(crate) fn assignment(&mut self, at: TopicPartition) -> Option<AssignmentId> {
        self.find(at).map(|partition| partition.id)
    }

    /// The partitions that the client does not read from the right offset yet.
    pub(crate) fn sought(&self) -> Vec<(AssignmentId, TopicPartition, i64)> {
        let stays = self.by_slot.iter().filter(|partition| partition.stays());
        stays.filter_map(|partition| Some((partition.id, partition.at, partition.seek?))).collect()
    }

    /// The client reads an assignment from its offset now.
    pub(crate) fn has_sought(&mut self, id: AssignmentId) {
        if let Some(partition) = self.current(id) {
            partition.has_sought();
        }
    }

    /// Whether the client does not read an assignment from the right offset yet.
    pub(crate) fn is_sought(&self, id: AssignmentId) -> bool {
        self.stays(id) && self.by_slot[id.slot as usize].seek.is_some()
    }

    /// Whether an assignment is a current one that does not leave.
    pub(crate) fn stays(&self, id: AssignmentId) -> bool {
        self.by_slot.get(id.slot as usize).is_some_and(|partition| partition.id == id && partition.stays())
    }

    /// The current assignments.
    pub(crate) fn assigned(&self) -> impl Iterator<Item = (TopicPartition, AssignmentId)> {
        self.by_slot
            .iter()
            .filter(|partition| partition.is_here())
            .map(|partition| (partition.at, partition.id))
    }

    /// The partition is being drained: records that still arrive are left to its next owner.
    pub(crate) fn leave(&mut self, id: AssignmentId) {
        if let Some(partition) = self.current(id) {
            partition.stage = Stage::Leaves;
            partition.unknown = None;
            partition.waiting.clear();
        }
    }

    /// Ends the assignment of a partition. Returns its position, even if it was committed before, because that commit may
    /// have failed.
    pub(crate) fn end(&mut self, id: AssignmentId) -> Option<Position> {
        let partition = self.current(id)?;
        let position = position(partition);
        partition.stage = Stage::Gone;
        partition.waiting.clear();
        position
    }

    /// Adds a record that was fetched. `leader_epoch` is that of the leader that wrote it.
    pub(crate) fn fetched(
        &mut self,
        record: Record,
        queue: QueueId,
        leader_epoch: Option<i32>,
        watches_gaps: bool,
    ) -> Fetched {
        let gaps_full = self.gaps.len() >= MOST_GAPS;
        // Unless librdkafka has reset an offset, what went back is what was fetched already.
        let drops_known = self.is_exactly_once && !watches_gaps;
        // The partition was revoked in the meantime: its next owner fetches the record. Or it is read from elsewhere.
        let Some(partition) = self.receiving(record.at) else {
            return Fetched::default();
        };
        let offset = record.delivery.offset;
        if drops_known && partition.begins_before(offset) || partition.strays(offset) {
            return Fetched { strays: true, ..Fetched::default() };
        }
        partition.epochs.note(record.delivery.offset, leader_epoch);
        if partition.expects_again(record.delivery.offset) {
            let ticket = partition.fetched_again(record.delivery.offset, record.size());
            let assignment = partition.id;
            let job = ticket.map(|ticket| Job { assignment, ticket, queue, record });
            return Fetched { job, pause: partition.pause_if_full(), ..Fetched::default() };
        }
        if drops_known && partition.has_fetched(record.delivery.offset) {
            return Fetched::default();
        }
        let (gap, rewind) = partition.note_fetch(record.delivery.offset);
        let late_from = partition.late_from(&record);
        partition.measured.fetched(record.delivery.offset, late_from);
        let id = partition.id;
        let job = match &mut partition.unknown {
            Some(waiting) => {
                partition.unknown_bytes += record.size();
                waiting.push((record, queue));
                None
            }
            None => job(partition, record, queue).and_then(|job| partition.delay(job)),
        };
        let (pause, due) = (partition.pause_if_full(), partition.next_due());
        self.wake_at(due);
        if let Some(gap) = gap.filter(|_| watches_gaps && !gaps_full) {
            self.gaps.push(gap);
        }
        Fetched { job, rewind: rewind.map(|rewind| (id, rewind)), pause, strays: false }
    }

    /// Sets what the previous owner of a partition did beyond the committed offset. Returns the jobs that waited for it.
    pub(crate) fn set_done_before(&mut self, id: AssignmentId, map: OffsetMap) -> Vec<Job> {
        let Some(partition) = self.current(id) else { return Vec::new() };
        partition.set_done_before(map);
        let waiting = partition.unknown.take().unwrap_or_default();
        partition.unknown_bytes = 0;
        let jobs = waiting.into_iter().filter_map(|(record, queue)| job(partition, record, queue));
        let jobs: Vec<Job> = jobs.collect();
        let jobs = jobs.into_iter().filter_map(|job| partition.delay(job)).collect();
        let due = partition.next_due();
        self.wake_at(due);
        jobs
    }

    /// Marks a record as done. Returns `None` if that does not count, because its assignment has ended or its offset was
    /// fetched again.
    pub(crate) fn done(&mut self, done: Done) -> Option<Finished> {
        let Done { assignment, ticket, outputs } = done;
        #[cfg(eventgen_planted)]
        if planted::is_planted(planted::Bug::StaleEpochAccepted) {
            let offset = self.by_slot[assignment.slot as usize].done(ticket)?;
            return Some(Finished { assignment, offset, outputs });
        }
        let Some(offset) = self.current(assignment).and_then(|partition| partition.done(ticket)) else {
            self.withdrawn.add(assignment, &outputs);
            return None;
        };
        Some(Finished { assignment, offset, outputs })
    }

    /// Whether an assignment has not ended.
    pub(crate) fn is_current(&self, id: AssignmentId) -> bool {
        self.by_slot.get(id.slot as usize).is_some_and(|partition| partition.id == id && partition.is_here())
    }

    /// Whether a partition is paused.
    pub(crate) fn has_paused(&self) -> bool {
        self.by_slot.iter().any(|partition| partition.stays() && partition.paused_since.is_some())
    }

    /// The positions that have moved since the last call.
    pub(crate) fn take_moved(&mut self) -> Positions {
        let moved = self.by_slot.iter_mut().filter(|partition| partition.is_here() && partition.moved);
        moved
            .filter_map(|partition| {
                partition.moved = false;
                position(partition)
            })
            .collect()
    }

    /// Called after a failed commit: the next call of [`take_moved`](Self::take_moved) returns all positions.
    pub(crate) fn not_committed(&mut self) {
        for partition in &mut self.by_slot {
            partition.moved = true;
        }
    }

    /// Moves the position of a partition to the start of its log, which is after the offset that the group was to read next.
    /// Otherwise the group would lag for as long as no record arrives. Returns the offset at which the group continues,
    /// which is earlier if records were fetched before they were removed; `None` if the partition has been revoked.
    pub(crate) fn log_starts_at(&mut self, id: AssignmentId, start: i64) -> Option<i64> {
        let partition = self.current(id)?;
        let next = partition.first_fetch.map_or(start, |first| first.min(start));
        partition.progress.starts_at(next);
        partition.moved = true;
        Some(next)
    }

    /// Moves the position of a partition without open records to the offset up to which the client has read it.
    pub(crate) fn read_up_to(&mut self, at: TopicPartition, offset: i64) {
        if let Some(partition) = self.receiving(at) {
            partition.read_up_to(offset);
        }
    }

    /// Sets what the client reports as read when an assignment begins. It is left from an earlier one.
    pub(crate) fn set_read_before(&mut self, at: TopicPartition, offset: i64) {
        if let Some(partition) = self.find(at) {
            partition.read_before = Some(offset);
        }
    }

    /// Keeps gaps whose check failed.
    pub(crate) fn keep_gaps(&mut self, gaps: Vec<Gap>) {
        let room = MOST_GAPS.saturating_sub(self.gaps.len());
        self.gaps.extend(gaps.into_iter().take(room));
    }

    /// The gaps since the last call.
    pub(crate) fn take_gaps(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.gaps)
    }
}

fn job(partition: &mut Partition, record: Record, queue: QueueId) -> Option<Job> {
    let ticket = partition.add(record.delivery.offset, queue, record.size())?;
    #[cfg(eventgen_planted)]
    if planted::is_planted(planted::Bug::CommitBeforeHandling) {
        partition.done(ticket);
    }
    Some(Job { assignment: partition.id, ticket, queue, record })
}

#[cfg(test)]
mod tests;
