//! Measures partitions: how far the group is behind, in records and in time.

use std::ops::Range;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::Partitions;
use super::partition::Partition;
use crate::consumer::topics::{TopicIndex, TopicPartition, Topics};
use crate::observe::PartitionValues;

impl Partitions {
    /// The records that were fetched since the last call, by partition.
    pub(crate) fn take_fetched(&mut self) -> impl Iterator<Item = (TopicPartition, u64)> {
        self.by_slot
            .iter_mut()
            .map(|partition| (partition.at, std::mem::take(&mut partition.measured.fetched)))
    }

    /// Sets the start and the end of the log of a partition.
    pub(crate) fn set_log(&mut self, at: TopicPartition, log: Range<i64>) {
        if let Some(partition) = self.find(at) {
            partition.measured.log = Some(log);
        }
    }

    /// An assignment begins at a committed offset, if there is one.
    pub(crate) fn start_measuring(&mut self, at: TopicPartition, committed: Option<i64>) {
        if let Some(partition) = self.find(at) {
            partition.measured.committed = partition.measured.committed.or(committed);
        }
    }

    /// Sets the offset that the group has committed.
    pub(crate) fn set_committed(&mut self, at: TopicPartition, offset: i64) {
        if let Some(partition) = self.find(at) {
            partition.measured.committed = Some(offset);
        }
    }

    /// The state of the current assignments.
    pub(crate) fn measure(&mut self, topics: &Topics) -> Vec<(TopicPartition, PartitionValues)> {
        let (now, wall) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        let wall = i64::try_from(wall.as_millis()).unwrap_or(i64::MAX);
        let name = |topic: TopicIndex| topics.get(topic).name;
        let here = self.by_slot.iter_mut().filter(|partition| partition.is_here());
        here.map(|partition| (partition.at, partition.measure(name(partition.at.topic), now, wall))).collect()
    }
}

impl Partition {
    fn measure(&mut self, topic: &'static str, now: Instant, wall: i64) -> PartitionValues {
        let waiting = self.unknown.as_ref().and_then(|waiting| waiting.first());
        let open = self.progress.first_open().or(waiting.map(|(record, _)| record.delivery.offset));
        let Self { measured, next_fetch, .. } = self;
        let start = measured.log.as_ref().map(|log| log.start);
        let next = open.or(self.progress.position()).or(measured.committed).or(start);
        // The client may have read further since the end was asked for.
        let end = measured.log.as_ref().map(|log| log.end).max(*next_fetch);
        let lag = next.zip(end).map(|(next, end)| u64::try_from(end - next).unwrap_or(0));
        let is_behind = open.is_none() && lag.is_some_and(|lag| lag > 0);
        measured.behind_since = is_behind.then(|| measured.behind_since.unwrap_or(now));
        let mark = open.and_then(|open| measured.mark_of(open));
        (measured.looked_at, measured.has_new) = (Some(now), false);
        let age = match (mark, measured.behind_since) {
            #[expect(clippy::cast_precision_loss, reason = "an age in milliseconds is less than 2^53")]
            (Some(mark), _) => (wall - mark.timestamp).max(0) as f64 / 1_000.0,
            (None, Some(since)) => (now - since).as_secs_f64(),
            (None, None) => 0.0,
        };
        let status = self.status(topic);
        PartitionValues {
            topic,
            partition: self.at.partition,
            lag_records: lag,
            lag_seconds: lag.map(|_| age),
            committed_offset: self.measured.committed,
            start_offset: start,
            end_offset: end,
            in_flight_records: status.in_flight,
            in_flight_bytes: status.in_flight_bytes,
            in_flight_age: mark.map_or(0.0, |mark| (now - mark.fetched).as_secs_f64()),
            delayed_records: status.delayed,
            is_paused: status.is_paused,
            breaker_is_open: false,
            held: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::record::QueueId;
    use crate::consumer::scheduler::OffsetMap;

    const QUEUE: QueueId = QueueId::from_hash(0);
    const AT: TopicPartition = TopicPartition { topic: 0, partition: 3 };
    const HOUR: i64 = 3_600_000;

    /// Partitions of one topic with one partition, of which these records were fetched: offsets and timestamps.
    fn partition(records: &[(i64, i64)]) -> Partitions {
        let mut partitions = Partitions::new(1);
        let id = partitions.assign(AT);
        partitions.set_done_before(id, OffsetMap::default());
        let partition = partitions.find(AT).expect("it is assigned");
        for (offset, timestamp) in records {
            partition.note_fetch(*offset);
            partition.measured.fetched(*offset, Some(*timestamp));
            partition.add(*offset, QUEUE, 1);
        }
        partitions
    }

    fn measure(partitions: &mut Partitions, wall: i64) -> (Option<u64>, Option<f64>) {
        let partition = partitions.find(AT).expect("it is assigned");
        let values = partition.measure("t", Instant::now(), wall);
        (values.lag_records, values.lag_seconds)
    }

    fn done(partitions: &mut Partitions, ticket: u64) {
        partitions.find(AT).expect("it is assigned").done(ticket);
    }

    #[test]
    #[cfg_attr(not(any(feature = "metrics", feature = "otel")), ignore = "nothing is measured")]
    fn lag_in_seconds_is_the_age_of_the_first_record_that_is_not_done() {
        let mut partitions = partition(&[(7, 0), (8, 100), (9, HOUR), (10, 2 * HOUR)]);
        partitions.set_log(AT, 0..12);
        assert_eq!(measure(&mut partitions, 3 * HOUR), (Some(5), Some(10_800.0)));
        done(&mut partitions, 1);
        assert_eq!(measure(&mut partitions, 3 * HOUR), (Some(5), Some(10_800.0)), "offset 7 is not done");
        done(&mut partitions, 0);
        assert_eq!(measure(&mut partitions, 3 * HOUR), (Some(3), Some(7_200.0)));
        done(&mut partitions, 2);
        assert_eq!(measure(&mut partitions, 3 * HOUR), (Some(2), Some(3_600.0)));
        assert_eq!(partitions.take_fetched().collect::<Vec<_>>(), [(AT, 4)]);
        assert_eq!(partitions.take_fetched().collect::<Vec<_>>(), [(AT, 0)]);
    }

    #[test]
    fn a_partition_without_open_records_has_no_lag() {
        let mut partitions = partition(&[(7, 0)]);
        partitions.set_log(AT, 0..8);
        done(&mut partitions, 0);
        assert_eq!(measure(&mut partitions, HOUR), (Some(0), Some(0.0)));
    }

    #[test]
    fn a_partition_lags_behind_its_committed_offset_before_a_record_is_fetched() {
        let mut partitions = partition(&[]);
        assert_eq!(measure(&mut partitions, HOUR), (None, None));
        partitions.set_log(AT, 2..9);
        assert_eq!(measure(&mut partitions, HOUR).0, Some(7), "a group that has committed nothing");
        partitions.set_committed(AT, 5);
        let (records, seconds) = measure(&mut partitions, HOUR);
        assert_eq!(records, Some(4));
        assert!(seconds.is_some_and(|seconds| seconds < 60.0), "it has been known for a moment: {seconds:?}");
    }
}
