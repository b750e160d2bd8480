//! What the group gives and takes: partitions, by rebalances, on the polling thread.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, TopicPartitionList};

use crate::client::Context;
use crate::consumer::finish::Committer;
use crate::consumer::observers::Observers;
use crate::consumer::scheduler::Scheduler;
use crate::consumer::topics::Topics;
use crate::observe::ConsumerEvent;

/// The context of a consumer.
pub(crate) struct Rebalance {
    context: Context,
    scheduler: Arc<Scheduler>,
    topics: Arc<Topics>,
    drain: Duration,
    observers: Arc<Observers>,
    committer: Committer,
}

impl Rebalance {
    pub(crate) fn new(
        scheduler: Arc<Scheduler>,
        committer: Committer,
        observers: Arc<Observers>,
        topics: Arc<Topics>,
        drain: Duration,
    ) -> Self {
        Self { context: Context::default(), scheduler, topics, drain, observers, committer }
    }

    fn on_assign(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) {
        // librdkafka keeps a pause through unassign and assign. A partition that was revoked while it was full would come
        // back paused, and the scheduler, which starts afresh, would never resume it.
        if let Err(error) = consumer.resume(partitions) {
            self.observers.cluster_error(&format!("resuming failed: {error}"));
        }
        self.scheduler.assign(self.topics.partitions(partitions));
        let assigned = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
            _ => consumer.assign(partitions),
        };
        let named = self.topics.named(&self.topics.partitions(partitions));
        self.report(&ConsumerEvent::Assigned { partitions: &named }, assigned);
        self.committer.examine_assigned(self.topics.partitions(partitions));
    }

    /// Running work drains, what is done is committed, then the partitions go.
    fn on_revoke(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) {
        let gone = self.topics.partitions(partitions);
        // A member that the group has given up on has nothing to finish or to commit: its partitions have new owners.
        let lost = consumer.assignment_lost();
        let within = if lost { Duration::ZERO } else { self.drain };
        let positions = self.scheduler.release(|at| gone.contains(&at), within);
        if !lost {
            self.committer.commit_within_deadline(positions);
        }
        let revoked = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
            _ => consumer.unassign(),
        };
        let named = self.topics.named(&gone);
        self.report(&ConsumerEvent::Revoked { partitions: &named }, revoked);
    }

    fn report(&self, event: &ConsumerEvent<'_>, result: Result<(), KafkaError>) {
        match result {
            Ok(()) => self.observers.notify(event),
            Err(error) => self.observers.cluster_error(&format!("{event:?} failed: {error}")),
        }
    }
}

impl ClientContext for Rebalance {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // Under this facility librdkafka tells of offsets that were out of range and what it did instead.
        if facility == "OFFSET" && matches!(level, RDKafkaLogLevel::Warning) {
            self.scheduler.watch_gaps();
        }
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for Rebalance {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.on_assign(consumer, partitions),
            _ => self.on_revoke(consumer, partitions),
        }
    }
}
