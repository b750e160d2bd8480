//! Counts what a consumer does, as one of its observers.

use std::sync::atomic::{AtomicU64, Ordering};

use super::dead_letter::Disposition;
use super::report::Report;
use crate::observe::{ConsumerEvent, Observer};

/// The counts of a running consumer.
#[derive(Debug, Default)]
pub(super) struct Counters {
    handled: AtomicU64,
    retried: AtomicU64,
    skipped: AtomicU64,
    poison: AtomicU64,
    unknown: AtomicU64,
    rejected: AtomicU64,
    exhausted: AtomicU64,
    lost: AtomicU64,
}

impl Observer for Counters {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        let (counter, by) = match event {
            ConsumerEvent::Handled { .. } => (&self.handled, 1),
            ConsumerEvent::Retried { .. } => (&self.retried, 1),
            ConsumerEvent::Skipped { .. } => (&self.skipped, 1),
            ConsumerEvent::DeadLettered { reason, .. } => match reason.disposition {
                Disposition::Poison => (&self.poison, 1),
                Disposition::Unknown => (&self.unknown, 1),
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
            skipped: self.skipped.load(Ordering::Relaxed),
            poison: self.poison.load(Ordering::Relaxed),
            unknown: self.unknown.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            exhausted: self.exhausted.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}
