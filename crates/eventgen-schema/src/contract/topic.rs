//! Topics: how Kafka keeps the records, and what consumers do with them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::dead_letter::DeadLetter;
use super::ordering::Ordering;
use super::retry::Retry;
use super::subject::SubjectStrategy;

/// A topic, as the contract wants it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its name in subjects: without the prefix of an environment.
    pub subject_name: String,
    /// Number of partitions; `None` leaves it to the broker.
    pub partitions: Option<u32>,
    /// Number of replicas; `None` leaves it to the broker.
    pub replication_factor: Option<u16>,
    /// Kafka topic configuration, values as Kafka takes them.
    pub config: BTreeMap<String, String>,
    /// Which records stay in order.
    pub ordering: Ordering,
    /// What happens after a handler fails.
    pub retry: Retry,
    /// Kafka topic configuration of the [retry topics](Self::retry_topics); empty if there are none.
    pub retry_config: BTreeMap<String, String>,
    /// How long a handler may take for one event; `None` is unlimited.
    pub handler_timeout: Option<Duration>,
    /// Where records go that cannot be handled; `None` stops the consumer instead.
    pub dead_letter: Option<DeadLetter>,
    /// How subjects are named.
    pub subject_strategy: SubjectStrategy,
    /// Services that write.
    pub producers: Vec<String>,
    /// Groups that read.
    pub consumers: Vec<ConsumerGroup>,
    /// The team that owns it.
    pub owner: Option<String>,
}

impl Topic {
    /// Puts the prefix of an environment before the names of the topic and of its dead-letter topic.
    pub(crate) fn begin_with(&mut self, prefix: &str) {
        self.name.insert_str(0, prefix);
        if let Some(dead_letter) = &mut self.dead_letter {
            dead_letter.topic.insert_str(0, prefix);
        }
    }

    /// Whether it keeps the last record of each key, so that a record without a value deletes its key.
    pub fn is_compacted(&self) -> bool {
        self.config.get("cleanup.policy").is_some_and(|policies| compacts(policies))
    }
}

/// Whether a `cleanup.policy` compacts.
pub(crate) fn compacts(policies: &str) -> bool {
    policies.split(',').any(|policy| policy.trim() == "compact")
}

/// A consumer group that reads a topic.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConsumerGroup {
    /// Its group id.
    pub group: String,
    /// The lag from which somebody should be told.
    pub max_lag: Option<MaxLag>,
}

/// A lag limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxLag {
    /// In records.
    Records(u64),
    /// In time between the newest record and the last one handled.
    Time(Duration),
}
