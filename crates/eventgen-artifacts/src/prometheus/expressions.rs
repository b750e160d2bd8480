//! The metrics of an exporter as expressions with the labels of the recorded series: `partition` and those of the cluster.

use crate::exporter::Series;
use crate::quote::string;
use crate::runtime::REASON;
use crate::settings::Settings;

/// Writes expressions for one exporter.
#[derive(Debug, Clone)]
pub(super) struct Expressions {
    pub(super) series: &'static Series,
    /// The labels of clusters.
    clusters: Vec<String>,
}

impl Expressions {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { series: settings.exporter.series(), clusters: settings.cluster_labels.clone() }
    }

    /// The labels of a cluster, to aggregate by or to match on.
    pub(super) fn cluster(&self) -> String {
        self.clusters.join(", ")
    }

    /// The labels of a partition of one topic.
    pub(super) fn partition(&self) -> String {
        self.cluster_and("partition")
    }

    /// A metric of a topic.
    pub(super) fn of_topic(&self, metric: &str, topic: &str) -> String {
        format!("{metric}{{{}={}}}", self.series.topic, string(topic))
    }

    /// A metric of a group.
    pub(super) fn of_group(&self, metric: &str, group: &str) -> String {
        format!("{metric}{{{}={}}}", self.series.group, string(group))
    }

    /// A metric of a group on a topic.
    pub(super) fn of_both(&self, metric: &str, group: &str, topic: &str) -> String {
        let Series { group: group_label, topic: topic_label, .. } = self.series;
        format!("{metric}{{{group_label}={}, {topic_label}={}}}", string(group), string(topic))
    }

    /// A metric of a group on topics whose names match a regular expression.
    pub(super) fn of_matching(&self, metric: &str, group: &str, topics: &str) -> String {
        let Series { group: group_label, topic: topic_label, .. } = self.series;
        format!("{metric}{{{group_label}={}, {topic_label}=~{}}}", string(group), string(topics))
    }

    /// The largest value for each partition: several instances of an exporter may report it.
    pub(super) fn by_partition(&self, values: &str) -> String {
        self.aggregate("max", values)
    }

    /// The least value for each partition.
    pub(super) fn by_partition_least(&self, values: &str) -> String {
        self.aggregate("min", values)
    }

    fn aggregate(&self, operator: &str, values: &str) -> String {
        let (partition, label) = (self.partition(), self.series.partition);
        if label == "partition" {
            return format!("{operator} by ({partition}) ({values})");
        }
        format!(
            "{operator} by ({partition}) (label_replace({values}, \"partition\", \"$1\", \"{label}\", \"(.+)\"))"
        )
    }

    /// The sum for each group, whether or not the contract names it, with the label `group`.
    pub(super) fn by_group(&self, values: &str) -> String {
        let (labels, label) = (self.group(), self.series.group);
        format!("sum by ({labels}) (label_replace({values}, \"group\", \"$1\", \"{label}\", \"(.*)\"))")
    }

    /// The labels of a group in a cluster.
    pub(super) fn group(&self) -> String {
        self.cluster_and("group")
    }

    /// The labels of a cluster and of the reason for which a partition is held.
    pub(super) fn reason(&self) -> String {
        self.cluster_and(REASON)
    }

    fn cluster_and(&self, label: &str) -> String {
        let labels: Vec<&str> = self.clusters.iter().map(String::as_str).chain([label]).collect();
        labels.join(", ")
    }

    /// The committed offsets of a group.
    pub(super) fn committed(&self, group: &str, topic: &str) -> String {
        let Some(committed) = self.series.committed else {
            // Both metrics of one instance are from the same moment, and `ignoring` keeps instances apart.
            let end = self.of_topic(self.series.end_offset, topic);
            let lag = self.of_both(self.series.lag, group, topic);
            return self.by_partition(&format!("{end} - ignoring ({}) {lag}", self.series.group));
        };
        self.by_partition(&self.where_committed(self.of_both(committed, group, topic)))
    }

    /// The offsets of a topic that a metric has.
    pub(super) fn offsets(&self, metric: &str, topic: &str) -> String {
        let offsets = self.of_topic(metric, topic);
        // A consumer that has lost a partition may report that it is no number any more.
        let offsets = if self.series.runtime.is_some() { format!("{offsets} >= 0") } else { offsets };
        self.by_partition(&offsets)
    }

    /// The lag of a group in records.
    pub(super) fn lag(&self, group: &str, topic: &str) -> String {
        self.by_partition(&self.where_committed(self.of_both(self.series.lag, group, topic)))
    }

    /// The lag of a group in seconds, if the exporter measures it.
    pub(super) fn lag_seconds(&self, group: &str, topic: &str) -> Option<String> {
        Some(self.by_partition(&self.of_both(self.series.lag_seconds?, group, topic)))
    }

    /// The metric that exists while a group has committed offsets on a topic.
    pub(super) fn presence(&self, group: &str, topic: &str) -> String {
        self.of_both(self.series.committed.unwrap_or(self.series.lag), group, topic)
    }

    fn where_committed(&self, metric: String) -> String {
        if self.series.marks_uncommitted { format!("{metric} >= 0") } else { metric }
    }
}
