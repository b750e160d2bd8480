//! How large records may be. A record that its topic refuses would fail the transaction of many others, so that its size is
//! checked before.

/// The setting of a topic that limits the size of a batch of records, which may have one record only.
const LARGEST: &str = "max.message.bytes";
/// The sizes that a producer accepts, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most for a topic whose contract does not say how large its records may be.
    pub(crate) unstated: usize,
    /// The most for any topic.
    pub(crate) largest: usize,
}

impl Limits {
    /// The limit of a topic whose contract states this one.
    pub(crate) fn of(self, stated: Option<usize>) -> usize {
        stated.unwrap_or(self.unstated).min(self.largest)
    }
}

/// The most bytes that a record may take by the configuration of its topic, if that states it.
pub(crate) fn largest_record(config: &[(&str, &str)]) -> Option<usize> {
    config.iter().find(|(name, _)| *name == LARGEST).and_then(|(_, bytes)| bytes.parse().ok())
}
