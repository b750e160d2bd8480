//! What can go wrong with a Schema Registry.

use thiserror::Error;

/// An error of the registry or on the way to it. Addresses are shown without credentials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// An address that is no URL.
    #[error("`{url}` is not an address of a Schema Registry: {reason}; write it as `http://host:port`")]
    InvalidUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No answer.
    #[error("the Schema Registry at {url} does not answer: {reason}; check the address and that it runs")]
    Unreachable {
        /// The registry.
        url: String,
        /// Why.
        reason: String,
    },
    /// The credentials were refused (HTTP 401 or 403).
    #[error(
        "the Schema Registry at {url} refused the credentials (HTTP {status}): check user, password and rights"
    )]
    Unauthorized {
        /// The registry.
        url: String,
        /// 401 or 403.
        status: u16,
    },
    /// A schema that breaks the subject's compatibility level (HTTP 409).
    #[error("subject `{subject}` refuses the schema as incompatible: {reason}")]
    Incompatible {
        /// The subject.
        subject: String,
        /// What the registry says.
        reason: String,
    },
    /// A schema that the registry cannot parse (42201).
    #[error("the registry refuses the schema of subject `{subject}` as invalid: {reason}")]
    InvalidSchema {
        /// The subject.
        subject: String,
        /// What the registry says.
        reason: String,
    },
    /// Any other answer that is no success.
    #[error("{method} {url} was answered with HTTP {status}, error code {error_code}: {message}")]
    Rejected {
        /// The HTTP method.
        method: String,
        /// The address asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The registry's own code, or the HTTP status where it gives none.
        error_code: u32,
        /// What the registry says.
        message: String,
    },
    /// An answer that is not of the expected form.
    #[error("{method} {url} was answered in an unexpected form: {reason}; is this a Schema Registry?")]
    UnexpectedAnswer {
        /// The HTTP method.
        method: String,
        /// The address asked.
        url: String,
        /// What is unexpected.
        reason: String,
    },
}

impl RegistryError {
    /// The HTTP status and the registry's error code of a rejection.
    pub(super) fn codes(&self) -> Option<(u16, u32)> {
        match self {
            Self::Rejected { status, error_code, .. } => Some((*status, *error_code)),
            _ => None,
        }
    }
}
