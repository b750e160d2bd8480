//! Reads schemas from texts in tests.

use std::fs;
use std::path::Path;

use eventgen_schema::{Diagnostics, Loaded, Loader};

/// Writes texts to a temporary folder by their paths, and loads them.
///
/// # Errors
/// Returns the diagnostics of the files.
pub fn read(files: &[(&str, &str)]) -> Result<Loaded, Diagnostics> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(&folder.path().join(path), text.as_bytes());
    }
    Loader::new().path(folder.path()).load()
}

/// Writes a file and creates its folders.
pub fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, bytes).expect("a file");
}
