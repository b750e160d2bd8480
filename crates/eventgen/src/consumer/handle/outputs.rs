//! The outputs of a record, from the begin of an attempt to its end.

use super::Handling;
use super::attempt::AttemptOutcome;
use crate::consumer::outputs::Outputs;
use crate::consumer::record::Record;

impl Handling {
    /// An attempt at a record begins. What an earlier one has sent is dropped.
    pub(super) fn open_outputs(&self, record: &mut Record) {
        if let Some(outlets) = &self.outlets {
            record.delivery.outputs = Outputs::open(outlets);
        }
    }

    /// An attempt at a record has ended. Keeps what it has sent if it has succeeded. Returns `false` if the consumer stops,
    /// because its handler writes to a topic that it does not name.
    pub(super) fn end_outputs(&self, record: &mut Record, outcome: &AttemptOutcome) -> bool {
        match record.delivery.outputs.end() {
            Ok(outputs) if matches!(outcome, AttemptOutcome::Handled) => record.outputs = outputs,
            Ok(_) => {}
            Err(error) => {
                let delivery = &record.delivery;
                let reason = format!(
                    "{error}; partition {} offset {} is not committed",
                    delivery.partition, delivery.offset
                );
                self.stop.fail(self.observers.stopped(reason));
                return false;
            }
        }
        true
    }
}
