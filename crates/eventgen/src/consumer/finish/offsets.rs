//! The list of offsets that a commit or a transaction states.

use crate::consumer::scheduler::Positions;
use crate::consumer::topics::Topics;
use crate::kafka::{CommittedOffset, KafkaFailure, PartitionList};

/// The offsets of positions, with what is done beyond them if `with_map`.
pub(super) fn offsets(
    topics: &Topics,
    positions: &Positions,
    with_map: bool,
) -> Result<PartitionList, KafkaFailure> {
    let mut offsets = PartitionList::with_capacity(positions.len());
    for position in positions {
        let topic = topics.get(position.at.topic).name;
        let committed = CommittedOffset {
            offset: position.offset,
            leader_epoch: position.leader_epoch,
            metadata: position.done_beyond.as_deref().filter(|_| with_map),
        };
        offsets.add_offset(topic, position.at.partition, committed)?;
    }
    Ok(offsets)
}
