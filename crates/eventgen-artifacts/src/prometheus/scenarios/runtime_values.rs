//! What the runtime reports beside offsets.

use super::expectations::series;
use super::flow::{growing, steps};
use super::input::InputSeries;
use crate::exporter::Series;
use crate::monitored::Monitored;
use crate::runtime::{DISPOSITION, REASON, REBALANCE_KIND};

/// The values of each series of the cluster in trouble, minute by minute.
#[derive(Debug, Clone)]
pub(super) struct RuntimeValues {
    pub(super) minutes: u64,
    pub(super) up: String,
    pub(super) dead_letters: String,
    pub(super) lost: String,
    pub(super) held: String,
    pub(super) breaker_open: String,
    pub(super) commit_failures: String,
    pub(super) rebalances: String,
    pub(super) producer_failures: String,
    /// Seconds since the first record in each retry topic was due.
    pub(super) overdue: String,
}

impl RuntimeValues {
    /// Nothing is wrong.
    pub(super) fn healthy(minutes: u64) -> Self {
        let none = || steps(&[(0, minutes)]);
        Self {
            minutes,
            up: steps(&[(1, minutes)]),
            dead_letters: none(),
            lost: none(),
            held: none(),
            breaker_open: none(),
            commit_failures: none(),
            // Every deployment rebalances.
            rebalances: steps(&[(5, minutes)]),
            producer_failures: none(),
            overdue: none(),
        }
    }

    /// The series of a cluster, if the runtime is the source of metrics.
    pub(super) fn series(
        &self,
        monitored: &Monitored,
        names: &Series,
        cluster: &[(String, &str)],
    ) -> Vec<InputSeries> {
        let Some(runtime) = names.runtime else { return Vec::new() };
        let mut all = Vec::new();
        let mut add = |metric: &str, labels: &[(&str, &str)], value: &str| {
            let mut all_labels = cluster.to_vec();
            all_labels.extend(labels.iter().map(|(label, value)| ((*label).to_owned(), *value)));
            all.push(InputSeries { series: series(metric, &all_labels), values: value.to_owned() });
        };
        // Fifty records in each partition and minute.
        let consumed = growing(1, 50, self.minutes - 1);
        // Much, and what does not count.
        let often = growing(1, 60, self.minutes - 1);
        for topic in &monitored.topics {
            let of_topic = (names.topic, topic.name());
            add(runtime.producer_failures, &[of_topic], &self.producer_failures);
            for consumer in &topic.topic.consumers {
                let both = [(names.group, consumer.group.as_str()), of_topic];
                let with = |labels: &[(&'static str, &'static str)]| [&both[..], labels].concat();
                add(runtime.up, &both, &self.up);
                add(runtime.lost, &both, &self.lost);
                add(runtime.dead_letters, &with(&[(DISPOSITION, "poison")]), &self.dead_letters);
                add(runtime.breaker_open, &with(&[(names.partition, "1")]), &self.breaker_open);
                add(runtime.held, &with(&[(names.partition, "1"), (REASON, "registry")]), &self.held);
                add(runtime.held, &with(&[(names.partition, "0"), (REASON, "breaker")]), &often);
                let delays = topic.topic.retry_topics().into_iter().filter(|retry| retry.delay.is_some());
                for retry in delays.filter(|retry| retry.group == consumer.group) {
                    let of_retry = [(names.group, consumer.group.as_str()), (names.topic, &*retry.name)];
                    let metric = names.lag_seconds.unwrap_or(names.lag);
                    add(metric, &[&of_retry[..], &[(names.partition, "0")]].concat(), &self.overdue);
                }
                for partition in ["0", "1"] {
                    add(runtime.consumed, &with(&[(names.partition, partition)]), &consumed);
                }
            }
        }
        for group in &monitored.groups {
            let of_group = (names.group, group.name);
            add(runtime.commit_failures, &[of_group], &self.commit_failures);
            add(runtime.rebalances, &[of_group, (REBALANCE_KIND, "assign")], &self.rebalances);
            add(runtime.rebalances, &[of_group, (REBALANCE_KIND, "revoke")], &often);
        }
        all
    }
}
