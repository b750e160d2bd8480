//! The schema files of a commit, read by the command `git` and written to a folder that is removed afterwards.

mod command;
mod content;
mod error;
mod files;
mod reference;
mod tree;
mod unread;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use command::Git;
pub(crate) use error::GitError;
use files::Files;
use reference::commit;
use tree::normal;
use unread::Unread;

/// The schema files and `eventgen.toml` files of a commit, at the paths that they have in the repository.
pub(crate) struct Snapshot {
    folder: TempDir,
    /// The root of the repository.
    root: PathBuf,
    /// The current folder below it.
    prefix: PathBuf,
    reference: String,
    /// What the commit names, and does not have, by its path from the root of the repository.
    unread: Vec<(PathBuf, Unread)>,
}

impl Snapshot {
    /// Reads a commit of the repository that the current folder is in.
    pub(crate) fn of(reference: &str) -> Result<Self, GitError> {
        let here = Git::new(".");
        let root = here.path(&["rev-parse", "--show-toplevel"])?;
        let prefix = here.path(&["rev-parse", "--show-prefix"])?;
        let commit = commit(&here, reference)?;
        let folder = TempDir::new().map_err(|source| GitError::Folder { source })?;
        // The search for eventgen.toml ends at the root of a repository.
        let made = fs::create_dir(folder.path().join(".git"));
        made.map_err(|source| GitError::Folder { source })?;
        let mut files = Files::new(folder.path());
        files.write(&Git::new(&root), &commit, Path::new(""))?;
        files.link()?;
        let unread = files.unread;
        Ok(Self { folder, root, prefix, reference: reference.to_owned(), unread })
    }

    /// Where a path of the working tree is in the snapshot.
    pub(crate) fn path(&self, path: &Path) -> Result<PathBuf, GitError> {
        let outside = || GitError::Outside { path: path.to_owned(), root: self.root.clone() };
        let below = if path.is_absolute() {
            let resolved = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
            resolved.strip_prefix(root).map_err(|_| outside())?.to_owned()
        } else {
            self.prefix.join(path)
        };
        Ok(self.folder.path().join(normal(&below).ok_or_else(outside)?))
    }

    /// Refuses a path of the snapshot that is not there as a whole.
    pub(crate) fn check(&self, path: &Path) -> Result<(), GitError> {
        let Some(below) = self.below(path).and_then(normal) else { return Ok(()) };
        let is_part = |(unread, reason): &&(PathBuf, Unread)| {
            below.starts_with(unread)
                || !matches!(reason, Unread::NotCheckedOut) && unread.starts_with(&below)
        };
        match self.unread.iter().find(is_part) {
            Some((path, reason)) => Err(GitError::Unread { path: path.clone(), reason: *reason }),
            None => Ok(()),
        }
    }

    /// The folder that is the current one, or the nearest above that the commit has.
    pub(crate) fn current(&self) -> PathBuf {
        let current = self.folder.path().join(&self.prefix);
        let existing = current.ancestors().find(|folder| folder.is_dir());
        existing.unwrap_or(self.folder.path()).to_owned()
    }

    /// A path in the snapshot as git writes it: `main:schemas/order.avsc`.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        let Some(below) = self.below(path) else { return path.to_owned() };
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        PathBuf::from(format!("{}:{}", self.reference, parts.join("/")))
    }

    /// A text with the paths in it as git writes them.
    pub(crate) fn shown_in(&self, text: &str) -> String {
        let folder = self.folder.path();
        let resolved = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        [resolved.as_path(), folder].iter().fold(text.to_owned(), |text, folder| {
            let folder = folder.display().to_string();
            let start = format!("{}:", self.reference);
            text.replace(&format!("{folder}/"), &start).replace(&folder, &start)
        })
    }

    /// A path in the snapshot from its root.
    fn below<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let folder = self.folder.path();
        path.strip_prefix(folder)
            .or_else(|_| path.strip_prefix(folder.canonicalize().unwrap_or_else(|_| folder.to_owned())))
            .ok()
    }
}
