//! The bodies of requests and responses.

use axum::Json;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::error::Refusal;
use super::schema::NewSchema;

/// The schema in the body of a request, whatever its content type: clients send several.
pub(super) fn schema(body: &Bytes) -> Result<NewSchema, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::InvalidSchema(error.to_string()))
}

/// A schema as text. It is sent as JSON also where it is not.
pub(super) fn text(text: String) -> Response {
    let json = "application/vnd.schemaregistry.v1+json";
    ([(CONTENT_TYPE, json)], text).into_response()
}

/// A list as JSON.
pub(super) fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Json<Value> {
    Json(items.into_iter().map(Into::into).collect::<Vec<Value>>().into())
}
