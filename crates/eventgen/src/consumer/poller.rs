//! The polling thread: the only one that polls, so that the group sees this member alive however slow its handlers are.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Message as _, TopicPartitionList};

use super::assignment::Assignment;
use super::board::Board;
use super::commit::Committer;
use super::log::Log;
use super::panics::catch_panic_in;
use super::record::Record;
use crate::Topic;

/// The longest wait for a record; a stop is noticed within it.
const POLL: Duration = Duration::from_millis(50);
/// The same while partitions are paused and wait for room.
const POLL_PAUSED: Duration = Duration::from_millis(2);
/// How often handled records are committed.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// Fetches for one consumer.
pub(super) struct Poller {
    pub(super) consumer: Arc<BaseConsumer<Assignment>>,
    pub(super) board: Arc<Board>,
    pub(super) committer: Committer,
    pub(super) topic: &'static Topic,
    pub(super) log: Arc<Log>,
    pub(super) drain: Duration,
}

impl Poller {
    /// Polls until the board says stop, then drains, commits and leaves the group. A panic, in a callback of librdkafka
    /// too, ends it in the same way, and the consumer with an error.
    pub(super) fn run(self) {
        if let Err(panic) = catch_panic_in(|| self.poll_until_stopped()) {
            self.board.stop(self.log.stopped(format!("polling panicked: {panic}")));
        }
        let positions = self.board.release(|_| true, self.drain);
        self.board.close();
        self.committer.commit_within_deadline(positions);
        self.committer.stop();
        // Dropping the consumer leaves the group.
        let Self { consumer, board, log, .. } = self;
        if let Err(panic) = catch_panic_in(|| drop(consumer)) {
            board.stop(log.stopped(format!("leaving the group panicked: {panic}")));
        }
    }

    fn poll_until_stopped(&self) {
        let mut last_commit = Instant::now();
        let mut paused = false;
        while !self.board.is_stopping() {
            match self.consumer.poll(if paused { POLL_PAUSED } else { POLL }) {
                Some(Ok(message)) => paused |= self.accept(&message),
                Some(Err(error)) => self.consider(&error),
                None => {}
            }
            if paused {
                paused = self.resume();
            }
            if last_commit.elapsed() >= COMMIT_INTERVAL && !self.committer.is_busy() {
                last_commit = Instant::now();
                self.committer.commit(self.board.take_uncommitted());
                self.committer.examine(self.board.take_gaps());
                self.log.tick();
            }
        }
    }

    /// Takes a record. Says whether its partition is paused for that.
    fn accept(&self, message: &BorrowedMessage<'_>) -> bool {
        let full = self.board.push(Record::detach(self.topic, message));
        if full {
            self.report("pausing", self.consumer.pause(&self.partitions(&[message.partition()])));
        }
        full
    }

    /// Resumes partitions that have room again. Says whether any may still be paused.
    fn resume(&self) -> bool {
        let resumable = self.board.take_resumable();
        if !resumable.is_empty() {
            self.report("resuming", self.consumer.resume(&self.partitions(&resumable)));
        }
        self.board.has_paused()
    }

    /// Faults of the cluster pass or are an operator's to mend: the consumer waits. Only what no waiting mends ends it.
    fn consider(&self, error: &KafkaError) {
        match error {
            KafkaError::MessageConsumptionFatal(code) => {
                self.board.stop(self.log.stopped(code.to_string()));
            }
            // What librdkafka says of a codec that it was built without.
            KafkaError::MessageConsumption(RDKafkaErrorCode::NotImplemented) => {
                self.board.stop(self.log.stopped(UNREADABLE_COMPRESSION.to_owned()));
            }
            error => self.log.cluster(&error.to_string()),
        }
    }

    fn partitions(&self, numbers: &[i32]) -> TopicPartitionList {
        let mut list = TopicPartitionList::with_capacity(numbers.len());
        for &number in numbers {
            list.add_partition(self.topic.name, number);
        }
        list
    }

    fn report(&self, what: &str, result: Result<(), KafkaError>) {
        if let Err(error) = result {
            self.log.cluster(&format!("{what} failed: {error}"));
        }
    }
}

/// Why records cannot be read whose compression this build does not know.
const UNREADABLE_COMPRESSION: &str = "records are compressed by a codec that this build cannot read, which is zstd \
    where the feature `zstd` of eventgen is off: turn it on";
