//! Offsets of partitions and of groups, each by one question for all partitions.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::{Context, left, parallel};
use crate::PartitionOffsets;

/// The pause before a coordinator is asked again that is not there yet.
const PAUSE: Duration = Duration::from_millis(100);

/// A partition of a topic.
pub(super) type Partition = (String, i32);

/// Adds the first and the last offset of partitions that have a leader. Each leader is asked by itself: librdkafka gives no
/// answer at all if one of them does not answer. Returns the errors.
pub(super) fn add_offsets(
    consumer: &BaseConsumer<Context>,
    topics: &mut BTreeMap<String, Vec<PartitionOffsets>>,
    deadline: Instant,
) -> Vec<KafkaError> {
    let mut by_leader: BTreeMap<i32, Vec<Partition>> = BTreeMap::new();
    for (topic, partitions) in &*topics {
        for partition in partitions {
            if let Some(leader) = partition.leader {
                by_leader.entry(leader).or_default().push((topic.clone(), partition.partition));
            }
        }
    }
    let answers = parallel::map(by_leader.into_values().collect(), |led| {
        // The oldest first: an end that is asked for later is not before it.
        let oldest = listed(consumer, &led, Offset::Beginning, deadline)?;
        Ok((oldest, listed(consumer, &led, Offset::End, deadline)?))
    });
    let (mut oldest, mut ends, mut errors) = (HashMap::new(), HashMap::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok((first, last)) => {
                oldest.extend(first);
                ends.extend(last);
            }
            Err(error) => errors.push(error),
        }
    }
    for (topic, partitions) in topics {
        for partition in partitions {
            let key = (topic.clone(), partition.partition);
            partition.oldest = oldest.get(&key).copied();
            partition.end = ends.get(&key).copied();
        }
    }
    errors
}

/// Offsets by the timestamps of the protocol that are "end" and "beginning" (`ListOffsets`, -1 and -2).
pub(super) fn listed(
    consumer: &BaseConsumer<Context>,
    partitions: &[Partition],
    at: Offset,
    deadline: Instant,
) -> Result<HashMap<Partition, i64>, KafkaError> {
    if partitions.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(offsets(&consumer.offsets_for_times(list(partitions, at)?, left(deadline))?))
}

/// The offsets that the group of a client has committed. A group without a coordinator (the first of a new cluster, or while
/// a broker leaves) is asked about again.
pub(super) fn committed(
    consumer: &BaseConsumer<Context>,
    partitions: &[Partition],
    deadline: Instant,
) -> Result<HashMap<Partition, i64>, KafkaError> {
    if partitions.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = list(partitions, Offset::Invalid)?;
    loop {
        match consumer.committed_offsets(asked.clone(), left(deadline)) {
            Ok(list) => return Ok(offsets(&list)),
            Err(error) if Instant::now() + PAUSE < deadline && awaits_coordinator(&error) => {
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}

fn list(partitions: &[Partition], offset: Offset) -> Result<TopicPartitionList, KafkaError> {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for (topic, partition) in partitions {
        list.add_partition_offset(topic, *partition, offset)?;
    }
    Ok(list)
}

/// Offsets by partition, of the partitions that have one.
fn offsets(list: &TopicPartitionList) -> HashMap<Partition, i64> {
    let mut offsets = HashMap::new();
    for element in list.elements() {
        if let Offset::Offset(offset) = element.offset() {
            offsets.insert((element.topic().to_owned(), element.partition()), offset);
        }
    }
    offsets
}

fn awaits_coordinator(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::NotCoordinator
                | RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::CoordinatorLoadInProgress
        )
    )
}
