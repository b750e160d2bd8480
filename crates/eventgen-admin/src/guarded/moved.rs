//! Whether a cluster is still as a plan found it.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::model::{Found, GuardedPlan};
use crate::plan::equal;
use crate::{Action, ExistingTopic, Observation, Plan, Step};

impl Found {
    pub(super) fn of(draft: &Draft<'_>) -> Option<Self> {
        let existing = draft.existing?;
        let is_looked_at = |name: &str| draft.wanted.config.contains_key(name) || draft.changes(&[name]);
        let named = existing.config.iter().filter(|(name, _)| is_looked_at(name));
        let config = named.map(|(name, value)| (name.clone(), value.clone())).collect();
        Some(Self { partitions: existing.partitions, config })
    }
}

/// A difference between a cluster and what a plan found there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// The topic; empty if it is another cluster.
    pub topic: String,
    /// What differs.
    pub what: String,
}

impl GuardedPlan {
    /// The topics that the plan is about, with the configurations that it looked at.
    pub(crate) fn asked(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (topic, found) in &self.found {
            let names = found.iter().flat_map(|found| found.config.keys().cloned());
            asked.entry(topic.clone()).or_default().extend(names);
        }
        for step in &self.plan.steps {
            let names = asked.entry(step.topic.clone()).or_default();
            match &step.action {
                Action::Create { config, .. } => names.extend(config.keys().cloned()),
                Action::ChangeConfig { changes } => {
                    names.extend(changes.iter().map(|change| change.name.clone()));
                }
                _ => {}
            }
        }
        asked
    }

    /// The steps that are not done yet. A run of the same plan that was interrupted has done the others.
    ///
    /// # Errors
    /// What was changed by somebody else since the plan was made.
    pub fn remaining(&self, now: &Observation) -> Result<Plan, Vec<Moved>> {
        let mut moved = Vec::new();
        if self.cluster_id != now.cluster_id {
            let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "without an id".to_owned());
            let what = format!(
                "the plan is for cluster {}, and this is {}",
                name(&self.cluster_id),
                name(&now.cluster_id)
            );
            return Err(vec![Moved { topic: String::new(), what }]);
        }
        let mut own: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, step) in self.plan.steps.iter().enumerate() {
            own.entry(&step.topic).or_default().push(index);
        }
        let mut left = Vec::new();
        for (topic, found) in &self.found {
            let own = own.get(topic.as_str()).map_or(&[][..], Vec::as_slice);
            let steps = || own.iter().map(|&index| &self.plan.steps[index]);
            let differences = compare(topic, found.as_ref(), now, steps());
            left.extend(
                own.iter().filter(|&&index| !is_done(&self.plan.steps[index], now.topics.get(topic))),
            );
            moved.extend(differences.into_iter().map(|what| Moved { topic: topic.clone(), what }));
        }
        if !moved.is_empty() {
            return Err(moved);
        }
        // In the order of the plan: sources before their dead-letter topics.
        left.sort_unstable();
        Ok(Plan { steps: left.into_iter().map(|&index| self.plan.steps[index].clone()).collect() })
    }
}

/// Whether a step has been carried out.
fn is_done(step: &Step, now: Option<&ExistingTopic>) -> bool {
    match (&step.action, now) {
        (Action::Create { .. }, now) => now.is_some(),
        (Action::IncreasePartitions { to, .. }, Some(now)) => now.partitions == *to,
        (Action::ChangeConfig { changes }, Some(now)) => changes
            .iter()
            .all(|change| now.config.get(&change.name).is_some_and(|value| equal(value, &change.to))),
        _ => false,
    }
}

/// What differs from what the plan found and from what its steps make of that.
fn compare<'s>(
    topic: &str,
    found: Option<&Found>,
    now: &Observation,
    steps: impl Iterator<Item = &'s Step>,
) -> Vec<String> {
    if let Some(reason) = now.hidden.get(topic) {
        return vec![format!("it cannot be seen: {reason}")];
    }
    let (found, now) = match (found, now.topics.get(topic)) {
        (None, None) => return Vec::new(),
        (None, Some(now)) => return created(now, steps),
        (Some(_), None) => return vec!["it was deleted".to_owned()],
        (Some(found), Some(now)) => (found, now),
    };
    let mut partitions = vec![found.partitions];
    let mut config: BTreeMap<&str, Vec<&str>> =
        found.config.iter().map(|(name, value)| (name.as_str(), vec![value.as_str()])).collect();
    for step in steps {
        match &step.action {
            Action::IncreasePartitions { to, .. } => partitions.push(*to),
            Action::ChangeConfig { changes } => {
                for change in changes {
                    config.entry(&change.name).or_default().push(&change.to);
                }
            }
            _ => {}
        }
    }
    let mut differences = Vec::new();
    if !partitions.contains(&now.partitions) {
        differences.push(format!("it had {} partitions and has {}", found.partitions, now.partitions));
    }
    for (name, values) in config {
        let value = now.config.get(name).map_or("", String::as_str);
        // A configuration that had no value may still have none.
        let is_as_before = !found.config.contains_key(name) && value.is_empty();
        if !is_as_before && !values.iter().any(|known| equal(known, value)) {
            let before = found.config.get(name).map_or("no value", String::as_str);
            differences.push(format!("{name} was {before} and is {value}"));
        }
    }
    differences
}

/// A topic that the plan creates exists. An interrupted run of the same plan has created it, if it is as the plan asks.
fn created<'s>(now: &ExistingTopic, mut steps: impl Iterator<Item = &'s Step>) -> Vec<String> {
    let as_asked = steps.any(|step| match &step.action {
        Action::Create { partitions, config, .. } => {
            partitions.is_none_or(|count| count == now.partitions)
                && config
                    .iter()
                    .all(|(name, asked)| now.config.get(name).is_some_and(|value| equal(value, asked)))
        }
        _ => false,
    });
    if as_asked { Vec::new() } else { vec!["it was created".to_owned()] }
}
