//! What cannot be read of a commit.

/// What a commit names, and does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unread {
    /// A submodule that is not checked out: the working tree has no schemas there either.
    NotCheckedOut,
    /// A submodule whose commit is not fetched.
    Submodule,
    /// A file that is kept in Git LFS.
    Lfs,
}
