//! A producer of any bytes: the untyped half of [`Producer`](crate::Producer), which dead letters use too.

mod acknowledgements;
mod not_delivered;
mod settings;
mod writer;

pub(crate) use not_delivered::NotDelivered;
pub(crate) use writer::{OutgoingRecord, RecordWriter};

/// Where an acknowledged record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Receipt {
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
}
