//! What the open keys of a worker mean for its jobs.

use std::collections::VecDeque;

use tokio::time::Instant;

use super::Worker;
use crate::consumer::open_keys::{Admission, Origin, Promise, Sent};
use crate::consumer::scheduler::batch_queues::{JobBatch, Turn};
use crate::consumer::scheduler::job::{AssignmentId, Job};

impl Worker {
    /// Decides about a job whose turn has come. Returns it with where it comes from and whether it is to follow the record of
    /// its key that is out on retry; `None` if it waits for that one.
    pub(super) fn admit(&mut self, job: Job) -> Option<(Job, Option<Origin>, bool)> {
        let Some(open_keys) = &mut self.open_keys else { return Some((job, None, false)) };
        let Some(origin) = self.context.origin(&job) else { return Some((job, None, false)) };
        match open_keys.admit(&origin) {
            Admission::Handle => Some((job, Some(origin), false)),
            Admission::Follow => Some((job, Some(origin), true)),
            Admission::Wait => {
                let queue = job.queue;
                open_keys.wait(job);
                self.queues.ended(queue);
                None
            }
        }
    }

    /// A job is done: followers that waited for it go on.
    pub(super) fn settle(&mut self, assignment: AssignmentId, origin: Option<Origin>, sent: Option<Sent>) {
        let (Some(open_keys), Some(origin)) = (&mut self.open_keys, origin) else { return };
        let jobs = open_keys.done(assignment, &origin, sent);
        if !jobs.is_empty() {
            self.queues.go_on(origin.queue, jobs);
        }
    }

    /// A job of a batch is done: followers that waited for it go on.
    pub(super) fn settle_batched(
        &mut self,
        assignment: AssignmentId,
        origin: Option<Origin>,
        sent: Option<Sent>,
    ) {
        let (Some(open_keys), Some(origin)) = (&mut self.open_keys, origin) else { return };
        open_keys.done(assignment, &origin, sent);
        if !open_keys.has_lead(origin.source, origin.queue) {
            self.batch_queues.go_on(origin.queue, Instant::now());
        }
    }

    /// Decides about the jobs of a batch whose turn has come. Those that are to follow a record of their key come first. `None`
    /// if all wait for such a record.
    pub(super) fn admit_batch(&mut self, mut batch: JobBatch) -> Option<JobBatch> {
        let Self { open_keys: Some(open_keys), batch_queues, .. } = self else { return Some(batch) };
        let (mut following, mut others) = (VecDeque::new(), VecDeque::new());
        for mut job in batch.jobs {
            let is_to_be_handled = matches!(job.turn, Turn::Handle | Turn::Retry(_));
            match job.past.origin.filter(|_| is_to_be_handled).map(|origin| open_keys.admit(&origin)) {
                None | Some(Admission::Handle) => others.push_back(job),
                Some(Admission::Follow) => {
                    job.turn = Turn::Follow;
                    following.push_back(job);
                }
                Some(Admission::Wait) => batch_queues.wait(batch.queue, job),
            }
        }
        following.append(&mut others);
        batch.jobs = following;
        if batch.jobs.is_empty() {
            batch_queues.ended(batch.queue, Instant::now());
            return None;
        }
        Some(batch)
    }

    /// A record that was to go to a retry topic does not: followers that waited for it go on.
    pub(super) fn withdraw(&mut self, assignment: AssignmentId, promise: &Promise) {
        let Some(open_keys) = &mut self.open_keys else { return };
        let jobs = open_keys.withdraw(assignment, promise);
        if !open_keys.has_lead(promise.source, promise.queue) {
            self.batch_queues.go_on(promise.queue, Instant::now());
        }
        if !jobs.is_empty() {
            self.queues.resume(promise.queue, jobs);
        }
    }
}
