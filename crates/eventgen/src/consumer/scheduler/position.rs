//! Where the group continues with a partition: what a commit states.

use super::job::AssignmentId;
use super::partition::Partition;
use crate::consumer::topics::TopicPartition;

/// Where the group continues with a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) at: TopicPartition,
    /// The offset to commit: every record before it is done.
    pub(crate) offset: i64,
    /// The epoch of the leader that wrote the record before it.
    pub(crate) leader_epoch: Option<i32>,
    /// What is done beyond it: see [`OffsetMap`].
    pub(crate) done_beyond: Option<String>,
    pub(crate) assignment: AssignmentId,
    /// The offset from which on `done_beyond` has no room for what is done.
    pub(crate) stated_before: i64,
}

/// Where the group continues, by partition.
pub(crate) type Positions = Vec<Position>;

/// What a commit of a partition states now; `None` if nothing of it is done.
pub(super) fn position(partition: &mut Partition) -> Option<Position> {
    let (offset, mut map) = partition.progress.to_commit()?;
    // What an earlier owner has done and was not fetched again yet. The partition may leave before it is.
    if let Some(done) = &partition.done_before {
        map.append(done, partition.next_fetch.unwrap_or(offset).max(offset));
    }
    let leader_epoch = partition.epochs.before(offset);
    let (done_beyond, stated_before) = map.to_text();
    Some(Position {
        at: partition.at,
        offset,
        leader_epoch,
        done_beyond,
        assignment: partition.id,
        stated_before,
    })
}
