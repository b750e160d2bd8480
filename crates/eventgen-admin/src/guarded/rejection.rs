//! What a cluster would refuse.

use std::fmt;

/// A step that the cluster would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The topic.
    pub topic: String,
    /// The change.
    pub change: String,
    /// The cluster's reason.
    pub reason: String,
    /// Whether the reason is that the topic exists.
    pub(crate) exists: bool,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.topic, self.change, self.reason)
    }
}
