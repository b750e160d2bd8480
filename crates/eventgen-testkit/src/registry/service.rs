//! The state behind the routes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::contexts::Contexts;
use super::error::Refusal;
use super::modes::Modes;

pub(super) type Shared = State<Arc<Service>>;
pub(super) type Answer = Result<Json<Value>, Refusal>;

/// The state behind the routes.
pub(super) struct Service {
    contexts: Mutex<Contexts>,
    modes: Mutex<Modes>,
    /// The required value of the header `Authorization`.
    pub(super) authorization: Option<String>,
}

impl Service {
    pub(super) fn new(credentials: Option<(String, String)>) -> Self {
        let basic =
            |(user, password)| format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
        Self { contexts: Mutex::default(), modes: Mutex::default(), authorization: credentials.map(basic) }
    }

    pub(super) fn modes(&self) -> MutexGuard<'_, Modes> {
        self.modes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn contexts(&self) -> MutexGuard<'_, Contexts> {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
