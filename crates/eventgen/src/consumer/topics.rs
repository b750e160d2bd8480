//! The topics of one consumer, and how its stages identify their partitions.

use crate::interned::interned;
use crate::kafka::PartitionList;
use crate::{Ordering, Topic};

/// The index of a topic among those of its consumer.
pub(crate) type TopicIndex = usize;

/// A partition of one of the consumer's topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TopicPartition {
    pub(crate) topic: TopicIndex,
    pub(crate) partition: i32,
}

/// What a topic is for a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It subscribes to it.
    Source,
    /// It holds records of a source that have failed, or that follow such a record: tier 0 has those that follow, tier n
    /// those that wait for delay n.
    Retry { source: TopicIndex, tier: usize },
}

/// The topics of a consumer, with their names in the cluster: those that it subscribes to, then their retry topics.
#[derive(Debug, Clone)]
pub(crate) struct Topics {
    all: Vec<Topic>,
    places: Vec<Place>,
    /// By source: whether its records are handled in batches.
    batched: Vec<bool>,
    sources: usize,
}

impl Topics {
    pub(crate) fn new(topics: impl IntoIterator<Item = Topic>) -> Self {
        let all: Vec<Topic> = topics.into_iter().collect();
        let sources = all.len();
        Self { places: vec![Place::Source; sources], batched: vec![false; sources], all, sources }
    }

    /// With the records of these sources handled in batches.
    pub(crate) fn with_batches(self, batched: impl IntoIterator<Item = bool>) -> Self {
        Self { batched: batched.into_iter().collect(), ..self }
    }

    /// With the retry topics of a group.
    pub(crate) fn with_retry_topics(mut self, group: &str) -> Self {
        for source in 0..self.sources {
            let topic = self.all[source];
            let names = topic.retry_topics(group);
            let first = topic.retry.delays.len() + 1 - names.len();
            for (tier, name) in (first..).zip(names) {
                self.all.push(topic.renamed(interned(name)).without_dead_letter());
                self.places.push(Place::Retry { source, tier });
            }
        }
        self
    }

    /// What a topic is.
    pub(crate) fn place(&self, index: TopicIndex) -> Place {
        self.places[index]
    }

    /// The topic whose records a topic has.
    pub(crate) fn source(&self, index: TopicIndex) -> TopicIndex {
        match self.places[index] {
            Place::Source => index,
            Place::Retry { source, .. } => source,
        }
    }

    /// Whether the records of a topic are handled in batches.
    pub(crate) fn is_batched(&self, index: TopicIndex) -> bool {
        self.batched[self.source(index)]
    }

    /// Which records of a topic are in one queue. A batch has records of all keys of a partition.
    pub(crate) fn queue_ordering(&self, index: TopicIndex) -> Ordering {
        if self.is_batched(index) { Ordering::Total } else { self.all[index].ordering }
    }

    /// The retry topics of a topic, with their tiers.
    pub(crate) fn retry_topics(&self, of: TopicIndex) -> impl Iterator<Item = (usize, TopicIndex)> {
        self.places.iter().enumerate().skip(self.sources).filter_map(move |(index, place)| match *place {
            Place::Retry { source, tier } if source == of => Some((tier, index)),
            _ => None,
        })
    }

    /// Whether any topic has retry topics.
    pub(crate) fn have_retry_topics(&self) -> bool {
        self.all.len() > self.sources
    }

    /// These partitions, and those of their retry topics with the same numbers: a member that reads a partition reads them too.
    pub(crate) fn with_retry_partitions(&self, partitions: &[TopicPartition]) -> Vec<TopicPartition> {
        let mut all = partitions.to_vec();
        for &TopicPartition { topic, partition } in partitions {
            all.extend(self.retry_topics(topic).map(|(_, topic)| TopicPartition { topic, partition }));
        }
        all
    }

    /// The topics that the consumer subscribes to.
    pub(crate) fn sources(&self) -> &[Topic] {
        &self.all[..self.sources]
    }

    /// The names of the topics that the consumer subscribes to.
    pub(crate) fn source_names(&self) -> Vec<&'static str> {
        self.sources().iter().map(|topic| topic.name).collect()
    }

    pub(crate) fn get(&self, index: TopicIndex) -> &Topic {
        &self.all[index]
    }

    /// The topic with this name.
    pub(crate) fn find(&self, name: &str) -> Option<TopicIndex> {
        self.all.iter().position(|topic| topic.name == name)
    }

    /// The topic with a name that a record states.
    pub(crate) fn find_bytes(&self, name: &[u8]) -> Option<TopicIndex> {
        self.all.iter().position(|topic| topic.name.as_bytes() == name)
    }

    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.all.iter().map(|topic| topic.name).collect()
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
