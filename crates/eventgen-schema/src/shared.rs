//! Dead-letter topics that several topics share. They are one topic, so that all its sources must agree about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::annotation::{DEAD_LETTER_ROOM, TopicProperties};
use crate::contract::{DeadLetterName, Topic, derived_dead_letter};
use crate::diagnostics::{Diagnostic, code};
use crate::source::{Span, Spanned};

/// Kafka's own `max.message.bytes`, for sources that leave it to the cluster.
const DEFAULT_MAX_MESSAGE_BYTES: i64 = 1_048_588;

/// Reports settings that topics state differently for the dead-letter topic that they share.
pub(crate) fn check_shared(
    topics: &[(&Spanned<String>, TopicProperties)],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut stated: BTreeMap<(String, &str), (&str, String, &Span)> = BTreeMap::new();
    for (topic, properties) in topics {
        let letters = match properties.dead_letter_name() {
            DeadLetterName::Off => continue,
            DeadLetterName::Derived => derived_dead_letter(&topic.value),
            DeadLetterName::Given(name) => name.value.clone(),
        };
        let Some(property) = &properties.dead_letter else { continue };
        let Some(own) = &property.value else { continue };
        let partitions = own.partitions.map(|count| ("partitions", count.to_string(), &property.span));
        let config = own.config.iter().map(|(name, value)| (name.as_str(), value.value.clone(), &value.span));
        for (name, value, span) in partitions.into_iter().chain(config) {
            let entry = stated.entry((letters.clone(), name));
            let (first, other, first_span) = entry.or_insert((&topic.value, value.clone(), span));
            if *other == value {
                continue;
            }
            diagnostics.push(
                Diagnostic::error(
                    code::CONFLICT,
                    format!(
                        "topics `{first}` and `{}` disagree about `{name}` of their dead-letter topic `{letters}`",
                        topic.value
                    ),
                )
                .at(span, "this differs")
                .at(first_span, "from this")
                .help("set it on one of the topics, or to the same value on both, or name different dead-letter topics"),
            );
        }
    }
}

/// The settings of dead-letter topics that topics state, by the name of the topic: all others follow from it.
#[derive(Debug, Default)]
pub(crate) struct Stated(BTreeMap<String, BTreeSet<String>>);

impl Stated {
    /// Adds a topic.
    pub(crate) fn add(&mut self, topic: &str, names: BTreeSet<String>) {
        self.0.insert(topic.to_owned(), names);
    }

    /// Gives all topics that share a dead-letter topic the same settings for it: what one of them states, otherwise the
    /// largest of what follows from each of them.
    pub(crate) fn share(&self, topics: &mut BTreeMap<String, Topic>) {
        let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for topic in topics.values() {
            if let Some(letters) = &topic.dead_letter {
                sources.entry(letters.topic.clone()).or_default().push(topic.name.clone());
            }
        }
        for sources in sources.into_values().filter(|sources| sources.len() > 1) {
            let shared: Vec<&Topic> = sources.iter().filter_map(|name| topics.get(name)).collect();
            let (config, partitions) = self.settings(&shared);
            for name in &sources {
                if let Some(letters) = topics.get_mut(name).and_then(|topic| topic.dead_letter.as_mut()) {
                    letters.config.clone_from(&config);
                    letters.partitions = partitions;
                }
            }
        }
    }

    fn settings(&self, sources: &[&Topic]) -> (BTreeMap<String, String>, Option<u32>) {
        let letters = || sources.iter().filter_map(|topic| Some((*topic, topic.dead_letter.as_ref()?)));
        let names: BTreeSet<&String> = letters().flat_map(|(_, letters)| letters.config.keys()).collect();
        let config = names.into_iter().filter_map(|name| {
            let is_stated = |topic: &Topic| self.0.get(&topic.name).is_some_and(|names| names.contains(name));
            let stated = letters().find(|(topic, _)| is_stated(topic));
            let value = match stated {
                Some((_, letters)) => letters.config.get(name)?.clone(),
                None => largest(name, letters().map(|(_, letters)| letters.config.get(name)))?,
            };
            Some((name.clone(), value))
        });
        (config.collect(), letters().find_map(|(_, letters)| letters.partitions))
    }
}

/// The largest of the values that follow from sources. One that says nothing about the size of its records has those that Kafka
/// takes.
fn largest<'a>(name: &str, values: impl Iterator<Item = Option<&'a String>>) -> Option<String> {
    let size = (name == "max.message.bytes").then(|| DEFAULT_MAX_MESSAGE_BYTES + i64::from(DEAD_LETTER_ROOM));
    let number = |value: Option<&String>| value.map_or(size, |value| value.parse().ok());
    // -1 means that retention has no limit.
    let rank = |number: &i64| if *number < 0 { i64::MAX } else { *number };
    values.filter_map(number).max_by_key(rank).map(|number| number.to_string())
}
