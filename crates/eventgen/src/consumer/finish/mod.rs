//! The end of a job: what the group is told of the work done.

mod commit;
mod committer;

pub(crate) use commit::CommitThread;
pub(crate) use committer::Committer;
