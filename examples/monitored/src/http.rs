//! What the service serves over HTTP: probes for Kubernetes, and metrics for Prometheus.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use eventgen::ConsumerHandle;
use metrics_exporter_prometheus::PrometheusHandle;

/// `/live` fails if the process has to be restarted, `/ready` if the consumer makes no progress for another reason: it starts
/// or stops, or a partition is held. `/metrics` has what producers and consumers of this process emit.
pub fn router(consumer: ConsumerHandle, metrics: PrometheusHandle) -> Router {
    let probes = Router::new().route("/live", get(live)).route("/ready", get(ready)).with_state(consumer);
    probes.merge(Router::new().route("/metrics", get(render)).with_state(metrics))
}

async fn live(State(consumer): State<ConsumerHandle>) -> (StatusCode, &'static str) {
    answer(consumer.is_live())
}

async fn ready(State(consumer): State<ConsumerHandle>) -> (StatusCode, &'static str) {
    answer(consumer.is_ready())
}

fn answer(passes: bool) -> (StatusCode, &'static str) {
    if passes { (StatusCode::OK, "yes\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "no\n") }
}

async fn render(State(metrics): State<PrometheusHandle>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
}
