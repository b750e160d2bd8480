//! A topic as the contract wants it, as a constant in generated code.

use std::time::Duration;

/// A topic: its shape, its configuration, and what happens to records that cannot be handled.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// Number of partitions; `None` leaves it to the broker.
    pub partitions: Option<u32>,
    /// Number of replicas; `None` leaves it to the broker.
    pub replication_factor: Option<u16>,
    /// Kafka topic configuration, sorted by name, values as Kafka takes them.
    pub config: &'static [(&'static str, &'static str)],
    /// Which records keep their order.
    pub ordering: Ordering,
    /// What happens after a handler fails.
    pub retry: Retry,
    /// Where records go that cannot be handled; `None` stops the consumer instead.
    pub dead_letter: Option<DeadLetterTopic>,
    /// The compatibility level of the topic's subjects, in the registry's word.
    pub compatibility: &'static str,
}

/// Which records of a topic keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ordering {
    /// Records of one key.
    #[default]
    Key,
    /// None.
    None,
    /// All records of a partition; a topic with this order has one partition.
    Total,
}

/// The retry policy after a handler's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Retries after the first attempt.
    pub attempts: u32,
    /// How the pause grows.
    pub backoff: Backoff,
    /// The pause before the first retry.
    pub initial: Duration,
    /// The longest pause.
    pub max: Duration,
    /// Whether each pause is shortened by up to half at random, so that failing consumers do not beat in time.
    pub jitter: bool,
}

/// How the pause between retries grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backoff {
    /// Always the initial pause.
    Fixed,
    /// Twice the pause before.
    #[default]
    Exponential,
}

/// The dead-letter topic of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLetterTopic {
    /// Its name.
    pub name: &'static str,
    /// Number of partitions; `None` takes the source's.
    pub partitions: Option<u32>,
    /// Kafka topic configuration, sorted by name, values as Kafka takes them.
    pub config: &'static [(&'static str, &'static str)],
}
