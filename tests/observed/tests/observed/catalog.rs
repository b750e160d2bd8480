//! The table of metrics is as it was, and the page about metrics shows it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use eventgen::observe::names::{METRICS, Metric, MetricKind, prometheus_label};

/// The lines of the page between which the table is.
const BEGIN: &str = "<!-- metrics: begin -->\n";
const END: &str = "<!-- metrics: end -->\n";

/// Dashboards and rules select by these labels. A change here breaks those of users.
#[test]
fn names_units_and_labels_of_metrics_are_as_they_were() {
    let mut listed = String::new();
    for metric in METRICS {
        let labels: Vec<String> = labels(metric).collect();
        writeln!(
            listed,
            "{} {} {} {}\n    {}",
            metric.prometheus,
            kind(metric),
            metric.unit,
            metric.name,
            labels.join(" ")
        )
        .expect("a line");
    }
    expectorate::assert_contents(package().join("goldens/metrics.txt"), &listed);
}

#[test]
fn the_page_about_metrics_has_all_of_them() {
    let path = package().join("../../docs/metrics.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("the begin of the table");
    let (_, after) = rest.split_once(END).expect("the end of the table");
    let mut table = String::from(
        "| metric, its name in OpenTelemetry | kind, unit | labels | meaning |\n|---|---|---|---|\n",
    );
    for metric in METRICS {
        let labels: Vec<&str> = metric.labels.iter().map(|label| short(label)).collect();
        let optional: Vec<&str> = metric.optional_labels.iter().map(|label| short(label)).collect();
        let labels = [labels.join(", "), optional.join(", ")].join("; ");
        writeln!(
            table,
            "| `{}`<br>`{}` | {}, `{}` | {} | {} |",
            metric.prometheus,
            metric.name,
            kind(metric),
            metric.unit,
            labels.trim_end_matches("; "),
            metric.description
        )
        .expect("a line");
    }
    expectorate::assert_contents(path, &format!("{before}{BEGIN}{table}{END}{after}"));
}

/// The labels as Prometheus has them, in parentheses where they may be absent.
fn labels(metric: &Metric) -> impl Iterator<Item = String> {
    let optional = metric.optional_labels.iter().map(|label| format!("({})", prometheus_label(label)));
    metric.labels.iter().map(|label| prometheus_label(label)).chain(optional)
}

/// The word for a label on the page, which explains them.
fn short(label: &'static str) -> &'static str {
    use eventgen::observe::names::{
        DESTINATION, DISPOSITION, ERROR_TYPE, GROUP, HOLD_REASON, OPERATION_NAME, OPERATION_TYPE, PARTITION,
        REBALANCE_KIND, SYSTEM,
    };
    match label {
        SYSTEM => "system",
        OPERATION_NAME => "operation",
        OPERATION_TYPE => "operation type",
        DESTINATION => "topic",
        PARTITION => "partition",
        GROUP => "group",
        ERROR_TYPE => "error",
        DISPOSITION => "disposition",
        HOLD_REASON => "reason",
        REBALANCE_KIND => "kind",
        label => label,
    }
}

fn kind(metric: &Metric) -> &'static str {
    match metric.kind {
        MetricKind::Counter => "counter",
        MetricKind::UpDownCounter => "up-down counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
        _ => "another kind",
    }
}

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
