//! A list of partitions of topics, each with an optional offset and the metadata of a committed offset.

// `rdkafka` panics on metadata that is not UTF-8, which other clients may have committed.
#![allow(unsafe_code)]

use std::ffi::CString;

use rdkafka::bindings::rd_kafka_topic_partition_list_find;
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

    /// Adds a partition with an offset to commit and its metadata.
    ///
    /// # Errors
    /// A negative offset.
    pub(crate) fn add_offset(
        &mut self,
        topic: &str,
        partition: i32,
        offset: i64,
        metadata: Option<&str>,
    ) -> Result<(), KafkaFailure> {
        self.0.add_partition_offset(topic, partition, Offset::Offset(offset))?;
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
