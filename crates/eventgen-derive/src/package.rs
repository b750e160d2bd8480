//! The package that is being compiled.

use std::path::PathBuf;

/// The folder of the package. Schema files are relative to it.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map(Into::into).unwrap_or_default()
}
