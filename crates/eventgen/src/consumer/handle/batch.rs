//! Handles batches.
//!
//! [`handle_batch`] is one turn of a partition: one call of the handler, or what happens to one record that is not passed to
//! it. Its worker begins the next turn with the rest, so that finished records are committed while others wait.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::attempt::{self, AttemptOutcome, Attempts, Returned};
use super::batch_ended::BatchEnded;
use super::process::{Process, batch_within};
use super::{Assignment, Begun, Outcome, WorkerContext};
use crate::consumer::OnPanic;
use crate::consumer::batch::erased::{BatchReturned, Collect, ErasedBatchHandler};
use crate::consumer::dead_letter::Reason;
use crate::consumer::decode::{DecodeFailure, Settled};
use crate::consumer::health::HoldReason;
use crate::consumer::panics::catch_panic;
use crate::consumer::scheduler::{BatchDone, BatchJob, JobBatch, Turn};
use crate::consumer::subscription::Subscription;
use crate::consumer::topics::TopicIndex;
use crate::observe::ConsumerEvent;

/// Records that are decoded.
struct Decoded<'a> {
    events: Box<dyn Collect<'a> + 'a>,
    /// From the first record on: `None` for an event, or the outcome for a record that is skipped.
    outcomes: Vec<Option<AttemptOutcome>>,
    /// What happens to the record behind these, which is neither.
    next: Option<Begun<'static>>,
}

/// Takes one turn of a partition.
pub(crate) async fn handle_batch(
    worker: Arc<WorkerContext>,
    batch: JobBatch,
    assignment: Arc<Assignment>,
    permit: OwnedSemaphorePermit,
) -> BatchEnded {
    let JobBatch { assignment: id, queue, jobs: mut rest } = batch;
    let (mut done, mut permit) = (Vec::new(), Some(permit));
    let first = rest.front().map(|first| (first.job.record.at.partition, first.job.record.delivery.offset));
    // Jobs that are lost to a panic would stall their partition.
    let turn = catch_panic(worker.turn(&mut rest, &mut done, &assignment, &mut permit)).await;
    let outcome = turn.unwrap_or_else(|panic| {
        let (partition, offset) = first.unwrap_or_default();
        worker.shared.stop.fail(worker.shared.observers.stopped(format!(
            "handling a batch of partition {partition} from offset {offset} on panicked outside of the handler: {panic}; \
             its records are not committed"
        )));
        Outcome::Stopped
    });
    BatchEnded { assignment: id, queue, outcome, done, rest, permit }
}

impl WorkerContext {
    /// Takes the turn of the first job, together with later ones if it is passed to the handler.
    async fn turn(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        done: &mut Vec<BatchDone>,
        assignment: &Assignment,
        permit: &mut Option<OwnedSemaphorePermit>,
    ) -> Outcome {
        let shared = &*self.shared;
        for job in jobs.iter_mut() {
            job.delayed = None;
            shared.open_outputs(&mut job.job.record);
        }
        let Some(BatchJob { job, turn, .. }) = jobs.front_mut() else { return Outcome::Done };
        match turn {
            Turn::DeadLetter(_) | Turn::Later { .. } => {
                *permit = None;
                return self.write_alone(jobs, done, assignment).await;
            }
            Turn::Follow => {
                *permit = None;
                return self.write_followers(jobs, done, assignment).await;
            }
            Turn::Hold(cause) => {
                *permit = None;
                return shared.hold(&mut job.record, std::mem::take(cause), &assignment.leaving).await;
            }
            Turn::Handle | Turn::Retry(_) => {}
        }
        if self.is_deletion(jobs) {
            return match self.delete(jobs, assignment).await {
                Some(returned) => self.settle(jobs, vec![None], returned, done),
                None => Outcome::Left,
            };
        }
        let Decoded { events, outcomes, next } = self.decode(jobs, assignment);
        if outcomes.is_empty() {
            drop(events);
            return match next {
                Some(Begun::Waits(settled)) => self.wait_for_schema(jobs, settled, assignment, permit).await,
                Some(next) => self.begin_alone(jobs, next, done),
                None => Outcome::Done,
            };
        }
        let returned = if outcomes.iter().any(Option::is_none) {
            let limit = jobs.front().and_then(|first| shared.handler_timeout(&first.job.record));
            let batch = jobs.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_none());
            let process = Process::of_batch(&shared.observers, batch.map(|(job, _)| &job.job.record));
            let handling = batch_within(process.run(events.handle(shared.middleware.if_any())), limit);
            match assignment.leaving.unless_ended(handling).await {
                Some(returned) => {
                    let returned = shared.rejections.apply_to_batch(returned);
                    process.batch_ended(&shared.observers, &returned);
                    returned
                }
                None => return Outcome::Left,
            }
        } else {
            drop(events);
            Ok(Ok(()))
        };
        self.settle(jobs, outcomes, returned, done)
    }

    pub(super) fn batch_handler(&self, topic: TopicIndex) -> &dyn ErasedBatchHandler {
        match &self.shared.route(topic).handler {
            Subscription::Batches(handler, _) => &**handler,
            Subscription::Events(_) => unreachable!("the workers keep the records of batches apart"),
        }
    }

    /// Decodes records up to the first one that is neither passed to the handler nor skipped. What is behind that one waits
    /// for it, so that nothing overtakes a record of its key, and dead letters keep their order.
    fn decode<'a>(&'a self, jobs: &'a VecDeque<BatchJob>, assignment: &Assignment) -> Decoded<'a> {
        let topic = jobs.front().map_or(0, |first| first.job.record.at.topic);
        let events = self.batch_handler(topic).collect();
        let mut decoded = Decoded { events, outcomes: Vec::new(), next: None };
        for job in jobs {
            if self.deletes(job) {
                break;
            }
            match self.decode_one(&mut *decoded.events, job) {
                Ok(()) => {
                    if let (Some(circuit), false) = (&assignment.circuit, job.is_counted) {
                        circuit.good();
                    }
                    decoded.outcomes.push(None);
                }
                Err(Begun::Ended(skipped @ AttemptOutcome::Skipped { .. })) => {
                    decoded.outcomes.push(Some(skipped));
                }
                Err(next) => {
                    decoded.next = Some(next);
                    break;
                }
            }
        }
        decoded
    }

    fn decode_one<'a>(&self, events: &mut dyn Collect<'a>, job: &'a BatchJob) -> Result<(), Begun<'static>> {
        let record = &job.job.record;
        if let Some(skipped) = self.shared.for_another_group(&record.delivery) {
            return Err(Begun::Ended(skipped));
        }
        let route = self.shared.route(record.at.topic);
        let mut buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        match route.decoder.payload(record.payload.as_deref(), &record.delivery, &mut buffer) {
            Ok(payload) => events
                .push(payload.kind, payload.bytes, payload.options, &record.delivery)
                .map_err(Begun::Ended),
            Err(DecodeFailure::Poison(error)) if error.is_unknown_event() => {
                Err(self.shared.unknown_event(&error))
            }
            Err(DecodeFailure::Poison(error)) => {
                Err(Begun::Ended(AttemptOutcome::DeadLetter(Reason::poison(&error))))
            }
            Err(DecodeFailure::Pending(settled)) => Err(Begun::Waits(settled)),
            Err(DecodeFailure::Panicked(panic)) => Err(Begun::Panicked(panic)),
        }
    }

    /// Waits for the schema of the first record.
    async fn wait_for_schema(
        &self,
        jobs: &VecDeque<BatchJob>,
        settled: Settled,
        assignment: &Assignment,
        permit: &mut Option<OwnedSemaphorePermit>,
    ) -> Outcome {
        let Some(at) = jobs.front().map(|first| first.job.record.at) else { return Outcome::Done };
        *permit = None;
        let _held = self.shared.holds.hold(at, HoldReason::Registry, "a schema is looked up");
        let settled = assignment.leaving.unless_draining(settled.wait()).await;
        if settled.is_some() { Outcome::Done } else { Outcome::Left }
    }

    /// Decides about the first record, which is not passed to the handler.
    fn begin_alone(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        next: Begun<'static>,
        done: &mut Vec<BatchDone>,
    ) -> Outcome {
        let Some(mut first) = jobs.pop_front() else { return Outcome::Done };
        match next {
            Begun::Ended(outcome) => {
                let (first, outcome) = self.conclude(first, outcome, done);
                if let Some(first) = first {
                    jobs.push_front(first);
                }
                outcome
            }
            Begun::Held(cause) => {
                first.turn = Turn::Hold(cause);
                jobs.push_front(first);
                Outcome::Done
            }
            Begun::Panicked(panic) => {
                self.shared.stop.fail(self.shared.stopped_at(&first.job.record, &panic));
                Outcome::Stopped
            }
            Begun::Waits(_) | Begun::Running(_) => unreachable!("it is not passed to the handler"),
        }
    }

    /// Applies what the handler returned for the records that were decoded.
    fn settle(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        outcomes: Vec<Option<AttemptOutcome>>,
        returned: BatchReturned,
        done: &mut Vec<BatchDone>,
    ) -> Outcome {
        let events: Vec<usize> = (0..outcomes.len()).filter(|&at| outcomes[at].is_none()).collect();
        let cause = match &returned {
            Ok(Err(error)) => Some(error.to_string()),
            _ => None,
        };
        for &at in &events {
            if self.shared.stops_for_outputs(&jobs[at].job.record, cause.as_deref()) {
                return Outcome::Stopped;
            }
            jobs[at].is_counted = true;
        }
        let (index, returned) = match returned {
            Ok(Ok(())) => (None, Ok(Ok(()))),
            Ok(Err(error)) => {
                let (index, error) = error.into_parts();
                (index, Ok(Err(error)))
            }
            Err(panic) => (None, Err(panic)),
        };
        // Of one event, the index is known.
        let index = if events.len() == 1 { Some(0) } else { index };
        let is_handled = matches!(returned, Ok(Ok(())));
        let failed = index.and_then(|index| events.get(index)).copied();
        let finished = match (is_handled, failed, events.first()) {
            (false, Some(failed), _) => failed,
            (false, None, Some(&first)) => first,
            _ => outcomes.len(),
        };
        // The handler may have passed over the error of an output.
        let mut unwritten = Vec::new();
        for outcome in outcomes.into_iter().take(finished) {
            let Some(job) = jobs.pop_front() else { break };
            unwritten.extend(self.conclude(job, outcome.unwrap_or(AttemptOutcome::Handled), done).0);
        }
        let mut outcome = Outcome::Done;
        if !is_handled && failed.is_some() {
            if let Some(job) = jobs.pop_front() {
                let failure = self.outcome(&job, returned);
                let (job, concluded) = self.conclude(job, failure, done);
                outcome = concluded;
                unwritten.extend(job);
            }
        } else if !is_handled {
            outcome = self.all_failed(jobs, events.iter().map(|at| at - finished), returned);
        }
        for job in unwritten.into_iter().rev() {
            jobs.push_front(job);
        }
        outcome
    }

    /// Applies an error of a whole batch to its events, which are at these places.
    fn all_failed(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        events: impl Iterator<Item = usize> + Clone,
        returned: Returned,
    ) -> Outcome {
        let (panicked, Some(first)) = (returned.is_err(), jobs.front()) else { return Outcome::Done };
        let (pause, cause) = match self.outcome(first, returned) {
            AttemptOutcome::Retry { after, cause } => {
                // All of them together would fail again: each is handled alone.
                let is_too_large = |at: usize| jobs[at].job.record.delivery.outputs.is_too_large(&cause);
                ((!events.clone().any(is_too_large)).then_some(after), cause)
            }
            AttemptOutcome::Stop { reason } => {
                self.shared.stop_at(&first.job.record.delivery, reason);
                return Outcome::Stopped;
            }
            // What `on_panic` asks for: no event is handled a second time.
            AttemptOutcome::DeadLetter(reason) if panicked && self.shared.on_panic != OnPanic::Retry => {
                for at in events {
                    jobs[at].turn = Turn::DeadLetter(reason.clone());
                }
                return Outcome::Done;
            }
            AttemptOutcome::DeadLetter(reason) | AttemptOutcome::Later { reason, .. } => {
                (None, reason.message)
            }
            AttemptOutcome::Skipped { cause, .. } => (None, cause),
            AttemptOutcome::Handled => return Outcome::Done,
        };
        for at in events {
            let BatchJob { job, alone_after, delayed, .. } = &mut jobs[at];
            *delayed = pause.map(|_| self.shared.delays.begin(job.record.at));
            let delivery = &mut job.record.delivery;
            let after = pause.unwrap_or_default();
            self.shared.observers.notify(&ConsumerEvent::Retried { delivery, after, cause: &cause });
            if pause.is_none() {
                *alone_after = Some(delivery.attempt);
            }
            delivery.attempt += 1;
        }
        if let (Some(pause), Some(first)) = (pause, jobs.front_mut()) {
            first.turn = Turn::Retry(Instant::now() + pause);
        }
        Outcome::Done
    }

    /// The outcome of an attempt at a record.
    fn outcome(&self, job: &BatchJob, returned: Returned) -> AttemptOutcome {
        let record = &job.job.record;
        self.shared.note_wait(record, &job.past.history, &returned);
        let retry = || self.shared.route(record.at.topic).handler.topic().retry;
        let attempts = Attempts::after(&job.past.history, record.delivery.attempt);
        let attempts = job.alone_after.map_or(attempts, |before| attempts.since(before));
        attempt::outcome(returned, retry, self.shared.on_panic, attempts)
    }

    /// Applies the outcome of a record. Returns the record if it has another turn.
    fn conclude(
        &self,
        mut job: BatchJob,
        mut outcome: AttemptOutcome,
        done: &mut Vec<BatchDone>,
    ) -> (Option<BatchJob>, Outcome) {
        let observers = &self.shared.observers;
        if !self.shared.end_outputs(&mut job.job.record, &mut outcome) {
            return (None, Outcome::Stopped);
        }
        let delivery = &mut job.job.record.delivery;
        match outcome {
            AttemptOutcome::Handled => observers.notify(&ConsumerEvent::Handled { delivery }),
            AttemptOutcome::Skipped { attempts, cause } => {
                observers.notify(&ConsumerEvent::Skipped { delivery, attempts, cause: &cause });
            }
            AttemptOutcome::Retry { after, cause } => {
                observers.notify(&ConsumerEvent::Retried { delivery, after, cause: &cause });
                delivery.attempt += 1;
                job.delayed = Some(self.shared.delays.begin(job.job.record.at));
                job.turn = Turn::Retry(Instant::now() + after);
                return (Some(job), Outcome::Done);
            }
            AttemptOutcome::Later { tier, reason } => {
                job.turn = Turn::Later { tier, reason };
                return (Some(job), Outcome::Done);
            }
            AttemptOutcome::DeadLetter(reason) => {
                job.turn = Turn::DeadLetter(reason);
                return (Some(job), Outcome::Done);
            }
            AttemptOutcome::Stop { reason } => {
                self.shared.stop_at(delivery, reason);
                return (None, Outcome::Stopped);
            }
        }
        done.push(job.done(None));
        (None, Outcome::Done)
    }
}
