//! The settings of a relay.

use std::time::Duration;

/// What becomes of a published row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Retention {
    /// It is deleted once its record is acknowledged.
    #[default]
    Delete,
    /// It is marked with the time, and deleted after this time.
    Keep(Duration),
}

/// The settings of a relay, but for those of its producer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    /// The most rows that are read together.
    pub(super) batch: usize,
    /// The most rows that are read and not published yet.
    pub(super) window: usize,
    /// How often the table is read if nobody notifies.
    pub(super) poll: Duration,
    pub(super) retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self { batch: 5_000, window: 20_000, poll: Duration::from_secs(1), retention: Retention::Delete }
    }
}
