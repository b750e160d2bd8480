//! What a contract asks for: topics with their retry topics and dead-letter topics.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::RetrySpec;

/// A topic as a contract asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct TopicSpec {
    /// Its name.
    pub name: String,
    /// The number of partitions; `None` leaves it to the cluster.
    pub partitions: Option<u32>,
    /// The number of replicas; `None` leaves it to the cluster.
    pub replication_factor: Option<u16>,
    /// Kafka topic configuration.
    pub config: BTreeMap<String, String>,
    /// Its retry topics.
    pub retry: Option<RetrySpec>,
    /// Its dead-letter topic.
    pub dead_letter: Option<DeadLetterSpec>,
    /// What its readers and writers rely on.
    pub reliance: Reliance,
}

/// What the readers and writers of a topic rely on, beside its own settings: what a change may break.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Reliance {
    /// Whether the records of a key keep their order.
    pub is_ordered_by_key: bool,
    /// The events without a key.
    pub events_without_key: Vec<String>,
    /// The groups with how old a record may get before it is handled.
    pub max_ages: Vec<(String, Duration)>,
}

/// The dead-letter topic of a topic. It has the source's number of replicas.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct DeadLetterSpec {
    /// Its name.
    pub name: String,
    /// The number of partitions; `None` takes the source's.
    pub partitions: Option<u32>,
    /// Kafka topic configuration.
    pub config: BTreeMap<String, String>,
}

impl TopicSpec {
    /// A topic whose partitions, replicas and configuration are left to the cluster, without retry topics and a dead-letter
    /// topic.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            partitions: None,
            replication_factor: None,
            config: BTreeMap::new(),
            retry: None,
            dead_letter: None,
            reliance: Reliance::default(),
        }
    }

    /// Sets the number of partitions.
    pub fn with_partitions(mut self, partitions: impl Into<Option<u32>>) -> Self {
        self.partitions = partitions.into();
        self
    }

    /// Sets the number of replicas.
    pub fn with_replication_factor(mut self, replicas: impl Into<Option<u16>>) -> Self {
        self.replication_factor = replicas.into();
        self
    }

    /// Adds Kafka topic configuration.
    pub fn with_config<N: Into<String>, V: Into<String>>(
        mut self,
        config: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.config.extend(config.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Sets the retry topics.
    pub fn with_retry(mut self, retry: impl Into<Option<RetrySpec>>) -> Self {
        self.retry = retry.into();
        self
    }

    /// Sets the dead-letter topic.
    pub fn with_dead_letter(mut self, dead_letter: impl Into<Option<DeadLetterSpec>>) -> Self {
        self.dead_letter = dead_letter.into();
        self
    }

    /// Sets what its readers and writers rely on.
    pub fn with_reliance(mut self, reliance: Reliance) -> Self {
        self.reliance = reliance;
        self
    }

    /// Applies what differs in an environment. `min.insync.replicas` is lowered to the number of replicas.
    pub fn overridden(mut self, overrides: TopicOverrides) -> Self {
        let Some(replicas) = overrides.replication_factor else { return self };
        self.replication_factor = Some(replicas);
        let retry = self.retry.as_mut().map(|retry| &mut retry.config);
        let dead_letter = self.dead_letter.as_mut().map(|dead_letter| &mut dead_letter.config);
        for config in std::iter::once(&mut self.config).chain(retry).chain(dead_letter) {
            if let Some(value) = config.get_mut("min.insync.replicas")
                && value.parse::<u16>().is_ok_and(|wanted| wanted > replicas)
            {
                *value = replicas.to_string();
            }
        }
        self
    }
}

impl Reliance {
    /// The records of a key keep their order.
    pub fn ordered_by_key() -> Self {
        Self { is_ordered_by_key: true, ..Self::default() }
    }

    /// Adds an event without a key.
    pub fn with_event_without_key(mut self, event: impl Into<String>) -> Self {
        self.events_without_key.push(event.into());
        self
    }

    /// Adds a group, and how old a record may get before the group has handled it.
    pub fn with_max_age(mut self, group: impl Into<String>, age: Duration) -> Self {
        self.max_ages.push((group.into(), age));
        self
    }
}

impl DeadLetterSpec {
    /// A dead-letter topic with the source's partitions and the cluster's configuration.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), partitions: None, config: BTreeMap::new() }
    }

    /// Sets the number of partitions.
    pub fn with_partitions(mut self, partitions: impl Into<Option<u32>>) -> Self {
        self.partitions = partitions.into();
        self
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

/// Where an environment differs from the contract: a laptop has one broker, production has three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct TopicOverrides {
    /// Number of replicas, instead of the contract's. `min.insync.replicas` is lowered to it where it is higher.
    pub replication_factor: Option<u16>,
}

impl TopicOverrides {
    /// Sets the number of replicas; `None` takes the contract's.
    pub const fn with_replication_factor(mut self, replicas: Option<u16>) -> Self {
        self.replication_factor = replicas;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_replicas_need_fewer_in_sync() {
        let config = [("min.insync.replicas", "2"), ("retention.ms", "1000")];
        let spec = TopicSpec::new("orders")
            .with_config(config)
            .with_retry(RetrySpec::new(["orders.billing.retry.1"]).with_config(config))
            .with_dead_letter(DeadLetterSpec::new("orders.dlq").with_config(config));
        let with = |replicas| {
            let spec = spec.clone().overridden(TopicOverrides::default().with_replication_factor(replicas));
            let dead_letter = spec.dead_letter.expect("a dead-letter topic").config;
            assert_eq!(spec.config, dead_letter);
            assert_eq!(spec.config, spec.retry.expect("retry topics").config);
            (spec.replication_factor, dead_letter["min.insync.replicas"].clone())
        };
        assert_eq!(with(Some(1)), (Some(1), "1".to_owned()));
        assert_eq!(with(Some(3)), (Some(3), "2".to_owned()));
        assert_eq!(with(None), (None, "2".to_owned()));
    }
}
