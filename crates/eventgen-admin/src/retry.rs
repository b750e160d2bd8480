//! The retry topics of a topic.

use std::collections::BTreeMap;

/// The retry topics of a topic, of all groups. They have its partitions and replicas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct RetrySpec {
    /// Their names.
    pub names: Vec<String>,
    /// Kafka topic configuration of each.
    pub config: BTreeMap<String, String>,
}

impl RetrySpec {
    /// Retry topics of these names with the cluster's configuration.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self { names: names.into_iter().map(Into::into).collect(), config: BTreeMap::new() }
    }

    /// Adds Kafka topic configuration.
    pub fn with_config<N: Into<String>, V: Into<String>>(
        mut self,
        config: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.config.extend(config.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }
}
