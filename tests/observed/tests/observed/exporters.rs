//! The exporters of this process: Prometheus for the `metrics` facade, and OpenTelemetry in memory.

use std::sync::OnceLock;

use eventgen::observe::names::DURATION_BUCKETS;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::global;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

/// What was exported.
pub(crate) struct Exporters {
    pub(crate) prometheus: PrometheusHandle,
    pub(crate) metrics: InMemoryMetricExporter,
    pub(crate) meters: SdkMeterProvider,
    pub(crate) spans: InMemorySpanExporter,
}

/// Installs the exporters, once. They have what all tests of this process emit.
pub(crate) fn exporters() -> &'static Exporters {
    static INSTALLED: OnceLock<Exporters> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let builder = PrometheusBuilder::new().with_recommended_naming(true);
        let buckets = Matcher::Suffix("_duration_seconds".to_owned());
        let builder = builder.set_buckets_for_metric(buckets, DURATION_BUCKETS).expect("buckets");
        let prometheus = builder.install_recorder().expect("no other recorder in this process");
        let metrics = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(metrics.clone()).build();
        let meters = SdkMeterProvider::builder().with_reader(reader).build();
        global::set_meter_provider(meters.clone());
        let spans = InMemorySpanExporter::default();
        let tracers = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        global::set_tracer_provider(tracers);
        Exporters { prometheus, metrics, meters, spans }
    })
}
