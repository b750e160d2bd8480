//! Compares what a contract asks for with the topics of a cluster.

mod action;
mod existing;
#[cfg(test)]
mod tests;
mod values;
mod wanted;

use std::collections::BTreeMap;

pub use action::{Action, ConfigChange, Guard, Step};
pub use existing::ExistingTopic;
#[cfg(feature = "contract")]
pub(crate) use values::{equal, is_cut, policies};
pub(crate) use wanted::{MAX_MESSAGE_BYTES, ROOM, Wanted};

use crate::TopicSpec;

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
/// removed: Kafka cannot. Topics may share a dead-letter topic: it has the configuration that the first of them gives it, and the
/// largest number of partitions and replicas that one of them asks for.
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
    // One step: Kafka takes a topic once in a request.
    let mut changes = changes(wanted.config, &topic.config);
    if let Some((from, to)) = wanted.missing_room(existing) {
        changes.push(ConfigChange {
            name: MAX_MESSAGE_BYTES.to_owned(),
            from: Some(from.to_string()),
            to: to.to_string(),
            asked: to.to_string(),
        });
        changes.sort_by(|one, other| one.name.cmp(&other.name));
    }
    if !changes.is_empty() {
        let reason = other_values(wanted, &changes);
        steps.push(step(Action::ChangeConfig { changes }, reason));
    }
    if steps.is_empty() {
        steps.push(step(Action::Leave, reason));
    }
    steps
}

/// Why configuration changes.
pub(crate) fn other_values(wanted: &Wanted<'_>, changes: &[ConfigChange]) -> String {
    let (asked, derived): (Vec<&str>, Vec<&str>) =
        changes.iter().map(|change| change.name.as_str()).partition(|name| wanted.config.contains_key(*name));
    let mut reasons = Vec::new();
    if !asked.is_empty() {
        reasons.push(format!("the contract asks for another value of {}", asked.join(", ")));
    }
    if !derived.is_empty() {
        let sources: Vec<&str> = wanted.sources().collect();
        let sources = sources.join("`, `");
        reasons.push(format!("records of `{sources}` take more bytes with the headers that are added"));
    }
    reasons.join("; ")
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
