//! Reads schemas that a test holds as texts.

use std::fs;
use std::path::Path;

use eventgen_schema::{Diagnostics, Loaded, Loader};

/// Reads files that are only texts: each by its path, in a folder of their own.
///
/// # Errors
/// The mistakes in them.
pub fn read(files: &[(&str, &str)]) -> Result<Loaded, Diagnostics> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(&folder.path().join(path), text.as_bytes());
    }
    Loader::new().path(folder.path()).load()
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, bytes).expect("a file");
}
