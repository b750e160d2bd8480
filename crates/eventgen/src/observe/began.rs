//! When something that is measured began.

use std::time::Duration;

use super::instruments::ENABLED;

/// A clock that is read twice for each record. `std`'s takes two to four times as long where the processor has a counter of
/// its cycles that can be relied on; elsewhere this one is the same.
#[cfg(any(feature = "metrics", feature = "otel"))]
pub(super) use quanta::Instant;
#[cfg(not(any(feature = "metrics", feature = "otel")))]
pub(super) use std::time::Instant;

/// The beginning of what is measured; nothing if no feature for metrics is on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began(Option<Instant>);

impl Began {
    /// Has the clock compare its counter with that of the system, which takes a millisecond, once in a process: here rather
    /// than in the first call of a handler.
    pub(super) fn calibrate() {
        let _ = Self::now();
    }

    pub(crate) fn now() -> Self {
        Self(ENABLED.then(Instant::now))
    }

    /// A beginning in the past.
    #[cfg(all(test, feature = "metrics"))]
    pub(super) fn ago(elapsed: Duration) -> Self {
        Self(Instant::now().checked_sub(elapsed))
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// The time after this has elapsed.
    pub(super) fn at(self, elapsed: Duration) -> Option<Instant> {
        self.0.map(|began| began + elapsed)
    }
}
