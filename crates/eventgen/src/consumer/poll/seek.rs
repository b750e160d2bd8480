//! Continues with partitions at another offset: where a new group starts, and where an operator asks for.
//!
//! An operator's seek ends the assignment of the partition within this consumer, as a revocation does: queued records are
//! dropped, running handlers finish, and what is done is committed. Then the partition starts a new assignment at the offset,
//! which is committed at once.

use std::time::{Duration, Instant};

use super::Poller;
use super::seeks::Seek;
use crate::Error;
use crate::consumer::finish::SeekAnswer;
use crate::consumer::health::SeekRequest;
use crate::consumer::scheduler::{AssignmentId, OffsetMap};
use crate::consumer::topics::{Place, TopicPartition};

/// The pause before librdkafka is told again. It refuses while it still looks up the committed offset.
const REPEAT: Duration = Duration::from_millis(100);

/// Records of a key follow one that waits there: another position would break their order.
const RETRY_TOPIC: &str =
    "it is one of a retry topic, whose records are handled when they are due: seek in the topic itself";

impl Poller {
    /// Takes the seeks that handles have asked for, and looks up their offsets.
    pub(super) fn take_seek_requests(&mut self) {
        for SeekRequest { topic, partition, target, answer } in self.health.seeks.take() {
            let at = self.topics.find(&topic).map(|topic| TopicPartition { topic, partition });
            let assignment = at.and_then(|at| self.partitions.assignment(at));
            match at.zip(assignment) {
                Some((at, _)) if self.topics.place(at.topic) != Place::Source => {
                    refuse(answer, &topic, partition, RETRY_TOPIC);
                }
                Some((at, assignment)) => self.checks.find_position(assignment, at, target, answer),
                None => refuse(answer, &topic, partition, "it is not assigned to this consumer"),
            }
        }
    }

    /// The offset of a seek is known, or why there is none.
    pub(super) fn on_position(
        &mut self,
        (assignment, at): (AssignmentId, TopicPartition),
        offset: Result<i64, String>,
        answer: SeekAnswer,
    ) {
        match offset {
            Ok(offset) => self.seeks.waiting.push(Seek { assignment, at, offset, answer }),
            Err(reason) => refuse(answer, self.topics.get(at.topic).name, at.partition, &reason),
        }
    }

    /// Drains the partition of the next seek. Called while no partition leaves.
    pub(super) fn begin_seek(&mut self) {
        if self.stop.is_requested() || self.seeks.waiting.is_empty() {
            return;
        }
        let seek = self.seeks.waiting.remove(0);
        if self.partitions.assignment(seek.at) == Some(seek.assignment) {
            self.depart(vec![seek.assignment]);
            self.seeks.draining = Some(seek);
        } else {
            let topic = self.topics.get(seek.at.topic).name;
            refuse(
                seek.answer,
                topic,
                seek.at.partition,
                "it was revoked from this consumer, or sought again",
            );
        }
    }

    /// The partition of a seek is drained: it starts anew.
    pub(super) fn end_seek_drain(&mut self) {
        let Some(Seek { at, offset, answer, .. }) = self.seeks.draining.take() else { return };
        self.departure = None;
        let topic = self.topics.get(at.topic).name;
        tracing::info!(
            group = self.observers.group(),
            topic,
            partition = at.partition,
            offset,
            "the partition is read from another offset"
        );
        // The pause of a full partition survives in librdkafka.
        self.report("resuming", self.consumer.resume(&self.topics.list(&[at])));
        let assignment = self.partitions.assign(at);
        self.partitions.set_done_before(assignment, OffsetMap::default());
        self.start_at(assignment, offset);
        self.publish();
        self.seeks.told.push(Seek { assignment, at, offset, answer });
    }

    /// An assignment starts at an offset, once that is committed. What was fetched from elsewhere is dropped.
    pub(super) fn start_at(&mut self, assignment: AssignmentId, offset: i64) {
        self.partitions.start_at(assignment, offset);
        self.seeks.uncommitted.add(assignment);
    }

    /// An assignment continues at the committed offset. The client is sent there if it began elsewhere.
    pub(super) fn continue_at(
        &mut self,
        (assignment, at): (AssignmentId, TopicPartition),
        committed: Option<i64>,
        may_skip: bool,
    ) {
        // Once the client has reset an offset, the log may not have the committed one any more.
        let Some(offset) = committed.filter(|_| !self.consumer.has_reset_offsets()) else { return };
        if self.partitions.continues_at(assignment, offset, may_skip) {
            let topic = self.topics.get(at.topic).name;
            tracing::debug!(
                topic,
                partition = at.partition,
                offset,
                "the client is sent to where the group continues"
            );
            self.seeks.pending = true;
        }
    }

    /// Tells librdkafka where to continue.
    pub(super) fn seek(&mut self) {
        let now = Instant::now();
        if self.seeks.pending && self.seeks.not_before.is_none_or(|from| now >= from) {
            self.tell(now);
        }
        if !self.seeks.told.is_empty() {
            self.answer_seeks();
        }
    }

    fn tell(&mut self, now: Instant) {
        self.seeks.pending = false;
        for (assignment, at, offset) in self.partitions.sought() {
            if self.seeks.uncommitted.contains(assignment) {
                continue;
            }
            let topic = self.topics.get(at.topic).name;
            match self.consumer.seek(topic, at.partition, offset) {
                Ok(()) => self.partitions.has_sought(assignment),
                Err(error) => {
                    // Usual for a moment after an assignment.
                    tracing::debug!(topic, partition = at.partition, offset, "seeking: {error}");
                    self.seeks.pending = true;
                }
            }
        }
        self.seeks.not_before = self.seeks.pending.then_some(now + REPEAT);
    }

    /// Answers the seeks of which librdkafka was told, and those whose partitions have left before.
    fn answer_seeks(&mut self) {
        let partitions = &self.partitions;
        let told = std::mem::take(&mut self.seeks.told);
        let (waiting, over): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|seek| partitions.is_sought(seek.assignment));
        self.seeks.told = waiting;
        for Seek { assignment, at, offset, answer } in over {
            if self.partitions.stays(assignment) {
                // The operator may have stopped waiting.
                let _ = answer.send(Ok(offset));
            } else {
                let reason = format!(
                    "it was revoked meanwhile, perhaps after {offset} was committed: ask its next owner"
                );
                refuse(answer, self.topics.get(at.topic).name, at.partition, &reason);
            }
        }
    }
}

fn refuse(answer: SeekAnswer, topic: &str, partition: i32, reason: &str) {
    let _ =
        answer.send(Err(Error::NotSought { topic: topic.to_owned(), partition, reason: reason.to_owned() }));
}
