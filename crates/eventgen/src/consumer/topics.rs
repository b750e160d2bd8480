//! The topics of one consumer, and how its stages identify their partitions.

use crate::Topic;
use crate::kafka::PartitionList;

/// The index of a topic among those of its consumer.
pub(crate) type TopicIndex = usize;

/// A partition of one of the consumer's topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TopicPartition {
    pub(crate) topic: TopicIndex,
    pub(crate) partition: i32,
}

/// The topics that a consumer subscribes to, with their names in the cluster.
#[derive(Debug, Clone)]
pub(crate) struct Topics(Vec<Topic>);

impl Topics {
    pub(crate) fn new(topics: impl IntoIterator<Item = Topic>) -> Self {
        Self(topics.into_iter().collect())
    }

    pub(crate) fn get(&self, index: TopicIndex) -> &Topic {
        &self.0[index]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.0.iter()
    }

    /// The topic with this name.
    pub(crate) fn find(&self, name: &str) -> Option<TopicIndex> {
        self.0.iter().position(|topic| topic.name == name)
    }

    /// The topic with a name that a record states.
    pub(crate) fn find_bytes(&self, name: &[u8]) -> Option<TopicIndex> {
        self.0.iter().position(|topic| topic.name.as_bytes() == name)
    }

    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|topic| topic.name).collect()
    }

    /// The partitions in a list. Topics that this consumer does not subscribe to are left out; the group never assigns them.
    pub(crate) fn partitions(&self, list: &PartitionList) -> Vec<TopicPartition> {
        let mut partitions = Vec::new();
        list.for_each(|topic, partition, _| {
            partitions.extend(self.find(topic).map(|topic| TopicPartition { topic, partition }));
        });
        partitions
    }

    /// A list of these partitions with the names of their topics.
    pub(crate) fn list(&self, partitions: &[TopicPartition]) -> PartitionList {
        let mut list = PartitionList::with_capacity(partitions.len());
        for at in partitions {
            list.add(self.get(at.topic).name, at.partition);
        }
        list
    }

    /// Partitions with the names of their topics.
    pub(crate) fn named(&self, partitions: &[TopicPartition]) -> Vec<(&'static str, i32)> {
        partitions.iter().map(|at| (self.get(at.topic).name, at.partition)).collect()
    }
}
