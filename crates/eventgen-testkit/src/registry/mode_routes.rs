//! The routes of modes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::modes::MODES;
use super::service::{Answer, Shared};

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
