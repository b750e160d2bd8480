//! Where the client begins with a partition.
//!
//! librdkafka looks up the committed offset, and asks again while that is part of an open transaction. If its assignment changes
//! meanwhile, also by an empty one, it takes the next such answer for that of a group without an offset, and applies
//! `auto.offset.reset` (`rd_kafka_assignment_apply_offsets` of librdkafka 2.12). The partition would be handled from its
//! beginning once more. The committed offset is known from another request, before the first record is handled: a client that
//! begins before it is sent there.

use super::epochs::Epochs;
use super::partition::Partition;
use super::progress::Progress;
use super::{AssignmentId, Partitions};

impl Partitions {
    /// An assignment starts at an offset. Its records are taken once the client reads from there:
    /// [`has_sought`](Self::has_sought).
    pub(crate) fn start_at(&mut self, id: AssignmentId, offset: i64) {
        if let Some(partition) = self.current(id) {
            partition.unknown = None;
            partition.restart_at(offset);
            partition.progress.starts_at(offset);
            partition.moved = true;
        }
    }

    /// The group continues with an assignment at the committed offset. Called before
    /// [`set_done_before`](Self::set_done_before). If records that are done must not be handled again, a client that begins
    /// before that offset is to be sent there, and one that `may_skip` records in any case. Returns whether it is to be sent now.
    pub(crate) fn continues_at(&mut self, id: AssignmentId, offset: i64, may_skip: bool) -> bool {
        let is_exactly_once = self.is_exactly_once;
        let Some(partition) = self.current(id).filter(|partition| partition.stays() && is_exactly_once)
        else {
            return false;
        };
        let is_elsewhere = may_skip || partition.first_fetch.is_some_and(|first| first < offset);
        if is_elsewhere {
            partition.restart_at(offset);
        } else if partition.first_fetch.is_none() {
            partition.committed = Some(offset);
        }
        is_elsewhere
    }
}

impl Partition {
    /// The client is sent to an offset, and what it has delivered is dropped. No job of it has begun.
    fn restart_at(&mut self, offset: i64) {
        self.unknown = self.unknown.take().map(|_| Vec::new());
        self.unknown_bytes = 0;
        (self.first_fetch, self.next_fetch) = (None, None);
        (self.progress, self.epochs) = (Progress::default(), Epochs::default());
        self.seek = Some(offset);
    }

    /// Whether a record is the first one, and from before the committed offset. Then the client is to be sent there.
    pub(super) fn begins_before(&mut self, offset: i64) -> bool {
        let committed = self.committed.take().filter(|committed| offset < *committed);
        self.seek = committed.or(self.seek);
        committed.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::Delivery;
    use crate::consumer::record::{QueueId, Record};
    use crate::consumer::scheduler::{Done, Fetched, OffsetMap};
    use crate::consumer::topics::TopicPartition;

    const AT: TopicPartition = TopicPartition { topic: 0, partition: 3 };
    const COMMITTED: i64 = 84;
    const NONE: [i64; 0] = [];

    fn assigned() -> (Partitions, AssignmentId) {
        let mut partitions = Partitions::new(1).exactly_once();
        let id = partitions.assign(AT);
        (partitions, id)
    }

    fn fetch(partitions: &mut Partitions, offset: i64, has_reset: bool) -> Fetched {
        let delivery = Delivery::new("t", AT.partition, offset);
        let record = Record { at: AT, delivery, payload: None, outputs: Vec::new() };
        partitions.fetched(record, QueueId::from_hash(0), None, has_reset)
    }

    /// The offsets of some that are handled.
    fn handled(partitions: &mut Partitions, offsets: std::ops::Range<i64>) -> Vec<i64> {
        let jobs = offsets.filter_map(|offset| fetch(partitions, offset, false).job);
        jobs.map(|job| job.record.delivery.offset).collect()
    }

    fn sent_to_committed(partitions: &mut Partitions, id: AssignmentId) {
        assert_eq!(partitions.sought(), [(id, AT, COMMITTED)]);
        assert_eq!(handled(partitions, 5..7), NONE, "they are from elsewhere");
        partitions.has_sought(id);
        assert_eq!(partitions.sought(), []);
    }

    #[test]
    fn a_client_that_began_before_the_committed_offset_is_sent_there() {
        let (mut partitions, id) = assigned();
        assert_eq!(handled(&mut partitions, 0..2), NONE, "they wait until it is known what is done");
        assert!(partitions.continues_at(id, COMMITTED, false));
        let map = OffsetMap::from_text(COMMITTED, b"eventgen1:1,1");
        assert!(partitions.set_done_before(id, map).is_empty(), "what is done is dropped");
        sent_to_committed(&mut partitions, id);
        let done = fetch(&mut partitions, COMMITTED, false).job.expect("it is open");
        assert_eq!(handled(&mut partitions, 85..87), [86], "an earlier owner did what is between");
        assert_eq!(partitions.take_moved().len(), 1);
        let (assignment, ticket) = (done.assignment, done.ticket);
        partitions.done(Done { assignment, ticket, outputs: Vec::new() });
        assert_eq!(partitions.take_moved()[0].offset, 86, "no offset before the committed one is committed");
    }

    #[test]
    fn a_client_that_begins_before_the_committed_offset_later_is_sent_there() {
        let (mut partitions, id) = assigned();
        assert!(!partitions.continues_at(id, COMMITTED, false));
        partitions.set_done_before(id, OffsetMap::default());
        let first = fetch(&mut partitions, 4, false);
        assert!(first.job.is_none() && first.strays);
        sent_to_committed(&mut partitions, id);
        assert_eq!(handled(&mut partitions, 84..86), [84, 85]);
        assert_eq!(partitions.take_moved(), []);
    }

    #[test]
    fn a_client_that_begins_at_the_committed_offset_or_behind_it_goes_on() {
        for first in [COMMITTED, COMMITTED + 3] {
            let (mut partitions, id) = assigned();
            assert!(!partitions.continues_at(id, COMMITTED, false));
            partitions.set_done_before(id, OffsetMap::default());
            assert_eq!(handled(&mut partitions, first..first + 1), [first]);
            let (mut partitions, id) = assigned();
            assert_eq!(handled(&mut partitions, first..first + 1), NONE);
            assert!(!partitions.continues_at(id, COMMITTED, false));
            assert_eq!(partitions.set_done_before(id, OffsetMap::default()).len(), 1);
        }
    }

    #[test]
    fn a_client_that_may_skip_records_is_sent_in_any_case() {
        let (mut partitions, id) = assigned();
        assert_eq!(handled(&mut partitions, 90..91), NONE);
        assert!(partitions.continues_at(id, COMMITTED, true));
        assert!(partitions.set_done_before(id, OffsetMap::default()).is_empty());
        sent_to_committed(&mut partitions, id);
        assert_eq!(handled(&mut partitions, 84..85), [84]);
    }

    #[test]
    fn a_client_that_has_reset_an_offset_is_right() {
        let (mut partitions, id) = assigned();
        assert!(!partitions.continues_at(id, COMMITTED, false));
        partitions.set_done_before(id, OffsetMap::default());
        assert!(fetch(&mut partitions, 4, true).job.is_some(), "the topic was created anew");
    }

    #[test]
    fn what_an_earlier_owner_did_is_stated_before_it_is_fetched_again() {
        let (mut partitions, id) = assigned();
        let map = OffsetMap::from_text(COMMITTED, b"eventgen1:1,5,2,4");
        partitions.set_done_before(id, map);
        assert_eq!(handled(&mut partitions, 84..87), [84], "85 to 89 and 92 to 95 are done");
        let stated = |position: &crate::consumer::scheduler::Position| {
            (position.offset, position.done_beyond.clone().unwrap_or_default())
        };
        let moved: Vec<_> = partitions.take_moved().iter().map(stated).collect();
        assert_eq!(moved, [(84, "eventgen1:1,5,2,4".to_owned())]);
        assert_eq!(handled(&mut partitions, 87..92), [90, 91]);
        let left = partitions.end(id).expect("what is done");
        assert_eq!(stated(&left), (84, "eventgen1:1,5,2,4".to_owned()));
    }

    #[test]
    fn a_partition_that_leaves_is_not_sought() {
        let (mut partitions, id) = assigned();
        assert_eq!(handled(&mut partitions, 0..2), NONE);
        partitions.leave(id);
        assert!(!partitions.continues_at(id, COMMITTED, false));
    }
}
