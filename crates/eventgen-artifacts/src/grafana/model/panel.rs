//! Panels of a dashboard.

use serde::Serialize;

use super::link::Link;
use super::source::DataSource;

/// What stands on the grid of a dashboard.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Item {
    Row(Row),
    Panel(Box<Panel>),
}

/// A heading over panels.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    #[serde(rename = "type")]
    kind: &'static str,
    id: u32,
    title: String,
    collapsed: bool,
    grid_pos: GridPosition,
    panels: [(); 0],
}

impl Row {
    pub(crate) fn new(id: u32, title: String, grid_pos: GridPosition) -> Self {
        Self { kind: "row", id, title, collapsed: false, grid_pos, panels: [] }
    }
}

/// Where a panel stands, in 24 columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct GridPosition {
    pub(crate) h: u32,
    pub(crate) w: u32,
    pub(crate) x: u32,
    pub(crate) y: u32,
}

/// A panel. The layout sets its id and position.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Panel {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) grid_pos: GridPosition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) datasource: Option<DataSource>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field_config: Option<FieldConfig>,
    pub(crate) options: Options,
}

/// A query of a panel.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) ref_id: String,
    pub(crate) datasource: DataSource,
    pub(crate) editor_mode: &'static str,
    pub(crate) expr: String,
    pub(crate) legend_format: String,
    /// The shortest step, from which Grafana computes `$__rate_interval`.
    pub(crate) interval: String,
    pub(crate) range: bool,
    pub(crate) instant: bool,
}

/// How values are shown.
#[derive(Debug, Serialize)]
pub(crate) struct FieldConfig {
    pub(crate) defaults: Defaults,
    pub(crate) overrides: Vec<Override>,
}

/// How all values of a panel are shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Defaults {
    pub(crate) unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_value: Option<&'static str>,
    pub(crate) color: Color,
    pub(crate) thresholds: Thresholds,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Custom>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Color {
    mode: &'static str,
}

impl Color {
    /// By the name of a series, so that it is the same on all panels.
    pub(crate) const BY_NAME: Self = Self { mode: "palette-classic-by-name" };
    /// By the threshold that the value has passed.
    pub(crate) const BY_THRESHOLD: Self = Self { mode: "thresholds" };
}

/// Values from which something is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct Thresholds {
    pub(crate) mode: &'static str,
    pub(crate) steps: Vec<Threshold>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Threshold {
    color: &'static str,
    /// None is less than every value.
    value: Option<f64>,
}

impl Thresholds {
    /// A color from the least value on, and others from other values on.
    pub(crate) fn new(least: &'static str, steps: &[(f64, &'static str)]) -> Self {
        let least = Threshold { color: least, value: None };
        let steps = steps.iter().map(|&(value, color)| Threshold { color, value: Some(value) });
        Self { mode: "absolute", steps: std::iter::once(least).chain(steps).collect() }
    }
}

/// How a graph is drawn.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Custom {
    draw_style: &'static str,
    line_width: u8,
    fill_opacity: u8,
    show_points: &'static str,
    thresholds_style: Mode,
    /// The axis reaches this value also where all values are less.
    #[serde(skip_serializing_if = "Option::is_none")]
    axis_soft_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stacking: Option<BarStacking>,
}

#[derive(Debug, Serialize)]
struct Mode {
    mode: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct BarStacking {
    mode: &'static str,
    group: &'static str,
}

impl Custom {
    /// Lines, with a dashed one at each threshold, which is always in sight.
    pub(crate) fn lines(thresholds: &[(f64, &'static str)]) -> Self {
        Self {
            draw_style: "line",
            line_width: 1,
            fill_opacity: 10,
            show_points: "never",
            thresholds_style: Mode { mode: if thresholds.is_empty() { "off" } else { "dashed" } },
            axis_soft_max: thresholds.iter().map(|(value, _)| *value).reduce(f64::max),
            stacking: None,
        }
    }

    /// Bars on top of each other.
    pub(crate) fn stacked_bars() -> Self {
        Self {
            draw_style: "bars",
            fill_opacity: 60,
            stacking: Some(BarStacking { mode: "normal", group: "A" }),
            ..Self::lines(&[])
        }
    }
}

/// How the values of one query are shown.
#[derive(Debug, Serialize)]
pub(crate) struct Override {
    matcher: Matcher,
    properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
struct Matcher {
    id: &'static str,
    options: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "id", content = "value")]
pub(crate) enum Property {
    #[serde(rename = "unit")]
    Unit(&'static str),
    #[serde(rename = "thresholds")]
    Thresholds(Thresholds),
}

impl Override {
    pub(crate) fn of_query(ref_id: &str, properties: Vec<Property>) -> Self {
        Self { matcher: Matcher { id: "byFrameRefID", options: ref_id.to_owned() }, properties }
    }
}

/// Options of a kind of panel.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(crate) enum Options {
    Graph {
        legend: Legend,
        tooltip: Tooltip,
    },
    Stat {
        graph_mode: &'static str,
        color_mode: &'static str,
        justify_mode: &'static str,
        text_mode: &'static str,
        wide_layout: bool,
        show_percent_change: bool,
        percent_change_color_mode: &'static str,
        orientation: &'static str,
        reduce_options: Reduce,
    },
    Text {
        mode: &'static str,
        content: String,
    },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are Grafana's")]
pub(crate) struct Legend {
    display_mode: &'static str,
    placement: &'static str,
    show_legend: bool,
    calcs: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Reduce {
    calcs: Vec<&'static str>,
    fields: &'static str,
    values: bool,
}

impl Options {
    pub(crate) fn graph() -> Self {
        Self::Graph {
            legend: Legend {
                display_mode: "list",
                placement: "bottom",
                show_legend: true,
                calcs: Vec::new(),
            },
            tooltip: Tooltip { mode: "multi", sort: "desc" },
        }
    }

    pub(crate) fn stat() -> Self {
        Self::Stat {
            graph_mode: "area",
            color_mode: "value",
            justify_mode: "auto",
            text_mode: "value_and_name",
            wide_layout: true,
            show_percent_change: false,
            percent_change_color_mode: "standard",
            orientation: "auto",
            reduce_options: Reduce { calcs: vec!["lastNotNull"], fields: "", values: false },
        }
    }

    pub(crate) fn markdown(content: String) -> Self {
        Self::Text { mode: "markdown", content }
    }
}
