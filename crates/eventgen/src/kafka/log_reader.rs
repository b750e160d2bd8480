//! Reads parts of logs without a group.

use std::ops::Range;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use super::{KafkaFailure, Message, Settings};
use crate::Error;

/// How long the cluster may take for the next record of any part.
const IDLE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);

/// A part of the log of a partition.
#[derive(Debug, Clone)]
pub(crate) struct LogPart<'a> {
    pub(crate) topic: &'a str,
    pub(crate) partition: i32,
    pub(crate) offsets: Range<i64>,
}

/// Calls `each` with every record of these parts, in order by partition; of transactions, those that are committed. Blocks, and
/// ends early when `goes_on` is false. Returns the indexes of the parts of which nothing more came for a while: their leaders do
/// not answer, or a transaction is open.
///
/// # Errors
/// [`Error::Kafka`] if a partition cannot be read.
pub(crate) fn read_logs(
    shared: &Settings,
    own: &Settings,
    parts: &[LogPart<'_>],
    goes_on: impl Fn() -> bool,
    mut each: impl FnMut(&Message<'_>),
) -> Result<Vec<usize>, Error> {
    let mut own = own.clone();
    // librdkafka requires a group but does not use it here: partitions are assigned and no offset is committed.
    own.set("enable.auto.commit", "false");
    // The last offset of a partition may be a marker of a transaction, which is never delivered.
    own.set("enable.partition.eof", "true");
    let config = shared.configure(&[], &own, &[])?;
    let failed = |error: KafkaError| Error::kafka("reading retry topics", KafkaFailure::from(error));
    let consumer: BaseConsumer = config.create().map_err(failed)?;
    let mut assignment = TopicPartitionList::new();
    let mut missing: Vec<(usize, &LogPart<'_>)> =
        parts.iter().enumerate().filter(|(_, part)| !part.offsets.is_empty()).collect();
    for (_, LogPart { topic, partition, offsets }) in &missing {
        assignment.add_partition_offset(topic, *partition, Offset::Offset(offsets.start)).map_err(failed)?;
    }
    consumer.assign(&assignment).map_err(failed)?;
    let mut last = Instant::now();
    while !missing.is_empty() && goes_on() {
        match consumer.poll(POLL) {
            Some(Ok(message)) => {
                let message = Message(message);
                last = Instant::now();
                let is_of = |(_, part): &(usize, &LogPart<'_>)| {
                    part.partition == message.partition() && part.topic.as_bytes() == message.topic()
                };
                let Some(index) = missing.iter().position(is_of) else { continue };
                let end = missing[index].1.offsets.end;
                if message.offset() < end {
                    each(&message);
                }
                if message.offset() + 1 >= end {
                    missing.swap_remove(index);
                }
            }
            // It does not say of which topic.
            Some(Err(KafkaError::PartitionEOF(_))) => {
                last = Instant::now();
                let positions = consumer.position().map_err(failed)?;
                missing.retain(|(_, part)| {
                    let position = positions.find_partition(part.topic, part.partition);
                    let offset = position.map(|position| position.offset());
                    !matches!(offset, Some(Offset::Offset(read)) if read >= part.offsets.end)
                });
            }
            Some(Err(error)) => return Err(failed(error)),
            None if last.elapsed() >= IDLE => break,
            None => {}
        }
    }
    Ok(missing.into_iter().map(|(index, _)| index).collect())
}
