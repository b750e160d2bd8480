//! Which alerts fire at a time.

use std::time::Duration;

use crate::duration::prometheus;
use crate::quote::string;

/// The alerts that a query finds at a time.
#[derive(Debug)]
pub(super) struct Expectation {
    pub(super) query: String,
    pub(super) time: String,
    pub(super) alerts: Vec<String>,
}

/// An alert with what it is about.
#[derive(Debug, Clone)]
pub(super) struct Alert<'a> {
    pub(super) name: &'static str,
    pub(super) severity: &'static str,
    pub(super) owner: Option<String>,
    pub(super) topic: Option<&'a str>,
    pub(super) group: Option<&'a str>,
    /// The labels of the cluster in trouble, unless the alert is about all clusters.
    pub(super) cluster: Vec<(String, &'static str)>,
}

impl Alert<'_> {
    fn labels(&self) -> Vec<(String, &str)> {
        let label = |name: &str, value| (name.to_owned(), value);
        let mut labels = vec![label("alertname", self.name), label("alertstate", "firing")];
        labels.extend(self.topic.map(|topic| label("topic", topic)));
        labels.extend(self.group.map(|group| label("group", group)));
        labels
    }

    fn query(&self) -> String {
        series("ALERTS", &self.labels())
    }

    /// The alert does not fire.
    pub(super) fn silent(&self, minute: u64) -> Expectation {
        Expectation { query: self.query(), time: time(minute), alerts: Vec::new() }
    }

    /// The alert fires, and for nothing else.
    pub(super) fn fires(&self, minute: u64) -> Expectation {
        let mut labels = self.labels();
        labels.push(("severity".to_owned(), self.severity));
        labels.extend(self.owner.as_deref().map(|owner| ("owner".to_owned(), owner)));
        labels.extend(self.cluster.iter().cloned());
        Expectation { query: self.query(), time: time(minute), alerts: vec![series("ALERTS", &labels)] }
    }
}

/// No alert fires or is about to.
pub(super) fn silence(minute: u64) -> Expectation {
    Expectation { query: quoted("ALERTS"), time: time(minute), alerts: Vec::new() }
}

fn time(minute: u64) -> String {
    prometheus(Duration::from_secs(minute * 60))
}

/// A series as a literal of YAML.
pub(super) fn series(name: &str, labels: &[(String, &str)]) -> String {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}={}", string(value))).collect();
    quoted(&format!("{name}{{{}}}", labels.join(", ")))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
