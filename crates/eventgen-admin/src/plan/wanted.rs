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
    /// The topic itself, or its source.
    #[cfg_attr(not(feature = "contract"), expect(dead_code, reason = "only guards ask for it"))]
    pub(crate) spec: &'a TopicSpec,
}

impl<'a> Wanted<'a> {
    /// The topics of specifications, then their retry topics, then their dead-letter topics. One that several share is
    /// described by the first.
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
                all.push(Self::dead_letter(spec, dead_letter));
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
            spec: source,
        }
    }

    fn dead_letter(source: &'a TopicSpec, spec: &'a DeadLetterSpec) -> Self {
        Self {
            name: &spec.name,
            partitions: spec.partitions.or(source.partitions),
            is_inherited: spec.partitions.is_none(),
            replication_factor: source.replication_factor,
            config: &spec.config,
            dead_letters_of: Some(&source.name),
            retries_of: None,
            spec: source,
        }
    }

    /// The `max.message.bytes` of an existing topic, and the larger one that takes the largest record of its source with the headers
    /// that are added. The contract may name another one.
    pub(crate) fn missing_room(&self, existing: &BTreeMap<String, ExistingTopic>) -> Option<(i32, i32)> {
        if self.config.contains_key(MAX_MESSAGE_BYTES) {
            return None;
        }
        let source = self.dead_letters_of.or(self.retries_of)?;
        let limit = |topic: &str| existing.get(topic)?.config.get(MAX_MESSAGE_BYTES)?.parse::<i32>().ok();
        let (has, needs) = (limit(self.name)?, limit(source)?.saturating_add(ROOM));
        (has < needs).then_some((has, needs))
    }

    /// The number of partitions to ask for. A record stays in the number of its partition, so that a retry topic needs those that
    /// its source has, also where they are more than the contract asks for.
    pub(crate) fn partitions_beside(&self, existing: &BTreeMap<String, ExistingTopic>) -> Option<u32> {
        let source = self.retries_of.and_then(|source| existing.get(source)).map(|topic| topic.partitions);
        source.max(self.partitions)
    }
}
