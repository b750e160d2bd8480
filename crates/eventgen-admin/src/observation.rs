//! What a cluster has of the topics of a contract.

use std::collections::{BTreeMap, BTreeSet};

use crate::ExistingTopic;

/// The state of a cluster, as far as a plan needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observation {
    /// The id of the cluster; `None` if the brokers do not report one.
    pub cluster_id: Option<String>,
    /// The ids of the brokers.
    pub brokers: Vec<i32>,
    /// Those topics that were asked about and exist.
    pub topics: BTreeMap<String, ExistingTopic>,
    /// Those that were asked about and may not be seen, with the reason. They may exist or not.
    pub hidden: BTreeMap<String, String>,
    /// The names of all topics that the user may see.
    pub names: BTreeSet<String>,
}

impl Observation {
    /// A cluster with these topics.
    pub fn new(topics: impl IntoIterator<Item = (String, ExistingTopic)>) -> Self {
        let topics: BTreeMap<String, ExistingTopic> = topics.into_iter().collect();
        Self { names: topics.keys().cloned().collect(), topics, ..Self::default() }
    }

    /// Sets the id of the cluster.
    #[must_use]
    pub fn with_cluster_id(mut self, id: impl Into<String>) -> Self {
        self.cluster_id = Some(id.into());
        self
    }

    /// Sets the ids of the brokers.
    #[must_use]
    pub fn with_brokers(mut self, brokers: impl IntoIterator<Item = i32>) -> Self {
        self.brokers = brokers.into_iter().collect();
        self
    }

    /// Adds a topic that may not be seen.
    #[must_use]
    pub fn with_hidden(mut self, topic: impl Into<String>, reason: impl Into<String>) -> Self {
        self.hidden.insert(topic.into(), reason.into());
        self
    }

    /// Adds the name of a topic that was not asked about.
    #[must_use]
    pub fn with_other(mut self, topic: impl Into<String>) -> Self {
        self.names.insert(topic.into());
        self
    }
}
