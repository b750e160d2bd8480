//! Tracks records from librdkafka's buffer to their acknowledgement. Each one is acknowledged or reported as failed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rdkafka::ClientContext;
use rdkafka::Message as _;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::producer::{DeliveryResult, ProducerContext};
use tokio::sync::{Notify, oneshot};

use super::{NotDelivered, Receipt};
use crate::Error;
use crate::kafka::Context;

/// The receiver of a record's acknowledgement.
pub(crate) enum Waiting {
    /// The caller of `send`.
    Sender(oneshot::Sender<Result<Receipt, NotDelivered>>),
    /// The next call of `flush`.
    Flush,
}

/// The context of a producer. It counts unacknowledged records and keeps the failures of enqueued ones for the next flush.
#[derive(Default)]
pub(super) struct Acknowledgements {
    context: Context,
    outstanding: AtomicU64,
    failures: Mutex<Failures>,
    /// Notified when a record leaves librdkafka's buffer.
    left: Notify,
}

#[derive(Default)]
struct Failures {
    count: u64,
    first: Option<NotDelivered>,
}

impl Acknowledgements {
    /// The number of records in the buffer that are not acknowledged yet.
    pub(super) fn outstanding(&self) -> u64 {
        self.outstanding.load(Ordering::Acquire)
    }

    pub(super) fn submitted(&self) {
        self.outstanding.fetch_add(1, Ordering::AcqRel);
    }

    /// A record has left the buffer. There is room for another one, and a flush may be complete.
    fn settled(&self) {
        self.outstanding.fetch_sub(1, Ordering::AcqRel);
        self.left.notify_waiters();
    }

    /// A record was refused, so no record has left the buffer. This does not wake the tasks that wait for room, because all
    /// of them, including the caller, would try again at once. Returns whether other records are in the buffer, which wake
    /// them when they leave.
    pub(super) fn not_submitted(&self) -> bool {
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

    /// The failures since the last call, as one error.
    pub(super) fn take_failures(&self, topic: &str) -> Result<(), Error> {
        let failures = std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner));
        match failures.first {
            None => Ok(()),
            Some(first) => Err(Error::NotFlushed {
                topic: topic.to_owned(),
                count: failures.count,
                first: Box::new(first.into()),
            }),
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
        let outcome = match result {
            Ok(record) => Ok(Receipt { partition: record.partition(), offset: record.offset() }),
            Err((error, record)) => Err(NotDelivered {
                topic: record.topic().to_owned(),
                code: error.rdkafka_error_code(),
                reason: error.to_string(),
            }),
        };
        match (*waiting, outcome) {
            // The caller may have stopped waiting. It is notified last, because it may drop the producer then.
            (Waiting::Sender(sender), outcome) => {
                self.settled();
                drop(sender.send(outcome));
            }
            (Waiting::Flush, Ok(_)) => self.settled(),
            (Waiting::Flush, Err(error)) => {
                let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
                failures.count += 1;
                failures.first.get_or_insert(error);
                drop(failures);
                self.settled();
            }
        }
    }
}
