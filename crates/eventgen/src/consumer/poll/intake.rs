//! Fetches records and hands them to the workers.
//!
//! When the workers do not keep up, this thread fetches less often, so that librdkafka keeps what it has prefetched. A
//! partition is paused only if it is full of records that wait behind keys that are held back: a pause discards what was
//! prefetched, which is then fetched again. If one key fills it, the records of that key are deferred and the others go on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Poller;
use crate::Ordering;
use crate::consumer::record::{QueueId, Record, is_ordered};
use crate::consumer::scheduler::mailbox::Message;
use crate::consumer::scheduler::{Crowded, Fetched, Rewind};
use crate::consumer::topics::{Place, TopicPartition};
use crate::kafka::{Message as KafkaMessage, PollError};
use crate::observe::Began;

/// The longest wait for a record, and the longest delay of a stop.
const POLL: Duration = Duration::from_millis(50);
/// The longest wait while something else is awaited: room in a paused partition, a drain.
const POLL_BUSY: Duration = Duration::from_millis(2);
/// The most records that are handed over together.
const BATCH: usize = 1_024;
/// The number of jobs that the workers have not looked at, from which on fetching waits; and the bytes of all records that
/// are held.
const BACKLOG: usize = 4_096;
const HELD_BYTES: usize = 64 * 1024 * 1024;
/// The longest such wait before the group is polled again, and how often it looks for room.
const ROOM: Duration = Duration::from_millis(100);
const ROOM_CHECK: Duration = Duration::from_micros(500);

impl Poller {
    /// Fetches the records that are ready, or waits for one.
    pub(super) fn fetch(&mut self) {
        let most = if self.wait_for_room() { BATCH } else { 1 };
        let consumer = Arc::clone(&self.consumer);
        let is_busy = self.departure.is_some() || self.has_paused && self.partitions.awaits_room();
        let mut timeout = if is_busy { POLL_BUSY } else { POLL };
        let (began, mut accepted) = (Began::now(), 0_usize);
        for _ in 0..most {
            match consumer.poll(timeout) {
                Some(Ok(message)) => {
                    self.accept(&message);
                    accepted += 1;
                }
                Some(Err(error)) => self.on_error(error),
                None => break,
            }
            timeout = Duration::ZERO;
        }
        if accepted > 0 {
            self.observers.meters().received(began);
            self.trace_received(began, accepted);
        }
        self.workers.hand_over();
    }

    /// Polls for rebalances only. All partitions are paused, but records that were fetched before may still arrive; they
    /// are delivered again.
    pub(super) fn discard_fetched(&mut self) {
        if let Some(Err(error)) = self.consumer.poll(POLL_BUSY) {
            self.on_error(error);
        }
    }

    /// Waits until the workers have room for more records. Returns `false` if they still have none: then the group is polled
    /// nevertheless, because it requires that.
    fn wait_for_room(&mut self) -> bool {
        let until = Instant::now() + ROOM;
        let (mut most, mut bytes) = (BACKLOG, HELD_BYTES);
        loop {
            let backlog = self.workers.backlog();
            let has_memory = backlog == 0 || self.partitions.held_bytes() < bytes;
            if backlog < most && has_memory && self.pending.bytes() < bytes {
                return true;
            }
            if Instant::now() >= until || self.stop.is_requested() {
                return false;
            }
            // Once it waits, it waits for half of the room, so that fetching continues with a large batch.
            (most, bytes) = (BACKLOG / 2, HELD_BYTES / 2);
            std::thread::sleep(ROOM_CHECK);
            self.collect();
        }
    }

    /// Passes a record to the worker of its key.
    fn accept(&mut self, message: &KafkaMessage<'_>) {
        // librdkafka fetches only topics that the consumer subscribes to.
        let Some(topic) = self.topics.find_bytes(message.topic()) else { return };
        let at = TopicPartition { topic, partition: message.partition() };
        let contract = self.topics.get(topic);
        let ordering = self.topics.queue_ordering(topic);
        let queue = QueueId::of(self.order_of(at, message.key()), ordering, message.key(), message.offset());
        let mut record = Record::from_message((topic, contract), message, self.workers.block(queue));
        self.clocks.bound_due(&mut record, message.appended_millis(), (&self.topics, &self.observers));
        self.measuring.received.add(self.observers.spans(), &record.delivery.headers);
        let watches_gaps = self.consumer.has_reset_offsets();
        let offset = message.offset();
        let Fetched { job, rewind, pause, strays } =
            self.partitions.fetched(record, queue, message.leader_epoch(), watches_gaps);
        if strays {
            tracing::debug!(
                topic = contract.name,
                partition = at.partition,
                offset,
                "the client reads from an earlier offset: it is sent to where the group continues"
            );
            self.seeks.pending = true;
        }
        if let Some((assignment, rewind)) = rewind {
            let Rewind { before, found, .. } = rewind;
            self.workers.tell(|| Message::Superseded { assignment, before, offset: found });
            self.report_rewind(rewind);
        }
        if let Some(job) = job {
            self.workers.add(job);
        }
        if pause {
            self.has_paused = true;
            self.report("pausing", self.consumer.pause(&self.topics.list(&[at])));
        }
    }

    /// The partition whose order a record keeps: a record in a retry topic has its place among those of its source.
    fn order_of(&self, at: TopicPartition, key: Option<&[u8]>) -> TopicPartition {
        let has_order = is_ordered(self.topics.queue_ordering(at.topic), key);
        TopicPartition { topic: if has_order { self.topics.source(at.topic) } else { at.topic }, ..at }
    }

    fn report_rewind(&self, Rewind { at, expected, found, .. }: Rewind) {
        let (topic, partition) = (self.topics.get(at.topic).name, at.partition);
        let cause = format!(
            "the offsets of `{topic}` partition {partition} went back from {expected} to {found}: records were fetched \
             twice during a rebalance, the topic was deleted and created, or its log was truncated; the records from \
             offset {found} on are handled"
        );
        self.observers.cluster_error_at(topic, partition, &cause);
    }

    /// Resumes partitions that have room again, and makes room where a key holds back the others.
    pub(super) fn resume(&mut self) {
        if self.has_paused {
            let resumable = self.partitions.take_resumable();
            if !resumable.is_empty() {
                self.report("resuming", self.consumer.resume(&self.topics.list(&resumable)));
            }
            self.has_paused = self.partitions.has_paused();
            self.defer();
        }
        for (at, offset) in self.partitions.take_refetches(Instant::now()) {
            let sought = self.consumer.seek(self.topics.get(at.topic).name, at.partition, offset);
            match sought {
                Ok(()) => self.partitions.refetching(at),
                Err(_) => self.partitions.refetch_failed(Instant::now()),
            }
            self.report("seeking", sought);
        }
    }

    /// Passes on the records of retry topics that are due.
    pub(super) fn hand_over_due(&mut self) {
        let due = self.partitions.take_due();
        if !due.is_empty() {
            for job in due {
                self.workers.add(job);
            }
            self.workers.hand_over();
        }
    }

    /// Drops records that wait behind one of their key. They are fetched again.
    fn defer(&mut self) {
        let Self { partitions, topics, .. } = self;
        let has_queues = |at: TopicPartition| {
            topics.queue_ordering(at.topic) != Ordering::Total && topics.place(at.topic) == Place::Source
        };
        for Crowded { assignment, at, queue, from } in partitions.take_crowded(Instant::now(), has_queues) {
            tracing::info!(
                group = self.observers.group(),
                topic = topics.get(at.topic).name,
                partition = at.partition,
                "many records wait behind one of their key: they are dropped from memory and fetched again later"
            );
            self.workers.tell_owner(queue, Message::Defer { assignment, queue, from });
        }
    }

    /// Reports an error of the cluster and continues, or stops the consumer if waiting cannot resolve the error.
    fn on_error(&self, error: PollError) {
        let reason = match error {
            PollError::Transient(failure) => {
                let cause = if failure.is_denied_topic() {
                    // librdkafka says which one in its log only.
                    let topics = self.topics.names().join("`, `");
                    format!("{failure}; the user needs the operation Read on each of the topics `{topics}`")
                } else if failure.is_denied_group() {
                    let group = self.observers.group();
                    format!("{failure}; the user needs the operation Read on the group `{group}`")
                } else {
                    failure.to_string()
                };
                return self.observers.cluster_error(&cause);
            }
            PollError::Fatal(reason) => reason,
            PollError::SameInstance(reason) => format!(
                "{reason}; another consumer of the group has the same `group.instance.id`: give each instance its own, \
                 and do not start one before the one that it replaces has ended"
            ),
            PollError::UnreadableCompression => UNREADABLE_COMPRESSION.to_owned(),
            PollError::NoOffset(code) => {
                format!(
                    "{code}: the group has no valid offset on a partition and `auto.offset.reset=error` is set"
                )
            }
        };
        self.stop.fail(self.observers.stopped(reason));
    }
}

/// Why records with an unknown compression cannot be read.
const UNREADABLE_COMPRESSION: &str = "records are compressed with a codec that this build does not support: enable \
    the feature `zstd` of eventgen if they use zstd";
