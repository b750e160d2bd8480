//! A list of partitions of topics, each with an optional offset and the metadata of a committed offset.

// `rdkafka` panics on metadata that is not UTF-8, which other clients may have committed, and does not know leader epochs.
#![allow(unsafe_code)]

use std::ffi::CString;

#[cfg(test)]
use rdkafka::bindings::rd_kafka_topic_partition_get_leader_epoch;
use rdkafka::bindings::{rd_kafka_topic_partition_list_find, rd_kafka_topic_partition_set_leader_epoch};
use rdkafka::{Offset, TopicPartitionList};

use super::KafkaFailure;

/// An offset to commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommittedOffset<'a> {
    pub(crate) offset: i64,
    /// The epoch of the leader that wrote the record before it.
    pub(crate) leader_epoch: Option<i32>,
    pub(crate) metadata: Option<&'a str>,
}

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

    /// Adds a partition with an offset to commit.
    ///
    /// # Errors
    /// A negative offset.
    pub(crate) fn add_offset(
        &mut self,
        topic: &str,
        partition: i32,
        committed: CommittedOffset<'_>,
    ) -> Result<(), KafkaFailure> {
        let CommittedOffset { offset, leader_epoch, metadata } = committed;
        self.0.add_partition_offset(topic, partition, Offset::Offset(offset))?;
        if let Some(epoch) = leader_epoch {
            self.set_leader_epoch(topic, partition, epoch);
        }
        if let (Some(metadata), Some(mut element)) = (metadata, self.0.find_partition(topic, partition)) {
            element.set_metadata(metadata);
        }
        Ok(())
    }

    /// Calls `each` with every topic, partition and committed offset, and the metadata of that offset.
    pub(crate) fn for_each_committed(&self, mut each: impl FnMut(&str, i32, i64, &[u8])) {
        for element in self.0.elements() {
            if let Offset::Offset(offset) = element.offset() {
                let metadata = self.metadata(element.topic(), element.partition());
                each(element.topic(), element.partition(), offset, metadata);
            }
        }
    }

    fn set_leader_epoch(&mut self, topic: &str, partition: i32, epoch: i32) {
        let Ok(name) = CString::new(topic) else { return };
        // SAFETY: the list is valid and borrowed mutably, and the name is a C string. The element, unless null, belongs to
        // the list.
        unsafe {
            let element = rd_kafka_topic_partition_list_find(self.0.ptr(), name.as_ptr(), partition);
            if !element.is_null() {
                rd_kafka_topic_partition_set_leader_epoch(element, epoch);
            }
        }
    }

    /// The leader epoch of an offset.
    #[cfg(test)]
    fn leader_epoch(&self, topic: &str, partition: i32) -> Option<i32> {
        let name = CString::new(topic).ok()?;
        // SAFETY: as in `set_leader_epoch`; the element is only read.
        let epoch = unsafe {
            let element = rd_kafka_topic_partition_list_find(self.0.ptr(), name.as_ptr(), partition);
            if element.is_null() { -1 } else { rd_kafka_topic_partition_get_leader_epoch(element) }
        };
        (epoch >= 0).then_some(epoch)
    }

    /// The metadata of an offset, as bytes. Empty if there is none.
    fn metadata(&self, topic: &str, partition: i32) -> &[u8] {
        let Ok(name) = CString::new(topic) else { return &[] };
        // SAFETY: the list is valid, and the name is a C string. The element belongs to the list, which is borrowed for as
        // long as the slice; its metadata, unless null, has `metadata_size` bytes.
        unsafe {
            let element = rd_kafka_topic_partition_list_find(self.0.ptr(), name.as_ptr(), partition);
            match element.as_ref() {
                Some(element) if !element.metadata.is_null() => {
                    std::slice::from_raw_parts(element.metadata.cast::<u8>(), element.metadata_size)
                }
                _ => &[],
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_has_its_leader_epoch() {
        let mut list = PartitionList::with_capacity(2);
        let committed = CommittedOffset { offset: 5, leader_epoch: Some(7), metadata: Some("map") };
        list.add_offset("orders", 3, committed).expect("an offset");
        let committed = CommittedOffset { leader_epoch: None, ..committed };
        list.add_offset("orders", 4, committed).expect("an offset");
        assert_eq!(list.leader_epoch("orders", 3), Some(7));
        assert_eq!(list.leader_epoch("orders", 4), None);
        assert_eq!(list.metadata("orders", 3), b"map");
    }
}
