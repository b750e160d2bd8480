//! Instruments of OpenTelemetry, from the global meter provider that is set at that time.

use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError, Weak};

use opentelemetry::metrics::{self, Meter};
use opentelemetry::{KeyValue, global};

use super::labels::Labels;
use crate::observe::names::{DURATION_BUCKETS, Metric};

/// The name of the instrumentation scope.
pub(crate) const SCOPE: &str = "eventgen";

fn meter() -> Meter {
    global::meter(SCOPE)
}

fn attributes(labels: Labels<'_>) -> Arc<[KeyValue]> {
    labels.iter().map(|(name, value)| KeyValue::new(*name, (*value).to_owned())).collect()
}

#[derive(Clone)]
pub(super) struct Counter(metrics::Counter<u64>, Arc<[KeyValue]>);

impl Counter {
    pub(super) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let meter = meter();
        let counter = meter.u64_counter(metric.name);
        let counter = counter.with_unit(metric.unit).with_description(metric.description).build();
        Self(counter, attributes(labels))
    }

    pub(super) fn add(&self, by: u64) {
        self.0.add(by, &self.1);
    }
}

pub(super) struct UpDownCounter(metrics::UpDownCounter<i64>, Arc<[KeyValue]>);

impl UpDownCounter {
    pub(super) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let meter = meter();
        let counter = meter.i64_up_down_counter(metric.name);
        let counter = counter.with_unit(metric.unit).with_description(metric.description).build();
        Self(counter, attributes(labels))
    }

    pub(super) fn add(&self, by: i64) {
        self.0.add(by, &self.1);
    }
}

#[derive(Clone)]
pub(super) struct Histogram {
    instrument: metrics::Histogram<f64>,
    attributes: Arc<[KeyValue]>,
    /// Bound with the first value, with which the series begins.
    bound: OnceLock<metrics::BoundHistogram<f64>>,
}

impl Histogram {
    pub(super) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let meter = meter();
        let histogram = meter.f64_histogram(metric.name).with_boundaries(DURATION_BUCKETS.to_vec());
        let histogram = histogram.with_unit(metric.unit).with_description(metric.description).build();
        Self { instrument: histogram, attributes: attributes(labels), bound: OnceLock::new() }
    }

    /// Otherwise the SDK would look the series up by its attributes, which takes several times as long as all the rest.
    pub(super) fn record(&self, seconds: f64) {
        self.bound.get_or_init(|| self.instrument.bind(&self.attributes)).record(seconds);
    }
}

/// A value of a gauge, with the attributes of its series.
pub(crate) struct Observation {
    pub(crate) metric: &'static str,
    pub(crate) value: f64,
    pub(crate) attributes: Vec<KeyValue>,
}

/// The latest values of the gauges of one consumer. When it is dropped, its series end.
pub(crate) type Snapshot = Arc<Mutex<Vec<Observation>>>;

/// Of all consumers in this process.
static SNAPSHOTS: Mutex<Vec<Weak<Mutex<Vec<Observation>>>>> = Mutex::new(Vec::new());

/// A snapshot that readers of OpenTelemetry's metrics observe from now on.
pub(crate) fn observe(gauges: &[&'static Metric]) -> Snapshot {
    // Callbacks cannot be removed, so that there is one for each gauge and not one for each consumer.
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| gauges.iter().for_each(|metric| register(metric)));
    let snapshot = Snapshot::default();
    let mut snapshots = SNAPSHOTS.lock().unwrap_or_else(PoisonError::into_inner);
    snapshots.retain(|snapshot| snapshot.strong_count() > 0);
    snapshots.push(Arc::downgrade(&snapshot));
    snapshot
}

fn register(metric: &'static Metric) {
    let meter = meter();
    let gauge = meter.f64_observable_gauge(metric.name);
    let gauge = gauge.with_unit(metric.unit).with_description(metric.description);
    gauge
        .with_callback(|observer| {
            let snapshots = SNAPSHOTS.lock().unwrap_or_else(PoisonError::into_inner);
            for snapshot in snapshots.iter().filter_map(Weak::upgrade) {
                let values = snapshot.lock().unwrap_or_else(PoisonError::into_inner);
                for value in values.iter().filter(|value| value.metric == metric.name) {
                    observer.observe(value.value, &value.attributes);
                }
            }
        })
        .build();
}
