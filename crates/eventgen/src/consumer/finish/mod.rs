//! The end of a job: what becomes of records that are done.
//!
//! [`Finish`] is a seam. The [`Committer`](committer::Committer) commits offsets; whatever else makes finished work durable implements the
//! trait and is given to the poller in its place.

mod check_thread;
mod commit_thread;
mod committer;
mod messages;

pub(crate) use check_thread::{CheckThread, Checks};
pub(crate) use commit_thread::CommitThread;
pub(crate) use messages::{Check, SeekAnswer};

use crate::consumer::scheduler::Positions;

/// Makes finished work durable, so that the group does not handle it again.
///
/// All methods are called on the polling thread and return at once, but for [`close`](Self::close).
pub(crate) trait Finish: Send + 'static {
    /// Begins to make positions durable. The caller waits for the [`answer`](Self::answer) before it calls this again.
    fn begin(&mut self, positions: Positions);

    /// Whether the positions are durable, once that is known. After an error, the caller passes them again.
    fn answer(&mut self) -> Option<Result<(), String>>;

    /// The consumer stops. No other call follows.
    fn close(&mut self);
}
