//! Lanes: records of one key wait for each other, records of different keys do not.

use std::collections::{HashMap, VecDeque};

use super::record::{LaneId, Record};

/// A record on its way to the handler or to the dead-letter topic.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) lane: LaneId,
    /// The assignment under which it was fetched.
    pub(super) epoch: u64,
    pub(super) record: Record,
    /// Set once the record is to become a dead letter: only writing it is left.
    pub(super) dead_letter: Option<super::dead_letter::Reason>,
    /// How often writing the dead letter has failed.
    pub(super) failed_letters: u32,
}

/// A job waiting for its next attempt. The number tells it from a later one in the same lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parked {
    lane: LaneId,
    number: u64,
}

/// All lanes of a consumer.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    by_id: HashMap<LaneId, Lane>,
    ready: VecDeque<LaneId>,
    parked: u64,
}

#[derive(Debug)]
struct Lane {
    partition: i32,
    waiting: VecDeque<Job>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the queue of ready lanes.
    Ready,
    /// One job is with a worker.
    Running,
    /// The first job waits for its next attempt.
    Parked { number: u64 },
}

impl Lanes {
    /// Adds a job behind the others of its lane.
    pub(super) fn push(&mut self, job: Job) {
        let id = job.lane;
        let lane = self.by_id.entry(id).or_insert_with(|| {
            self.ready.push_back(id);
            Lane { partition: job.record.delivery.partition, waiting: VecDeque::new(), state: State::Ready }
        });
        lane.waiting.push_back(job);
    }

    /// Takes the first job of the lane that has been ready longest. The lane runs until [`finish`](Self::finish) or
    /// [`park`](Self::park).
    pub(super) fn take(&mut self) -> Option<Job> {
        while let Some(id) = self.ready.pop_front() {
            // A discarded lane may have left its id behind.
            let Some(lane) = self.by_id.get_mut(&id) else { continue };
            if lane.state != State::Ready {
                continue;
            }
            if let Some(job) = lane.waiting.pop_front() {
                lane.state = State::Running;
                return Some(job);
            }
            self.by_id.remove(&id);
        }
        None
    }

    /// Whether [`take`](Self::take) is likely to find a job.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The job taken from this lane is done with; the next may run.
    pub(super) fn finish(&mut self, id: LaneId) {
        if let Some(lane) = self.by_id.get_mut(&id).filter(|lane| lane.state == State::Running) {
            if lane.waiting.is_empty() {
                self.by_id.remove(&id);
            } else {
                lane.state = State::Ready;
                self.ready.push_back(id);
            }
        }
    }

    /// Puts a job back to the front of its lane, which stands still until [`unpark`](Self::unpark).
    pub(super) fn park(&mut self, job: Job) -> Parked {
        self.parked += 1;
        let (id, number) = (job.lane, self.parked);
        if let Some(lane) = self.by_id.get_mut(&id).filter(|lane| lane.state == State::Running) {
            lane.waiting.push_front(job);
            lane.state = State::Parked { number };
        }
        Parked { lane: id, number }
    }

    /// Lets a parked job run again; says whether it was still there.
    pub(super) fn unpark(&mut self, parked: Parked) -> bool {
        let state = State::Parked { number: parked.number };
        let Some(lane) = self.by_id.get_mut(&parked.lane).filter(|lane| lane.state == state) else {
            return false;
        };
        lane.state = State::Ready;
        self.ready.push_back(parked.lane);
        true
    }

    /// Forgets the jobs that wait at these partitions and offsets.
    pub(super) fn discard(&mut self, gone: impl Fn(i32, i64) -> bool) {
        self.by_id.retain(|_, lane| {
            lane.waiting.retain(|job| !gone(lane.partition, job.record.delivery.offset));
            lane.state == State::Running || !lane.waiting.is_empty()
        });
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
        let record = Record { delivery, payload: None };
        Job { lane: record.lane(Ordering::Key), epoch: 0, record, dead_letter: None, failed_letters: 0 }
    }

    fn offset(job: Option<&Job>) -> Option<i64> {
        job.map(|job| job.record.delivery.offset)
    }

    #[test]
    fn records_of_a_key_wait_for_each_other() {
        let mut lanes = Lanes::default();
        lanes.push(job(0, 1, "a"));
        lanes.push(job(0, 2, "a"));
        lanes.push(job(0, 3, "b"));
        let first = lanes.take().expect("a job");
        assert_eq!(first.record.delivery.offset, 1);
        assert_eq!(offset(lanes.take().as_ref()), Some(3));
        assert_eq!(offset(lanes.take().as_ref()), None);
        lanes.finish(first.lane);
        assert_eq!(offset(lanes.take().as_ref()), Some(2));
    }

    #[test]
    fn a_parked_record_holds_back_its_key_only() {
        let mut lanes = Lanes::default();
        lanes.push(job(0, 1, "a"));
        lanes.push(job(0, 2, "a"));
        lanes.push(job(0, 3, "b"));
        let first = lanes.take().expect("a job");
        let parked = lanes.park(first);
        assert_eq!(offset(lanes.take().as_ref()), Some(3));
        assert_eq!(offset(lanes.take().as_ref()), None);
        assert!(lanes.unpark(parked));
        assert!(!lanes.unpark(parked));
        assert_eq!(offset(lanes.take().as_ref()), Some(1));
    }

    #[test]
    fn discarding_leaves_what_runs() {
        let mut lanes = Lanes::default();
        lanes.push(job(0, 1, "a"));
        lanes.push(job(0, 2, "a"));
        lanes.push(job(1, 3, "b"));
        let running = lanes.take().expect("a job");
        lanes.discard(|partition, _| partition == 0);
        assert_eq!(offset(lanes.take().as_ref()), Some(3));
        lanes.finish(running.lane);
        assert_eq!(offset(lanes.take().as_ref()), None);
        assert!(lanes.by_id.len() == 1, "only the lane that still runs is left");
    }

    #[test]
    fn a_lane_made_anew_is_not_unparked_by_its_predecessor() {
        let mut lanes = Lanes::default();
        lanes.push(job(0, 1, "a"));
        let first = lanes.take().expect("a job");
        let stale = lanes.park(first);
        lanes.discard(|_, _| true);
        lanes.push(job(0, 1, "a"));
        let again = lanes.take().expect("a job");
        let fresh = lanes.park(again);
        assert!(!lanes.unpark(stale));
        assert!(lanes.unpark(fresh));
    }
}
