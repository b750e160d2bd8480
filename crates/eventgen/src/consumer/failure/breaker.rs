//! The breaker: stops a flood of dead letters.
//!
//! Each assignment of a partition has a window over its last records. While too many of them do not decode, those that do not
//! decode wait. Good records only increment a counter that their worker owns; everything else happens where a record does
//! not decode.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

use crate::consumer::scheduler::AssignmentId;

/// When records that do not decode wait instead of becoming dead letters.
///
/// A deployment that cannot decode a topic would move all of it into its dead-letter topic. The breaker of a partition opens
/// when more than half of the partition's last 200 records do not decode, or are events of an unknown kind that would become
/// dead letters. From then on:
///
/// - Such records wait. They are neither dead letters nor committed. Good records are handled, except those that have the key
///   of one that waits. When 20,000 records or 16 MiB of the partition wait, its fetching pauses.
/// - [`BreakerOpened`](crate::observe::ConsumerEvent::BreakerOpened) and one error in the log say so, and
///   [`ConsumerHandle::is_ready`](crate::ConsumerHandle::is_ready) is false.
///
/// It closes when the share of the window that does not decode is no longer exceeded, which is checked once a second. Then
/// the records that waited become dead letters. An assignment of the partition
/// starts with a closed breaker and an empty window: a fixed deployment gets the records that waited and decodes them.
///
/// The window counts records in the order in which they are decoded. It need not be full: 101 records that do not decode
/// open the breaker of a partition, however few records it had before.
///
/// ```
/// use eventgen::Breaker;
///
/// let late = Breaker::DEFAULT.with_window(10_000).with_share(0.9);
/// let off = Breaker::OFF;
/// assert_ne!(late, off);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Breaker {
    window: u32,
    /// From 0 to 1. A share of 1 is never exceeded.
    share: f64,
}

impl Breaker {
    /// More than half of the last 200 records.
    pub const DEFAULT: Self = Self { window: 200, share: 0.5 };

    /// Every record that does not decode becomes a dead letter.
    pub const OFF: Self = Self { window: 1, share: 1.0 };

    /// The largest window, in records: 100,000.
    pub const LARGEST_WINDOW: u32 = 100_000;

    /// With a window over this number of records of a partition, from 1 to [`LARGEST_WINDOW`](Self::LARGEST_WINDOW). Other
    /// numbers count as the nearest one of these.
    pub const fn with_window(mut self, records: u32) -> Self {
        self.window = match records {
            0 => 1,
            1..=Self::LARGEST_WINDOW => records,
            _ => Self::LARGEST_WINDOW,
        };
        self
    }

    /// With this share of the window, from 0 to 1, above which the breaker opens: 0.5 is half. With 0 the first record that
    /// does not decode opens it; with 1 or more, or a value that is not a number, it never opens.
    pub const fn with_share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// The number of records that may be poison within the window; `None` if it never opens.
    fn most(self) -> Option<usize> {
        // `share >= 1.0` is false for NaN.
        let opens = self.share < 1.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than the window")]
        let most = (f64::from(self.window) * self.share.max(0.0)).floor() as usize;
        opens.then_some(most)
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The breakers of one consumer.
#[derive(Debug)]
pub(crate) struct Breakers {
    settings: Breaker,
    /// Touched when a worker gets the first record of an assignment.
    by_assignment: Mutex<HashMap<AssignmentId, Weak<Shared>>>,
}

/// The breaker of one assignment, which all workers share.
#[derive(Debug)]
struct Shared {
    window: u64,
    /// The number of records that may be poison within the window.
    most: usize,
    recent: Mutex<Recent>,
    is_open: watch::Sender<bool>,
}

/// The records that were poison lately.
#[derive(Debug, Default)]
struct Recent {
    /// The good records, by worker.
    good: Vec<Arc<AtomicU64>>,
    /// All poison records of the assignment.
    poison: u64,
    /// The numbers of the poison records within the window, ascending. Records are numbered as they are decoded.
    numbers: VecDeque<u64>,
}

/// The breaker of one assignment, as one worker sees it.
#[derive(Debug)]
pub(crate) struct Circuit {
    shared: Arc<Shared>,
    /// The good records of this worker, which nobody else writes.
    good: Arc<AtomicU64>,
}

/// What happens to a poison record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It becomes a dead letter.
    DeadLetter,
    /// It waits, and the breaker has opened with it. `poison` is the number of such records within the window.
    Opened { poison: u64 },
    /// It waits.
    Waits,
}

impl Breakers {
    pub(crate) fn new(settings: Breaker) -> Self {
        Self { settings, by_assignment: Mutex::default() }
    }

    /// The breaker of an assignment for one worker; `None` if it is off.
    pub(crate) fn enter(&self, id: AssignmentId) -> Option<Circuit> {
        let most = self.settings.most()?;
        let mut by_assignment = self.by_assignment.lock().unwrap_or_else(PoisonError::into_inner);
        let known = by_assignment.get(&id).and_then(Weak::upgrade);
        let shared = known.unwrap_or_else(|| {
            by_assignment.retain(|_, shared| shared.strong_count() > 0);
            let shared = Arc::new(Shared {
                window: self.settings.window.into(),
                most,
                recent: Mutex::default(),
                is_open: watch::Sender::new(false),
            });
            by_assignment.insert(id, Arc::downgrade(&shared));
            shared
        });
        let good = Arc::new(AtomicU64::new(0));
        shared.recent().good.push(Arc::clone(&good));
        Some(Circuit { shared, good })
    }
}

impl Shared {
    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    /// Forgets the records before the window. Returns the number of the last record.
    fn advance(&mut self, window: u64) -> u64 {
        let good: u64 = self.good.iter().map(|good| good.load(Ordering::Relaxed)).sum();
        let last = good + self.poison;
        while self.numbers.front().is_some_and(|number| number + window <= last) {
            self.numbers.pop_front();
        }
        last
    }
}

impl Circuit {
    /// A record has decoded.
    pub(crate) fn good(&self) {
        // No atomic addition, because only this worker writes it.
        self.good.store(self.good.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// A record does not decode.
    pub(crate) fn poison(&self) -> Admission {
        let shared = &*self.shared;
        let mut recent = shared.recent();
        recent.poison += 1;
        let number = recent.advance(shared.window);
        recent.numbers.push_back(number);
        let poison = recent.numbers.len();
        if *shared.is_open.borrow() {
            Admission::Waits
        } else if poison > shared.most {
            shared.is_open.send_replace(true);
            Admission::Opened { poison: poison as u64 }
        } else {
            Admission::DeadLetter
        }
    }

    /// The window, in records.
    pub(crate) fn window(&self) -> u64 {
        self.shared.window
    }

    /// Closes the breaker if the window allows it. Returns whether it is closed.
    pub(crate) fn try_close(&self) -> bool {
        let shared = &*self.shared;
        let mut recent = shared.recent();
        recent.advance(shared.window);
        let closes = recent.numbers.len() <= shared.most;
        if closes {
            shared.is_open.send_replace(false);
        }
        closes
    }

    /// Waits until the breaker is closed.
    pub(crate) async fn closed(&self) {
        // The sender is `self`, so that waiting ends with the breaker only.
        let _ = self.shared.is_open.subscribe().wait_for(|is_open| !is_open).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: AssignmentId = AssignmentId::for_test(0, 1);

    fn circuits(breaker: Breaker) -> (Breakers, Circuit) {
        let breakers = Breakers::new(breaker);
        let circuit = breakers.enter(ID).expect("on");
        (breakers, circuit)
    }

    #[test]
    fn it_opens_with_more_than_half_of_the_last_records_and_only_once() {
        let (_breakers, circuit) = circuits(Breaker::DEFAULT);
        for _ in 0..100 {
            assert_eq!(circuit.poison(), Admission::DeadLetter);
        }
        assert_eq!(circuit.poison(), Admission::Opened { poison: 101 });
        assert_eq!(circuit.poison(), Admission::Waits);
    }

    #[test]
    fn half_of_the_records_never_open_it() {
        let (_breakers, circuit) = circuits(Breaker::DEFAULT);
        for _ in 0..10_000 {
            circuit.good();
            assert_eq!(circuit.poison(), Admission::DeadLetter);
        }
    }

    #[test]
    fn the_good_records_of_all_workers_count() {
        let (breakers, first) = circuits(Breaker::DEFAULT.with_window(10));
        let second = breakers.enter(ID).expect("on");
        for _ in 0..5 {
            assert_eq!(first.poison(), Admission::DeadLetter);
        }
        for _ in 0..10 {
            second.good();
        }
        assert_eq!(first.poison(), Admission::DeadLetter, "the first five are before the window");
        let other = breakers.enter(AssignmentId::for_test(0, 2)).expect("on");
        assert_eq!(other.poison(), Admission::DeadLetter, "an assignment starts afresh");
    }

    #[tokio::test]
    async fn it_closes_when_good_records_have_pushed_the_others_out_of_the_window() {
        let (_breakers, circuit) = circuits(Breaker::DEFAULT.with_window(4));
        let admissions: Vec<Admission> = (0..4).map(|_| circuit.poison()).collect();
        assert_eq!(admissions[2..], [Admission::Opened { poison: 3 }, Admission::Waits]);
        assert!(!circuit.try_close());
        circuit.good();
        assert!(!circuit.try_close(), "three of four");
        circuit.good();
        assert!(circuit.try_close(), "two of four");
        circuit.closed().await;
        let admissions: Vec<Admission> = (0..3).map(|_| circuit.poison()).collect();
        let expected = [Admission::DeadLetter, Admission::DeadLetter, Admission::Opened { poison: 3 }];
        assert_eq!(admissions, expected, "three of four again");
    }

    #[test]
    fn shares_beyond_their_range_open_it_at_once_or_never() {
        assert_eq!(Breaker::OFF.most(), None);
        for never in [1.0, 7.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Breaker::DEFAULT.with_share(never).most(), None, "{never}");
        }
        for at_once in [0.0, -1.0, f64::NEG_INFINITY] {
            assert_eq!(Breaker::DEFAULT.with_share(at_once).most(), Some(0), "{at_once}");
        }
        let (_breakers, circuit) = circuits(Breaker::DEFAULT.with_window(0).with_share(0.0));
        assert_eq!(circuit.poison(), Admission::Opened { poison: 1 });
        assert_eq!(Breaker::DEFAULT.with_window(u32::MAX).most(), Some(50_000));
    }

    #[test]
    fn assignments_that_have_ended_are_forgotten() {
        let breakers = Breakers::new(Breaker::DEFAULT);
        for epoch in 0..1_000 {
            drop(breakers.enter(AssignmentId::for_test(0, epoch)));
        }
        assert!(breakers.by_assignment.lock().expect("no panic").len() <= 1);
    }
}
