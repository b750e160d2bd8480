//! The calls of a transactional producer. All of them block.
//!
//! librdkafka marks its errors as retriable, abortable or fatal. What has no mark counts as fatal, as its documentation asks
//! for: an application that went on after such an error has committed half of a transaction (librdkafka #3221).

use std::fmt;
use std::time::{Duration, Instant};

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer as _;
use rdkafka::util::Timeout;

use super::failed_record::Blame;
use super::not_delivered::missing_right;
use super::writer::RecordWriter;
use crate::kafka::{GroupMetadata, PartitionList};
#[cfg(eventgen_planted)]
use crate::planted;

/// The longest wait of `init_transactions`, and how often it looks whether it is still wanted. Each call continues where the
/// one before it has stopped.
const INIT: Duration = Duration::from_secs(2);
const INIT_STEP: Duration = Duration::from_millis(50);

/// How long an abort waits for the first record of its transaction, and the pause between looks.
const FIRST_RECORD: Duration = Duration::from_secs(1);
const FIRST_RECORD_PAUSE: Duration = Duration::from_millis(1);

/// What is to be done about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// The same call is made again. It continues what the earlier one has begun.
    Retriable,
    /// The transaction is aborted.
    Abortable,
    /// Another producer has the transactional id, or the coordinator has ended the transaction: this one is of no use.
    Fenced,
    /// This producer is of no use.
    Fatal,
}

/// The records of a transaction that were not written.
#[derive(Debug, Default)]
pub(crate) struct FailedRecords {
    pub(crate) count: u64,
    /// What has become of the one that is the likely cause. `None` if they were discarded with their transaction, or because of
    /// an error of their producer, so that another error is the cause.
    pub(crate) cause: Option<String>,
}

/// A call that failed.
#[derive(Debug, Clone)]
pub(crate) struct TransactionFailure {
    pub(crate) class: FailureClass,
    /// Whether the coordinator of a group refuses its offsets, because the group went on without the member.
    pub(crate) is_removal: bool,
    pub(crate) reason: String,
}

impl fmt::Display for TransactionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl RecordWriter {
    /// Ends the transactions of earlier producers with the same transactional id, and fences these. It is called until it
    /// succeeds, before anything else. Stops waiting when it `is_wanted` no more.
    pub(crate) fn init_transactions(&self, is_wanted: &dyn Fn() -> bool) -> Result<(), TransactionFailure> {
        let until = Instant::now() + INIT;
        loop {
            let began = Instant::now();
            let answer = self.producer().init_transactions(INIT_STEP);
            let is_over = began.elapsed() < INIT_STEP || Instant::now() >= until;
            match &answer {
                Err(KafkaError::Transaction(error)) if error.is_retriable() && !is_over && is_wanted() => {}
                _ => return self.checked(answer),
            }
        }
    }

    pub(crate) fn begin_transaction(&self) -> Result<(), TransactionFailure> {
        self.take_failed();
        self.acknowledgements().begin();
        self.checked(self.producer().begin_transaction())
    }

    /// Adds the offsets of a group to the transaction: they are committed with it. Takes at most the timeout of the transaction.
    pub(crate) fn send_offsets(
        &self,
        offsets: &PartitionList,
        group: &GroupMetadata,
    ) -> Result<(), TransactionFailure> {
        self.checked(self.producer().send_offsets_to_transaction(&offsets.0, &group.0, Timeout::Never))
    }

    /// Waits for the records of the transaction and commits it. It takes at most twice the timeout of the transaction: librdkafka
    /// advises against a shorter limit.
    pub(crate) fn commit_transaction(&self) -> Result<(), TransactionFailure> {
        #[cfg(eventgen_planted)]
        if planted::happens(planted::Fault::RequestLate) {
            let reason = "planted: no answer in time".to_owned();
            return Err(TransactionFailure { class: FailureClass::Retriable, is_removal: false, reason });
        }
        let answer = self.checked(self.producer().commit_transaction(Timeout::Never));
        #[cfg(eventgen_planted)]
        if answer.is_ok() && planted::happens(planted::Fault::AnswerLost) {
            let reason = "planted: the answer is lost".to_owned();
            return Err(TransactionFailure { class: FailureClass::Fatal, is_removal: false, reason });
        }
        answer
    }

    /// Waits until a record of the transaction is acknowledged, if there are any, and returns whether that has come in time.
    ///
    /// librdkafka does not send the request to abort while it waits for the answer to the one that adds the first partition: it
    /// takes the transaction for one that the coordinator does not have. That one then keeps it open, and fences the producer
    /// when the timeout is over.
    pub(crate) fn is_known_to_coordinator(&self) -> bool {
        let until = Instant::now() + FIRST_RECORD;
        while self.acknowledgements().awaits_first() {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(FIRST_RECORD_PAUSE);
        }
        true
    }

    /// Discards the records of the transaction and aborts it.
    pub(crate) fn abort_transaction(&self) -> Result<(), TransactionFailure> {
        self.checked(self.producer().abort_transaction(Timeout::Never))
    }

    /// Why the open transaction cannot be committed, if librdkafka has marked it as failed. Nothing else gives that error:
    /// a transaction is open already, so that this call begins none.
    pub(crate) fn failed_transaction(&self) -> Option<TransactionFailure> {
        match self.producer().begin_transaction() {
            Err(KafkaError::Transaction(error)) if error.code() == RDKafkaErrorCode::State => None,
            answer => self.checked(answer).err(),
        }
    }

    /// The records of the transaction that were not written, since the last call.
    pub(crate) fn take_failed_records(&self) -> FailedRecords {
        let (count, cause) = self.take_failed();
        let cause = cause.filter(|cause| cause.blame > Blame::Innocent).map(|cause| {
            match (count, cause.blame.is_refusal()) {
                (1, _) => format!("a record was not written: {cause}"),
                (_, true) => format!("{count} records were not written, and the likely cause is: {cause}"),
                (_, false) => format!("{count} records were not written, the first of them: {cause}"),
            }
        });
        FailedRecords { count, cause }
    }

    /// Whether a record of the transaction has failed by itself, and not because the transaction was aborted. librdkafka
    /// does not give its sequence number to another record, so that the broker refuses what follows on its partition.
    pub(crate) fn has_failed_record(&self) -> bool {
        self.acknowledgements().has_failed_record()
    }

    fn checked(&self, result: Result<(), KafkaError>) -> Result<(), TransactionFailure> {
        result.map_err(|error| {
            let fatal = self.producer().client().fatal_error();
            let marks = match &error {
                KafkaError::Transaction(error) => Marks {
                    code: error.code(),
                    fatal: fatal.as_ref().map(|(code, _)| *code),
                    is_fatal: error.is_fatal(),
                    is_abortable: error.txn_requires_abort(),
                    is_retriable: error.is_retriable(),
                },
                other => Marks {
                    code: other.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown),
                    fatal: fatal.as_ref().map(|(code, _)| *code),
                    is_fatal: false,
                    is_abortable: false,
                    is_retriable: false,
                },
            };
            // After a fatal error, later ones only say that there was one.
            // librdkafka writes the name of the brokers' setting wrongly.
            let text = error.to_string().replace("max.transaction.timeout.ms", "transaction.max.timeout.ms");
            let reason = match fatal {
                Some((_, cause)) if !text.contains(&cause) => format!("{text}: {cause}"),
                _ => text,
            };
            let reason = match missing_right(marks.code) {
                Some(right) => format!("{reason}; the user needs the operation {right}"),
                None => reason,
            };
            let is_removal = matches!(
                marks.code,
                RDKafkaErrorCode::IllegalGeneration
                    | RDKafkaErrorCode::UnknownMemberId
                    | RDKafkaErrorCode::FencedInstanceId
                    | RDKafkaErrorCode::FencedMemberEpoch
                    | RDKafkaErrorCode::StaleMemberEpoch
            );
            let reason = if is_removal {
                format!("the group went on without this member, after a rebalance or because it was silent for too long: {reason}")
            } else {
                reason
            };
            TransactionFailure { class: classify(marks), is_removal, reason }
        })
    }
}

/// How librdkafka marks an error.
#[derive(Debug, Clone, Copy)]
struct Marks {
    code: RDKafkaErrorCode,
    /// The error after which the producer is of no use, if there was one.
    fatal: Option<RDKafkaErrorCode>,
    is_fatal: bool,
    is_abortable: bool,
    is_retriable: bool,
}

fn classify(marks: Marks) -> FailureClass {
    let is_fencing = |code| {
        matches!(
            code,
            RDKafkaErrorCode::Fenced
                | RDKafkaErrorCode::ProducerFenced
                | RDKafkaErrorCode::InvalidProducerEpoch
        )
    };
    if marks.is_fatal || marks.fatal.is_some() {
        let is_fenced = is_fencing(marks.code) || marks.fatal.is_some_and(is_fencing);
        return if is_fenced { FailureClass::Fenced } else { FailureClass::Fatal };
    }
    if marks.is_abortable {
        return FailureClass::Abortable;
    }
    if marks.is_retriable { FailureClass::Retriable } else { FailureClass::Fatal }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Marks = Marks {
        code: RDKafkaErrorCode::OperationTimedOut,
        fatal: None,
        is_fatal: false,
        is_abortable: false,
        is_retriable: false,
    };

    #[test]
    fn an_error_without_a_mark_is_fatal() {
        assert_eq!(classify(NONE), FailureClass::Fatal);
        assert_eq!(classify(Marks { is_retriable: true, ..NONE }), FailureClass::Retriable);
        assert_eq!(classify(Marks { is_abortable: true, ..NONE }), FailureClass::Abortable);
        assert_eq!(classify(Marks { is_fatal: true, ..NONE }), FailureClass::Fatal);
    }

    #[test]
    fn the_severest_mark_counts() {
        let marks = Marks { is_abortable: true, is_retriable: true, ..NONE };
        assert_eq!(classify(marks), FailureClass::Abortable);
        assert_eq!(classify(Marks { is_fatal: true, ..marks }), FailureClass::Fatal);
        assert_eq!(classify(Marks { fatal: Some(RDKafkaErrorCode::Fatal), ..marks }), FailureClass::Fatal);
    }

    #[test]
    fn fencing_is_told_from_other_fatal_errors() {
        let fenced = Marks { is_fatal: true, code: RDKafkaErrorCode::Fenced, ..NONE };
        assert_eq!(classify(fenced), FailureClass::Fenced);
        // A later call only says that the producer is of no use.
        let later = Marks { fatal: Some(RDKafkaErrorCode::Fenced), code: RDKafkaErrorCode::Fatal, ..NONE };
        assert_eq!(classify(later), FailureClass::Fenced);
        let old_epoch = Marks { code: RDKafkaErrorCode::InvalidProducerEpoch, is_abortable: true, ..NONE };
        assert_eq!(classify(old_epoch), FailureClass::Abortable, "it is not fatal: the epoch is raised");
    }
}
