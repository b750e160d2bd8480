//! Key queues of one worker: records with equal keys wait for each other, records with different keys do not.
//!
//! A queue exists only while a job of it runs that did not end at its first poll, so that handlers that return at once cost
//! no look-up.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use super::job::{AssignmentId, Deferral, DeferralChange, Job, Ticket};
use crate::consumer::record::QueueId;

/// The jobs of one worker that have not begun.
#[derive(Debug, Default)]
pub(super) struct KeyQueues {
    /// In the order of arrival, in the batches in which they came.
    arrived: VecDeque<std::vec::IntoIter<Job>>,
    /// The number of jobs in `arrived`.
    not_looked_at: usize,
    /// The queues that are running, or ready to run again.
    by_id: HashMap<QueueId, KeyQueue, QueueIds>,
    /// The queues whose running job has ended and that have another.
    ready: VecDeque<QueueId>,
    /// The queues of which jobs were dropped, until those that are left have ended.
    deferred: HashMap<QueueId, AssignmentId>,
    /// What is to be reported of them.
    deferrals: Vec<Deferral>,
}

#[derive(Debug, Default)]
struct KeyQueue {
    is_running: bool,
    waiting: VecDeque<Job>,
}

impl KeyQueues {
    /// Adds jobs in the order of their offsets.
    pub(super) fn add(&mut self, jobs: Vec<Job>) {
        self.not_looked_at += jobs.len();
        self.arrived.push_back(jobs.into_iter());
    }

    fn next_arrived(&mut self) -> Option<Job> {
        loop {
            if let Some(job) = self.arrived.front_mut()?.next() {
                self.not_looked_at -= 1;
                return Some(job);
            }
            self.arrived.pop_front();
        }
    }

    /// Takes the next job whose key is not running. It runs until [`ended`](Self::ended). Call [`began`](Self::began) if it
    /// does not end at once.
    pub(super) fn take(&mut self) -> Option<Job> {
        while let Some(id) = self.ready.pop_front() {
            // The queue may have been removed since it became ready.
            let Some(queue) = self.by_id.get_mut(&id).filter(|queue| !queue.is_running) else { continue };
            if let Some(job) = queue.waiting.pop_front() {
                queue.is_running = true;
                return Some(job);
            }
            self.remove_queue(id);
        }
        while let Some(mut job) = self.next_arrived() {
            if self.by_id.is_empty() {
                return Some(job);
            }
            match self.by_id.get_mut(&job.queue) {
                Some(queue) => {
                    job.record.detach();
                    queue.waiting.push_back(job);
                }
                None => return Some(job),
            }
        }
        None
    }

    /// The number of jobs that were not looked at yet.
    pub(super) fn not_looked_at(&self) -> usize {
        self.not_looked_at
    }

    /// Whether [`take`](Self::take) is likely to find a job.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty() || self.not_looked_at > 0
    }

    /// The job that was taken from this queue runs on: later ones wait.
    pub(super) fn began(&mut self, id: QueueId) {
        self.by_id.entry(id).or_default().is_running = true;
    }

    /// The job that was taken from this queue has ended: the next one may run.
    pub(super) fn ended(&mut self, id: QueueId) {
        if self.by_id.is_empty() {
            return;
        }
        if let Some(queue) = self.by_id.get_mut(&id) {
            queue.is_running = false;
            if queue.waiting.is_empty() {
                self.remove_queue(id);
            } else {
                self.ready.push_back(id);
            }
        }
    }

    /// Jobs of a queue whose running job is about to end go on, before those that have arrived since.
    pub(super) fn go_on(&mut self, id: QueueId, jobs: VecDeque<Job>) {
        let queue = self.by_id.entry(id).or_default();
        jobs.into_iter().rev().for_each(|job| queue.waiting.push_front(job));
    }

    /// The same, also if no job of the queue runs.
    pub(super) fn resume(&mut self, id: QueueId, jobs: VecDeque<Job>) {
        let is_idle = self.by_id.get(&id).is_none_or(|queue| !queue.is_running && queue.waiting.is_empty());
        self.go_on(id, jobs);
        if is_idle {
            self.ready.push_back(id);
        }
    }

    fn remove_queue(&mut self, id: QueueId) {
        self.by_id.remove(&id);
        if let Some(assignment) = self.deferred.remove(&id) {
            self.deferrals.push(Deferral { assignment, queue: id, change: DeferralChange::CaughtUp });
        }
    }

    /// Drops the jobs of a queue from a ticket on, because too many wait. They are fetched again once the others have ended.
    pub(super) fn defer(&mut self, assignment: AssignmentId, id: QueueId, from: Ticket) {
        // Its jobs that were not looked at yet are moved to the queue.
        let mut moved = VecDeque::new();
        let arrived = std::mem::take(&mut self.arrived).into_iter().flatten();
        let rest = arrived.filter_map(|job| {
            if job.queue != id {
                return Some(job);
            }
            moved.push_back(job);
            None
        });
        let rest: Vec<Job> = rest.collect();
        self.not_looked_at = 0;
        self.add(rest);

        let queue = self.by_id.entry(id).or_default();
        if !queue.is_running && queue.waiting.is_empty() {
            self.ready.push_back(id);
        }
        for job in &mut moved {
            job.record.detach();
        }
        queue.waiting.append(&mut moved);
        let mut dropped = None;
        queue.waiting.retain(|job| {
            let drops = job.assignment == assignment && job.ticket >= from;
            if drops {
                dropped.get_or_insert(job.ticket);
            }
            !drops
        });
        if let Some(ticket) = dropped {
            let change = DeferralChange::Dropped(ticket);
            self.deferrals.push(Deferral { assignment, queue: id, change });
        }
        self.deferred.insert(id, assignment);
    }

    /// What is to be reported of queues of which jobs were dropped.
    pub(super) fn deferrals(&mut self) -> &mut Vec<Deferral> {
        &mut self.deferrals
    }

    /// Removes the jobs of an assignment.
    pub(super) fn remove_assignment(&mut self, id: AssignmentId) {
        self.deferred.retain(|_, assignment| *assignment != id);
        self.retain(|job| job.assignment != id);
    }

    /// Removes the jobs of an assignment with earlier tickets and with this offset or a later one, because their offsets
    /// were fetched again.
    pub(super) fn remove_superseded(&mut self, id: AssignmentId, before: Ticket, offset: i64) {
        self.retain(|job| {
            job.assignment != id || job.ticket >= before || job.record.delivery.offset < offset
        });
    }

    fn retain(&mut self, keep: impl Fn(&Job) -> bool) {
        let arrived: Vec<Job> =
            std::mem::take(&mut self.arrived).into_iter().flatten().filter(&keep).collect();
        self.not_looked_at = 0;
        self.add(arrived);
        self.by_id.retain(|id, queue| {
            queue.waiting.retain(&keep);
            // The end of a queue that is deferred is reported when its turn comes.
            queue.is_running || !queue.waiting.is_empty() || self.deferred.contains_key(id)
        });
    }
}

/// Makes a table by queues, whose ids are hashes.
pub(crate) type QueueIds = BuildHasherDefault<QueueIdHasher>;

/// Uses a [`QueueId`] as its hash, because it is one.
#[derive(Debug, Default)]
pub(crate) struct QueueIdHasher(u64);

impl Hasher for QueueIdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ordering;
    use crate::consumer::Delivery;
    use crate::consumer::record::Record;
    use crate::consumer::topics::TopicPartition;

    const HERE: AssignmentId = AssignmentId { slot: 0, epoch: 1 };
    const THERE: AssignmentId = AssignmentId { slot: 1, epoch: 2 };

    fn job(assignment: AssignmentId, offset: i64, key: &str) -> Job {
        let mut delivery = Delivery::new("t", 0, offset);
        delivery.key = Some(key.to_owned().into());
        let record = Record {
            at: TopicPartition { topic: 0, partition: 0 },
            delivery,
            payload: None,
            outputs: Vec::new(),
        };
        Job { assignment, ticket: 0, queue: record.queue(Ordering::Key), record }
    }

    fn offset(job: Option<&Job>) -> Option<i64> {
        job.map(|job| job.record.delivery.offset)
    }

    #[test]
    fn records_of_a_key_wait_for_the_one_that_runs() {
        let mut queues = KeyQueues::default();
        queues.add(vec![job(HERE, 1, "a"), job(HERE, 2, "a"), job(HERE, 3, "b")]);
        let first = queues.take().expect("a job");
        queues.began(first.queue);
        assert_eq!(offset(queues.take().as_ref()), Some(3), "another key");
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.ended(first.queue);
        assert_eq!(offset(queues.take().as_ref()), Some(2));
        queues.ended(first.queue);
        assert!(queues.by_id.is_empty() && !queues.has_ready());
    }

    #[test]
    fn a_job_that_ends_at_once_leaves_no_queue() {
        let mut queues = KeyQueues::default();
        queues.add(vec![job(HERE, 1, "a"), job(HERE, 2, "a")]);
        let first = queues.take().expect("a job");
        queues.ended(first.queue);
        assert!(queues.by_id.is_empty());
        assert_eq!(offset(queues.take().as_ref()), Some(2));
    }

    #[test]
    fn jobs_that_arrive_while_their_key_is_ready_come_last() {
        let mut queues = KeyQueues::default();
        queues.add(vec![job(HERE, 1, "a"), job(HERE, 2, "a")]);
        let first = queues.take().expect("a job");
        queues.began(first.queue);
        assert_eq!(offset(queues.take().as_ref()), None, "offset 2 waits for offset 1");
        queues.ended(first.queue);
        queues.add(vec![job(HERE, 3, "a")]);
        for expected in [2, 3] {
            let job = queues.take().expect("a job");
            assert_eq!(job.record.delivery.offset, expected);
            queues.ended(job.queue);
        }
    }

    #[test]
    fn jobs_that_go_on_have_their_turn_whether_or_not_their_key_runs() {
        let mut queues = KeyQueues::default();
        let waited = job(HERE, 1, "a");
        let queue = waited.queue;
        queues.resume(queue, [waited].into());
        queues.add(vec![job(HERE, 2, "a")]);
        assert_eq!(offset(queues.take().as_ref()), Some(1));
        queues.began(queue);
        queues.resume(queue, [job(HERE, 0, "a")].into());
        assert_eq!(offset(queues.take().as_ref()), None, "offset 1 runs");
        for expected in [0, 2] {
            queues.ended(queue);
            assert_eq!(offset(queues.take().as_ref()), Some(expected));
        }
    }

    #[test]
    fn removing_an_assignment_keeps_the_running_job_of_a_key() {
        let mut queues = KeyQueues::default();
        queues.add(vec![job(HERE, 1, "a"), job(HERE, 2, "a"), job(THERE, 3, "b")]);
        let running = queues.take().expect("a job");
        queues.began(running.queue);
        queues.remove_assignment(HERE);
        assert_eq!(offset(queues.take().as_ref()), Some(3));
        queues.ended(running.queue);
        assert_eq!(offset(queues.take().as_ref()), None);
        assert!(queues.by_id.is_empty());
    }

    #[test]
    fn removing_an_assignment_removes_the_queues_that_are_ready() {
        let mut queues = KeyQueues::default();
        queues.add(vec![job(HERE, 1, "a"), job(HERE, 2, "a")]);
        let first = queues.take().expect("a job");
        queues.began(first.queue);
        assert_eq!(offset(queues.take().as_ref()), None);
        queues.ended(first.queue);
        queues.remove_assignment(HERE);
        queues.add(vec![job(THERE, 7, "a")]);
        assert_eq!(offset(queues.take().as_ref()), Some(7));
        assert_eq!(offset(queues.take().as_ref()), None);
    }

    #[test]
    fn only_records_that_are_fetched_again_are_superseded() {
        let mut queues = KeyQueues::default();
        let mut later = job(HERE, 6, "d");
        later.ticket = 4;
        queues.add(vec![job(HERE, 5, "a"), job(HERE, 6, "b"), job(THERE, 6, "c"), later]);
        queues.remove_superseded(HERE, 4, 6);
        let left: Vec<_> = std::iter::from_fn(|| queues.take()).map(|job| job.record.delivery.key).collect();
        assert_eq!(left, [Some("a".into()), Some("c".into()), Some("d".into())]);
    }
}
