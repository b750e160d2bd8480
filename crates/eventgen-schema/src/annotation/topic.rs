//! The properties of a topic. They come from the annotation and from the manifest, in layers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::config::read_config;
use super::consumers::{Groups, read_consumers};
use super::dead_letter::{DeadLetterProperties, dead_letter, read_dead_letter};
use super::duration::{DURATION, read_duration};
use super::key::{KeyProperties, read_key};
use super::quantity::PARTITIONS;
use super::retry::{RetryProperties, read_retry};
use super::retry_config::retry_config;
use crate::contract::{
    Compatibility, ConsumerGroup, DeadLetterName, Ordering, SubjectStrategy, Topic, retry_topics,
};
use crate::diagnostics::{Diagnostic, code};
use crate::reader::{Casing, Properties};
use crate::source::{Span, Spanned};
use crate::vocabulary::{MOST_REPLICAS, ORDERINGS, STRATEGIES, TOPIC, names};

/// The properties, in camel case.
pub(crate) const TOPIC_PROPERTIES: [&str; TOPIC.len()] = names(&TOPIC);

/// How many replicas a partition may have (`ReplicationFactor` is an int16).
const REPLICAS: RangeInclusive<u16> = 1..=MOST_REPLICAS;

/// The properties of a topic that one annotation or table sets.
#[derive(Debug, Clone, Default)]
pub(crate) struct TopicProperties {
    partitions: Option<Spanned<u32>>,
    pub(crate) replication_factor: Option<Spanned<u16>>,
    pub(crate) config: BTreeMap<String, Spanned<String>>,
    ordering: Option<Spanned<Ordering>>,
    pub(crate) key: KeyProperties,
    pub(crate) retry: Option<Spanned<RetryProperties>>,
    handler_timeout: Option<Spanned<Duration>>,
    pub(crate) dead_letter: Option<Spanned<Option<DeadLetterProperties>>>,
    compatibility: Option<Spanned<Compatibility>>,
    subject_strategy: Option<Spanned<SubjectStrategy>>,
    producers: Option<Spanned<Vec<String>>>,
    consumers: Option<Groups>,
    owner: Option<Spanned<String>>,
}

impl TopicProperties {
    /// Reads the properties.
    pub(crate) fn read(properties: &mut Properties<'_, '_>, casing: Casing) -> Self {
        Self {
            partitions: properties.number("partitions", PARTITIONS),
            replication_factor: properties.number("replicationFactor", REPLICAS),
            config: properties
                .get("config")
                .map(|node| read_config(node, properties.diagnostics))
                .unwrap_or_default(),
            ordering: properties.one_of("ordering", &ORDERINGS),
            key: read_key(properties),
            retry: properties.get("retry").and_then(|node| read_retry(node, casing, properties.diagnostics)),
            handler_timeout: read_handler_timeout(properties),
            dead_letter: properties
                .get("deadLetter")
                .and_then(|node| read_dead_letter(node, casing, properties.diagnostics)),
            compatibility: properties
                .one_of("compatibility", &Compatibility::ALL.map(|level| (level.as_str(), level))),
            subject_strategy: properties.one_of("subjectStrategy", &STRATEGIES),
            producers: properties.strings("producers"),
            consumers: properties
                .get("consumers")
                .and_then(|node| read_consumers(node, casing, properties.diagnostics)),
            owner: properties.string("owner"),
        }
    }

    /// Adds the properties that another event sets for the same topic. Conflicts are reported.
    pub(crate) fn agree(&mut self, other: Self, topic: &str, diagnostics: &mut Vec<Diagnostic>) {
        let mut agree = Agreement { topic, diagnostics };
        agree.on("partitions", &mut self.partitions, other.partitions);
        agree.on("replicationFactor", &mut self.replication_factor, other.replication_factor);
        agree.on("ordering", &mut self.ordering, other.ordering);
        agree.on("keyFormat", &mut self.key.format, other.key.format);
        agree.on("keyName", &mut self.key.name, other.key.name);
        agree.on("keySubjectStrategy", &mut self.key.strategy, other.key.strategy);
        agree.on("retry", &mut self.retry, other.retry);
        agree.on("handlerTimeout", &mut self.handler_timeout, other.handler_timeout);
        agree.on("deadLetter", &mut self.dead_letter, other.dead_letter);
        agree.on("compatibility", &mut self.compatibility, other.compatibility);
        agree.on("subjectStrategy", &mut self.subject_strategy, other.subject_strategy);
        agree.on("producers", &mut self.producers, other.producers);
        agree.on("consumers", &mut self.consumers, other.consumers);
        agree.on("owner", &mut self.owner, other.owner);
        for (name, value) in other.config {
            let mut mine = self.config.remove(&name);
            agree.on(&name, &mut mine, Some(value));
            self.config.extend(mine.map(|mine| (name, mine)));
        }
    }

    /// Fills properties that are not set from `weaker`.
    pub(crate) fn over(self, weaker: &Self) -> Self {
        let mut config = weaker.config.clone();
        config.extend(self.config);
        Self {
            partitions: self.partitions.or_else(|| weaker.partitions.clone()),
            replication_factor: self.replication_factor.or_else(|| weaker.replication_factor.clone()),
            config,
            ordering: self.ordering.or_else(|| weaker.ordering.clone()),
            key: self.key.over(&weaker.key),
            retry: self.retry.or_else(|| weaker.retry.clone()),
            handler_timeout: self.handler_timeout.or_else(|| weaker.handler_timeout.clone()),
            dead_letter: self.dead_letter.or_else(|| weaker.dead_letter.clone()),
            compatibility: self.compatibility.or_else(|| weaker.compatibility.clone()),
            subject_strategy: self.subject_strategy.or_else(|| weaker.subject_strategy.clone()),
            producers: self.producers.or_else(|| weaker.producers.clone()),
            consumers: self.consumers.or_else(|| weaker.consumers.clone()),
            owner: self.owner.or_else(|| weaker.owner.clone()),
        }
    }

    /// These properties of one topic over those of all topics in `[defaults]` and under those in an environment. A
    /// number of partitions that is meant for all topics does not contradict a total order.
    pub(crate) fn between(self, defaults: &Self, environment: Option<&Self>) -> Self {
        let of_topic = self.partitions.clone();
        let mut properties = self.over(defaults);
        if let Some(environment) = environment {
            properties = environment.clone().over(&properties);
        }
        let is_meant = environment.is_some_and(|all| all.ordering.is_some() && all.partitions.is_some());
        if properties.ordering() == Ordering::Total && !is_meant {
            properties.partitions = of_topic;
        }
        properties
    }

    /// Where the name of the dead-letter topic comes from.
    pub(crate) fn dead_letter_name(&self) -> DeadLetterName<'_> {
        match self.dead_letter.as_ref().map(|properties| properties.value.as_ref()) {
            Some(None) => DeadLetterName::Off,
            Some(Some(properties)) => {
                properties.topic.as_ref().map_or(DeadLetterName::Derived, DeadLetterName::Given)
            }
            None => DeadLetterName::Derived,
        }
    }

    /// The names of the configuration that is stated for the dead-letter topic.
    pub(crate) fn dead_letter_config(&self) -> BTreeSet<String> {
        let own = self.dead_letter.as_ref().and_then(|property| property.value.as_ref());
        own.map(|own| own.config.keys().cloned().collect()).unwrap_or_default()
    }

    /// The delays of retry topics, if there are such topics.
    pub(crate) fn delays(&self) -> Option<&Spanned<Vec<Duration>>> {
        self.retry.as_ref()?.value.delays.as_ref()
    }

    /// The groups, with the places of their names.
    pub(crate) fn groups(&self) -> &[Spanned<ConsumerGroup>] {
        self.consumers.as_ref().map_or(&[], |groups| &groups.value)
    }

    /// The names of the retry topics of all groups, with the places of the groups' names.
    pub(crate) fn retry_topics(&self, topic: &str) -> Vec<Spanned<String>> {
        let delays = self.delays().map_or(0, |delays| delays.value.len());
        let names = self.groups().iter().flat_map(|group| {
            retry_topics(topic, &group.value.group, delays, self.ordering())
                .map(|(_, name)| Spanned { value: name, span: group.span.clone() })
        });
        names.collect()
    }

    /// Where a total order is required, if it is.
    pub(crate) fn total_order(&self) -> Option<&Span> {
        self.ordering
            .as_ref()
            .filter(|ordering| ordering.value == Ordering::Total)
            .map(|ordering| &ordering.span)
    }

    /// Which records keep their order.
    pub(crate) fn ordering(&self) -> Ordering {
        self.ordering.as_ref().map(|ordering| ordering.value).unwrap_or_default()
    }

    /// Whether a compatibility level is given, here or by a default of `eventgen.toml`.
    pub(crate) fn states_compatibility(&self) -> bool {
        self.compatibility.is_some()
    }

    /// The compatibility level of the topic's subjects.
    pub(crate) fn compatibility(&self) -> Compatibility {
        self.compatibility.as_ref().map(|level| level.value).unwrap_or_default()
    }

    /// The topic that these properties describe; `events` is how many it carries.
    pub(crate) fn into_topic(self, name: &str, events: usize, diagnostics: &mut Vec<Diagnostic>) -> Topic {
        self.check(diagnostics);
        let config: BTreeMap<String, String> =
            self.config.into_iter().map(|(name, value)| (name, value.value)).collect();
        let dead_letter = match self.dead_letter {
            Some(Spanned { value: None, .. }) => None,
            Some(Spanned { value: Some(properties), .. }) => Some(dead_letter(properties, name, &config)),
            None => Some(dead_letter(DeadLetterProperties::default(), name, &config)),
        };
        let retry = self.retry.map(|retry| retry.value.policy).unwrap_or_default();
        let only_one =
            if events == 1 { SubjectStrategy::TopicName } else { SubjectStrategy::TopicRecordName };
        let ordering = self.ordering.map(|ordering| ordering.value).unwrap_or_default();
        let partitions = self.partitions.map(|partitions| partitions.value);
        Topic {
            name: name.to_owned(),
            subject_name: name.to_owned(),
            partitions: if ordering == Ordering::Total { Some(1) } else { partitions },
            replication_factor: self.replication_factor.map(|factor| factor.value),
            ordering,
            retry_config: retry_config(&retry.delays, &config),
            retry,
            handler_timeout: self.handler_timeout.map(|limit| limit.value),
            config,
            dead_letter,
            subject_strategy: self.subject_strategy.map_or(only_one, |strategy| strategy.value),
            producers: self.producers.map(|producers| producers.value).unwrap_or_default(),
            consumers: self
                .consumers
                .into_iter()
                .flat_map(|groups| groups.value)
                .map(|group| group.value)
                .collect(),
            owner: self.owner.map(|owner| owner.value),
        }
    }

    fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        if let (Some(factor), Some(in_sync)) =
            (&self.replication_factor, self.config.get("min.insync.replicas"))
            && in_sync.value.parse::<u16>().is_ok_and(|in_sync| in_sync > factor.value)
        {
            let message = format!(
                "min.insync.replicas {} is above the replication factor {}",
                in_sync.value, factor.value
            );
            diagnostics.push(
                Diagnostic::error(code::TOO_MANY_IN_SYNC, message)
                    .at(
                        &in_sync.span,
                        "there are never this many replicas in sync: older brokers refuse every write",
                    )
                    .at(&factor.span, "with this many replicas")
                    .help("set it to one less than the replication factor, so that one broker may be down"),
            );
        }
        if let (Some(ordering), Some(partitions)) = (&self.ordering, &self.partitions)
            && ordering.value == Ordering::Total
            && partitions.value != 1
        {
            diagnostics.push(
                Diagnostic::error(code::TOTAL_ORDER, "a total order needs exactly one partition")
                    .at(&partitions.span, "records of different partitions have no order")
                    .at(&ordering.span, "a total order is required here")
                    .help("set it to 1 or remove it; most topics need an order by key instead"),
            );
        }
    }
}

struct Agreement<'a> {
    topic: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Agreement<'_> {
    fn on<T: PartialEq>(
        &mut self,
        property: &str,
        mine: &mut Option<Spanned<T>>,
        theirs: Option<Spanned<T>>,
    ) {
        match (&*mine, theirs) {
            (Some(mine), Some(theirs)) if mine.value != theirs.value => self.diagnostics.push(
                Diagnostic::error(
                    code::CONFLICT,
                    format!("two events disagree about `{property}` of topic `{}`", self.topic),
                )
                .at(&theirs.span, "this differs")
                .at(&mine.span, "from this")
                .help(
                    "set it on one of the events, to the same value on both, or in [topics] of eventgen.toml",
                ),
            ),
            (None, theirs) => *mine = theirs,
            _ => {}
        }
    }
}

/// How long a handler may take. A limit of zero is reported.
fn read_handler_timeout(properties: &mut Properties<'_, '_>) -> Option<Spanned<Duration>> {
    let limit = read_duration(properties, "handlerTimeout", DURATION)?;
    if !limit.value.is_zero() {
        return Some(limit);
    }
    properties.diagnostics.push(
        Diagnostic::error(code::WRONG_VALUE, "a handler timeout of zero cancels every handler")
            .at(&limit.span, "no time")
            .help("write the longest time that a handler may take; without the property there is no limit"),
    );
    None
}
