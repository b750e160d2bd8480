//! Finds positions in partitions: their starts and ends, and the offsets of a time. All calls block.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use super::start_from::Target;
use super::topics::{TopicPartition, Topics};
use crate::kafka::{GroupConsumer, KafkaFailure, PartitionList, Timestamp};

/// How long each request to the cluster may take. It is short because records of new partitions wait for it.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// Offsets by partition. A partition whose leader does not answer is missing.
pub(super) type Offsets = HashMap<TopicPartition, i64>;

/// The offset of the oldest record of each partition.
pub(super) fn starts(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> Result<Offsets, KafkaFailure> {
    at(consumer, topics, partitions, Timestamp::Oldest)
}

/// The start and the end of the log of each partition. One whose leader does not answer is missing.
pub(super) fn logs(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> Vec<(TopicPartition, Range<i64>)> {
    let ask = |timestamp| at(consumer, topics, partitions, timestamp);
    let Ok(starts) = ask(Timestamp::Oldest) else { return Vec::new() };
    let Ok(ends) = ask(Timestamp::Newest) else { return Vec::new() };
    ends.into_iter().filter_map(|(at, end)| Some((at, *starts.get(&at)?..end))).collect()
}

/// The offset of each partition at which a target is. A time behind the newest record is the end.
pub(super) fn find(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
    target: Target,
) -> Result<Offsets, KafkaFailure> {
    let ends = at(consumer, topics, partitions, Timestamp::Newest)?;
    match target {
        Target::End => Ok(ends),
        Target::Offset(offset) => Ok(partitions.iter().map(|at| (*at, offset)).collect()),
        Target::Time(time) => {
            // Kafka's timestamps are not negative. Negative ones have a meaning of their own in the protocol.
            let millis = time.timestamp_millis().max(0);
            let mut found = at(consumer, topics, partitions, Timestamp::Millis(millis))?;
            // The end was asked for first, so that a record that arrives in between is not skipped.
            for (at, end) in ends {
                found.entry(at).or_insert(end);
            }
            Ok(found)
        }
    }
}

/// The offset of a target in one partition.
///
/// # Errors
/// Why the partition cannot be read from there.
pub(super) fn find_one(
    consumer: &GroupConsumer,
    topics: &Topics,
    partition: TopicPartition,
    target: Target,
) -> Result<i64, String> {
    let one = |target| match find(consumer, topics, &[partition], target) {
        Ok(found) => found.get(&partition).copied().ok_or_else(|| "its leader does not answer".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let offset = one(target)?;
    if matches!(target, Target::Offset(_)) {
        let end = one(Target::End)?;
        let starts = starts(consumer, topics, &[partition]).map_err(|error| error.to_string())?;
        let start = starts.get(&partition).copied().unwrap_or(0);
        if !(start..=end).contains(&offset) {
            return Err(format!("offset {offset} is outside of the partition, which has {start} to {end}"));
        }
    }
    Ok(offset)
}

fn at(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
    timestamp: Timestamp,
) -> Result<Offsets, KafkaFailure> {
    let list: PartitionList = consumer.offsets_at(&topics.list(partitions), timestamp, TIMEOUT)?;
    let mut offsets = HashMap::new();
    list.for_each(|topic, partition, offset| {
        if let (Some(topic), Some(offset)) = (topics.find(topic), offset) {
            offsets.insert(TopicPartition { topic, partition }, offset);
        }
    });
    Ok(offsets)
}
