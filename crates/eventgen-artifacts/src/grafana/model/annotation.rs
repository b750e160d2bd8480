//! What is marked on the graphs of a dashboard.

use serde::Serialize;

use super::source::DataSource;

/// Events that are marked on graphs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Annotation {
    name: &'static str,
    datasource: DataSource,
    enable: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hide: bool,
    icon_color: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    built_in: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<TagQuery>,
    #[serde(flatten)]
    query: Option<AnnotationQuery>,
}

/// Annotations of Grafana with certain tags.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TagQuery {
    limit: u32,
    match_any: bool,
    tags: Vec<&'static str>,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Times at which a query has a value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnnotationQuery {
    expr: String,
    step: &'static str,
    title_format: &'static str,
    text_format: &'static str,
    tag_keys: &'static str,
}

impl Annotation {
    /// Annotations that people write on this dashboard.
    pub(crate) fn own() -> Self {
        Self {
            name: "Annotations & Alerts",
            datasource: DataSource::GRAFANA,
            enable: true,
            hide: true,
            icon_color: "rgba(0, 211, 255, 1)",
            kind: Some("dashboard"),
            built_in: Some(1),
            target: None,
            query: None,
        }
    }

    /// Annotations that a deployment writes, with a tag.
    pub(crate) fn tagged(name: &'static str, tag: &'static str, color: &'static str) -> Self {
        let target = TagQuery { limit: 100, match_any: false, tags: vec![tag], kind: "tags" };
        Self {
            name,
            datasource: DataSource::GRAFANA,
            enable: true,
            hide: false,
            icon_color: color,
            kind: None,
            built_in: None,
            target: Some(target),
            query: None,
        }
    }

    /// Times at which a query has a value. Neighbouring ones are one region.
    pub(crate) fn query(
        name: &'static str,
        color: &'static str,
        expr: String,
        title_format: &'static str,
        tag_keys: &'static str,
    ) -> Self {
        Self {
            name,
            datasource: DataSource::PROMETHEUS,
            enable: true,
            hide: false,
            icon_color: color,
            kind: None,
            built_in: None,
            target: None,
            query: Some(AnnotationQuery {
                expr,
                step: "60s",
                title_format,
                text_format: "{{topic}} {{group}}",
                tag_keys,
            }),
        }
    }
}
