//! A service that ships orders, ready for production: probes, metrics, logs in JSON on standard output, and a clean end on SIGTERM.
//!
//! It connects to the cluster of `KAFKA_BOOTSTRAP_SERVERS` and `SCHEMA_REGISTRY_URL`, and listens on `LISTEN`
//! (`0.0.0.0:8080` by default).

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use eventgen::Client;
use eventgen::observe::names::DURATION_BUCKETS;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use monitored::events::com::example::shop::{ShopOrdersV1, shop_orders_v1};
use monitored::http;
use monitored::warehouse::Warehouse;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long the service waits at its start for a cluster that does not answer.
const WAIT_AT_START: Duration = Duration::from_secs(300);
/// How often the exporter of metrics tidies up.
const UPKEEP: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() -> ExitCode {
    // One JSON object for each line. The fields of an event are properties of `fields`: topic, partition, offset, key.
    tracing_subscriber::fmt().json().init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the service ends: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Collects the metrics of producers and consumers, for `/metrics`.
fn record_metrics() -> Result<PrometheusHandle, BuildError> {
    let durations = Matcher::Suffix("_duration_seconds".to_owned());
    let metrics =
        PrometheusBuilder::new().set_buckets_for_metric(durations, DURATION_BUCKETS)?.install_recorder()?;
    let upkeep = metrics.clone();
    tokio::spawn(async move {
        // Observations are added to their histograms when somebody asks, and here, so that they do not pile up until then.
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(metrics)
}

async fn run() -> Result<(), Box<dyn Error>> {
    // Before the first producer or consumer.
    let metrics = record_metrics()?;
    let client = Client::from_env()?;
    let consumer = ShopOrdersV1::consumer(&client, shop_orders_v1::groups::WAREHOUSE, Warehouse)
        .wait_at_start(WAIT_AT_START);

    let address = env::var("LISTEN").unwrap_or_else(|_| "0.0.0.0:8080".to_owned());
    let listener = TcpListener::bind(&address).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    // The server ends after the consumer, which is watched while it drains.
    let (end, ended) = oneshot::channel::<()>();
    let server =
        axum::serve(listener, http::router(consumer.handle(), metrics)).with_graceful_shutdown(async {
            // An error is the end of the consumer, too.
            let _ = ended.await;
        });
    let server = tokio::spawn(server.into_future());

    // A signal ends the run: what is being handled is finished and committed, then the member leaves its group.
    let outcome = consumer.run_until(eventgen::shutdown_signal()).await;
    drop(end);
    server.await??;
    // The consumer has logged what it handled.
    outcome?;
    Ok(())
}
