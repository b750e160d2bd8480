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
use crate::client::Context;

/// The context of a consumer.
pub(super) struct Assignment {
    context: Context,
    board: Arc<Board>,
    topic: &'static str,
    drain: Duration,
    /// Set once the consumer exists, which it commits for.
    committer: OnceLock<Committer>,
}

impl Assignment {
    pub(super) fn new(board: Arc<Board>, topic: &'static str, drain: Duration) -> Self {
        Self { context: Context::default(), board, topic, drain, committer: OnceLock::new() }
    }

    /// Makes it possible to commit in a rebalance, once.
    pub(super) fn commit_by(&self, committer: Committer) {
        self.committer.get_or_init(|| committer);
    }

    fn take_on(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) {
        self.board.assign(numbers(partitions));
        let assigned = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
            _ => consumer.assign(partitions),
        };
        self.log("assigned", partitions, &assigned);
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
        self.log("revoked", partitions, &revoked);
    }

    fn log(&self, what: &str, partitions: &TopicPartitionList, result: &Result<(), KafkaError>) {
        let partitions = numbers(partitions);
        match result {
            Ok(()) => tracing::info!(topic = self.topic, ?partitions, "{what}"),
            Err(error) => tracing::error!(topic = self.topic, ?partitions, %error, "not {what}"),
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
