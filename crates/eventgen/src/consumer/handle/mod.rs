//! Handles one record: decodes it, calls the handler, retries, writes the dead letter.
//!
//! [`handle`] is the whole life of a record as one future, which its worker polls. Waiting for something other than the
//! handler (a schema, a retry, the dead-letter topic) holds no permit, so that other keys go on.

pub(crate) mod attempt;
mod dead_letter;

use std::error::Error as StdError;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::consumer::dead_letter::{DeadLetters, Reason};
use crate::consumer::decode::{DecodeBuffer, DecodeFailure, Decoder, Settled};
use crate::consumer::failure::policy::UnknownEvents;
use crate::consumer::health::{HoldReason, Holds};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic;
use crate::consumer::record::{QueueId, Record};
use crate::consumer::scheduler::leaving::Leaving;
use crate::consumer::scheduler::{AssignmentId, Job, Ticket};
use crate::consumer::stop::Stop;
use crate::consumer::subscription::{Attempt, ErasedHandler};
use crate::observe::ConsumerEvent;
use attempt::AttemptOutcome;

/// What all workers of a consumer share.
pub(crate) struct Handling {
    /// By the index of the topic.
    pub(crate) routes: Vec<Route>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) holds: Arc<Holds>,
    pub(crate) permits: Arc<Semaphore>,
    /// How long a handler may take; unlimited if `None`.
    pub(crate) handler_timeout: Option<Duration>,
    pub(crate) unknown_events: UnknownEvents,
}

/// How the records of one topic are handled.
pub(crate) struct Route {
    pub(crate) handler: Box<dyn ErasedHandler>,
    pub(crate) decoder: Decoder,
    pub(crate) dead_letters: Option<DeadLetters>,
}

/// What one worker has for its records.
pub(crate) struct WorkerContext {
    shared: Arc<Handling>,
    /// Only this worker locks it, and only while it decodes.
    buffer: Mutex<DecodeBuffer>,
}

/// A job that has ended.
pub(crate) struct Ended {
    pub(crate) assignment: AssignmentId,
    pub(crate) ticket: Ticket,
    pub(crate) queue: QueueId,
    pub(crate) outcome: Outcome,
    /// The permit, unless the job gave it back while it waited.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
}

/// How a job has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The record is handled, skipped, or acknowledged in the dead-letter topic.
    Done,
    /// The partition leaves this consumer, or the consumer stops. The record is delivered again.
    Left,
    /// The record stops the consumer.
    Stopped,
}

/// The start of an attempt.
enum Begun<'a> {
    /// The schema of the record is being looked up.
    Waits(Settled),
    /// The attempt has ended without the handler.
    Ended(AttemptOutcome),
    /// The record waits until its partition leaves this consumer, for this reason.
    Held(String),
    Running(Attempt<'a>),
    /// Decoding panicked, with this message.
    Panicked(String),
}

/// The end of an attempt.
enum Attempted {
    Ended(AttemptOutcome),
    /// The schema of the record is being looked up.
    Waits(Settled),
    /// The record waits until its partition leaves this consumer, for this reason.
    Held(String),
    /// The handler was cancelled, because the partition leaves this consumer.
    Left,
    /// Decoding panicked, with this message.
    Panicked(String),
}

/// Handles a record until it is done, or until its partition leaves this consumer.
pub(crate) fn handle(
    worker: Arc<WorkerContext>,
    mut job: Job,
    leaving: Arc<Leaving>,
    permit: OwnedSemaphorePermit,
) -> impl Future<Output = Ended> + Send {
    let mut permit = Some(permit);
    // Not an `async fn`, which would hold the job twice.
    async move {
        // A job that is lost to a panic would stall its partition.
        let steps = catch_panic(worker.steps(&mut job.record, &leaving, &mut permit)).await;
        let outcome = steps.unwrap_or_else(|panic| {
            worker.shared.stop.fail(worker.shared.stopped_at(&job.record, &panic));
            Outcome::Stopped
        });
        Ended {
            assignment: job.assignment,
            ticket: job.ticket,
            queue: job.queue,
            outcome,
            permit: permit.take(),
        }
    }
}

impl WorkerContext {
    pub(crate) fn new(shared: Arc<Handling>) -> Self {
        Self { shared, buffer: Mutex::default() }
    }

    /// Whether the consumer has failed, so that no job may begin.
    pub(crate) fn is_halted(&self) -> bool {
        self.shared.stop.has_failed()
    }

    /// What is rare is a future of its own on the heap, so that the future of a record is small.
    async fn steps(
        &self,
        record: &mut Record,
        leaving: &Leaving,
        permit: &mut Option<OwnedSemaphorePermit>,
    ) -> Outcome {
        let shared = &*self.shared;
        loop {
            let outcome = match self.attempt(record, leaving).await {
                Attempted::Ended(outcome) => outcome,
                Attempted::Waits(settled) => {
                    record.detach();
                    let _held = shared.holds.hold(record.at, HoldReason::Registry, "a schema is looked up");
                    if !Box::pin(shared.wait(settled.wait(), leaving, permit)).await {
                        return Outcome::Left;
                    }
                    continue;
                }
                Attempted::Held(cause) => {
                    let delivery = &record.delivery;
                    shared.observers.notify(&ConsumerEvent::Held { delivery, after: None, cause: &cause });
                    record.detach();
                    *permit = None;
                    leaving.unless_draining(std::future::pending::<()>()).await;
                    return Outcome::Left;
                }
                Attempted::Left => return Outcome::Left,
                Attempted::Panicked(panic) => {
                    shared.stop.fail(shared.stopped_at(record, &panic));
                    return Outcome::Stopped;
                }
            };
            let delivery = &record.delivery;
            match outcome {
                AttemptOutcome::Handled => {
                    shared.observers.notify(&ConsumerEvent::Handled { delivery });
                    return Outcome::Done;
                }
                AttemptOutcome::Retry { after, cause } => {
                    shared.observers.notify(&ConsumerEvent::Retried { delivery, after, cause: &cause });
                    record.delivery.attempt += 1;
                    record.detach();
                    let pause = tokio::time::sleep(after);
                    if !Box::pin(shared.wait(pause, leaving, permit)).await {
                        return Outcome::Left;
                    }
                }
                AttemptOutcome::Skipped { attempts, cause } => {
                    shared.observers.notify(&ConsumerEvent::Skipped { delivery, attempts, cause: &cause });
                    return Outcome::Done;
                }
                AttemptOutcome::DeadLetter(reason) => {
                    *permit = None;
                    return Box::pin(shared.write_dead_letter(record, &reason, leaving)).await;
                }
                AttemptOutcome::Stop { reason } => {
                    shared.stop.fail(Error::HandlerStopped {
                        topic: delivery.topic.to_owned(),
                        partition: delivery.partition,
                        offset: delivery.offset,
                        reason,
                    });
                    return Outcome::Stopped;
                }
            }
        }
    }

    /// Makes one attempt at a record.
    async fn attempt(&self, record: &Record, leaving: &Leaving) -> Attempted {
        match self.begin(record) {
            Begun::Waits(settled) => Attempted::Waits(settled),
            Begun::Ended(outcome) => Attempted::Ended(outcome),
            Begun::Held(cause) => Attempted::Held(cause),
            Begun::Running(mut attempt) => {
                let first = poll_fn(|context| Poll::Ready(attempt.as_mut().poll(context))).await;
                let outcome = match first {
                    Poll::Ready(outcome) => Some(outcome),
                    Poll::Pending => {
                        Box::pin(leaving.unless_ended(self.shared.within_timeout(attempt, record))).await
                    }
                };
                outcome.map_or(Attempted::Left, Attempted::Ended)
            }
            Begun::Panicked(panic) => Attempted::Panicked(panic),
        }
    }

    /// Decodes a record and passes the event to the handler.
    fn begin<'a>(&'a self, record: &'a Record) -> Begun<'a> {
        let route = &self.shared.routes[record.at.topic];
        let mut buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        match route.decoder.payload(record.payload.as_deref(), &record.delivery, &mut buffer) {
            Ok(payload) => {
                match route.handler.begin(payload.kind, payload.bytes, payload.options, &record.delivery) {
                    Ok(attempt) => Begun::Running(attempt),
                    Err(outcome) => Begun::Ended(outcome),
                }
            }
            Err(DecodeFailure::Poison(error)) if error.is_unknown_event() => {
                self.shared.unknown_event(&error)
            }
            Err(DecodeFailure::Poison(error)) => {
                Begun::Ended(AttemptOutcome::DeadLetter(Reason::poison(&error)))
            }
            Err(DecodeFailure::Pending(settled)) => Begun::Waits(settled),
            Err(DecodeFailure::Panicked(panic)) => Begun::Panicked(panic),
        }
    }
}

impl Handling {
    /// Waits without a permit, then for a permit. Returns `false` if the job must end: its partition leaves, or the consumer
    /// has failed.
    async fn wait(
        &self,
        event: impl Future,
        leaving: &Leaving,
        permit: &mut Option<OwnedSemaphorePermit>,
    ) -> bool {
        *permit = None;
        let both = async {
            event.await;
            Arc::clone(&self.permits).acquire_owned().await.ok()
        };
        *permit = leaving.unless_draining(both).await.flatten();
        permit.is_some() && !self.stop.has_failed()
    }

    /// What happens to an event of a kind that this build does not know.
    fn unknown_event<E: StdError>(&self, error: &E) -> Begun<'static> {
        match self.unknown_events {
            UnknownEvents::DeadLetter => Begun::Ended(AttemptOutcome::DeadLetter(Reason::unknown(error))),
            UnknownEvents::Skip => {
                Begun::Ended(AttemptOutcome::Skipped { attempts: 0, cause: error.to_string() })
            }
            UnknownEvents::Hold => Begun::Held(error.to_string()),
        }
    }

    /// Cancels a handler that takes longer than it may. That is an error of the handler like any other.
    async fn within_timeout(&self, attempt: Attempt<'_>, record: &Record) -> AttemptOutcome {
        let Some(limit) = self.handler_timeout else { return attempt.await };
        match tokio::time::timeout(limit, attempt).await {
            Ok(outcome) => outcome,
            Err(_) => self.routes[record.at.topic].handler.timed_out(limit, &record.delivery),
        }
    }

    /// The error for a panic outside of the handler.
    fn stopped_at(&self, record: &Record, panic: &str) -> Error {
        self.observers.stopped(format!(
            "handling partition {} offset {} panicked outside of the handler: {panic}; the record is not committed",
            record.delivery.partition, record.delivery.offset
        ))
    }
}
