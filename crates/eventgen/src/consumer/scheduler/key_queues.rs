//! Key queues: records of one key wait for each other, records of different keys do not.

use std::collections::{HashMap, VecDeque};

use crate::consumer::dead_letter::Reason;
use crate::consumer::record::{QueueId, Record};
use crate::consumer::scheduler::progress::Round;
use crate::consumer::topics::TopicPartition;

/// A record on its way to the handler or to the dead-letter topic.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) queue: QueueId,
    /// The assignment under which it was fetched.
    pub(crate) epoch: u64,
    /// Distinguishes it from records that were fetched at its offset earlier or later under this assignment.
    pub(crate) round: Round,
    pub(crate) record: Record,
    /// Set once the record is to become a dead letter: only writing it is left.
    pub(crate) dead_letter: Option<Reason>,
    /// How often writing the dead letter has failed.
    pub(crate) failed_letters: u32,
}

/// A job that waits for its next attempt. The number distinguishes it from a later job of the same queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delayed {
    queue: QueueId,
    number: u64,
}

/// All queues of a consumer.
#[derive(Debug, Default)]
pub(crate) struct KeyQueues {
    by_id: HashMap<QueueId, KeyQueue>,
    ready: VecDeque<QueueId>,
    delayed: u64,
}

#[derive(Debug)]
struct KeyQueue {
    at: TopicPartition,
    waiting: VecDeque<Job>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Listed in `ready`.
    Ready,
    /// One job is with a worker.
    Running,
    /// The first job waits for its next attempt.
    Delayed { number: u64 },
}

impl KeyQueues {
    /// Appends a job to its queue.
    pub(crate) fn push(&mut self, job: Job) {
        let id = job.queue;
        let queue = self.by_id.entry(id).or_insert_with(|| {
            self.ready.push_back(id);
            KeyQueue { at: job.record.at, waiting: VecDeque::new(), state: State::Ready }
        });
        queue.waiting.push_back(job);
    }

    /// Takes the first job of the queue that has been ready longest. The queue runs until [`finish`](Self::finish) or
    /// [`delay`](Self::delay).
    pub(crate) fn take(&mut self) -> Option<Job> {
        while let Some(id) = self.ready.pop_front() {
            // A discarded queue may have left its id behind.
            let Some(queue) = self.by_id.get_mut(&id) else { continue };
            if queue.state != State::Ready {
                continue;
            }
            if let Some(job) = queue.waiting.pop_front() {
                queue.state = State::Running;
                return Some(job);
            }
            self.by_id.remove(&id);
        }
        None
    }

    /// Whether [`take`](Self::take) is likely to find a job.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Ends the job that was taken from this queue; the next one may run.
    pub(crate) fn finish(&mut self, id: QueueId) {
        if let Some(queue) = self.by_id.get_mut(&id).filter(|queue| queue.state == State::Running) {
            if queue.waiting.is_empty() {
                self.by_id.remove(&id);
            } else {
                queue.state = State::Ready;
                self.ready.push_back(id);
            }
        }
    }

    /// Puts a job back to the front of its queue. The queue does not run until [`resume`](Self::resume).
    pub(crate) fn delay(&mut self, job: Job) -> Delayed {
        self.delayed += 1;
        let (id, number) = (job.queue, self.delayed);
        if let Some(queue) = self.by_id.get_mut(&id).filter(|queue| queue.state == State::Running) {
            queue.waiting.push_front(job);
            queue.state = State::Delayed { number };
        }
        Delayed { queue: id, number }
    }

    /// Lets a delayed job run again. Returns whether it was still there.
    pub(crate) fn resume(&mut self, delayed: Delayed) -> bool {
        let state = State::Delayed { number: delayed.number };
        let Some(queue) = self.by_id.get_mut(&delayed.queue).filter(|queue| queue.state == state) else {
            return false;
        };
        queue.state = State::Ready;
        self.ready.push_back(delayed.queue);
        true
    }

    /// Removes the waiting jobs at these partitions and offsets. Returns their records.
    pub(crate) fn discard(&mut self, gone: impl Fn(TopicPartition, i64) -> bool) -> Vec<Record> {
        let mut discarded = Vec::new();
        self.by_id.retain(|_, queue| {
            let at = queue.at;
            let (gone, waiting) = std::mem::take(&mut queue.waiting)
                .into_iter()
                .partition::<VecDeque<_>, _>(|job| gone(at, job.record.delivery.offset));
            queue.waiting = waiting;
            discarded.extend(gone.into_iter().map(|job| job.record));
            queue.state == State::Running || !queue.waiting.is_empty()
        });
        discarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::Delivery;
    use crate::{Headers, Ordering};

    fn job(partition: i32, offset: i64, key: &str) -> Job {
        let delivery = Delivery {
            topic: "t",
            partition,
            offset,
            timestamp: None,
            key: Some(key.into()),
            headers: Headers::new(),
            attempt: 1,
        };
        let record = Record { at: TopicPartition { topic: 0, partition }, delivery, payload: None };
        Job {
            queue: record.queue(Ordering::Key),
            epoch: 0,
            round: 0,
            record,
            dead_letter: None,
            failed_letters: 0,
        }
    }

    fn offset(job: Option<&Job>) -> Option<i64> {
        job.map(|job| job.record.delivery.offset)
    }

    #[test]
    fn records_of_a_key_wait_for_each_other() {
        let mut queues = KeyQueues::default();
        queues.push(job(0, 1, "a"));
        queues.push(job(0, 2, "a"));
        queues.push(job(0, 3, "b"));
        let first = queues.take().expect("a job");
        assert_eq!(first.record.delivery.offset, 1);
        assert_eq!(offset(queues.take().as_ref()), Some(3));
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.finish(first.queue);
        assert_eq!(offset(queues.take().as_ref()), Some(2));
    }

    #[test]
    fn a_delayed_record_holds_back_its_key_only() {
        let mut queues = KeyQueues::default();
        queues.push(job(0, 1, "a"));
        queues.push(job(0, 2, "a"));
        queues.push(job(0, 3, "b"));
        let first = queues.take().expect("a job");
        let delayed = queues.delay(first);
        assert_eq!(offset(queues.take().as_ref()), Some(3));
        assert_eq!(offset(queues.take().as_ref()), None);
        assert!(queues.resume(delayed));
        assert!(!queues.resume(delayed));
        assert_eq!(offset(queues.take().as_ref()), Some(1));
    }

    #[test]
    fn discarding_leaves_what_runs() {
        let mut queues = KeyQueues::default();
        queues.push(job(0, 1, "a"));
        queues.push(job(0, 2, "a"));
        queues.push(job(1, 3, "b"));
        let running = queues.take().expect("a job");
        queues.discard(|at, _| at.partition == 0);
        assert_eq!(offset(queues.take().as_ref()), Some(3));
        queues.finish(running.queue);
        assert_eq!(offset(queues.take().as_ref()), None);
        assert!(queues.by_id.len() == 1, "only the queue that still runs is left");
    }

    #[test]
    fn a_queue_made_anew_is_not_resumed_by_its_predecessor() {
        let mut queues = KeyQueues::default();
        queues.push(job(0, 1, "a"));
        let first = queues.take().expect("a job");
        let stale = queues.delay(first);
        queues.discard(|_, _| true);
        queues.push(job(0, 1, "a"));
        let again = queues.take().expect("a job");
        let fresh = queues.delay(again);
        assert!(!queues.resume(stale));
        assert!(queues.resume(fresh));
    }
}
