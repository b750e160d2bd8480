//! A service whose handler takes as long as `PUT /delay/MILLISECONDS` says, at first as long as `DELAY_MILLISECONDS` says. It
//! serves the probes and the metrics of the example `monitored` on `LISTEN`, and ends on SIGTERM.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use alerts_tests::UNLUCKY;
use alerts_tests::events::com::example::live::{
    LiveOrdersV1, LiveOrdersV1Handler, OrderPlaced, live_orders_v1,
};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::put;
use eventgen::observe::names::DURATION_BUCKETS;
use eventgen::{Client, Delivery, HandlerError};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;

/// How long the handler takes, in milliseconds.
type Delay = Arc<AtomicU64>;

struct Warehouse(Delay);

impl LiveOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        tokio::time::sleep(Duration::from_millis(self.0.load(Ordering::Relaxed))).await;
        match event.order_id.as_str() {
            UNLUCKY if delivery.attempt == 1 => Err("the shelf is empty".into()),
            _ => Ok(()),
        }
    }
}

async fn set_delay(State(delay): State<Delay>, Path(milliseconds): Path<u64>) {
    delay.store(milliseconds, Ordering::Relaxed);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), DURATION_BUCKETS)?
        .install_recorder()?;
    let delay = Delay::default();
    delay.store(env::var("DELAY_MILLISECONDS")?.parse()?, Ordering::Relaxed);
    let client = Client::from_env()?;
    let handler = Warehouse(Arc::clone(&delay));
    let consumer = LiveOrdersV1::consumer(&client, live_orders_v1::groups::WAREHOUSE, handler)
        // A member that was killed leaves its group after this time, at least 6 seconds.
        .set("session.timeout.ms", "6000");
    let listener = TcpListener::bind(env::var("LISTEN")?).await?;
    let router = monitored::http::router(consumer.handle(), metrics)
        .merge(Router::new().route("/delay/{milliseconds}", put(set_delay)).with_state(delay));
    // The server ends with the process.
    tokio::spawn(axum::serve(listener, router).into_future());
    consumer.run_until(eventgen::shutdown_signal()).await?;
    Ok(())
}
