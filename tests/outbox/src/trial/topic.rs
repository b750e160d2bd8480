//! Reads a topic.

use std::time::Duration;

use chaos_tests::cluster::Cluster;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::judge::Published;
use crate::Failure;

/// How long a request to the cluster may take.
const REQUEST: Duration = Duration::from_secs(30);

/// Reads a topic from its beginning to its end.
///
/// # Errors
/// The cluster does not answer.
pub(super) fn read(cluster: &Cluster, topic: &str) -> Result<Published, Failure> {
    let mut config = cluster.config();
    config.set("group.id", "judge").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create()?;
    let metadata = consumer.fetch_metadata(Some(topic), REQUEST)?;
    let partitions = metadata.topics().first().ok_or("the topic is unknown")?.partitions().len();
    let mut published = Published::default();
    for partition in 0..i32::try_from(partitions)? {
        let (mut next, end) = consumer.fetch_watermarks(topic, partition, REQUEST)?;
        let mut assignment = TopicPartitionList::new();
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
        consumer.assign(&assignment)?;
        while next < end {
            let record = consumer.poll(REQUEST).ok_or("the cluster sends no records")??;
            next = record.offset() + 1;
            let header = |name: &str| {
                let headers = record.headers()?;
                let value = headers.iter().find(|header| header.key == name)?.value?;
                Some(String::from_utf8_lossy(value).into_owned())
            };
            let key = String::from_utf8_lossy(record.key().unwrap_or_default()).into_owned();
            let number = number(&header("correlation-id").unwrap_or_default());
            published.add(&key, number, header("id").as_deref().and_then(uuid));
        }
    }
    Ok(published)
}

/// The number of an event, from its header.
pub(super) fn number(correlation: &str) -> u64 {
    correlation.trim_start_matches("order-").parse().unwrap_or(u64::MAX)
}

/// The header `id`.
pub(super) fn uuid(text: &str) -> Option<u128> {
    uuid::Uuid::parse_str(text).ok().map(|id| id.as_u128())
}
