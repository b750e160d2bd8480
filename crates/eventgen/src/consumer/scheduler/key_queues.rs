//! Key queues: records with equal keys wait for each other, records with different keys do not.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use super::delay_index::{DelayIndex, SignalId, Wait};
use crate::consumer::dead_letter::Reason;
use crate::consumer::record::{QueueId, Record};
use crate::consumer::scheduler::progress::Round;
use crate::consumer::topics::TopicPartition;

/// A record that is to be handled, or to be written to the dead-letter topic.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) queue: QueueId,
    /// The epoch of the assignment under which the record was fetched.
    pub(crate) epoch: u64,
    /// Distinguishes the record from others that were fetched at its offset under this assignment.
    pub(crate) round: Round,
    pub(crate) record: Record,
    /// Set if the record becomes a dead letter: only writing the letter is left.
    pub(crate) dead_letter: Option<Reason>,
    /// How often writing the dead letter has failed.
    pub(crate) failed_letters: u32,
}

/// All queues of a consumer.
#[derive(Debug, Default)]
pub(crate) struct KeyQueues {
    by_id: HashMap<QueueId, KeyQueue>,
    ready: VecDeque<QueueId>,
    delayed: DelayIndex,
}

#[derive(Debug)]
struct KeyQueue {
    waiting: VecDeque<Job>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Listed in `ready`.
    Ready,
    /// One job is with a worker.
    Running,
    /// The first job waits for its next attempt. Listed in `delayed`.
    Delayed(Wait),
}

impl KeyQueues {
    /// Appends a job to its queue.
    pub(crate) fn push(&mut self, job: Job) {
        let id = job.queue;
        let queue = self.by_id.entry(id).or_insert_with(|| {
            self.ready.push_back(id);
            KeyQueue { waiting: VecDeque::new(), state: State::Ready }
        });
        queue.waiting.push_back(job);
    }

    /// Takes the first job of the queue that has been ready longest. The queue runs until [`finish`](Self::finish) or
    /// [`delay`](Self::delay).
    pub(crate) fn take(&mut self) -> Option<Job> {
        while let Some(id) = self.ready.pop_front() {
            // The queue may have been discarded since it became ready.
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
        if let Some(queue) = self.running(id) {
            if queue.waiting.is_empty() {
                self.by_id.remove(&id);
            } else {
                queue.state = State::Ready;
                self.ready.push_back(id);
            }
        }
    }

    /// Puts a job back at the front of its queue. The queue does not run until what it waits for has happened.
    pub(super) fn delay(&mut self, job: Job, wait: Wait) {
        let id = job.queue;
        if let Some(queue) = self.running(id) {
            queue.waiting.push_front(job);
            queue.state = State::Delayed(wait);
            if !self.delayed.insert(id, wait) {
                self.resume(id);
            }
        }
    }

    /// When the first delayed job is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.delayed.next_due()
    }

    /// Lets the jobs that are due run again, in the order in which they became due.
    pub(crate) fn resume_due(&mut self, now: Instant) {
        while let Some(id) = self.delayed.take_due(now) {
            self.resume(id);
        }
    }

    /// Opens a signal, which jobs can wait for until it is [raised](Self::raise).
    pub(crate) fn open_signal(&mut self) -> SignalId {
        self.delayed.open_signal()
    }

    /// Lets the jobs that wait for a signal run again.
    pub(crate) fn raise(&mut self, signal: SignalId) {
        for id in self.delayed.take_raised(signal) {
            self.resume(id);
        }
    }

    /// Lets a queue run again that has been removed from `delayed`.
    fn resume(&mut self, id: QueueId) {
        if let Some(queue) = self.by_id.get_mut(&id) {
            queue.state = State::Ready;
            self.ready.push_back(id);
        }
    }

    fn running(&mut self, id: QueueId) -> Option<&mut KeyQueue> {
        self.by_id.get_mut(&id).filter(|queue| queue.state == State::Running)
    }

    /// How many queues there are, and how many of them are delayed.
    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.by_id.len(), self.delayed.len())
    }

    /// Removes the waiting jobs at these partitions and offsets. Returns their records.
    pub(crate) fn discard(&mut self, gone: impl Fn(TopicPartition, i64) -> bool) -> Vec<Record> {
        let mut discarded = Vec::new();
        self.by_id.retain(|&id, queue| {
            let (gone, waiting) = std::mem::take(&mut queue.waiting)
                .into_iter()
                .partition::<VecDeque<_>, _>(|job| gone(job.record.at, job.record.delivery.offset));
            queue.waiting = waiting;
            discarded.extend(gone.into_iter().map(|job| job.record));
            if queue.state == State::Running || !queue.waiting.is_empty() {
                return true;
            }
            if let State::Delayed(wait) = queue.state {
                self.delayed.remove(id, wait);
            }
            false
        });
        discarded
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
        let now = Instant::now();
        let due = now + Duration::from_millis(1);
        queues.delay(first, Wait::Due(due));
        assert_eq!(offset(queues.take().as_ref()), Some(3));
        queues.resume_due(now);
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.resume_due(due);
        queues.resume_due(due);
        assert_eq!(offset(queues.take().as_ref()), Some(1));
        assert_eq!(offset(queues.take().as_ref()), None);
    }

    #[test]
    fn discarding_keeps_running_jobs() {
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
    fn a_discarded_queue_leaves_no_delay_behind_for_a_new_one_of_its_key() {
        let mut queues = KeyQueues::default();
        let (sooner, later) = (Instant::now(), Instant::now() + Duration::from_secs(60));
        let signal = queues.open_signal();
        for wait in [Wait::Due(sooner), Wait::Raised(signal)] {
            queues.push(job(0, 1, "a"));
            let first = queues.take().expect("a job");
            queues.delay(first, wait);
            assert_eq!(queues.counts(), (1, 1));
            queues.discard(|_, _| true);
            assert_eq!(queues.counts(), (0, 0));
        }
        queues.push(job(0, 1, "a"));
        let again = queues.take().expect("a job");
        queues.delay(again, Wait::Due(later));
        queues.resume_due(sooner);
        queues.raise(signal);
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.resume_due(later);
        assert_eq!(offset(queues.take().as_ref()), Some(1));
    }

    #[test]
    fn delayed_jobs_resume_in_the_order_in_which_they_become_due() {
        let mut queues = KeyQueues::default();
        let start = Instant::now();
        for (offset, pause) in [(0, 30), (1, 10), (2, 20), (3, 10)] {
            queues.push(job(0, offset, &offset.to_string()));
            let taken = queues.take().expect("a job");
            queues.delay(taken, Wait::Due(start + Duration::from_millis(pause)));
        }
        assert_eq!(queues.next_due(), Some(start + Duration::from_millis(10)));
        queues.resume_due(start + Duration::from_millis(20));
        let mut resumed: Vec<i64> = std::iter::from_fn(|| offset(queues.take().as_ref())).collect();
        assert_eq!(resumed.pop(), Some(2));
        resumed.sort_unstable();
        assert_eq!(resumed, [1, 3], "due at the same time");
        assert_eq!(queues.next_due(), Some(start + Duration::from_millis(30)));
    }

    #[test]
    fn a_job_that_waits_for_a_raised_signal_is_ready_at_once() {
        let mut queues = KeyQueues::default();
        let signal = queues.open_signal();
        queues.push(job(0, 1, "a"));
        let first = queues.take().expect("a job");
        queues.delay(first, Wait::Raised(signal));
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.raise(signal);
        let first = queues.take().expect("a job");
        queues.delay(first, Wait::Raised(signal));
        assert_eq!(offset(queues.take().as_ref()), Some(1));
    }
}
