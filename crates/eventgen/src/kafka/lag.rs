//! Consumer lag: how far a group is behind, the first thing to look at when something is wrong.

use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::Settings;
use crate::client::blocking;
use crate::{Client, Error};

/// How long each question to the cluster may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How far a group is behind on one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionLag {
    /// The partition.
    pub partition: i32,
    /// The offset that the group handles next; `None` when it has committed nothing.
    pub committed: Option<i64>,
    /// The offset behind the last record.
    pub end: i64,
    /// Records between the two; without a commit, all records that the partition holds.
    pub records: u64,
}

impl Client {
    /// The lag of a group on a topic, by partition.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::BrokersUnreachable`], [`Error::Authentication`], [`Error::Kafka`].
    pub async fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, Error> {
        let partitions = self.partition_count(topic).await?;
        let (client, group, topic) = (self.clone(), group.to_owned(), topic.to_owned());
        blocking(move || client.lag_blocking(&group, &topic, partitions)).await
    }

    fn lag_blocking(&self, group: &str, topic: &str, partitions: u32) -> Result<Vec<PartitionLag>, Error> {
        let mut own = Settings::default();
        own.set("group.id", group);
        let consumer: BaseConsumer = self
            .settings()
            .configure(&[], &own, &[])?
            .create()
            .map_err(|error| Error::InvalidSettings { client: "consumer", reason: error.to_string() })?;
        let mut asked = TopicPartitionList::new();
        for partition in 0..i32::try_from(partitions).unwrap_or(i32::MAX) {
            asked.add_partition(topic, partition);
        }
        let committed = committed(&consumer, &asked)
            .map_err(|error| Error::kafka(format!("asking for the offsets of group `{group}`"), error))?;
        let partition_lag = |element: rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
            let partition = element.partition();
            let (start, end) = consumer.fetch_watermarks(topic, partition, TIMEOUT).map_err(|error| {
                Error::kafka(format!("asking for the end of `{topic}` {partition}"), error)
            })?;
            let committed = match element.offset() {
                Offset::Offset(offset) => Some(offset),
                _ => None,
            };
            let records = u64::try_from(end - committed.unwrap_or(start)).unwrap_or(0);
            Ok(PartitionLag { partition, committed, end, records })
        };
        committed.elements().into_iter().map(partition_lag).collect()
    }
}

/// The offsets that the group has committed. A group without a coordinator yet (the first of a new cluster, or while a
/// broker goes) is asked again.
fn committed(consumer: &BaseConsumer, asked: &TopicPartitionList) -> Result<TopicPartitionList, KafkaError> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match consumer.committed_offsets(asked.clone(), TIMEOUT) {
            Err(error) if Instant::now() < deadline && awaits_coordinator(&error) => {
                std::thread::sleep(Duration::from_millis(100));
            }
            answer => return answer,
        }
    }
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
