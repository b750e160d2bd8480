//! Plans that refuse what would break something, and that can be saved and applied later.

mod apply;
mod draft;
mod file;
mod guards;
mod moved;
mod reassignment;
mod retention;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use apply::{Applied, ApplyError, Rejection};
pub use file::PlanFileError;
pub use moved::Moved;
pub use reassignment::Reassignment;

use crate::plan::Wanted;
use crate::{Guard, Observation, Plan, TopicSpec};
use draft::Draft;
use moved::Found;

/// What a plan may do that it refuses otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct PlanOptions {
    /// Add partitions to topics with an order by key.
    pub allow_repartition: bool,
    /// Lower retention and change `cleanup.policy`, although records are deleted by it.
    pub allow_retention_cut: bool,
    /// Lower `retention.ms` by at most this much.
    pub retention_step: Option<Duration>,
}

impl PlanOptions {
    /// Whether partitions are added to topics with an order by key.
    pub const fn allow_repartition(mut self, allow: bool) -> Self {
        self.allow_repartition = allow;
        self
    }

    /// Whether settings change that delete records.
    pub const fn allow_retention_cut(mut self, allow: bool) -> Self {
        self.allow_retention_cut = allow;
        self
    }

    /// By how much `retention.ms` is lowered at most; `None` does not lower it without
    /// [`allow_retention_cut`](Self::allow_retention_cut).
    pub const fn retention_step(mut self, step: Option<Duration>) -> Self {
        self.retention_step = step;
        self
    }
}

/// A plan with what it is about: the cluster, and what the cluster had when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardedPlan {
    /// The id of the cluster; `None` if the brokers do not report one.
    pub cluster_id: Option<String>,
    /// The steps, with those that are refused.
    pub plan: Plan,
    /// What the contract asks for and is risky, and what the plan does not change.
    pub warnings: Vec<Warning>,
    /// Topics that were dead-letter or retry topics of topics of the contract, by their names. They stay as they are.
    pub leftovers: Vec<String>,
    /// The replicas that `kafka-reassign-partitions` has to move.
    pub reassignment: Option<Reassignment>,
    /// What the cluster had.
    pub(crate) found: BTreeMap<String, Option<Found>>,
}

/// Something risky about a topic that no change brings about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The topic.
    pub topic: String,
    /// The guard that would refuse a change to it.
    pub guard: Guard,
    /// What it is.
    pub reason: String,
}

impl GuardedPlan {
    /// Whether the cluster is as the contract asks.
    pub fn is_empty(&self) -> bool {
        self.plan.changes().next().is_none() && self.plan.refusals().next().is_none()
    }
}

/// A plan that makes a cluster have what the specifications ask for, except for changes that would break something: those
/// are [refused](crate::Action::Refuse). A pure function.
pub fn guarded_plan(specs: &[TopicSpec], cluster: &Observation, options: &PlanOptions) -> GuardedPlan {
    let wanted = Wanted::all(specs);
    let mut drafts: Vec<Draft<'_>> = wanted.iter().map(|wanted| Draft::new(*wanted, cluster)).collect();
    let mut moves = reassignment::Moves::new(cluster);
    let mut warnings = Vec::new();
    for draft in &mut drafts {
        draft.guard_visibility(cluster);
        draft.guard_partitions(options);
        draft.guard_replicas(&mut moves);
        draft.guard_retention(options);
        draft.guard_contract(&mut warnings);
    }
    guards::dead_letters(&mut drafts, specs, &mut warnings);
    let found = drafts.iter().map(|draft| (draft.wanted.name.to_owned(), Found::of(draft))).collect();
    let steps = drafts.into_iter().flat_map(|draft| draft.steps).collect();
    GuardedPlan {
        cluster_id: cluster.cluster_id.clone(),
        plan: Plan { steps },
        warnings,
        leftovers: leftovers(&wanted, cluster),
        reassignment: moves.into_reassignment(),
        found,
    }
}

/// Topics of the cluster that are named as dead-letter or retry topics of the contract's topics, and are none of them.
fn leftovers(wanted: &[Wanted<'_>], cluster: &Observation) -> Vec<String> {
    let names: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.name).collect();
    let sources: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.spec.name.as_str()).collect();
    let is_leftover = |name: &&String| {
        if names.contains(name.as_str()) {
            return false;
        }
        if let Some(source) = name.strip_suffix(".dlq") {
            return sources.contains(source);
        }
        let Some((owner, number)) = name.rsplit_once(".retry.") else { return false };
        // The name of the group may have dots.
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && owner.match_indices('.').any(|(at, _)| sources.contains(&owner[..at]))
    };
    cluster.names.iter().filter(is_leftover).cloned().collect()
}
