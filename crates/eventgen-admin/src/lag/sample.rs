//! What a cluster reports about topics and groups at one time.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// The offsets of topics and groups at one time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LagSample {
    /// When the cluster was asked.
    pub at: SystemTime,
    /// The number of brokers.
    pub brokers: usize,
    /// The partitions of the topics that exist, by the topic's name.
    pub topics: BTreeMap<String, Vec<PartitionOffsets>>,
    /// The groups that are expected to read the topics, and those with offsets on them, by name.
    pub groups: BTreeMap<String, GroupSample>,
    /// Groups whose offsets could not be read, with the reason.
    pub unread: BTreeMap<String, String>,
    /// What else could not be found out, in sentences.
    pub problems: Vec<String>,
}

/// A partition of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionOffsets {
    /// The partition.
    pub partition: i32,
    /// The offset of the oldest record; `None` if the leader did not answer.
    pub oldest: Option<i64>,
    /// The offset behind the newest record that a consumer can read: records of open transactions are not counted.
    /// `None` if the leader did not answer.
    pub end: Option<i64>,
    /// The broker that leads the partition.
    pub leader: Option<i32>,
    /// Whether the leader is the first replica.
    pub is_led_by_preferred: bool,
    /// The number of replicas.
    pub replicas: usize,
    /// The number of replicas that are in sync.
    pub in_sync: usize,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct GroupSample {
    /// The number of members; `None` if it could not be found out, as of a group with the protocol of KIP-848.
    pub members: Option<usize>,
    /// Its partitions by topic: of the topics that it is expected to read and that exist, and of those on which it has
    /// committed an offset.
    pub topics: BTreeMap<String, Vec<GroupPartition>>,
}

/// A group on a partition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GroupPartition {
    /// The partition.
    pub partition: i32,
    /// The offset of the record that the group handles next; `None` if it has not committed an offset.
    pub committed: Option<i64>,
    /// The offset of the oldest record; `None` if the leader did not answer.
    pub oldest: Option<i64>,
    /// The offset behind the newest record; `None` if the leader did not answer.
    pub end: Option<i64>,
    /// The number of offsets between `committed` and `end`; `None` if one of them is.
    pub lag: Option<u64>,
    /// How long ago the record that the group handles next was written, by its timestamp. Zero if there is none, or if its
    /// timestamp is in the future. `None` if `lag` is, if the record has no timestamp, or if it could not be read in time.
    pub age: Option<Duration>,
    /// When that record is due by its header, if the topic is a retry topic in which it waits for a time. Then `age` counts from
    /// there; see [`overdue`](Self::overdue) for a header that may be wrong.
    pub due: Option<SystemTime>,
    /// When the broker appended that record, if `due` is there and the topic has `message.timestamp.type=LogAppendTime`.
    pub appended: Option<SystemTime>,
    /// The member that the partition is assigned to.
    pub owner: Option<Owner>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owner {
    /// Its `client.id`.
    pub client_id: String,
    /// Its address, as the broker sees it.
    pub host: String,
}

impl GroupPartition {
    /// When the record that the group handles next is due, if it waits in a retry topic with this delay: as its header states, but
    /// not before it came into the topic, and at the latest when it has been there for the delay. So a header that is forged, or
    /// that a wrong clock has written, says nothing absurd. `None` without a delay: it waits for other records of its key.
    pub fn due_within(&self, delay: Option<Duration>) -> Option<SystemTime> {
        let (due, delay) = self.due.zip(delay)?;
        let Some(appended) = self.appended else { return Some(due) };
        let latest = appended.checked_add(delay).unwrap_or(appended);
        Some(due.max(appended).min(latest))
    }

    /// For how long that record has been due at this time. Where it waits for no time, how long it has been in the topic.
    pub fn overdue(&self, at: SystemTime, delay: Option<Duration>) -> Option<Duration> {
        let since = match self.due_within(delay) {
            Some(due) => due,
            // Then `age` counts from a header without a meaning.
            None if self.due.is_some() => self.appended?,
            None => return self.age,
        };
        Some(at.duration_since(since).unwrap_or_default())
    }

    /// The number of records that retention has deleted before the group has read them.
    pub fn lost(&self) -> u64 {
        match (self.committed, self.oldest) {
            (Some(committed), Some(oldest)) => u64::try_from(oldest - committed).unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether records wait for the group. A partition without a committed offset has none: where the group starts is its
    /// own choice.
    pub(crate) fn has_lag(&self) -> bool {
        self.lag.is_some_and(|lag| lag > 0)
    }
}
