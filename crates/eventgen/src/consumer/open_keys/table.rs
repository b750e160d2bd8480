//! The open keys of one worker.

use std::collections::{HashMap, VecDeque};

use super::written::{Origin, Promise, Retried, RetryId, Sent, Written};
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::{AssignmentId, Job, QueueIds, Ticket};
use crate::consumer::topics::TopicPartition;
#[cfg(eventgen_planted)]
use crate::planted;

/// What happens to a record whose turn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is handled.
    Handle,
    /// It is written to the topic of followers.
    Follow,
    /// It waits until no lead of its key is left.
    Wait,
}

/// The records of one key in the retry topics.
#[derive(Debug, Default)]
struct OpenKey {
    /// The first lead, which is the only one but for records that were written twice.
    lead: Option<Lead>,
    #[expect(clippy::box_collection, reason = "it is almost always absent, and there are many keys")]
    more: Option<Box<Vec<Lead>>>,
    followers: Followers,
}

/// A lead that is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lead {
    /// Whether it was handed to a transaction, so that only its id is known.
    is_promised: bool,
    /// Its tier, or the delays of its id.
    number: u32,
    /// Its offset in the retry topic, or in the source.
    offset: i64,
}

/// The last follower that is not done.
#[derive(Debug, Default)]
enum Followers {
    #[default]
    None,
    /// The offset behind it.
    Before(i64),
    /// It was handed to a transaction and has this offset in the source.
    Promised(i64),
}

type Keys = HashMap<QueueId, OpenKey, QueueIds>;

/// The open keys of a partition of a source.
#[derive(Debug)]
struct Opened {
    /// The first assignment of the partition and its retry topics for which they are.
    since: AssignmentId,
    keys: Keys,
}

/// The open keys of one worker.
#[derive(Debug, Default)]
pub(crate) struct OpenKeys {
    /// By the partition of the source.
    partitions: HashMap<TopicPartition, Opened>,
    /// Followers that were read and wait for a lead, in their order.
    waiting: HashMap<QueueId, VecDeque<Job>, QueueIds>,
}

impl OpenKeys {
    /// A partition was assigned, whose retry topics have these records. `since` is the first of its assignments and those of
    /// its retry topics.
    pub(crate) fn open(
        &mut self,
        source: TopicPartition,
        since: AssignmentId,
        found: Vec<(QueueId, Written)>,
    ) {
        let mut keys = Keys::default();
        for (queue, written) in found {
            keys.entry(queue).or_default().add(Sent::At(written));
        }
        self.partitions.insert(source, Opened { since, keys });
    }

    /// A partition has left.
    pub(crate) fn close(&mut self, source: TopicPartition) {
        self.partitions.remove(&source);
    }

    /// What happens to a record whose turn has come.
    pub(crate) fn admit(&self, origin: &Origin) -> Admission {
        let key = self.partitions.get(&origin.source).and_then(|opened| opened.keys.get(&origin.queue));
        match (key, origin.retried) {
            (None, _) | (Some(_), Some(Retried { written: Written { tier: 1.., .. }, .. })) => {
                Admission::Handle
            }
            #[cfg(eventgen_planted)]
            (Some(_), None) if planted::is_planted(planted::Bug::FollowerOvertakes) => Admission::Handle,
            (Some(_), None) => Admission::Follow,
            (Some(key), Some(_)) if key.lead.is_some() => Admission::Wait,
            (Some(_), Some(_)) => Admission::Handle,
        }
    }

    /// Whether followers of a key have to wait.
    pub(crate) fn has_lead(&self, source: TopicPartition, queue: QueueId) -> bool {
        let key = self.partitions.get(&source).and_then(|opened| opened.keys.get(&queue));
        key.is_some_and(|key| key.lead.is_some())
    }

    /// A follower waits until no lead of its key is left.
    pub(crate) fn wait(&mut self, mut job: Job) {
        job.record.detach();
        self.waiting.entry(job.queue).or_default().push_back(job);
    }

    /// A record that was read under an assignment is done: handled, or written elsewhere. Returns the followers that go on.
    pub(crate) fn done(
        &mut self,
        assignment: AssignmentId,
        origin: &Origin,
        sent: Option<Sent>,
    ) -> VecDeque<Job> {
        // The table of a partition that has left is gone.
        let Some(opened) = self.partitions.get_mut(&origin.source) else { return VecDeque::new() };
        // The work of an assignment that has ended does not count. What is written is there all the same.
        let counts = !assignment.is_before(opened.since);
        let sent = sent.filter(|sent| counts || matches!(sent, Sent::At(_)));
        let retried = origin.retried.filter(|_| counts);
        if retried.is_none() && sent.is_none() {
            return VecDeque::new();
        }
        let key = opened.keys.entry(origin.queue).or_default();
        // What is written comes first, so that the key does not close in between.
        if let Some(sent) = sent {
            key.add(sent);
        }
        if let Some(done) = retried {
            key.remove(done);
        }
        self.settle(origin.source, origin.queue)
    }

    /// A lead that was handed over under an assignment does not become part of a transaction. Returns the followers that go on.
    pub(crate) fn withdraw(&mut self, assignment: AssignmentId, promise: &Promise) -> VecDeque<Job> {
        let Promise { source, queue, id } = *promise;
        let opened = self.partitions.get_mut(&source).filter(|opened| !assignment.is_before(opened.since));
        let Some(key) = opened.and_then(|opened| opened.keys.get_mut(&queue)) else {
            return VecDeque::new();
        };
        key.remove_lead(Lead::promised(id));
        self.settle(source, queue)
    }

    /// Forgets a key that is closed. Returns the followers that wait for no lead any more.
    fn settle(&mut self, source: TopicPartition, queue: QueueId) -> VecDeque<Job> {
        let Some(opened) = self.partitions.get_mut(&source) else { return VecDeque::new() };
        let Some(key) = opened.keys.get(&queue) else { return VecDeque::new() };
        if key.lead.is_some() {
            return VecDeque::new();
        }
        if matches!(key.followers, Followers::None) {
            opened.keys.remove(&queue);
        }
        self.waiting.remove(&queue).unwrap_or_default()
    }

    /// Forgets the followers of an assignment that wait.
    pub(crate) fn remove_assignment(&mut self, id: AssignmentId) {
        self.retain(|job| job.assignment != id);
    }

    /// Forgets the followers of an assignment that wait and were fetched again.
    pub(crate) fn remove_superseded(&mut self, id: AssignmentId, before: Ticket, offset: i64) {
        self.retain(|job| {
            job.assignment != id || job.ticket >= before || job.record.delivery.offset < offset
        });
    }

    fn retain(&mut self, keep: impl Fn(&Job) -> bool) {
        self.waiting.retain(|_, jobs| {
            jobs.retain(&keep);
            !jobs.is_empty()
        });
    }
}

impl Lead {
    fn at(Written { tier, offset }: Written) -> Self {
        Self { is_promised: false, number: u32::try_from(tier).unwrap_or(u32::MAX), offset }
    }

    fn promised(RetryId { delays, offset }: RetryId) -> Self {
        Self { is_promised: true, number: delays, offset }
    }
}

impl OpenKey {
    fn add(&mut self, sent: Sent) {
        let lead = match sent {
            Sent::At(Written { tier: 0, offset }) => {
                self.followers = match self.followers {
                    Followers::Before(end) => Followers::Before(end.max(offset + 1)),
                    _ => Followers::Before(offset + 1),
                };
                return;
            }
            // It is behind all others of its key, whatever its offset: the source may have been created anew.
            Sent::InTransaction(RetryId { delays: 0, offset }) => {
                self.followers = Followers::Promised(offset);
                return;
            }
            Sent::At(written) => Lead::at(written),
            Sent::InTransaction(id) => Lead::promised(id),
        };
        match &mut self.lead {
            None => self.lead = Some(lead),
            Some(first) if *first == lead => {}
            Some(_) => {
                let more = self.more.get_or_insert_default();
                if !more.contains(&lead) {
                    more.push(lead);
                }
            }
        }
    }

    fn remove(&mut self, Retried { written, id }: Retried) {
        if written.tier == 0 {
            let is_last = match self.followers {
                Followers::None => false,
                Followers::Before(end) => written.offset + 1 >= end,
                Followers::Promised(last) => id.is_some_and(|id| id.offset == last),
            };
            if is_last {
                self.followers = Followers::None;
            }
            return;
        }
        self.remove_lead(Lead::at(written));
        if let Some(id) = id {
            self.remove_lead(Lead::promised(id));
        }
    }

    fn remove_lead(&mut self, done: Lead) {
        if let Some(more) = &mut self.more {
            more.retain(|lead| *lead != done);
        }
        if self.lead == Some(done) {
            self.lead = self.more.as_mut().and_then(|more| more.pop());
        }
        self.more.take_if(|more| more.is_empty());
    }
}

#[cfg(test)]
mod tests;
