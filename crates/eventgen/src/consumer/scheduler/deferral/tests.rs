use std::collections::HashMap;

use super::*;
use crate::consumer::Delivery;
use crate::consumer::record::Record;
use crate::consumer::scheduler::key_queues::KeyQueues;
use crate::consumer::scheduler::{Done, Fetched, Job, OffsetMap};

const AT: TopicPartition = TopicPartition { topic: 0, partition: 0 };
const HOT: QueueId = QueueId::from_hash(u64::MAX);
const HOT_TOO: QueueId = QueueId::from_hash(u64::MAX - 1);
const SINGLE: QueueId = QueueId::from_hash(u64::MAX - 2);

/// The queue of a key that no other record has.
fn own(offset: i64) -> QueueId {
    QueueId::from_hash(offset.unsigned_abs())
}

/// What the client does when it is told where to continue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accepts,
    Refuses,
    /// It does not answer in time, and does it later.
    Late,
}

/// A partition with a client and a worker.
struct Simulation {
    length: i64,
    /// The queue of the record at an offset.
    queue: fn(i64) -> QueueId,
    partitions: Partitions,
    queues: KeyQueues,
    /// The offset that the client fetches next.
    next: i64,
    fetched: usize,
    deferrals: usize,
    is_paused: bool,
    /// Where the client continues later, because its answer took too long.
    late: Option<i64>,
    /// The jobs of stuck keys, which have begun and do not end.
    blocked: Vec<Job>,
    handled: Vec<i64>,
    /// The offset that was handled last, by queue.
    last: HashMap<QueueId, i64>,
    now: Instant,
}

impl Simulation {
    /// Every second record belongs to one key.
    fn new(length: i64) -> Self {
        Self::with(length, |offset| if offset % 2 == 0 { HOT } else { own(offset) })
    }

    fn with(length: i64, queue: fn(i64) -> QueueId) -> Self {
        let mut partitions = Partitions::new(1);
        let id = partitions.assign(AT);
        partitions.set_done_before(id, OffsetMap::default());
        Self {
            length,
            queue,
            partitions,
            queues: KeyQueues::default(),
            next: 0,
            fetched: 0,
            deferrals: 0,
            is_paused: false,
            late: None,
            blocked: Vec::new(),
            handled: Vec::new(),
            last: HashMap::new(),
            now: Instant::now(),
        }
    }

    /// One round of the poller and of the worker, a second later. `blocks` says whether the keys are stuck.
    fn round(&mut self, blocks: bool) {
        self.now += PATIENCE;
        self.fetch(1_000);
        while let Some(job) = self.queues.take() {
            if blocks && [HOT, HOT_TOO, SINGLE].contains(&job.queue) {
                self.queues.began(job.queue);
                self.blocked.push(job);
            } else {
                self.done(&job);
            }
        }
        self.report();
        self.resume();
        self.refetch(Answer::Accepts);
    }

    /// Fetches records and hands them to the worker.
    fn fetch(&mut self, most: usize) {
        let mut jobs = Vec::new();
        for _ in 0..most {
            if self.is_paused || self.next >= self.length {
                break;
            }
            let delivery = Delivery::new("t", 0, self.next);
            let record = Record { at: AT, delivery, payload: None, outputs: Vec::new() };
            let Fetched { job, rewind, pause, .. } =
                self.partitions.fetched(record, (self.queue)(self.next), None, false);
            assert!(rewind.is_none(), "offset {}", self.next);
            jobs.extend(job);
            self.is_paused |= pause;
            self.next += 1;
            self.fetched += 1;
        }
        self.queues.add(jobs);
    }

    /// The worker reports.
    fn report(&mut self) {
        for deferral in std::mem::take(self.queues.deferrals()) {
            self.partitions.deferred(deferral);
        }
    }

    fn resume(&mut self) {
        self.is_paused &= self.partitions.take_resumable().is_empty();
        for crowded in self.partitions.take_crowded(self.now, |_| true) {
            assert!([HOT, HOT_TOO].contains(&crowded.queue));
            self.deferrals += 1;
            self.queues.defer(crowded.assignment, crowded.queue, crowded.from);
        }
    }

    /// The client is told where to continue.
    fn refetch(&mut self, answer: Answer) {
        self.continue_late();
        for (at, offset) in self.partitions.take_refetches(self.now) {
            if answer == Answer::Accepts {
                self.next = offset;
                self.partitions.refetching(at);
            } else {
                self.late = (answer == Answer::Late).then_some(offset);
                self.partitions.refetch_failed(self.now);
            }
        }
    }

    /// The client does what it was told without an answer.
    fn continue_late(&mut self) {
        if let Some(offset) = self.late.take() {
            self.next = offset;
        }
    }

    fn done(&mut self, job: &Job) {
        let offset = job.record.delivery.offset;
        let before = self.last.insert(job.queue, offset);
        assert!(before.is_none_or(|before| before < offset), "{offset} was handled after {before:?}");
        self.handled.push(offset);
        self.partitions.done(Done { assignment: job.assignment, ticket: job.ticket, outputs: Vec::new() });
        self.queues.ended(job.queue);
    }
}

#[test]
fn other_keys_go_on_behind_a_key_that_is_stuck_and_its_records_are_handled_in_order_later() {
    let mut simulation = Simulation::new(100_000);
    for _ in 0..400 {
        simulation.round(true);
    }
    assert_eq!(simulation.handled.len(), 50_000, "all records of other keys");
    let blocked = simulation.blocked.pop().expect("the first record of the key");
    simulation.done(&blocked);
    for _ in 0..400 {
        simulation.round(false);
    }
    let hot: Vec<i64> = simulation.handled.iter().copied().filter(|offset| offset % 2 == 0).collect();
    assert_eq!(hot, (0..100_000).step_by(2).collect::<Vec<_>>());
    assert_eq!(simulation.handled.len(), 100_000, "each once");
    let positions = simulation.partitions.take_moved();
    assert_eq!((positions[0].offset, positions[0].done_beyond.as_deref()), (100_000, None));
    assert!(simulation.fetched < 250_000, "{} records were fetched", simulation.fetched);
}

#[test]
fn several_keys_that_are_stuck_hold_back_no_other_key() {
    let mut simulation = Simulation::with(100_000, |offset| match offset {
        0 => SINGLE,
        // The second key begins when the first one is deferred.
        1..40_000 if offset % 2 == 0 => HOT,
        40_000.. if offset % 2 == 0 => HOT_TOO,
        _ => own(offset),
    });
    for _ in 0..400 {
        simulation.round(true);
    }
    assert_eq!(simulation.handled.len(), 50_000, "all records of other keys");
    for blocked in std::mem::take(&mut simulation.blocked) {
        simulation.done(&blocked);
    }
    for _ in 0..400 {
        simulation.round(false);
    }
    assert_eq!(simulation.handled.len(), 100_000, "each once");
    assert_eq!(simulation.partitions.take_moved()[0].offset, 100_000);
}

#[test]
fn memory_is_bounded_behind_a_key_that_is_stuck_for_long() {
    let mut simulation = Simulation::new(1_050_000);
    let mut before = -1;
    while simulation.next > before {
        before = simulation.next;
        for _ in 0..50 {
            simulation.round(true);
            assert!(simulation.partitions.by_slot[0].held <= HIGH_WATER_RECORDS);
        }
    }
    assert!(simulation.is_paused, "too many records would have to be remembered");
    assert!((1_000_000..1_001_000).contains(&simulation.next), "{}", simulation.next);
    let blocked = simulation.blocked.pop().expect("the first record of the key");
    simulation.done(&blocked);
    for _ in 0..10_000 {
        if simulation.handled.len() == 1_050_000 {
            return;
        }
        simulation.round(false);
    }
    panic!("{} records were handled", simulation.handled.len());
}

/// Numbers that look random and are the same in every run (the generator of Knuth's MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// Poller and worker take their steps in any order, as threads do.
#[test]
fn whatever_happens_in_between_each_key_keeps_its_order() {
    const LENGTH: i64 = 120_000;
    for seed in 0..5 {
        let mut random = Random(seed);
        let mut simulation = Simulation::with(LENGTH, |offset| match offset % 8 {
            0..3 => HOT,
            3..6 => HOT_TOO,
            _ => QueueId::from_hash(offset.unsigned_abs() % 50),
        });
        // Which jobs run, and how many steps the hot keys are stuck.
        let mut running: Vec<Job> = Vec::new();
        let mut stuck = [350 + random.below(300), 350 + random.below(300)];
        for _ in 0..20_000 {
            if simulation.handled.len() == usize::try_from(LENGTH).expect("few") {
                break;
            }
            stuck = stuck.map(|steps| steps.saturating_sub(1));
            simulation.now += PATIENCE / 20;
            match random.below(9) {
                0 | 1 => simulation.fetch(random.below(1_024)),
                2..5 => {
                    let is_stuck = |job: &Job| match job.queue {
                        HOT => stuck[0] > 0,
                        HOT_TOO => stuck[1] > 0,
                        _ => false,
                    };
                    for _ in 0..random.below(200) {
                        if running.len() < 40
                            && let Some(job) = simulation.queues.take()
                        {
                            simulation.queues.began(job.queue);
                            running.push(job);
                        }
                        if let Some(index) = running.iter().position(|job| !is_stuck(job)) {
                            let job = running.swap_remove(index);
                            simulation.done(&job);
                        }
                    }
                }
                5 => simulation.report(),
                6 => simulation.resume(),
                7 => simulation.continue_late(),
                _ => simulation.refetch([Answer::Accepts, Answer::Refuses, Answer::Late][random.below(3)]),
            }
            // Keys become stuck again.
            if stuck == [0, 0] && random.below(300) == 0 {
                stuck[random.below(2)] = 500;
            }
        }
        assert_eq!(simulation.handled.len(), usize::try_from(LENGTH).expect("few"), "seed {seed}");
        assert_eq!(simulation.partitions.take_moved()[0].offset, LENGTH, "seed {seed}");
        assert!(simulation.deferrals > 0, "seed {seed}");
    }
}
