//! Tells jobs that the partition of their record leaves this consumer.

use tokio::sync::watch;

/// How far the assignment of a partition has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Assigned,
    /// Handlers may finish; a job that waits for something ends.
    Draining,
    /// Handlers are cancelled.
    Ended,
}

/// Whether the assignment of a partition ends.
#[derive(Debug)]
pub(crate) struct Leaving(watch::Sender<Phase>);

impl Leaving {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Phase::Assigned))
    }

    /// Jobs that wait for something end.
    pub(super) fn drain(&self) {
        self.reach(Phase::Draining);
    }

    /// All jobs end, and running handlers are cancelled.
    pub(super) fn end(&self) {
        self.reach(Phase::Ended);
    }

    fn reach(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let moves = *now < phase;
            if moves {
                *now = phase;
            }
            moves
        });
    }

    /// Waits for something other than a handler; `None` if the partition begins to leave before it happens.
    pub(crate) async fn unless_draining<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        self.unless(Phase::Draining, wait).await
    }

    /// Waits for a handler; `None` if it is to be cancelled.
    pub(crate) async fn unless_ended<T>(&self, handler: impl Future<Output = T>) -> Option<T> {
        self.unless(Phase::Ended, handler).await
    }

    async fn unless<T>(&self, phase: Phase, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            // In this order, so that a future that is ready at once does not subscribe.
            biased;
            output = future => Some(output),
            () = self.reached(phase) => None,
        }
    }

    async fn reached(&self, phase: Phase) {
        // The sender is `self`, so that waiting ends with the phase only.
        let _ = self.0.subscribe().wait_for(|now| *now >= phase).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn waits_end_before_handlers() {
        let leaving = Leaving::new();
        assert_eq!(leaving.unless_draining(ready(1)).await, Some(1));
        leaving.drain();
        assert_eq!(leaving.unless_draining(pending::<()>()).await, None);
        assert_eq!(leaving.unless_ended(async { tokio::task::yield_now().await }).await, Some(()));
        leaving.end();
        leaving.drain();
        assert_eq!(leaving.unless_ended(pending::<()>()).await, None, "a phase does not go back");
    }
}
