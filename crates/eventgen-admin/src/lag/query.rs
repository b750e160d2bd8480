//! What is asked about the lag of groups.

use std::collections::{BTreeMap, BTreeSet};

/// The topics and groups that a [`LagMonitor`](crate::LagMonitor) asks about.
///
/// ```
/// use eventgen_admin::LagQuery;
///
/// let query = LagQuery::new().topic("orders", ["warehouse", "search"]).offsets_of("orders.dlq");
/// assert_eq!(query.groups_of("orders").collect::<Vec<_>>(), ["search", "warehouse"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct LagQuery {
    topics: BTreeMap<String, BTreeSet<String>>,
    others: BTreeSet<String>,
    retries: BTreeSet<String>,
    only: Option<BTreeSet<String>>,
}

impl LagQuery {
    /// A query without topics.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a topic with the groups that are expected to read it. Other groups with offsets on it are found.
    #[must_use]
    pub fn topic<G: Into<String>>(
        mut self,
        name: impl Into<String>,
        groups: impl IntoIterator<Item = G>,
    ) -> Self {
        self.topics.entry(name.into()).or_default().extend(groups.into_iter().map(Into::into));
        self
    }

    /// Adds a retry topic of a group. Its records wait: see [`LagHistory::waiting`](crate::LagHistory::waiting).
    #[must_use]
    pub fn retry_topic(mut self, name: impl Into<String>, group: impl Into<String>) -> Self {
        let name = name.into();
        self.retries.insert(name.clone());
        self.topic(name, [group])
    }

    /// Whether a topic is a retry topic of a group.
    pub(crate) fn is_retry_topic_of(&self, topic: &str, group: &str) -> bool {
        self.retries.contains(topic) && self.expects(topic, group)
    }

    /// Adds a topic whose offsets are asked for, and not the groups that read it.
    #[must_use]
    pub fn offsets_of(mut self, topic: impl Into<String>) -> Self {
        self.others.insert(topic.into());
        self
    }

    /// Asks about these groups only. One that is not expected on any topic is asked about all topics.
    #[must_use]
    pub fn only_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.only = Some(groups.into_iter().map(Into::into).collect());
        self
    }

    /// The topics whose groups are asked about.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }

    /// The groups that are expected to read a topic.
    pub fn groups_of(&self, topic: &str) -> impl Iterator<Item = &str> {
        let groups = self.topics.get(topic).into_iter().flatten();
        groups.map(String::as_str).filter(|group| self.includes(group))
    }

    /// Whether a group is expected to read a topic.
    pub(crate) fn expects(&self, topic: &str, group: &str) -> bool {
        self.topics.get(topic).is_some_and(|groups| groups.contains(group))
    }

    /// All topics, also those without groups.
    pub(crate) fn all_topics(&self) -> BTreeSet<&str> {
        self.topics().chain(self.others.iter().map(String::as_str)).collect()
    }

    /// Whether the query is about a group.
    pub(crate) fn includes(&self, group: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(group))
    }

    /// The groups that are known before the cluster is asked.
    pub(crate) fn known_groups(&self) -> BTreeSet<&str> {
        let expected =
            self.topics.values().flatten().map(String::as_str).filter(|group| self.includes(group));
        expected.chain(self.only.iter().flatten().map(String::as_str)).collect()
    }
}
