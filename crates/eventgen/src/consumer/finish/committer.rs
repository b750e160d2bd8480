//! Commits offsets on the thread for commits.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::messages::CommitRequest;
use super::{Answer, Finish, Refusal, Work};

/// How long a commit that hangs may delay the end of the consumer. The last commit had its time before.
const DEADLINE: Duration = Duration::from_secs(1);

/// Finishes jobs by committing the offsets of one consumer.
pub(crate) struct Committer {
    pub(super) requests: Sender<CommitRequest>,
    pub(super) answers: Receiver<Result<(), Refusal>>,
}

impl Finish for Committer {
    fn begin(&mut self, work: Work) {
        // Sending fails if the thread has panicked, which stops the consumer.
        let _ = self.requests.send(CommitRequest::Commit(work.positions));
    }

    fn answer(&mut self) -> Option<Answer> {
        let outcome = self.answers.try_recv().ok()?;
        Some(Answer { outcome, not_written: Vec::new() })
    }

    /// Ends the thread, which drops its reference to the consumer.
    fn close(&mut self) {
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(CommitRequest::Stop { done });
        // A commit that hangs ends when its connection does, and the consumer is closed after that.
        let _ = answer.recv_timeout(DEADLINE);
    }
}
