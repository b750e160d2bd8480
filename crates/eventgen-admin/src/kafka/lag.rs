//! The lag of a group: its committed offsets and the ends of the partitions, each by one question for all partitions.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::{Cluster, Context};
use crate::{AdminError, PartitionLag};

/// How long all questions together may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pause before a coordinator is asked again that is not there yet.
const PAUSE: Duration = Duration::from_millis(100);

impl Cluster {
    pub(crate) fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        let deadline = Instant::now() + TIMEOUT;
        let partitions = i32::try_from(self.partition_count(topic)?).unwrap_or(i32::MAX);
        let consumer = self.offsets_of(group)?;
        let asked = |partitions: &[i32], offset| {
            let mut list = TopicPartitionList::with_capacity(partitions.len());
            for &partition in partitions {
                list.add_partition_offset(topic, partition, offset)?;
            }
            Ok(list)
        };
        let all: Vec<i32> = (0..partitions).collect();
        let committed =
            asked(&all, Offset::Invalid).and_then(|asked| committed(&consumer, &asked, deadline)).map_err(
                |error| AdminError::request(format!("asking for the offsets of group `{group}`"), error),
            )?;
        let listed = |partitions: &[i32], offset| {
            asked(partitions, offset)
                .and_then(|asked| consumer.offsets_for_times(asked, left(deadline)))
                .map(|list| offsets(&list))
                .map_err(|error| AdminError::request(format!("asking for the offsets of `{topic}`"), error))
        };
        // "End" and "beginning" are timestamps of the protocol (ListOffsets, -1 and -2).
        let ends = listed(&all, Offset::End)?;
        let uncommitted: Vec<i32> = all.iter().copied().filter(|at| !committed.contains_key(at)).collect();
        let starts =
            if uncommitted.is_empty() { HashMap::new() } else { listed(&uncommitted, Offset::Beginning)? };
        let lag = |partition: i32| {
            let end = ends.get(&partition).copied().ok_or_else(|| {
                AdminError::request(format!("asking for the end of `{topic}` {partition}"), "no answer")
            })?;
            let committed = committed.get(&partition).copied();
            let from = committed.or(starts.get(&partition).copied()).unwrap_or(end);
            let records = u64::try_from(end - from).unwrap_or(0);
            Ok(PartitionLag { partition, committed, end, records })
        };
        all.into_iter().map(lag).collect()
    }

    /// A consumer that asks for the offsets of a group and joins none. A new one each time: nothing polls it, so one that is
    /// kept would go on with the leaders and partitions of its first question, and fill its queue with events.
    fn offsets_of(&self, group: &str) -> Result<BaseConsumer<Context>, AdminError> {
        let mut config = self.config();
        config.set("group.id", group).set("enable.auto.commit", "false").set("statistics.interval.ms", "0");
        let consumer = config.create_with_context(Context::default());
        consumer.map_err(|error| AdminError::InvalidSettings { reason: error.to_string() })
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

/// The offsets that the group has committed. A group without a coordinator (the first of a new cluster, or while a broker
/// leaves) is asked about again.
fn committed(
    consumer: &BaseConsumer<Context>,
    asked: &TopicPartitionList,
    deadline: Instant,
) -> Result<HashMap<i32, i64>, KafkaError> {
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

/// Offsets by partition, of the partitions that have one.
fn offsets(list: &TopicPartitionList) -> HashMap<i32, i64> {
    let mut offsets = HashMap::new();
    for element in list.elements() {
        if let Offset::Offset(offset) = element.offset() {
            offsets.insert(element.partition(), offset);
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
