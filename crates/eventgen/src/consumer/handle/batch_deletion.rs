//! Deletions among records that are handled in batches. Each is handled by itself.

use std::collections::VecDeque;

use super::process::{Process, batch_within};
use super::{Assignment, WorkerContext};
use crate::consumer::batch::erased::BatchReturned;
use crate::consumer::scheduler::BatchJob;

impl WorkerContext {
    /// Whether the first record deletes a key.
    pub(super) fn is_deletion(&self, jobs: &VecDeque<BatchJob>) -> bool {
        jobs.front().is_some_and(|first| self.deletes(first))
    }

    /// Whether a record deletes a key, and is for this group.
    pub(super) fn deletes(&self, BatchJob { job, .. }: &BatchJob) -> bool {
        self.shared.route(job.record.at.topic).deletion(&job.record).is_some()
            && self.shared.for_another_group(&job.record.delivery).is_none()
    }

    /// Passes the first record, which deletes a key, to the handler. `None` if its partition leaves this consumer.
    pub(super) async fn delete(
        &self,
        jobs: &VecDeque<BatchJob>,
        assignment: &Assignment,
    ) -> Option<BatchReturned> {
        let BatchJob { job, is_counted, .. } = jobs.front()?;
        let (topic, delivery) = (job.record.at.topic, &job.record.delivery);
        if let (Some(circuit), false) = (&assignment.circuit, *is_counted) {
            circuit.good();
        }
        let key = self.shared.route(topic).deletion(&job.record)?;
        let process = Process::of(&self.shared.observers, &job.record);
        let attempt = self.batch_handler(topic).delete(key, delivery, self.shared.middleware.if_any());
        let attempt = batch_within(process.run(attempt), self.shared.handler_timeout(&job.record));
        let returned = assignment.leaving.unless_ended(attempt).await?;
        let returned = self.shared.rejections.apply_to_batch(returned);
        process.batch_ended(&self.shared.observers, &returned);
        Some(returned)
    }
}
