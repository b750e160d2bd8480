//! What the contract does not say about monitoring.

use crate::exporter::Exporter;

/// What the contract does not say: where metrics come from.
///
/// ```
/// use eventgen_artifacts::{Exporter, Settings};
///
/// let settings = Settings::new(Exporter::Kminion).cluster_labels(["kafka_cluster"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    pub(crate) exporter: Exporter,
    pub(crate) cluster_labels: Vec<String>,
    title: String,
}

/// The title of an overview that has no other.
const TITLE: &str = "Kafka";

impl Settings {
    /// Settings for the metrics of an exporter, with the exporter's own label for clusters, else `cluster`.
    pub fn new(exporter: Exporter) -> Self {
        Self { exporter, cluster_labels: vec![exporter.series().cluster.to_owned()], title: TITLE.to_owned() }
    }

    /// Replaces the labels that distinguish clusters. Series with equal values of all of them belong to one cluster; a series
    /// without such a label has the empty value. Names that [`is_cluster_label`](Self::is_cluster_label) refuses are left out.
    pub fn cluster_labels<T: Into<String>>(mut self, labels: impl IntoIterator<Item = T>) -> Self {
        self.cluster_labels =
            labels.into_iter().map(Into::into).filter(|label| Self::is_cluster_label(label)).collect();
        self.cluster_labels.sort();
        self.cluster_labels.dedup();
        self
    }

    /// Sets the title of the overview of dashboards, `Kafka` by default. Dashboards with different titles are different ones,
    /// also for the same topic.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The title of the overview.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The source of metrics.
    pub fn exporter(&self) -> Exporter {
        self.exporter
    }

    /// Whether a name can be that of a label of clusters: it has the syntax of Prometheus, and no rule uses it otherwise.
    pub fn is_cluster_label(name: &str) -> bool {
        let is_start = |char: char| char.is_ascii_alphabetic() || char == '_';
        name.starts_with(is_start)
            && !name.starts_with("__")
            && name.chars().all(|char| is_start(char) || char.is_ascii_digit())
            && !USED.contains(&name)
            && !["messaging_", "eventgen_"].iter().any(|prefix| name.starts_with(prefix))
    }
}

/// Labels of the exporters and of the rules.
const USED: [&str; 16] = [
    "alertname",
    "alertstate",
    "consumergroup",
    // A variable of dashboards.
    "datasource",
    "error_type",
    "group",
    "group_id",
    "le",
    "owner",
    "partition",
    "partition_id",
    "quantile",
    "severity",
    "table",
    "topic",
    "topic_name",
];
