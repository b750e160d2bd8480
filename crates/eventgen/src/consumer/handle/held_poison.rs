//! Records that wait because the breaker of their partition is open.

use std::time::Duration;

use super::Handling;
use super::assignment::Assignment;
use crate::consumer::dead_letter::Reason;
use crate::consumer::failure::breaker::{Admission, Circuit};
use crate::consumer::health::HoldReason;
use crate::consumer::record::Record;
use crate::observe::ConsumerEvent;

/// How often an open breaker is checked.
const CHECK: Duration = Duration::from_secs(1);

impl Handling {
    /// Waits while the breaker of the partition is open. Returns `false` if the job must end: its partition leaves, or the
    /// consumer has failed.
    pub(super) async fn admit_poison(
        &self,
        record: &mut Record,
        reason: &Reason,
        assignment: &Assignment,
    ) -> bool {
        let Some(circuit) = &assignment.circuit else { return true };
        let opened = match circuit.poison() {
            Admission::DeadLetter => return true,
            Admission::Opened { poison } => Some(poison),
            Admission::Waits => None,
        };
        record.detach();
        let cause = "too many records do not decode";
        let _held = self.holds.hold(record.at, HoldReason::Breaker, cause);
        let leaving = &assignment.leaving;
        let closed = match opened {
            Some(poison) => {
                let (delivery, window, cause) = (&record.delivery, circuit.window(), &*reason.message);
                self.observers.notify(&ConsumerEvent::BreakerOpened { delivery, poison, window, cause });
                // The record that opened the breaker looks after it, so that a closed one costs nothing.
                leaving.unless_draining(close(circuit)).await
            }
            None => leaving.unless_draining(circuit.closed()).await,
        };
        let goes_on = closed.is_some() && !self.stop.has_failed();
        if goes_on && opened.is_some() {
            let &crate::Delivery { topic, partition, .. } = &record.delivery;
            self.observers.notify(&ConsumerEvent::BreakerClosed { topic, partition });
        }
        goes_on
    }
}

/// Waits until the window allows the breaker to close, and closes it.
async fn close(circuit: &Circuit) {
    loop {
        tokio::time::sleep(CHECK).await;
        if circuit.try_close() {
            return;
        }
    }
}
