//! A member of a consumer group.

use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, TopicPartitionList};

use super::{Context, Invariant, KafkaFailure, Message, PartitionList, Settings};
use crate::Error;

/// Reacts to events of the group and the cluster. Called on the polling thread.
pub(crate) trait GroupListener: Send + Sync + 'static {
    /// The group assigns partitions. The listener calls [`Rebalancing::assign`].
    fn on_assign(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList);

    /// The group revokes partitions. The listener calls [`Rebalancing::unassign`].
    fn on_revoke(&self, rebalancing: &Rebalancing<'_>, partitions: &PartitionList);

    /// librdkafka reset an offset that was out of range.
    fn on_offset_reset(&self);
}

/// A member of a group.
pub(crate) struct GroupConsumer(BaseConsumer<Callbacks>);

/// Why no record was fetched.
#[derive(Debug)]
pub(crate) enum PollError {
    /// The client cannot continue.
    Fatal(String),
    /// Records are compressed by a codec that this build cannot read.
    UnreadableCompression,
    /// The group has no valid offset and `auto.offset.reset=error` is set.
    NoOffset(String),
    /// The cluster failed. The failure is temporary, or an operator has to resolve it.
    Transient(KafkaFailure),
}

impl GroupConsumer {
    /// A member of a group. Its settings are `defaults`, overridden by `shared`, overridden by `own`.
    ///
    /// # Errors
    /// [`Error::RefusedSetting`], [`Error::InvalidSettings`].
    pub(crate) fn new(
        shared: &Settings,
        defaults: &[(&str, &str)],
        own: &Settings,
        invariants: &[Invariant],
        listener: Box<dyn GroupListener>,
    ) -> Result<Self, Error> {
        let callbacks = Callbacks { context: Context, listener };
        let consumer = shared.configure(defaults, own, invariants)?.create_with_context(callbacks);
        consumer.map(Self).map_err(|error| Error::invalid_settings("consumer", error))
    }

    pub(crate) fn subscribe(&self, topics: &[&str]) -> Result<(), KafkaFailure> {
        Ok(self.0.subscribe(topics)?)
    }

    /// Waits for a record. Calls the listener meanwhile.
    pub(crate) fn poll(&self, timeout: Duration) -> Option<Result<Message<'_>, PollError>> {
        Some(self.0.poll(timeout)?.map(Message).map_err(classify))
    }

    pub(crate) fn pause(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(self.0.pause(&partitions.0)?)
    }

    pub(crate) fn resume(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(self.0.resume(&partitions.0)?)
    }

    /// Commits offsets and waits for the answer, without a deadline.
    pub(crate) fn commit(&self, offsets: &PartitionList) -> Result<(), KafkaFailure> {
        match self.0.commit(&offsets.0, CommitMode::Sync) {
            Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => Ok(()),
            result => Ok(result?),
        }
    }

    /// The offsets that the group has committed.
    pub(crate) fn committed(
        &self,
        partitions: &PartitionList,
        timeout: Duration,
    ) -> Result<PartitionList, KafkaFailure> {
        Ok(PartitionList(self.0.committed_offsets(with_offset(partitions, Offset::Invalid)?, timeout)?))
    }

    /// The offset of the oldest record of each partition.
    pub(crate) fn log_starts(
        &self,
        partitions: &PartitionList,
        timeout: Duration,
    ) -> Result<PartitionList, KafkaFailure> {
        // `Beginning` is the timestamp that the protocol defines for the start of the log (ListOffsets, timestamp -2).
        let asked = with_offset(partitions, Offset::Beginning)?;
        Ok(PartitionList(self.0.offsets_for_times(asked, timeout)?))
    }
}

fn with_offset(partitions: &PartitionList, offset: Offset) -> Result<TopicPartitionList, KafkaError> {
    let mut list = partitions.0.clone();
    list.set_all_offsets(offset)?;
    Ok(list)
}

fn classify(error: KafkaError) -> PollError {
    match error {
        KafkaError::MessageConsumptionFatal(code) => PollError::Fatal(code.to_string()),
        // librdkafka reports this for a codec that it was built without.
        KafkaError::MessageConsumption(RDKafkaErrorCode::NotImplemented) => PollError::UnreadableCompression,
        KafkaError::MessageConsumption(code @ RDKafkaErrorCode::AutoOffsetReset) => {
            PollError::NoOffset(code.to_string())
        }
        error => PollError::Transient(error.into()),
    }
}

/// A rebalance in progress.
pub(crate) struct Rebalancing<'a> {
    consumer: &'a BaseConsumer<Callbacks>,
    partitions: &'a PartitionList,
}

impl Rebalancing<'_> {
    /// Resumes the partitions.
    pub(crate) fn resume(&self) -> Result<(), KafkaFailure> {
        Ok(self.consumer.resume(&self.partitions.0)?)
    }

    /// Accepts the partitions.
    pub(crate) fn assign(&self) -> Result<(), KafkaFailure> {
        let assigned = match self.consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => self.consumer.incremental_assign(&self.partitions.0),
            _ => self.consumer.assign(&self.partitions.0),
        };
        assigned.map_err(KafkaFailure::from)
    }

    /// Gives the partitions up.
    pub(crate) fn unassign(&self) -> Result<(), KafkaFailure> {
        let unassigned = match self.consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => self.consumer.incremental_unassign(&self.partitions.0),
            _ => self.consumer.unassign(),
        };
        unassigned.map_err(KafkaFailure::from)
    }

    /// Whether the group has removed this member, so that its partitions have new owners.
    pub(crate) fn is_lost(&self) -> bool {
        self.consumer.assignment_lost()
    }
}

struct Callbacks {
    context: Context,
    listener: Box<dyn GroupListener>,
}

impl ClientContext for Callbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // librdkafka reports offsets that were out of range, and how it reset them, with this facility.
        if facility == "OFFSET" && matches!(level, RDKafkaLogLevel::Warning) {
            self.listener.on_offset_reset();
        }
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for Callbacks {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let partitions = PartitionList(partitions.clone());
        let rebalancing = Rebalancing { consumer, partitions: &partitions };
        match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                self.listener.on_assign(&rebalancing, &partitions);
            }
            _ => self.listener.on_revoke(&rebalancing, &partitions),
        }
    }
}
