//! Commits offsets on the thread for requests to the group.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::Finish;
use super::messages::Request;
use crate::consumer::scheduler::Positions;

/// How long a commit that hangs may delay the end of the consumer. The last commit had its time before.
const DEADLINE: Duration = Duration::from_secs(1);

/// Finishes jobs by committing the offsets of one consumer.
pub(crate) struct Committer {
    pub(super) requests: Sender<Request>,
    pub(super) answers: Receiver<Result<(), String>>,
}

impl Finish for Committer {
    fn begin(&mut self, positions: Positions) {
        // Sending fails if the thread has panicked, which stops the consumer.
        let _ = self.requests.send(Request::Commit(positions));
    }

    fn answer(&mut self) -> Option<Result<(), String>> {
        self.answers.try_recv().ok()
    }

    /// Ends the thread, which drops its reference to the consumer.
    fn close(&mut self) {
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(Request::Stop { done });
        // A commit that hangs ends when its connection does, and the consumer is closed after that.
        let _ = answer.recv_timeout(DEADLINE);
    }
}
