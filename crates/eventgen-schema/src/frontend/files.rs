//! Finds the schema files in folders and tells them apart by extension.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::front_end::FrontEnd;
use crate::diagnostics::{Diagnostic, code};
use crate::reader::not_a_file;

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
///
/// Symbolic links are followed. Each folder is read once, by its own path if it has one below `paths`, so that links
/// may form a loop.
pub(crate) fn find(paths: &[PathBuf], extensions: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Found {
    let mut search = Search { extensions, found: Found::default(), read: BTreeSet::new(), diagnostics };
    let mut links: VecDeque<(PathBuf, usize)> = VecDeque::new();
    for path in paths {
        if path.is_dir() {
            search.folder(path, 0, &mut links);
        } else {
            search.found.files.insert(path.clone());
        }
    }
    while let Some((link, depth)) = links.pop_front() {
        search.folder(&link, depth, &mut links);
    }
    search.found
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

/// The state of a search.
struct Search<'a> {
    extensions: &'a [&'a str],
    found: Found,
    /// The folders that have been read, without links in their paths.
    read: BTreeSet<PathBuf>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Search<'_> {
    /// Reads a folder and those below. Links to folders are added to `links`.
    fn folder(&mut self, path: &Path, depth: usize, links: &mut VecDeque<(PathBuf, usize)>) {
        if depth > MAX_FOLDERS {
            let message = format!("folders are nested more than {MAX_FOLDERS} deep at {}", path.display());
            self.diagnostics.push(Diagnostic::error(code::TOO_DEEP, message));
            return;
        }
        if !self.read.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned())) {
            return;
        }
        self.found.folders.insert(path.to_owned());
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries: Vec<PathBuf> = match entries {
            Ok(entries) => entries.iter().map(fs::DirEntry::path).collect(),
            Err(error) => return self.diagnostics.push(Diagnostic::unreadable(path, &error)),
        };
        entries.sort();
        for entry in entries {
            match fs::metadata(&entry) {
                Ok(of) if of.is_dir() && entry.is_symlink() => links.push_back((entry, depth + 1)),
                Ok(of) if of.is_dir() => self.folder(&entry, depth + 1, links),
                Ok(of) if of.is_file() && self.is_schema(&entry) => {
                    self.found.files.insert(entry);
                }
                // Such as a pipe: it may have been meant as a schema.
                Ok(_) if self.is_schema(&entry) => {
                    self.diagnostics.push(Diagnostic::unreadable(&entry, &not_a_file()));
                }
                Err(error) if self.may_be_needed(&entry) => {
                    self.diagnostics.push(Diagnostic::unreadable(&entry, &error));
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    fn is_schema(&self, path: &Path) -> bool {
        extension(path).is_some_and(|known| self.extensions.contains(&known))
    }

    /// Whether a broken link may be a schema or a folder with schemas. Others, such as a link to a text or the lock of
    /// an editor (`.#order.avsc`), are not read anyway.
    fn may_be_needed(&self, link: &Path) -> bool {
        let is_lock = link.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".#"));
        let is_folder = |path: &Path| {
            path.extension().is_none_or(|end| end.as_encoded_bytes().iter().all(u8::is_ascii_digit))
        };
        !is_lock && (self.is_schema(link) || is_folder(link))
    }
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}
