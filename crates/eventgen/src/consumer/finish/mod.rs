//! The end of a job: what becomes of records that are done.
//!
//! [`Finish`] is a seam. The [`Committer`](committer::Committer) commits offsets, the [`Transactor`](transactor::Transactor)
//! commits transactions. Whatever else makes finished work durable implements the trait and is given to the poller in their
//! place.

mod check_thread;
mod commit_thread;
mod committer;
mod messages;
mod offsets;
mod transaction_thread;
mod transactor;

pub(crate) use check_thread::{CheckThread, Checks};
pub(crate) use commit_thread::CommitThread;
pub(crate) use messages::{Check, SeekAnswer};
pub(crate) use transaction_thread::TransactionThread;

use std::fmt;

use crate::consumer::scheduler::{Finished, Positions};

/// Makes finished work durable, so that the group does not handle it again.
///
/// All methods are called on the polling thread and return at once, but for [`close`](Self::close).
pub(crate) trait Finish: Send + 'static {
    /// Begins to make work durable. The caller waits for the [`answer`](Self::answer) before it calls this again.
    fn begin(&mut self, work: Work);

    /// Whether the work is durable, once that is known. After a refusal, the caller passes it again.
    fn answer(&mut self) -> Option<Answer>;

    /// The consumer stops. No other call follows.
    fn close(&mut self);
}

/// What is to be made durable together.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) positions: Positions,
    /// What the records before the positions have led to, in order. Empty outside of transactions.
    pub(crate) finished: Vec<Finished>,
}

/// What has become of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Result<(), Refusal>,
    /// What was not written, in order.
    pub(crate) not_written: Vec<Finished>,
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
    /// No commit of this consumer is accepted any more, and it stops.
    Final(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Rebalance(reason) | Self::Removal(reason) | Self::Other(reason) | Self::Final(reason)) =
            self;
        f.write_str(reason)
    }
}
