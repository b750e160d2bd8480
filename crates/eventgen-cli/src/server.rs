//! The HTTP server of `--listen`: `/metrics` for Prometheus, `/health` for probes. It serves the last sample, so that a
//! request never waits for a cluster or a database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::terminal::summary;

/// The media type of Prometheus' text format.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How long a sample takes at most, with time to spare.
const SAMPLE: Duration = Duration::from_secs(30);

/// A server that runs until the process ends.
pub(crate) struct Server {
    shared: Arc<Shared>,
}

struct Shared {
    page: Mutex<Option<(String, Instant)>>,
    /// How old the last sample may be.
    patience: Duration,
}

impl Server {
    pub(crate) async fn start(address: &str, interval: Duration) -> Result<Self, Failure> {
        let listen = |source| Failure::Listen { address: address.to_owned(), source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let patience = interval.saturating_mul(2).saturating_add(SAMPLE);
        let shared = Arc::new(Shared { page: Mutex::new(None), patience });
        let router = Router::new()
            .route("/metrics", get(metrics))
            .route("/health", get(health))
            .with_state(Arc::clone(&shared));
        summary(&format!("serving http://{bound}/metrics and http://{bound}/health"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { shared })
    }

    /// Replaces the metrics.
    pub(crate) fn publish(&self, metrics: String) {
        let mut page = self.shared.page.lock().unwrap_or_else(PoisonError::into_inner);
        *page = Some((metrics, Instant::now()));
    }
}

async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let page = shared.page.lock().unwrap_or_else(PoisonError::into_inner);
    match &*page {
        Some((metrics, _)) => (StatusCode::OK, [(header::CONTENT_TYPE, MEDIA_TYPE)], metrics.clone()),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            "nothing has been sampled yet\n".to_owned(),
        ),
    }
}

/// Whether the command works. A cluster or database that does not answer is no reason to restart it.
async fn health(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    let page = shared.page.lock().unwrap_or_else(PoisonError::into_inner);
    match &*page {
        Some((_, at)) if at.elapsed() > shared.patience => {
            (StatusCode::SERVICE_UNAVAILABLE, "the last sample is too old\n")
        }
        _ => (StatusCode::OK, "ok\n"),
    }
}
