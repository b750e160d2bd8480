//! Compares what a contract asks for with the topics of a cluster.

mod action;
#[cfg(test)]
mod tests;
mod values;
mod wanted;

use std::collections::BTreeMap;

pub use action::{Action, ConfigChange, Guard, Step};
#[cfg(feature = "contract")]
pub(crate) use values::{equal, is_cut, policies};
pub(crate) use wanted::Wanted;

use crate::TopicSpec;

/// A topic of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExistingTopic {
    /// The number of partitions.
    pub partitions: u32,
    /// The brokers that have the replicas of each partition, the preferred leader first. Empty where it is not known.
    pub replicas: Vec<Vec<i32>>,
    /// Its configuration, as far as it was asked for and is not sensitive.
    pub config: BTreeMap<String, String>,
    /// The cluster's reason where it does not describe the configuration.
    pub undescribed: Option<String>,
}

impl ExistingTopic {
    /// A topic with this number of partitions and this configuration.
    pub fn new(partitions: u32, config: BTreeMap<String, String>) -> Self {
        Self { partitions, config, ..Self::default() }
    }

    /// Sets the brokers that have the replicas of each partition.
    #[must_use]
    pub fn with_replicas(mut self, replicas: Vec<Vec<i32>>) -> Self {
        self.replicas = replicas;
        self
    }

    /// The number of replicas that all partitions have. `None` where they differ, or it is not known.
    pub fn replication_factor(&self) -> Option<u16> {
        let first = self.replicas.first()?.len();
        let is_same = self.replicas.iter().all(|replicas| replicas.len() == first);
        is_same.then_some(first).and_then(|count| count.try_into().ok())
    }
}

/// What has to be done, in this order: topics come before their retry topics, and those before dead-letter topics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// One or more steps for each topic. Those of one topic follow each other.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The steps that create topics.
    pub fn creations(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Create { .. }))
    }

    /// The steps that change the cluster.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.is_change())
    }

    /// The steps that are not carried out.
    pub fn refusals(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Refuse { .. }))
    }
}

/// A plan that makes a cluster with these topics, by name, have what the specifications ask for. Partitions are never
/// removed: Kafka cannot. Topics may share a dead-letter topic; the first of them describes it.
pub fn plan(specs: &[TopicSpec], existing: &BTreeMap<String, ExistingTopic>) -> Plan {
    let steps = Wanted::all(specs).into_iter().flat_map(|wanted| steps_of(&wanted, existing));
    Plan { steps: steps.collect() }
}

pub(crate) fn steps_of(wanted: &Wanted<'_>, existing: &BTreeMap<String, ExistingTopic>) -> Vec<Step> {
    let step = |action, reason: String| Step { topic: wanted.name.to_owned(), action, reason };
    let partitions = wanted.partitions_beside(existing);
    let Some(topic) = existing.get(wanted.name) else {
        let create = Action::Create {
            partitions,
            replication_factor: wanted.replication_factor,
            config: wanted.config.clone(),
            dead_letters_of: wanted.dead_letters_of.map(str::to_owned),
            retries_of: wanted.retries_of.map(str::to_owned),
        };
        return vec![step(create, "the topic does not exist".to_owned())];
    };
    let mut steps = Vec::new();
    let mut reason = "the topic is as the contract asks".to_owned();
    let has = |count: u32, asked: u32| {
        let noun = if count == 1 { "partition" } else { "partitions" };
        format!("it has {count} {noun}, the contract asks for {asked}")
    };
    match partitions {
        Some(to) if to > topic.partitions => {
            let reason = has(topic.partitions, to);
            steps.push(step(Action::IncreasePartitions { from: topic.partitions, to }, reason));
        }
        // The contract names no number of its own for this topic.
        Some(to) if to < topic.partitions && wanted.is_inherited => {
            reason = format!("it has {} partitions, more than its source", topic.partitions);
        }
        Some(to) if to < topic.partitions => {
            let reason = format!("{}; partitions cannot be removed", has(topic.partitions, to));
            let action = Action::Refuse { guard: Guard::FewerPartitions, help: FEWER_PARTITIONS.to_owned() };
            steps.push(step(action, reason));
        }
        _ => {}
    }
    let changes = changes(wanted.config, &topic.config);
    if !changes.is_empty() {
        let reason = other_values(&changes);
        steps.push(step(Action::ChangeConfig { changes }, reason));
    }
    if steps.is_empty() {
        steps.push(step(Action::Leave, reason));
    }
    steps
}

/// Why configuration changes.
pub(crate) fn other_values(changes: &[ConfigChange]) -> String {
    let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
    format!("the contract asks for another value of {}", names.join(", "))
}

const FEWER_PARTITIONS: &str = "deleting and creating the topic would lose its records: set `partitions` to what it has, or \
    move to a new topic";

/// The properties whose values differ. A cluster that reports no configuration is not compared.
fn changes(wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Vec<ConfigChange> {
    if found.is_empty() {
        return Vec::new();
    }
    let change = |(name, to): (&String, &String)| {
        let from = found.get(name);
        let is_same = from.is_some_and(|from| values::equal(from, to));
        (!is_same).then(|| ConfigChange {
            name: name.clone(),
            from: from.cloned(),
            to: to.clone(),
            asked: to.clone(),
        })
    };
    wanted.iter().filter_map(change).collect()
}
