//! What of a contract is monitored: topics with the groups that read them, dead-letter topics with their sources, groups.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use eventgen_schema::contract::{ConsumerGroup, Contract, MaxLag, Topic};

use crate::duration::seconds;
use crate::exporter::Series;

/// What of a contract is monitored.
#[derive(Debug)]
pub(crate) struct Monitored<'a> {
    pub(crate) topics: Vec<MonitoredTopic<'a>>,
    pub(crate) dead_letters: Vec<DeadLetters<'a>>,
    pub(crate) groups: Vec<Group<'a>>,
}

/// A topic that carries events.
#[derive(Debug)]
pub(crate) struct MonitoredTopic<'a> {
    pub(crate) topic: &'a Topic,
    pub(crate) expiry: Expiry,
}

impl MonitoredTopic<'_> {
    pub(crate) fn name(&self) -> &str {
        &self.topic.name
    }

    /// The number of replicas without which producers are refused.
    pub(crate) fn min_in_sync(&self) -> Option<u32> {
        let replicas = self.topic.config.get("min.insync.replicas")?.parse().ok()?;
        // With one, a partition below has no leader, and no exporter sees it.
        (replicas > 1).then_some(replicas)
    }

    /// A regular expression for the retry topics in which records of a group, or of all groups, wait for a time; `None` if there
    /// are none.
    pub(crate) fn delays(&self, group: Option<&str>) -> Option<String> {
        let topics = self.topic.retry_topics().into_iter().filter(|topic| topic.delay.is_some());
        let topics = topics.filter(|topic| group.is_none_or(|group| topic.group == group));
        let names: Vec<String> = topics.map(|topic| pattern(&topic.name)).collect();
        (!names.is_empty()).then(|| names.join("|"))
    }

    /// A regular expression for the topic and all retry topics of a group; `None` if there are none.
    pub(crate) fn with_retry_topics(&self, group: &str) -> Option<String> {
        let topics = self.topic.retry_topics().into_iter().filter(|topic| topic.group == group);
        let names: Vec<String> = topics.map(|topic| pattern(&topic.name)).collect();
        (!names.is_empty()).then(|| format!("{}|{}", pattern(self.name()), names.join("|")))
    }

    /// Whether lag of one of its groups can be compared with a limit.
    pub(crate) fn has_limit(&self, series: &Series) -> bool {
        self.topic
            .consumers
            .iter()
            .filter_map(|consumer| Limit::of(consumer, series))
            .any(|limit| limit.divisor().is_some())
    }
}

/// Matches the name of a topic, in which the dot is the only special character.
fn pattern(topic: &str) -> String {
    topic.replace('.', "[.]")
}

/// How records of a topic expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// By no limit.
    Never,
    /// At this age, and maybe by size.
    After(Duration),
    /// By limits that the contract leaves to the broker, or by size.
    Unknown,
}

impl Expiry {
    fn of(topic: &Topic) -> Self {
        let value = |name: &str| topic.config.get(name).map(|value| value.trim());
        if value("cleanup.policy").is_some_and(|policy| !policy.contains("delete") && !policy.is_empty()) {
            return Self::Never;
        }
        match value("retention.ms").map(str::parse::<i64>) {
            Some(Ok(millis)) => match u64::try_from(millis) {
                Ok(millis) => Self::After(Duration::from_millis(millis)),
                // Without a limit by time, the limit by size decides. Kafka's default is none.
                Err(_) if value("retention.bytes").is_none_or(|bytes| bytes.starts_with('-')) => Self::Never,
                Err(_) => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }
}

/// A dead-letter topic.
#[derive(Debug)]
pub(crate) struct DeadLetters<'a> {
    pub(crate) topic: &'a str,
    /// The topics whose records it takes.
    pub(crate) sources: Vec<&'a Topic>,
}

impl DeadLetters<'_> {
    pub(crate) fn owner(&self) -> Option<String> {
        owners(self.sources.iter().copied())
    }
}

/// A group, on all topics that it reads.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) name: &'a str,
    pub(crate) topics: Vec<&'a Topic>,
}

impl Group<'_> {
    pub(crate) fn owner(&self) -> Option<String> {
        owners(self.topics.iter().copied())
    }
}

/// The owners of topics, in alphabetical order.
pub(crate) fn owners<'a>(topics: impl Iterator<Item = &'a Topic>) -> Option<String> {
    let owners: BTreeSet<&str> = topics.filter_map(|topic| topic.owner.as_deref()).collect();
    (!owners.is_empty()).then(|| owners.into_iter().collect::<Vec<_>>().join(", "))
}

impl<'a> Monitored<'a> {
    pub(crate) fn of(contract: &'a Contract) -> Self {
        let mut dead_letters: BTreeMap<&str, Vec<&Topic>> = BTreeMap::new();
        let mut groups: BTreeMap<&str, Vec<&Topic>> = BTreeMap::new();
        for topic in contract.topics.values() {
            if let Some(dead_letter) = &topic.dead_letter {
                dead_letters.entry(&dead_letter.topic).or_default().push(topic);
            }
            for ConsumerGroup { group, .. } in &topic.consumers {
                groups.entry(group).or_default().push(topic);
            }
        }
        let topics = contract.topics.values();
        Self {
            topics: topics.map(|topic| MonitoredTopic { topic, expiry: Expiry::of(topic) }).collect(),
            dead_letters: dead_letters
                .into_iter()
                .map(|(topic, sources)| DeadLetters { topic, sources })
                .collect(),
            groups: groups.into_iter().map(|(name, topics)| Group { name, topics }).collect(),
        }
    }
}

/// A limit of lag as alerts apply it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Records(u64),
    Time(Duration),
}

impl Limit {
    /// The shortest time lag that can be told from none where it is computed from offsets: those are as old as the last
    /// scrape, at most a minute apart, and the last evaluation.
    const RESOLUTION: Duration = Duration::from_secs(120);
    /// The longest limit that is applied. No Prometheus keeps its data for that long.
    const LONGEST: Duration = Duration::from_secs(365 * 86_400);

    /// The limit of a group, as far as the metrics can tell whether it is exceeded.
    pub(crate) fn of(consumer: &ConsumerGroup, series: &Series) -> Option<Self> {
        let resolution = if series.lag_seconds.is_some() { Duration::ZERO } else { Self::RESOLUTION };
        consumer.max_lag.map(|limit| match limit {
            MaxLag::Records(records) => Self::Records(records),
            MaxLag::Time(time) => Self::Time(time.clamp(resolution, Self::LONGEST)),
        })
    }

    /// The limit as a number of `PromQL`, in records or in seconds, unless lag cannot be divided by it.
    pub(crate) fn divisor(self) -> Option<String> {
        match self {
            Self::Records(records) => (records > 0).then(|| records.to_string()),
            Self::Time(time) => (time.as_millis() > 0).then(|| seconds(time)),
        }
    }
}
