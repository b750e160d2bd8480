//! What a name of a commit means.

use super::command::Git;
use super::error::GitError;

/// The id of the commit that a name means.
pub(super) fn commit(git: &Git, reference: &str) -> Result<String, GitError> {
    let verify = |name: &str| git.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", name]);
    match verify(&format!("{reference}^{{commit}}")) {
        Ok(commit) => Ok(commit.trim().to_owned()),
        Err(GitError::Failed { .. }) => Err(unknown(git, reference, verify(reference).is_ok())),
        Err(error) => Err(error),
    }
}

fn unknown(git: &Git, reference: &str, is_other_object: bool) -> GitError {
    let reference = reference.to_owned();
    if is_other_object || reference.contains("..") {
        return GitError::NotACommit { reference };
    }
    let says = |arguments: &[&str], expected: &str| {
        git.text(arguments).is_ok_and(|answer| answer.trim() == expected)
    };
    if says(&["rev-list", "--max-count=1", "--all"], "") {
        return GitError::NoCommit;
    }
    let is_shallow = says(&["rev-parse", "--is-shallow-repository"], "true");
    GitError::UnknownReference { reference, is_shallow }
}
