//! What becomes of records after they are handed to librdkafka: each is acknowledged or reported, none is forgotten.

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

/// Who waits for the acknowledgement of a record.
pub(crate) enum Waiting {
    /// The caller of `send`.
    Sender(oneshot::Sender<Result<Receipt, NotDelivered>>),
    /// Whoever flushes next.
    Flush,
}

/// The context of a producer: counts records on their way and keeps the failures of those nobody waits for.
#[derive(Default)]
pub(super) struct Acknowledgements {
    context: Context,
    outstanding: AtomicU64,
    failures: Mutex<Failures>,
    /// Told whenever a record leaves librdkafka's buffer.
    left: Notify,
}

#[derive(Default)]
struct Failures {
    count: u64,
    first: Option<NotDelivered>,
}

impl Acknowledgements {
    /// Records handed over and not yet acknowledged.
    pub(super) fn outstanding(&self) -> u64 {
        self.outstanding.load(Ordering::Acquire)
    }

    pub(super) fn submitted(&self) {
        self.outstanding.fetch_add(1, Ordering::AcqRel);
    }

    /// A record has left the buffer: there is room, and whoever flushes may be done.
    fn settled(&self) {
        self.outstanding.fetch_sub(1, Ordering::AcqRel);
        self.left.notify_waiters();
    }

    /// A record was not taken, so nothing has left the buffer: waking those who wait for room would have them all try
    /// again at once, the caller among them. Says whether other records are outstanding, whose leaving will wake them.
    pub(super) fn not_submitted(&self) -> bool {
        let others = self.outstanding.fetch_sub(1, Ordering::AcqRel) > 1;
        if !others {
            // A flush may have waited for this record alone.
            self.left.notify_waiters();
        }
        others
    }

    /// Resolves after the next record has left the buffer; made before the check that it guards.
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
            // A caller that has stopped waiting has chosen not to know. It is told last: it may drop the producer then.
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
