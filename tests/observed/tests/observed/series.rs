//! Series of the two ways out, in one form.

use std::collections::{BTreeMap, BTreeSet};

use eventgen::observe::names::{METRICS, Metric, MetricKind, prometheus_label};
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};

use crate::exporters::Exporters;

/// A series: its metric, by the name in Prometheus, its labels, and its value; of a histogram the number of its values.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) metric: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// Checks that series are of metrics in the table and have its labels.
pub(crate) fn check(series: &[Series]) {
    for Series { metric, labels, .. } in series {
        let of = METRICS.iter().find(|of| of.prometheus == metric);
        let of = of.unwrap_or_else(|| panic!("{metric} is not in the table"));
        let names = |all: &[&str]| all.iter().map(|label| prometheus_label(label)).collect::<BTreeSet<_>>();
        let (required, optional) = (names(of.labels), names(of.optional_labels));
        let present: BTreeSet<String> = labels.keys().cloned().collect();
        assert!(present.is_superset(&required), "{metric} lacks labels: {labels:?}");
        let others: Vec<_> = present.difference(&required).filter(|of| !optional.contains(*of)).collect();
        assert!(others.is_empty(), "{metric} has labels that the table lacks: {others:?}");
        assert!(labels.values().all(|value| !value.is_empty()), "{metric}: {labels:?}");
    }
}

/// The sum of the values of a metric over the series with these labels.
pub(crate) fn sum(series: &[Series], metric: &Metric, labels: &[(&str, &str)]) -> f64 {
    let has = |of: &&Series| {
        let wanted = |(name, value): &(&str, &str)| {
            of.labels.get(&prometheus_label(name)).map_or("", String::as_str) == *value
        };
        of.metric == metric.prometheus && labels.iter().all(wanted)
    };
    series.iter().filter(has).map(|series| series.value).sum()
}

/// The metrics that have series.
pub(crate) fn metrics(series: &[Series]) -> BTreeSet<&str> {
    series.iter().map(|series| series.metric.as_str()).collect()
}

/// All series in the exposition of Prometheus. Checks the types.
pub(crate) fn prometheus(exporters: &Exporters) -> Vec<Series> {
    let text = exporters.prometheus.render();
    let mut all = Vec::new();
    let mut kinds = BTreeMap::new();
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (metric, kind) = kind.split_once(' ').expect("a name and a type");
            kinds.insert(metric.to_owned(), kind.to_owned());
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a series and a value");
        let (name, labels) = series.strip_suffix('}').and_then(|of| of.split_once('{')).expect("labels");
        let labels: BTreeMap<String, String> = labels.split(',').map(label).collect();
        let value = value.parse().expect("a number");
        match kinds.keys().find(|of| name.strip_prefix(of.as_str()).is_some_and(|end| end == "_count")) {
            Some(metric) => all.push(Series { metric: metric.clone(), labels, value }),
            None if name.ends_with("_bucket") || name.ends_with("_sum") => {}
            None => all.push(Series { metric: name.to_owned(), labels, value }),
        }
    }
    for metric in METRICS.iter().filter(|metric| kinds.contains_key(metric.prometheus)) {
        let kind = match metric.kind {
            MetricKind::Counter => "counter",
            MetricKind::Histogram => "histogram",
            _ => "gauge",
        };
        assert_eq!(kinds[metric.prometheus], kind, "{}", metric.prometheus);
    }
    all
}

/// The names of the metrics in an exposition of Prometheus.
pub(crate) fn names(text: &str) -> BTreeSet<&str> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.filter_map(|line| line.split(' ').next()).collect()
}

fn label(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').expect("a label");
    (name.to_owned(), value.trim_matches('"').to_owned())
}

/// All series of the latest export of OpenTelemetry. Checks kinds, units and descriptions.
pub(crate) fn opentelemetry(exporters: &Exporters) -> Vec<Series> {
    exporters.metrics.reset();
    exporters.meters.force_flush().expect("an export");
    let exported = exporters.metrics.get_finished_metrics().expect("no panic");
    let mut all = Vec::new();
    for resource in &exported {
        collect(resource, &mut all);
    }
    all
}

fn collect(resource: &ResourceMetrics, all: &mut Vec<Series>) {
    // The SDK's own metrics are about the export of spans.
    let scopes = resource.scope_metrics().filter(|scope| scope.scope().name() != "otel.sdk");
    for exported in scopes.flat_map(|scope| {
        assert_eq!(scope.scope().name(), "eventgen");
        scope.metrics()
    }) {
        let name = exported.name();
        let metric = METRICS.iter().find(|metric| metric.name == name);
        let metric = metric.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert_eq!((exported.unit(), exported.description()), (metric.unit, metric.description), "{name}");
        let mut push = |attributes: Vec<KeyValue>, value: f64| {
            let labels =
                attributes.iter().map(|of| (prometheus_label(of.key.as_str()), of.value.to_string()));
            all.push(Series { metric: metric.prometheus.to_owned(), labels: labels.collect(), value });
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
        let kind = match exported.data() {
            AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                assert!(sum.is_monotonic());
                sum.data_points().for_each(|at| push(at.attributes().cloned().collect(), at.value() as f64));
                MetricKind::Counter
            }
            AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                assert!(!sum.is_monotonic());
                sum.data_points().for_each(|at| push(at.attributes().cloned().collect(), at.value() as f64));
                MetricKind::UpDownCounter
            }
            AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
                gauge.data_points().for_each(|at| push(at.attributes().cloned().collect(), at.value()));
                MetricKind::Gauge
            }
            AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                for at in histogram.data_points() {
                    assert!(at.bounds().eq(eventgen::observe::names::DURATION_BUCKETS.iter().copied()));
                    push(at.attributes().cloned().collect(), at.count() as f64);
                }
                MetricKind::Histogram
            }
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(kind, metric.kind, "{name}");
    }
}
