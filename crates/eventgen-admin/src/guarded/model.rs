//! A plan with its options.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::reassignment::Reassignment;
use crate::plan::{Guard, Plan};

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

/// What a plan found of a topic: its partitions and those configurations that the contract names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    pub(crate) partitions: u32,
    pub(crate) config: BTreeMap<String, String>,
}
