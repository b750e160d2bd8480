//! Tells workers of records for retry topics that no transaction takes, so that their keys do not wait for them.

use super::Poller;
use crate::consumer::scheduler::mailbox::Message;

impl Poller {
    /// Withdraws what was dropped since the last call.
    pub(super) fn withdraw(&mut self) {
        let reported = self.partitions.withdrawn.take();
        for (assignment, promise) in reported.into_iter().chain(self.pending.withdrawn.take()) {
            let queue = promise.queue.scheduled(&self.topics, promise.source);
            self.workers.tell_owner(queue, Message::NotWritten { assignment, promise });
        }
    }
}
