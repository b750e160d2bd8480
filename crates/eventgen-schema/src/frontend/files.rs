//! Finds the schema files in folders and tells them apart by extension.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::front_end::FrontEnd;
use crate::diagnostics::{Diagnostic, code};

/// The deepest nesting of folders.
const MAX_FOLDERS: usize = 64;

/// The schema files that were found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Every file, sorted.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Every folder listed, sorted.
    pub(crate) folders: BTreeSet<PathBuf>,
}

/// Finds the files with one of these extensions in folders and the folders below. A path that is not a folder is taken
/// as a file, whatever its extension.
pub(crate) fn find(paths: &[PathBuf], extensions: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Found {
    let mut found = Found::default();
    for path in paths {
        enter(path, 0, extensions, &mut found, diagnostics);
    }
    found
}

impl Found {
    /// The files of each front end, in the order of the front ends. The first one gets the files that none claims.
    pub(crate) fn by_front_end(&self, front_ends: &[&dyn FrontEnd]) -> Vec<Vec<PathBuf>> {
        let mut by_extension: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, front_end) in front_ends.iter().enumerate() {
            by_extension.extend(front_end.extensions().iter().map(|extension| (*extension, index)));
        }
        let mut files = vec![Vec::new(); front_ends.len()];
        for path in &self.files {
            let index = extension(path).and_then(|extension| by_extension.get(extension)).copied();
            files[index.unwrap_or_default()].push(path.clone());
        }
        files
    }
}

fn enter(
    path: &Path,
    depth: usize,
    extensions: &[&str],
    found: &mut Found,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if !path.is_dir() {
        found.files.insert(path.to_owned());
        return;
    }
    if depth > MAX_FOLDERS {
        let message = format!("folders are nested more than {MAX_FOLDERS} deep at {}", path.display());
        return diagnostics.push(Diagnostic::error(code::TOO_DEEP, message));
    }
    found.folders.insert(path.to_owned());
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return diagnostics.push(Diagnostic::unreadable(path, &error)),
    };
    for entry in entries.flatten().map(|entry| entry.path()) {
        // A link to a folder may lead in circles.
        if entry.is_dir() && !entry.is_symlink() {
            enter(&entry, depth + 1, extensions, found, diagnostics);
        } else if entry.is_file() && extension(&entry).is_some_and(|known| extensions.contains(&known)) {
            found.files.insert(entry);
        }
    }
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}
