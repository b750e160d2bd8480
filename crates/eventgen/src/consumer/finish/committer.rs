//! The asking side of commits. It exists before the consumer, which is made with callbacks that commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::consumer::scheduler::{Gap, Positions};
use crate::consumer::topics::TopicPartition;

/// How long a commit may hold up a rebalance or a shutdown. What is not committed by then is delivered again.
const DEADLINE: Duration = Duration::from_secs(10);

/// What the committing thread is asked for.
pub(super) enum Request {
    Commit {
        positions: Positions,
        done: Option<Sender<()>>,
    },
    /// Look for what retention removed from partitions that were assigned just now.
    ExamineAssigned(Vec<TopicPartition>),
    /// Look for it in offsets that were skipped.
    ExamineGaps(Vec<Gap>),
    Stop {
        done: Sender<()>,
    },
}

/// The receiving end, for the committing thread.
pub(crate) struct Requests {
    pub(super) received: Receiver<Request>,
    /// Commits asked for and not answered.
    pub(super) open: Arc<AtomicUsize>,
}

/// Asks the committing thread of one consumer.
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

    /// Whether an earlier commit is still under way: a later one will say more.
    pub(crate) fn is_busy(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Commits without waiting. What fails counts as not committed and comes again.
    pub(crate) fn commit(&self, positions: Positions) {
        if !positions.is_empty() {
            self.ask(positions, None);
        }
    }

    /// Commits and waits, but not for ever.
    pub(crate) fn commit_within_deadline(&self, positions: Positions) {
        if positions.is_empty() {
            return;
        }
        let (done, answer) = mpsc::channel();
        self.ask(positions, Some(done));
        if answer.recv_timeout(DEADLINE).is_err() {
            tracing::warn!("a commit takes too long: its records may be delivered again");
        }
    }

    fn ask(&self, positions: Positions, done: Option<Sender<()>>) {
        self.open.fetch_add(1, Ordering::AcqRel);
        // The thread ends by `stop`, after which nobody commits, or by a panic, which stops the consumer.
        let _ = self.requests.send(Request::Commit { positions, done });
    }

    /// Looks for records that were removed from these partitions, which were assigned just now.
    pub(crate) fn examine_assigned(&self, partitions: Vec<TopicPartition>) {
        let _ = self.requests.send(Request::ExamineAssigned(partitions));
    }

    /// Looks for records that were removed in these gaps.
    pub(crate) fn examine(&self, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            let _ = self.requests.send(Request::ExamineGaps(gaps));
        }
    }

    /// Ends the thread, which lets its hold on the consumer go.
    pub(crate) fn stop(&self) {
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(Request::Stop { done });
        // A commit that hangs ends with the connection, and the consumer then with it.
        let _ = answer.recv_timeout(DEADLINE);
    }
}
