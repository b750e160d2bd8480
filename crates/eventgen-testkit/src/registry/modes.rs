//! The modes of the embedded registry: whether subjects can be written.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::routes::{Answer, Shared};

/// The modes that a registry knows.
const MODES: [&str; 4] = ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"];

/// The mode of the registry, and those of subjects.
#[derive(Debug, Default)]
pub(super) struct Modes {
    global: Option<&'static str>,
    subjects: BTreeMap<String, &'static str>,
}

impl Modes {
    fn global(&self) -> &'static str {
        self.global.unwrap_or("READWRITE")
    }

    /// Refuses a change of a subject that can only be read. Ids of one's own, which the mode `IMPORT` asks for, are not
    /// taken.
    pub(super) fn allow_change(&self, subject: &str) -> Result<(), Refusal> {
        let mode = self.subjects.get(subject).copied().unwrap_or_else(|| self.global());
        if mode == "READWRITE" { Ok(()) } else { Err(Refusal::ReadOnly(subject.to_owned())) }
    }
}

#[derive(Deserialize)]
struct ModeBody {
    mode: String,
}

fn new_mode(body: &Bytes) -> Result<&'static str, Refusal> {
    let body: ModeBody = serde_json::from_slice(body).map_err(|_| Refusal::InvalidMode)?;
    MODES.into_iter().find(|mode| *mode == body.mode).ok_or(Refusal::InvalidMode)
}

pub(super) async fn mode(State(service): Shared) -> Json<Value> {
    Json(json!({ "mode": service.modes().global() }))
}

pub(super) async fn set_mode(State(service): Shared, body: Bytes) -> Answer {
    let mode = new_mode(&body)?;
    service.modes().global = Some(mode);
    Ok(Json(json!({ "mode": mode })))
}

pub(super) async fn subject_mode(State(service): Shared, Path(subject): Path<String>) -> Answer {
    match service.modes().subjects.get(&subject) {
        Some(mode) => Ok(Json(json!({ "mode": mode }))),
        None => Err(Refusal::NoSubjectMode(subject)),
    }
}

pub(super) async fn set_subject_mode(
    State(service): Shared,
    Path(subject): Path<String>,
    body: Bytes,
) -> Answer {
    let mode = new_mode(&body)?;
    service.modes().subjects.insert(subject, mode);
    Ok(Json(json!({ "mode": mode })))
}

pub(super) async fn remove_subject_mode(State(service): Shared, Path(subject): Path<String>) -> Answer {
    match service.modes().subjects.remove(&subject) {
        Some(mode) => Ok(Json(json!({ "mode": mode }))),
        None => Err(Refusal::NoSubjectMode(subject)),
    }
}
