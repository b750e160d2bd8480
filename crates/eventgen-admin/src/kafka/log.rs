//! Reads records of a topic without a group.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};

use super::metadata::denied;
use super::offsets::{Partition, listed};
use super::silence::{failed, is_silence};
use super::{Cluster, Context, native};
use crate::AdminError;
use crate::records::{NextRecord, Record, RecordQuery, Start};

/// How long the questions about offsets may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long the cluster may take for the next record, if there is one.
const IDLE: Duration = Duration::from_secs(30);

/// The pause before a leader is asked again.
const PAUSE: Duration = Duration::from_millis(200);
/// How often the cluster is asked for more partitions of a topic that is followed.
const GROWTH: Duration = Duration::from_secs(5);
/// How long that question may take: no record is read meanwhile.
const ASKING: Duration = Duration::from_secs(1);
/// How long a topic is unknown before it counts as deleted.
const GONE: Duration = Duration::from_secs(5);

/// librdkafka requires a group to assign partitions. It does not join it, and commits nothing.
const SETTINGS: [(&str, &str); 6] = [
    ("group.id", "eventgen-records"),
    ("isolation.level", "read_committed"),
    // Records that retention removes before they are read are passed over.
    ("auto.offset.reset", "earliest"),
    // The last offset of a partition may be a marker of a transaction, which is never delivered.
    ("enable.partition.eof", "true"),
    // Of all partitions together.
    ("queued.max.messages.kbytes", "16384"),
    ("statistics.interval.ms", "0"),
];

/// The part of a topic that is left to read.
pub(crate) struct Log {
    consumer: BaseConsumer<Context>,
    topic: String,
    bootstrap_servers: String,
    /// The partitions that are read, each with the offset at which reading ends; `None` if it does not end.
    ends: BTreeMap<i32, Option<i64>>,
    answered: Instant,
    growth: Option<Growth>,
}

/// A topic whose partitions are followed, also those that are added later.
struct Growth {
    /// The number of partitions so far.
    partitions: i32,
    /// When the cluster was asked last.
    asked: Instant,
    /// Since when the topic is unknown to the brokers.
    gone: Option<Instant>,
}

impl Cluster {
    /// Begins to read. Blocks until the offsets are known.
    pub(crate) fn log(&self, query: &RecordQuery) -> Result<Log, AdminError> {
        let topic = &query.topic;
        let consumer = self.consumer(&SETTINGS)?;
        let count = self.visible_partitions(&consumer, topic, "Read")?;
        let all = 0..i32::try_from(count).unwrap_or(i32::MAX);
        if let Some(&partition) = query.partitions.iter().find(|partition| !all.contains(partition)) {
            return Err(AdminError::UnknownPartition { topic: topic.clone(), partition, partitions: count });
        }
        let wanted: BTreeSet<i32> =
            if query.partitions.is_empty() { all.collect() } else { query.partitions.clone() };
        let failed = |error| failed(format!("reading `{topic}`"), &error);
        let ranges = Ranges::ask(&consumer, query, &wanted).map_err(failed)?;
        let (mut ends, mut assignment) = (BTreeMap::new(), TopicPartitionList::new());
        for partition in wanted {
            let (start, end) = ranges.of(query, partition);
            if end.is_none_or(|end| start < end) {
                let offset = Offset::Offset(start);
                assignment.add_partition_offset(topic, partition, offset).map_err(failed)?;
                ends.insert(partition, end);
            }
        }
        consumer.assign(&assignment).map_err(failed)?;
        let (topic, bootstrap_servers) = (topic.clone(), self.bootstrap_servers());
        let now = Instant::now();
        let is_complete = query.partitions.is_empty();
        let growth = (query.follow && query.until.is_none()).then(|| Growth {
            // Partitions that were selected are not added to.
            partitions: i32::try_from(count).ok().filter(|_| is_complete).unwrap_or(i32::MAX),
            asked: now,
            gone: None,
        });
        Ok(Log { consumer, topic, bootstrap_servers, ends, answered: now, growth })
    }
}

/// The offsets of partitions that a query is about.
struct Ranges {
    oldest: HashMap<Partition, i64>,
    ends: HashMap<Partition, i64>,
    /// The first offsets at a point in time. Partitions without a record from then on have none.
    from: HashMap<Partition, i64>,
    until: HashMap<Partition, i64>,
}

impl Ranges {
    fn ask(
        consumer: &BaseConsumer<Context>,
        query: &RecordQuery,
        wanted: &BTreeSet<i32>,
    ) -> Result<Self, KafkaError> {
        let partitions: Vec<Partition> =
            wanted.iter().map(|partition| (query.topic.clone(), *partition)).collect();
        let deadline = Instant::now() + TIMEOUT;
        let at = |offset| patiently(consumer, &partitions, offset, deadline);
        let at_time = |timestamp: Option<i64>| match timestamp {
            Some(timestamp) => at(Offset::Offset(timestamp.max(0))),
            None => Ok(HashMap::new()),
        };
        let from = match query.start {
            Start::Timestamp(timestamp) => Some(timestamp),
            _ => None,
        };
        // The oldest first: an end that is asked for later is not before it.
        let (oldest, from, until) = (at(Offset::Beginning)?, at_time(from)?, at_time(query.until)?);
        Ok(Self { oldest, ends: at(Offset::End)?, from, until })
    }

    /// Where reading a partition begins and ends.
    fn of(&self, query: &RecordQuery, partition: i32) -> (i64, Option<i64>) {
        let partition = (query.topic.clone(), partition);
        let at = |offsets: &HashMap<Partition, i64>| offsets.get(&partition).copied();
        let oldest = at(&self.oldest).unwrap_or(0);
        let end = at(&self.ends).unwrap_or(oldest);
        let start = match query.start {
            Start::Beginning => oldest,
            Start::End => end,
            Start::Last(count) => end.saturating_sub(i64::try_from(count).unwrap_or(i64::MAX)),
            Start::Timestamp(_) => at(&self.from).unwrap_or(end),
            Start::Offset(offset) => offset,
        };
        let until = match query.until {
            Some(_) => Some(at(&self.until).unwrap_or(end).min(end)),
            None if query.follow => None,
            None => Some(end),
        };
        (start.max(oldest), until)
    }
}

/// The offsets of partitions. A broker that goes away while it is asked is asked again: its partitions get another leader.
fn patiently(
    consumer: &BaseConsumer<Context>,
    partitions: &[Partition],
    at: Offset,
    deadline: Instant,
) -> Result<HashMap<Partition, i64>, KafkaError> {
    loop {
        match listed(consumer, partitions, at, deadline) {
            Err(error)
                if error.rdkafka_error_code().is_some_and(is_silence)
                    && Instant::now() + PAUSE < deadline =>
            {
                std::thread::sleep(PAUSE);
            }
            answer => return answer,
        }
    }
}

impl Log {
    pub(crate) fn next(&mut self, wait: Duration) -> Result<NextRecord, AdminError> {
        self.grow()?;
        if self.ends.is_empty() {
            return Ok(NextRecord::End);
        }
        let over = match self.consumer.poll(wait) {
            Some(Ok(message)) => {
                self.answered = Instant::now();
                let (partition, offset) = (message.partition(), message.offset());
                let end = self.ends.get(&partition).copied();
                let is_before = |end: i64| offset < end;
                let record = end.filter(|end| end.is_none_or(is_before)).map(|_| record(&message));
                let is_last = end.flatten().is_some_and(|end| offset + 1 >= end);
                drop(message);
                if is_last {
                    self.end(partition);
                }
                return Ok(record.map_or(NextRecord::Nothing, NextRecord::Record));
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                self.answered = Instant::now();
                self.ends.get(&partition).is_some_and(Option::is_some).then_some(partition)
            }
            Some(Err(error)) => match self.failure(&error) {
                Some(error) => return Err(error),
                None => None,
            },
            None if self.ends.values().any(Option::is_some) && self.answered.elapsed() >= IDLE => {
                let context = self.consumer.client().context();
                let reason = context.transport_error();
                let reason = reason.unwrap_or_else(|| format!("no answer for {} s", IDLE.as_secs()));
                return Err(AdminError::Unanswered { what: format!("reading `{}`", self.topic), reason });
            }
            None => None,
        };
        if let Some(partition) = over {
            self.end(partition);
        }
        Ok(if self.ends.is_empty() { NextRecord::End } else { NextRecord::Nothing })
    }

    /// Looks from time to time whether the topic that is followed has more partitions, or is gone.
    fn grow(&mut self) -> Result<(), AdminError> {
        let Some(growth) = self.growth.as_mut().filter(|growth| growth.asked.elapsed() >= GROWTH) else {
            return Ok(());
        };
        growth.asked = Instant::now();
        // A cluster that does not answer is waited for.
        let Ok(metadata) = self.consumer.client().fetch_metadata(Some(&self.topic), ASKING) else {
            return Ok(());
        };
        let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == self.topic) else {
            return Ok(());
        };
        match topic.error() {
            Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) => {
                // A broker that has started a moment ago may not know it yet.
                if growth.gone.get_or_insert_with(Instant::now).elapsed() >= GONE {
                    let (topic, bootstrap_servers) = (self.topic.clone(), self.bootstrap_servers.clone());
                    return Err(AdminError::UnknownTopic { topic, bootstrap_servers });
                }
                return Ok(());
            }
            Some(_) => return Ok(()),
            None => growth.gone = None,
        }
        let count = i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX);
        let mut added = TopicPartitionList::new();
        for partition in growth.partitions..count {
            let first = added.add_partition_offset(&self.topic, partition, Offset::Beginning);
            first.map_err(|error| failed(format!("reading `{}`", self.topic), &error))?;
            self.ends.insert(partition, None);
        }
        growth.partitions = growth.partitions.max(count);
        if added.count() == 0 {
            return Ok(());
        }
        let assigned = self.consumer.incremental_assign(&added);
        assigned.map_err(|error| failed(format!("reading `{}`", self.topic), &error))
    }

    /// A partition is read to its end.
    fn end(&mut self, partition: i32) {
        self.ends.remove(&partition);
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition(&self.topic, partition);
        // Without it, what is written meanwhile would be fetched. It fails for no partition that is assigned.
        let _ = self.consumer.pause(&list);
    }

    /// An error that does not pass.
    fn failure(&self, error: &KafkaError) -> Option<AdminError> {
        let reading = || AdminError::request(format!("reading `{}`", self.topic), error);
        match error.rdkafka_error_code()? {
            RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed => {
                Some(AdminError::Authentication {
                    bootstrap_servers: self.bootstrap_servers.clone(),
                    reason: error.to_string(),
                })
            }
            RDKafkaErrorCode::TopicAuthorizationFailed => Some(denied(&self.topic, "Read")),
            RDKafkaErrorCode::UnknownTopic
            | RDKafkaErrorCode::UnknownTopicOrPartition
            | RDKafkaErrorCode::UnknownPartition
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::NotImplemented => Some(reading()),
            _ => None,
        }
    }
}

fn record(message: &BorrowedMessage<'_>) -> Record {
    Record {
        partition: message.partition(),
        offset: message.offset(),
        timestamp: message.timestamp().to_millis().filter(|millis| *millis >= 0),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: native::record_headers(message),
    }
}
