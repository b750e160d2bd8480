//! The counts of a consumer's run.

/// What a consumer did in one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Records that the handler accepted.
    pub handled: u64,
    /// Retries: attempts after the first one of a record.
    pub retried: u64,
    /// Records that were committed without being handled: those that the handler [skipped](crate::HandlerError::skip), and
    /// events of unknown kinds under [`UnknownEvents::Skip`](crate::UnknownEvents::Skip).
    pub skipped: u64,
    /// Dead letters because the bytes do not decode.
    pub poison: u64,
    /// Dead letters because this build does not know the kind of the event: see
    /// [`UnknownEvents`](crate::UnknownEvents).
    pub unknown: u64,
    /// Dead letters because the handler rejected the event.
    pub rejected: u64,
    /// Dead letters because the handler failed at the last retry too.
    pub exhausted: u64,
    /// Offsets that were removed before this group read them, by the topic's retention or by a deletion of records. Markers
    /// of transactions among them count too. Records that `auto.offset.reset=latest` skips do not count.
    pub lost: u64,
}

impl Report {
    /// Dead letters of all kinds.
    pub fn dead_lettered(&self) -> u64 {
        self.poison + self.unknown + self.rejected + self.exhausted
    }
}
