//! A topic as its contract describes it, a constant of generated code.
//!
//! The types are `#[non_exhaustive]` and built by `const` methods, so that a new property does not break generated code that
//! is checked in.

use std::time::Duration;

use crate::Compatibility;

/// A topic: its partitions and configuration, and what happens to records that cannot be handled.
///
/// ```
/// use eventgen::{DeadLetterTopic, Topic};
///
/// const ORDERS: Topic = Topic::new("orders.events.v1")
///     .with_partitions(12)
///     .with_config(&[("retention.ms", "604800000")])
///     .with_dead_letter(DeadLetterTopic::new("orders.events.v1.dlq"));
///
/// assert_eq!(ORDERS.partitions, Some(12));
/// assert_eq!(ORDERS.renamed("orders.events.test").name, "orders.events.test");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Topic {
    /// The name.
    pub name: &'static str,
    /// The number of partitions; `None` leaves it to the broker.
    pub partitions: Option<u32>,
    /// The number of replicas; `None` leaves it to the broker.
    pub replication_factor: Option<u16>,
    /// Kafka topic configuration, sorted by name, values in Kafka's form.
    pub config: &'static [(&'static str, &'static str)],
    /// Which records keep their order.
    pub ordering: Ordering,
    /// What happens after a handler fails.
    pub retry: Retry,
    /// Kafka topic configuration of the [retry topics](Self::retry_topics), sorted by name, values in Kafka's form.
    pub retry_config: &'static [(&'static str, &'static str)],
    /// How long a handler may take for one event; `None` is unlimited. Then the handler is cancelled, which is an error that
    /// is retried.
    pub handler_timeout: Option<Duration>,
    /// The topic for records that cannot be handled. With `None`, such a record stops the consumer.
    pub dead_letter: Option<DeadLetterTopic>,
    /// The compatibility level of the topic's subjects, where the contract states one. `None` leaves the level to the registry.
    pub compatibility: Option<Compatibility>,
    /// The consumer groups that the contract names; empty if it names none.
    pub groups: &'static [&'static str],
}

impl Topic {
    /// A topic with the defaults of the annotation and without a dead-letter topic.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            partitions: None,
            replication_factor: None,
            config: &[],
            ordering: Ordering::Key,
            retry: Retry::DEFAULT,
            retry_config: &[],
            handler_timeout: None,
            dead_letter: None,
            compatibility: None,
            groups: &[],
        }
    }

    /// The same topic under another name, for a test or an environment.
    pub const fn renamed(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// With this number of partitions.
    pub const fn with_partitions(mut self, partitions: u32) -> Self {
        self.partitions = Some(partitions);
        self
    }

    /// With this number of replicas.
    pub const fn with_replication_factor(mut self, replicas: u16) -> Self {
        self.replication_factor = Some(replicas);
        self
    }

    /// With this Kafka topic configuration.
    pub const fn with_config(mut self, config: &'static [(&'static str, &'static str)]) -> Self {
        self.config = config;
        self
    }

    /// With this ordering.
    pub const fn with_ordering(mut self, ordering: Ordering) -> Self {
        self.ordering = ordering;
        self
    }

    /// With this retry policy.
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// With this Kafka topic configuration of the retry topics.
    pub const fn with_retry_config(mut self, config: &'static [(&'static str, &'static str)]) -> Self {
        self.retry_config = config;
        self
    }

    /// With this limit on the time that a handler may take for one event.
    pub const fn with_handler_timeout(mut self, limit: Duration) -> Self {
        self.handler_timeout = Some(limit);
        self
    }

    /// With this dead-letter topic.
    pub const fn with_dead_letter(mut self, dead_letter: DeadLetterTopic) -> Self {
        self.dead_letter = Some(dead_letter);
        self
    }

    /// Without a dead-letter topic: a record that cannot be handled stops the consumer.
    pub const fn without_dead_letter(mut self) -> Self {
        self.dead_letter = None;
        self
    }

    /// Whether the topic keeps the last record of each key (`cleanup.policy` with `compact`). There a record without a value
    /// deletes its key.
    pub fn is_compacted(&self) -> bool {
        let policies = self.config.iter().filter(|(name, _)| *name == "cleanup.policy");
        policies.flat_map(|(_, policies)| policies.split(',')).any(|policy| policy.trim() == "compact")
    }

    /// With this compatibility level.
    pub const fn with_compatibility(mut self, level: Compatibility) -> Self {
        self.compatibility = Some(level);
        self
    }

    /// With the consumer groups that the contract names.
    pub const fn with_groups(mut self, groups: &'static [&'static str]) -> Self {
        self.groups = groups;
        self
    }
}

/// Which records of a topic keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ordering {
    /// Records with equal keys.
    #[default]
    Key,
    /// No records.
    None,
    /// All records of a partition. A topic with this ordering has one partition.
    Total,
}

/// The retry policy for errors of a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Retry {
    /// Retries in place after the first attempt. With [`delays`](Self::delays), a record that comes back from a retry topic
    /// has as many again.
    pub attempts: u32,
    /// How the pause grows.
    pub backoff: Backoff,
    /// The pause before the first retry.
    pub initial: Duration,
    /// The longest pause.
    pub max: Duration,
    /// Whether each pause is shortened by up to half at random, so that consumers that fail together do not retry
    /// together.
    pub jitter: bool,
    /// How long a record that has failed waits in retry topics, shortest first, one topic for each: see
    /// [`Topic::retry_topics`]. When it fails after the last delay too, it becomes a dead letter. Empty: it becomes one after
    /// the retries in place.
    pub delays: &'static [Duration],
}

impl Retry {
    /// Three retries in place, exponential from 200 ms up to 30 s, with jitter.
    pub const DEFAULT: Self = Self {
        attempts: 3,
        backoff: Backoff::Exponential,
        initial: Duration::from_millis(200),
        max: Duration::from_secs(30),
        jitter: true,
        delays: &[],
    };

    /// With this number of retries after the first attempt.
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// With pauses that grow in this way, from the initial to the longest one.
    pub const fn with_backoff(mut self, backoff: Backoff, initial: Duration, max: Duration) -> Self {
        (self.backoff, self.initial, self.max) = (backoff, initial, max);
        self
    }

    /// With or without jitter.
    pub const fn with_jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// With these [delays](Self::delays) in retry topics.
    pub const fn with_delays(mut self, delays: &'static [Duration]) -> Self {
        self.delays = delays;
        self
    }
}

/// How the pause between retries grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Backoff {
    /// Always the initial pause.
    Fixed,
    /// Each pause is twice the previous one.
    #[default]
    Exponential,
}

/// The dead-letter topic of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct DeadLetterTopic {
    /// The name.
    pub name: &'static str,
    /// The number of partitions; `None` is that of the source topic.
    pub partitions: Option<u32>,
    /// Kafka topic configuration, sorted by name, values in Kafka's form.
    pub config: &'static [(&'static str, &'static str)],
}

impl DeadLetterTopic {
    /// A dead-letter topic with the number of partitions of its source and the configuration of the cluster.
    pub const fn new(name: &'static str) -> Self {
        Self { name, partitions: None, config: &[] }
    }

    /// With this number of partitions.
    pub const fn with_partitions(mut self, partitions: u32) -> Self {
        self.partitions = Some(partitions);
        self
    }

    /// With this Kafka topic configuration.
    pub const fn with_config(mut self, config: &'static [(&'static str, &'static str)]) -> Self {
        self.config = config;
        self
    }
}
