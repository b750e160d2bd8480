//! The exporters of this process: Prometheus for the `metrics` facade, and OpenTelemetry in memory.

use std::sync::OnceLock;

use ::metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use eventgen::observe::names::DURATION_BUCKETS;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use opentelemetry::global;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

/// What was exported.
pub(crate) struct Exporters {
    pub(crate) prometheus: PrometheusHandle,
    /// With recommended naming. It has all series, without their values.
    pub(crate) recommended: PrometheusHandle,
    pub(crate) metrics: InMemoryMetricExporter,
    pub(crate) meters: SdkMeterProvider,
    pub(crate) spans: InMemorySpanExporter,
}

/// Installs the exporters, once. They have what all tests of this process emit.
pub(crate) fn exporters() -> &'static Exporters {
    static INSTALLED: OnceLock<Exporters> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let recorder = |recommended| {
            let builder = PrometheusBuilder::new().with_recommended_naming(recommended);
            let buckets = Matcher::Suffix("_duration_seconds".to_owned());
            builder.set_buckets_for_metric(buckets, DURATION_BUCKETS).expect("buckets").build_recorder()
        };
        let recorders = Recorders { plain: recorder(false), recommended: recorder(true) };
        let (prometheus, recommended) = (recorders.plain.handle(), recorders.recommended.handle());
        ::metrics::set_global_recorder(recorders).expect("no other recorder in this process");
        let metrics = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(metrics.clone()).build();
        let meters = SdkMeterProvider::builder().with_reader(reader).build();
        global::set_meter_provider(meters.clone());
        let spans = InMemorySpanExporter::default();
        let tracers = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        global::set_tracer_provider(tracers);
        Exporters { prometheus, recommended, metrics, meters, spans }
    })
}

/// Registers all series with two recorders. The first one gets the values.
struct Recorders {
    plain: PrometheusRecorder,
    recommended: PrometheusRecorder,
}

impl Recorder for Recorders {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recommended.describe_counter(name.clone(), unit, description.clone());
        self.plain.describe_counter(name, unit, description);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recommended.describe_gauge(name.clone(), unit, description.clone());
        self.plain.describe_gauge(name, unit, description);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recommended.describe_histogram(name.clone(), unit, description.clone());
        self.plain.describe_histogram(name, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        let _ = self.recommended.register_counter(key, metadata);
        self.plain.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        let _ = self.recommended.register_gauge(key, metadata);
        self.plain.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let _ = self.recommended.register_histogram(key, metadata);
        self.plain.register_histogram(key, metadata)
    }
}
