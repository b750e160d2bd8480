//! The messages between the polling thread and the threads for requests to the group.

use std::ops::Range;
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;

use super::Work;
use crate::Error;
use crate::consumer::open_keys::FoundKeys;
use crate::consumer::scheduler::{AssignmentId, Gap, OffsetMap, Positions};
use crate::consumer::start_from::Target;
use crate::consumer::topics::TopicPartition;
use crate::kafka::GroupMetadata;

/// Receives the offset that a seek leads to.
pub(crate) type SeekAnswer = oneshot::Sender<Result<i64, Error>>;

/// A request to the thread for commits.
pub(super) enum CommitRequest {
    Commit(Positions),
    Stop { done: Sender<()> },
}

/// A request to the thread for transactions.
pub(super) enum TransactionRequest {
    /// What is to be committed, and what the group knew of this member when the work was taken: `None` if it had no group.
    Commit(Work, Option<GroupMetadata>),
    Stop {
        done: Sender<()>,
    },
}

/// A request to the thread for checks. The records of a new assignment wait for its check, so that no commit replaces the
/// committed offset before it is read.
pub(super) enum CheckRequest {
    Assigned(Vec<(TopicPartition, AssignmentId)>),
    Left(Vec<AssignmentId>),
    Gaps(Vec<Gap>),
    /// Asks for the starts and the ends of the logs of partitions.
    Logs(Vec<TopicPartition>),
    Position {
        assignment: AssignmentId,
        at: TopicPartition,
        target: Target,
        answer: SeekAnswer,
    },
    Stop {
        done: Sender<()>,
    },
}

/// The result of a check.
#[derive(Debug)]
pub(crate) enum Check {
    /// What the previous owner of a partition did beyond the committed offset.
    DoneBefore {
        assignment: AssignmentId,
        at: TopicPartition,
        committed: Option<i64>,
        map: OffsetMap,
        /// Whether the client skips records if it does not find the committed offset (`auto.offset.reset`).
        may_skip: bool,
    },
    /// Which keys of a partition have records in its retry topics. `since` is the first of its assignments and those of its
    /// retry topics.
    OpenKeys { source: TopicPartition, since: AssignmentId, keys: FoundKeys },
    /// Where the group starts with a partition of which it has not committed an offset.
    Starts { assignment: AssignmentId, offset: i64 },
    /// Where the target of a seek is, or why it is nowhere.
    Position { assignment: AssignmentId, at: TopicPartition, offset: Result<i64, String>, answer: SeekAnswer },
    /// The log of a partition starts after the offset that the group was to read next.
    StartsLate { at: TopicPartition, assignment: AssignmentId, from: i64, start: i64 },
    /// The start and the end of the log of each partition whose leader answers.
    Logs(Vec<(TopicPartition, Range<i64>)>),
    /// Gaps whose check failed.
    Unchecked(Vec<Gap>),
}
