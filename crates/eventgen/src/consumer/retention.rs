//! Counts and reports records that were removed before the group read them.
//!
//! With `auto.offset.reset=earliest`, librdkafka continues with the oldest record if the next one was removed, and reports
//! this only in its log. The lost records are those between the offset that was to be read next and the start of the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::observers::Observers;
use super::scheduler::{Gap, Scheduler};
use super::topics::{TopicPartition, Topics};
use crate::kafka::{GroupConsumer, KafkaFailure, PartitionList};
use crate::observe::ConsumerEvent;

/// How long each request to the cluster may take. It is short because commits wait for it.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Finds records that retention removed from the partitions of one consumer.
pub(super) struct Retention {
    pub(super) topics: Arc<Topics>,
    pub(super) observers: Arc<Observers>,
    pub(super) scheduler: Arc<Scheduler>,
    /// Whether librdkafka continues with the oldest record if the next one was removed (`auto.offset.reset=earliest`).
    pub(super) continues: bool,
}

impl Retention {
    /// Checks partitions that were just assigned. The group continues at its committed offset.
    pub(super) fn assigned(&self, consumer: &GroupConsumer, partitions: &[TopicPartition]) {
        let found = committed(consumer, &self.topics, partitions)
            .and_then(|committed| Ok((committed, starts(consumer, &self.topics, partitions)?)));
        match found {
            Ok((committed, starts)) => {
                for (at, from) in committed {
                    let Some(&start) = starts.get(&at).filter(|start| **start > from) else { continue };
                    if !self.continues {
                        self.compare(at, from, start);
                    } else if let Some(next) = self.scheduler.log_starts_at(at, start) {
                        self.compare(at, from, next);
                    }
                }
            }
            // There is no second attempt: the group commits in the meantime, which replaces the offset it started at.
            Err(error) => {
                self.observers.cluster_error(&format!("the check for lost records failed: {error}"));
            }
        }
    }

    /// Checks offsets that were skipped. Those after the start of the log were skipped by compaction and transactions.
    pub(super) fn gaps(&self, consumer: &GroupConsumer, gaps: Vec<Gap>) {
        let partitions: Vec<TopicPartition> = gaps.iter().map(|gap| gap.at).collect();
        match starts(consumer, &self.topics, &partitions) {
            Ok(starts) => {
                for Gap { at, offsets } in &gaps {
                    let start = starts.get(at).copied().unwrap_or(offsets.start);
                    self.compare(*at, offsets.start, start.min(offsets.end));
                }
            }
            Err(error) => {
                self.observers.cluster_error(&format!("the check for lost records failed: {error}"));
                self.scheduler.keep_gaps(gaps);
            }
        }
    }

    fn compare(&self, at: TopicPartition, from: i64, to: i64) {
        if let Some(count) = u64::try_from(to - from).ok().filter(|count| *count > 0) {
            let topic = self.topics.get(at.topic).name;
            self.observers.notify(&ConsumerEvent::Lost { topic, partition: at.partition, from, count });
        }
    }
}

/// The offsets that the group has committed, of the partitions that have one.
fn committed(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> Result<HashMap<TopicPartition, i64>, KafkaFailure> {
    Ok(offsets(topics, &consumer.committed(&topics.list(partitions), TIMEOUT)?))
}

/// The offset of the oldest record of each partition.
fn starts(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> Result<HashMap<TopicPartition, i64>, KafkaFailure> {
    Ok(offsets(topics, &consumer.log_starts(&topics.list(partitions), TIMEOUT)?))
}

fn offsets(topics: &Topics, list: &PartitionList) -> HashMap<TopicPartition, i64> {
    let mut offsets = HashMap::new();
    list.for_each(|topic, partition, offset| {
        if let (Some(topic), Some(offset)) = (topics.find(topic), offset) {
            offsets.insert(TopicPartition { topic, partition }, offset);
        }
    });
    offsets
}
