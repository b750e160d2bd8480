//! Commits: what the group is told of the work done.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::Assignment;

/// How long a commit may hold up a rebalance or a shutdown. What is not committed by then is delivered again.
const DEADLINE: Duration = Duration::from_secs(10);

/// Hands positions to librdkafka, which commits them in the background.
pub(super) fn in_background(
    consumer: &BaseConsumer<Assignment>,
    topic: &str,
    positions: &[(i32, i64)],
) -> KafkaResult<()> {
    if positions.is_empty() {
        Ok(())
    } else {
        consumer.commit(&offsets(topic, positions)?, CommitMode::Async)
    }
}

/// Commits positions and waits, but not for ever: librdkafka's own call has no deadline.
pub(super) fn within_deadline(
    consumer: &Arc<BaseConsumer<Assignment>>,
    topic: &'static str,
    positions: &[(i32, i64)],
) {
    if positions.is_empty() {
        return;
    }
    let offsets = match offsets(topic, positions) {
        Ok(offsets) => offsets,
        Err(error) => return tracing::error!(topic, %error, "positions cannot be committed"),
    };
    let (sender, result) = mpsc::channel();
    let consumer = Arc::clone(consumer);
    thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(consumer.commit(&offsets, CommitMode::Sync));
    });
    match result.recv_timeout(DEADLINE) {
        Ok(Ok(()) | Err(KafkaError::ConsumerCommit(rdkafka::types::RDKafkaErrorCode::NoOffset))) => {}
        Ok(Err(error)) => {
            tracing::warn!(topic, %error, "a commit failed: its records will be delivered again");
        }
        Err(_) => tracing::warn!(topic, "a commit took too long: its records may be delivered again"),
    }
}

fn offsets(topic: &str, positions: &[(i32, i64)]) -> KafkaResult<TopicPartitionList> {
    let mut offsets = TopicPartitionList::with_capacity(positions.len());
    for &(partition, offset) in positions {
        offsets.add_partition_offset(topic, partition, Offset::Offset(offset))?;
    }
    Ok(offsets)
}
