//! The error of a build script.

use std::fmt;
use std::path::PathBuf;

use eventgen_schema::Diagnostics;

/// Why no code is generated. Its `Debug` is the readable text: that is what is printed if `main` of a build script returns
/// an error.
#[non_exhaustive]
pub enum Error {
    /// Errors in the schemas or in `eventgen.toml`.
    Contract(Diagnostics),
    /// Settings that cannot be applied, or a bug in eventgen.
    Codegen(eventgen_codegen::Error),
    /// The generated file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// An environment is named, and there is no `eventgen.toml`.
    NoManifest {
        /// The name.
        environment: String,
    },
    /// `OUT_DIR` is not set.
    NoOutDir,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract(diagnostics) => diagnostics.fmt(f),
            Self::Codegen(error) => error.fmt(f),
            Self::Write { path, source } => write!(f, "{} cannot be written: {source}", path.display()),
            Self::NoManifest { environment } => write!(
                f,
                "environment `{environment}` is not known: there is no eventgen.toml in the folder of the package or above it"
            ),
            Self::NoOutDir => {
                f.write_str("OUT_DIR is not set: call this from build.rs, or set a folder with `out_dir`")
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Cargo prints "Error: " before it.
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { source, .. } => Some(source),
            Self::Contract(_) | Self::Codegen(_) | Self::NoManifest { .. } | Self::NoOutDir => None,
        }
    }
}

impl From<Diagnostics> for Error {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Contract(diagnostics)
    }
}

impl From<eventgen_codegen::Error> for Error {
    fn from(error: eventgen_codegen::Error) -> Self {
        match error {
            eventgen_codegen::Error::Manifest(diagnostics) => Self::Contract(diagnostics),
            error => Self::Codegen(error),
        }
    }
}
