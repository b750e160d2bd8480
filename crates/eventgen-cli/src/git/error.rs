//! Why a commit cannot be read.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::unread::Unread;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("git is not installed, or not in PATH: install it, or compare with a folder or a registry")]
    NotInstalled,
    #[error("git does not start: {source}")]
    Start { source: io::Error },
    #[error("{} is not in a git repository: run the command in one, or compare with a folder", folder.display())]
    NoRepository { folder: PathBuf },
    #[error("{}", not_read(path, *reason))]
    Unread { path: PathBuf, reason: Unread },
    #[error("`{reference}` is not a commit: name one, such as a branch or a tag")]
    NotACommit { reference: String },
    #[error("the repository has no commit yet: there is nothing to compare with")]
    NoCommit,
    #[error("git does not know `{reference}`{}", remedy(reference, *is_shallow))]
    UnknownReference { reference: String, is_shallow: bool },
    #[error("{} is outside of the repository {}: git has no older version of it", path.display(), root.display())]
    Outside { path: PathBuf, root: PathBuf },
    #[error("the files of the commit cannot be written: {source}")]
    Folder { source: io::Error },
    #[error("git: {reason}")]
    Failed { reason: String },
}

impl GitError {
    pub(super) fn from_start(source: io::Error) -> Self {
        if source.kind() == ErrorKind::NotFound { Self::NotInstalled } else { Self::Start { source } }
    }
}

fn remedy(reference: &str, is_shallow: bool) -> String {
    if is_shallow {
        ", and this clone is shallow: fetch the history with `git fetch --unshallow`, in GitHub Actions with \
         `fetch-depth: 0` of actions/checkout"
            .to_owned()
    } else {
        let branch = reference.strip_prefix("origin/").unwrap_or(reference);
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_./".contains(char);
        // A line that is pasted must not have an option or a command in it.
        if branch.starts_with('-') || branch == "HEAD" || !branch.chars().all(is_plain) {
            return ": correct the name".to_owned();
        }
        format!(": correct the name, or fetch it, such as with `git fetch origin {branch}`")
    }
}

fn not_read(path: &Path, reason: Unread) -> String {
    let path = path.display();
    match reason {
        Unread::NotCheckedOut | Unread::Submodule => format!(
            "the schemas are in the submodule {path}, and the commit of it that is meant is not here: run `git submodule update --init`, \
             or `git fetch` in the submodule"
        ),
        Unread::Lfs => format!(
            "{path} is kept in Git LFS, and the commit has only a pointer to it: keep schemas in git itself, or compare with a folder"
        ),
    }
}
