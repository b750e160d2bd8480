//! The topics that specifications ask for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{DeadLetterSpec, ExistingTopic, RetrySpec, TopicSpec};

/// The topic configuration that limits how large a record may be, in bytes.
pub(crate) const MAX_MESSAGE_BYTES: &str = "max.message.bytes";
/// Bytes by which a record in a retry topic or a dead letter may be larger than the record of the source: of at most ten more
/// headers, the error message takes up to 2 KiB, and the names of topic, group and error type a few hundred bytes each.
pub(crate) const ROOM: i32 = 16 * 1024;

/// A topic, a retry topic, or a dead-letter topic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a str,
    pub(crate) partitions: Option<u32>,
    /// Whether the number of partitions is that of its source.
    pub(crate) is_inherited: bool,
    pub(crate) replication_factor: Option<u16>,
    pub(crate) config: &'a BTreeMap<String, String>,
    pub(crate) dead_letters_of: Option<&'a str>,
    pub(crate) retries_of: Option<&'a str>,
    /// All topics, if it is a dead-letter topic: those that share it are among them.
    others: &'a [TopicSpec],
    /// The topic itself, or its source.
    #[cfg_attr(not(feature = "contract"), expect(dead_code, reason = "only guards ask for it"))]
    pub(crate) spec: &'a TopicSpec,
}

impl<'a> Wanted<'a> {
    /// The topics of specifications, then their retry topics, then their dead-letter topics. One that several share is
    /// described by the first, with the largest number of partitions and replicas that one of them asks for.
    pub(crate) fn all(specs: &'a [TopicSpec]) -> Vec<Self> {
        let mut all: Vec<Self> = specs.iter().map(Self::topic).collect();
        for spec in specs {
            if let Some(retry) = &spec.retry {
                all.extend(retry.names.iter().map(|name| Self::retry(spec, retry, name)));
            }
        }
        let mut seen = BTreeSet::new();
        for spec in specs {
            if let Some(dead_letter) = &spec.dead_letter
                && seen.insert(dead_letter.name.as_str())
            {
                all.push(Self::dead_letter(specs, spec, dead_letter));
            }
        }
        all
    }

    fn topic(spec: &'a TopicSpec) -> Self {
        Self {
            name: &spec.name,
            partitions: spec.partitions,
            is_inherited: false,
            replication_factor: spec.replication_factor,
            config: &spec.config,
            dead_letters_of: None,
            retries_of: None,
            others: &[],
            spec,
        }
    }

    fn retry(source: &'a TopicSpec, retry: &'a RetrySpec, name: &'a str) -> Self {
        Self {
            name,
            partitions: source.partitions,
            is_inherited: true,
            replication_factor: source.replication_factor,
            config: &retry.config,
            dead_letters_of: None,
            retries_of: Some(&source.name),
            others: &[],
            spec: source,
        }
    }

    fn dead_letter(specs: &'a [TopicSpec], source: &'a TopicSpec, spec: &'a DeadLetterSpec) -> Self {
        let sources = || specs.iter().filter(|other| is_source(other, &spec.name));
        let own = |other: &TopicSpec| other.dead_letter.as_ref().and_then(|letters| letters.partitions);
        let stated = sources().filter_map(own).max();
        Self {
            name: &spec.name,
            partitions: stated.or_else(|| sources().filter_map(|other| other.partitions).max()),
            is_inherited: stated.is_none(),
            replication_factor: sources().filter_map(|other| other.replication_factor).max(),
            config: &spec.config,
            dead_letters_of: Some(&source.name),
            retries_of: None,
            others: specs,
            spec: source,
        }
    }

    /// The topics whose records it takes, if it is a retry topic or a dead-letter topic.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &'a str> {
        let Self { name, retries_of, others, .. } = *self;
        let letters = others.iter().filter(move |other| is_source(other, name));
        retries_of.into_iter().chain(letters.map(|source| source.name.as_str()))
    }

    /// The `max.message.bytes` of an existing topic, and the larger one that takes the largest record of its source with the headers
    /// that are added. The contract may name another one.
    pub(crate) fn missing_room(&self, existing: &BTreeMap<String, ExistingTopic>) -> Option<(i32, i32)> {
        if self.config.contains_key(MAX_MESSAGE_BYTES) {
            return None;
        }
        let limit = |topic: &str| existing.get(topic)?.config.get(MAX_MESSAGE_BYTES)?.parse::<i32>().ok();
        let (has, needs) = (limit(self.name)?, self.sources().filter_map(limit).max()?.saturating_add(ROOM));
        (has < needs).then_some((has, needs))
    }

    /// The number of partitions to ask for. A record stays in the number of its partition, so that a retry topic needs those that
    /// its source has, also where they are more than the contract asks for.
    pub(crate) fn partitions_beside(&self, existing: &BTreeMap<String, ExistingTopic>) -> Option<u32> {
        let source = self.retries_of.and_then(|source| existing.get(source)).map(|topic| topic.partitions);
        source.max(self.partitions)
    }
}

/// Whether dead letters of a topic go to the topic of this name.
fn is_source(topic: &TopicSpec, letters: &str) -> bool {
    topic.dead_letter.as_ref().is_some_and(|own| own.name == letters)
}
