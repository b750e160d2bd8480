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

use std::fmt;

use crate::consumer::scheduler::Positions;

/// Makes finished work durable, so that the group does not handle it again.
///
/// All methods are called on the polling thread and return at once, but for [`close`](Self::close).
pub(crate) trait Finish: Send + 'static {
    /// Begins to make positions durable. The caller waits for the [`answer`](Self::answer) before it calls this again.
    fn begin(&mut self, positions: Positions);

    /// Whether the positions are durable, once that is known. After a refusal, the caller passes them again.
    fn answer(&mut self) -> Option<Result<(), Refusal>>;

    /// The consumer stops. No other call follows.
    fn close(&mut self);
}

/// Why positions are not durable.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The group rebalances.
    Rebalance(String),
    /// The group went on without this member, or its knowledge of the group is out of date.
    Removal(String),
    /// Something else, such as a broker that does not answer.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Rebalance(reason) | Self::Removal(reason) | Self::Other(reason)) = self;
        f.write_str(reason)
    }
}
