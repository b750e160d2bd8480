//! What observers of consumers are told.

use std::time::Duration;

use crate::dead_letter::Reason;
use crate::{Delivery, Error, Report};

/// Observes consumers.
///
/// The methods are called on the consumer's own threads and tasks, so they must return quickly and must not block. One
/// observer may observe several consumers.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use eventgen::observe::{ConsumerEvent, Observer};
///
/// #[derive(Default)]
/// struct Retries(AtomicU64);
///
/// impl Observer for Retries {
///     fn on_consumer_event(&self, _group: &str, event: &ConsumerEvent<'_>) {
///         if let ConsumerEvent::Retried { .. } = event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Called for each event of a consumer in this group.
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>);

    /// Called about once a second while a consumer runs, for observers that write summaries.
    fn on_tick(&self) {}
}

/// An event in a consumer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ConsumerEvent<'a> {
    /// The handler accepted a record.
    #[non_exhaustive]
    Handled {
        /// The record.
        delivery: &'a Delivery,
    },
    /// The handler failed and is called again after a pause.
    #[non_exhaustive]
    Retried {
        /// The record, with the attempt that failed.
        delivery: &'a Delivery,
        /// The pause before the next attempt.
        after: Duration,
        /// The error of the handler with its causes, or the message of its panic.
        cause: &'a str,
    },
    /// A record was skipped: it is done without having been handled, and is committed.
    #[non_exhaustive]
    Skipped {
        /// The record.
        delivery: &'a Delivery,
        /// How often the handler was called with the event: 0 if this build does not know its kind.
        attempts: u32,
        /// The error of the handler with its causes, or the kind of the event.
        cause: &'a str,
    },
    /// A record was written to the dead-letter topic and acknowledged.
    #[non_exhaustive]
    DeadLettered {
        /// The record.
        delivery: &'a Delivery,
        /// How often the handler was called with the event: 0 if the record does not decode or its kind is unknown.
        attempts: u32,
        /// Why the record is a dead letter.
        reason: &'a Reason,
        /// The parts that the letter omits: the value of the header [`OMITTED`](crate::dead_letter::OMITTED).
        omitted: Option<&'static str>,
    },
    /// A record is held because it cannot be handled yet. Later records of its key and the commits of its partition wait for
    /// it.
    #[non_exhaustive]
    Held {
        /// The record.
        delivery: &'a Delivery,
        /// The pause before the next attempt; `None` if the record is held until its partition is revoked, or if its dead letter or
        /// its record in a retry topic is written and not acknowledged yet.
        after: Option<Duration>,
        /// Why the record is held.
        cause: &'a str,
    },
    /// The [breaker](crate::Breaker) of a partition opened: records of it that do not decode wait from now on. If the
    /// partition is revoked, its breaker is gone without another event.
    #[non_exhaustive]
    BreakerOpened {
        /// The record that does not decode and opened it.
        delivery: &'a Delivery,
        /// How many of the records in the window do not decode.
        poison: u64,
        /// The window, in records.
        window: u64,
        /// Why the record does not decode.
        cause: &'a str,
    },
    /// The breaker of a partition closed: the records that waited become dead letters.
    #[non_exhaustive]
    BreakerClosed {
        /// The topic.
        topic: &'a str,
        /// The partition.
        partition: i32,
    },
    /// Records were removed from a partition before the group read them.
    #[non_exhaustive]
    Lost {
        /// The topic.
        topic: &'a str,
        /// The partition.
        partition: i32,
        /// The offset that the group was to read next.
        from: i64,
        /// The number of offsets that were skipped.
        count: u64,
    },
    /// Partitions were assigned to this consumer.
    #[non_exhaustive]
    Assigned {
        /// Topics and partitions.
        partitions: &'a [(&'static str, i32)],
    },
    /// Partitions were revoked from this consumer. They were drained and committed before, unless the group had already
    /// removed this consumer or the drain deadline passed.
    #[non_exhaustive]
    Revoked {
        /// Topics and partitions.
        partitions: &'a [(&'static str, i32)],
    },
    /// The cluster or the client reported an error that does not stop the consumer: it is temporary, or an operator has to
    /// resolve it.
    #[non_exhaustive]
    ClusterError {
        /// The topic and the partition, if it is about one.
        at: Option<(&'a str, i32)>,
        /// The error.
        cause: &'a str,
    },
    /// A commit was refused or not answered. It is repeated, unless its partitions have left this consumer meanwhile.
    #[non_exhaustive]
    CommitFailed {
        /// Topics, partitions, and the offsets that were to be committed.
        positions: &'a [(&'static str, i32, i64)],
        /// What the coordinator or the client reports.
        cause: &'a str,
    },
    /// The Schema Registry does not answer, or answers with an error. Records with new schema ids are held.
    #[non_exhaustive]
    RegistryAway {
        /// The error.
        cause: &'a str,
    },
    /// The Schema Registry answers again.
    RegistryBack,
    /// The run of the consumer has ended.
    #[non_exhaustive]
    Stopped {
        /// The counts of the run.
        report: &'a Report,
        /// Why the run ended; `None` after a shutdown.
        error: Option<&'a Error>,
    },
}
