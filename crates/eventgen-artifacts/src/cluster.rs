//! What a cluster has of a contract: topics with their retry topics and dead-letter topics, and the rights of those who write
//! and read them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::Contract;
use eventgen_schema::contract::Topic;

use crate::monitored::owners;

/// A topic as a cluster has it.
#[derive(Debug)]
pub(crate) struct ClusterTopic<'a> {
    pub(crate) name: Cow<'a, str>,
    /// The number of partitions; `None` leaves it to the cluster.
    pub(crate) partitions: Option<u32>,
    /// The number of replicas; `None` leaves it to the cluster.
    pub(crate) replication_factor: Option<u16>,
    /// Kafka topic configuration.
    pub(crate) config: Cow<'a, BTreeMap<String, String>>,
    pub(crate) owner: Option<String>,
    /// What it carries, on one line of plain names.
    pub(crate) content: String,
}

/// The topics of a contract, then their retry topics, then their dead-letter topics, each once. Topics may share a dead-letter topic: the
/// contract gives it one configuration, and it has the most partitions and replicas of its sources, as in a plan.
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
        name: Cow::Borrowed(&topic.name),
        partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        config: Cow::Borrowed(&topic.config),
        owner: topic.owner.clone(),
        content: listed(contract.events_on(&topic.name).map(|event| event.name.as_str())),
    });
    let retries = contract.topics.values().flat_map(|topic| {
        topic.retry_topics().into_iter().map(|retry_topic| ClusterTopic {
            name: Cow::Owned(retry_topic.name),
            partitions: topic.partitions,
            replication_factor: topic.replication_factor,
            config: with_room(&topic.retry_config),
            owner: topic.owner.clone(),
            content: format!("Retries of {}", topic.name),
        })
    });
    let dead_letters = dead_letters.iter().filter_map(|(first, sources)| {
        let dead_letter = first.dead_letter.as_ref()?;
        Some(ClusterTopic {
            name: Cow::Borrowed(&dead_letter.topic),
            partitions: dead_letter
                .partitions
                .or_else(|| sources.iter().filter_map(|source| source.partitions).max()),
            replication_factor: sources.iter().filter_map(|source| source.replication_factor).max(),
            config: with_room(&dead_letter.config),
            owner: owners(sources.iter().copied()),
            content: format!("Dead letters of {}", listed(sources.iter().map(|source| source.name.as_str()))),
        })
    });
    topics.chain(retries).chain(dead_letters).collect()
}

/// How large a record may be, in bytes.
const MAX_MESSAGE_BYTES: &str = "max.message.bytes";
/// More than the limit of nearly every cluster (Kafka's default is 1 MiB, Confluent Cloud's 2 MiB), and not more than managed
/// clusters allow. A limit that is larger than necessary does no harm in a topic that only consumers write.
const ROOM_FOR_ALL: &str = "8388608";

/// The configuration of a dead-letter topic or a retry topic. Its records are larger than those of the source. Where the
/// contract leaves the limit of the source to the cluster, which nobody can ask here, it has a limit of its own.
pub(crate) fn with_room(config: &BTreeMap<String, String>) -> Cow<'_, BTreeMap<String, String>> {
    if config.contains_key(MAX_MESSAGE_BYTES) {
        return Cow::Borrowed(config);
    }
    let mut config = config.clone();
    config.insert(MAX_MESSAGE_BYTES.to_owned(), ROOM_FOR_ALL.to_owned());
    Cow::Owned(config)
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Something that rights are given on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource<'a> {
    Topic(Cow<'a, str>),
    Group(&'a str),
}

/// An operation that a right allows. Kafka derives `Describe` from each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Read,
    Write,
}

impl Operation {
    /// The name as Kafka and Strimzi write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
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
        users.entry(user).or_default().entry(resource).or_default().insert(operation);
    };
    for topic in contract.topics.values() {
        for producer in &topic.producers {
            // Since Kafka 2.8 this right includes that of an idempotent producer (KIP-679).
            allow(producer.as_str(), Resource::Topic(Cow::Borrowed(&topic.name)), Operation::Write);
        }
        for consumer in &topic.consumers {
            let group = consumer.group.as_str();
            allow(group, Resource::Topic(Cow::Borrowed(&topic.name)), Operation::Read);
            allow(group, Resource::Group(group), Operation::Read);
            for retry_topic in topic.retry_topics().into_iter().filter(|it| it.group == group) {
                allow(group, Resource::Topic(Cow::Owned(retry_topic.name.clone())), Operation::Read);
                allow(group, Resource::Topic(Cow::Owned(retry_topic.name)), Operation::Write);
            }
            if let Some(dead_letter) = &topic.dead_letter {
                allow(group, Resource::Topic(Cow::Borrowed(&dead_letter.topic)), Operation::Write);
            }
        }
    }
    users.into_iter().map(|(name, rights)| User { name, rights }).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use eventgen_schema::Loader;

    use super::*;

    #[test]
    fn topics_for_records_with_more_headers_have_room_for_them() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/features/retry_topics.avsc");
        let contract = Loader::new().path(path).load().expect("a contract").contract;
        let limits = topics(&contract).into_iter().map(|topic| topic.config.get(MAX_MESSAGE_BYTES).cloned());
        let mut limits: Vec<Option<String>> = limits.collect();
        limits.dedup();
        assert_eq!(limits, [None, Some(ROOM_FOR_ALL.to_owned())]);
        let stated = BTreeMap::from([(MAX_MESSAGE_BYTES.to_owned(), "3016384".to_owned())]);
        assert_eq!(*with_room(&stated), stated);
    }

    #[test]
    fn a_group_reads_and_writes_its_own_retry_topics() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/features/retry_topics.avsc");
        let contract = Loader::new().path(path).load().expect("a contract").contract;
        let topics = topics(&contract);
        let names: Vec<&str> = topics.iter().map(|topic| topic.name.as_ref()).collect();
        let mut expected = vec!["feature.returns.v1".to_owned()];
        for group in ["billing", "stock"] {
            expected.extend((0..=3).map(|number| format!("feature.returns.v1.{group}.retry.{number}")));
        }
        expected.push("feature.returns.v1.dlq".to_owned());
        assert_eq!(names, expected);
        assert_eq!(topics[1].config["message.timestamp.type"], "LogAppendTime");
        for user in users(&contract) {
            for (resource, operations) in &user.rights {
                let Resource::Topic(topic) = resource else { continue };
                let Some((owner, _)) = topic.split_once(".retry.") else { continue };
                assert_eq!(owner, format!("feature.returns.v1.{}", user.name), "another group's retries");
                assert!(operations.contains(&Operation::Read) && operations.contains(&Operation::Write));
            }
            let retries = user
                .rights
                .keys()
                .filter(|right| matches!(right, Resource::Topic(topic) if topic.contains(".retry.")));
            assert_eq!(retries.count(), 4, "{}", user.name);
        }
    }
}
