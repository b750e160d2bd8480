//! Links between dashboards.

use serde::Serialize;

/// The tag of all dashboards.
pub(crate) const TAG: &str = "eventgen";

/// A link to another dashboard, or to all with a tag.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the form is Grafana's")]
pub(crate) struct Link {
    title: String,
    #[serde(rename = "type")]
    kind: &'static str,
    icon: &'static str,
    tooltip: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    tags: Vec<&'static str>,
    as_dropdown: bool,
    target_blank: bool,
    include_vars: bool,
    keep_time: bool,
}

impl Link {
    /// A link to a dashboard, with the time and the variables of this one.
    pub(crate) fn to(title: String, uid: &str) -> Self {
        Self {
            title,
            kind: "link",
            icon: "dashboard",
            tooltip: "",
            url: Some(format!("/d/{uid}")),
            tags: Vec::new(),
            as_dropdown: false,
            target_blank: false,
            include_vars: true,
            keep_time: true,
        }
    }

    /// A list of all dashboards with the tag.
    pub(crate) fn to_all(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            kind: "dashboards",
            icon: "external link",
            tooltip: "",
            url: None,
            tags: vec![TAG],
            as_dropdown: true,
            target_blank: false,
            include_vars: true,
            keep_time: true,
        }
    }
}
