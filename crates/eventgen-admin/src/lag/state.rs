//! The states of groups and partitions, by Burrow's names, and their reasons.

use std::fmt;
use std::time::Duration;

use super::{LagLimit, short_duration};

/// The state of a group on a topic, or on one of its partitions. A worse one is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LagState {
    /// The group keeps up.
    Ok,
    /// The group commits, and its lag does not decrease; or nobody reads.
    Warn,
    /// The group is behind by more than its limit, or records were deleted before it has read them.
    Err,
    /// The topic does not exist, or the group has not committed an offset on it.
    NotFound,
    /// The committed offset has decreased.
    Rewind,
    /// The group has members, records wait, and the committed offset does not move.
    Stall,
    /// The group has no members, records wait, and the committed offset does not move.
    Stop,
}

impl LagState {
    /// All states, from good to bad.
    pub const ALL: [Self; 7] =
        [Self::Ok, Self::Warn, Self::Err, Self::NotFound, Self::Rewind, Self::Stall, Self::Stop];

    /// The name, as Burrow has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warn => "WARN",
            Self::Err => "ERR",
            Self::NotFound => "NOTFOUND",
            Self::Rewind => "REWIND",
            Self::Stall => "STALL",
            Self::Stop => "STOP",
        }
    }

    /// Whether somebody has to act: every state but `OK` and `WARN`.
    pub fn is_error(self) -> bool {
        !matches!(self, Self::Ok | Self::Warn)
    }
}

impl fmt::Display for LagState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a group or a partition is in its state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LagReason {
    /// All partitions together have more lag than the limit, in records.
    OverRecords {
        /// The lag.
        lag: u64,
        /// The limit.
        limit: u64,
    },
    /// The oldest record that the group has not committed is older than the limit.
    OverTime {
        /// Its age.
        age: Duration,
        /// The limit.
        limit: Duration,
    },
    /// The limit is a time, and the age of the next record is unknown on some partitions.
    AgeUnknown,
    /// Retention has deleted records that the group has not read.
    Lost {
        /// How many.
        records: u64,
    },
    /// The topic does not exist.
    NoTopic,
    /// The topic has records, and the group has not committed an offset.
    NoOffsets,
    /// The offsets of the group could not be read.
    NotRead {
        /// What the cluster reports.
        reason: String,
    },
    /// Records wait, and the group has no members.
    NoMembers,
    /// The committed offset has decreased.
    Rewound {
        /// By how much.
        by: u64,
    },
    /// The committed offset has not moved in this time, and records wait.
    NotMoving {
        /// The time.
        within: Duration,
    },
    /// Records wait in a retry topic, and none is due.
    Waiting {
        /// The time until the first one is due; `None` if they wait for other records of their keys.
        next: Option<Duration>,
    },
    /// A record in a retry topic is due and has not been handled.
    Overdue {
        /// For how long.
        by: Duration,
    },
    /// A record in a retry topic states that it is due later than the delay of the topic allows: the clock of the member that wrote
    /// it was wrong, the header is forged, or the delay was longer.
    DueTooLate {
        /// The time until it is due, as it states.
        due: Duration,
        /// The delay.
        delay: Duration,
    },
    /// The group commits, and the lag has not decreased in this time.
    NotDecreasing {
        /// The time.
        within: Duration,
    },
}

impl LagReason {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OverRecords { .. } | Self::OverTime { .. } => "over-max-lag",
            Self::AgeUnknown => "age-unknown",
            Self::Lost { .. } => "lost-to-retention",
            Self::NoTopic => "no-topic",
            Self::NoOffsets => "no-offsets",
            Self::NotRead { .. } => "not-read",
            Self::NoMembers => "no-members",
            Self::Rewound { .. } => "rewound",
            Self::NotMoving { .. } => "not-moving",
            Self::NotDecreasing { .. } => "not-decreasing",
            Self::Waiting { .. } => "waiting",
            Self::Overdue { .. } => "overdue",
            Self::DueTooLate { .. } => "due-too-late",
        }
    }
}

impl fmt::Display for LagReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverRecords { lag, limit } => write!(f, "lag {lag} is over maxLag {limit}"),
            Self::OverTime { limit, .. } => {
                write!(f, "behind by more than maxLag {}", short_duration(*limit))
            }
            Self::AgeUnknown => f.write_str("the age of the next record is unknown"),
            Self::Lost { records: 1 } => f.write_str("retention has deleted 1 unread record"),
            Self::Lost { records } => write!(f, "retention has deleted {records} unread records"),
            Self::NoTopic => {
                f.write_str("the topic does not exist, or the user lacks the operation Describe on it")
            }
            Self::NoOffsets => f.write_str("no committed offset"),
            Self::NotRead { reason } => write!(f, "its offsets cannot be read: {reason}"),
            Self::NoMembers => f.write_str("no members"),
            Self::Rewound { by } => write!(f, "the committed offset went back by {by}"),
            Self::NotMoving { within } => write!(f, "no progress for {}", short_duration(*within)),
            Self::Waiting { next: Some(next) } => {
                write!(f, "waiting: the next record is due in {}", short_duration(*next))
            }
            Self::Waiting { next: None } => f.write_str("waiting for earlier records of their keys"),
            Self::Overdue { by } => write!(f, "a record was due {} ago", short_duration(*by)),
            Self::DueTooLate { due, delay } => {
                let (due, delay) = (short_duration(*due), short_duration(*delay));
                write!(f, "a record states that it is due in {due}, and the delay is {delay}")
            }
            Self::NotDecreasing { within } => {
                write!(f, "the lag has not decreased for {}", short_duration(*within))
            }
        }
    }
}

/// A group on a topic.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GroupStatus {
    /// The worst of the group and its partitions.
    pub state: LagState,
    /// Why, the worst reason first. The reasons of partitions are with them.
    pub reasons: Vec<LagReason>,
    /// The limit that was applied.
    pub limit: Option<LagLimit>,
    /// The lag of all partitions that have a committed offset; `None` if no partition has one.
    pub lag: Option<u64>,
    /// The age of the oldest record that the group has not committed; `None` if it is unknown on every partition with lag.
    pub age: Option<Duration>,
    /// The partitions.
    pub partitions: Vec<PartitionStatus>,
}

/// A group on a partition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartitionStatus {
    /// The partition.
    pub partition: i32,
    /// Its state.
    pub state: LagState,
    /// Why.
    pub reason: Option<LagReason>,
}

/// The state that a reason gives.
pub(super) fn state_of(reason: &LagReason, has_members: bool) -> LagState {
    match reason {
        LagReason::OverRecords { .. } | LagReason::OverTime { .. } | LagReason::Lost { .. } => LagState::Err,
        LagReason::Waiting { .. } => LagState::Ok,
        LagReason::Overdue { .. }
        | LagReason::DueTooLate { .. }
        | LagReason::AgeUnknown
        | LagReason::NoMembers
        | LagReason::NotDecreasing { .. } => LagState::Warn,
        LagReason::NoTopic | LagReason::NoOffsets | LagReason::NotRead { .. } => LagState::NotFound,
        LagReason::Rewound { .. } => LagState::Rewind,
        LagReason::NotMoving { .. } if has_members => LagState::Stall,
        LagReason::NotMoving { .. } => LagState::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_ordered_from_good_to_bad() {
        assert!(LagState::ALL.is_sorted());
        assert_eq!(format!("{:<9}|", LagState::Warn), "WARN     |");
    }
}
