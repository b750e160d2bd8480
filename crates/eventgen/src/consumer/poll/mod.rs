//! The polling thread. It owns the state of the partitions and does nothing that takes long, so that this member stays in
//! its group however slow the handlers are.
//!
//! | file | what it does |
//! |---|---|
//! | `clocks` | bounds when records of retry topics are due |
//! | `close` | leaves the group |
//! | `intake` | fetches records, hands them to the workers, and waits or pauses when there is no room |
//! | `pending` | outputs of records that are done, until they are part of a transaction |
//! | `rebalance` | answers rebalances of the group |
//! | `measure`, `measuring` | metrics of the partitions |
//! | `leave`, `departure` | drains and commits partitions that leave this consumer, while polling goes on |
//! | `seek`, `seeks` | continues with partitions at another offset |
//! | `withdraw` | records for retry topics that no transaction takes |
//! | `workers` | the workers, as this thread sees them |

mod clocks;
mod close;
mod departure;
mod intake;
mod leave;
mod measure;
mod measuring;
mod pending;
mod rebalance;
mod seek;
mod seeks;
mod withdraw;
mod workers;

use workers::Report;
pub(crate) use workers::Workers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::consumer::finish::{Answer, Check, Checks, Finish, Refusal};
use crate::consumer::health::{Health, Phase};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::record::QueueId;
use crate::consumer::retention::lost;
use crate::consumer::scheduler::Partitions;
use crate::consumer::scheduler::mailbox::Message;
use crate::consumer::stop::Stop;
use crate::consumer::topics::{TopicPartition, Topics};
use crate::kafka::{GroupConsumer, KafkaFailure, PartitionList};
use crate::observe::{Began, ConsumerEvent};
use clocks::Clocks;
use close::leave;
use departure::Departure;
use measuring::Measuring;
use pending::Pending;
use seeks::Seeks;

/// How often observers summarise and positions and gaps are checked.
const TICK_INTERVAL: Duration = Duration::from_secs(1);
/// How often the state of the partitions is published for handles.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(200);

/// Fetches the records of one consumer.
pub(crate) struct Poller {
    consumer: Arc<GroupConsumer>,
    workers: Workers,
    partitions: Partitions,
    finish: Box<dyn Finish>,
    checks: Checks,
    topics: Arc<Topics>,
    observers: Arc<Observers>,
    stop: Arc<Stop>,
    health: Arc<Health>,
    drain: Duration,
    /// Until when a shutdown drains, once it has begun.
    drained_by: Option<Instant>,
    commit_interval: Duration,
    /// Whether commits are transactions.
    is_transactional: bool,
    /// The assignment to answer when the open transaction has ended.
    assigned: Option<PartitionList>,
    /// The partitions that leave this consumer.
    departure: Option<Departure>,
    /// The revocation to answer when they have left.
    revoked: Option<PartitionList>,
    revocation_began: Began,
    /// Whether the last commit is not answered yet.
    commit_is_open: bool,
    /// Why the last commit was refused, if it was.
    refusal: Option<Refusal>,
    last_commit: Instant,
    last_tick: Instant,
    last_publish: Instant,
    /// Whether a partition is paused because it is full.
    has_paused: bool,
    seeks: Seeks,
    measuring: Measuring,
    clocks: Clocks,
    pending: Pending,
    /// After how many records that are done a commit does not wait for its interval.
    commit_records: usize,
}

/// What a [`Poller`] works with.
pub(crate) struct Parts {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) workers: Workers,
    pub(crate) finish: Box<dyn Finish>,
    pub(crate) checks: Checks,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) health: Arc<Health>,
    pub(crate) drain: Duration,
    pub(crate) commit_interval: Duration,
    pub(crate) transactions: Option<TransactionLimits>,
}

/// How much a transaction takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransactionLimits {
    pub(crate) max_records: usize,
    pub(crate) max_wait: Duration,
}

impl Poller {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            consumer,
            workers,
            finish,
            checks,
            topics,
            observers,
            stop,
            health,
            drain,
            commit_interval,
            transactions,
        } = parts;
        let mut partitions = Partitions::of(&topics);
        let (mut commit_interval, mut commit_records) = (commit_interval, usize::MAX);
        let is_transactional = transactions.is_some();
        if let Some(TransactionLimits { max_records, max_wait }) = transactions {
            partitions = partitions.exactly_once();
            (commit_interval, commit_records) = (max_wait, max_records);
        }
        let now = Instant::now();
        Self {
            consumer,
            workers,
            partitions,
            finish,
            checks,
            topics,
            observers,
            stop,
            health,
            drain,
            drained_by: None,
            commit_interval,
            is_transactional,
            assigned: None,
            departure: None,
            revoked: None,
            revocation_began: Began::now(),
            commit_is_open: false,
            refusal: None,
            last_commit: now,
            last_tick: now,
            last_publish: now,
            has_paused: false,
            seeks: Seeks::default(),
            measuring: Measuring::default(),
            clocks: Clocks::default(),
            pending: Pending::default(),
            commit_records,
        }
    }

    /// Polls until the consumer is asked to stop, then drains, commits and leaves the group. A panic in any step, including
    /// the callbacks of librdkafka, ends the consumer with an error; the later steps still run.
    pub(crate) fn run(mut self) {
        self.health.vitals.enter(Phase::Running);
        self.health.seeks.open();
        self.guard("polling", |poller| {
            while !poller.stop.is_requested() {
                poller.fetch();
                poller.step();
            }
        });
        self.health.vitals.enter(Phase::Leaving);
        self.health.seeks.close();
        let assigned: Vec<TopicPartition> = self.partitions.assigned().map(|(at, _)| at).collect();
        self.guard("draining", Self::leave_all);
        self.workers.tell(|| Message::Close);
        self.finish.close();
        self.checks.close();
        self.consumer.begin_close();
        let Self { consumer, stop, observers, topics, .. } = self;
        let revoked = || {
            if !assigned.is_empty() {
                observers.notify(&ConsumerEvent::Revoked { partitions: &topics.named(&assigned) });
            }
        };
        let left = leave(consumer, observers.group()).and_then(|()| catch_panic_in(revoked));
        if let Err(panic) = left {
            stop.fail(observers.stopped(format!("leaving the group panicked: {panic}")));
        }
    }

    fn guard(&mut self, what: &str, step: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_panic_in(|| step(self)) {
            self.stop.fail(self.observers.stopped(format!("{what} panicked: {panic}")));
        }
    }

    /// Everything but fetching.
    fn step(&mut self) {
        self.collect();
        self.take_checks();
        self.take_seek_requests();
        self.rebalance();
        self.seek();
        self.resume();
        self.hand_over_due();
        self.commit();
        self.withdraw();
        self.tick();
        self.show_life();
    }

    /// Drains and commits all partitions. Polls meanwhile, so that a rebalance does not wait for it.
    fn leave_all(&mut self) {
        self.drained_by = Some(Instant::now() + self.drain);
        let paused: Vec<TopicPartition> = self.partitions.assigned().map(|(at, _)| at).collect();
        self.report("pausing", self.consumer.pause(&self.topics.list(&paused)));
        // Partitions that are already leaving go first.
        while self.departure.as_ref().is_some_and(|departure| !departure.is_over()) {
            self.discard_fetched();
            self.collect();
            self.rebalance();
            self.show_life();
        }
        self.depart(self.partitions.assigned().map(|(_, id)| id).collect());
        while self.departure.as_ref().is_some_and(|departure| !departure.is_over()) {
            self.discard_fetched();
            self.collect();
            if self.consumer.is_lost() {
                self.depart_lost();
            }
            self.advance_departure();
            self.show_life();
        }
        self.answer_rebalances();
        self.count_fetched();
        self.checks.check_gaps(self.partitions.take_gaps());
        self.observers.tick();
    }

    /// Takes what the workers and the thread for requests have reported.
    fn collect(&mut self) {
        let Self { workers, partitions, departure, pending, .. } = self;
        workers.collect(|report| match report {
            Report::Done(done) => {
                if let Some(finished) = partitions.done(done) {
                    pending.add(finished);
                }
            }
            Report::Deferral(deferral) => partitions.deferred(deferral),
            Report::Left(left) => {
                if let Some(departure) = departure {
                    departure.left(left);
                }
            }
        });
        if let Some(Answer { outcome, not_written }) = self.finish.answer() {
            self.commit_is_open = false;
            self.pending.put_back(not_written);
            if self.seeks.uncommitted.end(outcome.is_ok()) {
                self.seeks.pending = true;
            }
            self.note_committed(outcome.as_ref().err());
            self.refusal = outcome.err();
            if self.refusal.is_some() {
                self.partitions.not_committed();
            }
        }
    }

    fn take_checks(&mut self) {
        while let Some(check) = self.checks.result() {
            match check {
                Check::DoneBefore { assignment, at, committed, map, may_skip } => {
                    self.partitions.start_measuring(at, committed);
                    self.continue_at((assignment, at), committed, may_skip);
                    for job in self.partitions.set_done_before(assignment, map) {
                        self.workers.add(job);
                    }
                    self.workers.hand_over();
                }
                Check::StartsLate { at, assignment, from, start } => {
                    if let Some(next) = self.partitions.log_starts_at(assignment, start) {
                        lost(&self.observers, &self.topics, at, from, next);
                    }
                }
                Check::OpenKeys { source, since, keys } => {
                    let queue_of = |key: QueueId| key.scheduled(&self.topics, source);
                    self.workers.open_keys(source, since, keys, queue_of);
                }
                Check::Starts { assignment, offset } => self.start_at(assignment, offset),
                Check::Position { assignment, at, offset, answer } => {
                    self.on_position((assignment, at), offset, answer);
                }
                Check::Logs(logs) => self.note_logs(logs),
                Check::Unchecked(gaps) => self.partitions.keep_gaps(gaps),
            }
        }
    }

    /// Begins to commit what was done, unless the last commit is not answered yet.
    fn commit(&mut self) {
        let interval = match (self.seeks.uncommitted.any_waits(), &self.refusal) {
            (false, _) => self.commit_interval,
            (true, None) => Duration::ZERO,
            // A commit that was refused is not repeated at once.
            (true, Some(_)) => self.commit_interval.min(TICK_INTERVAL),
        };
        let is_full = self.refusal.is_none() && self.pending.done() >= self.commit_records;
        if self.commit_is_open
            || self.commits_no_more()
            || (!is_full && self.last_commit.elapsed() < interval)
        {
            return;
        }
        self.last_commit = Instant::now();
        self.seeks.uncommitted.begin();
        let positions = self.partitions.take_moved();
        if positions.is_empty() {
            self.seeks.uncommitted.end(true);
        } else {
            self.begin_commit(positions);
        }
    }

    fn tick(&mut self) {
        if self.last_tick.elapsed() < TICK_INTERVAL {
            return;
        }
        self.last_tick = Instant::now();
        self.for_each_position(Partitions::read_up_to);
        self.partitions.renew(self.last_tick);
        self.checks.check_gaps(self.partitions.take_gaps());
        self.measure();
        self.observers.tick();
    }

    /// Shows handles that the thread turns, what brokers and the group report, and the state of the partitions.
    fn show_life(&mut self) {
        self.health.vitals.turn();
        if self.last_publish.elapsed() < PUBLISH_INTERVAL {
            return;
        }
        if let Some(statistics) = self.consumer.take_statistics() {
            if let Some(ago) = statistics.heard {
                self.health.vitals.hear(ago);
            }
            self.health.vitals.set_stable(statistics.is_stable);
        }
        self.publish();
    }

    /// Publishes the state of the partitions. Also called when an assignment changes, so that handles know a partition before
    /// the first record of it is handled.
    fn publish(&mut self) {
        self.last_publish = Instant::now();
        self.health.publish(self.partitions.statuses(&self.topics));
    }

    /// Calls `each` with the offset up to which the client has read each assigned partition.
    fn for_each_position(&mut self, mut each: impl FnMut(&mut Partitions, TopicPartition, i64)) {
        // Without positions, markers of transactions are passed with the next record.
        let Ok(positions) = self.consumer.positions() else { return };
        positions.for_each(|topic, partition, offset| {
            if let (Some(topic), Some(offset)) = (self.topics.find(topic), offset) {
                each(&mut self.partitions, TopicPartition { topic, partition }, offset);
            }
        });
    }

    fn report(&self, what: &str, result: Result<(), KafkaFailure>) {
        if let Err(error) = result {
            self.observers.cluster_error(&format!("{what} failed: {error}"));
        }
    }
}
