//! When something that is measured began.

use std::time::{Duration, Instant};

use super::instruments::ENABLED;

/// The beginning of what is measured; nothing if no feature for metrics is on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began(Option<Instant>);

impl Began {
    pub(crate) fn now() -> Self {
        Self(ENABLED.then(Instant::now))
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// The time after this has elapsed.
    pub(super) fn at(self, elapsed: Duration) -> Option<Instant> {
        self.0.map(|began| began + elapsed)
    }
}
