//! The order of the records of a topic.

/// Which records of a topic keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ordering {
    /// Records of one key.
    #[default]
    Key,
    /// None.
    None,
    /// All of them: one partition.
    Total,
}
