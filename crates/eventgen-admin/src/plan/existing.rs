//! The topics of a cluster, as a plan compares them.

use std::collections::BTreeMap;

/// A topic of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExistingTopic {
    /// The number of partitions.
    pub partitions: u32,
    /// The brokers that have the replicas of each partition, the preferred leader first. Empty where it is not known.
    pub replicas: Vec<Vec<i32>>,
    /// Its configuration, as far as it was asked for and is not sensitive.
    pub config: BTreeMap<String, String>,
    /// The cluster's reason where it does not describe the configuration.
    pub undescribed: Option<String>,
}

impl ExistingTopic {
    /// A topic with this number of partitions and this configuration.
    pub fn new(partitions: u32, config: BTreeMap<String, String>) -> Self {
        Self { partitions, config, ..Self::default() }
    }

    /// Sets the brokers that have the replicas of each partition.
    #[must_use]
    pub fn with_replicas(mut self, replicas: Vec<Vec<i32>>) -> Self {
        self.replicas = replicas;
        self
    }

    /// The number of replicas that all partitions have. `None` where they differ, or it is not known.
    pub fn replication_factor(&self) -> Option<u16> {
        let first = self.replicas.first()?.len();
        let is_same = self.replicas.iter().all(|replicas| replicas.len() == first);
        is_same.then_some(first).and_then(|count| count.try_into().ok())
    }
}
