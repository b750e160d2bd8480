//! What an exporter reports of two clusters.

use eventgen_schema::contract::{ConsumerGroup, MaxLag};

use super::expectations::{Alert, series};
use super::flow::{Flow, Phase, steps};
use super::input::InputSeries;
use super::runtime_values::RuntimeValues;
use crate::monitored::{Monitored, MonitoredTopic};
use crate::prometheus::expressions::Expressions;
use crate::settings::Settings;

/// The cluster in trouble.
pub(super) const TROUBLED: &str = "green";
/// The cluster that is well.
const WELL: &str = "blue";
/// The lag of a consumer that keeps up, unless its limit is lower.
const USUAL_LAG: u64 = 5;

/// Two clusters with all topics and groups.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) monitored: &'a Monitored<'a>,
    pub(super) expressions: Expressions,
    pub(super) cluster_labels: &'a [String],
}

impl<'a> World<'a> {
    pub(super) fn new(monitored: &'a Monitored<'a>, settings: &'a Settings) -> Self {
        Self { monitored, expressions: Expressions::new(settings), cluster_labels: &settings.cluster_labels }
    }

    /// An alert of the cluster in trouble, about nothing yet.
    pub(super) fn alert(&self, name: &'static str, severity: &'static str) -> Alert<'a> {
        let cluster = self.cluster_labels.iter().map(|label| (label.clone(), TROUBLED)).collect();
        Alert { name, severity, owner: None, topic: None, group: None, cluster }
    }

    /// All partitions: those in trouble go through the phases.
    fn partitions(&self) -> Vec<(&'static str, &'static str)> {
        let mut partitions = vec![(TROUBLED, "0"), (TROUBLED, "1")];
        // Without a label for them there is one cluster.
        if !self.cluster_labels.is_empty() {
            partitions.push((WELL, "0"));
        }
        partitions
    }

    /// The phases of a partition. Those in trouble go through the given ones.
    fn phases(partition: (&str, &str), phases: &[Phase]) -> Vec<Phase> {
        if partition == (TROUBLED, "1") {
            phases.to_vec()
        } else {
            vec![Phase::healthy(phases.iter().map(|phase| phase.minutes()).sum())]
        }
    }

    /// The topics and, unless they are left out, the groups.
    pub(super) fn topics(&self, phases: &[Phase], with_groups: bool) -> Vec<InputSeries> {
        let names = self.expressions.series;
        let mut all = Vec::new();
        for topic in &self.monitored.topics {
            let rate = rate(topic);
            for at in self.partitions() {
                let flow = |lag| Flow::new(&Self::phases(at, phases), rate, lag);
                let offsets = flow(0);
                all.push(self.of_partition(names.end_offset, at, topic.name(), None, offsets.end));
                all.push(self.of_partition(names.start_offset, at, topic.name(), None, offsets.start));
                for consumer in topic.topic.consumers.iter().filter(|_| with_groups) {
                    let group = Some(consumer.group.as_str());
                    let Flow { committed, lag, lag_seconds, .. } = flow(usual_lag(consumer));
                    let metrics = [
                        (names.committed, committed),
                        (Some(names.lag), lag),
                        (names.lag_seconds, lag_seconds),
                    ];
                    for (metric, values) in metrics {
                        all.extend(
                            metric.map(|metric| self.of_partition(metric, at, topic.name(), group, values)),
                        );
                    }
                }
            }
            if names.marks_uncommitted && with_groups {
                all.extend(self.uncommitted(topic, phases));
            }
        }
        all
    }

    /// A partition that no group has committed.
    fn uncommitted(&self, topic: &MonitoredTopic, phases: &[Phase]) -> Vec<InputSeries> {
        let names = self.expressions.series;
        let minutes = phases.iter().map(|phase| phase.minutes()).sum();
        let at = (TROUBLED, "2");
        let mut all = Vec::new();
        for (metric, value) in [(names.end_offset, 7), (names.start_offset, 0)] {
            all.push(self.of_partition(metric, at, topic.name(), None, steps(&[(value, minutes)])));
        }
        for consumer in &topic.topic.consumers {
            for metric in [names.committed, Some(names.lag)].into_iter().flatten() {
                let group = Some(consumer.group.as_str());
                all.push(self.of_partition(metric, at, topic.name(), group, steps(&[(-1, minutes)])));
            }
        }
        all
    }

    /// The dead-letter topics. The values are those of the ends of the partition in trouble.
    pub(super) fn dead_letters(&self, minutes: u64, troubled: &str) -> Vec<InputSeries> {
        let names = self.expressions.series;
        let mut all = Vec::new();
        for letters in &self.monitored.dead_letters {
            for at in self.partitions() {
                let none = || steps(&[(0, minutes)]);
                let end = if at == (TROUBLED, "1") { troubled.to_owned() } else { none() };
                all.push(self.of_partition(names.end_offset, at, letters.topic, None, end));
                all.push(self.of_partition(names.start_offset, at, letters.topic, None, none()));
            }
        }
        all
    }

    /// Replicas of all partitions of the topics. `in_sync` has the values of those in trouble for a required minimum.
    pub(super) fn replicas(
        &self,
        minutes: u64,
        in_sync: impl Fn(u32) -> String,
        under_replicated: &str,
    ) -> Vec<InputSeries> {
        let names = self.expressions.series;
        let mut all = Vec::new();
        for topic in &self.monitored.topics {
            for at in self.partitions() {
                let minimum = topic.min_in_sync().unwrap_or(1);
                let is_troubled = at == (TROUBLED, "1");
                let replicas =
                    if is_troubled { in_sync(minimum) } else { steps(&[(minimum.into(), minutes)]) };
                let missing = if is_troubled { under_replicated.to_owned() } else { steps(&[(0, minutes)]) };
                let metrics = [(names.in_sync, replicas), (names.under_replicated, missing)];
                all.extend(metrics.into_iter().filter_map(|(metric, values)| {
                    Some(self.of_partition(metric?, at, topic.name(), None, values))
                }));
            }
        }
        all
    }

    /// The number of members of all groups. The other cluster has never had any.
    pub(super) fn members(&self, minutes: u64, troubled: &str) -> Vec<InputSeries> {
        let Some(metric) = self.expressions.series.members else { return Vec::new() };
        let mut all = Vec::new();
        for group in &self.monitored.groups {
            for (cluster, values) in [(TROUBLED, troubled.to_owned()), (WELL, steps(&[(0, minutes)]))] {
                if cluster == TROUBLED || !self.cluster_labels.is_empty() {
                    let mut labels = self.cluster(cluster);
                    labels.push((self.expressions.series.group.to_owned(), group.name));
                    all.push(InputSeries { series: series(metric, &labels), values });
                }
            }
        }
        all
    }

    /// Everything, and all is well but what the phases say of topics.
    pub(super) fn all(&self, phases: &[Phase]) -> Vec<InputSeries> {
        let minutes = phases.iter().map(|phase| phase.minutes()).sum();
        let mut all = self.topics(phases, true);
        all.extend(self.dead_letters(minutes, &steps(&[(0, minutes)])));
        all.extend(self.replicas(
            minutes,
            |least| steps(&[(least.into(), minutes)]),
            &steps(&[(0, minutes)]),
        ));
        all.extend(self.members(minutes, &steps(&[(2, minutes)])));
        all.extend(self.runtime(&RuntimeValues::healthy(minutes)));
        all
    }

    /// What the runtime reports beside offsets, if it is the source of metrics. The other cluster is well.
    pub(super) fn runtime(&self, troubled: &RuntimeValues) -> Vec<InputSeries> {
        let names = self.expressions.series;
        let of_cluster = |values: &RuntimeValues, cluster| {
            let labels = self.cluster(cluster);
            values.series(self.monitored, names, &labels)
        };
        let mut all = of_cluster(troubled, TROUBLED);
        if !self.cluster_labels.is_empty() {
            all.extend(of_cluster(&RuntimeValues::healthy(troubled.minutes), WELL));
        }
        all
    }

    fn of_partition(
        &self,
        metric: &str,
        (cluster, partition): (&'static str, &'static str),
        topic: &str,
        group: Option<&str>,
        values: String,
    ) -> InputSeries {
        let names = self.expressions.series;
        let mut labels = self.cluster(cluster);
        labels.extend(group.map(|group| (names.group.to_owned(), group)));
        labels.push((names.topic.to_owned(), topic));
        labels.push((names.partition.to_owned(), partition));
        InputSeries { series: series(metric, &labels), values }
    }

    fn cluster<'b>(&self, cluster: &'b str) -> Vec<(String, &'b str)> {
        self.cluster_labels.iter().map(|label| (label.clone(), cluster)).collect()
    }
}

/// How many records a topic receives per minute: enough to exceed a limit in records within ten minutes.
pub(super) fn rate(topic: &MonitoredTopic) -> i128 {
    let limits = topic.topic.consumers.iter().filter_map(|consumer| match consumer.max_lag? {
        MaxLag::Records(records) => Some(i128::from(records)),
        MaxLag::Time(_) => None,
    });
    2 * (limits.max().unwrap_or(0) / 20 + 30)
}

fn usual_lag(consumer: &ConsumerGroup) -> i128 {
    match consumer.max_lag {
        Some(MaxLag::Records(records)) => records.min(USUAL_LAG * 2) / 2,
        _ => USUAL_LAG,
    }
    .into()
}
