//! Where a dashboard finds its data.

use serde::Serialize;

/// The source of data.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct DataSource {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

impl DataSource {
    /// The Prometheus that the reader chooses.
    pub(crate) const PROMETHEUS: Self = Self { kind: "prometheus", uid: "${datasource}" };
    /// Grafana's own store of annotations.
    pub(crate) const GRAFANA: Self = Self { kind: "grafana", uid: "-- Grafana --" };
}
