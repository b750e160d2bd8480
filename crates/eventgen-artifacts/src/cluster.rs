//! What a cluster has of a contract: topics with their dead-letter topics, and the rights of those who write and read them.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::Contract;
use eventgen_schema::contract::Topic;

use crate::monitored::owners;

/// A topic as a cluster has it.
#[derive(Debug)]
pub(crate) struct ClusterTopic<'a> {
    pub(crate) name: &'a str,
    /// The number of partitions; `None` leaves it to the cluster.
    pub(crate) partitions: Option<u32>,
    /// The number of replicas; `None` leaves it to the cluster.
    pub(crate) replication_factor: Option<u16>,
    /// Kafka topic configuration.
    pub(crate) config: &'a BTreeMap<String, String>,
    pub(crate) owner: Option<String>,
    /// What it carries, on one line of plain names.
    pub(crate) content: String,
}

/// The topics of a contract, then their dead-letter topics, each once. Topics may share a dead-letter topic: the first of
/// them describes it, as in a plan.
pub(crate) fn topics(contract: &Contract) -> Vec<ClusterTopic<'_>> {
    let mut dead_letters: Vec<(&Topic, Vec<&Topic>)> = Vec::new();
    let name = |topic: &Topic| topic.dead_letter.as_ref().map(|dead_letter| dead_letter.topic.clone());
    for topic in contract.topics.values() {
        let Some(wanted) = name(topic).filter(|wanted| !contract.topics.contains_key(wanted)) else {
            continue;
        };
        match dead_letters.iter_mut().find(|(first, _)| name(first).as_ref() == Some(&wanted)) {
            Some((_, sources)) => sources.push(topic),
            None => dead_letters.push((topic, vec![topic])),
        }
    }
    let topics = contract.topics.values().map(|topic| ClusterTopic {
        name: &topic.name,
        partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        config: &topic.config,
        owner: topic.owner.clone(),
        content: listed(contract.events_on(&topic.name).map(|event| event.name.as_str())),
    });
    let dead_letters = dead_letters.iter().filter_map(|(first, sources)| {
        let dead_letter = first.dead_letter.as_ref()?;
        Some(ClusterTopic {
            name: &dead_letter.topic,
            partitions: dead_letter.partitions.or(first.partitions),
            replication_factor: first.replication_factor,
            config: &dead_letter.config,
            owner: owners(sources.iter().copied()),
            content: format!("Dead letters of {}", listed(sources.iter().map(|source| source.name.as_str()))),
        })
    });
    topics.chain(dead_letters).collect()
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Something that rights are given on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource<'a> {
    Topic(&'a str),
    Group(&'a str),
}

/// An operation that a right allows. Kafka derives `Describe` from each of them; tools show it only if it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Describe,
    Read,
    Write,
}

impl Operation {
    /// The name as Kafka and Strimzi write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Describe => "Describe",
            Self::Read => "Read",
            Self::Write => "Write",
        }
    }
}

/// Who writes or reads, with the rights that this takes.
#[derive(Debug)]
pub(crate) struct User<'a> {
    /// The name of the service that writes, or of the group that reads.
    pub(crate) name: &'a str,
    pub(crate) rights: BTreeMap<Resource<'a>, BTreeSet<Operation>>,
}

/// The producers and groups of a contract by name. A service whose group has its name is one user.
pub(crate) fn users(contract: &Contract) -> Vec<User<'_>> {
    let mut users: BTreeMap<&str, BTreeMap<Resource<'_>, BTreeSet<Operation>>> = BTreeMap::new();
    let mut allow = |user, resource, operation| {
        let rights = users.entry(user).or_default().entry(resource).or_default();
        rights.extend([Operation::Describe, operation]);
    };
    for topic in contract.topics.values() {
        for producer in &topic.producers {
            // Since Kafka 2.8 this right includes that of an idempotent producer (KIP-679).
            allow(producer.as_str(), Resource::Topic(&topic.name), Operation::Write);
        }
        for consumer in &topic.consumers {
            let group = consumer.group.as_str();
            allow(group, Resource::Topic(&topic.name), Operation::Read);
            allow(group, Resource::Group(group), Operation::Read);
            if let Some(dead_letter) = &topic.dead_letter {
                allow(group, Resource::Topic(&dead_letter.topic), Operation::Write);
            }
        }
    }
    users.into_iter().map(|(name, rights)| User { name, rights }).collect()
}
