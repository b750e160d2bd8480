//! The state behind the routes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::contexts::Contexts;
use super::error::Refusal;
use super::settings::{Levels, Modes};
use super::store::Shown;

pub(super) type Shared = State<Arc<Service>>;
pub(super) type Answer = Result<Json<Value>, Refusal>;

/// The state behind the routes.
pub(super) struct Service {
    registry: Mutex<Registry>,
    /// The required value of the header `Authorization`.
    pub(super) authorization: Option<String>,
}

/// All that clients can change.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) contexts: Contexts,
    pub(super) levels: Levels,
    pub(super) modes: Modes,
}

impl Service {
    pub(super) fn new(credentials: Option<(String, String)>) -> Self {
        let basic =
            |(user, password)| format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
        Self { registry: Mutex::default(), authorization: credentials.map(basic) }
    }

    pub(super) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parameters of requests. Parameters that are not known are ignored, and so is `normalize`: schemas are always compared
/// in normal form.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the interface has them")]
pub(super) struct Flags {
    #[serde(deserialize_with = "flag")]
    pub(super) permanent: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) verbose: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) force: bool,
    #[serde(deserialize_with = "flag")]
    deleted: bool,
    #[serde(deserialize_with = "flag")]
    deleted_only: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) latest_only: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) default_to_global: bool,
    /// The subject that an id belongs to.
    pub(super) subject: String,
    pub(super) subject_prefix: String,
    pub(super) format: String,
    pub(super) offset: usize,
    pub(super) limit: Option<i64>,
}

/// As Java reads it: Confluent's client in Python writes `True`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(String::deserialize(deserializer)?.eq_ignore_ascii_case("true"))
}

impl Flags {
    pub(super) fn shown(&self) -> Shown {
        match (self.deleted_only, self.deleted) {
            (true, _) => Shown::Deleted,
            (false, true) => Shown::All,
            (false, false) => Shown::Live,
        }
    }

    /// The part of a list that is asked for.
    pub(super) fn page<T>(&self, list: impl Iterator<Item = T>) -> Vec<T> {
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        list.skip(self.offset).take(limit).collect()
    }
}
