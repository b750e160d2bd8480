//! Events of kinds that this build does not know.

use std::error::Error as StdError;

use super::attempt::AttemptOutcome;
use super::{Begun, Handling, Outcome};
use crate::UnknownEvents;
use crate::consumer::dead_letter::Reason;
use crate::consumer::health::HoldReason;
use crate::consumer::record::Record;
use crate::consumer::scheduler::leaving::Leaving;
use crate::observe::ConsumerEvent;

impl Handling {
    /// What happens to such an event.
    pub(super) fn unknown_event<E: StdError>(&self, error: &E) -> Begun<'static> {
        match self.unknown_events {
            UnknownEvents::DeadLetter => Begun::Ended(AttemptOutcome::DeadLetter(Reason::unknown(error))),
            UnknownEvents::Skip => {
                Begun::Ended(AttemptOutcome::Skipped { attempts: 0, cause: error.to_string() })
            }
            UnknownEvents::Hold => Begun::Held(error.to_string()),
        }
    }

    /// Holds a record until its partition leaves this consumer.
    pub(super) async fn hold(&self, record: &mut Record, cause: String, leaving: &Leaving) -> Outcome {
        let delivery = &record.delivery;
        self.observers.notify(&ConsumerEvent::Held { delivery, after: None, cause: &cause });
        record.detach();
        let _held = self.holds.hold(record.at, HoldReason::UnknownEvent, cause);
        leaving.unless_draining(std::future::pending::<()>()).await;
        Outcome::Left
    }
}
