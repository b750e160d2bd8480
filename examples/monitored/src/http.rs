//! What the service serves over HTTP: probes for Kubernetes.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use eventgen::ConsumerHandle;

/// `/live` fails if the process has to be restarted, `/ready` if the consumer makes no progress for another reason: it starts
/// or stops, or a partition is held.
pub fn router(consumer: ConsumerHandle) -> Router {
    Router::new().route("/live", get(live)).route("/ready", get(ready)).with_state(consumer)
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
