//! Offsets of retry topics that are committed again although they have not moved.
//!
//! Brokers remove the offsets of topics to which a group is not subscribed when they were not committed for
//! `offsets.retention.minutes`, also while the group has members
//! ([KIP-211](https://cwiki.apache.org/confluence/display/KAFKA/KIP-211%3A+Revise+Expiration+Semantics+of+Consumer+Group+Offsets)).
//! A group does not subscribe to its retry topics: without an offset, all that is left in them would be handled again.

use std::time::{Duration, Instant};

use super::Partitions;
use super::partition::Partition;
use crate::consumer::topics::Place;

/// How often. Brokers keep offsets for seven days by default, and did for one day before Kafka 2.0.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

impl Partitions {
    /// The next commit states the offsets of retry topics that were not committed for long, and those of new assignments.
    pub(crate) fn renew(&mut self, now: Instant) {
        for partition in &mut self.by_slot {
            if partition.needs_renewal(now) {
                partition.renew(now);
            }
        }
    }
}

impl Partition {
    fn needs_renewal(&self, now: Instant) -> bool {
        // What an earlier owner did is stated again once it was fetched again.
        let fetched = self.next_fetch.unwrap_or(0);
        let is_known = self.unknown.is_none() && self.done_before_end().is_none_or(|end| end <= fetched);
        self.place != Place::Source
            && self.stays()
            && is_known
            && self.renewed.is_none_or(|renewed| now.saturating_duration_since(renewed) >= INTERVAL)
    }

    fn renew(&mut self, now: Instant) {
        self.renewed = Some(now);
        if let (None, Some(committed)) = (self.progress.position(), self.measured.committed) {
            // Otherwise the topic was created anew.
            if self.first_fetch.is_none_or(|first| first >= committed) {
                self.progress.starts_at(committed);
            }
        }
        self.moved |= self.progress.position().is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::record::QueueId;
    use crate::consumer::scheduler::OffsetMap;
    use crate::consumer::topics::{TopicPartition, Topics};
    use crate::{Retry, Topic};

    const TOPIC: Topic = Topic::new("t").with_retry(Retry::DEFAULT.with_delays(&[Duration::from_secs(1)]));
    const SOURCE: TopicPartition = TopicPartition { topic: 0, partition: 3 };
    const RETRY: TopicPartition = TopicPartition { topic: 2, ..SOURCE };

    /// Both partitions, with a committed offset of 7 and what is done beyond it.
    fn assigned(map: &OffsetMap) -> Partitions {
        let mut partitions = Partitions::of(&Topics::new([TOPIC]).with_retry_topics("g"));
        for at in [SOURCE, RETRY] {
            let id = partitions.assign(at);
            partitions.start_measuring(at, Some(7));
            partitions.set_done_before(id, map.clone());
        }
        partitions
    }

    fn fetch(partitions: &mut Partitions, offset: i64) -> u64 {
        let partition = partitions.find(RETRY).expect("it is assigned");
        partition.note_fetch(offset);
        partition.add(offset, QueueId::from_hash(0), 1).unwrap_or_default()
    }

    fn renewed(partitions: &mut Partitions, now: Instant) -> Vec<(TopicPartition, i64, bool)> {
        partitions.renew(now);
        let moved = partitions.take_moved().into_iter();
        moved.map(|position| (position.at, position.offset, position.done_beyond.is_some())).collect()
    }

    #[test]
    fn offsets_of_retry_topics_are_committed_with_an_assignment_and_every_hour() {
        let mut partitions = assigned(&OffsetMap::default());
        let now = Instant::now();
        assert_eq!(renewed(&mut partitions, now), [(RETRY, 7, false)]);
        assert_eq!(renewed(&mut partitions, now + INTERVAL / 2), []);
        // One record waits, and what is behind it is done.
        fetch(&mut partitions, 7);
        let ticket = fetch(&mut partitions, 8);
        partitions.find(RETRY).expect("it is assigned").done(ticket);
        assert_eq!(renewed(&mut partitions, now + INTERVAL), [(RETRY, 7, true)]);
        assert_eq!(renewed(&mut partitions, now + INTERVAL * 2), [(RETRY, 7, true)]);
    }

    #[test]
    fn what_an_earlier_owner_did_is_not_forgotten() {
        let mut map = OffsetMap::starting_at(7);
        map.close_run();
        map.add(8);
        let mut partitions = assigned(&map);
        let now = Instant::now();
        assert_eq!(renewed(&mut partitions, now), []);
        fetch(&mut partitions, 7);
        assert_eq!(renewed(&mut partitions, now), []);
        fetch(&mut partitions, 8);
        assert_eq!(renewed(&mut partitions, now), [(RETRY, 7, true)]);
    }

    #[test]
    fn an_offset_of_a_topic_that_was_created_anew_is_not_committed() {
        let mut partitions = assigned(&OffsetMap::default());
        fetch(&mut partitions, 0);
        assert_eq!(renewed(&mut partitions, Instant::now()), []);
    }

    #[test]
    fn an_offset_before_the_start_of_the_log_moves_on_after_a_renewal() {
        let mut partitions = assigned(&OffsetMap::default());
        let id = partitions.assignment(RETRY).expect("it is assigned");
        assert_eq!(renewed(&mut partitions, Instant::now()), [(RETRY, 7, false)]);
        assert_eq!(partitions.log_starts_at(id, 20), Some(20));
        let moved: Vec<i64> = partitions.take_moved().iter().map(|position| position.offset).collect();
        assert_eq!(moved, [20]);
    }
}
