//! Tracks records from librdkafka's buffer to their acknowledgement. Each one is acknowledged or reported as failed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::ClientContext;
use rdkafka::Message as _;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::producer::{DeliveryResult, ProducerContext};
use tokio::sync::{Notify, oneshot};

use super::failed_record::{Blame, Cause};
use super::flushes::{Generation, Generations};
use super::settled::Settled;
use super::{FailedRecord, NotDelivered, Receipt};
use crate::Error;
use crate::kafka::Context;
use crate::observe::trace::Span;
use crate::observe::{Began, SendMeters};

/// The most failed records that are kept for the next flush, and the longest part of a key.
const KEPT_FAILURES: usize = 100;
const KEPT_KEY: usize = 1_024;

/// The receiver of a record's acknowledgement.
pub(crate) enum Receiver {
    /// The caller of `send`.
    Sender(oneshot::Sender<Result<Receipt, NotDelivered>>),
    /// A caller that takes what became of many records, and the number that it has given this one.
    Settled(Arc<Settled>, i64),
    /// The next call of `flush`.
    Flush,
}

/// A record in librdkafka's buffer.
pub(crate) struct Waiting {
    pub(super) receiver: Receiver,
    pub(super) generation: Generation,
    pub(super) sending: Sending,
}

/// A record on its way, as metrics and traces see it.
pub(crate) struct Sending {
    pub(super) began: Began,
    pub(super) span: Span,
}

impl Sending {
    /// A record begins its way, within this span.
    pub(crate) fn begin(span: Span) -> Self {
        Self { began: Began::now(), span }
    }
}

/// The context of a producer. It counts unacknowledged records and keeps the failures of enqueued ones for the next flush.
#[derive(Default)]
pub(super) struct Acknowledgements {
    context: Context,
    pub(super) meters: SendMeters,
    outstanding: AtomicU64,
    generations: Generations,
    failures: Mutex<Failures>,
    /// Whether an enqueued record was refused for what it is.
    refused: AtomicBool,
    /// Whether a record of the open transaction is acknowledged.
    acknowledged: AtomicBool,
    /// Whether a record of the open transaction has failed.
    broken: AtomicBool,
    /// Notified when a record leaves librdkafka's buffer.
    left: Notify,
}

#[derive(Default)]
struct Failures {
    count: u64,
    /// The first ones.
    records: Vec<FailedRecord>,
    /// The likely cause.
    cause: Option<Cause>,
}

impl Acknowledgements {
    /// A record was acknowledged or has failed.
    pub(super) fn measure(&self, sending: Sending, topic: &str, outcome: Result<(i32, i64), &KafkaError>) {
        let Sending { began, span } = sending;
        match outcome {
            Ok(position) => {
                self.meters.acknowledged(topic, began, self.outstanding() <= 1);
                span.sent(Ok(position));
            }
            Err(error) => self.not_sent(Sending { began, span }, topic, error.rdkafka_error_code()),
        }
    }

    /// A record has failed.
    pub(super) fn not_sent(&self, sending: Sending, topic: &str, code: Option<RDKafkaErrorCode>) {
        let error = error_type(code);
        self.meters.failed(topic, sending.began, &error);
        sending.span.sent(Err(&error));
    }

    /// The number of records in the buffer that are not acknowledged yet.
    pub(super) fn outstanding(&self) -> u64 {
        self.outstanding.load(Ordering::Acquire)
    }

    /// A record is handed over. Returns the generation that it belongs to.
    pub(super) fn submitted(&self) -> Generation {
        self.outstanding.fetch_add(1, Ordering::AcqRel);
        self.generations.enter()
    }

    /// A record has left the buffer. There is room for another one, and a flush may be complete.
    fn settled(&self, generation: Generation) {
        self.generations.leave(generation);
        self.outstanding.fetch_sub(1, Ordering::AcqRel);
        self.left.notify_waiters();
    }

    /// A record was refused, so no record has left the buffer. This does not wake the tasks that wait for room, because all
    /// of them, including the caller, would try again at once. Returns whether other records are in the buffer, which wake
    /// them when they leave.
    pub(super) fn not_submitted(&self, generation: Generation) -> bool {
        self.generations.leave(generation);
        let others = self.outstanding.fetch_sub(1, Ordering::AcqRel) > 1;
        if !others {
            // A flush may have waited only for this record.
            self.left.notify_waiters();
        }
        others
    }

    /// Resolves after the next record has left the buffer. Create it before the check that it guards.
    pub(super) fn next_to_leave(&self) -> tokio::sync::futures::Notified<'_> {
        self.left.notified()
    }

    /// Waits until every record that was handed over before this call has left the buffer.
    pub(super) async fn flushed(&self) {
        let mut flush = None;
        loop {
            let mut next = std::pin::pin!(self.next_to_leave());
            next.as_mut().enable();
            flush = flush.or_else(|| self.generations.end());
            if flush.is_some_and(|flush| self.generations.is_over(flush)) {
                return;
            }
            next.await;
        }
    }

    /// The failures since the last call, as one error.
    pub(super) fn take_failures(&self, topic: &str) -> Result<(), Error> {
        let failures = std::mem::take(&mut *self.failures());
        if failures.count == 0 {
            return Ok(());
        }
        let Failures { count, records, .. } = failures;
        Err(Error::NotFlushed { topic: topic.to_owned(), count, records })
    }

    /// The number of failures since the last call, and their likely cause.
    pub(super) fn take_failed(&self) -> (u64, Option<Cause>) {
        let Failures { count, cause, .. } = std::mem::take(&mut *self.failures());
        (count, cause)
    }

    /// Whether an enqueued record was refused for what it is since the start: sending it again would be in vain.
    pub(super) fn has_refused_record(&self) -> bool {
        self.refused.load(Ordering::Acquire)
    }

    /// A transaction begins.
    pub(super) fn begin(&self) {
        self.acknowledged.store(false, Ordering::Release);
        self.broken.store(false, Ordering::Release);
    }

    /// Whether a record of the transaction has failed by itself, and not because the transaction is aborted.
    pub(super) fn has_failed_record(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }

    /// Whether records of the open transaction are on their way and none of them is acknowledged.
    pub(super) fn awaits_first(&self) -> bool {
        self.outstanding() > 0 && !self.acknowledged.load(Ordering::Acquire)
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_failure(&self, record: &BorrowedMessage<'_>, error: &KafkaError) {
        let size = record.key_len() + record.payload_len();
        let blame = Blame::of(error.rdkafka_error_code(), size);
        if blame.is_refusal() {
            self.refused.store(true, Ordering::Release);
        }
        if blame > Blame::Innocent {
            self.broken.store(true, Ordering::Release);
        }
        let mut failures = self.failures();
        failures.count += 1;
        let is_first = failures.records.len() < KEPT_FAILURES;
        let is_cause = failures.cause.as_ref().is_none_or(|cause| cause.blame < blame);
        if !is_first && !is_cause {
            return;
        }
        let failed = FailedRecord {
            topic: record.topic().to_owned(),
            // It is negative if librdkafka has not chosen one.
            partition: Some(record.partition()).filter(|partition| *partition >= 0),
            key: record.key().map(|key| key[..key.len().min(KEPT_KEY)].to_vec()),
            size,
            reason: error.to_string(),
        };
        if is_cause {
            failures.cause = Some(Cause { blame, record: failed.clone() });
        }
        if is_first {
            failures.records.push(failed);
        }
    }
}

impl ClientContext for Acknowledgements {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = Box<Waiting>;

    fn delivery(&self, result: &DeliveryResult<'_>, waiting: Box<Waiting>) {
        let Waiting { receiver, generation, sending } = *waiting;
        if result.is_ok() && !self.acknowledged.load(Ordering::Relaxed) {
            self.acknowledged.store(true, Ordering::Release);
        }
        match result {
            Ok(record) => self.measure(sending, record.topic(), Ok((record.partition(), record.offset()))),
            Err((error, record)) => self.measure(sending, record.topic(), Err(error)),
        }
        let outcome = || match result {
            Ok(record) => Ok(Receipt { partition: record.partition(), offset: record.offset() }),
            Err((error, record)) => Err(not_delivered(error, record)),
        };
        match (receiver, result) {
            // The caller may have stopped waiting. It is notified last, because it may drop the producer then.
            (Receiver::Sender(sender), _) => {
                self.settled(generation);
                drop(sender.send(outcome()));
            }
            (Receiver::Settled(settled, number), _) => {
                self.settled(generation);
                settled.push((number, outcome()));
            }
            (Receiver::Flush, Ok(_)) => self.settled(generation),
            (Receiver::Flush, Err((error, record))) => {
                self.keep_failure(record, error);
                self.settled(generation);
            }
        }
    }
}

/// A record that has failed after it was handed over.
fn not_delivered(error: &KafkaError, record: &BorrowedMessage<'_>) -> NotDelivered {
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge) {
        let size = record.key_len() + record.payload_len();
        let reason = error.to_string();
        return NotDelivered::larger_than_the_topic_accepts(record.topic(), record.key(), size, &reason);
    }
    NotDelivered::failed(record.topic().to_owned(), error)
}

/// The value of `error.type`: librdkafka's name of an error, such as `message_timed_out`.
fn error_type(code: Option<RDKafkaErrorCode>) -> String {
    let Some(code) = code else { return "_OTHER".to_owned() };
    let mut name = String::new();
    for char in format!("{code:?}").chars() {
        if char.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_error_is_one_word() {
        assert_eq!(error_type(Some(RDKafkaErrorCode::MessageTimedOut)), "message_timed_out");
        assert_eq!(error_type(None), "_OTHER");
    }
}
