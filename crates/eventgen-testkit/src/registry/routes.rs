//! The REST interface, with the responses of Confluent's registry.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::error::Refusal;
use super::service::{Service, Shared};
use super::{compatibility_routes, schema_routes, setting_routes, subject_routes};

pub(super) fn router(service: Arc<Service>) -> Router {
    let routes = Router::new().route("/", get(async || Json(json!({}))));
    let routes = schemas(subjects(settings(routes)));
    routes
        .fallback(async || Refusal::NoRoute)
        .method_not_allowed_fallback(async || Refusal::NoMethod)
        .layer(from_fn_with_state(Arc::clone(&service), authorize))
        .with_state(service)
}

type Routes = Router<Arc<Service>>;

fn schemas(routes: Routes) -> Routes {
    use schema_routes as schema;
    routes
        .route("/schemas", get(schema::all))
        .route("/schemas/types", get(async || Json(json!(["AVRO", "PROTOBUF"]))))
        .route("/schemas/ids/{id}", get(schema::by_id))
        .route("/schemas/ids/{id}/schema", get(schema::text_by_id))
        .route("/schemas/ids/{id}/subjects", get(schema::subjects_of_id))
        .route("/schemas/ids/{id}/versions", get(schema::versions_of_id))
        .route("/schemas/guids/{guid}", get(schema::by_guid))
        .route("/schemas/guids/{guid}/ids", get(schema::ids_of_guid))
        .route("/contexts", get(schema::contexts))
}

fn subjects(routes: Routes) -> Routes {
    use compatibility_routes as compatibility;
    use subject_routes as subject;
    routes
        .route("/subjects", get(subject::all))
        .route("/subjects/{subject}", post(subject::look_up).delete(subject::delete))
        .route("/subjects/{subject}/versions", get(subject::versions).post(subject::register))
        .route(
            "/subjects/{subject}/versions/{version}",
            get(subject::version).delete(subject::delete_version),
        )
        .route("/subjects/{subject}/versions/{version}/schema", get(subject::text))
        .route("/subjects/{subject}/versions/{version}/referencedby", get(subject::referenced_by))
        .route("/compatibility/subjects/{subject}/versions", post(compatibility::with_all))
        .route("/compatibility/subjects/{subject}/versions/{version}", post(compatibility::with_one))
}

fn settings(routes: Routes) -> Routes {
    use setting_routes as setting;
    routes
        .route("/config", get(setting::level).put(setting::set_level).delete(setting::reset_level))
        .route(
            "/config/{subject}",
            get(setting::subject_level).put(setting::set_subject_level).delete(setting::remove_level),
        )
        .route("/mode", get(setting::mode).put(setting::set_mode).delete(setting::reset_mode))
        .route(
            "/mode/{subject}",
            get(setting::subject_mode).put(setting::set_subject_mode).delete(setting::remove_mode),
        )
}

async fn authorize(State(service): Shared, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match &service.authorization {
        Some(wanted) if given != Some(wanted) => Refusal::Unauthorized.into_response(),
        _ => next.run(request).await,
    }
}
