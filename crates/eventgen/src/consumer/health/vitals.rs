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

    /// A broker answered this long ago. A member cannot join while brokers are silent: after a silence that was longer than the
    /// limit it has its time again.
    pub(crate) fn hear(&self, ago: Duration) {
        let heard = self.now().saturating_sub(millis(ago));
        let before = self.heard.load(Ordering::Relaxed);
        if heard.saturating_sub(before) > self.limit.load(Ordering::Relaxed) {
            let again = |since| (since != STABLE).then(|| self.now());
            let _ = self.unstable_since.fetch_update(Ordering::Relaxed, Ordering::Relaxed, again);
        }
        self.heard.fetch_max(heard, Ordering::Release);
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
        // A stable member has a time in the future. What a member is depends on its brokers: while they are silent, another
        // process would do no better.
        self.is_recent(&self.turned) && (!self.hears_brokers() || self.is_recent(&self.unstable_since))
    }

    /// Whether a broker has answered lately.
    pub(super) fn hears_brokers(&self) -> bool {
        self.is_recent(&self.heard)
    }

    fn is_recent(&self, time: &AtomicU64) -> bool {
        let oldest = self.now().saturating_sub(self.limit.load(Ordering::Relaxed));
        time.load(Ordering::Acquire) >= oldest
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

    const LIMIT_OF_TESTS: Duration = Duration::from_millis(20);

    /// A running member whose limit has passed for every sign of life.
    fn silent() -> Vitals {
        let vitals = Vitals::default();
        vitals.enter(Phase::Running);
        vitals.join();
        vitals.set_limit(LIMIT_OF_TESTS);
        std::thread::sleep(LIMIT_OF_TESTS * 2);
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
    fn a_thread_that_does_not_turn_is_not_live() {
        let vitals = silent();
        vitals.hear(Duration::ZERO);
        assert!(!vitals.is_live());
        vitals.turn();
        assert!(vitals.is_live());
    }

    #[test]
    fn a_member_that_joins_for_too_long_is_not_live() {
        let vitals = silent();
        vitals.hear(Duration::ZERO);
        vitals.set_stable(false);
        vitals.turn();
        assert!(vitals.is_live(), "a rebalance takes a moment");
        std::thread::sleep(LIMIT_OF_TESTS * 2);
        vitals.turn();
        // The brokers were silent for less than the limit.
        vitals.heard.store(vitals.now() - 1, Ordering::Relaxed);
        assert!(!vitals.is_live());
        vitals.set_stable(true);
        assert!(vitals.is_live());
    }

    #[test]
    fn silent_brokers_are_no_reason_for_a_restart() {
        let vitals = silent();
        vitals.set_stable(false);
        std::thread::sleep(LIMIT_OF_TESTS * 2);
        vitals.turn();
        assert!(vitals.is_live() && !vitals.hears_brokers());
        vitals.hear(Duration::ZERO);
        assert!(vitals.is_live() && vitals.hears_brokers(), "the member may join again");
    }
}
