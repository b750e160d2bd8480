//! Handles one record: decodes it, calls the handler, retries, writes the dead letter.
//!
//! [`handle`] is the whole life of a record as one future, which its worker polls. Waiting for something other than the
//! handler (a schema, a retry, the dead-letter topic) holds no permit, so that other keys go on.

mod assignment;
pub(crate) mod attempt;
mod batch;
mod batch_deletion;
mod batch_ended;
mod batch_writes;
mod dead_letter;
mod held_poison;
mod long_waits;
mod outputs;
mod process;
mod redriven;
pub(crate) mod rehearsal;
mod retry_topics;
mod route;
mod routes;
mod unanswered;
mod unknown_event;

pub(crate) use assignment::Assignment;
pub(crate) use batch::handle_batch;
pub(crate) use batch_ended::BatchEnded;
pub(crate) use route::Route;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::consumer::dead_letter::Reason;
use crate::consumer::decode::{DecodeBuffer, DecodeFailure, Settled};
use crate::consumer::failure::breaker::Breakers;
use crate::consumer::failure::history::History;
use crate::consumer::failure::policy::{OnPanic, UnknownEvents};
use crate::consumer::failure::rejections::Rejections;
use crate::consumer::health::{Delays, HoldReason, Holds};
use crate::consumer::middleware::MiddlewareStack;
use crate::consumer::observers::Observers;
use crate::consumer::open_keys::{Origin, Sent};
use crate::consumer::outputs::Output;
use crate::consumer::panics::catch_panic;
use crate::consumer::record::{QueueId, Record};
use crate::consumer::scheduler::leaving::Leaving;
use crate::consumer::scheduler::{AssignmentId, Job, Ticket};
use crate::consumer::stop::Stop;
use crate::consumer::topics::Topics;
use crate::observe::{ConsumerEvent, ShortCall};
use crate::producer::Outlets;
use crate::{Delivery, Error};
use attempt::{Attempt, AttemptOutcome, Attempts};
use process::{Process, within_timeout};

/// What all workers of a consumer share.
pub(crate) struct Handling {
    /// By the index of the topic, without retry topics.
    pub(crate) routes: Vec<Route>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) middleware: MiddlewareStack,
    pub(crate) observers: Arc<Observers>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) holds: Arc<Holds>,
    pub(crate) delays: Arc<Delays>,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) unknown_events: UnknownEvents,
    pub(crate) on_panic: OnPanic,
    pub(crate) rejections: Rejections,
    pub(crate) breakers: Breakers,
    /// The topics that handlers write to, if the consumer is transactional.
    pub(crate) outlets: Option<Arc<Outlets>>,
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
    /// What is to be written in the transaction that commits it.
    pub(crate) outputs: Vec<Output>,
    /// The permit, unless the job gave it back while it waited.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
    /// The call of the handler, if it was short and has succeeded.
    pub(crate) call: Option<ShortCall>,
    /// Where the record was read, if its topic has retry topics and it has an order.
    pub(crate) origin: Option<Origin>,
    /// Which record of the retry topics it has become.
    pub(crate) sent: Option<Sent>,
}

/// What a job has and leaves.
struct InProgress {
    permit: Option<OwnedSemaphorePermit>,
    call: Option<ShortCall>,
    origin: Option<Origin>,
    sent: Option<Sent>,
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

/// Handles a record until it is done, or until its partition leaves this consumer. One that `follows` is written to the
/// retry topic of followers instead.
pub(crate) fn handle(
    worker: Arc<WorkerContext>,
    mut job: Job,
    origin: Option<Origin>,
    follows: bool,
    assignment: Arc<Assignment>,
    permit: OwnedSemaphorePermit,
) -> impl Future<Output = Ended> + Send {
    let mut progress = InProgress { permit: Some(permit), call: None, origin, sent: None };
    // Not an `async fn`, which would hold the job twice.
    async move {
        let history = worker.shared.take_history(&mut job.record);
        // A job that is lost to a panic would stall its partition.
        let steps = if follows {
            catch_panic(Box::pin(worker.shared.follow(&mut job.record, &assignment, &mut progress))).await
        } else {
            catch_panic(worker.steps(&mut job.record, history, &assignment, &mut progress)).await
        };
        let outcome = steps.unwrap_or_else(|panic| {
            worker.shared.stop.fail(worker.shared.stopped_at(&job.record, &panic));
            Outcome::Stopped
        });
        Ended {
            assignment: job.assignment,
            ticket: job.ticket,
            queue: job.queue,
            outcome,
            outputs: std::mem::take(&mut job.record.outputs),
            permit: progress.permit.take(),
            call: progress.call,
            origin,
            sent: progress.sent,
        }
    }
}

impl WorkerContext {
    pub(crate) fn new(shared: Arc<Handling>) -> Self {
        Self { shared, buffer: Mutex::default() }
    }

    /// The assignment of a partition, of which this worker gets the first record.
    pub(crate) fn enter(&self, id: AssignmentId) -> Assignment {
        Assignment { leaving: Leaving::new(), circuit: self.shared.breakers.enter(id) }
    }

    /// Records short calls of the handler. If the worker is busy, some may be left for the next time.
    pub(crate) fn record(&self, calls: &mut Vec<ShortCall>, is_busy: bool) {
        self.shared.observers.meters().short_calls(calls, is_busy);
    }

    /// Whether the consumer has failed, so that no job may begin.
    pub(crate) fn is_halted(&self) -> bool {
        self.shared.stop.has_failed()
    }

    /// What is rare is a future of its own on the heap, so that the future of a record is small.
    async fn steps(
        &self,
        record: &mut Record,
        history: History,
        assignment: &Assignment,
        progress: &mut InProgress,
    ) -> Outcome {
        let (shared, leaving) = (&*self.shared, &assignment.leaving);
        loop {
            shared.open_outputs(record);
            let mut outcome = match self.attempt(record, &history, assignment, &mut progress.call).await {
                Attempted::Ended(outcome) => outcome,
                Attempted::Waits(settled) => {
                    record.detach();
                    let _held = shared.holds.hold(record.at, HoldReason::Registry, "a schema is looked up");
                    if !Box::pin(shared.wait(settled.wait(), leaving, &mut progress.permit)).await {
                        return Outcome::Left;
                    }
                    continue;
                }
                Attempted::Held(cause) => {
                    progress.permit = None;
                    return Box::pin(shared.hold(record, cause, leaving)).await;
                }
                Attempted::Left => return Outcome::Left,
                Attempted::Panicked(panic) => {
                    shared.stop.fail(shared.stopped_at(record, &panic));
                    return Outcome::Stopped;
                }
            };
            if !shared.end_outputs(record, &mut outcome) {
                return Outcome::Stopped;
            }
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
                    let _delayed = shared.delays.begin(record.at);
                    let pause = tokio::time::sleep(after);
                    if !Box::pin(shared.wait(pause, leaving, &mut progress.permit)).await {
                        return Outcome::Left;
                    }
                }
                AttemptOutcome::Skipped { attempts, cause } => {
                    shared.observers.notify(&ConsumerEvent::Skipped { delivery, attempts, cause: &cause });
                    return Outcome::Done;
                }
                AttemptOutcome::Later { tier, reason } => {
                    let later = shared.postpone(record, history, tier, &reason, assignment, progress);
                    return Box::pin(later).await;
                }
                AttemptOutcome::DeadLetter(reason) => {
                    progress.permit = None;
                    return Box::pin(shared.write_dead_letter(record, &history, &reason, assignment)).await;
                }
                AttemptOutcome::Stop { reason } => {
                    shared.stop_at(delivery, reason);
                    return Outcome::Stopped;
                }
            }
        }
    }

    /// Makes one attempt at a record.
    async fn attempt(
        &self,
        record: &Record,
        history: &History,
        assignment: &Assignment,
        call: &mut Option<ShortCall>,
    ) -> Attempted {
        match self.begin(record, assignment) {
            Begun::Waits(settled) => Attempted::Waits(settled),
            Begun::Ended(outcome) => Attempted::Ended(outcome),
            Begun::Held(cause) => Attempted::Held(cause),
            Begun::Running(attempt) => {
                let process = Process::of(&self.shared.observers, record);
                let mut attempt = process.run(attempt);
                let first = poll_fn(|context| Poll::Ready(Pin::new(&mut attempt).poll(context))).await;
                let returned = match first {
                    Poll::Ready(returned) => Some(returned),
                    Poll::Pending => {
                        let within = within_timeout(attempt, self.shared.handler_timeout(record));
                        Box::pin(assignment.leaving.unless_ended(within)).await
                    }
                };
                returned.map_or(Attempted::Left, |returned| {
                    let returned = self.shared.rejections.apply(returned);
                    self.shared.note_wait(record, history, &returned);
                    *call = process.ended(&self.shared.observers, &returned);
                    let retry = || self.shared.route(record.at.topic).handler.topic().retry;
                    let attempts = Attempts::after(history, record.delivery.attempt);
                    Attempted::Ended(attempt::outcome(returned, retry, self.shared.on_panic, attempts))
                })
            }
            Begun::Panicked(panic) => Attempted::Panicked(panic),
        }
    }

    /// Decodes a record and passes the event to the handler.
    fn begin<'a>(&'a self, record: &'a Record, assignment: &Assignment) -> Begun<'a> {
        let route = self.shared.route(record.at.topic);
        let (delivery, middleware) = (&record.delivery, self.shared.middleware.if_any());
        if let Some(skipped) = self.shared.for_another_group(delivery) {
            return Begun::Ended(skipped);
        }
        if let Some(key) = route.deletion(record) {
            assignment.note_good(delivery);
            return Begun::Running(route.handler.events().begin_deletion(key, delivery, middleware));
        }
        let mut buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        match route.decoder.payload(record.payload.as_deref(), delivery, &mut buffer) {
            Ok(payload) => {
                let (kind, bytes) = (payload.kind, payload.bytes);
                match route.handler.events().begin(kind, bytes, payload.options, delivery, middleware) {
                    Ok(attempt) => {
                        assignment.note_good(delivery);
                        Begun::Running(attempt)
                    }
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

    /// How long the handler of a record may take; unlimited if `None`.
    fn handler_timeout(&self, record: &Record) -> Option<Duration> {
        self.route(record.at.topic).handler_timeout
    }

    /// Stops the consumer at a record, as its handler asks for.
    fn stop_at(&self, delivery: &Delivery, reason: String) {
        self.stop.fail(Error::HandlerStopped {
            topic: delivery.topic.to_owned(),
            partition: delivery.partition,
            offset: delivery.offset,
            key: delivery.displayed_key(),
            attempt: delivery.attempt,
            reason,
        });
    }

    /// The error for a panic outside of the handler.
    fn stopped_at(&self, record: &Record, panic: &str) -> Error {
        self.observers.stopped(format!(
            "handling partition {} offset {} panicked outside of the handler: {panic}; the record is not committed",
            record.delivery.partition, record.delivery.offset
        ))
    }
}
