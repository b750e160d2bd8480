//! The exporters of what eventgen emits, in builds with the features `metrics` and `otel`, set up as `docs/metrics.md` says.

use clap::ValueEnum;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    /// Nothing: there is no exporter.
    Nothing,
    /// Metrics.
    Metrics,
    /// Metrics, and no span, because none is sampled.
    Unsampled,
    /// Metrics and all spans.
    Spans,
}

/// Installs the exporters. Called before the first consumer.
pub(crate) fn install(export: Export) {
    let _ = export;
    #[cfg(feature = "metrics")]
    if export != Export::Nothing {
        prometheus::install();
    }
    #[cfg(feature = "otel")]
    if export != Export::Nothing {
        otel::install(export);
    }
}

#[cfg(feature = "metrics")]
mod prometheus {
    use std::time::Duration;

    use eventgen::observe::names::DURATION_BUCKETS;
    use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

    const UPKEEP: Duration = Duration::from_secs(1);

    pub(super) fn install() {
        let durations = Matcher::Suffix("_duration_seconds".to_owned());
        let metrics = PrometheusBuilder::new()
            .set_buckets_for_metric(durations, DURATION_BUCKETS)
            .and_then(PrometheusBuilder::install_recorder)
            .expect("no other recorder in this process");
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP);
            loop {
                ticks.tick().await;
                metrics.run_upkeep();
            }
        });
    }
}

#[cfg(feature = "otel")]
mod otel {
    use std::future::ready;
    use std::time::Duration;

    use opentelemetry::global;
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
    use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter};

    use super::Export;

    /// Shorter than the default of a minute, so that runs of a second have it too.
    const INTERVAL: Duration = Duration::from_secs(1);

    /// Drops all spans: how long a collector takes is not measured.
    #[derive(Debug)]
    struct Discard;

    impl SpanExporter for Discard {
        fn export(&self, _: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
            ready(Ok(()))
        }
    }

    pub(super) fn install(export: Export) {
        let reader =
            PeriodicReader::builder(InMemoryMetricExporter::default()).with_interval(INTERVAL).build();
        global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
        let sampler = match export {
            Export::Nothing | Export::Metrics => return,
            Export::Unsampled => Sampler::AlwaysOff,
            Export::Spans => Sampler::AlwaysOn,
        };
        let spans = SdkTracerProvider::builder().with_sampler(sampler).with_batch_exporter(Discard).build();
        global::set_tracer_provider(spans);
    }
}
