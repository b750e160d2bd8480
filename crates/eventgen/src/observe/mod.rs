//! What happens in a consumer, for whoever wants to know: logs, counters, metrics.
//!
//! A consumer calls its observers at each joint. The log ([`tracing`]) and the counts of the
//! [`Report`] are such observers; [`Consumer::observe`](crate::Consumer::observe) adds others.

mod log;

use std::time::Duration;

pub(crate) use log::Log;

use crate::dead_letter::Reason;
use crate::{Delivery, Error, Report};

/// Observes consumers.
///
/// Events arrive on the consumer's own threads and tasks, so an observer must return quickly and must not block. One
/// observer may be given to several consumers.
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
    /// Something happened in a consumer of this group.
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>);

    /// Called about once a second while a consumer runs, for observers that summarise.
    fn on_tick(&self) {}
}

/// What happened in a consumer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ConsumerEvent<'a> {
    /// The handler accepted a record.
    #[non_exhaustive]
    Handled {
        /// The record.
        delivery: &'a Delivery,
    },
    /// The handler failed and will be called again.
    #[non_exhaustive]
    Retried {
        /// The record, with the attempt that failed.
        delivery: &'a Delivery,
        /// The pause before the next attempt.
        after: Duration,
        /// The handler's error with its causes, or the message of its panic.
        cause: &'a str,
    },
    /// A record was written to the dead-letter topic and acknowledged.
    #[non_exhaustive]
    DeadLettered {
        /// The record.
        delivery: &'a Delivery,
        /// How often the handler was given it: 0 when it does not decode.
        attempts: u32,
        /// Why.
        reason: &'a Reason,
        /// What the letter leaves out: the value of the header [`OMITTED`](crate::dead_letter::OMITTED).
        omitted: Option<&'static str>,
    },
    /// A record cannot continue for now. Later records of its key wait for it, and its partition's commits do.
    #[non_exhaustive]
    Held {
        /// The record.
        delivery: &'a Delivery,
        /// The pause before the next attempt.
        after: Duration,
        /// Why.
        cause: &'a str,
    },
    /// Records were removed from a partition before the group had read them.
    #[non_exhaustive]
    Lost {
        /// The topic.
        topic: &'a str,
        /// The partition.
        partition: i32,
        /// The offset that the group was to read next.
        from: i64,
        /// How many offsets were skipped.
        count: u64,
    },
    /// Partitions were assigned to this consumer.
    #[non_exhaustive]
    Assigned {
        /// Topics and partitions.
        partitions: &'a [(&'static str, i32)],
    },
    /// Partitions were revoked from this consumer. Before that it drained and committed them, unless the group had given up
    /// on it already, or the deadline passed.
    #[non_exhaustive]
    Revoked {
        /// Topics and partitions.
        partitions: &'a [(&'static str, i32)],
    },
    /// The cluster or the client reports an error that passes by itself or that an operator has to mend.
    #[non_exhaustive]
    ClusterError {
        /// What it reports.
        cause: &'a str,
    },
    /// The Schema Registry stopped answering as it should: records with new schema ids are held.
    #[non_exhaustive]
    RegistryAway {
        /// What it answers, or why it does not.
        cause: &'a str,
    },
    /// The Schema Registry answers again.
    RegistryBack,
    /// The consumer has ended.
    #[non_exhaustive]
    Stopped {
        /// What it did.
        report: &'a Report,
        /// Why it ended, unless it was asked to.
        error: Option<&'a Error>,
    },
}
