mod transactions;

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::*;
use crate::consumer::Delivery;
use crate::consumer::record::Record;

const SOURCE: TopicPartition = TopicPartition { topic: 0, partition: 3 };
const KEY: QueueId = QueueId::from_hash(7);
const HERE: AssignmentId = AssignmentId::for_test(1, 1);

fn origin(retried: Option<(usize, i64)>) -> Origin {
    let retried = retried.map(|(tier, offset)| Retried { written: Written { tier, offset }, id: None });
    Origin { source: SOURCE, queue: KEY, retried }
}

fn at(tier: usize, offset: i64) -> Sent {
    Sent::At(Written { tier, offset })
}

/// A record at an offset of the source (`None`) or of a tier.
fn job(tier: Option<usize>, offset: i64, queue: QueueId) -> Job {
    let at = TopicPartition { topic: tier.map_or(0, |tier| tier + 1), ..SOURCE };
    let record =
        Record { at, delivery: Delivery::new("t", at.partition, offset), payload: None, outputs: Vec::new() };
    Job { assignment: HERE, ticket: 0, queue, record }
}

fn opened(found: &[(usize, i64)]) -> OpenKeys {
    let mut open_keys = OpenKeys::default();
    let found = found.iter().map(|&(tier, offset)| (KEY, Written { tier, offset }));
    open_keys.open(SOURCE, HERE, found.collect());
    open_keys
}

fn offsets(jobs: &VecDeque<Job>) -> Vec<i64> {
    jobs.iter().map(|job| job.record.delivery.offset).collect()
}

#[test]
fn a_key_is_open_from_its_first_lead_to_its_last_follower() {
    let mut open_keys = opened(&[]);
    assert_eq!(open_keys.admit(&origin(None)), Admission::Handle);
    open_keys.done(HERE, &origin(None), Some(at(1, 0)));
    for offset in [4, 5] {
        assert_eq!(open_keys.admit(&origin(None)), Admission::Follow);
        open_keys.done(HERE, &origin(None), Some(at(0, offset)));
        assert_eq!(open_keys.admit(&origin(Some((0, offset)))), Admission::Wait);
        open_keys.wait(job(Some(0), offset, KEY));
    }
    assert_eq!(open_keys.admit(&origin(Some((1, 0)))), Admission::Handle);
    assert_eq!(offsets(&open_keys.done(HERE, &origin(Some((1, 0))), None)), [4, 5]);
    open_keys.done(HERE, &origin(Some((0, 4))), None);
    assert_eq!(open_keys.admit(&origin(None)), Admission::Follow, "a follower is left");
    open_keys.done(HERE, &origin(Some((0, 5))), None);
    assert_eq!(open_keys.admit(&origin(None)), Admission::Handle);
    assert!(open_keys.partitions[&SOURCE].keys.is_empty(), "nothing is left of a closed key");
}

#[test]
fn a_lead_that_fails_again_and_a_follower_that_fails_keep_what_is_behind_them() {
    let mut open_keys = opened(&[(1, 0), (0, 4), (0, 5)]);
    open_keys.wait(job(Some(0), 4, KEY));
    open_keys.wait(job(Some(0), 5, KEY));
    let next = open_keys.done(HERE, &origin(Some((1, 0))), Some(at(2, 0)));
    assert!(next.is_empty(), "it waits for the second delay");
    assert_eq!(offsets(&open_keys.done(HERE, &origin(Some((2, 0))), None)), [4, 5]);
    open_keys.done(HERE, &origin(Some((0, 4))), Some(at(1, 1)));
    assert_eq!(open_keys.admit(&origin(Some((0, 5)))), Admission::Wait);
}

#[test]
fn a_record_that_was_written_twice_is_waited_for_twice_and_not_for_ever() {
    let mut open_keys = opened(&[(1, 0), (2, 0), (2, 0), (3, 9)]);
    open_keys.wait(job(Some(0), 4, KEY));
    for done in [(2, 0), (1, 0)] {
        assert!(open_keys.done(HERE, &origin(Some(done)), None).is_empty());
    }
    assert_eq!(offsets(&open_keys.done(HERE, &origin(Some((3, 9))), None)), [4]);
}

#[test]
fn a_partition_that_has_left_has_no_open_keys() {
    let mut open_keys = opened(&[(1, 0)]);
    open_keys.wait(job(Some(0), 4, KEY));
    open_keys.remove_assignment(HERE);
    open_keys.close(SOURCE);
    assert!(open_keys.done(HERE, &origin(None), Some(at(1, 1))).is_empty());
    assert!(open_keys.partitions.is_empty() && open_keys.waiting.is_empty());
}

#[test]
fn an_open_key_takes_little_memory() {
    let each = size_of::<(QueueId, OpenKey)>();
    assert!(each <= 48, "{each} bytes");
}

/// Numbers that look random (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % limit as u64).expect("less than the limit")
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A record in a log.
#[derive(Clone, Copy)]
struct Entry {
    key: usize,
    /// The number of the record among those of its key.
    number: usize,
    delays: usize,
    is_done: bool,
}

const DELAYS: usize = 3;
const KEYS: usize = 5;

/// A source and its retry topics, and one worker that loses its memory now and then.
struct World {
    random: Random,
    /// The source, then the tiers.
    logs: Vec<Vec<Entry>>,
    read: [usize; DELAYS + 2],
    queues: HashMap<QueueId, VecDeque<Job>>,
    open_keys: OpenKeys,
    /// By key, the numbers of the records that were handled or became dead letters.
    completed: Vec<BTreeSet<usize>>,
    restarts: usize,
    follows: usize,
}

impl World {
    fn new(seed: u64, records: usize) -> Self {
        let mut random = Random(seed);
        let mut counts = [0; KEYS];
        let source = (0..records).map(|_| {
            let key = random.below(KEYS);
            counts[key] += 1;
            Entry { key, number: counts[key], delays: 0, is_done: false }
        });
        let mut logs = vec![source.collect()];
        logs.resize(DELAYS + 2, Vec::new());
        let completed = vec![BTreeSet::new(); KEYS];
        let mut world = Self {
            random,
            logs,
            read: [0; DELAYS + 2],
            queues: HashMap::new(),
            open_keys: OpenKeys::default(),
            completed,
            restarts: 0,
            follows: 0,
        };
        world.open_keys.open(SOURCE, HERE, Vec::new());
        world
    }

    /// What is not committed is read again, and the table is rebuilt from it.
    fn restart(&mut self) {
        self.restarts += 1;
        self.queues.clear();
        for (read, log) in self.read.iter_mut().zip(&self.logs) {
            *read = log.iter().position(|entry| !entry.is_done).unwrap_or(log.len());
        }
        let mut found = Vec::new();
        for (tier, log) in self.logs[1..].iter().enumerate() {
            let open = log.iter().zip(0..).filter(|(entry, _)| !entry.is_done);
            found.extend(open.map(|(entry, offset)| (queue_of(entry.key), Written { tier, offset })));
        }
        self.open_keys = OpenKeys::default();
        self.open_keys.open(SOURCE, HERE, found);
    }

    fn is_over(&self) -> bool {
        self.logs.iter().flatten().all(|entry| entry.is_done)
    }

    fn read_one(&mut self) {
        let log = self.random.below(self.logs.len());
        let Some(entry) = self.logs[log].get(self.read[log]) else { return };
        let offset = i64::try_from(self.read[log]).expect("few records");
        self.read[log] += 1;
        if !entry.is_done {
            let queue = queue_of(entry.key);
            self.queues.entry(queue).or_default().push_back(job(log.checked_sub(1), offset, queue));
        }
    }

    fn write(&mut self, entry: Entry, tier: usize) -> Written {
        let log = &mut self.logs[tier + 1];
        log.push(Entry { is_done: false, ..entry });
        Written { tier, offset: i64::try_from(log.len() - 1).expect("few records") }
    }

    /// Takes the turn of a job.
    fn work(&mut self) {
        let queue = queue_of(self.random.below(KEYS));
        let Some(job) = self.queues.get_mut(&queue).and_then(VecDeque::pop_front) else { return };
        let (log, offset) = (job.record.at.topic, job.record.delivery.offset);
        let index = usize::try_from(offset).expect("not negative");
        let entry = self.logs[log][index];
        let retried = log.checked_sub(1).map(|tier| Retried { written: Written { tier, offset }, id: None });
        let origin = Origin { source: SOURCE, queue, retried };
        let written = match self.open_keys.admit(&origin) {
            Admission::Wait => return self.open_keys.wait(job),
            Admission::Follow => {
                self.follows += 1;
                Some(self.write(entry, 0))
            }
            Admission::Handle => {
                let earlier = self.completed[entry.key].range(..entry.number).count();
                assert_eq!(earlier, entry.number - 1, "record {} overtakes", entry.number);
                let fails = self.random.percent(30);
                let later = (fails && entry.delays < DELAYS).then_some(entry.delays + 1);
                if later.is_none() {
                    self.completed[entry.key].insert(entry.number);
                }
                later.map(|tier| self.write(Entry { delays: tier, ..entry }, tier))
            }
        };
        if self.random.percent(1) {
            // What was written or handled is not committed.
            return self.restart();
        }
        self.logs[log][index].is_done = true;
        let next = self.open_keys.done(HERE, &origin, written.map(Sent::At));
        next.into_iter().rev().for_each(|job| self.queues.entry(queue).or_default().push_front(job));
    }
}

fn queue_of(key: usize) -> QueueId {
    QueueId::from_hash(key as u64)
}

#[test]
fn no_record_overtakes_an_earlier_one_of_its_key_and_none_is_stuck() {
    let (mut restarts, mut follows) = (0, 0);
    for seed in 0..50 {
        let mut world = World::new(seed, 100);
        for step in 0.. {
            assert!(step < 1_000_000, "seed {seed}: records are stuck");
            if step % 100 == 0 && world.is_over() {
                break;
            }
            if world.random.percent(50) {
                world.read_one();
            } else {
                world.work();
            }
        }
        let open = world.open_keys.partitions[&SOURCE].keys.len() + world.open_keys.waiting.len();
        assert_eq!(open, 0, "seed {seed}: all keys are closed");
        restarts += world.restarts;
        follows += world.follows;
    }
    assert!(restarts > 50 && follows > 250, "{restarts} restarts, {follows} followers");
}
