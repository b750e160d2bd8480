//! A producer of records of any bytes, which [`Producer`](crate::Producer) and dead letters share.

mod acknowledgements;
mod failed_record;
mod flushes;
mod not_delivered;
mod refusals;
mod settings;
mod settled;
mod size;
mod transactions;
mod writer;

pub(crate) use acknowledgements::Sending;
pub use failed_record::FailedRecord;
pub(crate) use not_delivered::{NotDelivered, WRITE_ON_TOPIC};
pub(crate) use settings::TRANSACTIONAL_ID;
pub(crate) use settled::Settled;
pub(crate) use size::record_size;
pub(crate) use transactions::{FailedRecords, FailureClass, TransactionFailure};
pub(crate) use writer::{OutgoingRecord, RecordWriter};

/// The position of an acknowledged record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Receipt {
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
}
