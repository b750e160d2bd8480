//! What a consumer did, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Disposition;
use crate::observe::{ConsumerEvent, Observer};

/// What a consumer did until it stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Records that the handler accepted.
    pub handled: u64,
    /// Attempts after the first.
    pub retried: u64,
    /// Dead letters whose bytes do not decode.
    pub poison: u64,
    /// Dead letters that the handler refused.
    pub rejected: u64,
    /// Dead letters that failed at the last retry too.
    pub exhausted: u64,
    /// Offsets that were removed before this group had read them: by the topic's retention, or by somebody who deleted
    /// records. The markers of transactions in between count too. Skipping by `auto.offset.reset=latest` does not count.
    pub lost: u64,
}

impl Report {
    /// Dead letters of all kinds.
    pub fn dead_lettered(&self) -> u64 {
        self.poison + self.rejected + self.exhausted
    }
}

/// The counts of a running consumer.
#[derive(Debug, Default)]
pub(super) struct Counters {
    handled: AtomicU64,
    retried: AtomicU64,
    poison: AtomicU64,
    rejected: AtomicU64,
    exhausted: AtomicU64,
    lost: AtomicU64,
}

impl Observer for Counters {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        let (counter, by) = match event {
            ConsumerEvent::Handled { .. } => (&self.handled, 1),
            ConsumerEvent::Retried { .. } => (&self.retried, 1),
            ConsumerEvent::DeadLettered { reason, .. } => match reason.disposition {
                Disposition::Poison => (&self.poison, 1),
                Disposition::Rejected => (&self.rejected, 1),
                Disposition::Exhausted => (&self.exhausted, 1),
            },
            ConsumerEvent::Lost { count, .. } => (&self.lost, *count),
            _ => return,
        };
        counter.fetch_add(by, Ordering::Relaxed);
    }
}

impl Counters {
    pub(super) fn report(&self) -> Report {
        Report {
            handled: self.handled.load(Ordering::Relaxed),
            retried: self.retried.load(Ordering::Relaxed),
            poison: self.poison.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            exhausted: self.exhausted.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}
