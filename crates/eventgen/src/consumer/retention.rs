//! Records that were removed before the group read them: counted and reported, never passed over in silence.
//!
//! librdkafka goes on with the oldest record when the next one is gone, as `auto.offset.reset=earliest` asks it to, and
//! says so in its log only. What was skipped lies between the offset that was to be read next and the start of the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

use super::observers::Observers;
use super::scheduler::{Gap, Scheduler};
use super::topics::{TopicPartition, Topics};
use crate::observe::ConsumerEvent;

/// How long each question to the cluster may take. It holds up commits, so it is short.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Finds what retention removed from the partitions of one consumer.
pub(super) struct Retention {
    pub(super) topics: Arc<Topics>,
    pub(super) observers: Arc<Observers>,
    pub(super) scheduler: Arc<Scheduler>,
    /// Whether librdkafka continues with the oldest record where the next one is gone (`auto.offset.reset=earliest`).
    pub(super) continues: bool,
}

impl Retention {
    /// Looks at partitions that were assigned just now: the group continues at its committed offset.
    pub(super) fn assigned<C: ConsumerContext>(
        &self,
        consumer: &BaseConsumer<C>,
        partitions: &[TopicPartition],
    ) {
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
            // Not asked again: the group commits meanwhile, and what it began at is not known any more.
            Err(error) => self.observers.cluster_error(&format!("asking for lost records failed: {error}")),
        }
    }

    /// Looks at offsets that were skipped. Compaction and transactions skip some too, behind the start of the log.
    pub(super) fn gaps<C: ConsumerContext>(&self, consumer: &BaseConsumer<C>, gaps: Vec<Gap>) {
        let partitions: Vec<TopicPartition> = gaps.iter().map(|gap| gap.at).collect();
        match starts(consumer, &self.topics, &partitions) {
            Ok(starts) => {
                for Gap { at, offsets } in &gaps {
                    let start = starts.get(at).copied().unwrap_or(offsets.start);
                    self.compare(*at, offsets.start, start.min(offsets.end));
                }
            }
            Err(error) => {
                self.observers.cluster_error(&format!("asking for lost records failed: {error}"));
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
fn committed<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> KafkaResult<HashMap<TopicPartition, i64>> {
    let asked = list(topics, partitions, Offset::Invalid)?;
    Ok(offsets(topics, &consumer.committed_offsets(asked, TIMEOUT)?))
}

/// The offset of the oldest record of each partition.
fn starts<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> KafkaResult<HashMap<TopicPartition, i64>> {
    // "Beginning" is what the protocol takes for the time before all records (ListOffsets, timestamp -2).
    let asked = list(topics, partitions, Offset::Beginning)?;
    Ok(offsets(topics, &consumer.offsets_for_times(asked, TIMEOUT)?))
}

fn list(topics: &Topics, partitions: &[TopicPartition], offset: Offset) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for at in partitions {
        let topic = topics.get(at.topic).name;
        if list.find_partition(topic, at.partition).is_none() {
            list.add_partition_offset(topic, at.partition, offset)?;
        }
    }
    Ok(list)
}

fn offsets(topics: &Topics, list: &TopicPartitionList) -> HashMap<TopicPartition, i64> {
    let offset = |element: rdkafka::topic_partition_list::TopicPartitionListElem<'_>| match element.offset() {
        Offset::Offset(offset) => {
            let at = TopicPartition { topic: topics.find(element.topic())?, partition: element.partition() };
            Some((at, offset))
        }
        _ => None,
    };
    list.elements().into_iter().filter_map(offset).collect()
}
