//! Runs the command `git` in a repository.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::GitError;
use super::tree::os_path;

/// What a hook of git passes to the commands that it runs. It would make git look into another repository than the one of the
/// folder. The list is that of `git rev-parse --local-env-vars`, without the settings of `git -c`.
const VARIABLES: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
];

/// The command in a folder.
pub(super) struct Git {
    pub(super) folder: PathBuf,
}

impl Git {
    pub(super) fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The command, not started yet.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(arguments);
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        // Its messages are read.
        command.env("LC_ALL", "C");
        command
    }

    /// The text that git prints.
    pub(super) fn text(&self, arguments: &[&str]) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.output(arguments)?).into_owned())
    }

    /// A path that git prints.
    pub(super) fn path(&self, arguments: &[&str]) -> Result<PathBuf, GitError> {
        let printed = self.output(arguments)?;
        let end = printed.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
        Ok(os_path(&printed[..end]))
    }

    /// What git prints.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let run = self.command(arguments).stdin(Stdio::null()).output();
        let run = run.map_err(GitError::from_start)?;
        if run.status.success() {
            return Ok(run.stdout);
        }
        let said = String::from_utf8_lossy(&run.stderr).trim().to_owned();
        if said.contains("not a git repository") {
            let here = env::current_dir().unwrap_or_default();
            let folder = if self.folder == Path::new(".") { here } else { self.folder.clone() };
            return Err(GitError::NoRepository { folder });
        }
        let said = said.strip_prefix("fatal: ").unwrap_or(&said).to_owned();
        let reason = if said.is_empty() { format!("git {} failed", arguments.join(" ")) } else { said };
        Err(GitError::Failed { reason })
    }
}
