//! What a relay has done.

/// What a relay has done until it was stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayReport {
    /// Records that were acknowledged.
    pub published: u64,
    /// Rows that were parked.
    pub parked: u64,
    /// How often it became the relay that works.
    pub led: u64,
}
