//! Tells a flush which records were handed over before it.
//!
//! Records belong to generations. A flush ends the current generation and waits until no record of this one or an earlier
//! one is outstanding, whatever else is sent meanwhile. Counting takes one atomic operation per record and no lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How many generations have a counter. A flush waits for a free one, so that as many flushes run side by side.
const KEPT: usize = 64;

/// The outstanding records, by generation.
#[derive(Debug)]
pub(super) struct Generations {
    current: AtomicUsize,
    /// By generation, modulo [`KEPT`].
    outstanding: [AtomicU64; KEPT],
}

/// A generation of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation(usize);

impl Default for Generations {
    fn default() -> Self {
        Self { current: AtomicUsize::new(0), outstanding: [const { AtomicU64::new(0) }; KEPT] }
    }
}

impl Generations {
    /// Adds a record to the current generation.
    pub(super) fn enter(&self) -> Generation {
        let generation = self.current.load(Ordering::Acquire);
        self.counter(generation).fetch_add(1, Ordering::AcqRel);
        Generation(generation)
    }

    /// A record is no longer outstanding.
    pub(super) fn leave(&self, generation: Generation) {
        self.counter(generation.0).fetch_sub(1, Ordering::AcqRel);
    }

    /// Ends the current generation. `None` if the next one has no counter yet, because records of the generation that had
    /// it before are outstanding.
    pub(super) fn end(&self) -> Option<Generation> {
        let current = self.current.load(Ordering::Acquire);
        if self.counter(current + 1).load(Ordering::Acquire) > 0 {
            return None;
        }
        // If another flush has ended it in the meantime, all records of this generation were handed over too.
        let _ = self.current.compare_exchange(current, current + 1, Ordering::AcqRel, Ordering::Acquire);
        Some(Generation(current))
    }

    /// Whether no record of this generation or an earlier one is outstanding.
    pub(super) fn is_over(&self, generation: Generation) -> bool {
        let oldest = self.current.load(Ordering::Acquire).saturating_sub(KEPT - 1);
        // The counter of a generation before `oldest` was free when a later one took it over.
        (oldest..=generation.0).all(|generation| self.counter(generation).load(Ordering::Acquire) == 0)
    }

    fn counter(&self, generation: usize) -> &AtomicU64 {
        &self.outstanding[generation % KEPT]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flush_does_not_wait_for_later_records() {
        let generations = Generations::default();
        let before = generations.enter();
        let flush = generations.end().expect("a counter is free");
        let after = generations.enter();
        assert!(!generations.is_over(flush));
        generations.leave(before);
        assert!(generations.is_over(flush));
        let second = generations.end().expect("a counter is free");
        assert!(!generations.is_over(second));
        generations.leave(after);
        assert!(generations.is_over(second));
    }

    #[test]
    fn a_flush_waits_for_records_of_earlier_generations() {
        let generations = Generations::default();
        let slow = generations.enter();
        for _ in 1..KEPT {
            let flush = generations.end().expect("a counter is free");
            assert!(!generations.is_over(flush));
        }
        assert_eq!(generations.end(), None, "the record has the next counter");
        generations.leave(slow);
        let flush = generations.end().expect("the counter is free again");
        assert!(generations.is_over(flush));
    }
}
