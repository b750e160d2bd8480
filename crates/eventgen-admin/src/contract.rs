//! Specifications from a contract.

use eventgen_schema::Contract;
use eventgen_schema::contract::{MaxLag, Ordering, Topic};

use crate::{DeadLetterSpec, Reliance, RetrySpec, TopicSpec};

impl TopicSpec {
    /// The topics of a contract, by name, with what their readers and writers rely on.
    pub fn of_contract(contract: &Contract) -> Vec<Self> {
        let mut specs: Vec<Self> = contract.topics.values().map(Self::from).collect();
        for event in contract.events.iter().filter(|event| event.key.is_empty()) {
            if let Ok(index) = specs.binary_search_by(|spec| spec.name.cmp(&event.topic)) {
                specs[index].reliance.events_without_key.push(event.name.clone());
            }
        }
        specs
    }
}

impl From<&Topic> for TopicSpec {
    /// Without the events on the topic.
    fn from(topic: &Topic) -> Self {
        let dead_letter = topic.dead_letter.as_ref().map(|dead_letter| DeadLetterSpec {
            name: dead_letter.topic.clone(),
            partitions: dead_letter.partitions,
            config: dead_letter.config.clone(),
        });
        let names: Vec<String> = topic.retry_topics().into_iter().map(|topic| topic.name).collect();
        let retry = (!names.is_empty()).then(|| RetrySpec::new(names).with_config(&topic.retry_config));
        let is_ordered_by_key = topic.ordering == Ordering::Key;
        let mut reliance = Reliance { is_ordered_by_key, ..Reliance::default() };
        for consumer in &topic.consumers {
            if let Some(MaxLag::Time(age)) = consumer.max_lag {
                reliance = reliance.with_max_age(consumer.group.clone(), age);
            }
        }
        Self::new(topic.name.clone())
            .with_partitions(topic.partitions)
            .with_replication_factor(topic.replication_factor)
            .with_config(&topic.config)
            .with_retry(retry)
            .with_dead_letter(dead_letter)
            .with_reliance(reliance)
    }
}
