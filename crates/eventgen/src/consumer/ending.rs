//! The end of a run, as observers see it.

use std::sync::Arc;

use super::health::Health;
use super::observers::Observers;
use crate::Error;
use crate::observe::ConsumerEvent;

/// Notifies the observers at the end of a run, also when its future is dropped.
pub(super) struct Ending {
    observers: Arc<Observers>,
    health: Arc<Health>,
    ended: bool,
}

impl Ending {
    pub(super) fn new(observers: &Arc<Observers>, health: &Arc<Health>) -> Self {
        Self { observers: Arc::clone(observers), health: Arc::clone(health), ended: false }
    }

    /// The run has ended, with this error if it failed.
    pub(super) fn end(mut self, error: Option<&Error>) {
        self.tell(error);
    }

    fn tell(&mut self, error: Option<&Error>) {
        self.ended = true;
        self.observers.meters().ended();
        self.observers.notify(&ConsumerEvent::Stopped { report: &self.health.report(), error });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.ended {
            let reason = "the future of `run_until` was dropped: running handlers were cancelled".to_owned();
            let error = self.observers.stopped(reason);
            self.tell(Some(&error));
        }
    }
}

/// Ends the life of a consumer, also when the future of its run is dropped.
pub(super) struct EndOfLife(Arc<Health>);

impl EndOfLife {
    pub(super) fn of(health: &Arc<Health>) -> Self {
        Self(Arc::clone(health))
    }
}

impl Drop for EndOfLife {
    fn drop(&mut self) {
        self.0.end();
    }
}
