//! How a transaction ends without a commit.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::asked::{Kind, Unwritten};
use super::session::{NotBegun, NotCommitted};
use crate::Error;

/// Why a transaction was not committed. `E` is the error of its work.
///
/// | variant | what readers with `isolation.level=read_committed` see of it | calling it again |
/// |---|---|---|
/// | [`Work`](Self::Work), [`Aborted`](Self::Aborted), [`TimedOut`](Self::TimedOut), [`NotBegun`](Self::NotBegun) | nothing | writes its records once |
/// | [`NotWritten`](Self::NotWritten) | nothing | fails in the same way until the failure of the record is remedied |
/// | [`Nested`](Self::Nested) | nothing | fails in the same way, unless it is after the work that it was called in |
/// | [`Fenced`](Self::Fenced) | nothing | fails in the same way |
/// | [`Unresolved`](Self::Unresolved) | all of it or nothing | may write its records a second time |
#[derive(Debug)]
#[non_exhaustive]
pub enum TransactionError<E> {
    /// The work returned an error, and the transaction was aborted.
    Work(E),
    /// A record that the work asked for was not added to the transaction, which was aborted, whatever the work returned.
    #[non_exhaustive]
    NotWritten {
        /// The transactional id in the cluster.
        transactional_id: String,
        /// Why the first such record was not added.
        failure: Error,
        /// How many records were not added.
        count: u64,
        /// The error of the work, if it has returned one.
        work: Option<E>,
    },
    /// The transaction could not begin: its coordinator did not answer, or refused it.
    NotBegun(Error),
    /// The transaction was to begin in the work of another one of the same producer, which would wait for it in turn.
    #[non_exhaustive]
    Nested {
        /// The transactional id in the cluster.
        transactional_id: String,
    },
    /// The transaction was aborted: the cluster did not accept a record, the coordinator refused it, or had ended it after its
    /// timeout, because the cluster did not answer or this process stood still for that long.
    #[non_exhaustive]
    Aborted {
        /// The transactional id in the cluster.
        transactional_id: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// The work took too long, was cancelled, and the transaction was aborted.
    #[non_exhaustive]
    TimedOut {
        /// The transactional id in the cluster.
        transactional_id: String,
        /// How long the work may take.
        limit: Duration,
        /// How many other transactions of the producer waited for the end of this one. If the work waits for one of them, they
        /// wait for each other.
        waiting: usize,
    },
    /// Another producer has been connected with the same transactional id. The transaction was not committed, and this
    /// producer begins no other one. Connecting a new producer would take the id back, and fence the other producer.
    #[non_exhaustive]
    Fenced {
        /// The transactional id in the cluster.
        transactional_id: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// The commit was sent, and nobody knows whether the coordinator has received it. The transaction is committed as a whole
    /// or aborted as a whole: that is decided before the next transaction of this producer begins.
    #[non_exhaustive]
    Unresolved {
        /// The transactional id in the cluster.
        transactional_id: String,
        /// What librdkafka reports.
        reason: String,
    },
}

// Not derived: `thiserror` would put a trait of its own into the bounds of `E`.
impl<E: fmt::Display> fmt::Display for TransactionError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Work(error) => write!(f, "the work of a transaction failed: {error}"),
            Self::NotWritten { transactional_id, failure, count, work } => {
                write!(f, "a transaction of `{transactional_id}` was aborted, because ")?;
                if *count > 1 {
                    write!(f, "{count} records of it were not written, the first of them: {failure}")?;
                } else {
                    write!(f, "a record of it was not written: {failure}")?;
                }
                let failure = failure.to_string();
                match work.as_ref().map(ToString::to_string) {
                    Some(work) if !work.contains(&failure) => write!(f, "; its work returned: {work}"),
                    _ => Ok(()),
                }
            }
            Self::NotBegun(error) => write!(f, "a transaction could not begin: {error}"),
            Self::Nested { transactional_id } => write!(
                f,
                "a transaction of `{transactional_id}` cannot begin in the work of another one of the same producer: send with \
                 the `Transaction` that the work is called with, or connect a second producer with an id of its own"
            ),
            Self::Aborted { transactional_id, reason } => {
                write!(f, "a transaction of `{transactional_id}` was aborted: {reason}")
            }
            Self::TimedOut { transactional_id, limit, waiting } => {
                write!(
                    f,
                    "the work of a transaction of `{transactional_id}` took longer than {} s, three quarters of its \
                     timeout: send less in one transaction, or raise `transaction_timeout`",
                    limit.as_secs_f32()
                )?;
                match waiting {
                    0 => return Ok(()),
                    1 => f.write_str("; another transaction of this producer waits for its end")?,
                    waiting => write!(f, "; {waiting} other transactions of this producer wait for its end")?,
                }
                f.write_str(
                    ": if the work waits for it, such as for a task that it has spawned, send with the `Transaction` that the \
                     work is called with, or connect a second producer with an id of its own",
                )
            }
            Self::Fenced { transactional_id, reason } => write!(
                f,
                "the producer of `{transactional_id}` was fenced, because another one has been connected with its \
                 id: {reason}; give each instance an id of its own"
            ),
            Self::Unresolved { transactional_id, reason } => write!(
                f,
                "a transaction of `{transactional_id}` was committed or aborted, and it is not known which: \
                 {reason}; sending its records again may write them twice"
            ),
        }
    }
}

impl<E: StdError + 'static> StdError for TransactionError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Work(error) => Some(error),
            Self::NotBegun(error) | Self::NotWritten { failure: error, .. } => Some(error),
            _ => None,
        }
    }
}

impl<E> TransactionError<E> {
    pub(super) fn not_begun(transactional_id: &str, why: NotBegun) -> Self {
        match why {
            NotBegun::Fenced(reason) => {
                Self::Fenced { transactional_id: transactional_id.to_owned(), reason }
            }
            NotBegun::Failed(error) => Self::NotBegun(error),
        }
    }

    /// Records were not added. `why` says why the transaction could not have been committed anyway.
    pub(super) fn not_written(
        transactional_id: &str,
        unwritten: Unwritten,
        work: Option<E>,
        why: Option<NotCommitted>,
    ) -> Self {
        let Unwritten { first: failure, kind, count } = unwritten;
        match why {
            Some(why) if kind == Kind::Effect || matches!(why, NotCommitted::Fenced(_)) => {
                Self::not_committed(transactional_id, why)
            }
            _ => {
                let transactional_id = transactional_id.to_owned();
                Self::NotWritten { transactional_id, failure, count, work }
            }
        }
    }

    pub(super) fn not_committed(transactional_id: &str, why: NotCommitted) -> Self {
        let transactional_id = transactional_id.to_owned();
        match why {
            NotCommitted::Aborted(reason) => Self::Aborted { transactional_id, reason },
            NotCommitted::Fenced(reason) => Self::Fenced { transactional_id, reason },
            NotCommitted::Unresolved(reason) => Self::Unresolved { transactional_id, reason },
        }
    }
}
