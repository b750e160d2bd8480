//! What a session asks of its producer. Tests have producers that answer by a script.

use crate::kafka::{FailedRecords, RecordWriter, TransactionFailure};

/// The calls of one producer.
pub(crate) trait Calls: Send + Sync + 'static {
    /// Stops waiting when it `is_wanted` no more.
    fn init(&self, is_wanted: &dyn Fn() -> bool) -> Result<(), TransactionFailure>;
    fn begin(&self) -> Result<(), TransactionFailure>;
    fn commit(&self) -> Result<(), TransactionFailure>;
    /// Whether an abort reaches the coordinator. Waits for a record of the transaction for a moment.
    fn is_known_to_coordinator(&self) -> bool;
    fn abort(&self) -> Result<(), TransactionFailure>;
    /// Why the open transaction cannot be committed, if librdkafka has marked it as failed.
    fn failure(&self) -> Option<TransactionFailure>;
    /// The records of the transaction that were not written. They are returned once.
    fn failed_records(&self) -> FailedRecords;
    /// Whether a record of the transaction has failed by itself. It is asked for after the transaction.
    fn has_failed_record(&self) -> bool;
}

impl Calls for RecordWriter {
    fn init(&self, is_wanted: &dyn Fn() -> bool) -> Result<(), TransactionFailure> {
        self.init_transactions(is_wanted)
    }

    fn begin(&self) -> Result<(), TransactionFailure> {
        self.begin_transaction()
    }

    fn commit(&self) -> Result<(), TransactionFailure> {
        self.commit_transaction()
    }

    fn is_known_to_coordinator(&self) -> bool {
        Self::is_known_to_coordinator(self)
    }

    fn abort(&self) -> Result<(), TransactionFailure> {
        self.abort_transaction()
    }

    fn failure(&self) -> Option<TransactionFailure> {
        self.failed_transaction()
    }

    fn failed_records(&self) -> FailedRecords {
        self.take_failed_records()
    }

    fn has_failed_record(&self) -> bool {
        Self::has_failed_record(self)
    }
}
