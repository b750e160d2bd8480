//! Errors of code generation.

use eventgen_schema::Diagnostics;

use crate::settings::BadSetting;

/// Why no code is generated.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings of `eventgen.toml` that cannot be applied.
    #[error("{0}")]
    Manifest(Diagnostics),
    /// Settings made by calls that cannot be applied.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<BadSetting>),
    /// The embedded schema differs from the schema of the event: a bug in eventgen.
    #[error(
        "the schema of `{event}` changed on its way into the code ({reason}); please report it with the schema"
    )]
    Embedded {
        /// Full name of the event.
        event: String,
        /// The difference.
        reason: String,
    },
    /// The generator of Protobuf messages fails on a file.
    #[error(
        "prost-build fails on `{file}` ({cause}); this is a limit of eventgen, please report it with the file"
    )]
    Compiler {
        /// The name of the file, as others import it.
        file: String,
        /// The message of the failure.
        cause: String,
    },
    /// The generated code is not valid Rust: a bug in eventgen.
    #[error("eventgen generated invalid Rust ({reason}); please report it with the schema")]
    Invalid {
        /// The message of the parser.
        reason: String,
    },
}

impl Error {
    /// The error for generated code that does not parse.
    pub(crate) fn invalid(error: &syn::Error) -> Self {
        Self::Invalid { reason: error.to_string() }
    }
}
