//! What several samples say about a group: Burrow's rules over a window that slides.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use super::state::state_of;
use super::{GroupPartition, GroupStatus, LagLimit, LagReason, LagSample, LagState, PartitionStatus};

/// The last samples of a cluster.
///
/// [`status`](Self::status) applies the rules that need one sample from the first on. Those that compare samples need a full
/// window, except that a committed offset that decreases is reported at once.
#[derive(Debug, Clone)]
pub struct LagHistory {
    window: usize,
    samples: VecDeque<LagSample>,
}

impl LagHistory {
    /// The number of samples that Burrow compares.
    pub const WINDOW: usize = 10;

    /// For how long a record of a retry topic may be due before that is trouble.
    pub const OVERDUE: Duration = Duration::from_secs(300);

    /// A history that keeps this many samples, at least one.
    pub fn new(window: usize) -> Self {
        Self { window: window.max(1), samples: VecDeque::new() }
    }

    /// Adds a sample. The oldest one is dropped when the window is full.
    pub fn push(&mut self, sample: LagSample) {
        if self.samples.len() == self.window {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// The newest sample.
    pub fn latest(&self) -> Option<&LagSample> {
        self.samples.back()
    }

    /// The state of a group on a topic. A group that the newest sample does not have is
    /// [not found](LagState::NotFound).
    pub fn status(&self, group: &str, topic: &str, limit: Option<LagLimit>) -> GroupStatus {
        let mut status = GroupStatus {
            state: LagState::Ok,
            reasons: Vec::new(),
            limit,
            lag: None,
            age: None,
            partitions: Vec::new(),
        };
        let Some(latest) = self.latest() else { return status };
        let found = latest.groups.get(group);
        let Some(partitions) = found.and_then(|found| found.topics.get(topic)) else {
            status.reasons.push(match latest.unread.get(group) {
                _ if !latest.topics.contains_key(topic) => LagReason::NoTopic,
                Some(reason) => LagReason::NotRead { reason: reason.clone() },
                None => LagReason::NoOffsets,
            });
            status.state = LagState::NotFound;
            return status;
        };
        let has_members = found.and_then(|found| found.members) != Some(0);
        for partition in partitions {
            let reason = self.reason_of(group, topic, partition);
            let state = reason.as_ref().map_or(LagState::Ok, |reason| state_of(reason, has_members));
            status.partitions.push(PartitionStatus { partition: partition.partition, state, reason });
        }
        status.lag = partitions.iter().filter_map(|partition| partition.lag).reduce(u64::saturating_add);
        status.age = partitions.iter().filter_map(|partition| partition.age).max();
        status.reasons = reasons(&status, partitions, has_members);
        // The first reason is the worst.
        status.state = status.reasons.first().map_or(LagState::Ok, |reason| state_of(reason, has_members));
        status
    }

    /// How far clocks may differ before a time is doubted.
    pub const CLOCKS: Duration = Duration::from_secs(60);

    /// The state of a group on one of its retry topics, by the newest sample: records that wait there and are not due are no
    /// trouble, however long they wait. `delay` is that of the topic, or `None` for `.retry.0`. The state is `WARN` if a record has
    /// been due for more than [`OVERDUE`](Self::OVERDUE), or if it states that it is due later than now and the delay, by more than
    /// [`CLOCKS`](Self::CLOCKS). See [`GroupPartition::due_within`] for when it is due.
    pub fn waiting(&self, group: &str, topic: &str, delay: Option<Duration>) -> GroupStatus {
        let mut status = GroupStatus {
            state: LagState::Ok,
            reasons: Vec::new(),
            limit: None,
            lag: None,
            age: None,
            partitions: Vec::new(),
        };
        let Some(latest) = self.latest() else { return status };
        let found = latest.groups.get(group).and_then(|found| found.topics.get(topic));
        let partitions = found.map(Vec::as_slice).unwrap_or_default();
        for partition in partitions {
            let reason = waiting(partition, latest.at, delay);
            let state = reason.as_ref().map_or(LagState::Ok, |reason| state_of(reason, true));
            status.partitions.push(PartitionStatus { partition: partition.partition, state, reason });
        }
        status.lag = partitions.iter().filter_map(|partition| partition.lag).reduce(u64::saturating_add);
        // Where no record has a time, they wait for others, however old they are.
        let due = partitions.iter().filter(|partition| partition.due_within(delay).is_some());
        status.age = due.filter_map(|partition| partition.overdue(latest.at, delay)).max();
        // The worst of each kind. That records wait is said where there is nothing else to say.
        for kind in ["overdue", "due-too-late", "waiting"] {
            let reasons = status.partitions.iter().filter_map(|partition| partition.reason.as_ref());
            let worst = reasons.filter(|reason| reason.code() == kind).max_by_key(|reason| match reason {
                LagReason::Overdue { by } => (1, by.as_millis()),
                LagReason::DueTooLate { due, .. } => (1, due.as_millis()),
                LagReason::Waiting { next: Some(next) } => (1, u128::MAX - next.as_millis()),
                _ => (0, 0),
            });
            if kind != "waiting" || status.reasons.is_empty() {
                status.reasons.extend(worst.cloned());
            }
        }
        status.state = worst_state(&status.partitions);
        status
    }

    /// The worst that the samples say about a partition.
    fn reason_of(&self, group: &str, topic: &str, latest: &GroupPartition) -> Option<LagReason> {
        let number = latest.partition;
        let seen: Vec<(&LagSample, &GroupPartition)> = self
            .samples
            .iter()
            .filter_map(|sample| {
                let partitions = sample.groups.get(group)?.topics.get(topic)?;
                Some((sample, partitions.iter().find(|found| found.partition == number)?))
            })
            .collect();
        let committed: Vec<i64> = seen.iter().filter_map(|(_, partition)| partition.committed).collect();
        if let Some(by) = committed.windows(2).map(|pair| pair[0] - pair[1]).filter(|by| *by > 0).max() {
            return Some(LagReason::Rewound { by: by.unsigned_abs() });
        }
        let is_full = self.window > 1 && seen.len() == self.window && committed.len() == self.window;
        if is_full && seen.iter().all(|(_, partition)| partition.has_lag()) {
            let time = |index: usize| seen[index].0.at;
            let within = time(seen.len() - 1).duration_since(time(0)).unwrap_or(Duration::ZERO);
            let has_moved = committed.first() != committed.last();
            if !has_moved {
                return Some(LagReason::NotMoving { within });
            }
            if latest.lost() == 0 && seen.is_sorted_by_key(|(_, partition)| partition.lag) {
                return Some(LagReason::NotDecreasing { within });
            }
        }
        let lost = latest.lost();
        (lost > 0).then_some(LagReason::Lost { records: lost })
    }
}

/// What the first record of a partition of a retry topic waits for; `None` if there is none, or if it has not been due for long.
fn waiting(partition: &GroupPartition, at: SystemTime, delay: Option<Duration>) -> Option<LagReason> {
    if !partition.has_lag() {
        return None;
    }
    let Some(bounded) = partition.due_within(delay) else { return Some(LagReason::Waiting { next: None }) };
    let overdue = at.duration_since(bounded).unwrap_or_default();
    if overdue > LagHistory::OVERDUE {
        return Some(LagReason::Overdue { by: overdue });
    }
    let stated = partition.due.and_then(|due| due.duration_since(at).ok());
    if let Some((due, delay)) = stated.zip(delay)
        && due > delay.saturating_add(LagHistory::CLOCKS)
    {
        return Some(LagReason::DueTooLate { due, delay });
    }
    bounded.duration_since(at).ok().map(|next| LagReason::Waiting { next: Some(next) })
}

fn worst_state(partitions: &[PartitionStatus]) -> LagState {
    partitions.iter().map(|partition| partition.state).max().unwrap_or(LagState::Ok)
}

/// The reasons of a group on a topic, the worst first.
fn reasons(status: &GroupStatus, partitions: &[GroupPartition], has_members: bool) -> Vec<LagReason> {
    let mut reasons: Vec<LagReason> = Vec::new();
    let has_lag = partitions.iter().any(GroupPartition::has_lag);
    let has_records = partitions.iter().any(|partition| partition.end > partition.oldest);
    if has_records && partitions.iter().all(|partition| partition.committed.is_none()) {
        reasons.push(LagReason::NoOffsets);
    }
    match (status.limit, status.lag, status.age) {
        (Some(LagLimit::Records(limit)), Some(lag), _) if lag > limit => {
            reasons.push(LagReason::OverRecords { lag, limit });
        }
        (Some(LagLimit::Time(limit)), _, Some(age)) if age > limit => {
            reasons.push(LagReason::OverTime { age, limit });
        }
        (Some(LagLimit::Time(_)), ..)
            if partitions.iter().any(|partition| partition.has_lag() && partition.age.is_none()) =>
        {
            reasons.push(LagReason::AgeUnknown);
        }
        _ => {}
    }
    let lost = partitions.iter().map(GroupPartition::lost).fold(0, u64::saturating_add);
    if lost > 0 {
        reasons.push(LagReason::Lost { records: lost });
    }
    if has_lag && !has_members {
        reasons.push(LagReason::NoMembers);
    }
    // Of the partitions with the same kind of reason, the worst: what is lost is in the sum above.
    for kind in ["not-moving", "rewound", "not-decreasing"] {
        let of_kind = status.partitions.iter().filter_map(|partition| partition.reason.as_ref());
        let worst = of_kind.filter(|reason| reason.code() == kind).max_by_key(|reason| match reason {
            LagReason::Rewound { by } => *by,
            LagReason::NotMoving { within } | LagReason::NotDecreasing { within } => within.as_secs(),
            _ => 0,
        });
        reasons.extend(worst.cloned());
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(state_of(reason, has_members)));
    reasons
}

#[cfg(test)]
mod tests;
