//! The counts of a consumer's run.

/// What a consumer did until it stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Records that the handler accepted.
    pub handled: u64,
    /// Attempts after the first.
    pub retried: u64,
    /// Dead letters whose bytes do not decode.
    pub poison: u64,
    /// Dead letters that the handler refused.
    pub rejected: u64,
    /// Dead letters that failed at the last retry too.
    pub exhausted: u64,
    /// Offsets that were removed before this group had read them: by the topic's retention, or by somebody who deleted
    /// records. The markers of transactions in between count too. Skipping by `auto.offset.reset=latest` does not count.
    pub lost: u64,
}

impl Report {
    /// Dead letters of all kinds.
    pub fn dead_lettered(&self) -> u64 {
        self.poison + self.rejected + self.exhausted
    }
}
