//! The routes of levels and modes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use eventgen_schema::contract::Compatibility;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::qualified::Qualified;
use super::service::{Answer, Flags, Shared};
use super::settings::Mode;
use super::store::Shown;

#[derive(Deserialize)]
struct LevelBody {
    compatibility: String,
}

#[derive(Deserialize)]
struct ModeBody {
    mode: String,
}

fn new_level(body: &Bytes) -> Result<Compatibility, Refusal> {
    let body: LevelBody = serde_json::from_slice(body).map_err(|_| Refusal::InvalidLevel)?;
    body.compatibility.to_uppercase().parse().map_err(|_| Refusal::InvalidLevel)
}

fn new_mode(body: &Bytes) -> Result<Mode, Refusal> {
    let body: ModeBody = serde_json::from_slice(body).map_err(|_| Refusal::InvalidMode)?;
    Mode::parse(&body.mode)
}

fn is_level(level: Compatibility) -> Json<Value> {
    Json(json!({ "compatibilityLevel": level.as_str() }))
}

fn is_mode(mode: Mode) -> Json<Value> {
    Json(json!({ "mode": mode.as_str() }))
}

pub(super) async fn level(State(service): Shared) -> Json<Value> {
    is_level(service.registry().levels.global())
}

pub(super) async fn set_level(State(service): Shared, body: Bytes) -> Answer {
    let level = new_level(&body)?;
    service.registry().levels.set_global(level);
    Ok(Json(json!({ "compatibility": level.as_str() })))
}

pub(super) async fn reset_level(State(service): Shared) -> Json<Value> {
    is_level(service.registry().levels.reset())
}

pub(super) async fn subject_level(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let (asked, registry) = (Qualified::new(&subject), service.registry());
    let effective = flags.default_to_global.then(|| registry.levels.effective(&asked));
    registry.levels.own(&asked).or(effective).map(is_level).ok_or(Refusal::NoSubjectLevel(subject))
}

pub(super) async fn set_subject_level(
    State(service): Shared,
    Path(subject): Path<String>,
    body: Bytes,
) -> Answer {
    let (level, subject, mut registry) = (new_level(&body)?, Qualified::new(&subject), service.registry());
    registry.modes.writable(&subject)?;
    registry.levels.set(subject, level);
    Ok(Json(json!({ "compatibility": level.as_str() })))
}

pub(super) async fn remove_level(State(service): Shared, Path(subject): Path<String>) -> Answer {
    let removed = service.registry().levels.remove(&Qualified::new(&subject));
    removed.map(is_level).ok_or(Refusal::SubjectNotFound(subject))
}

pub(super) async fn mode(State(service): Shared) -> Json<Value> {
    is_mode(service.registry().modes.global())
}

/// A registry or a subject with schemas is not imported into: the ids may mean others.
fn may_import(has_schemas: bool, mode: Mode, flags: &Flags) -> Result<(), Refusal> {
    if mode == Mode::Import && has_schemas && !flags.force { Err(Refusal::HasSubjects) } else { Ok(()) }
}

pub(super) async fn set_mode(State(service): Shared, Query(flags): Query<Flags>, body: Bytes) -> Answer {
    let (mode, mut registry) = (new_mode(&body)?, service.registry());
    may_import(!registry.contexts.subjects("", Shown::Live).is_empty(), mode, &flags)?;
    registry.modes.set_global(mode);
    Ok(is_mode(mode))
}

pub(super) async fn reset_mode(State(service): Shared) -> Json<Value> {
    is_mode(service.registry().modes.reset())
}

pub(super) async fn subject_mode(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let (asked, registry) = (Qualified::new(&subject), service.registry());
    let effective = flags.default_to_global.then(|| registry.modes.effective(&asked));
    registry.modes.own(&asked).or(effective).map(is_mode).ok_or(Refusal::NoSubjectMode(subject))
}

pub(super) async fn set_subject_mode(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    let (mode, subject, mut registry) = (new_mode(&body)?, Qualified::new(&subject), service.registry());
    let has_schemas = registry.contexts.store(&subject).versions(&subject.subject, Shown::Live).is_ok();
    may_import(has_schemas, mode, &flags)?;
    registry.modes.set(subject, mode);
    Ok(is_mode(mode))
}

pub(super) async fn remove_mode(State(service): Shared, Path(subject): Path<String>) -> Answer {
    let removed = service.registry().modes.remove(&Qualified::new(&subject));
    removed.map(is_mode).ok_or(Refusal::SubjectNotFound(subject))
}
