//! Errors with the codes and messages of Confluent's registry.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("User cannot access the resource.")]
    Unauthorized,
    #[error("Subject '{0}' not found.")]
    SubjectNotFound(String),
    #[error("Version {0} not found.")]
    VersionNotFound(String),
    #[error("Schema not found")]
    SchemaNotFound,
    #[error("Subject '{0}' was soft deleted. Set permanent=true to delete permanently")]
    SubjectSoftDeleted(String),
    #[error("Subject '{0}' was not deleted first before being permanently deleted")]
    SubjectNotSoftDeleted(String),
    #[error("Subject '{0}' Version {1} was soft deleted. Set permanent=true to delete permanently")]
    VersionSoftDeleted(String, u32),
    #[error("Subject '{0}' Version {1} was not deleted first before being permanently deleted")]
    VersionNotSoftDeleted(String, u32),
    #[error("One or more references exist to the schema {{subject={0},version={1}}}.")]
    Referenced(String, u32),
    #[error("Subject '{0}' does not have subject-level compatibility configured")]
    NoSubjectLevel(String),
    #[error(
        "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{details}]"
    )]
    Incompatible { subject: String, details: String },
    #[error("Subject '{0}' does not have subject-level mode configured")]
    NoSubjectMode(String),
    #[error("Subject {0} is in read-only mode")]
    ReadOnly(String),
    #[error("Subject {0} is not in import mode")]
    NotInImport(String),
    #[error("Subject {0} is in import mode")]
    InImport(String),
    #[error("Cannot import since found existing subjects")]
    HasSubjects,
    #[error("Overwrite new schema with id {0} is not permitted.")]
    IdTaken(u32),
    #[error("HTTP 404 Not Found")]
    NoRoute,
    #[error("HTTP 405 Method Not Allowed")]
    NoMethod,
    #[error("Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE and IMPORT")]
    InvalidMode,
    #[error("Invalid schema: {0}")]
    InvalidSchema(String),
    #[error(
        "The specified version '{0}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
    )]
    InvalidVersion(String),
    #[error(
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
    )]
    InvalidLevel,
}

impl Refusal {
    fn codes(&self) -> (StatusCode, u32) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, 401),
            Self::SubjectNotFound(_) => (StatusCode::NOT_FOUND, 40_401),
            Self::VersionNotFound(_) => (StatusCode::NOT_FOUND, 40_402),
            Self::SchemaNotFound => (StatusCode::NOT_FOUND, 40_403),
            Self::SubjectSoftDeleted(_) => (StatusCode::NOT_FOUND, 40_404),
            Self::SubjectNotSoftDeleted(_) => (StatusCode::NOT_FOUND, 40_405),
            Self::VersionSoftDeleted(..) => (StatusCode::NOT_FOUND, 40_406),
            Self::VersionNotSoftDeleted(..) => (StatusCode::NOT_FOUND, 40_407),
            Self::NoSubjectLevel(_) => (StatusCode::NOT_FOUND, 40_408),
            Self::NoSubjectMode(_) => (StatusCode::NOT_FOUND, 40_409),
            Self::Incompatible { .. } => (StatusCode::CONFLICT, 409),
            Self::InvalidSchema(_) => (StatusCode::UNPROCESSABLE_ENTITY, 42_201),
            Self::InvalidVersion(_) => (StatusCode::UNPROCESSABLE_ENTITY, 42_202),
            Self::InvalidLevel => (StatusCode::UNPROCESSABLE_ENTITY, 42_203),
            Self::InvalidMode => (StatusCode::UNPROCESSABLE_ENTITY, 42_204),
            Self::NoRoute => (StatusCode::NOT_FOUND, 404),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, 405),
            Self::ReadOnly(_)
            | Self::NotInImport(_)
            | Self::InImport(_)
            | Self::HasSubjects
            | Self::IdTaken(_) => (StatusCode::UNPROCESSABLE_ENTITY, 42_205),
            Self::Referenced(..) => (StatusCode::UNPROCESSABLE_ENTITY, 42_206),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error_code) = self.codes();
        (status, Json(json!({ "error_code": error_code, "message": self.to_string() }))).into_response()
    }
}
