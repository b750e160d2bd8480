//! The workers, as the polling thread sees them.

use std::sync::Arc;

use bytes::BytesMut;

use crate::consumer::open_keys::FoundKeys;
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::mailbox::{Mailbox, Message, Outbox};
use crate::consumer::scheduler::{AssignmentId, Deferral, Done, Job};
use crate::consumer::topics::TopicPartition;

/// What a worker reports.
pub(crate) enum Report {
    Done(Done),
    Deferral(Deferral),
    /// No job of the assignment runs any more.
    Left(AssignmentId),
}

/// Hands jobs to workers in batches and receives what they report.
pub(crate) struct Workers {
    mailboxes: Vec<Arc<Mailbox>>,
    /// By worker: the jobs that are to be handed over.
    batches: Vec<Vec<Job>>,
    /// By worker: the memory that its records share, so that no other thread touches its reference counts.
    blocks: Vec<BytesMut>,
    /// Empty, for its memory.
    outbox: Outbox,
}

impl Workers {
    /// These workers, at least one.
    pub(crate) fn new(mailboxes: Vec<Arc<Mailbox>>) -> Self {
        let batches = mailboxes.iter().map(|_| Vec::new()).collect();
        let blocks = mailboxes.iter().map(|_| BytesMut::new()).collect();
        Self { mailboxes, batches, blocks, outbox: Outbox::default() }
    }

    pub(crate) fn count(&self) -> usize {
        self.mailboxes.len()
    }

    /// The memory for records of a key.
    pub(crate) fn block(&mut self, queue: QueueId) -> &mut BytesMut {
        let worker = worker_of(queue, self.mailboxes.len());
        &mut self.blocks[worker]
    }

    /// Adds a job to the batch of the worker that its key belongs to.
    pub(crate) fn add(&mut self, job: Job) {
        let worker = worker_of(job.queue, self.mailboxes.len());
        self.batches[worker].push(job);
    }

    /// Hands the batches over.
    pub(crate) fn hand_over(&mut self) {
        for (mailbox, batch) in self.mailboxes.iter().zip(&mut self.batches) {
            if !batch.is_empty() {
                let capacity = batch.len();
                let jobs = std::mem::replace(batch, Vec::with_capacity(capacity));
                mailbox.send(Message::Jobs(jobs));
            }
        }
    }

    /// Sends a message to every worker, after the batches.
    pub(crate) fn tell(&mut self, message: impl Fn() -> Message) {
        self.hand_over();
        for mailbox in &self.mailboxes {
            mailbox.send(message());
        }
    }

    /// Tells every worker which of its keys have records in the retry topics of a partition. `queue_of` is the queue of a key.
    pub(crate) fn open_keys(
        &mut self,
        source: TopicPartition,
        since: AssignmentId,
        keys: FoundKeys,
        queue_of: impl Fn(QueueId) -> QueueId,
    ) {
        self.hand_over();
        let mut by_worker = vec![FoundKeys::new(); self.mailboxes.len()];
        for (queue, written) in keys {
            by_worker[worker_of(queue_of(queue), self.mailboxes.len())].push((queue, written));
        }
        for (mailbox, keys) in self.mailboxes.iter().zip(by_worker) {
            mailbox.send(Message::OpenKeys { source, since, keys });
        }
    }

    /// Sends a message to the worker of a key, after its batch.
    pub(crate) fn tell_owner(&mut self, queue: QueueId, message: Message) {
        self.hand_over();
        self.mailboxes[worker_of(queue, self.mailboxes.len())].send(message);
    }

    /// Passes on what the workers have reported.
    pub(crate) fn collect(&mut self, mut each: impl FnMut(Report)) {
        for mailbox in &self.mailboxes {
            mailbox.take_reports(&mut self.outbox);
            self.outbox.done.drain(..).for_each(|done| each(Report::Done(done)));
            self.outbox.deferrals.drain(..).for_each(|deferral| each(Report::Deferral(deferral)));
            self.outbox.left.drain(..).for_each(|left| each(Report::Left(left)));
        }
    }

    /// The number of jobs that no worker has looked at yet.
    pub(crate) fn backlog(&self) -> usize {
        self.mailboxes.iter().map(|mailbox| mailbox.backlog()).sum()
    }
}

/// The worker of a key: always the same one, so that the key's records stay in order.
fn worker_of(queue: QueueId, workers: usize) -> usize {
    let scaled = (u128::from(queue.hash()) * workers as u128) >> 64;
    usize::try_from(scaled).expect("less than the number of workers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spread_over_all_workers() {
        let mut counts = [0; 3];
        for hash in (0..3_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) {
            counts[worker_of(QueueId::from_hash(hash), 3)] += 1;
        }
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
        assert_eq!(worker_of(QueueId::from_hash(u64::MAX), 3), 2);
    }
}
