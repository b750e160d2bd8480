//! The state of partitions that leave this consumer.

use std::time::{Duration, Instant};

use crate::consumer::finish::Refusal;
use crate::consumer::scheduler::{AssignmentId, Partitions, Positions};
use crate::consumer::topics::Topics;

/// The pause before a commit that was refused is repeated.
const REPEAT: Duration = Duration::from_millis(100);
/// How long a commit may delay the answer to a revocation if it is refused because the group rebalances. Coordinators accept
/// commits in most stages of a rebalance. One that does not may be waiting for that answer.
const REBALANCE: Duration = Duration::from_secs(1);

/// The departure of partitions.
pub(super) struct Departure {
    pub(super) assignments: Vec<AssignmentId>,
    /// How many times a worker still has to report that it has left one of the assignments.
    pub(super) outstanding: usize,
    pub(super) stage: Stage,
    /// What is to be committed.
    pub(super) positions: Positions,
}

/// How far they are.
pub(super) enum Stage {
    /// Running handlers may finish until then.
    Draining {
        until: Instant,
    },
    /// Running handlers are being cancelled.
    Cancelling {
        until: Instant,
    },
    /// An earlier commit is under way.
    BeforeCommit {
        until: Instant,
    },
    Committing {
        until: Instant,
    },
    /// The commit was refused, as it may be while a rebalance is under way, and is repeated.
    Repeating {
        until: Instant,
        from: Instant,
    },
    Over,
}

impl Departure {
    /// A worker has left an assignment.
    pub(super) fn left(&mut self, id: AssignmentId) {
        if self.assignments.contains(&id) {
            self.outstanding -= 1;
        }
    }

    /// The partitions, with the names of their topics.
    pub(super) fn named(&self, topics: &Topics, partitions: &Partitions) -> Vec<(&'static str, i32)> {
        let assigned = partitions.assigned().filter(|(_, id)| self.assignments.contains(id));
        // Those whose positions are being committed are not assigned any more.
        let committing = self.positions.iter().map(|position| position.at);
        topics.named(&assigned.map(|(at, _)| at).chain(committing).collect::<Vec<_>>())
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }
}

impl Stage {
    /// The stage after a commit was answered. `is_revoked` states whether the group waits for the answer to a revocation: it
    /// removes a member that does not give one, and then nothing of it is accepted any more.
    pub(super) fn after_commit(
        refusal: Option<&Refusal>,
        is_revoked: bool,
        until: Instant,
        now: Instant,
    ) -> Self {
        match refusal {
            None | Some(Refusal::Final(_)) => Self::Over,
            Some(Refusal::Removal(_)) if is_revoked => Self::Over,
            Some(Refusal::Rebalance(_)) if is_revoked => {
                Self::Repeating { until: until.min(now + REBALANCE), from: now + REPEAT }
            }
            Some(_) => Self::Repeating { until, from: now + REPEAT },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a refused commit is repeated, if at all.
    fn repeated_for(refusal: fn(String) -> Refusal, is_revoked: bool) -> Option<Duration> {
        let now = Instant::now();
        let refusal = refusal(String::new());
        match Stage::after_commit(Some(&refusal), is_revoked, now + Duration::from_secs(10), now) {
            Stage::Repeating { until, .. } => Some(until - now),
            _ => None,
        }
    }

    #[test]
    fn a_commit_that_is_refused_does_not_keep_a_member_from_its_group() {
        let (second, all) = (Some(Duration::from_secs(1)), Some(Duration::from_secs(10)));
        assert_eq!(repeated_for(Refusal::Removal, true), None);
        assert_eq!(repeated_for(Refusal::Rebalance, true), second);
        assert_eq!(repeated_for(Refusal::Other, true), all);
        assert_eq!(repeated_for(Refusal::Final, true), None);
        assert_eq!(repeated_for(Refusal::Final, false), None, "a consumer that is fenced leaves at once");
        // Nothing waits for a shutdown, and the group may accept the commit once it is stable.
        assert_eq!(repeated_for(Refusal::Removal, false), all);
        assert_eq!(repeated_for(Refusal::Rebalance, false), all);
    }
}
