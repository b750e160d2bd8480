//! Why a commit cannot be read.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("git is not installed, or not in PATH: install it, or compare with a folder or a registry")]
    NotInstalled,
    #[error("git does not start: {source}")]
    Start { source: io::Error },
    #[error("{} is not in a git repository: run the command in one, or compare with a folder", folder.display())]
    NoRepository { folder: PathBuf },
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
        format!(": correct the name, or fetch it, such as with `git fetch origin {branch}`")
    }
}
