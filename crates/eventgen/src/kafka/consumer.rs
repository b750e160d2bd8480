//! A member of a consumer group.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{
    BaseConsumer, CommitMode, Consumer as _, ConsumerContext, ConsumerGroupMetadata, RebalanceProtocol,
};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, Statistics, TopicPartitionList};

use super::settings::refused;
use super::statistics::MemberStatistics;
use super::{Context, Invariant, KafkaFailure, Message, PartitionList, Settings};
use crate::Error;

/// A rebalance that the application answers. librdkafka waits for the answer and fetches nothing meanwhile.
#[derive(Debug)]
pub(crate) enum GroupEvent {
    /// The group assigns partitions: answered by [`GroupConsumer::assign`].
    Assigned(PartitionList),
    /// The group revokes partitions: answered by [`GroupConsumer::unassign`].
    Revoked(PartitionList),
}

/// A time in a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timestamp {
    /// The oldest record.
    Oldest,
    /// Behind the newest record.
    Newest,
    /// The first record with this timestamp or a later one, in milliseconds since the Unix epoch.
    Millis(i64),
}

/// How long librdkafka's own thread may take to accept a seek.
const SEEK: Duration = Duration::from_secs(1);

/// A member of a group.
pub(crate) struct GroupConsumer(BaseConsumer<Callbacks>);

/// What the group knows of a member at a time: its id and the generation of its assignment. A commit that states an earlier
/// generation is refused.
pub(crate) struct GroupMetadata(pub(super) ConsumerGroupMetadata);

/// Why no record was fetched.
#[derive(Debug)]
pub(crate) enum PollError {
    /// The client cannot continue.
    Fatal(String),
    /// Another member has the same `group.instance.id`.
    SameInstance(String),
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
    ) -> Result<Self, Error> {
        let callbacks = Callbacks::default();
        let config = shared.configure(defaults, own, invariants)?;
        let consumer = config.create_with_context(callbacks);
        consumer.map(Self).map_err(|error| refused("consumer", &config, &error))
    }

    pub(crate) fn subscribe(&self, topics: &[&str]) -> Result<(), KafkaFailure> {
        Ok(self.0.subscribe(topics)?)
    }

    /// Waits for a record. A rebalance ends the wait: see [`take_event`](Self::take_event).
    pub(crate) fn poll(&self, timeout: Duration) -> Option<Result<Message<'_>, PollError>> {
        Some(self.0.poll(timeout)?.map(Message).map_err(|error| self.classify(error)))
    }

    /// The rebalance that is to be answered next.
    pub(crate) fn take_event(&self) -> Option<GroupEvent> {
        self.0.context().events().pop_front()
    }

    /// The latest statistics, once.
    pub(crate) fn take_statistics(&self) -> Option<MemberStatistics> {
        self.0.context().statistics().take()
    }

    /// Whether librdkafka has reset an offset that was out of range since the start.
    pub(crate) fn has_reset_offsets(&self) -> bool {
        self.0.context().offsets_reset.load(Ordering::Acquire)
    }

    /// Accepts partitions.
    pub(crate) fn assign(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(assign(&self.0, &partitions.0)?)
    }

    /// Gives partitions up.
    pub(crate) fn unassign(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(unassign(&self.0, &partitions.0)?)
    }

    /// Whether the group has removed this member, so that its partitions have new owners.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.assignment_lost()
    }

    /// What the group knows of this member now; `None` if it has no group.
    pub(crate) fn group_metadata(&self) -> Option<GroupMetadata> {
        self.0.group_metadata().map(GroupMetadata)
    }

    /// Answers later rebalances at once, because the consumer is about to be dropped.
    pub(crate) fn begin_close(&self) {
        self.0.context().closing.store(true, Ordering::Release);
    }

    /// The offset up to which each assigned partition has been read: behind the last record that was fetched, and behind
    /// markers of transactions that follow it.
    pub(crate) fn positions(&self) -> Result<PartitionList, KafkaFailure> {
        Ok(PartitionList(self.0.position()?))
    }

    pub(crate) fn pause(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(self.0.pause(&partitions.0)?)
    }

    pub(crate) fn resume(&self, partitions: &PartitionList) -> Result<(), KafkaFailure> {
        Ok(self.0.resume(&partitions.0)?)
    }

    /// Continues fetching an assigned partition at an offset, and waits for librdkafka to accept it. Records that were
    /// prefetched are discarded.
    pub(crate) fn seek(&self, topic: &str, partition: i32, offset: i64) -> Result<(), KafkaFailure> {
        Ok(self.0.seek(topic, partition, Offset::Offset(offset), SEEK)?)
    }

    /// Commits offsets and waits for the answer, without a deadline.
    pub(crate) fn commit(&self, offsets: &PartitionList) -> Result<(), KafkaFailure> {
        match self.0.commit(&offsets.0, CommitMode::Sync) {
            Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => Ok(()),
            result => Ok(result?),
        }
    }

    /// The offsets that the group has committed. Fails if one of them is part of an open transaction for longer than librdkafka
    /// asks again: it reports that for the partition only, with no offset.
    pub(crate) fn committed(
        &self,
        partitions: &PartitionList,
        timeout: Duration,
    ) -> Result<PartitionList, KafkaFailure> {
        let committed = self.0.committed_offsets(with_offset(partitions, Offset::Invalid)?, timeout)?;
        for partition in committed.elements() {
            partition.error()?;
        }
        Ok(PartitionList(committed))
    }

    /// The offset of each partition at a timestamp.
    pub(crate) fn offsets_at(
        &self,
        partitions: &PartitionList,
        timestamp: Timestamp,
        timeout: Duration,
    ) -> Result<PartitionList, KafkaFailure> {
        // `Beginning` and `End` are the timestamps -2 and -1, which the protocol defines for the start and the end of the log
        // (ListOffsets).
        let asked = with_offset(
            partitions,
            match timestamp {
                Timestamp::Oldest => Offset::Beginning,
                Timestamp::Newest => Offset::End,
                Timestamp::Millis(millis) => Offset::Offset(millis),
            },
        )?;
        Ok(PartitionList(self.0.offsets_for_times(asked, timeout)?))
    }
}

fn with_offset(partitions: &PartitionList, offset: Offset) -> Result<TopicPartitionList, KafkaError> {
    let mut list = partitions.0.clone();
    list.set_all_offsets(offset)?;
    Ok(list)
}

impl GroupConsumer {
    fn classify(&self, error: KafkaError) -> PollError {
        let is_fatal = matches!(
            error,
            KafkaError::MessageConsumptionFatal(_) | KafkaError::MessageConsumption(RDKafkaErrorCode::Fatal)
        );
        if !is_fatal {
            return classify(error);
        }
        // The error itself only says that there is one.
        match self.0.client().fatal_error() {
            Some((RDKafkaErrorCode::FencedInstanceId | RDKafkaErrorCode::UnreleasedInstanceId, reason)) => {
                PollError::SameInstance(reason)
            }
            Some((_, reason)) => PollError::Fatal(reason),
            None => PollError::Fatal(error.to_string()),
        }
    }
}

fn classify(error: KafkaError) -> PollError {
    match error {
        // librdkafka reports this for a codec that it was built without.
        KafkaError::MessageConsumption(RDKafkaErrorCode::NotImplemented) => PollError::UnreadableCompression,
        KafkaError::MessageConsumption(code @ RDKafkaErrorCode::AutoOffsetReset) => {
            PollError::NoOffset(code.to_string())
        }
        error => PollError::Transient(error.into()),
    }
}

fn assign(consumer: &BaseConsumer<Callbacks>, partitions: &TopicPartitionList) -> Result<(), KafkaError> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
        _ => consumer.assign(partitions),
    }
}

fn unassign(consumer: &BaseConsumer<Callbacks>, partitions: &TopicPartitionList) -> Result<(), KafkaError> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
        _ => consumer.unassign(),
    }
}

/// The callbacks of librdkafka. Rebalances are only noted, so that the polling thread can answer them while it goes on
/// polling.
#[derive(Default)]
struct Callbacks {
    context: Context,
    events: Mutex<VecDeque<GroupEvent>>,
    statistics: Mutex<Option<MemberStatistics>>,
    offsets_reset: AtomicBool,
    closing: AtomicBool,
}

impl Callbacks {
    fn events(&self) -> MutexGuard<'_, VecDeque<GroupEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn statistics(&self) -> MutexGuard<'_, Option<MemberStatistics>> {
        self.statistics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Callbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // librdkafka reports offsets that were out of range, and how it reset them, with this facility.
        if facility == "OFFSET" && matches!(level, RDKafkaLogLevel::Warning) {
            self.offsets_reset.store(true, Ordering::Release);
        }
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        *self.statistics() = Some(MemberStatistics::of(&statistics));
    }
}

impl ConsumerContext for Callbacks {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let is_assignment = event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if self.closing.load(Ordering::Acquire) {
            let answered =
                if is_assignment { assign(consumer, partitions) } else { unassign(consumer, partitions) };
            if let Err(error) = answered {
                tracing::warn!(%error, "a rebalance failed while the consumer closes");
            }
            return;
        }
        let partitions = PartitionList(partitions.clone());
        let event =
            if is_assignment { GroupEvent::Assigned(partitions) } else { GroupEvent::Revoked(partitions) };
        self.events().push_back(event);
    }
}
