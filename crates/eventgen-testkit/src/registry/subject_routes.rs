//! The routes of subjects and their versions.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::bodies::{self, schema};
use super::error::Refusal;
use super::qualified::Qualified;
use super::schema::Schema;
use super::service::{Answer, Flags, Registry, Shared};
use super::settings::Mode;
use super::store::{Terms, Version};

/// A version of a subject in a response.
pub(super) fn described(subject: &str, version: &Version, schema: &Schema, format: &str) -> Value {
    let mut described = schema.described(format);
    described["subject"] = json!(subject);
    described["version"] = json!(version.number);
    described["id"] = json!(version.id);
    if version.deleted {
        described["deleted"] = json!(true);
    }
    described
}

fn found(registry: &Registry, (subject, version): &(Qualified, Version), format: &str) -> Answer {
    let schema = registry.contexts.schema(&subject.context, version.id)?;
    Ok(Json(described(&subject.name(), version, schema, format)))
}

pub(super) async fn all(State(service): Shared, Query(flags): Query<Flags>) -> Json<Value> {
    let subjects = service.registry().contexts.subjects(&flags.subject_prefix, flags.shown());
    bodies::list(flags.page(subjects.iter().map(Qualified::name)))
}

pub(super) async fn look_up(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    let (schema, registry) = (schema(&body)?, service.registry());
    let version = registry.contexts.look_up(&Qualified::new(&subject), &schema, flags.shown())?;
    found(&registry, &version, &flags.format)
}

pub(super) async fn register(State(service): Shared, Path(subject): Path<String>, body: Bytes) -> Answer {
    let (schema, mut registry) = (schema(&body)?, service.registry());
    let subject = Qualified::new(&subject);
    let is_import = registry.modes.writable(&subject)? == Mode::Import;
    let terms = Terms { level: registry.levels.effective(&subject), is_import };
    let version = registry.contexts.register(&subject, schema, terms)?;
    let guid = registry.contexts.schema(&subject.context, version.id)?.guid();
    Ok(Json(json!({ "id": version.id, "version": version.number, "guid": guid })))
}

pub(super) async fn versions(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let (subject, mut registry) = (Qualified::new(&subject), service.registry());
    let versions = registry.contexts.store(&subject).versions(&subject.subject, flags.shown())?;
    Ok(bodies::list(flags.page(versions.iter().map(|version| version.number))))
}

pub(super) async fn version(
    State(service): Shared,
    Path((subject, wanted)): Path<(String, String)>,
    Query(flags): Query<Flags>,
) -> Answer {
    let registry = service.registry();
    let version = registry.contexts.version(&Qualified::new(&subject), &wanted, flags.shown())?;
    found(&registry, &version, &flags.format)
}

pub(super) async fn text(
    State(service): Shared,
    Path((subject, wanted)): Path<(String, String)>,
    Query(flags): Query<Flags>,
) -> Result<Response, Refusal> {
    let registry = service.registry();
    let (found, version) = registry.contexts.version(&Qualified::new(&subject), &wanted, flags.shown())?;
    Ok(bodies::text(registry.contexts.schema(&found.context, version.id)?.text(&flags.format)))
}

pub(super) async fn referenced_by(
    State(service): Shared,
    Path((subject, wanted)): Path<(String, String)>,
) -> Answer {
    let (subject, mut registry) = (Qualified::new(&subject), service.registry());
    Ok(bodies::list(registry.contexts.store(&subject).referenced_by(&subject.subject, &wanted)?))
}

pub(super) async fn delete(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let (subject, mut registry) = (Qualified::new(&subject), service.registry());
    registry.modes.writable(&subject)?;
    let numbers = registry.contexts.store(&subject).delete_subject(&subject.subject, flags.permanent)?;
    registry.levels.remove(&subject);
    registry.modes.remove(&subject);
    Ok(bodies::list(numbers))
}

pub(super) async fn delete_version(
    State(service): Shared,
    Path((subject, wanted)): Path<(String, String)>,
    Query(flags): Query<Flags>,
) -> Answer {
    let (subject, mut registry) = (Qualified::new(&subject), service.registry());
    registry.modes.writable(&subject)?;
    let store = registry.contexts.store(&subject);
    Ok(Json(json!(store.delete_version(&subject.subject, &wanted, flags.permanent)?)))
}
