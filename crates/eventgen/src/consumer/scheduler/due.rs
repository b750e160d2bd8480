//! Records of retry topics that wait until they are due.
//!
//! They are fetched and not handed to the workers. Those of one tier are due in the order of their offsets, but for the clocks
//! of their writers. When many of a partition wait, its fetching is paused, and nothing polls for them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Partitions;
use super::job::{Job, Ticket};
use super::partition::Partition;
use crate::consumer::failure::retry_record;
use crate::consumer::record::Record;
use crate::consumer::topics::{Place, TopicPartition};

impl Partitions {
    /// The records that are due by now.
    pub(crate) fn take_due(&mut self) -> Vec<Job> {
        let Some(next) = self.next_due else { return Vec::new() };
        let now = now();
        if now < next {
            return Vec::new();
        }
        let mut taken = Vec::new();
        for partition in &mut self.by_slot {
            while partition.waiting.front().is_some_and(|(due, _)| *due <= now) {
                taken.extend(partition.waiting.pop_front().map(|(_, job)| job));
            }
        }
        self.next_due = self.by_slot.iter().filter_map(Partition::next_due).min();
        taken
    }

    /// A record is due at this time.
    pub(super) fn wake_at(&mut self, due: Option<i64>) {
        self.next_due = self.next_due.into_iter().chain(due).min();
    }

    /// The bytes of the records of sources that are fetched and not done.
    pub(crate) fn held_bytes(&self) -> usize {
        self.by_slot
            .iter()
            // What waits in retry topics has limits of its own.
            .filter(|partition| partition.is_here() && partition.place == Place::Source)
            .map(|partition| partition.held_bytes)
            .sum()
    }

    /// Returns the paused partitions that have room again and marks them as not paused.
    pub(crate) fn take_resumable(&mut self) -> Vec<TopicPartition> {
        let mut resumable = Vec::new();
        for partition in &mut self.by_slot {
            let is_paused = partition.paused_since.is_some();
            if partition.stays() && is_paused && partition.has_room() && partition.unknown.is_none() {
                partition.paused_since = None;
                resumable.push(partition.at);
            }
        }
        resumable
    }

    /// Whether a partition is paused that may have room at any moment. What waits in retry topics waits for long.
    pub(crate) fn awaits_room(&self) -> bool {
        let is_full = |partition: &Partition| partition.stays() && partition.paused_since.is_some();
        self.by_slot.iter().any(|partition| partition.place == Place::Source && is_full(partition))
    }
}

impl Partition {
    /// When the first record that waits is due.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.waiting.front().map(|(due, _)| *due)
    }

    /// Keeps a job whose record is not due yet, and those that come behind it.
    pub(super) fn delay(&mut self, mut job: Job) -> Option<Job> {
        if !matches!(self.place, Place::Retry { tier: 1.., .. }) {
            return Some(job);
        }
        let due = retry_record::due(&job.record.delivery.headers).unwrap_or(0);
        if self.waiting.is_empty() && due <= now() {
            return Some(job);
        }
        job.record.detach();
        self.waiting.push_back((due, job));
        None
    }

    /// From when on a record is late, in milliseconds since the Unix epoch: in a retry topic that is when it is due.
    pub(super) fn late_from(&self, record: &Record) -> Option<i64> {
        match self.place {
            Place::Retry { tier: 1.., .. } => retry_record::due(&record.delivery.headers),
            _ => None,
        }
        .or(record.timestamp_millis())
    }

    /// Records with earlier tickets at or after this offset no longer count.
    pub(super) fn forget_waiting(&mut self, before: Ticket, offset: i64) {
        self.waiting.retain(|(_, job)| job.ticket >= before || job.record.delivery.offset < offset);
    }
}

/// Milliseconds since the Unix epoch.
fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::Delivery;
    use crate::consumer::record::QueueId;
    use crate::consumer::scheduler::{Done, OffsetMap};
    use crate::consumer::topics::Topics;
    use crate::{Retry, Topic};

    const TOPIC: Topic =
        Topic::new("t").with_retry(Retry::DEFAULT.with_delays(&[std::time::Duration::from_secs(1)]));
    /// The source is 0, its followers 1.
    const WAITING: TopicPartition = TopicPartition { topic: 2, partition: 3 };

    fn fetch(partitions: &mut Partitions, offset: i64, due: i64) -> (Option<Done>, bool) {
        let mut delivery = Delivery::new("t", WAITING.partition, offset);
        delivery.headers.append("__retry.due", Some(due.to_string().into()));
        let record = Record { at: WAITING, delivery, payload: None, outputs: Vec::new() };
        let fetched = partitions.fetched(record, QueueId::from_hash(0), None, false);
        let done = fetched.job.map(|job| Done {
            assignment: job.assignment,
            ticket: job.ticket,
            outputs: Vec::new(),
        });
        (done, fetched.pause)
    }

    fn assigned() -> Partitions {
        let mut partitions = Partitions::of(&Topics::new([TOPIC]).with_retry_topics("g"));
        let id = partitions.assign(WAITING);
        partitions.set_done_before(id, OffsetMap::default());
        partitions
    }

    #[test]
    fn a_record_waits_until_it_is_due_and_those_behind_it_wait_with_it() {
        let mut partitions = assigned();
        let (soon, past) = (now() + 50, now() - 1_000);
        assert!(fetch(&mut partitions, 0, past).0.is_some(), "it is due");
        assert!(fetch(&mut partitions, 1, soon).0.is_none());
        assert!(fetch(&mut partitions, 2, past).0.is_none(), "the clock of its writer was behind");
        assert!(fetch(&mut partitions, 3, now() + 3_600_000).0.is_none());
        let mut taken = Vec::new();
        while taken.is_empty() {
            taken = partitions.take_due();
            assert!(taken.is_empty() || now() >= soon);
        }
        assert_eq!(taken.iter().map(|job| job.record.delivery.offset).collect::<Vec<_>>(), [1, 2]);
        assert!(partitions.take_due().is_empty());
    }

    #[test]
    #[cfg_attr(not(any(feature = "metrics", feature = "otel")), ignore = "nothing is measured")]
    fn a_record_that_waits_is_late_from_the_time_at_which_it_is_due() {
        let lag = |due: i64| {
            let mut partitions = assigned();
            partitions.set_log(WAITING, 0..1);
            fetch(&mut partitions, 0, due);
            let topics = Topics::new([TOPIC]).with_retry_topics("g");
            let values = partitions.measure(&topics).remove(0).1;
            (values.lag_records, values.lag_seconds.expect("the log is known"))
        };
        assert_eq!(lag(now() + 3_600_000), (Some(1), 0.0));
        let (records, seconds) = lag(now() - 3_600_000);
        assert!(records == Some(1) && (3_600.0..7_200.0).contains(&seconds), "{seconds}");
    }

    #[test]
    fn fetching_pauses_when_many_records_wait_and_nothing_is_left_of_a_partition_that_leaves() {
        let mut partitions = assigned();
        let later = now() + 50;
        let full = (0..5_000).find(|offset| fetch(&mut partitions, *offset, later).1).expect("it is full");
        assert_eq!(full, 999);
        assert!(!partitions.awaits_room(), "nothing is to be asked for every moment");
        assert_eq!(partitions.held_bytes(), 0, "sources have the room to themselves");
        let id = partitions.assignment(WAITING).expect("it is assigned");
        partitions.leave(id);
        while now() < later {
            std::thread::yield_now();
        }
        assert!(partitions.take_due().is_empty());
    }
}
