//! The workers. Each takes one job after another from the scheduler and reports it as done, delayed or failed, even if
//! handling it panics.

pub(crate) mod attempt;

use std::sync::Arc;
use std::time::Duration;

use crate::Error;
use crate::consumer::Disposition;
use crate::consumer::dead_letter::{DeadLetters, Reason};
use crate::consumer::decode::{DecodeBuffer, DecodeFailure, Decoder, Payload};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic;
use crate::consumer::scheduler::{Delay, Job, Scheduler};
use crate::consumer::subscription::ErasedHandler;
use crate::observe::ConsumerEvent;
use attempt::AttemptOutcome;

/// The pause before the second attempt to write a dead letter, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The state that all workers of a consumer share.
pub(crate) struct WorkerContext {
    pub(crate) scheduler: Arc<Scheduler>,
    /// By the index of the topic.
    pub(crate) routes: Vec<Route>,
    pub(crate) observers: Arc<Observers>,
}

/// How the records of one topic are handled.
pub(crate) struct Route {
    pub(crate) handler: Box<dyn ErasedHandler>,
    pub(crate) decoder: Decoder,
    pub(crate) dead_letters: Option<DeadLetters>,
}

/// The outcome of one step of a job.
enum Next {
    Done,
    /// The job is delayed. Its key waits with it; the worker continues with another key.
    Delay(Delay),
    /// The consumer stops.
    Stop(Error),
}

impl WorkerContext {
    /// Works until the scheduler is closed.
    pub(crate) async fn work(self: Arc<Self>) {
        let mut buffer = DecodeBuffer::default();
        while let Some(mut job) = self.scheduler.next().await {
            // A job that is lost to a panic would stall its partition.
            let next = match catch_panic(self.step(&mut job, &mut buffer)).await {
                Ok(next) => next,
                Err(panic) => Next::Stop(self.stopped_at(&job, &panic)),
            };
            match next {
                Next::Done => self.scheduler.done(&job),
                Next::Delay(delay) => self.scheduler.delay(job, delay),
                Next::Stop(error) => self.scheduler.fail(&job, error),
            }
        }
    }

    async fn step(&self, job: &mut Job, buffer: &mut DecodeBuffer) -> Next {
        if job.dead_letter.is_some() {
            return self.write_dead_letter(job).await;
        }
        let (delivery, route) = (&job.record.delivery, &self.routes[job.record.at.topic]);
        let outcome = match route.decoder.payload(job.record.payload.as_deref(), delivery, buffer) {
            Ok(Payload { kind, bytes, options }) => {
                route.handler.attempt(kind, bytes, options, delivery).await
            }
            Err(DecodeFailure::Poison(error)) => AttemptOutcome::DeadLetter(Reason::poison(&error)),
            Err(DecodeFailure::Pending(settled)) => return Next::Delay(Delay::UntilRaised(settled)),
            Err(DecodeFailure::Panicked(panic)) => return Next::Stop(self.stopped_at(job, &panic)),
        };
        match outcome {
            AttemptOutcome::Handled => {
                self.observers.notify(&ConsumerEvent::Handled { delivery });
                Next::Done
            }
            AttemptOutcome::Retry { after, cause } => {
                self.observers.notify(&ConsumerEvent::Retried { delivery, after, cause: &cause });
                job.record.delivery.attempt += 1;
                Next::Delay(Delay::For(after))
            }
            AttemptOutcome::DeadLetter(reason) => {
                job.dead_letter = Some(reason);
                self.write_dead_letter(job).await
            }
            AttemptOutcome::Stop { reason } => Next::Stop(Error::HandlerStopped {
                topic: delivery.topic.to_owned(),
                partition: delivery.partition,
                offset: delivery.offset,
                reason,
            }),
        }
    }

    /// Writes the dead letter of a job. The job is done only when the letter is acknowledged; until then it is delayed.
    async fn write_dead_letter(&self, job: &mut Job) -> Next {
        let (delivery, Some(reason)) = (&job.record.delivery, &job.dead_letter) else { return Next::Done };
        let Some(dead_letters) = &self.routes[job.record.at.topic].dead_letters else {
            return Next::Stop(Error::NoDeadLetter {
                topic: delivery.topic.to_owned(),
                partition: delivery.partition,
                offset: delivery.offset,
                reason: reason.message.clone(),
            });
        };
        let attempts = if reason.disposition == Disposition::Poison { 0 } else { delivery.attempt };
        match dead_letters.write(&job.record, attempts, reason).await {
            Ok(omitted) => {
                let omitted = omitted.as_str();
                self.observers.notify(&ConsumerEvent::DeadLettered { delivery, attempts, reason, omitted });
                Next::Done
            }
            Err(error) => {
                let pause = FIRST_PAUSE.saturating_mul(1 << job.failed_letters.min(5)).min(LONGEST_PAUSE);
                job.failed_letters += 1;
                let cause = format!("{error}; the record becomes a dead letter because: {}", reason.message);
                self.observers.notify(&ConsumerEvent::Held { delivery, after: pause, cause: &cause });
                Next::Delay(Delay::For(pause))
            }
        }
    }

    /// The error for a panic outside of the handler.
    fn stopped_at(&self, job: &Job, panic: &str) -> Error {
        let delivery = &job.record.delivery;
        self.observers.stopped(format!(
            "handling partition {} offset {} panicked outside of the handler: {panic}; the record is not committed",
            delivery.partition, delivery.offset
        ))
    }
}
