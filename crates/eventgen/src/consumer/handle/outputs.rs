//! The outputs of a record, from the begin of an attempt to its end.

use super::Handling;
use super::attempt::AttemptOutcome;
use crate::consumer::Disposition;
use crate::consumer::dead_letter::Reason;
use crate::consumer::outputs::{Output, Outputs};
use crate::consumer::record::Record;
use crate::{Delivery, Error};

impl Handling {
    /// An attempt at a record begins. What an earlier one has sent is dropped.
    pub(super) fn open_outputs(&self, record: &mut Record) {
        if let Some(outlets) = &self.outlets {
            record.delivery.outputs = Outputs::open(outlets);
        }
    }

    /// An attempt at a record has ended: see [`end_outputs`]. Returns `false` if the consumer stops.
    pub(super) fn end_outputs(&self, record: &mut Record, outcome: &mut AttemptOutcome) -> bool {
        match end_outputs(&mut record.delivery, outcome) {
            Ok(outputs) => {
                record.outputs = outputs;
                true
            }
            Err(error) => {
                self.stop_for_outputs(&record.delivery, &error);
                false
            }
        }
    }

    /// Stops the consumer if the handler of a record writes where it cannot: to a topic that the consumer does not name, or
    /// without transactions. `cause` is what the handler has returned.
    pub(super) fn stops_for_outputs(&self, record: &Record, cause: Option<&str>) -> bool {
        let misuse = record.delivery.outputs.misuse(cause);
        misuse.is_some_and(|error| {
            self.stop_for_outputs(&record.delivery, &error);
            true
        })
    }

    fn stop_for_outputs(&self, delivery: &Delivery, error: &str) {
        self.stop.fail(self.observers.stopped(format!(
            "{error}; partition {} offset {} is not committed",
            delivery.partition, delivery.offset
        )));
    }
}

/// Ends an attempt. Returns what it has sent if it has succeeded; or why the consumer stops. An outcome that asks for another
/// attempt becomes a dead letter if an output was too large for its topic; so does one that has passed over the error of an
/// output.
pub(super) fn end_outputs(
    delivery: &mut Delivery,
    outcome: &mut AttemptOutcome,
) -> Result<Vec<Output>, String> {
    if let Some(error) = delivery.outputs.misuse(cause(outcome)) {
        return Err(error);
    }
    refuse_retries(&delivery.outputs, outcome);
    if let (AttemptOutcome::Handled, Some(error)) = (&*outcome, delivery.outputs.failure()) {
        let message = format!("an output is not written, and the handler has passed over its error: {error}");
        let exception = std::any::type_name::<Error>();
        *outcome = AttemptOutcome::DeadLetter(Reason::new(Disposition::Rejected, exception, &message));
    }
    let outputs = delivery.outputs.end();
    Ok(if matches!(outcome, AttemptOutcome::Handled) { outputs } else { Vec::new() })
}

/// The error of the handler.
fn cause(outcome: &AttemptOutcome) -> Option<&str> {
    match outcome {
        AttemptOutcome::Handled => None,
        AttemptOutcome::Retry { cause, .. } | AttemptOutcome::Skipped { cause, .. } => Some(cause),
        AttemptOutcome::Later { reason, .. } | AttemptOutcome::DeadLetter(reason) => Some(&reason.message),
        AttemptOutcome::Stop { reason } => Some(reason),
    }
}

/// Rejects a record instead of trying it again if it has failed because of the size of an output.
fn refuse_retries(outputs: &Outputs, outcome: &mut AttemptOutcome) {
    let rejected = match outcome {
        AttemptOutcome::Retry { cause, .. } if outputs.is_too_large(cause) => {
            Reason::new(Disposition::Rejected, std::any::type_name::<Error>(), cause)
        }
        AttemptOutcome::Later { reason, .. } | AttemptOutcome::DeadLetter(reason)
            if reason.disposition == Disposition::Exhausted && outputs.is_too_large(&reason.message) =>
        {
            Reason { disposition: Disposition::Rejected, ..reason.clone() }
        }
        _ => return,
    };
    *outcome = AttemptOutcome::DeadLetter(rejected);
}
