//! Channels: topics, retry topics and dead-letter topics.

use eventgen_schema::Contract;
use serde_json::{Map, Value, json};

use super::binding::{kafka, reference};
use crate::cluster::{self, ClusterTopic};

/// The channels by the names of their topics.
pub(super) fn of(contract: &Contract) -> Map<String, Value> {
    let topics = cluster::topics(contract);
    topics.iter().map(|topic| (topic.name.to_string(), channel(contract, topic))).collect()
}

fn channel(contract: &Contract, topic: &ClusterTopic<'_>) -> Value {
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
    let messages = messages(contract, &topic.name);
    let message = |name: &str| (name.to_owned(), reference(&format!("#/components/messages/{name}")));
    let mut channel = json!({
        "address": topic.name,
        "description": topic.content,
        "messages": messages.into_iter().map(message).collect::<Map<_, _>>(),
        "bindings": kafka(binding),
    });
    if let Some(owner) = &topic.owner {
        channel["x-owner"] = owner.as_str().into();
    }
    channel
}

/// The events on a topic. A retry and a dead letter are the record of their source.
pub(super) fn messages<'a>(contract: &'a Contract, topic: &str) -> Vec<&'a str> {
    let takes_from = |source: &str| {
        contract.topics.get(source).is_some_and(|source| {
            source.dead_letter.as_ref().is_some_and(|letters| letters.topic == topic)
                || source.retry_topics().iter().any(|retry_topic| retry_topic.name == topic)
        })
    };
    let is_on = |on: &str| on == topic || takes_from(on);
    contract.events.iter().filter(|event| is_on(&event.topic)).map(|event| event.name.as_str()).collect()
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
