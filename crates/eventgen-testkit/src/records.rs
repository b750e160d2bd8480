//! Reads what is on a topic: for assertions and for showing.

use std::time::{Duration, Instant};

use eventgen::chrono::{DateTime, Utc};
use eventgen::{Client, Error, Headers};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

/// How long reading a topic may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A record as it is on a topic.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp, if it has one.
    pub timestamp: Option<DateTime<Utc>>,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value, as it is on the wire.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Headers,
}

/// All records of a topic from the beginning to the end as it is now, ordered by partition and offset. Only brokers
/// without authentication can be read.
///
/// # Errors
/// A topic that does not exist, a cluster that does not answer.
pub async fn records(client: &Client, topic: &str) -> Result<Vec<Record>, Error> {
    let partitions = client.partition_count(topic).await?;
    let (servers, topic) = (client.bootstrap_servers().to_owned(), topic.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        read(&servers, &topic, i32::try_from(partitions).unwrap_or(i32::MAX))
            .map_err(|error| Error::kafka(format!("reading topic `{topic}`"), error))
    });
    read.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}

fn read(servers: &str, topic: &str, partitions: i32) -> Result<Vec<Record>, KafkaError> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        // Needed by librdkafka and never used: partitions are assigned by hand and nothing is committed.
        .set("group.id", "eventgen-testkit-records")
        .set("enable.auto.commit", "false")
        .create()?;
    let mut assignment = TopicPartitionList::new();
    let mut missing = 0;
    let mut ends = Vec::new();
    for partition in 0..partitions {
        let (start, end) = consumer.fetch_watermarks(topic, partition, TIMEOUT)?;
        ends.push(end);
        if end > start {
            missing += 1;
            assignment.add_partition_offset(topic, partition, Offset::Offset(start))?;
        }
    }
    consumer.assign(&assignment)?;
    let deadline = Instant::now() + TIMEOUT;
    let mut records = Vec::new();
    while missing > 0 && Instant::now() < deadline {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
        let message = message?;
        let end =
            usize::try_from(message.partition()).ok().and_then(|partition| ends.get(partition)).copied();
        if message.offset() + 1 == end.unwrap_or_default() {
            missing -= 1;
        }
        records.push(Record {
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp().to_millis().and_then(DateTime::from_timestamp_millis),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: Headers::of(&message),
        });
    }
    if missing > 0 {
        return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut));
    }
    records.sort_by_key(|record| (record.partition, record.offset));
    Ok(records)
}
