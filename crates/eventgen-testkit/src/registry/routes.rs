//! The REST interface, with the responses of Confluent's registry.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use eventgen_schema::contract::Compatibility;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::mode_routes;
use super::schema::NewSchema;
use super::service::{Answer, Service, Shared};
use super::store::Version;

#[derive(Deserialize)]
struct LevelBody {
    compatibility: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Flags {
    permanent: bool,
    verbose: bool,
    /// The subject that an id belongs to.
    subject: String,
    #[serde(rename = "subjectPrefix")]
    subject_prefix: String,
}

pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/schemas/ids/{id}", get(schema_by_id))
        .route("/schemas/types", get(async || Json(json!(["AVRO", "PROTOBUF"]))))
        .route("/contexts", get(contexts))
        .route("/subjects", get(subjects))
        .route("/subjects/{subject}", post(look_up).delete(delete_subject))
        .route("/subjects/{subject}/versions", get(versions).post(register))
        .route("/subjects/{subject}/versions/{version}", get(version).delete(delete_version))
        .route("/subjects/{subject}/versions/{version}/referencedby", get(referenced_by))
        .route("/compatibility/subjects/{subject}/versions", post(check_all))
        .route("/compatibility/subjects/{subject}/versions/{version}", post(check_one))
        .route("/config", get(level).put(set_level))
        .route("/config/{subject}", get(subject_level).put(set_subject_level).delete(remove_subject_level))
        .route("/mode", get(mode_routes::mode).put(mode_routes::set_mode))
        .route(
            "/mode/{subject}",
            get(mode_routes::subject_mode)
                .put(mode_routes::set_subject_mode)
                .delete(mode_routes::remove_subject_mode),
        )
        .layer(from_fn_with_state(Arc::clone(&service), authorize))
        .with_state(service)
}

async fn authorize(State(service): Shared, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match &service.authorization {
        Some(wanted) if given != Some(wanted) => Refusal::Unauthorized.into_response(),
        _ => next.run(request).await,
    }
}

/// The schema in the body of a request, whatever its content type: clients send several.
fn schema(body: &Bytes) -> Result<NewSchema, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::InvalidSchema(error.to_string()))
}

fn new_level(body: &Bytes) -> Result<Compatibility, Refusal> {
    let body: LevelBody = serde_json::from_slice(body).map_err(|_| Refusal::InvalidLevel)?;
    body.compatibility.to_uppercase().parse().map_err(|_| Refusal::InvalidLevel)
}

fn described(subject: &str, version: &Version, schema: &NewSchema) -> Json<Value> {
    let mut described = schema.described();
    described["subject"] = json!(subject);
    described["version"] = json!(version.number);
    described["id"] = json!(version.id);
    Json(described)
}

async fn schema_by_id(State(service): Shared, Path(id): Path<u32>, Query(flags): Query<Flags>) -> Answer {
    Ok(Json(service.contexts().schema_by_id(id, &flags.subject)?.described()))
}

async fn contexts(State(service): Shared) -> Json<Value> {
    Json(json!(service.contexts().names()))
}

async fn subjects(State(service): Shared, Query(flags): Query<Flags>) -> Json<Value> {
    Json(json!(service.contexts().subjects(&flags.subject_prefix)))
}

async fn look_up(State(service): Shared, Path(subject): Path<String>, body: Bytes) -> Answer {
    let schema = schema(&body)?;
    let contexts = service.contexts();
    let (found, version) = contexts.look_up(&subject, &schema)?;
    Ok(described(&found.name(), &version, contexts.schema(&found.context, version.id)?))
}

async fn register(State(service): Shared, Path(subject): Path<String>, body: Bytes) -> Answer {
    let schema = schema(&body)?;
    service.modes().allow_change(&subject)?;
    let version = service.contexts().register(&subject, schema)?;
    Ok(Json(json!({ "id": version.id, "version": version.number })))
}

async fn versions(State(service): Shared, Path(subject): Path<String>) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    let versions = store.versions(&subject)?;
    Ok(Json(versions.iter().map(|version| version.number).collect()))
}

async fn version(State(service): Shared, Path((subject, wanted)): Path<(String, String)>) -> Answer {
    let contexts = service.contexts();
    let (found, version) = contexts.version(&subject, &wanted)?;
    Ok(described(&found.name(), &version, contexts.schema(&found.context, version.id)?))
}

async fn referenced_by(State(service): Shared, Path((subject, wanted)): Path<(String, String)>) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    Ok(Json(json!(store.referenced_by(&subject, &wanted)?)))
}

async fn delete_subject(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    Ok(Json(json!(store.delete_subject(&subject, flags.permanent)?)))
}

async fn delete_version(
    State(service): Shared,
    Path((subject, wanted)): Path<(String, String)>,
    Query(flags): Query<Flags>,
) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    Ok(Json(json!(store.delete_version(&subject, &wanted, flags.permanent)?)))
}

async fn check_all(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    outcome(&service, &subject, &body, false, &flags)
}

async fn check_one(
    State(service): Shared,
    Path((subject, _)): Path<(String, String)>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    outcome(&service, &subject, &body, true, &flags)
}

fn outcome(service: &Service, subject: &str, body: &Bytes, latest_only: bool, flags: &Flags) -> Answer {
    let found = service.contexts().check(subject, schema(body)?, latest_only)?;
    let messages: Vec<String> = found.iter().filter(|_| flags.verbose).map(ToString::to_string).collect();
    Ok(Json(json!({ "is_compatible": found.is_empty(), "messages": messages })))
}

async fn level(State(service): Shared) -> Json<Value> {
    Json(json!({ "compatibilityLevel": service.contexts().store("").0.level().as_str() }))
}

async fn set_level(State(service): Shared, body: Bytes) -> Answer {
    let level = new_level(&body)?;
    service.contexts().store("").0.set_level(None, level);
    Ok(Json(json!({ "compatibility": level.as_str() })))
}

async fn subject_level(State(service): Shared, Path(subject): Path<String>) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    Ok(Json(json!({ "compatibilityLevel": store.subject_level(&subject)?.as_str() })))
}

async fn set_subject_level(State(service): Shared, Path(subject): Path<String>, body: Bytes) -> Answer {
    let level = new_level(&body)?;
    service.modes().allow_change(&subject)?;
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    store.set_level(Some(&subject), level);
    Ok(Json(json!({ "compatibility": level.as_str() })))
}

async fn remove_subject_level(State(service): Shared, Path(subject): Path<String>) -> Answer {
    let mut contexts = service.contexts();
    let (store, subject) = contexts.store(&subject);
    Ok(Json(json!({ "compatibilityLevel": store.remove_level(&subject)?.as_str() })))
}
