//! The index of delayed key queues, by what each waits for.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Instant;

use crate::consumer::record::QueueId;

/// What a delayed queue waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// A point in time.
    Due(Instant),
    /// A signal.
    Raised(SignalId),
}

/// Names a signal of one scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SignalId(u64);

/// All delayed queues of a consumer. Each waits for one thing.
#[derive(Debug, Default)]
pub(super) struct DelayIndex {
    timers: BTreeSet<(Instant, QueueId)>,
    /// By open signal, which is one that has not been raised yet.
    signals: HashMap<SignalId, HashSet<QueueId>>,
    opened: u64,
}

impl DelayIndex {
    /// Opens a signal, which queues can wait for until it is [raised](Self::take_raised).
    pub(super) fn open_signal(&mut self) -> SignalId {
        self.opened += 1;
        let id = SignalId(self.opened);
        self.signals.insert(id, HashSet::new());
        id
    }

    /// Adds a queue. Returns `false` if there is nothing to wait for: the signal has been raised already.
    #[must_use]
    pub(super) fn insert(&mut self, queue: QueueId, wait: Wait) -> bool {
        match wait {
            Wait::Due(due) => {
                self.timers.insert((due, queue));
                true
            }
            Wait::Raised(signal) => match self.signals.get_mut(&signal) {
                Some(queues) => queues.insert(queue),
                None => false,
            },
        }
    }

    /// Removes a queue that waits for this.
    pub(super) fn remove(&mut self, queue: QueueId, wait: Wait) {
        match wait {
            Wait::Due(due) => {
                self.timers.remove(&(due, queue));
            }
            Wait::Raised(signal) => {
                if let Some(queues) = self.signals.get_mut(&signal) {
                    queues.remove(&queue);
                }
            }
        }
    }

    /// When the first queue is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// Removes the queue that was due first, if it is due by now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<QueueId> {
        let first = self.timers.first().copied().filter(|(due, _)| *due <= now)?;
        self.timers.remove(&first);
        Some(first.1)
    }

    /// Raises a signal. Removes the queues that wait for it.
    pub(super) fn take_raised(&mut self, signal: SignalId) -> HashSet<QueueId> {
        self.signals.remove(&signal).unwrap_or_default()
    }

    /// How many queues wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.timers.len() + self.signals.values().map(HashSet::len).sum::<usize>()
    }
}
