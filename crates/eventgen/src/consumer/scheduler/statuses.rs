//! What handles report of the partitions.

use super::Partitions;
use crate::consumer::health::Statuses;
use crate::consumer::topics::{Place, Topics};

impl Partitions {
    /// What handles report of the current assignments.
    pub(crate) fn statuses(&self, topics: &Topics) -> Statuses {
        let mut statuses = Statuses::default();
        for partition in self.by_slot.iter().filter(|partition| partition.is_here()) {
            let of_place = match partition.place {
                Place::Source => &mut statuses.assigned,
                Place::Retry { .. } => &mut statuses.retry_topics,
            };
            of_place.push((partition.at, partition.status(topics.get(partition.at.topic).name)));
        }
        statuses.assigned.sort_by_key(|(at, _)| *at);
        statuses.retry_topics.sort_by_key(|(at, _)| *at);
        statuses
    }
}
