//! A list of partitions of topics, each with an optional offset.

use rdkafka::{Offset, TopicPartitionList};

use super::KafkaFailure;

/// Partitions with the names of their topics.
#[derive(Debug, Clone)]
pub(crate) struct PartitionList(pub(super) TopicPartitionList);

impl PartitionList {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(TopicPartitionList::with_capacity(capacity))
    }

    /// Adds a partition without an offset, unless the list has it already.
    pub(crate) fn add(&mut self, topic: &str, partition: i32) {
        if self.0.find_partition(topic, partition).is_none() {
            self.0.add_partition(topic, partition);
        }
    }

    /// Adds a partition with an offset.
    ///
    /// # Errors
    /// A negative offset.
    pub(crate) fn add_offset(
        &mut self,
        topic: &str,
        partition: i32,
        offset: i64,
    ) -> Result<(), KafkaFailure> {
        Ok(self.0.add_partition_offset(topic, partition, Offset::Offset(offset))?)
    }

    /// Calls `each` with every topic, partition and optional offset.
    pub(crate) fn for_each(&self, mut each: impl FnMut(&str, i32, Option<i64>)) {
        for element in self.0.elements() {
            let offset = match element.offset() {
                Offset::Offset(offset) => Some(offset),
                _ => None,
            };
            each(element.topic(), element.partition(), offset);
        }
    }
}
