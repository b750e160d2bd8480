//! The batches of a worker.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;

use super::running::RunningBatch;
use super::{BURST, Worker};
use crate::consumer::handle::{BatchEnded, Outcome, handle_batch};
use crate::consumer::scheduler::batch_queues::BatchDone;
use crate::consumer::scheduler::job::Job;

impl Worker {
    /// Moves jobs to the batch queues, if their topics are handled in batches. Returns the others.
    pub(super) fn take_batched(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let Self { context, batch_queues, .. } = self;
        let mut single = Vec::new();
        let batched =
            jobs.into_iter().filter_map(|mut job| match context.batch_options(job.record.at.topic) {
                Some(options) => {
                    let past = context.past(&mut job);
                    Some((job, past, options))
                }
                None => {
                    single.push(job);
                    None
                }
            });
        batch_queues.add(batched, Instant::now());
        single
    }

    /// Begins jobs and batches, in turns if there are not enough permits for both. Returns how many jobs began.
    pub(super) fn begin_all(&mut self, context: &mut Context<'_>) -> usize {
        let (batched, single);
        if self.batches_first {
            batched = self.begin_batches(context);
            single = self.begin_jobs(context);
        } else {
            single = self.begin_jobs(context);
            batched = self.begin_batches(context);
        }
        self.batches_first = batched == 0;
        batched + single
    }

    /// Begins batches while there are permits. Returns how many jobs they have.
    fn begin_batches(&mut self, context: &mut Context<'_>) -> usize {
        let now = Instant::now();
        self.batch_queues.wake(now);
        let mut begun = 0;
        while begun < BURST && !self.context.is_halted() && self.batch_queues.has_ready() {
            let Some(permit) = self.take_permit(context) else { break };
            let Some(batch) = self.batch_queues.take(now) else {
                self.permit = Some(permit);
                break;
            };
            begun += batch.jobs.len();
            let Some(batch) = self.admit_batch(batch) else {
                self.permit = Some(permit);
                continue;
            };
            let assigned = self.assigned(batch.assignment);
            assigned.running += 1;
            let shared = Arc::clone(&assigned.shared);
            let mut future: RunningBatch =
                Box::pin(handle_batch(Arc::clone(&self.context), batch, shared, permit));
            match future.as_mut().poll(context) {
                Poll::Ready(ended) => self.batch_ended(ended),
                Poll::Pending => self.running_batches.push(future),
            }
        }
        begun
    }

    /// Accounts for a batch that has ended.
    pub(super) fn batch_ended(&mut self, ended: BatchEnded) {
        let BatchEnded { assignment, queue, outcome, done, rest, permit } = ended;
        for BatchDone { done, origin, sent } in done {
            self.done.push(done);
            self.settle_batched(assignment, origin, sent);
        }
        let now = Instant::now();
        match outcome {
            Outcome::Done if self.assigned(assignment).is_draining => self.batch_queues.ended(queue, now),
            Outcome::Done => self.batch_queues.goes_on(queue, rest, now),
            Outcome::Left => self.batch_queues.ended(queue, now),
            // The next records of the partition must not overtake these.
            Outcome::Stopped => {}
        }
        if self.permit.is_none() {
            self.permit = permit;
        }
        self.assigned(assignment).running -= 1;
        self.leave_if_ended(assignment);
    }
}
