//! The routes that check a schema and change nothing.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::json;

use super::bodies::schema;
use super::error::Refusal;
use super::qualified::Qualified;
use super::service::{Answer, Flags, Service, Shared};

/// Checks a schema as its registration would, with the latest version or with all.
pub(super) async fn with_all(
    State(service): Shared,
    Path(subject): Path<String>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    outcome(&service, &subject, &body, None, &flags)
}

/// Checks a schema with one version.
pub(super) async fn with_one(
    State(service): Shared,
    Path((subject, version)): Path<(String, String)>,
    Query(flags): Query<Flags>,
    body: Bytes,
) -> Answer {
    outcome(&service, &subject, &body, Some(&version), &flags)
}

fn outcome(service: &Service, subject: &str, body: &Bytes, against: Option<&str>, flags: &Flags) -> Answer {
    let (schema, subject, mut registry) = (schema(body)?, Qualified::new(subject), service.registry());
    let level = registry.levels.effective(&subject);
    let messages: Vec<String> = match registry.contexts.check(&subject, schema, against, level) {
        Ok(found) => found.iter().map(ToString::to_string).collect(),
        // An invalid schema is not compatible, and is an error only where the reason has no place.
        Err(Refusal::InvalidSchema(reason)) if flags.verbose => vec![reason],
        Err(refusal) => return Err(refusal),
    };
    let mut outcome = json!({ "is_compatible": messages.is_empty() });
    if flags.verbose {
        outcome["messages"] = json!(messages);
    }
    Ok(Json(outcome))
}
