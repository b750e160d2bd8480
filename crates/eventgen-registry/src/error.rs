//! Errors of a Schema Registry and of the way to it.

use std::fmt;

use thiserror::Error;

/// An error of the registry or of the way to it. Addresses are shown without credentials.
///
/// Its `Debug` is the readable text: that is what is printed if `main` returns it, and by `expect`.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The address is not a URL of HTTP.
    #[error("`{url}` is not an address of a Schema Registry: {reason}; write it as `http://host:port`")]
    InvalidUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client cannot be set up, such as for want of trusted certificates.
    #[error("the HTTP client of the Schema Registry at {url} cannot be set up: {reason}")]
    Setup {
        /// The registry.
        url: String,
        /// Why.
        reason: String,
    },
    /// There is no response.
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
    /// The schema breaks the compatibility level of the subject (HTTP 409).
    #[error("subject `{subject}` refuses the schema as incompatible: {reason}")]
    Incompatible {
        /// The subject.
        subject: String,
        /// What the registry says.
        reason: String,
    },
    /// The registry cannot parse the schema (error code 42201).
    #[error("the registry refuses the schema of subject `{subject}` as invalid: {reason}")]
    InvalidSchema {
        /// The subject.
        subject: String,
        /// What the registry says.
        reason: String,
    },
    /// Something else than the schema forbids to register it: a mode of the registry, another subject that is refused.
    #[error("subject `{subject}` cannot be registered: {reason}")]
    Blocked {
        /// The subject.
        subject: String,
        /// What forbids it.
        reason: String,
    },
    /// The compatibility of a schema cannot be checked.
    #[error("the compatibility of subject `{subject}` cannot be checked: {reason}")]
    Unchecked {
        /// The subject.
        subject: String,
        /// Why.
        reason: String,
    },
    /// Any other response with a status of failure.
    #[error("{method} {url} was answered with HTTP {status}, error code {error_code}: {message}")]
    Rejected {
        /// The HTTP method.
        method: String,
        /// The address of the request.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The registry's own code, or the HTTP status where it gives none.
        error_code: u32,
        /// What the registry says.
        message: String,
    },
    /// A redirect that would turn a write into a read (HTTP 301, 302, 303).
    #[error(
        "{method} {url} was redirected to {to} (HTTP {status}), which does not keep the method: use the new address"
    )]
    Redirected {
        /// The HTTP method.
        method: String,
        /// The address of the request.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The new address of the request.
        to: String,
    },
    /// The response does not have the expected form.
    #[error("{method} {url} was answered in an unexpected form: {reason}; is this a Schema Registry?")]
    UnexpectedAnswer {
        /// The HTTP method.
        method: String,
        /// The address of the request.
        url: String,
        /// What is unexpected.
        reason: String,
    },
}

impl RegistryError {
    /// Whether other subjects may still be read, checked and registered.
    #[cfg(feature = "client")]
    pub(crate) fn is_of_one_subject(&self) -> bool {
        match self {
            Self::Incompatible { .. }
            | Self::InvalidSchema { .. }
            | Self::Blocked { .. }
            | Self::Unchecked { .. }
            | Self::UnexpectedAnswer { .. } => true,
            // Rights differ between subjects.
            Self::Unauthorized { status, .. } => *status == 403,
            // Overload, and a proxy in front of a registry that is down, are the same for all.
            Self::Rejected { status, .. } => !matches!(status, 429 | 502..=504),
            Self::InvalidUrl { .. }
            | Self::Setup { .. }
            | Self::Unreachable { .. }
            | Self::Redirected { .. } => false,
        }
    }
}

impl fmt::Debug for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
