//! The protocols of consumer groups.

/// The protocol of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Members assign partitions and choose their session timeout.
    Classic,
    /// The broker assigns partitions (KIP-848). `cargo xtask` gives it the same timeouts.
    Consumer,
}

impl Protocol {
    /// The value of `group.protocol`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Consumer => "consumer",
        }
    }

    pub(crate) fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Classic => &["session.timeout.ms=6000", "heartbeat.interval.ms=1000"],
            Self::Consumer => &["group.protocol=consumer"],
        }
    }
}
