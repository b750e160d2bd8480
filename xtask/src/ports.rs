//! Free ports on loopback.

use std::net::TcpListener;

use crate::error::{Context as _, Failure};

/// Ports that are free now. Each is held until all are found, so that they differ.
pub(crate) fn free(count: usize) -> Result<Vec<u16>, Failure> {
    let listeners: Result<Vec<TcpListener>, _> =
        (0..count).map(|_| TcpListener::bind("127.0.0.1:0")).collect();
    let ports: Result<Vec<u16>, _> = listeners
        .context("no free port")?
        .iter()
        .map(|listener| listener.local_addr().map(|at| at.port()))
        .collect();
    ports.context("no free port")
}
