//! What the template shows of the metrics that only the runtime has.

use super::expressions::Expressions;
use crate::monitored::MonitoredTopic;
use crate::runtime::{REASON, REBALANCE_KIND, Runtime, growth};

/// The rules of a topic.
#[derive(Debug)]
pub(super) struct RuntimeTopicRules {
    /// New records that were not acknowledged.
    pub(super) new_producer_failures: String,
    /// New dead letters and newly fetched records, if the topic has dead letters.
    pub(super) dead_letters: Option<(String, String)>,
}

impl RuntimeTopicRules {
    pub(super) fn new(topic: &MonitoredTopic, runtime: &Runtime, expressions: &Expressions) -> Self {
        let by_group =
            |metric: &str| expressions.by_group(&growth(&expressions.of_topic(metric, topic.name()), "15m"));
        let dead_letters = || (by_group(runtime.dead_letters), by_group(runtime.consumed));
        Self {
            new_producer_failures: growth(
                &expressions.of_topic(runtime.producer_failures, topic.name()),
                "5m",
            ),
            dead_letters: topic.topic.dead_letter.is_some().then(dead_letters),
        }
    }
}

/// The rules of a group on a topic.
#[derive(Debug)]
pub(super) struct RuntimeConsumerRules {
    pub(super) up: String,
    /// Records that were newly lost.
    pub(super) newly_lost: String,
    pub(super) breaker_open: String,
    /// Partitions that are held for another reason than an open breaker.
    pub(super) held: String,
    /// How long ago the first record in each retry topic was due, if the group has any.
    pub(super) overdue: Option<String>,
}

impl RuntimeConsumerRules {
    pub(super) fn new(
        group: &str,
        monitored: &MonitoredTopic,
        runtime: &Runtime,
        expressions: &Expressions,
    ) -> Self {
        let (topic, delays) = (monitored.name(), monitored.delays(Some(group)));
        let overdue = delays.zip(expressions.series.lag_seconds);
        let metric = |name: &str| expressions.of_both(name, group, topic);
        // What is handled from a retry topic is reported with its name.
        let everywhere = |name: &str| match monitored.with_retry_topics(group) {
            Some(topics) => expressions.of_matching(name, group, &topics),
            None => metric(name),
        };
        let held = everywhere(runtime.held);
        Self {
            up: metric(runtime.up),
            newly_lost: growth(&everywhere(runtime.lost), "15m"),
            breaker_open: expressions.by_partition(&everywhere(runtime.breaker_open)),
            overdue: overdue.map(|(topics, metric)| expressions.of_matching(metric, group, &topics)),
            held: held.replacen('{', &format!("{{{REASON}!=\"breaker\", "), 1),
        }
    }
}

/// The rules of a group on all its topics.
#[derive(Debug)]
pub(super) struct RuntimeGroupRules {
    pub(super) commit_failures: String,
    pub(super) rebalances: String,
}

impl RuntimeGroupRules {
    pub(super) fn new(group: &str, runtime: &Runtime, expressions: &Expressions) -> Self {
        let rebalances = expressions.of_group(runtime.rebalances, group);
        Self {
            commit_failures: expressions.of_group(runtime.commit_failures, group),
            rebalances: rebalances.replacen('{', &format!("{{{REBALANCE_KIND}=\"assign\", "), 1),
        }
    }
}
