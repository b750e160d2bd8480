//! Records of one caller that have left librdkafka's buffer. The caller is woken once for many of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{NotDelivered, Receipt};

/// A record, by the number that its caller has given it, and what became of it.
pub(crate) type Outcome = (i64, Result<Receipt, NotDelivered>);

/// What became of records, until their caller takes it.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    outcomes: Mutex<Vec<Outcome>>,
    filled: Notify,
}

impl Settled {
    pub(super) fn push(&self, outcome: Outcome) {
        let mut outcomes = self.outcomes();
        let wakes = outcomes.is_empty();
        outcomes.push(outcome);
        drop(outcomes);
        if wakes {
            self.filled.notify_one();
        }
    }

    /// What became of records since the last call.
    pub(crate) fn take(&self) -> Vec<Outcome> {
        std::mem::take(&mut *self.outcomes())
    }

    /// Resolves when there is something to take. For one caller at a time; it may be dropped and called again.
    pub(crate) async fn filled(&self) {
        while self.outcomes().is_empty() {
            self.filled.notified().await;
        }
    }

    fn outcomes(&self) -> MutexGuard<'_, Vec<Outcome>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
