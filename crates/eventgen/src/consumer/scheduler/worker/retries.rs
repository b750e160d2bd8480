//! What the open keys of a worker mean for its jobs.

use super::Worker;
use crate::consumer::open_keys::{Admission, Origin, Promise, Sent};
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

    /// A record that was to go to a retry topic does not: followers that waited for it go on.
    pub(super) fn withdraw(&mut self, assignment: AssignmentId, promise: &Promise) {
        let Some(open_keys) = &mut self.open_keys else { return };
        let jobs = open_keys.withdraw(assignment, promise);
        if !jobs.is_empty() {
            self.queues.resume(promise.queue, jobs);
        }
    }
}
