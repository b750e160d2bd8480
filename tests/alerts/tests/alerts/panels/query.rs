//! What Prometheus answers to the queries of panels.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::dashboard::{Annotation, Dashboard, Panel};
use crate::prometheus::Source;
use crate::rules::divide_durations;

/// The time between two values of a line. The rules record a value in this time, and Prometheus scrapes in it.
const STEP: f64 = 1.0;
/// Grafana's `$__rate_interval`: four times the shortest step of the query.
const RATE_INTERVAL: &str = "4m";

/// The time that is shown, in seconds since the Unix epoch.
pub(crate) struct Range {
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Range {
    /// From a time until now.
    pub(crate) fn since(begun: SystemTime) -> Self {
        let seconds = |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64();
        // Grafana's ranges begin at multiples of the step.
        Self { from: seconds(begun).floor(), to: seconds(SystemTime::now()).floor() }
    }
}

/// A line: its name, and values at times. A value that is not finite is a gap.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

impl Series {
    pub(super) fn is_empty(&self) -> bool {
        self.points.iter().all(|(_, value)| !value.is_finite())
    }

    /// The last value.
    pub(super) fn last(&self) -> Option<f64> {
        self.points.iter().rev().map(|(_, value)| *value).find(|value| value.is_finite())
    }
}

/// A time in which something is so, its title, and its color.
pub(super) struct Mark {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) title: String,
    pub(super) color: String,
}

/// The series of each query of a panel.
pub(super) fn answers(
    source: &Source,
    dashboard: &Dashboard,
    panel: &Panel,
    range: &Range,
) -> Vec<Vec<Series>> {
    let of_target = |target: &super::dashboard::Target| {
        let found = ask(source, &expanded(&target.expression, dashboard), range);
        let series = found.into_iter().map(|(labels, points)| {
            let name = if target.legend.is_empty() {
                format!("{labels:?}")
            } else {
                legend(&target.legend, &labels)
            };
            Series { name, points }
        });
        series.collect()
    };
    panel.targets.iter().map(of_target).collect()
}

/// What is marked on all graphs of a dashboard. Neighbouring times are one mark.
pub(super) fn marks(source: &Source, dashboard: &Dashboard, range: &Range) -> Vec<Mark> {
    let mut marks = Vec::new();
    for Annotation { color, title, expression } in &dashboard.annotations {
        for (labels, points) in ask(source, &expanded(expression, dashboard), range) {
            let mut last: Option<Mark> = None;
            for (at, _) in points {
                match &mut last {
                    Some(mark) if at - mark.to <= 2.0 * STEP => mark.to = at,
                    _ => {
                        let new =
                            Mark { from: at, to: at, title: legend(title, &labels), color: color.clone() };
                        marks.extend(last.replace(new));
                    }
                }
            }
            marks.extend(last);
        }
    }
    marks
}

type Labels = BTreeMap<String, String>;

fn ask(source: &Source, expression: &str, range: &Range) -> Vec<(Labels, Vec<(f64, f64)>)> {
    let answer = source.ask(&format!(
        "/api/v1/query_range?query={}&start={}&end={}&step={STEP}",
        percent_encoded(expression),
        range.from,
        range.to,
    ));
    let found = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{expression}: {answer}"));
    let series = found.iter().map(|found| {
        let labels = found["metric"].as_object().expect("labels").iter();
        let labels =
            labels.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        let point = |point: &Value| {
            let value = point[1].as_str().and_then(|value| value.parse().ok());
            (point[0].as_f64().expect("a time"), value.expect("a number"))
        };
        (labels.collect(), found["values"].as_array().expect("values").iter().map(point).collect())
    });
    series.collect()
}

/// The query with the values of variables and with shorter times.
fn expanded(expression: &str, dashboard: &Dashboard) -> String {
    let mut expression = expression.replace("$__rate_interval", RATE_INTERVAL);
    for (name, value) in &dashboard.variables {
        expression = expression.replace(&format!("${name}"), value);
    }
    divide_durations(&expression)
}

/// The name of a series: each `{{label}}` stands for a value.
fn legend(format: &str, labels: &Labels) -> String {
    let mut name = String::new();
    let mut rest = format;
    while let Some((before, (label, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        name.push_str(before);
        name.push_str(labels.get(label.trim()).map_or("", String::as_str));
        rest = after;
    }
    (name + rest).trim().to_owned()
}

fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}
