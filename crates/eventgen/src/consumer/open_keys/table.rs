//! The open keys of one worker.

use std::collections::{HashMap, VecDeque};

#[cfg(eventgen_planted)]
use crate::consumer::planted;
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::{AssignmentId, Job, QueueIds, Ticket};
use crate::consumer::topics::TopicPartition;

/// Where a record is in the retry topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) tier: usize,
    pub(crate) offset: i64,
}

/// Where a record with an order was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The partition of its source.
    pub(crate) source: TopicPartition,
    pub(crate) queue: QueueId,
    /// Where it is in the retry topics; `None` in the source.
    pub(crate) retried: Option<Written>,
}

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
    lead: Option<(u32, i64)>,
    #[expect(clippy::box_collection, reason = "it is almost always absent, and there are many keys")]
    more: Option<Box<Vec<(u32, i64)>>>,
    /// The offset behind the last follower; 0 if there is none.
    followers_end: i64,
}

type Keys = HashMap<QueueId, OpenKey, QueueIds>;

/// The open keys of one worker.
#[derive(Debug, Default)]
pub(crate) struct OpenKeys {
    /// By the partition of the source.
    partitions: HashMap<TopicPartition, Keys>,
    /// Followers that were read and wait for a lead, in their order.
    waiting: HashMap<QueueId, VecDeque<Job>, QueueIds>,
}

impl OpenKeys {
    /// A partition was assigned, whose retry topics have these records.
    pub(crate) fn open(&mut self, source: TopicPartition, found: Vec<(QueueId, Written)>) {
        let mut keys = Keys::default();
        for (queue, written) in found {
            keys.entry(queue).or_default().add(written);
        }
        self.partitions.insert(source, keys);
    }

    /// A partition has left.
    pub(crate) fn close(&mut self, source: TopicPartition) {
        self.partitions.remove(&source);
    }

    /// What happens to a record whose turn has come.
    pub(crate) fn admit(&self, origin: &Origin) -> Admission {
        let key = self.partitions.get(&origin.source).and_then(|keys| keys.get(&origin.queue));
        match (key, origin.retried) {
            (None, _) | (Some(_), Some(Written { tier: 1.., .. })) => Admission::Handle,
            #[cfg(eventgen_planted)]
            (Some(_), None) if planted::is_planted(planted::Bug::FollowerOvertakes) => Admission::Handle,
            (Some(_), None) => Admission::Follow,
            (Some(key), Some(_)) if key.lead.is_some() => Admission::Wait,
            (Some(_), Some(_)) => Admission::Handle,
        }
    }

    /// A follower waits until no lead of its key is left.
    pub(crate) fn wait(&mut self, mut job: Job) {
        job.record.detach();
        self.waiting.entry(job.queue).or_default().push_back(job);
    }

    /// A record is done: handled, or written elsewhere. Returns the followers that go on.
    pub(crate) fn done(&mut self, origin: &Origin, written: Option<Written>) -> VecDeque<Job> {
        // The table of a partition that has left is gone.
        let Some(keys) = self.partitions.get_mut(&origin.source) else { return VecDeque::new() };
        if origin.retried.is_none() && written.is_none() {
            return VecDeque::new();
        }
        let key = keys.entry(origin.queue).or_default();
        // What is written comes first, so that the key does not close in between.
        if let Some(written) = written {
            key.add(written);
        }
        if let Some(done) = origin.retried {
            key.remove(done);
        }
        let (has_lead, is_closed) = (key.lead.is_some(), key.is_closed());
        if is_closed {
            keys.remove(&origin.queue);
        }
        if has_lead { VecDeque::new() } else { self.waiting.remove(&origin.queue).unwrap_or_default() }
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

impl OpenKey {
    fn add(&mut self, Written { tier, offset }: Written) {
        if tier == 0 {
            self.followers_end = self.followers_end.max(offset + 1);
            return;
        }
        let lead = (u32::try_from(tier).unwrap_or(u32::MAX), offset);
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

    fn remove(&mut self, Written { tier, offset }: Written) {
        if tier == 0 {
            if offset + 1 >= self.followers_end {
                self.followers_end = 0;
            }
            return;
        }
        let done = (u32::try_from(tier).unwrap_or(u32::MAX), offset);
        if let Some(more) = &mut self.more {
            more.retain(|lead| *lead != done);
        }
        if self.lead == Some(done) {
            self.lead = self.more.as_mut().and_then(|more| more.pop());
        }
        self.more.take_if(|more| more.is_empty());
    }

    fn is_closed(&self) -> bool {
        self.lead.is_none() && self.followers_end == 0
    }
}

#[cfg(test)]
mod tests;
