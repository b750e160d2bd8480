//! Reads and writes records of any bytes. The test kit inspects topics with it and acts as a foreign producer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::{Message, Settings, headers};
use crate::client::blocking;
use crate::{Client, Error, Headers};

/// How long reading a topic and writing a record may take.
const READ: Duration = Duration::from_secs(30);
const WRITE: Duration = Duration::from_secs(10);

/// A record on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawRecord {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// The timestamp in milliseconds since the Unix epoch.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// The headers.
    pub headers: Headers,
}

/// All records of a topic up to its current end, ordered by partition and offset; of transactions, those that are
/// committed.
///
/// # Errors
/// A topic that does not exist, a cluster that does not answer.
pub async fn read_raw(client: &Client, topic: &str) -> Result<Vec<RawRecord>, Error> {
    let partitions = client.partition_count(topic).await?;
    // librdkafka requires a group but does not use it here: partitions are assigned manually and no offset is committed.
    let own = Settings::of(&[
        ("group.id", "eventgen-testkit-records"),
        ("enable.auto.commit", "false"),
        // The last offset of a partition may be a marker of a transaction, which is never delivered.
        ("enable.partition.eof", "true"),
    ]);
    let config = client.settings().configure(&[], &own, &[])?;
    let topic = client.topic_name(topic);
    blocking(move || {
        read(&config, &topic, i32::try_from(partitions).unwrap_or(i32::MAX))
            .map_err(|error| Error::kafka(format!("reading topic `{topic}`"), error))
    })
    .await
}

fn read(config: &ClientConfig, topic: &str, partitions: i32) -> Result<Vec<RawRecord>, KafkaError> {
    let consumer: BaseConsumer = config.create()?;
    let mut assignment = TopicPartitionList::new();
    // The partitions that are not read to their ends yet.
    let mut missing = BTreeMap::new();
    for partition in 0..partitions {
        let (start, end) = consumer.fetch_watermarks(topic, partition, READ)?;
        if end > start {
            missing.insert(partition, end);
            assignment.add_partition_offset(topic, partition, Offset::Offset(start))?;
        }
    }
    consumer.assign(&assignment)?;
    let deadline = Instant::now() + READ;
    let mut records = Vec::new();
    while !missing.is_empty() && Instant::now() < deadline {
        let Some(polled) = consumer.poll(Duration::from_millis(100)) else { continue };
        let message = match polled {
            Ok(message) => Message(message),
            Err(KafkaError::PartitionEOF(partition)) => {
                missing.remove(&partition);
                continue;
            }
            Err(error) => return Err(error),
        };
        if missing.get(&message.partition()).is_some_and(|end| message.offset() + 1 >= *end) {
            missing.remove(&message.partition());
        }
        records.push(RawRecord {
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp_millis(),
            key: message.key().map(<[u8]>::to_vec),
            value: message.value().map(<[u8]>::to_vec),
            headers: message.headers(&mut BytesMut::new()),
        });
    }
    if !missing.is_empty() {
        return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut));
    }
    records.sort_by_key(|record| (record.partition, record.offset));
    Ok(records)
}

/// Writes a record without schema or frame and waits for its acknowledgement.
///
/// # Errors
/// A topic that does not exist, a cluster that does not acknowledge the record within 10 seconds.
pub async fn write_raw(
    client: &Client,
    topic: &str,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &Headers,
) -> Result<(), Error> {
    // Writing to a topic creates it where the cluster creates topics by itself.
    client.partition_count(topic).await?;
    let config = client.settings().configure(
        &[],
        // The topic decides which records are too large.
        &Settings::of(&[("partitioner", "murmur2_random"), ("message.max.bytes", "100000000")]),
        &[],
    )?;
    let (topic, headers) = (client.topic_name(topic), headers.clone());
    let [key, value] = [key, value].map(|bytes| bytes.map(<[u8]>::to_vec));
    blocking(move || {
        write(&config, &topic, key.as_deref(), value.as_deref(), &headers)
            .map_err(|error| Error::kafka(format!("sending to topic `{topic}`"), error))
    })
    .await
}

fn write(
    config: &ClientConfig,
    topic: &str,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &Headers,
) -> Result<(), KafkaError> {
    let producer: BaseProducer = config.create()?;
    let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).headers(headers::to_native(headers));
    (record.key, record.payload) = (key, value);
    producer.send(record).map_err(|(error, _)| error)?;
    producer.flush(WRITE)
}
