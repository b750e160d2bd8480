//! Reads the records that groups handle next, for their timestamps.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::CStr;
use std::time::{Duration, Instant, SystemTime};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Message as _, Timestamp};
use rdkafka::{Offset, TopicPartitionList};

use super::context::{Context, drain};
use super::native::header;
use super::silence::failed;
use crate::AdminError;

/// How long the records of one topic may take.
const ROUND: Duration = Duration::from_secs(2);
/// The pause between two looks at the queue.
const POLL: Duration = Duration::from_millis(50);

/// librdkafka requires a group to assign partitions. It does not join it, and commits nothing.
const SETTINGS: [(&str, &str); 8] = [
    ("group.id", "eventgen-lag"),
    ("auto.offset.reset", "earliest"),
    ("enable.partition.eof", "true"),
    ("fetch.wait.max.ms", "100"),
    ("fetch.queue.backoff.ms", "10"),
    // One record of a partition is wanted, and a broker sends whole batches.
    ("fetch.message.max.bytes", "65536"),
    ("queued.min.messages", "1"),
    ("statistics.interval.ms", "0"),
];

/// The header of records in retry topics with the time at which they are due, as the runtime writes it.
const DUE: &CStr = c"__retry.due";

/// An offset of a partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Position {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
}

/// The first record at or behind an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// With its timestamp, in milliseconds since the Unix epoch.
    At(i64),
    /// It waits in a retry topic until this time, and the broker appended it at that one, if the topic keeps that. In
    /// milliseconds since the Unix epoch.
    Due {
        due: i64,
        appended: Option<i64>,
    },
    WithoutTimestamp,
    /// Only markers of transactions, or records of aborted ones.
    Nothing,
}

/// The timestamps of records. What is read once is kept while a group stays there.
#[derive(Default)]
pub(super) struct Ages {
    reader: Option<BaseConsumer<Context>>,
    read: HashMap<Position, Next>,
}

impl Ages {
    /// Reads the records at these positions, by a client that is made with some settings and kept. What is not read by the
    /// deadline has no age.
    pub(super) fn read(
        &mut self,
        connect: impl FnOnce(&[(&str, &str)]) -> Result<BaseConsumer<Context>, AdminError>,
        positions: BTreeSet<Position>,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        // A partition where nothing was left may have records now.
        self.read.retain(|position, next| positions.contains(position) && *next != Next::Nothing);
        let mut rounds: BTreeMap<(String, usize), BTreeMap<i32, i64>> = BTreeMap::new();
        let mut counts: HashMap<(String, i32), usize> = HashMap::new();
        for position in positions.into_iter().filter(|position| !self.read.contains_key(position)) {
            let Position { topic, partition, offset } = position;
            // A partition is assigned at one offset at a time.
            let count = counts.entry((topic.clone(), partition)).or_default();
            rounds.entry((topic, *count)).or_default().insert(partition, offset);
            *count += 1;
        }
        if rounds.is_empty() {
            return Ok(());
        }
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => connect(&SETTINGS)?,
        };
        drain(&reader);
        for ((topic, _), offsets) in rounds {
            let until = deadline.min(Instant::now() + ROUND);
            self.round(&reader, &topic, offsets, until)
                .map_err(|error| failed(format!("reading `{topic}`"), &error))?;
        }
        self.reader = Some(reader);
        Ok(())
    }

    /// Reads a record of each of some partitions of one topic: librdkafka reports the end of a partition without its topic.
    fn round(
        &mut self,
        reader: &BaseConsumer<Context>,
        topic: &str,
        mut offsets: BTreeMap<i32, i64>,
        until: Instant,
    ) -> Result<(), KafkaError> {
        let mut assignment = TopicPartitionList::new();
        for (partition, offset) in &offsets {
            assignment.add_partition_offset(topic, *partition, Offset::Offset(*offset))?;
        }
        reader.assign(&assignment)?;
        while !offsets.is_empty() && Instant::now() < until {
            let (partition, next) = match reader.poll(POLL) {
                Some(Ok(message)) if message.topic() == topic => {
                    let due =
                        header(&message, DUE).and_then(|due| std::str::from_utf8(due).ok()?.parse().ok());
                    let next = match (due.filter(|due: &i64| *due >= 0), message.timestamp()) {
                        (Some(due), Timestamp::LogAppendTime(millis)) if millis >= 0 => {
                            Next::Due { due, appended: Some(millis) }
                        }
                        (Some(due), _) => Next::Due { due, appended: None },
                        (None, Timestamp::CreateTime(millis) | Timestamp::LogAppendTime(millis))
                            if millis >= 0 =>
                        {
                            Next::At(millis)
                        }
                        _ => Next::WithoutTimestamp,
                    };
                    (message.partition(), next)
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => (partition, Next::Nothing),
                // Other errors pass or time out.
                Some(_) | None => continue,
            };
            if let Some(offset) = offsets.remove(&partition) {
                self.read.insert(Position { topic: topic.to_owned(), partition, offset }, next);
                // Without it, the rest of the partition would be fetched while others are waited for.
                reader.pause(&one(topic, partition))?;
            }
        }
        // librdkafka keeps a pause when a partition is assigned anew.
        reader.resume(&assignment)?;
        reader.unassign()
    }

    /// When the record at a position is due, if it waits in a retry topic, and when the broker appended it.
    pub(super) fn due(&self, position: &Position) -> (Option<SystemTime>, Option<SystemTime>) {
        match self.read.get(position) {
            Some(Next::Due { due, appended }) => (time(*due), appended.and_then(time)),
            Some(Next::At(_) | Next::WithoutTimestamp | Next::Nothing) | None => (None, None),
        }
    }

    /// How old the record at a position is, or since when it is due.
    pub(super) fn age(&self, position: &Position, at: SystemTime) -> Option<Duration> {
        match self.read.get(position)? {
            Next::At(millis) | Next::Due { due: millis, .. } => Some(age(*millis, at)),
            Next::WithoutTimestamp => None,
            Next::Nothing => Some(Duration::ZERO),
        }
    }
}

/// A time in milliseconds since the Unix epoch.
fn time(millis: i64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis.unsigned_abs()))
}

/// The time since a timestamp. The clock of a producer may be ahead.
fn age(millis: i64, at: SystemTime) -> Duration {
    time(millis).and_then(|written| at.duration_since(written).ok()).unwrap_or(Duration::ZERO)
}

fn one(topic: &str, partition: i32) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(1);
    list.add_partition(topic, partition);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_in_the_future_is_no_age() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        assert_eq!(age(40_000, now), Duration::from_secs(60));
        assert_eq!(age(100_001, now), Duration::ZERO);
        assert_eq!(age(i64::MAX, now), Duration::ZERO);
    }
}
