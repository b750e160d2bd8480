//! The partitions that cannot go on. Touched only where something fails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Hold, HoldReason};
use crate::consumer::topics::TopicPartition;

/// What is held, and why.
#[derive(Debug, Default)]
pub(crate) struct Holds(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<(TopicPartition, HoldReason), Entry>,
    /// Why the registry does not answer. Records that wait for one that answers are not held.
    registry_away: Option<String>,
}

#[derive(Debug)]
struct Entry {
    /// How many records are held for this reason.
    count: usize,
    since: Instant,
    cause: String,
}

/// Holds a partition until it is dropped.
#[derive(Debug)]
pub(crate) struct HoldGuard {
    holds: Arc<Holds>,
    key: (TopicPartition, HoldReason),
}

impl Holds {
    /// Holds a partition.
    pub(crate) fn hold(
        self: &Arc<Self>,
        at: TopicPartition,
        reason: HoldReason,
        cause: impl Into<String>,
    ) -> HoldGuard {
        let cause = cause.into();
        let key = (at, reason);
        let mut state = self.state();
        let entry = state.entries.entry(key).or_insert_with(|| Entry {
            count: 0,
            since: Instant::now(),
            cause: String::new(),
        });
        entry.count += 1;
        entry.cause = cause;
        HoldGuard { holds: Arc::clone(self), key }
    }

    /// The registry stops answering for a cause, or answers again.
    pub(super) fn registry_is_away(&self, cause: Option<&str>) {
        self.state().registry_away = cause.map(str::to_owned);
    }

    /// Whether any partition is held.
    pub(super) fn any(&self) -> bool {
        let state = self.state();
        state.entries.keys().any(|(_, reason)| state.counts(*reason))
    }

    /// Why a partition is held.
    pub(super) fn of(&self, at: TopicPartition) -> Option<Hold> {
        let state = self.state();
        let of_partition =
            |(key, _): &(&(TopicPartition, HoldReason), &Entry)| key.0 == at && state.counts(key.1);
        state.entries.iter().find(of_partition).map(|(&(_, reason), entry)| Hold {
            reason,
            since: entry.since.elapsed(),
            cause: match (&state.registry_away, reason) {
                (Some(cause), HoldReason::Registry) => cause.clone(),
                _ => entry.cause.clone(),
            },
        })
    }

    /// All reasons for which a partition is held.
    pub(crate) fn reasons(&self, at: TopicPartition) -> Vec<HoldReason> {
        let state = self.state();
        let of_partition = state.entries.keys().filter(|(of, reason)| *of == at && state.counts(*reason));
        of_partition.map(|(_, reason)| *reason).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn counts(&self, reason: HoldReason) -> bool {
        reason != HoldReason::Registry || self.registry_away.is_some()
    }
}

impl HoldGuard {
    /// Replaces the cause.
    pub(crate) fn set_cause(&self, cause: &str) {
        if let Some(entry) = self.holds.state().entries.get_mut(&self.key) {
            cause.clone_into(&mut entry.cause);
        }
    }
}

impl Drop for HoldGuard {
    fn drop(&mut self) {
        let mut state = self.holds.state();
        if let Some(entry) = state.entries.get_mut(&self.key) {
            entry.count -= 1;
            if entry.count == 0 {
                state.entries.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: TopicPartition = TopicPartition { topic: 0, partition: 3 };

    #[test]
    fn a_partition_is_held_until_the_last_record_goes_on() {
        let holds = Arc::new(Holds::default());
        let first = holds.hold(AT, HoldReason::DeadLetterTopic, "first");
        let second = holds.hold(AT, HoldReason::DeadLetterTopic, "second");
        drop(first);
        assert_eq!(
            holds.of(AT).map(|hold| (hold.reason, hold.cause)),
            Some((HoldReason::DeadLetterTopic, "second".to_owned()))
        );
        second.set_cause("third");
        assert_eq!(holds.of(AT).expect("held").cause, "third");
        drop(second);
        assert!(!holds.any() && holds.of(AT).is_none());
    }

    #[test]
    fn a_registry_that_answers_holds_nothing() {
        let holds = Arc::new(Holds::default());
        let _waits = holds.hold(AT, HoldReason::Registry, "a schema is looked up");
        assert!(!holds.any());
        holds.registry_is_away(Some("connection refused"));
        assert!(holds.any());
        assert_eq!(holds.of(AT).expect("held").cause, "connection refused");
        holds.registry_is_away(None);
        assert!(holds.of(AT).is_none());
    }
}
