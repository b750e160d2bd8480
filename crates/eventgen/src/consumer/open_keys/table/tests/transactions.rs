//! Leads and followers that become records when a transaction is committed.

use super::*;

/// A record that was read from a tier, with the id that its headers state.
fn from(tier: usize, offset: i64, delays: u32, source: i64) -> Origin {
    let id = Some(RetryId { delays, offset: source });
    let retried = Some(Retried { written: Written { tier, offset }, id });
    Origin { source: SOURCE, queue: KEY, retried }
}

fn promised(delays: u32, offset: i64) -> Sent {
    Sent::InTransaction(RetryId { delays, offset })
}

fn promise(delays: u32, offset: i64) -> Promise {
    Promise { source: SOURCE, queue: KEY, id: RetryId { delays, offset } }
}

const EARLIER: AssignmentId = AssignmentId::for_test(1, 0);

#[test]
fn a_key_is_open_from_the_moment_at_which_its_lead_is_handed_over() {
    let mut open_keys = opened(&[]);
    open_keys.done(HERE, &origin(None), Some(promised(1, 7)));
    for source in [8, 12] {
        assert_eq!(open_keys.admit(&origin(None)), Admission::Follow);
        open_keys.done(HERE, &origin(None), Some(promised(0, source)));
    }
    // Offsets in the retry topics have gaps, because each transaction ends with a marker.
    assert_eq!(open_keys.admit(&from(0, 31, 0, 8)), Admission::Wait);
    open_keys.wait(job(Some(0), 31, KEY));
    assert_eq!(open_keys.admit(&from(1, 90, 1, 7)), Admission::Handle);
    assert_eq!(offsets(&open_keys.done(HERE, &from(1, 90, 1, 7), None)), [31]);
    open_keys.done(HERE, &from(0, 31, 0, 8), None);
    assert_eq!(open_keys.admit(&origin(None)), Admission::Follow, "a follower is left");
    open_keys.done(HERE, &from(0, 33, 0, 12), None);
    assert!(open_keys.partitions[&SOURCE].keys.is_empty(), "nothing is left of a closed key");
}

#[test]
fn a_lead_that_waits_for_the_same_delay_again_keeps_its_key_open() {
    let mut open_keys = opened(&[]);
    open_keys.done(HERE, &origin(None), Some(promised(1, 7)));
    open_keys.wait(job(Some(0), 3, KEY));
    assert!(open_keys.done(HERE, &from(1, 0, 1, 7), Some(promised(2, 7))).is_empty());
    assert_eq!(open_keys.admit(&origin(None)), Admission::Follow);
    assert_eq!(offsets(&open_keys.done(HERE, &from(1, 2, 2, 7), None)), [3]);
}

#[test]
fn records_that_were_found_close_what_they_have_opened_in_transactions_too() {
    let mut open_keys = opened(&[(1, 4), (0, 9)]);
    open_keys.done(HERE, &from(1, 4, 1, 7), Some(promised(2, 7)));
    open_keys.done(HERE, &from(2, 6, 2, 7), None);
    assert_eq!(open_keys.admit(&from(0, 9, 0, 8)), Admission::Handle);
    open_keys.done(HERE, &from(0, 9, 0, 8), None);
    assert!(open_keys.partitions[&SOURCE].keys.is_empty());
}

#[test]
fn a_lead_that_is_withdrawn_holds_nobody_back() {
    let mut open_keys = opened(&[]);
    open_keys.done(HERE, &origin(None), Some(promised(1, 7)));
    assert!(open_keys.withdraw(HERE, &promise(1, 7)).is_empty());
    assert_eq!(open_keys.admit(&origin(None)), Admission::Handle);

    open_keys.done(HERE, &origin(None), Some(promised(1, 7)));
    open_keys.done(HERE, &origin(None), Some(promised(0, 8)));
    open_keys.wait(job(Some(0), 3, KEY));
    assert_eq!(offsets(&open_keys.withdraw(HERE, &promise(1, 7))), [3]);
    assert!(open_keys.withdraw(HERE, &promise(1, 7)).is_empty(), "it is withdrawn once");
}

#[test]
fn what_ends_under_an_earlier_assignment_changes_nothing() {
    let mut open_keys = opened(&[(1, 4)]);
    open_keys.wait(job(Some(0), 3, KEY));
    assert!(open_keys.done(EARLIER, &from(1, 4, 1, 7), None).is_empty(), "it will be handled again");
    open_keys.done(EARLIER, &origin(None), Some(promised(1, 9)));
    assert!(open_keys.withdraw(EARLIER, &promise(1, 7)).is_empty());
    assert_eq!(offsets(&open_keys.done(HERE, &from(1, 4, 1, 7), None)), [3]);
    // A record that is acknowledged is there, whoever has written it.
    open_keys.done(EARLIER, &origin(None), Some(at(1, 8)));
    assert_eq!(open_keys.admit(&origin(None)), Admission::Follow);
}

/// What a record has led to, until a transaction takes it.
struct Pending {
    log: usize,
    index: usize,
    /// The record for a tier; `None` if the record is completed.
    sent: Option<(Entry, usize)>,
}

/// An entry that is no record, or one that no reader sees: a marker, or a record of an aborted transaction.
const UNSEEN: usize = usize::MAX;

/// A source and its retry topics, written in transactions, and one member that loses its memory and its partition now and then.
struct Member {
    world: World,
    pending: Vec<Pending>,
    /// By key, how many records are completed.
    completed: [usize; KEYS],
    epoch: u32,
    aborts: usize,
    dropped: usize,
}

impl Member {
    fn new(seed: u64, records: usize) -> Self {
        let world = World::new(seed, records);
        let (pending, completed) = (Vec::new(), [0; KEYS]);
        Self { world, pending, completed, epoch: 1, aborts: 0, dropped: 0 }
    }

    fn assignment(&self) -> AssignmentId {
        AssignmentId::for_test(1, self.epoch)
    }

    /// The number of the entry in the source that the record of a retry topic comes from.
    fn source_of(&self, entry: &Entry) -> i64 {
        let is_same = |source: &&Entry| source.key == entry.key && source.number == entry.number;
        let index = self.world.logs[0].iter().position(|source| is_same(&source)).expect("it has a source");
        i64::try_from(index).expect("few records")
    }

    fn id(&self, entry: &Entry) -> RetryId {
        let delays = u32::try_from(entry.delays).expect("few delays");
        RetryId { delays, offset: self.source_of(entry) }
    }

    /// Ends a transaction of all that is done.
    fn transact(&mut self) {
        let is_committed = !self.world.random.percent(30);
        let pending = if is_committed { std::mem::take(&mut self.pending) } else { Vec::new() };
        let unseen = Entry { key: UNSEEN, number: 0, delays: 0, is_done: true };
        if !is_committed {
            self.aborts += 1;
            for tier in self.pending.iter().filter_map(|pending| Some(pending.sent?.1)) {
                self.world.logs[tier + 1].push(unseen);
            }
        }
        for Pending { log, index, sent } in pending {
            let entry = self.world.logs[log][index];
            assert!(!entry.is_done, "a record counts once");
            self.world.logs[log][index].is_done = true;
            match sent {
                Some((entry, tier)) => self.world.logs[tier + 1].push(Entry { is_done: false, ..entry }),
                None => {
                    let before = self.completed[entry.key];
                    assert_eq!(before, entry.number - 1, "record {} overtakes", entry.number);
                    self.completed[entry.key] += 1;
                }
            }
        }
        // The marker.
        self.world.logs[1..].iter_mut().for_each(|log| log.push(unseen));
    }

    /// The partition leaves and comes back. A handler that cannot be cancelled ends after that.
    fn lose(&mut self) {
        let running = self.world.queues.values().find_map(|jobs| jobs.front()).map(|job| {
            let (log, offset) = (job.record.at.topic, job.record.delivery.offset);
            (log, offset, job.queue)
        });
        let earlier = self.assignment();
        self.pending.clear();
        self.epoch += 1;
        let now = self.assignment();
        self.world.restart();
        self.world.open_keys.partitions.get_mut(&SOURCE).expect("it is open").since = now;
        if let Some((0, offset, queue)) = running {
            let id = RetryId { delays: 1, offset };
            let origin = Origin { source: SOURCE, queue, retried: None };
            self.world.open_keys.done(earlier, &origin, Some(Sent::InTransaction(id)));
            self.world.open_keys.withdraw(earlier, &Promise { source: SOURCE, queue, id });
        }
    }

    /// The source is read again from an offset, and what was done beyond it and is not part of a transaction is dropped.
    fn read_again(&mut self) {
        let back = 1 + self.world.random.below(10);
        let from = self.world.read[0].saturating_sub(back);
        self.world.read[0] = from;
        let is_dropped = |log: usize, index: usize| log == 0 && index >= from;
        for jobs in self.world.queues.values_mut() {
            jobs.retain(|job| {
                let index = usize::try_from(job.record.delivery.offset).expect("not negative");
                !is_dropped(job.record.at.topic, index)
            });
        }
        let assignment = self.assignment();
        let pending = std::mem::take(&mut self.pending);
        let (dropped, kept): (Vec<Pending>, Vec<Pending>) =
            pending.into_iter().partition(|done| is_dropped(done.log, done.index));
        self.pending = kept;
        for (entry, _) in dropped.iter().filter_map(|done| done.sent).filter(|(_, tier)| *tier > 0) {
            self.dropped += 1;
            let (queue, id) = (queue_of(entry.key), self.id(&entry));
            let promise = Promise { source: SOURCE, queue, id };
            let next = self.world.open_keys.withdraw(assignment, &promise);
            self.go_on(queue, next);
        }
    }

    fn go_on(&mut self, queue: QueueId, jobs: VecDeque<Job>) {
        let front = self.world.queues.entry(queue).or_default();
        jobs.into_iter().rev().for_each(|job| front.push_front(job));
    }

    /// Takes the turn of a job.
    fn work(&mut self) {
        let queue = queue_of(self.world.random.below(KEYS));
        let Some(job) = self.world.queues.get_mut(&queue).and_then(VecDeque::pop_front) else { return };
        let (log, offset) = (job.record.at.topic, job.record.delivery.offset);
        let index = usize::try_from(offset).expect("not negative");
        let entry = self.world.logs[log][index];
        let retried = log
            .checked_sub(1)
            .map(|tier| Retried { written: Written { tier, offset }, id: Some(self.id(&entry)) });
        let origin = Origin { source: SOURCE, queue, retried };
        let sent = match self.world.open_keys.admit(&origin) {
            Admission::Wait => return self.world.open_keys.wait(job),
            Admission::Follow => {
                self.world.follows += 1;
                Some((entry, 0))
            }
            Admission::Handle => {
                let fails = self.world.random.percent(30) && entry.delays < DELAYS;
                let tier = 1 + self.world.random.below(DELAYS);
                fails.then_some((Entry { delays: entry.delays + 1, ..entry }, tier))
            }
        };
        self.pending.push(Pending { log, index, sent });
        let id = sent.map(|(entry, _)| Sent::InTransaction(self.id(&entry)));
        let next = self.world.open_keys.done(self.assignment(), &origin, id);
        self.go_on(queue, next);
    }
}

#[test]
fn outputs_of_a_key_are_committed_once_and_in_order_whatever_ends_a_transaction() {
    let (mut aborts, mut dropped, mut restarts, mut follows) = (0, 0, 0, 0);
    for seed in 0..100 {
        let mut member = Member::new(seed, 100);
        for step in 0.. {
            assert!(step < 1_000_000, "seed {seed}: records are stuck");
            if step % 100 == 0 && member.world.is_over() {
                break;
            }
            match member.world.random.below(1_000) {
                0..500 => member.world.read_one(),
                500..950 => member.work(),
                950..990 => member.transact(),
                990..995 => member.read_again(),
                995..997 => member.lose(),
                _ => {}
            }
        }
        let world = &member.world;
        let numbers = world.logs[0].iter().map(|entry| entry.number).max().expect("records");
        assert_eq!(member.completed.iter().sum::<usize>(), 100, "seed {seed}");
        assert!(member.completed.contains(&numbers));
        assert!(world.open_keys.waiting.is_empty(), "seed {seed}");
        let leads = world.open_keys.partitions[&SOURCE].keys.values().filter(|key| key.lead.is_some());
        assert_eq!(leads.count(), 0, "seed {seed}: no key stays open for a lead");
        aborts += member.aborts;
        dropped += member.dropped;
        restarts += world.restarts;
        follows += world.follows;
    }
    assert!(
        aborts > 500 && dropped > 50 && restarts > 100 && follows > 500,
        "{aborts} aborts, {dropped} dropped, {restarts} restarts, {follows} followers"
    );
}
