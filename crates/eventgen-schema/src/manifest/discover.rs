//! Searches a folder and the folders above it for `eventgen.toml`.

use std::path::{Component, Path, PathBuf};

use super::file::{FILE_NAME, Manifest};
use crate::diagnostics::Diagnostics;

impl Manifest {
    /// Searches `start` and the folders above it, up to the root of the repository, for `eventgen.toml`. Its path is
    /// relative to the current folder if `start` is.
    ///
    /// # Errors
    /// A file that is found and cannot be read or is not TOML.
    pub fn discover(start: &Path) -> Result<Option<Self>, Diagnostics> {
        let absolute = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        let mut shown = if start == Path::new(".") { PathBuf::new() } else { start.to_owned() };
        for folder in absolute.ancestors() {
            // A link that is broken and a folder are reported, not passed over.
            if folder.join(FILE_NAME).symlink_metadata().is_ok() {
                let folder = if start.is_absolute() { folder } else { &shown };
                return Self::read(&folder.join(FILE_NAME)).map(Some);
            }
            if folder.join(".git").exists() {
                break;
            }
            shown = above(&shown);
        }
        Ok(None)
    }
}

/// The folder above a path. The target of a symbolic link is in another folder than the link, so that only the system
/// can go up from it.
fn above(path: &Path) -> PathBuf {
    match path.components().next_back() {
        Some(Component::Normal(_)) if !path.is_symlink() => path.parent().unwrap_or(path).to_owned(),
        _ => path.join(".."),
    }
}
