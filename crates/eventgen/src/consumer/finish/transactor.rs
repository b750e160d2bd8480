//! Commits transactions on the thread for transactions.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::messages::TransactionRequest;
use super::{Answer, Finish, Work};
use crate::kafka::GroupConsumer;

/// How long a transaction that hangs may delay the end of the consumer. The last one had its time before.
const DEADLINE: Duration = Duration::from_secs(1);

/// Finishes records by transactions of their outputs and offsets.
pub(crate) struct Transactor {
    /// Knows the group. `None` once this is closed.
    pub(super) consumer: Option<Arc<GroupConsumer>>,
    pub(super) requests: Sender<TransactionRequest>,
    pub(super) answers: Receiver<Answer>,
    /// Producers are made ready while this exists.
    pub(super) wanted: Option<Arc<()>>,
}

impl Finish for Transactor {
    fn begin(&mut self, work: Work) {
        // Here, because no rebalance is answered while this thread is here: the assignments of the work are those that the
        // group knows of. If partitions are given up later, the group refuses the offsets.
        let group = self.consumer.as_ref().and_then(|consumer| consumer.group_metadata());
        // Sending fails if the thread has panicked, which stops the consumer.
        let _ = self.requests.send(TransactionRequest::Commit(work, group));
    }

    fn answer(&mut self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }

    /// Ends the thread, which drops its reference to the consumer and closes its producer.
    fn close(&mut self) {
        self.consumer = None;
        self.wanted = None;
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(TransactionRequest::Stop { done });
        // What the thread leaves open is aborted by the next producer with its id, or by its timeout.
        let _ = answer.recv_timeout(DEADLINE);
    }
}
