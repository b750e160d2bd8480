//! Records that were sent back from a dead-letter topic for one group.

use super::Handling;
use super::attempt::AttemptOutcome;
use crate::Delivery;
use crate::consumer::dead_letter::REDRIVE_GROUP;

impl Handling {
    /// What happens to a record that was sent back for another group: this one has handled it before.
    pub(super) fn for_another_group(&self, delivery: &Delivery) -> Option<AttemptOutcome> {
        let group = delivery.headers.bytes(REDRIVE_GROUP)?;
        if group == self.observers.group().as_bytes() {
            return None;
        }
        let cause = format!("it was sent back for group `{}`", String::from_utf8_lossy(group));
        Some(AttemptOutcome::Skipped { attempts: 0, cause })
    }
}
