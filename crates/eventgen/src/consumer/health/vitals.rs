//! Signs of life of a consumer, as atomic values that the polling thread writes.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The default limit of [`Vitals::is_live`].
const LIMIT: Duration = Duration::from_secs(60);
/// [`Vitals::unstable_since`] of a stable member.
const STABLE: u64 = u64::MAX;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The run has not begun.
    New,
    /// Topics and registry are checked. The consumer may wait for the cluster.
    Starting,
    /// The consumer polls.
    Running,
    /// It drains, commits and leaves the group.
    Leaving,
    /// The run has ended.
    Ended,
}

/// Signs of life. Times are milliseconds since `base`.
#[derive(Debug)]
pub(crate) struct Vitals {
    base: Instant,
    phase: AtomicU8,
    limit: AtomicU64,
    /// When the polling thread last turned.
    turned: AtomicU64,
    /// When a broker last answered.
    heard: AtomicU64,
    /// Since when the member is not stable.
    unstable_since: AtomicU64,
    joined: AtomicBool,
}

impl Default for Vitals {
    fn default() -> Self {
        Self {
            base: Instant::now(),
            phase: AtomicU8::new(Phase::New as u8),
            limit: AtomicU64::new(millis(LIMIT)),
            turned: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            unstable_since: AtomicU64::new(0),
            joined: AtomicBool::new(false),
        }
    }
}

impl Vitals {
    /// Sets how old a sign of life may be.
    pub(crate) fn set_limit(&self, limit: Duration) {
        self.limit.store(millis(limit), Ordering::Relaxed);
    }

    /// A phase begins. A run that starts has just turned, and is heard of.
    pub(crate) fn enter(&self, phase: Phase) {
        if matches!(phase, Phase::Starting | Phase::Running) {
            for time in [&self.turned, &self.heard, &self.unstable_since] {
                time.store(self.now(), Ordering::Relaxed);
            }
        }
        // A run that has ended by itself does not go back.
        self.phase.fetch_max(phase as u8, Ordering::AcqRel);
    }

    /// The polling thread turns.
    pub(crate) fn turn(&self) {
        self.turned.store(self.now(), Ordering::Relaxed);
    }

    /// A broker answered this long ago.
    pub(crate) fn hear(&self, ago: Duration) {
        self.heard.fetch_max(self.now().saturating_sub(millis(ago)), Ordering::Relaxed);
    }

    /// The group has assigned partitions, which may be none.
    pub(crate) fn join(&self) {
        self.joined.store(true, Ordering::Release);
        self.hear(Duration::ZERO);
        self.set_stable(true);
    }

    /// The group has removed the member.
    pub(crate) fn lose(&self) {
        self.joined.store(false, Ordering::Release);
        self.set_stable(false);
    }

    /// Whether the member is a stable one.
    pub(crate) fn set_stable(&self, stable: bool) {
        if stable {
            self.unstable_since.store(STABLE, Ordering::Relaxed);
        } else {
            let now = self.now();
            let _ = self.unstable_since.compare_exchange(STABLE, now, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    pub(super) fn has_joined(&self) -> bool {
        self.is_in(Phase::Running) && self.joined.load(Ordering::Acquire)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.is_in(Phase::Ended)
    }

    pub(super) fn is_live(&self) -> bool {
        if self.is_in(Phase::Starting) {
            return true;
        }
        if !self.is_in(Phase::Running) && !self.is_in(Phase::Leaving) {
            return false;
        }
        let oldest = self.now().saturating_sub(self.limit.load(Ordering::Relaxed));
        // A stable member has a time in the future.
        [&self.turned, &self.heard, &self.unstable_since]
            .iter()
            .all(|time| time.load(Ordering::Relaxed) >= oldest)
    }

    fn is_in(&self, phase: Phase) -> bool {
        self.phase.load(Ordering::Acquire) == phase as u8
    }

    fn now(&self) -> u64 {
        millis(self.base.elapsed())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A running member whose limit has passed for every sign of life.
    fn silent() -> Vitals {
        let vitals = Vitals::default();
        vitals.enter(Phase::Running);
        vitals.join();
        vitals.set_limit(Duration::from_millis(20));
        std::thread::sleep(Duration::from_millis(40));
        vitals
    }

    #[test]
    fn a_run_is_live_from_its_start_to_its_end() {
        let vitals = Vitals::default();
        assert!(!vitals.is_live());
        vitals.enter(Phase::Starting);
        assert!(vitals.is_live() && !vitals.has_joined());
        vitals.enter(Phase::Running);
        assert!(vitals.is_live() && !vitals.has_joined());
        vitals.join();
        assert!(vitals.has_joined());
        vitals.enter(Phase::Leaving);
        assert!(vitals.is_live() && !vitals.has_joined());
        vitals.enter(Phase::Ended);
        vitals.enter(Phase::Leaving);
        assert!(!vitals.is_live());
    }

    #[test]
    fn each_sign_of_life_is_needed() {
        let vitals = silent();
        assert!(!vitals.is_live(), "the thread does not turn");
        vitals.turn();
        assert!(!vitals.is_live(), "no broker answers");
        vitals.hear(Duration::ZERO);
        assert!(vitals.is_live());
        vitals.set_stable(false);
        assert!(vitals.is_live(), "a rebalance takes a moment");
        std::thread::sleep(Duration::from_millis(40));
        vitals.turn();
        vitals.hear(Duration::ZERO);
        assert!(!vitals.is_live(), "the member joins for too long");
        vitals.set_stable(true);
        assert!(vitals.is_live());
    }
}
