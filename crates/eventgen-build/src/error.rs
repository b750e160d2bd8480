//! What a build script fails with.

use std::fmt;
use std::path::PathBuf;

use eventgen_schema::Diagnostics;

/// Why no code was generated. `main` of a build script prints its error's `Debug`, so that *is* the readable text.
pub enum Error {
    /// Mistakes in the schemas or in `eventgen.toml`.
    Contract(Diagnostics),
    /// Settings that cannot be followed, or a fault of eventgen.
    Codegen(eventgen_codegen::Error),
    /// The generated file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
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
            Self::Contract(_) | Self::Codegen(_) | Self::NoOutDir => None,
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
        Self::Codegen(error)
    }
}
