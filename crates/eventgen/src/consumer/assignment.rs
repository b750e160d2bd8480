//! What the group gives and takes: partitions, by rebalances, on the polling thread.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, TopicPartitionList};

use super::board::Board;
use super::commit::Committer;
use super::log::Log;
use crate::client::Context;

/// The context of a consumer.
pub(super) struct Assignment {
    context: Context,
    board: Arc<Board>,
    topic: &'static str,
    drain: Duration,
    log: Arc<Log>,
    /// Set once the consumer exists, which it commits for.
    committer: OnceLock<Committer>,
}

impl Assignment {
    pub(super) fn new(board: Arc<Board>, log: Arc<Log>, topic: &'static str, drain: Duration) -> Self {
        Self { context: Context::default(), board, topic, drain, log, committer: OnceLock::new() }
    }

    /// Makes it possible to commit in a rebalance, once.
    pub(super) fn commit_by(&self, committer: Committer) {
        self.committer.get_or_init(|| committer);
    }

    fn take_on(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) {
        // librdkafka keeps a pause through unassign and assign. A partition that was taken away while it was full would
        // come back paused, while the board, which starts afresh, never resumes it.
        if let Err(error) = consumer.resume(partitions) {
            self.log.cluster(&format!("resuming failed: {error}"));
        }
        self.board.assign(numbers(partitions));
        let assigned = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
            _ => consumer.assign(partitions),
        };
        self.tell("assigned", partitions, &assigned);
        if let Some(committer) = self.committer.get() {
            committer.examine_assigned(numbers(partitions));
        }
    }

    /// Running work drains, what is done is committed, then the partitions go.
    fn let_go(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) {
        let gone = numbers(partitions);
        // A member that the group has given up on has nothing to finish or to commit: its partitions have new owners.
        let lost = consumer.assignment_lost();
        let within = if lost { Duration::ZERO } else { self.drain };
        let positions = self.board.release(|partition| gone.contains(&partition), within);
        if let Some(committer) = self.committer.get().filter(|_| !lost) {
            committer.commit_within_deadline(positions);
        }
        let revoked = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
            _ => consumer.unassign(),
        };
        self.tell("revoked", partitions, &revoked);
    }

    fn tell(&self, what: &str, partitions: &TopicPartitionList, result: &Result<(), KafkaError>) {
        let (partitions, group) = (numbers(partitions), self.log.group());
        match result {
            Ok(()) => tracing::info!(topic = self.topic, group, ?partitions, "{what}"),
            Err(error) => tracing::error!(topic = self.topic, group, ?partitions, %error, "not {what}"),
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> Vec<i32> {
    partitions
        .elements()
        .iter()
        .map(rdkafka::topic_partition_list::TopicPartitionListElem::partition)
        .collect()
}

impl ClientContext for Assignment {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // Under this facility librdkafka tells of offsets that were out of range and what it did instead.
        if facility == "OFFSET" && matches!(level, RDKafkaLogLevel::Warning) {
            self.board.watch_gaps();
        }
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for Assignment {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.take_on(consumer, partitions),
            _ => self.let_go(consumer, partitions),
        }
    }
}
