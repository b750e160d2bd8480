//! The contract from the side of a reader: what is on a topic, who writes and reads it, and where each has its page.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::contract::{ConsumerGroup, Description, Event, RetryTopic, Topic};
use eventgen_schema::{Contract, describe};

use super::links::Paths;
use super::rich::{Part, code, link};
use super::settings::Settings;
use crate::cluster::{self, User};

/// What every page knows.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) contract: &'a Contract,
    pub(super) title: String,
    pub(super) environment: Option<String>,
    pub(super) topics: Vec<TopicEntry<'a>>,
    pub(super) events: Vec<EventEntry<'a>>,
    pub(super) services: Vec<Service<'a>>,
    /// The rights of everybody who writes or reads, by name.
    pub(super) users: BTreeMap<&'a str, User<'a>>,
    /// Indexes of topics by name.
    by_name: BTreeMap<&'a str, usize>,
    topic_paths: Paths<'a>,
    event_paths: Paths<'a>,
    service_paths: Paths<'a>,
}

/// A topic that carries events.
#[derive(Debug)]
pub(super) struct TopicEntry<'a> {
    pub(super) topic: &'a Topic,
    /// Its events: indexes of [`Site::events`].
    pub(super) events: Vec<usize>,
    pub(super) retry_topics: Vec<RetryTopic>,
}

/// An event.
#[derive(Debug)]
pub(super) struct EventEntry<'a> {
    pub(super) event: &'a Event,
    pub(super) topic: Option<&'a Topic>,
    pub(super) description: Description,
}

/// Who writes or reads: a service by its name, or a group by its own.
#[derive(Debug, Default)]
pub(super) struct Service<'a> {
    pub(super) name: &'a str,
    pub(super) writes: Vec<&'a Topic>,
    pub(super) reads: Vec<(&'a Topic, &'a ConsumerGroup)>,
}

impl<'a> Site<'a> {
    pub(super) fn new(contract: &'a Contract, settings: &Settings) -> Self {
        let events: Vec<EventEntry<'a>> = contract
            .events
            .iter()
            .map(|event| EventEntry {
                event,
                topic: contract.topics.get(&event.topic),
                description: describe(contract, event),
            })
            .collect();
        let mut on: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, entry) in events.iter().enumerate() {
            on.entry(&entry.event.topic).or_default().push(index);
        }
        let topics: Vec<TopicEntry<'a>> = contract
            .topics
            .values()
            .map(|topic| TopicEntry {
                topic,
                events: on.remove(topic.name.as_str()).unwrap_or_default(),
                retry_topics: topic.retry_topics(),
            })
            .collect();
        let services = services(contract);
        let topic_names: Vec<&str> = contract.topics.keys().map(String::as_str).collect();
        let event_names: Vec<&str> = contract.events.iter().map(|event| event.name.as_str()).collect();
        let service_names: Vec<&str> = services.iter().map(|service| service.name).collect();
        Self {
            contract,
            title: settings.title.clone(),
            environment: settings.environment.clone(),
            by_name: topics
                .iter()
                .enumerate()
                .map(|(index, entry)| (entry.topic.name.as_str(), index))
                .collect(),
            users: cluster::users(contract).into_iter().map(|user| (user.name, user)).collect(),
            topics,
            events,
            services,
            topic_paths: Paths::new("topics", topic_names.into_iter()),
            event_paths: Paths::new("events", event_names.into_iter()),
            service_paths: Paths::new("services", service_names.into_iter()),
        }
    }

    /// The topic of a name.
    pub(super) fn topic(&self, name: &str) -> Option<&TopicEntry<'a>> {
        self.by_name.get(name).map(|&index| &self.topics[index])
    }

    /// The path of the page of a topic. Retry topics and dead-letter topics have none.
    pub(super) fn topic_path(&self, name: &str) -> Option<&str> {
        self.topic_paths.get(name)
    }

    pub(super) fn event_path(&self, name: &str) -> &str {
        self.event_paths.get(name).unwrap_or_default()
    }

    pub(super) fn service_path(&self, name: &str) -> &str {
        self.service_paths.get(name).unwrap_or_default()
    }

    /// The name of a topic, as a link if it has a page.
    pub(super) fn topic_link(&self, name: &str) -> Part {
        match self.topic_path(name) {
            Some(path) => link(name, path),
            None => code(name),
        }
    }

    pub(super) fn service_link(&self, name: &str) -> Part {
        link(name, self.service_path(name))
    }

    /// The number of dead-letter topics.
    pub(super) fn dead_letter_count(&self) -> usize {
        let names = self.topics.iter().filter_map(|entry| entry.topic.dead_letter.as_ref());
        names.map(|dead_letter| &dead_letter.topic).collect::<BTreeSet<_>>().len()
    }
}

/// Everybody who writes or reads, by name. A service whose group has its name is one.
fn services(contract: &Contract) -> Vec<Service<'_>> {
    let mut services: BTreeMap<&str, Service<'_>> = BTreeMap::new();
    for topic in contract.topics.values() {
        for producer in &topic.producers {
            services.entry(producer).or_default().writes.push(topic);
        }
        for consumer in &topic.consumers {
            services.entry(&consumer.group).or_default().reads.push((topic, consumer));
        }
    }
    services.into_iter().map(|(name, service)| Service { name, ..service }).collect()
}

/// The last part of a full name, and what is before it.
pub(super) fn short_name(full: &str) -> (&str, &str) {
    full.rsplit_once('.').map_or((full, ""), |(before, short)| (short, before))
}
