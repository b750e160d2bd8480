//! Writes what is read of a commit to a folder, with links and submodules.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use eventgen_schema::MANIFEST_FILE_NAME;

use super::command::Git;
use super::content;
use super::error::GitError;
use super::tree::{Entry, Kind, entries, os_path, target};
use super::unread::Unread;

/// The extensions of schema files.
const EXTENSIONS: [&str; 4] = ["avsc", "avpr", "avdl", "proto"];
/// How a pointer of Git LFS starts.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The files of a commit in a folder.
pub(super) struct Files<'a> {
    pub(super) folder: &'a Path,
    /// What could not be read, by its path from the root of the repository.
    pub(super) unread: Vec<(PathBuf, Unread)>,
    /// Links with what they lead to. They are made when all files are there.
    links: Vec<(PathBuf, PathBuf)>,
}

impl<'a> Files<'a> {
    pub(super) fn new(folder: &'a Path) -> Self {
        Self { folder, unread: Vec::new(), links: Vec::new() }
    }

    /// Writes the schema files and `eventgen.toml` files of a commit of the repository at `below` the root.
    pub(super) fn write(&mut self, git: &Git, commit: &str, below: &Path) -> Result<(), GitError> {
        let listed = git.output(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let all: Vec<Entry> = entries(&listed).collect();
        let of = |kind: Kind| all.iter().filter(move |entry| entry.kind == kind);
        let mut targets = BTreeSet::new();
        content::read(git, &of(Kind::Link).collect::<Vec<_>>(), &mut |link, content| {
            if let Some(target) = target(&link.path, &content) {
                self.links.push((below.join(&link.path), os_path(&content)));
                targets.insert(target);
            }
            Ok(())
        })?;
        // A link with the name of a schema may lead to a file with another name.
        let wanted = of(Kind::File).filter(|entry| is_read(&entry.path) || targets.contains(&entry.path));
        content::read(git, &wanted.collect::<Vec<_>>(), &mut |entry, content| {
            let path = below.join(&entry.path);
            if content.starts_with(LFS) {
                self.unread.push((path, Unread::Lfs));
                return Ok(());
            }
            let path = self.folder.join(path);
            let parent = path.parent().unwrap_or(self.folder);
            let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, content));
            written.map_err(|source| GitError::Folder { source })
        })?;
        for submodule in of(Kind::Submodule) {
            let inner = Git::new(git.folder.join(&submodule.path));
            let path = below.join(&submodule.path);
            let name = format!("{}^{{commit}}", submodule.id);
            // Without a repository of its own the folder is one of the repository around it.
            if !inner.folder.join(".git").exists() {
                self.unread.push((path, Unread::NotCheckedOut));
            } else if inner.output(&["cat-file", "-e", &name]).is_err() {
                self.unread.push((path, Unread::Submodule));
            } else {
                self.write(&inner, &submodule.id, &path)?;
            }
        }
        Ok(())
    }

    /// Makes the links that lead to something which was written, be it another link.
    pub(super) fn link(&mut self) -> Result<(), GitError> {
        let made = self.try_link();
        made.map_err(|source| GitError::Folder { source })
    }

    fn try_link(&mut self) -> io::Result<()> {
        let root = self.folder.canonicalize()?;
        loop {
            let before = self.links.len();
            let mut left = Vec::new();
            for (path, target) in std::mem::take(&mut self.links) {
                let link = self.folder.join(&path);
                fs::create_dir_all(link.parent().unwrap_or(self.folder))?;
                symlink(&target, &link)?;
                let leads_to = link.canonicalize();
                if !leads_to.is_ok_and(|found| found.starts_with(&root)) {
                    fs::remove_file(&link)?;
                    left.push((path, target));
                }
            }
            self.links = left;
            if self.links.len() == before {
                return Ok(());
            }
        }
    }
}

fn is_read(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
        || path.file_name().is_some_and(|name| name == MANIFEST_FILE_NAME)
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Links of Windows need to know what they lead to, and a right.
#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    let leads_to = link.parent().unwrap_or(link).join(target);
    if leads_to.is_dir() {
        std::os::windows::fs::symlink_dir(target, link)
    } else {
        std::os::windows::fs::symlink_file(target, link)
    }
}
