//! Plans that refuse what would break something, and that can be saved and applied later.

mod apply;
mod draft;
mod file;
mod guards;
mod model;
mod moved;
mod reassignment;
mod rejection;
mod retention;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use apply::{Applied, ApplyError};
pub use file::PlanFileError;
pub use model::{GuardedPlan, PlanOptions, Warning};
pub use moved::Moved;
pub use reassignment::Reassignment;
pub use rejection::Rejection;

use crate::plan::Wanted;
use crate::{Observation, Plan, TopicSpec};
use draft::Draft;
use model::Found;

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
