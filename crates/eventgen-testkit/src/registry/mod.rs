//! The embedded Schema Registry: a REST interface on loopback over a store in memory.

mod bodies;
mod compatibility_routes;
mod contexts;
mod deletion;
mod error;
mod qualified;
mod routes;
mod schema;
mod schema_routes;
mod service;
mod setting_routes;
mod settings;
mod store;
mod subject_routes;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use service::Service;

/// A Schema Registry in this process, on loopback, until it is dropped. Its global compatibility level is `BACKWARD`, as
/// that of a new registry of Confluent. It has contexts as Confluent's does: `:.staging:orders` is the subject `orders` of the
/// context `.staging`, with ids and levels of its own, and a look-up of `orders` finds it if the default context has none.
#[derive(Debug)]
pub struct EmbeddedRegistry {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Builds an [`EmbeddedRegistry`].
#[derive(Debug, Default)]
#[must_use = "`start` starts the registry"]
pub struct EmbeddedRegistryBuilder {
    credentials: Option<(String, String)>,
}

impl EmbeddedRegistryBuilder {
    /// Requires this user and password (HTTP basic authentication).
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Starts the registry.
    ///
    /// # Errors
    /// There is no free port, or the thread cannot be started.
    pub fn start(self) -> io::Result<EmbeddedRegistry> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        // A thread and a runtime of its own: a caller may be synchronous, or block the only thread of its runtime.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let router = routes::router(Arc::new(Service::new(self.credentials)));
        let thread = thread::Builder::new().name("embedded registry".to_owned()).spawn(move || {
            runtime.block_on(async {
                match TcpListener::from_std(listener) {
                    Ok(listener) => tokio::select! {
                        _ = axum::serve(listener, router) => {}
                        _ = stopped => {}
                    },
                    // Clients report that the registry is unreachable.
                    Err(error) => eprintln!("the embedded registry cannot listen: {error}"),
                }
            });
        })?;
        Ok(EmbeddedRegistry { address, stop: Some(stop), thread: Some(thread) })
    }
}

impl EmbeddedRegistry {
    /// Starts a registry without authentication.
    ///
    /// # Errors
    /// There is no free port, or the thread cannot be started.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Builds a registry with other settings.
    pub fn builder() -> EmbeddedRegistryBuilder {
        EmbeddedRegistryBuilder::default()
    }

    /// The address, `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for EmbeddedRegistry {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed already.
            let _ = thread.join();
        }
    }
}
