//! Reads the records of a topic, from some offsets to others, without a group.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::metadata::denied;
use super::native::headers;
use super::offsets::{Partition, listed};
use super::silence::failed;
use super::{Cluster, Context};
use crate::AdminError;
use crate::dead_letters::{Header, PROGRESS_GROUP};

/// How long the brokers may take to say where partitions begin and end.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long reading may get nothing before it is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// The pause between two looks at the queue.
const POLL: Duration = Duration::from_millis(100);

/// librdkafka requires a group to assign partitions. It does not join it, and commits nothing.
const SETTINGS: [(&str, &str); 6] = [
    ("group.id", PROGRESS_GROUP),
    ("auto.offset.reset", "earliest"),
    ("enable.partition.eof", "true"),
    ("fetch.wait.max.ms", "100"),
    ("fetch.queue.backoff.ms", "10"),
    ("statistics.interval.ms", "0"),
];

/// Some offsets of each partition. The end is not one of them.
pub(crate) type Ranges = BTreeMap<i32, Range<i64>>;

/// A record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// In milliseconds since the Unix epoch.
    pub(crate) timestamp: Option<i64>,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<Header>,
}

/// The records of a topic that are committed.
pub(crate) struct Records {
    consumer: BaseConsumer<Context>,
    topic: String,
    partitions: Vec<i32>,
}

impl Cluster {
    /// The records of a topic. Headers of letters may name one that cannot exist.
    pub(crate) fn records(&self, topic: &str) -> Result<Records, AdminError> {
        if !is_topic_name(topic) {
            let (topic, bootstrap_servers) = (topic.to_owned(), self.bootstrap_servers());
            return Err(AdminError::UnknownTopic { topic, bootstrap_servers });
        }
        let consumer = self.consumer(&SETTINGS)?;
        let count = self.visible_partitions(&consumer, topic, "Read")?;
        let partitions = (0..i32::try_from(count).unwrap_or(i32::MAX)).collect();
        Ok(Records { consumer, topic: topic.to_owned(), partitions })
    }

    /// The id of the cluster.
    pub(crate) fn id(&self) -> Result<Option<String>, AdminError> {
        let probe = self.probe()?;
        self.metadata(&probe)?;
        Ok(probe.client().fetch_cluster_id(TIMEOUT))
    }
}

/// Whether Kafka allows a topic of this name.
fn is_topic_name(name: &str) -> bool {
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    (1..=249).contains(&name.len()) && !matches!(name, "." | "..") && name.chars().all(allowed)
}

impl Records {
    pub(crate) fn topic(&self) -> &str {
        &self.topic
    }

    pub(crate) fn partitions(&self) -> &[i32] {
        &self.partitions
    }

    /// The offsets that the topic has now.
    pub(crate) fn ranges(&self) -> Result<Ranges, AdminError> {
        let asked: Vec<Partition> =
            self.partitions.iter().map(|partition| (self.topic.clone(), *partition)).collect();
        let ask = |offset| {
            listed(&self.consumer, &asked, offset, Instant::now() + TIMEOUT)
                .map_err(|error| self.failed("asking for the offsets of", &error))
        };
        let (starts, ends) = (ask(Offset::Beginning)?, ask(Offset::End)?);
        let range = |at: &Partition| Some((at.1, *starts.get(at)?..*ends.get(at)?));
        let ranges: Ranges = asked.iter().filter_map(range).collect();
        if ranges.len() < asked.len() {
            let missing = asked.len() - ranges.len();
            let reason = format!("{missing} of {} partitions have no leader that answers", asked.len());
            let what = format!("asking for the offsets of `{}`", self.topic);
            return Err(AdminError::Unanswered { what, reason });
        }
        Ok(ranges)
    }

    /// Calls `each` with the records at these offsets, those of a partition in their order.
    pub(crate) fn read(
        &self,
        ranges: &Ranges,
        mut each: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), AdminError> {
        let mut open: BTreeSet<i32> =
            ranges.iter().filter(|(_, range)| !range.is_empty()).map(|(partition, _)| *partition).collect();
        if open.is_empty() {
            return Ok(());
        }
        let failed = |error: KafkaError| self.failed("reading", &error);
        let mut assignment = TopicPartitionList::new();
        for partition in &open {
            let first = ranges.get(partition).map_or(0, |range| range.start);
            assignment
                .add_partition_offset(&self.topic, *partition, Offset::Offset(first))
                .map_err(failed)?;
        }
        self.consumer.assign(&assignment).map_err(failed)?;
        let outcome = self.poll(ranges, &mut open, &mut each);
        // librdkafka keeps a pause when a partition is assigned anew.
        self.consumer.resume(&assignment).and_then(|()| self.consumer.unassign()).map_err(failed)?;
        outcome
    }

    fn poll(
        &self,
        ranges: &Ranges,
        open: &mut BTreeSet<i32>,
        each: &mut impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), AdminError> {
        let mut heard = Instant::now();
        let mut last_error = None;
        while !open.is_empty() {
            match self.consumer.poll(POLL) {
                Some(Ok(message)) => {
                    heard = Instant::now();
                    let partition = message.partition();
                    if !open.contains(&partition) || message.topic() != self.topic {
                        continue;
                    }
                    let end = ranges.get(&partition).map_or(0, |range| range.end);
                    let offset = message.offset();
                    if offset < end && each(record(&message)).is_break() {
                        return Ok(());
                    }
                    if offset + 1 >= end {
                        self.end(partition, open)?;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    heard = Instant::now();
                    self.end(partition, open)?;
                }
                Some(Err(error)) => {
                    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::TopicAuthorizationFailed) {
                        return Err(self.failed("reading", &error));
                    }
                    last_error = Some(error);
                }
                None => {}
            }
            if heard.elapsed() > SILENCE {
                let reason = last_error
                    .map_or_else(|| "the brokers do not answer".to_owned(), |error| error.to_string());
                return Err(AdminError::Unanswered { what: format!("reading `{}`", self.topic), reason });
            }
        }
        Ok(())
    }

    /// A partition is read. Without a pause, what follows would be fetched while others are waited for.
    fn end(&self, partition: i32, open: &mut BTreeSet<i32>) -> Result<(), AdminError> {
        if open.remove(&partition) {
            let mut one = TopicPartitionList::with_capacity(1);
            one.add_partition(&self.topic, partition);
            self.consumer.pause(&one).map_err(|error| self.failed("reading", &error))?;
        }
        Ok(())
    }

    fn failed(&self, what: &str, error: &KafkaError) -> AdminError {
        let what = format!("{what} `{}`", self.topic);
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::TopicAuthorizationFailed) => denied(&self.topic, "Read"),
            _ => failed(what, error),
        }
    }
}

fn record(message: &BorrowedMessage<'_>) -> Record {
    Record {
        partition: message.partition(),
        offset: message.offset(),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers(message),
    }
}
