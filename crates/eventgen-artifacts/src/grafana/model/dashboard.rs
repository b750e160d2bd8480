//! A dashboard.

use serde::Serialize;

use super::annotation::Annotation;
use super::link::{Link, TAG};
use super::panel::Item;
use super::variable::Variable;

/// The version of the form. It is the last one; Grafana 11 and later read it.
const SCHEMA_VERSION: u32 = 42;

/// A dashboard.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dashboard {
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<&'static str>,
    timezone: &'static str,
    editable: bool,
    graph_tooltip: u8,
    time: TimeRange,
    refresh: &'static str,
    schema_version: u32,
    pub(crate) templating: List<Variable>,
    pub(crate) annotations: List<Annotation>,
    pub(crate) links: Vec<Link>,
    pub(crate) panels: Vec<Item>,
}

impl Dashboard {
    /// A dashboard without content.
    pub(crate) fn new(uid: String, title: String, description: String) -> Self {
        Self {
            uid,
            title,
            description,
            tags: vec![TAG],
            timezone: "browser",
            editable: true,
            // One crosshair on all graphs.
            graph_tooltip: 1,
            time: TimeRange { from: "now-6h", to: "now" },
            refresh: "1m",
            schema_version: SCHEMA_VERSION,
            templating: List { list: Vec::new() },
            annotations: List { list: Vec::new() },
            links: Vec::new(),
            panels: Vec::new(),
        }
    }
}

#[derive(Debug, Serialize)]
struct TimeRange {
    from: &'static str,
    to: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) list: Vec<T>,
}
