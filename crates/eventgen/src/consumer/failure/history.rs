//! The past of a record that has failed.

/// What has happened to a record before it came from a retry topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// How often the handler was called with it.
    pub(crate) attempts: u32,
    /// How many delays are behind it.
    pub(crate) delays: usize,
    /// When the handler failed first, in milliseconds since the Unix epoch.
    pub(crate) first_failure: Option<i64>,
}

impl History {
    /// The history after the handler has failed at `now`, and a delay begins.
    pub(crate) fn failed(self, attempts: u32, now: i64) -> Self {
        Self { attempts, delays: self.delays + 1, first_failure: self.first_failure.or(Some(now)) }
    }
}
