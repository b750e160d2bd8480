//! Where a group starts that has not committed an offset, and where an operator may send it.

use chrono::{DateTime, Utc};

/// Where a group starts with a partition of which it has not committed an offset. Partitions with a committed offset are not
/// affected.
///
/// The position is found once and committed before the first record is handled, so that a restart does not move it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartFrom {
    /// With the oldest record, so that none is skipped.
    #[default]
    Beginning,
    /// Behind the newest record at the time of the first assignment. Records that arrive later are handled, also if the
    /// consumer stops before it has handled any.
    Now,
    /// With the first record whose timestamp is this time or later; behind the newest record if there is none.
    Time(DateTime<Utc>),
}

/// A position in a partition that is still to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Offset(i64),
    Time(DateTime<Utc>),
    End,
}

impl StartFrom {
    /// The position to find; `None` if the client finds it by itself.
    pub(crate) fn target(self) -> Option<Target> {
        match self {
            Self::Beginning => None,
            Self::Now => Some(Target::End),
            Self::Time(time) => Some(Target::Time(time)),
        }
    }
}
