//! The end of a job: what becomes of records that are done.
//!
//! [`Finish`] is a seam. The [`Committer`] commits offsets; whatever else makes finished work durable implements the
//! trait and is given to the poller in its place.

mod commit;
mod committer;

use std::time::Duration;

pub(crate) use commit::CommitThread;
pub(crate) use committer::{Committer, RetentionChecks};

use crate::consumer::scheduler::{Positions, Scheduler};
use crate::consumer::topics::TopicPartition;

/// Makes finished work durable, so that the group does not handle it again.
///
/// A position is the offset that a partition continues at: every record before it is handled, or acknowledged as a dead
/// letter. All methods are called on the polling thread. An implementation that fails to make positions durable calls
/// [`Scheduler::not_committed`], and the positions come again.
pub(crate) trait Finish: Send + Sync + 'static {
    /// Whether earlier positions are still being made durable. If so, the next ones wait: later positions include them.
    fn is_busy(&self) -> bool;

    /// Jobs are done, and these positions have moved. Returns at once.
    fn on_done(&self, positions: Positions);

    /// Partitions leave this consumer at these positions. Returns when the positions are durable, or after a deadline:
    /// what is not durable by then is delivered again.
    fn on_release(&self, positions: Positions);

    /// The consumer stops. No other call follows.
    fn close(&self);
}

/// Finishes the jobs that were done since the last call. Returns `false` if earlier ones are still being finished: then
/// the caller tries again soon.
pub(crate) fn finish_done(scheduler: &Scheduler, finish: &dyn Finish) -> bool {
    if finish.is_busy() {
        return false;
    }
    let positions = scheduler.take_uncommitted();
    if !positions.is_empty() {
        finish.on_done(positions);
    }
    true
}

/// Drains partitions for at most this long, and finishes what is done.
pub(crate) fn release(
    scheduler: &Scheduler,
    finish: &dyn Finish,
    gone: impl Fn(TopicPartition) -> bool,
    within: Duration,
) {
    let positions = scheduler.release(gone, within);
    if !positions.is_empty() {
        finish.on_release(positions);
    }
}

#[cfg(test)]
mod tests;
