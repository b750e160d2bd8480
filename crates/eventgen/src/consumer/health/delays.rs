//! The records that wait for their next attempt. Touched only where something fails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::consumer::topics::TopicPartition;

/// How many records of each partition wait.
#[derive(Debug, Default)]
pub(crate) struct Delays(Mutex<BTreeMap<TopicPartition, usize>>);

/// A record that waits until this is dropped.
#[derive(Debug)]
pub(crate) struct DelayGuard {
    delays: Arc<Delays>,
    at: TopicPartition,
}

impl Delays {
    /// A record begins to wait.
    pub(crate) fn begin(self: &Arc<Self>, at: TopicPartition) -> DelayGuard {
        *self.counts().entry(at).or_default() += 1;
        DelayGuard { delays: Arc::clone(self), at }
    }

    /// How many records of a partition wait.
    pub(crate) fn of(&self, at: TopicPartition) -> usize {
        self.counts().get(&at).copied().unwrap_or_default()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<TopicPartition, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for DelayGuard {
    fn drop(&mut self) {
        let mut counts = self.delays.counts();
        if let Some(count) = counts.get_mut(&self.at) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_waits_until_its_guard_is_dropped() {
        let (delays, at) = (Arc::new(Delays::default()), TopicPartition { topic: 0, partition: 3 });
        let (first, second) = (delays.begin(at), delays.begin(at));
        assert_eq!(delays.of(at), 2);
        drop((first, second));
        assert_eq!(delays.of(at), 0);
    }
}
