//! Channels: topics, retry topics and dead-letter topics.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::Contract;
use serde_json::{Map, Value, json};

use super::binding::{kafka, reference};
use crate::cluster::{self, ClusterTopic};

/// The channels by the names of their topics.
pub(super) fn of(contract: &Contract) -> Map<String, Value> {
    let topics = cluster::topics(contract);
    let messages = Messages::of(contract);
    topics.iter().map(|topic| (topic.name.to_string(), channel(&messages, topic))).collect()
}

fn channel(messages: &Messages<'_>, topic: &ClusterTopic<'_>) -> Value {
    let mut binding = json!({ "topic": topic.name });
    if let Some(partitions) = topic.partitions {
        binding["partitions"] = partitions.into();
    }
    if let Some(replicas) = topic.replication_factor {
        binding["replicas"] = replicas.into();
    }
    if !topic.config.is_empty() {
        let config = topic.config.iter().map(|(name, value)| (name.clone(), config_value(name, value)));
        binding["topicConfiguration"] = config.collect::<Map<_, _>>().into();
    }
    let message = |name: &str| (name.to_owned(), reference(&format!("#/components/messages/{name}")));
    let mut channel = json!({
        "address": topic.name,
        "description": topic.content,
        "messages": messages.on(&topic.name).map(message).collect::<Map<_, _>>(),
        "bindings": kafka(binding),
    });
    if let Some(owner) = &topic.owner {
        channel["x-owner"] = owner.as_str().into();
    }
    channel
}

/// The events on each topic, in the order of the contract. A retry and a dead letter are the record of their source.
pub(super) struct Messages<'a>(BTreeMap<String, Vec<&'a str>>);

impl<'a> Messages<'a> {
    /// Those of all topics at once: a contract may have thousands.
    pub(super) fn of(contract: &'a Contract) -> Self {
        let mut on: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for topic in contract.topics.values() {
            let retries = topic.retry_topics().into_iter().map(|retry| retry.name);
            let letters = topic.dead_letter.iter().map(|letters| letters.topic.clone());
            on.insert(&topic.name, retries.chain(letters).chain([topic.name.clone()]).collect());
        }
        let mut messages: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for event in &contract.events {
            for topic in on.get(event.topic.as_str()).into_iter().flatten() {
                messages.entry(topic.clone()).or_default().push(&event.name);
            }
        }
        Self(messages)
    }

    pub(super) fn on(&self, topic: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(topic).into_iter().flatten().copied()
    }
}

/// A value of topic configuration as the binding has it: numbers and booleans as such, policies as a list.
fn config_value(name: &str, value: &str) -> Value {
    if name == "cleanup.policy" {
        return value.split(',').map(str::trim).filter(|policy| !policy.is_empty()).collect();
    }
    match (value.parse::<i64>(), value) {
        (Ok(number), _) => number.into(),
        (_, "true" | "false") => (value == "true").into(),
        _ => value.into(),
    }
}
