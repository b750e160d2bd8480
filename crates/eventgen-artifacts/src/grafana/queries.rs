//! Queries of the recorded series, for the clusters and groups that the reader of a dashboard chooses.

use super::model::Variable;
use super::panels::Query;
use crate::settings::Settings;

/// Matches the topic of a dashboard.
pub(super) const THIS_TOPIC: &str = "topic=\"$topic\"";
/// Matches the topics that are chosen.
pub(super) const TOPICS: &str = "topic=~\"$topic\"";
/// Matches the groups that are chosen.
pub(super) const GROUPS: &str = "group=~\"$group\"";

/// Writes queries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queries<'a> {
    /// The labels of clusters. Each is a variable of the same name.
    pub(super) clusters: &'a [String],
}

impl<'a> Queries<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { clusters: &settings.cluster_labels }
    }

    /// A series with matchers, in the clusters that are chosen.
    pub(super) fn select(self, series: &str, matchers: &[&str]) -> String {
        let clusters = self.clusters.iter().map(|label| format!("{label}=~\"${label}\""));
        let all: Vec<String> = matchers.iter().map(|&matcher| matcher.to_owned()).chain(clusters).collect();
        format!("{series}{{{}}}", all.join(", "))
    }

    /// A variable for each label of clusters, with the values that a series has.
    pub(super) fn cluster_variables(self, series: &str) -> impl Iterator<Item = Variable> {
        self.clusters.iter().map(move |label| Variable::label_values(label, label, series))
    }

    /// The labels of clusters and others, to aggregate by or to match on.
    pub(super) fn labels(self, others: &[&str]) -> String {
        let all: Vec<&str> = others.iter().copied().chain(self.clusters.iter().map(String::as_str)).collect();
        all.join(", ")
    }

    /// Aggregates by the clusters and other labels.
    pub(super) fn aggregate(self, operator: &str, by: &[&str], values: &str) -> String {
        format!("{operator} by ({}) ({values})", self.labels(by))
    }

    /// A query whose series are called by a word, these labels and the cluster.
    pub(super) fn query(self, expr: String, word: &str, labels: &[&str]) -> Query {
        let labels = labels.iter().copied().chain(self.clusters.iter().map(String::as_str));
        let labels = labels.map(|label| format!("{{{{{label}}}}}"));
        let words: Vec<String> =
            Some(word.to_owned()).filter(|word| !word.is_empty()).into_iter().chain(labels).collect();
        Query { expr, legend: words.join(" ") }
    }
}

/// How fast a gauge of offsets grows, per second. One that is set back, by a reset or a new topic, does not count.
pub(super) fn growth(offsets: &str) -> String {
    format!("clamp_min(deriv({offsets}[$__rate_interval]), 0)")
}

/// Matches topics by their names, in which the dot is the only special character.
pub(super) fn topics<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.replace('.', "[.]")).collect();
    format!("topic=~\"{}\"", names.join("|"))
}
