//! Whom a difference breaks.

use super::Incompatibility;

/// Which of two versions reads the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// The new version reads what the old one wrote: what BACKWARD levels ask for.
    Backward,
    /// The old version reads what the new one writes: what FORWARD levels ask for.
    Forward,
    /// Neither: JSON or code changes.
    Source,
}

impl Direction {
    /// Whom a difference in this direction breaks.
    pub const fn breaks(self) -> &'static str {
        match self {
            Self::Backward => "new readers of records that are already written, and replays",
            Self::Forward => "old readers, until they have the new schema",
            Self::Source => "JSON of the events, or code that is written for the old schema",
        }
    }

    /// The parts of the new and of the old schema that a difference is about.
    pub(crate) fn new_and_old(self, found: &Incompatibility) -> (&super::Element, &super::Element) {
        match self {
            Self::Backward | Self::Source => (&found.reader, &found.writer),
            Self::Forward => (&found.writer, &found.reader),
        }
    }
}
