//! What the template of the rules shows.

use std::time::Duration;

use askama::Template;
use eventgen_schema::contract::{ConsumerGroup, Topic};

use super::expressions::Expressions;
use super::runtime_rules::{RuntimeConsumerRules, RuntimeGroupRules, RuntimeTopicRules};
use crate::duration::{prometheus, seconds};
use crate::monitored::{DeadLetters, Expiry, Group, Limit, Monitored, MonitoredTopic};
use crate::quote::{string, template};
use crate::settings::Settings;

/// How often recorded series have a value.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);
/// How far back lag in seconds is computed, at least.
const SHORTEST_WINDOW: Duration = Duration::from_secs(3_600);
/// How long a group does nothing before it counts as stalled, at least.
const SHORTEST_STALL: Duration = Duration::from_secs(600);
/// The retention for which the age of records is compared with it. A shorter one is not longer than what the metrics can
/// tell; for a longer one Prometheus has no data.
pub(super) const COMPARED_RETENTION: std::ops::RangeInclusive<u64> = 3_600..=365 * 86_400;

/// The file with the rules.
#[derive(Debug, Template)]
#[template(path = "prometheus/rules.yml", escape = "none")]
pub(super) struct Rules {
    exporter: &'static str,
    interval: String,
    /// The labels of a cluster.
    cluster: String,
    /// The labels of a partition.
    partition: String,
    /// The labels of a group in a cluster.
    group: String,
    /// The labels of a cluster and of the reason for which a partition is held.
    cluster_and_reason: String,
    pub(super) topics: Vec<TopicRules>,
    pub(super) dead_letters: Vec<DeadLetterRules>,
    pub(super) groups: Vec<GroupRules>,
}

/// The rules of a topic.
#[derive(Debug)]
pub(super) struct TopicRules {
    pub(super) name: String,
    pub(super) owner: Option<String>,
    /// The exporter's metrics.
    end_offset: String,
    start_offset: String,
    /// The metric that exists while the exporter reports the topic, if it reports all topics.
    presence: Option<String>,
    pub(super) in_sync: Option<InSync>,
    pub(super) under_replicated: Option<String>,
    pub(super) consumers: Vec<ConsumerRules>,
    /// The recorded series.
    end: String,
    start: String,
    runtime: Option<RuntimeTopicRules>,
}

/// The number of replicas in sync, and how many producers need.
#[derive(Debug)]
pub(super) struct InSync {
    metric: String,
    pub(super) minimum: u32,
}

/// The rules of a group on a topic.
#[derive(Debug)]
pub(super) struct ConsumerRules {
    /// As a label of a recorded series, and of an alert.
    group: String,
    group_label: String,
    /// The exporter's metrics.
    committed_offset: String,
    lag_records: String,
    lag_seconds: Option<String>,
    /// Lag in seconds is computed where the exporter does not measure it.
    computes_time: bool,
    presence: String,
    /// The recorded series.
    committed: String,
    lag: String,
    lag_time: String,
    /// How far back, and in which steps, lag in seconds is computed.
    window: String,
    step: String,
    /// The steps in which the oldest data is searched.
    wide_step: String,
    pub(super) limit: Option<LimitRule>,
    /// The limit as a number by which lag is divided.
    divisor: Option<String>,
    /// Half the time after which a group counts as stalled.
    half_stall: String,
    pub(super) risk: Option<Risk>,
    runtime: Option<RuntimeConsumerRules>,
}

/// The rule about the limit of lag.
#[derive(Debug)]
pub(super) enum LimitRule {
    Records { limit: u64 },
    Time { seconds: String, limit: String },
}

/// The rule about records that expire before they are read.
#[derive(Debug)]
pub(super) struct Risk {
    /// The age that most of the retention is, where the contract says how long that is.
    pub(super) age: Option<String>,
}

/// The rules of a dead-letter topic.
#[derive(Debug)]
pub(super) struct DeadLetterRules {
    pub(super) name: String,
    pub(super) owner: Option<String>,
    sources: String,
    end_offset: String,
    start_offset: String,
    presence: String,
    end: String,
    start: String,
    /// The recorded offsets that tell how many records were handled.
    handled: String,
}

/// The rules of a group on all its topics.
#[derive(Debug)]
pub(super) struct GroupRules {
    name: String,
    label: String,
    owner: Option<String>,
    members: Option<String>,
    runtime: Option<RuntimeGroupRules>,
}

impl Rules {
    pub(super) fn new(monitored: &Monitored, settings: &Settings) -> Self {
        let expressions = Expressions::new(settings);
        let groups = monitored.groups.iter().filter_map(|group| GroupRules::new(group, &expressions));
        Self {
            exporter: expressions.series.title,
            interval: prometheus(INTERVAL),
            cluster: expressions.cluster(),
            partition: expressions.partition(),
            group: expressions.group(),
            cluster_and_reason: expressions.reason(),
            topics: monitored.topics.iter().map(|topic| TopicRules::new(topic, &expressions)).collect(),
            dead_letters: monitored
                .dead_letters
                .iter()
                // The runtime counts them by the topics that they were read from.
                .filter(|_| expressions.series.runtime.is_none())
                .map(|dead_letters| DeadLetterRules::new(dead_letters, &expressions))
                .collect(),
            groups: groups.collect(),
        }
    }
}

impl TopicRules {
    fn new(monitored: &MonitoredTopic, expressions: &Expressions) -> Self {
        let (name, series) = (monitored.name(), expressions.series);
        let in_sync = series.in_sync.zip(monitored.min_in_sync()).map(|(metric, minimum)| InSync {
            metric: expressions.by_partition_least(&expressions.of_topic(metric, name)),
            minimum,
        });
        let under_replicated = series.under_replicated;
        Self {
            name: name.to_owned(),
            owner: monitored.topic.owner.as_deref().map(template),
            start_offset: expressions.offsets(series.start_offset, name),
            under_replicated: under_replicated
                .map(|metric| expressions.by_partition(&expressions.of_topic(metric, name))),
            in_sync,
            consumers: monitored
                .topic
                .consumers
                .iter()
                .map(|consumer| ConsumerRules::new(consumer, monitored, expressions))
                .collect(),
            end: recorded("partition_end_offset", name),
            start: recorded("partition_start_offset", name),
            presence: series.runtime.is_none().then(|| expressions.of_topic(series.end_offset, name)),
            end_offset: expressions.offsets(series.end_offset, name),
            runtime: series.runtime.map(|runtime| RuntimeTopicRules::new(monitored, runtime, expressions)),
        }
    }
}

impl ConsumerRules {
    fn new(consumer: &ConsumerGroup, monitored: &MonitoredTopic, expressions: &Expressions) -> Self {
        let (group, topic) = (consumer.group.as_str(), monitored.name());
        let timing = Timing::of(consumer, expressions);
        Self {
            group: string(group),
            group_label: template(group),
            committed_offset: expressions.committed(group, topic),
            lag_records: expressions.lag(group, topic),
            lag_seconds: expressions.lag_seconds(group, topic),
            computes_time: !expressions.series.always_measures_time,
            runtime: expressions
                .series
                .runtime
                .map(|runtime| RuntimeConsumerRules::new(group, monitored, runtime, expressions)),
            presence: expressions.presence(group, topic),
            committed: recorded_of_group("group_committed_offset", group, topic),
            lag: recorded_of_group("group_lag_records", group, topic),
            lag_time: recorded_of_group("group_lag_seconds", group, topic),
            window: prometheus(timing.window),
            step: prometheus(timing.step),
            wide_step: prometheus(timing.wide_step),
            limit: timing.limit.map(|limit| match limit {
                Limit::Records(limit) => LimitRule::Records { limit },
                Limit::Time(limit) => LimitRule::Time { seconds: seconds(limit), limit: prometheus(limit) },
            }),
            divisor: timing.limit.and_then(Limit::divisor),
            half_stall: prometheus(timing.stall / 2),
            risk: Risk::of(monitored.expiry),
        }
    }
}

/// The durations in the rules of a group on a topic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    pub(super) limit: Option<Limit>,
    /// How far back lag in seconds is computed. No larger lag is seen, so it is longer than the limit.
    window: Duration,
    step: Duration,
    wide_step: Duration,
    /// How long a group does nothing before it counts as stalled: a group that may be a day behind may be one that runs
    /// once a day.
    pub(super) stall: Duration,
}

impl Timing {
    pub(super) fn of(consumer: &ConsumerGroup, expressions: &Expressions) -> Self {
        let limit = Limit::of(consumer, expressions.series);
        let time = match limit {
            Some(Limit::Time(time)) => time,
            _ => Duration::ZERO,
        };
        let window = whole_seconds(time * 2).max(SHORTEST_WINDOW);
        let step = whole_seconds(window / 120).max(INTERVAL);
        let wide_step = whole_seconds(window / 12);
        Self { limit, window, step, wide_step, stall: whole_seconds(time).max(SHORTEST_STALL) }
    }
}

fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}

impl Risk {
    fn of(expiry: Expiry) -> Option<Self> {
        match expiry {
            Expiry::Never => None,
            Expiry::Unknown => Some(Self { age: None }),
            Expiry::After(retention) => {
                let is_compared = COMPARED_RETENTION.contains(&retention.as_secs());
                Some(Self { age: is_compared.then(|| prometheus(risky_age(retention))) })
            }
        }
    }
}

/// The age of records from which they are about to expire.
pub(super) fn risky_age(retention: Duration) -> Duration {
    Duration::from_secs(retention.as_secs() / 5 * 4)
}

impl DeadLetterRules {
    fn new(dead_letters: &DeadLetters, expressions: &Expressions) -> Self {
        let (name, series) = (dead_letters.topic, expressions.series);
        let end_offset = expressions.of_topic(series.end_offset, name);
        let names = |topics: &[&Topic]| topics.iter().map(|topic| topic.name.clone()).collect::<Vec<_>>();
        Self {
            name: name.to_owned(),
            owner: dead_letters.owner().as_deref().map(template),
            sources: names(&dead_letters.sources).join(", "),
            start_offset: expressions.by_partition(&expressions.of_topic(series.start_offset, name)),
            presence: end_offset.clone(),
            end_offset: expressions.by_partition(&end_offset),
            end: recorded("partition_end_offset", name),
            start: recorded("partition_start_offset", name),
            handled: handled(&dead_letters.sources),
        }
    }
}

/// The offsets that groups have committed on topics, and the ends of topics whose groups the contract does not name.
fn handled(sources: &[&Topic]) -> String {
    let (read, unread): (Vec<&Topic>, Vec<&Topic>) =
        sources.iter().copied().partition(|topic| !topic.consumers.is_empty());
    let selectors = [("group_committed_offset", read), ("partition_end_offset", unread)];
    let selectors = selectors.iter().filter(|(_, topics)| !topics.is_empty()).map(|(series, topics)| {
        let names: Vec<String> = topics.iter().map(|topic| topic.name.replace('.', "[.]")).collect();
        format!("increase(eventgen:{series}{{topic=~{}}}[15m])", string(&names.join("|")))
    });
    selectors.collect::<Vec<_>>().join(" or ")
}

impl GroupRules {
    fn new(group: &Group, expressions: &Expressions) -> Option<Self> {
        let series = expressions.series;
        (series.members.is_some() || series.runtime.is_some()).then(|| Self {
            name: string(&format!("kafka-group-{}", group.name)),
            label: template(group.name),
            owner: group.owner().as_deref().map(template),
            members: series.members.map(|members| expressions.of_group(members, group.name)),
            runtime: series.runtime.map(|runtime| RuntimeGroupRules::new(group.name, runtime, expressions)),
        })
    }
}

/// A recorded series of a topic.
fn recorded(series: &str, topic: &str) -> String {
    format!("eventgen:{series}{{topic={}}}", string(topic))
}

/// A recorded series of a group on a topic.
fn recorded_of_group(series: &str, group: &str, topic: &str) -> String {
    format!("eventgen:{series}{{group={}, topic={}}}", string(group), string(topic))
}
