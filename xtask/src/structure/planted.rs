//! Files for tests, in a folder that ends with the test.

use std::fs;

use tempfile::TempDir;

/// Writes files by their paths.
pub(super) fn files(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("files are in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}
