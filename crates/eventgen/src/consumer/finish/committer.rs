//! Asks the committing thread. This side exists before the consumer does, because the consumer is created with callbacks
//! that commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::Finish;
use crate::consumer::scheduler::{Gap, Positions};
use crate::consumer::topics::TopicPartition;

/// How long a commit may delay a rebalance or a shutdown. Records that are not committed by then are delivered again.
const DEADLINE: Duration = Duration::from_secs(10);

/// A request to the committing thread.
pub(super) enum Request {
    Commit {
        positions: Positions,
        done: Option<Sender<()>>,
    },
    /// Look for records that retention removed from partitions that were just assigned.
    CheckAssigned(Vec<TopicPartition>),
    /// Look for removed records among offsets that were skipped.
    CheckGaps(Vec<Gap>),
    Stop {
        done: Sender<()>,
    },
}

/// The receiving end, for the committing thread.
pub(crate) struct Requests {
    pub(super) received: Receiver<Request>,
    /// Commits that were requested and not yet answered.
    pub(super) open: Arc<AtomicUsize>,
}

/// Finishes jobs by committing the offsets of one consumer.
#[derive(Clone)]
pub(crate) struct Committer {
    requests: Sender<Request>,
    open: Arc<AtomicUsize>,
}

impl Committer {
    pub(crate) fn new() -> (Self, Requests) {
        let (requests, received) = mpsc::channel();
        let open = Arc::new(AtomicUsize::new(0));
        (Self { requests, open: Arc::clone(&open) }, Requests { received, open })
    }

    /// The checks for removed records, which run on the committing thread too.
    pub(crate) fn retention_checks(&self) -> RetentionChecks {
        RetentionChecks(self.requests.clone())
    }

    fn request(&self, positions: Positions, done: Option<Sender<()>>) {
        self.open.fetch_add(1, Ordering::AcqRel);
        // Sending fails if the thread has panicked, which stops the consumer. `close` is the last call.
        let _ = self.requests.send(Request::Commit { positions, done });
    }
}

impl Finish for Committer {
    fn is_busy(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    fn on_done(&self, positions: Positions) {
        self.request(positions, None);
    }

    fn on_release(&self, positions: Positions) {
        let (done, answer) = mpsc::channel();
        self.request(positions, Some(done));
        if answer.recv_timeout(DEADLINE).is_err() {
            tracing::warn!("a commit takes too long: its records may be delivered again");
        }
    }

    /// Ends the committing thread, which drops its reference to the consumer.
    fn close(&self) {
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(Request::Stop { done });
        // A commit that hangs ends when its connection does, and the consumer is closed after that.
        let _ = answer.recv_timeout(DEADLINE);
    }
}

/// Requests checks for records that were removed before the group read them.
///
/// They run on the committing thread because they block, and because the committed offsets of a new assignment must be
/// read before the first commit replaces them.
#[derive(Clone)]
pub(crate) struct RetentionChecks(Sender<Request>);

impl RetentionChecks {
    /// Checks partitions that were just assigned.
    pub(crate) fn check_assigned(&self, partitions: Vec<TopicPartition>) {
        let _ = self.0.send(Request::CheckAssigned(partitions));
    }

    /// Checks offsets that were skipped.
    pub(crate) fn check_gaps(&self, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            let _ = self.0.send(Request::CheckGaps(gaps));
        }
    }
}
