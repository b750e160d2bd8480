//! Kinds of panels.

use std::time::Duration;

use super::model::{
    Color, Custom, DataSource, Defaults, FieldConfig, GridPosition, Options, Override, Panel, Property,
    Target, Thresholds,
};

/// The shortest step of queries: how often recorded series have a value.
const STEP: &str = "30s";
/// The colors of thresholds.
const GREEN: &str = "green";
const ORANGE: &str = "orange";
pub(super) const RED: &str = "red";

/// The shares of `maxLag` from which lag has these colors.
pub(super) const SHARES_OF_LIMIT: [(f64, &str); 2] = [(0.5, ORANGE), (1.0, RED)];

/// The same in seconds, for a limit in time.
pub(super) fn of_limit(limit: Duration) -> Vec<(f64, &'static str)> {
    // Thresholds have to be in order.
    let shares = SHARES_OF_LIMIT.iter().filter(|_| !limit.is_zero());
    shares.map(|(share, color)| (limit.as_secs_f64() * share, *color)).collect()
}

/// Units, as Grafana calls them.
pub(super) mod unit {
    pub(in crate::grafana) const RECORDS: &str = "short";
    pub(in crate::grafana) const RECORDS_PER_SECOND: &str = "recps";
    pub(in crate::grafana) const SECONDS: &str = "s";
    pub(in crate::grafana) const SHARE: &str = "percentunit";
    pub(in crate::grafana) const COUNT: &str = "short";
}

/// A query, and how its series are called.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) expr: String,
    pub(super) legend: String,
}

/// A panel with queries.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) unit: &'static str,
    pub(super) queries: Vec<Query>,
    /// Values from which something is wrong, with their colors.
    pub(super) thresholds: Vec<(f64, &'static str)>,
}

impl Chart {
    /// Lines over time, in half of the width.
    pub(super) fn graph(self) -> Panel {
        let custom = Custom::lines(&self.thresholds);
        self.panel("timeseries", Color::BY_NAME, Some(custom), Options::graph(), 12)
    }

    /// Bars over time, on top of each other.
    pub(super) fn bars(self) -> Panel {
        self.panel("timeseries", Color::BY_NAME, Some(Custom::stacked_bars()), Options::graph(), 12)
    }

    /// The latest value as a number.
    pub(super) fn number(self) -> Panel {
        let panel = self.panel("stat", Color::BY_THRESHOLD, None, Options::stat(), 6);
        Panel { grid_pos: GridPosition { h: 4, ..panel.grid_pos }, ..panel }
    }

    /// The latest value as a number. It is red where it is 0, and green from 1 on.
    pub(super) fn number_above_zero(self) -> Panel {
        let mut panel = self.number();
        if let Some(fields) = &mut panel.field_config {
            fields.defaults.thresholds = Thresholds::new(RED, &[(1.0, GREEN)]);
        }
        panel
    }

    fn panel(
        self,
        kind: &'static str,
        color: Color,
        custom: Option<Custom>,
        options: Options,
        w: u32,
    ) -> Panel {
        let targets = self.queries.into_iter().enumerate().map(|(index, query)| Target {
            ref_id: ref_id(index),
            datasource: DataSource::PROMETHEUS,
            editor_mode: "code",
            expr: query.expr,
            legend_format: query.legend,
            interval: STEP.to_owned(),
            range: true,
            instant: false,
        });
        Panel {
            kind,
            id: 0,
            title: self.title,
            description: self.description,
            grid_pos: GridPosition { h: 8, w, x: 0, y: 0 },
            datasource: Some(DataSource::PROMETHEUS),
            links: Vec::new(),
            targets: targets.collect(),
            field_config: Some(FieldConfig {
                defaults: Defaults {
                    unit: self.unit,
                    min: Some(0),
                    no_value: None,
                    color,
                    thresholds: Thresholds::new(GREEN, &self.thresholds),
                    custom,
                },
                overrides: Vec::new(),
            }),
            options,
        }
    }
}

/// The name of a query in its panel: `A`, `B`, …
pub(super) fn ref_id(index: usize) -> String {
    let letter =
        u8::try_from(index).ok().filter(|index| *index < 26).map_or('Z', |index| (b'A' + index).into());
    if index < 26 { letter.to_string() } else { format!("{letter}{index}") }
}

/// A text in Markdown.
pub(super) fn text(title: &str, description: &str, content: String, (w, h): (u32, u32)) -> Panel {
    Panel {
        kind: "text",
        id: 0,
        title: title.to_owned(),
        description: description.to_owned(),
        grid_pos: GridPosition { h, w, x: 0, y: 0 },
        datasource: None,
        links: Vec::new(),
        targets: Vec::new(),
        field_config: None,
        options: Options::markdown(content),
    }
}

/// The unit and the thresholds of one query of a panel.
pub(super) fn shown_as(index: usize, unit: &'static str, thresholds: &[(f64, &'static str)]) -> Override {
    let properties = vec![Property::Unit(unit), Property::Thresholds(Thresholds::new(GREEN, thresholds))];
    Override::of_query(&ref_id(index), properties)
}
