//! The routes of schemas by their ids.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::bodies;
use super::error::Refusal;
use super::qualified::Qualified;
use super::service::{Answer, Flags, Shared};
use super::subject_routes::described;

pub(super) async fn all(State(service): Shared, Query(flags): Query<Flags>) -> Json<Value> {
    let registry = service.registry();
    let mut found = Vec::new();
    for (subject, store) in registry.contexts.listed(&flags.subject_prefix) {
        let mut versions = store.versions(&subject.subject, flags.shown()).unwrap_or_default();
        if flags.latest_only {
            versions = versions.pop().into_iter().collect();
        }
        let schemas = versions.iter().filter_map(|version| {
            let schema = store.schema(version.id).ok()?;
            Some(described(&subject.name(), version, schema, &flags.format))
        });
        found.extend(schemas);
    }
    bodies::list(flags.page(found.into_iter()))
}

pub(super) async fn by_id(
    State(service): Shared,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let registry = service.registry();
    let id = number(&id)?;
    let (_, store) = registry.contexts.of_id(id, &Qualified::new(&flags.subject))?;
    Ok(Json(store.schema(id)?.described(&flags.format)))
}

pub(super) async fn text_by_id(
    State(service): Shared,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Result<Response, Refusal> {
    let registry = service.registry();
    let id = number(&id)?;
    let (_, store) = registry.contexts.of_id(id, &Qualified::new(&flags.subject))?;
    Ok(bodies::text(store.schema(id)?.text(&flags.format)))
}

pub(super) async fn subjects_of_id(
    State(service): Shared,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let registry = service.registry();
    let id = number(&id)?;
    let (context, store) = registry.contexts.of_id(id, &Qualified::new(&flags.subject))?;
    let versions = store.versions_of(id, flags.shown());
    Ok(bodies::list(flags.page(versions.into_iter().map(|(subject, _)| named(context, subject)))))
}

pub(super) async fn versions_of_id(
    State(service): Shared,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let registry = service.registry();
    let id = number(&id)?;
    let (context, store) = registry.contexts.of_id(id, &Qualified::new(&flags.subject))?;
    let versions = store.versions_of(id, flags.shown()).into_iter();
    let versions = versions
        .map(|(subject, version)| json!({ "subject": named(context, subject), "version": version.number }));
    Ok(bodies::list(flags.page(versions)))
}

pub(super) async fn by_guid(
    State(service): Shared,
    Path(guid): Path<String>,
    Query(flags): Query<Flags>,
) -> Answer {
    let registry = service.registry();
    let found = registry.contexts.schemas().find(|(.., schema)| schema.guid() == guid);
    let (.., schema) = found.ok_or(Refusal::SchemaNotFound)?;
    Ok(Json(schema.described(&flags.format)))
}

pub(super) async fn ids_of_guid(State(service): Shared, Path(guid): Path<String>) -> Answer {
    let registry = service.registry();
    let schemas = registry.contexts.schemas().filter(|(.., schema)| schema.guid() == guid);
    let ids: Vec<Value> = schemas.map(|(context, id, _)| json!({ "context": context, "id": id })).collect();
    if ids.is_empty() { Err(Refusal::SchemaNotFound) } else { Ok(bodies::list(ids)) }
}

pub(super) async fn contexts(State(service): Shared) -> Json<Value> {
    bodies::list(service.registry().contexts.names())
}

fn number(id: &str) -> Result<u32, Refusal> {
    id.parse().map_err(|_| Refusal::NoRoute)
}

fn named(context: &str, subject: &str) -> String {
    Qualified { context: context.to_owned(), subject: subject.to_owned() }.name()
}
