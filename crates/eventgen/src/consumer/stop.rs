//! Whether and why a consumer stops.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Error;

/// Asks the stages of one consumer to stop.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    failure: Mutex<Option<Error>>,
    failed: AtomicBool,
    requested: AtomicBool,
    abandoned: AtomicBool,
}

impl Stop {
    /// Stops the consumer with an error. Only the first error is kept. No job begins from then on.
    pub(crate) fn fail(&self, error: Error) {
        self.failure().get_or_insert(error);
        self.failed.store(true, Ordering::Release);
        self.request();
    }

    /// Whether the consumer has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// The error that stopped the consumer, if there is one.
    pub(crate) fn take_failure(&self) -> Option<Error> {
        self.failure().take()
    }

    /// Asks the consumer to stop fetching, and to drain.
    pub(crate) fn request(&self) {
        self.requested.store(true, Ordering::Release);
    }

    /// Whether the consumer has been asked to stop.
    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    /// Asks the consumer to stop without a drain, because the workers are gone.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
        self.request();
    }

    /// Whether the workers are gone, so that no job will end.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
