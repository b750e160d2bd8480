//! The exporters of what eventgen emits, in builds with the features `metrics` and `otel`.

/// Installs the exporters, before the first consumer.
pub(crate) fn install() {
    #[cfg(feature = "metrics")]
    metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .expect("no other recorder in this process");
    #[cfg(feature = "otel")]
    otel::install();
}

#[cfg(feature = "otel")]
mod otel {
    use std::future::ready;

    use opentelemetry::global;
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
    use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};

    /// Drops all spans: how long a collector takes is not measured.
    #[derive(Debug)]
    struct Discard;

    impl SpanExporter for Discard {
        fn export(&self, _: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
            ready(Ok(()))
        }
    }

    pub(super) fn install() {
        let reader = PeriodicReader::builder(InMemoryMetricExporter::default()).build();
        global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
        global::set_tracer_provider(SdkTracerProvider::builder().with_batch_exporter(Discard).build());
    }
}
